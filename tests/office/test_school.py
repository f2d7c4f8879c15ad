"""Reading a school's folder: what is taken, and that everything else is said by file, line and mend."""

import tempfile
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.circulation.records import ItemState, PatronKind, Role
from kiosk.circulation.timetable import Use, Weeks
from kiosk.office.findings import Refused
from kiosk.office.folder import SchoolFolder
from kiosk.office.school import read_school
from tests.office.folders import SCHOOL, findings, folder_of, read

PEOPLE, ITEMS, LOANS = SCHOOL["people.csv"], SCHOOL["items.csv"], SCHOOL["loans.csv"]
MINIMAL: Mapping[str, str] = {
    "people.csv": "number,name,kind\nP1,张小样,pupil\n",
    "items.csv": "barcode,title_id\nB1,西游记\n",
}


def test_every_cell_of_a_full_folder_is_read(tmp_path: Path) -> None:
    school = read(tmp_path)
    assert school.refused == ()
    people = {person.number: person for person in school.people}
    assert people["P1"].cards == ("0001", "04A1B2C3")
    assert people["P2"].lost_cards == ("0009",)
    assert people["P2"].roles == (Role.PUPIL_LIBRARIAN,)
    assert people["P2"].suspended_until == date(2026, 12, 1)
    assert (people["P3"].active, people["T1"].kind) == (False, PatronKind.TEACHER)
    items = {item.barcode: item for item in school.items}
    assert items["B1"].tag == "E004010000000001"
    assert (items["B2"].state, items["B3"].kind, items["B3"].parts) == (ItemState.DAMAGED, "reference", 2)
    assert items["B4"].kept_for == "P1"
    assert school.loans is not None
    assert (school.loans[0].barcode, school.loans[0].due, school.loans[0].renewals) == ("B1", date(2026, 11, 25), 1)
    plan = school.plan
    assert plan.settings.commands == ("RESET-1",)
    assert [slot.weeks for slot in plan.timetable] == [Weeks.ODD, Weeks.EVERY, Weeks.EVERY]
    assert (plan.timetable[1].start, plan.timetable[1].use, plan.timetable[2].use) == (time(8), Use.FREE, Use.CLASS)
    assert plan.terms[0].last_loan_day == plan.terms[0].recall_day == date(2027, 1, 15)
    assert plan.rules[0].days is None
    assert plan.rules[1].recall_exempt


def test_people_and_items_are_enough(tmp_path: Path) -> None:
    school = read(tmp_path, MINIMAL)
    assert school.plan.settings.timezone == "Asia/Shanghai"
    assert (school.plan.timetable, school.loans) == ((), None)


def test_without_titles_the_title_id_is_the_title(tmp_path: Path) -> None:
    assert [title.title for title in read(tmp_path, MINIMAL).titles] == ["西游记"]


def test_without_classes_any_class_is_taken(tmp_path: Path) -> None:
    files = {**MINIMAL, "people.csv": "number,name,kind,class\nP1,张小样,pupil,五(2)班\n"}
    assert read(tmp_path, files).people[0].klass == "五(2)班"


@pytest.mark.parametrize(
    "people",
    [
        "\ufeffnumber,name,kind\r\nP1,张小样,pupil\r\n",
        "kind,number,name\npupil,P1,张小样\n",
        "number,name,kind\n\n P1 , 张小样 ,pupil\n,,\n",
        '"number","name","kind"\n"P1","张小样","pupil"',
        "number,name,kind\rP1,张小样,pupil\r",
    ],
    ids=["byte order mark and CRLF", "other order", "blanks and empty rows", "quotes, no last newline", "CR"],
)
def test_a_file_may_be_written_in_many_ways(tmp_path: Path, people: str) -> None:
    person = read(tmp_path, {**MINIMAL, "people.csv": people}).people[0]
    assert (person.number, person.name) == ("P1", "张小样")


def test_a_line_number_counts_lines_and_not_rows(tmp_path: Path) -> None:
    files = {**MINIMAL, "titles.csv": 'title_id,title,summary\nW1,西游记,"one\ntwo\nthree"\nW2,,\n'}
    assert findings(tmp_path, files)[-1] == "titles.csv:5: title is empty (fill it in)"


# What makes a whole folder unusable: nothing of it is taken.
WHOLE: list[tuple[str, str | bytes, str]] = [
    ("people.csv", "", "people.csv:1: no header row"),
    ("people.csv", "number,name,kind,clas\n", 'people.csv:1: unknown column "clas" (did you mean "class"?)'),
    ("people.csv", "number,name,kind,\n", "people.csv:1: column 4 has no name"),
    ("people.csv", "number,name,kind,name\n", 'people.csv:1: column "name" stands twice'),
    ("people.csv", "number,name\n", "people.csv:1: missing column kind"),
    ("people.csv", "number,name,kind\nP1,张小样,pupil,x\n", "people.csv:2: 4 cells, the header has 3"),
    ("people.csv", "number,name,kind\nP1,张小样\n", "people.csv:2: 2 cells, the header has 3"),
    ("people.csv", 'number,name,kind\nP1,"张小样,pupil\n', "people.csv:2: not CSV"),
    ("people.csv", 'number,name,kind\nP1,"张"小样,pupil\n', "people.csv:2: not CSV"),
    ("people.csv", "number,name,kind\nP1,张\0小样,pupil\n", "people.csv:2: a NUL byte"),
    ("people.csv", "number,name,kind\nP1,张小样,pupil\n".encode("gbk"), "people.csv:2: byte 20 is not UTF-8"),
    ("people.csv", "number\tname\n".encode("utf-16"), "people.csv:1: a NUL byte"),
    ("people.csv", f"number,name,kind\nP1,{'张' * 200_000},pupil\n", "people.csv:2: not CSV: field larger"),
    ("people.csv", f"number,name,kind\nP1,{'张' * 20_000},pupil\n", "people.csv:2: a cell of more than 10000"),
    ("school.toml", "name = \n", "school.toml:1: not TOML"),
    ("school.toml", 'name = "x"\ntimezon = "UTC"\n', 'school.toml:2: unknown key "timezon" (did you mean "timezone"?)'),
    ("school.toml", 'timezone = "Asia/Peking"\n', 'school.toml:1: timezone: "Asia/Peking" is not a time zone'),
    ("school.toml", "timezone = 8\n", "school.toml:1: timezone: is not a plain text"),
    ("school.toml", 'lost_factor = "3"\n', "school.toml:1: lost_factor: is not a number"),
    ("school.toml", "lost_factor = -1\n", "school.toml:1: lost_factor: is not a number"),
    ("school.toml", "target_pupil_books = 2.5\n", "school.toml:1: target_pupil_books: is not a whole number"),
    ("school.toml", "target_teacher_visits = true\n", "school.toml:1: target_teacher_visits: is not a whole number"),
    ("school.toml", 'card_pattern = "["\n', "school.toml:1: card_pattern: is not a regular expression"),
    ("school.toml", '\n[commands]\n"X" = "restart"\n', 'school.toml:2: commands: "X" means "restart"'),
    ("school.toml", 'commands = "X"\n', "school.toml:1: commands: is not a table"),
    ("classes.csv", "class,grade\n五(1)班,five\n", 'classes.csv:2: grade "five" is not a whole number'),
    (
        "classes.csv",
        "class,grade\n五(1)班,5\n五(1)班,5\n",
        'classes.csv:3: class "五(1)班" is used twice, first in line 2',
    ),
    ("timetable.csv", "weekday,from,to,who\n8,12:00,12:50,all\n", "timetable.csv:2: weekday 8 is not from 1 to 7"),
    ("timetable.csv", "weekday,from,to,who\n1,12:50,12:50,all\n", "timetable.csv:2: from 12:50 is not before to 12:50"),
    ("timetable.csv", "weekday,from,to,who\n1,12:00,24:01,all\n", 'timetable.csv:2: to "24:01" is not a time of day'),
    ("timetable.csv", "weekday,from,to,who\n1,12:00,12:50,\n", "timetable.csv:2: who is empty"),
    ("timetable.csv", "weekday,from,to,who\n1,12:00,12:50,;\n", "timetable.csv:2: who is empty"),
    ("timetable.csv", "weekday,from,to,who\n1,12:00,12:50,grade5\n", 'timetable.csv:2: who "grade5" is not known'),
    ("timetable.csv", "weekday,from,to,who\n1,12:00,12:50,grade:五\n", 'timetable.csv:2: grade "五" is not a number'),
    (
        "timetable.csv",
        "weekday,from,to,who\n1,12:00,12:50,class:五(3)班\n",
        'timetable.csv:2: class "五(3)班" does not exist (did you mean',
    ),
    (
        "timetable.csv",
        "weekday,from,to,who\n1,12:00,12:50,kind:parent\n",
        'timetable.csv:2: kind "parent" is not known',
    ),
    ("timetable.csv", "weekday,from,to,who,weeks\n1,12:00,12:50,all,third\n", 'timetable.csv:2: weeks "third" is not'),
    (
        "timetable.csv",
        "weekday,from,to,who,use\n1,12:00,12:50,all,fre\n",
        'timetable.csv:2: use "fre" is not known (did',
    ),
    ("terms.csv", "term,start,end\nA,2026-09-01,2026-08-01\n", "terms.csv:2: the term ends on 2026-08-01 before"),
    ("terms.csv", "term,start,end\nA,2026-9-1,2027-01-01\n", 'terms.csv:2: start "2026-9-1" is not a date'),
    (
        "terms.csv",
        "term,start,end\nA,2026-09-01,2027-01-22\nB,2027-01-22,2027-07-01\n",
        'terms.csv:3: the term "B" overlaps the one in line 2',
    ),
    (
        "terms.csv",
        "term,start,end,recall_day\nA,2026-09-01,2027-01-22,2027-01-23\n",
        "terms.csv:2: recall_day 2027-01-23 is not within the term",
    ),
    (
        "terms.csv",
        "term,start,end,last_loan_day\nA,2026-09-01,2027-01-22,2026-08-31\n",
        "terms.csv:2: last_loan_day 2026-08-31 is not within the term",
    ),
    ("calendar.csv", "date,open\n2026-02-30,no\n", "calendar.csv:2: date 2026-02-30 is not a day of the calendar"),
    ("calendar.csv", "date,open\n2026/2/30,no\n", 'calendar.csv:2: date "2026/2/30" is not a date'),
    ("calendar.csv", "date,open\n1900-01-01,no\n", "calendar.csv:2: date 1900-01-01 is too long ago"),
    ("calendar.csv", "date,open\n2026-10-01,maybe\n", 'calendar.csv:2: open is "maybe" (write yes or no)'),
    ("calendar.csv", "date,open\n2026-10-01,\n", "calendar.csv:2: open is empty"),
    ("calendar.csv", "date,open\n2026-10-01,no\n2026-10-01,no\n", "calendar.csv:3: the day 2026-10-01 is used twice"),
    ("calendar.csv", "date,open,runs_as\n2026-10-10,yes,0\n", "calendar.csv:2: runs_as 0 is not from 1 to 7"),
    ("rules.csv", "patron_kind,item_kind,number\npupil,*,-1\n", "rules.csv:2: number -1 is not from 0"),
    (
        "rules.csv",
        "patron_kind,item_kind\npupils,*\n",
        'rules.csv:2: patron_kind "pupils" is not known (did you mean "pup',
    ),
    ("rules.csv", "patron_kind,item_kind\npupil,*\npupil,*\n", "rules.csv:3: the rule pupil and * is used twice"),
]


@pytest.mark.parametrize(("file", "content", "said"), WHOLE, ids=[said for _, _, said in WHOLE])
def test_a_broken_file_refuses_the_folder_by_file_line_and_mend(
    tmp_path: Path, file: str, content: str | bytes, said: str
) -> None:
    school = read_school(folder_of(tmp_path, {**SCHOOL, file: content}))
    assert isinstance(school, Refused)
    lines = str(school).splitlines()
    assert any(line.startswith(said) for line in lines), lines
    assert all(line.endswith(")") for line in lines), "each says what to do"


# What refuses one row: the others are taken.
ROWS: list[tuple[str, str, str]] = [
    ("people.csv", PEOPLE + "P1,另一个,pupil,,0007,,,,\n", 'people.csv:7: number "P1" is used twice, first in line 2'),
    (
        "people.csv",
        PEOPLE + "P7,同卡,pupil,,０００１,,,,\n",
        'people.csv:7: card "0001" is already a card of the person in line 2',
    ),
    ("people.csv", PEOPLE + "P7,同卡,pupil,,uid:04A1B2C3,,,,\n", 'people.csv:7: card "04A1B2C3" is already'),
    ("people.csv", PEOPLE + "P7,同卡,pupil,,,0001,,,\n", 'people.csv:7: card "0001" is already'),
    ("people.csv", PEOPLE + "P7,命令,pupil,,Reset-1,,,,\n", 'people.csv:7: card "RESET-1" is already a command'),
    ("people.csv", PEOPLE + "P7,两处,pupil,,0007,0007,,,\n", 'people.csv:7: card "0007" is in cards and in lost_cards'),
    (
        "people.csv",
        PEOPLE + "P7,没班,pupil,五(3)班,,,,,\n",
        'people.csv:7: class "五(3)班" does not exist (did you mean',
    ),
    ("people.csv", PEOPLE + "P7,家长,parent,,,,,,\n", 'people.csv:7: kind "parent" is not known'),
    ("people.csv", PEOPLE + "P7,没种,,,,,,,\n", 'people.csv:7: kind "" is not known'),
    ("people.csv", PEOPLE + "P7,,pupil,,,,,,\n", "people.csv:7: name is empty"),
    ("people.csv", PEOPLE + ",张小样,pupil,,,,,,\n", "people.csv:7: number is empty"),
    (
        "people.csv",
        PEOPLE + "P7,角色,pupil,,,,librarien,,\n",
        'people.csv:7: role "librarien" is not known (did you mean',
    ),
    ("people.csv", PEOPLE + "P7,在吗,pupil,,,,,ja,\n", 'people.csv:7: active is "ja" (write yes or no)'),
    (
        "people.csv",
        PEOPLE + "P7,停借,pupil,,,,,,01.12.2026\n",
        'people.csv:7: suspended_until "01.12.2026" is not a date',
    ),
    ("people.csv", PEOPLE + "P7,坏卡,pupil,,uid:04A1B,,,,\n", 'people.csv:7: cards "04A1B" is not HEX'),
    ("people.csv", PEOPLE + "P7,坏卡,pupil,,uid:,,,,\n", 'people.csv:7: cards "" is not HEX'),
    (
        "people.csv",
        PEOPLE + "P7,坏卡,pupil,,00\x0707,,,,\n",
        "people.csv:7: cards has a character in it that cannot be seen",
    ),
    (
        "people.csv",
        PEOPLE + "P7\u200b,看不见,pupil,,,,,,\n",
        "people.csv:7: number has a character in it that cannot be",
    ),
    ("people.csv", PEOPLE + "P7,坏\x1b[2J名,pupil,,,,,,\n", "people.csv:7: name has a control character in it"),
    ("people.csv", PEOPLE + f"{'7' * 129},太长,pupil,,,,,,\n", "people.csv:7: number is longer than 128 characters"),
    (
        "people.csv",
        PEOPLE + "P7,表格,pupil,,4.50E+12,,,,\n",
        "people.csv:7: cards 4.50E+12 was changed by a spreadsheet",
    ),
    ("items.csv", ITEMS + "B1,W1,,,,,\n", 'items.csv:6: barcode "B1" is used twice, first in line 2'),
    ("items.csv", ITEMS + "B9,W9,,,,,\n", 'items.csv:6: title_id "W9" is not in titles.csv'),
    ("items.csv", ITEMS + "B9,,,,,,\n", "items.csv:6: title_id is empty"),
    ("items.csv", ITEMS + ",W1,,,,,\n", "items.csv:6: barcode is empty"),
    ("items.csv", ITEMS + "0001,W1,,,,,\n", 'items.csv:6: barcode "0001" is already a card of the person in line 2'),
    (
        "items.csv",
        ITEMS + "B9,W1,,,04A1B2C3,,\n",
        'items.csv:6: tag "04A1B2C3" is already a card of the person in line 2',
    ),
    (
        "items.csv",
        ITEMS + "B9,W1,,,E004010000000001,,\n",
        'items.csv:6: tag "E004010000000001" is already the item in line 2',
    ),
    ("items.csv", ITEMS + "B9,W1,,,E0040Z,,\n", 'items.csv:6: tag "E0040Z" is not HEX'),
    ("items.csv", ITEMS + "B9,W1,,,E1;E2;Z,,\n", 'items.csv:6: tag "Z" is not HEX'),
    ("items.csv", ITEMS + "B9,W1,,,E1;E2,3,\n", "items.csv:6: tag has 2 tags and parts says 3"),
    (
        "items.csv",
        ITEMS + "B9,W1,,,E1;E004010000000001,,\n",
        'items.csv:6: tag "E004010000000001" is already the item in line 2',
    ),
    ("items.csv", ITEMS + "B9,W1,,stolen,,,\n", 'items.csv:6: state "stolen" is not known'),
    ("items.csv", ITEMS + "B9,W1,,,,0,\n", "items.csv:6: parts 0 is not from 1"),
    ("items.csv", ITEMS + "B9,W1,,,,,P9\n", 'items.csv:6: kept_for "P9" is nobody'),
    ("titles.csv", SCHOOL["titles.csv"] + "W3,贵书,,-5,\n", "titles.csv:4: price_fen -5 is not from 0"),
    ("titles.csv", SCHOOL["titles.csv"] + "W3,贵书,,1.50,\n", 'titles.csv:4: price_fen "1.50" is not a whole number'),
    ("titles.csv", SCHOOL["titles.csv"] + "W1,重号,,,\n", 'titles.csv:4: title_id "W1" is used twice, first in line 2'),
    ("loans.csv", LOANS + "B9,P1,2026-11-10,2026-11-25,\n", 'loans.csv:3: item "B9" is not taken from items.csv'),
    ("loans.csv", LOANS + "B2,P9,2026-11-10,2026-11-25,\n", 'loans.csv:3: number "P9" is not taken from people.csv'),
    ("loans.csv", LOANS + "b1,P2,2026-11-10,2026-11-25,\n", 'loans.csv:3: item "B1" is used twice, first in line 2'),
    ("loans.csv", LOANS + "B2,P2,2026-11-10,2026-11-09,\n", "loans.csv:3: due 2026-11-09 is before lent 2026-11-10"),
    ("loans.csv", LOANS + "B2,P2,2026-11-10,,\n", "loans.csv:3: due is empty"),
]


@pytest.mark.parametrize(("file", "content", "said"), ROWS, ids=[said for _, _, said in ROWS])
def test_a_bad_row_is_refused_by_file_line_and_mend_and_the_rest_is_taken(
    tmp_path: Path, file: str, content: str, said: str
) -> None:
    good, school = read(tmp_path / "good"), read(tmp_path / "bad", {**SCHOOL, file: content})
    (finding,) = school.refused
    assert str(finding).startswith(said)
    assert str(finding).endswith(")")
    assert (school.people, school.items, school.loans) == (good.people, good.items, good.loans)


def test_odd_weeks_need_a_term_to_count_from(tmp_path: Path) -> None:
    files = {name: text for name, text in SCHOOL.items() if name != "terms.csv"}
    (said,) = findings(tmp_path, files)
    assert said.startswith("timetable.csv:2: odd weeks need terms.csv")


def test_what_depends_on_a_refused_row_is_refused_with_it(tmp_path: Path) -> None:
    people = PEOPLE.replace("P1,张小样,pupil,五(1)班", "P1,张小样,pupil,五(9)班")
    said = findings(tmp_path, {**SCHOOL, "people.csv": people})
    assert [line.split(": ")[0] for line in said] == ["items.csv:5", "loans.csv:2", "people.csv:2"]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    files = {
        **SCHOOL,
        "rules.csv": "patron_kind,item_kind\nx,*\ny,*\n",
        "calendar.csv": "date\n",
        "classes.csv": "grade\n",
    }
    assert len(findings(tmp_path, files)) == 5


def test_a_missing_folder_and_missing_files_are_named(tmp_path: Path) -> None:
    assert "no such folder" in str(read_school(tmp_path / "nowhere"))
    assert [line.split(":")[0] for line in findings(tmp_path, {})] == ["items.csv", "people.csv"]


def test_a_folder_in_the_place_of_a_file_is_said(tmp_path: Path) -> None:
    folder_of(tmp_path, SCHOOL)
    (tmp_path / "rules.csv").unlink()
    (tmp_path / "rules.csv").mkdir()
    assert str(read_school(tmp_path)).startswith("rules.csv: cannot be read")


@pytest.mark.parametrize(
    ("barcodes", "check"),
    [
        (["39999000000511", "39999000001360"], "luhn14"),
        (["39999000000511", "39999000001361"], None),
        (["6901234567892"], "ean13"),
        (["96385074"], "ean8"),
        (["B1"], None),
        (["39999000000511", "ALT-7"], "luhn14"),
    ],
)
def test_the_check_digit_is_that_of_all_barcodes_of_the_schools_own_kind(
    tmp_path: Path, barcodes: list[str], check: str | None
) -> None:
    items = "barcode,title_id\n" + "".join(f"{barcode},西游记\n" for barcode in barcodes)
    files = {**MINIMAL, "items.csv": items, "school.toml": r'item_pattern = "\\d{8,14}"' + "\n"}
    assert read(tmp_path, files).item_check == check


CELLS = st.text(alphabet=st.sampled_from('P1,;"\n\r\0é班卡:-/ \t2026uid张\ufeff\u200bＡ'), max_size=60)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(file=st.sampled_from(sorted(SCHOOL)), cut=st.floats(0, 1), cells=CELLS, raw=st.binary(max_size=12))
def test_whatever_is_in_a_file_the_answer_is_a_school_or_findings(
    file: str, cut: float, cells: str, raw: bytes
) -> None:
    text = SCHOOL[file].encode()
    place = int(cut * len(text))
    with tempfile.TemporaryDirectory() as folder:
        files: dict[str, str | bytes] = {**SCHOOL, file: text[:place] + cells.encode() + raw + text[place:]}
        school = read_school(folder_of(Path(folder), files))
    said = school.findings if isinstance(school, Refused) else school.refused
    assert isinstance(school, SchoolFolder) or said
    assert all("\n" not in str(finding) for finding in said)


def test_a_class_teacher_who_is_nobody_is_refused_and_the_class_is_taken(tmp_path: Path) -> None:
    school = read(tmp_path, {**SCHOOL, "classes.csv": SCHOOL["classes.csv"].replace("T1", "T9")})
    (finding,) = school.refused
    assert str(finding).startswith("classes.csv:")
    assert 'class teacher "T9" is not in people.csv' in str(finding)
    assert {line.teacher for line in school.plan.classes} == {None}


def test_a_slot_may_last_until_midnight(tmp_path: Path) -> None:
    school = read(tmp_path, {**SCHOOL, "timetable.csv": "weekday,from,to,who\n1,00:00,24:00,all\n"})
    assert school.plan.timetable[0].end == time.max
