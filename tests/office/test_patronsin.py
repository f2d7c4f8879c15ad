"""People from a table in a real database: what changes, what stays, who leaves, and which rows are refused."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.circulation.records import Kind, Role
from kiosk.db.check import check
from kiosk.office.findings import Refused
from kiosk.office.knownschool import KnownSchool, known_school
from kiosk.office.patronsin import Action, Preview, preview_patrons, store_patrons
from tests.office.folders import Counter, counter_at, read
from tests.office.tables.files import csv_file, table

TODAY = date(2026, 11, 23)
HEADER = ("学号", "姓名", "班级")
PUPILS = (("P1", "张小样", "五(1)班"), ("P2", "李试", "五(2)班"))
TABLES = ("person", "card", "alias", "loan", "entry")

Rows = Sequence[Sequence[str]]


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = counter_at(tmp_path)
    counter.store(read(tmp_path / "school"))
    yield counter
    counter.db.close()


def previewed(counter: Counter, at: Path, lines: Rows, *, add: bool = False) -> Preview:
    """What a table of these lines would change; it must not be refused as a whole."""
    path = csv_file(at / "people.csv", *lines)
    preview = preview_patrons(table(path), known_school(), counter.office.site_key, TODAY, add=add)
    assert isinstance(preview, Preview), str(preview)
    return preview


def stored(counter: Counter, at: Path, lines: Rows, *, add: bool = False, force: bool = False) -> Preview:
    """Bring the lines in, which must not be refused."""
    preview = previewed(counter, at, lines, add=add)
    assert store_patrons(preview, known_school(), replace(counter.office, force=force)) is None
    return preview


def refusals(counter: Counter, at: Path, lines: Rows) -> list[str]:
    return [str(finding) for finding in previewed(counter, at, lines).findings]


def everything(counter: Counter) -> list[list[tuple[object, ...]]]:
    return [counter.rows(f"SELECT * FROM {name} ORDER BY 1") for name in TABLES]  # noqa: S608


def test_newcomers_come_and_what_the_table_does_not_say_stays(counter: Counter, tmp_path: Path) -> None:
    lines = [HEADER, *PUPILS, ("P4", "陈新来", "5年2班")]
    before = counter.rows("SELECT number, kind, roles, suspended_until, pin FROM person WHERE number IN ('P1', 'P2')")
    done = stored(counter, tmp_path, lines)
    assert done.counts == {"new": 1, "changed": 0, "unchanged": 2, "leaving": 0, "refused": 0}
    assert (
        counter.rows("SELECT number, kind, roles, suspended_until, pin FROM person WHERE number IN ('P1', 'P2')")
        == before
    )
    newcomer = counter.shelf.patron("P4")
    assert newcomer is not None
    assert (newcomer.name, newcomer.klass, newcomer.grade, newcomer.active) == ("陈新来", "五(2)班", 5, True)
    card = counter.shelf.card("0002")
    assert card is not None
    assert card.patron.roles == {Role.PUPIL_LIBRARIAN}
    assert check(counter.db, fold=True) == []


def test_the_same_table_twice_changes_nothing(counter: Counter, tmp_path: Path) -> None:
    lines = [
        (*HEADER, "卡号", "PIN码"),
        *((*pupil, f"C{n}", "") for n, pupil in enumerate(PUPILS)),
        ("P4", "陈", "502", "C9", "2468"),
    ]
    assert stored(counter, tmp_path, lines).counts["changed"] == 2
    before = everything(counter)
    again = stored(counter, tmp_path, lines)
    assert again.counts == {"new": 0, "changed": 0, "unchanged": 3, "leaving": 0, "refused": 0}
    assert everything(counter) == before


def test_an_import_is_one_entry_without_names(counter: Counter, tmp_path: Path) -> None:
    stored(counter, tmp_path, [HEADER, *PUPILS, ("P4", "陈新来", "五(2)班")])
    ((kind, data, patron),) = counter.rows("SELECT kind, data, patron FROM entry ORDER BY seq DESC LIMIT 1")
    assert (kind, patron) == (Kind.IMPORTED, None)
    assert '"what":"patrons"' in str(data)
    assert "陈" not in str(data)
    assert "P4" not in str(data)


def test_who_is_missing_of_the_kinds_in_the_table_leaves_with_card_and_loans(counter: Counter, tmp_path: Path) -> None:
    done = stored(counter, tmp_path, [HEADER, PUPILS[1]], force=True)
    assert done.leaving == ("P1",)
    gone, teacher = counter.shelf.card("0001"), counter.shelf.patron("T1")
    assert gone is not None
    assert teacher is not None
    assert (gone.patron.active, teacher.active) == (False, True)
    assert counter.shelf.loan("B1") is not None
    back = stored(counter, tmp_path, [HEADER, *PUPILS])
    assert back.counts["changed"] == 1
    returned = counter.shelf.patron("P1")
    assert returned is not None
    assert returned.active


def test_more_than_a_fifth_leaving_stops_and_asks(counter: Counter, tmp_path: Path) -> None:
    preview = previewed(counter, tmp_path, [HEADER, PUPILS[1]])
    before = everything(counter)
    stopped = store_patrons(preview, known_school(), counter.office)
    assert isinstance(stopped, Refused)
    assert str(stopped) == "people.csv: 1 of 2 people would go, more than 20 % (--force if it is meant)"
    assert everything(counter) == before


def test_with_add_nobody_leaves(counter: Counter, tmp_path: Path) -> None:
    assert stored(counter, tmp_path, [HEADER, ("P4", "陈新来", "五(2)班")], add=True).leaving == ()


def test_a_refused_row_keeps_its_person_and_one_without_number_keeps_everybody(
    counter: Counter, tmp_path: Path
) -> None:
    assert previewed(counter, tmp_path, [HEADER, PUPILS[1], ("P1", "", "五(1)班")]).leaving == ()
    unclear = previewed(counter, tmp_path, [HEADER, PUPILS[1], ("4.50E+12", "张小样", "五(1)班")])
    assert unclear.leaving == ()
    assert "nobody leaves until they are mended" in str(unclear.remarks[0])
    footer = previewed(counter, tmp_path, [HEADER, PUPILS[1], ("", "", "合计1人")])
    assert footer.leaving == ("P1",)


REFUSED = {
    "class": (("P9", "赵", "五(3)班", "学生", ""), 'class "五(3)班" does not exist (did you mean "五(2)班"?)'),
    "no-class": (("P9", "赵", "", "学生", ""), "class is empty (fill it in; of cells that are merged only"),
    "kind": (("P9", "赵", "五(2)班", "外星人", ""), 'kind "外星人" is not known (write 学生 pupil'),
    "no-kind": (("P9", "赵", "", "", ""), "kind is not said (add a column 类别"),
    "name": (("P9", "", "五(2)班", "", ""), "name is empty (fill it in)"),
    "number-twice": (("P1", "赵", "五(2)班", "", ""), 'number "P1" is used twice, first in line 2'),
    "card-twice": (("P9", "赵", "五(2)班", "", "c1"), 'card "C1" is already a card of the person in line 2'),
    "card-of-another": (("P9", "赵", "五(2)班", "", "0002"), 'card is another person\'s, of number "P2" (correct one)'),
    "card-of-a-teacher": (("P9", "赵", "五(2)班", "", "T-1"), 'card is another person\'s, of number "T1"'),
    "card-is-an-item": (("P9", "赵", "五(2)班", "", "b1"), 'card "B1" is already an item\'s barcode or tag'),
    "card-is-a-tag": (
        ("P9", "赵", "五(2)班", "", "uid:e004010000000001"),
        'card "E004010000000001" is already an item',
    ),
    "card-is-a-command": (("P9", "赵", "五(2)班", "", "reset-1"), 'card "RESET-1" is already a command'),
    "formula": (("=A1", "赵", "五(2)班", "", ""), "number: begins with = like a formula"),
}


@pytest.mark.parametrize(("row", "expected"), REFUSED.values(), ids=REFUSED)
def test_a_row_that_cannot_be_taken_is_refused_by_itself(
    counter: Counter, tmp_path: Path, row: tuple[str, ...], expected: str
) -> None:
    lines = [
        (*HEADER, "读者类型", "卡号"),
        ("P1", "张小样", "五(1)班", "", "C1"),
        ("P2", "李试", "五(2)班", "", ""),
        row,
    ]
    preview = previewed(counter, tmp_path, lines)
    (finding,) = preview.findings
    assert str(finding).startswith(f"people.csv:4: {expected}")
    assert preview.refused == ((row, str(finding).partition(": ")[2]),)
    assert [outcome.action for outcome in preview.outcomes[:2]] == [Action.CHANGED, Action.UNCHANGED]


def test_cards_may_go_round_among_people_in_one_table(counter: Counter, tmp_path: Path) -> None:
    lines = [(*HEADER, "卡号"), (*PUPILS[0], "0002"), (*PUPILS[1], "uid:04A1B2C3; 0001")]
    stored(counter, tmp_path, lines)
    owners = {text: card.patron.number for text in ("0001", "0002", "04A1B2C3") if (card := counter.shelf.card(text))}
    assert owners == {"0001": "P2", "0002": "P1", "04A1B2C3": "P2"}


def test_a_refused_row_gives_up_no_card(counter: Counter, tmp_path: Path) -> None:
    lines = [(*HEADER, "卡号"), (*PUPILS[0], "0002"), ("P2", "李试", "六(9)班", "0005")]
    assert refusals(counter, tmp_path, lines)[0].startswith('people.csv:2: card is another person\'s, of number "P2"')


def test_the_card_of_somebody_who_left_may_be_given_to_another(counter: Counter, tmp_path: Path) -> None:
    stored(counter, tmp_path, [(*HEADER, "卡号"), *((*pupil, "") for pupil in PUPILS), ("P4", "陈", "502", "0003")])
    card = counter.shelf.card("0003")
    assert card is not None
    assert card.patron.number == "P4"


def test_an_empty_card_cell_keeps_the_cards_and_a_new_card_keeps_the_lost_ones(
    counter: Counter, tmp_path: Path
) -> None:
    stored(counter, tmp_path, [(*HEADER, "卡号"), (*PUPILS[0], ""), (*PUPILS[1], "0077")])
    found = {text: counter.shelf.card(text) for text in ("0001", "0002", "0009", "0077")}
    assert found["0001"] is not None
    assert found["0002"] is None
    assert found["0009"] is not None
    assert found["0009"].lost
    assert found["0077"] is not None


def test_a_lost_card_that_is_named_again_is_found(counter: Counter, tmp_path: Path) -> None:
    stored(counter, tmp_path, [(*HEADER, "卡号"), (*PUPILS[0], ""), (*PUPILS[1], "0009")])
    card = counter.shelf.card("0009")
    assert card is not None
    assert not card.lost


def test_teachers_come_by_their_staff_number_and_pupils_stay(counter: Counter, tmp_path: Path) -> None:
    done = stored(counter, tmp_path, [("工号", "姓名", "部门"), ("T1", "周老师", "语文组"), ("T2", "吴老师", "数学组")])
    assert (done.counts["new"], done.counts["unchanged"], done.leaving) == (1, 1, ())
    teacher = counter.shelf.patron("T2")
    assert teacher is not None
    assert (teacher.kind, teacher.klass) == ("teacher", None)


def test_in_a_table_without_numbers_a_card_says_who_it_is(counter: Counter, tmp_path: Path) -> None:
    header = ("证条码号", "姓名", "读者类别", "单位")
    lines = [
        header,
        ("0001", "张小样", "学生", "五(1)班"),
        ("0002", "李试", "学生", "五(2)班"),
        ("N-3", "陈新来", "学生", "502"),
    ]
    preview = previewed(counter, tmp_path, lines)
    assert [(outcome.number, outcome.action) for outcome in preview.outcomes] == [
        ("P1", Action.CHANGED),  # the other of the two cards is gone
        ("P2", Action.UNCHANGED),
        ("N-3", Action.NEW),
    ]


def test_a_department_is_no_class_of_a_teacher(counter: Counter, tmp_path: Path) -> None:
    lines = [
        ("证条码号", "姓名", "读者类别", "单位"),
        ("T-9", "吴老师", "教师", "语文组"),
        ("P-9", "赵", "学生", "语文组"),
    ]
    preview = previewed(counter, tmp_path, lines)
    assert [(p.number, p.kind, p.klass) for p in preview.people] == [("T-9", "teacher", None)]
    assert preview.findings[0].text.startswith('class "语文组" does not exist')


ROSTERS = {
    "koha": (("cardnumber", "surname", "firstname", "categorycode"), ("K1", "Sample", "Ann", "ST"), "Ann Sample"),
    "slims": (("member_id", "member_name", "gender", "member_type_name"), ("M1", "王试", "1", "Student"), "王试"),
    "destiny": (
        ("Barcode", "DistrictID", "LastName", "FirstName", "PatronType", "Status(A/I)"),
        ("D1", "9", "王", "试", "Student", "A"),
        "王试",
    ),
    "oneroster": (
        ("sourcedId", "status", "role", "username", "givenName", "familyName", "identifier"),
        ("x", "active", "student", "u", "Ann", "Sample", "1"),
        "Ann Sample",
    ),
}


@pytest.mark.parametrize(("header", "row", "name"), ROSTERS.values(), ids=ROSTERS)
def test_rosters_of_other_systems_are_read(
    tmp_path: Path, header: Sequence[str], row: Sequence[str], name: str
) -> None:
    path = csv_file(tmp_path / "a.csv", header, row)
    preview = preview_patrons(table(path), KnownSchool(), b"", TODAY)
    assert isinstance(preview, Preview)
    assert [(person.name, person.kind, person.active) for person in preview.people] == [(name, "pupil", True)], preview


def test_a_name_that_the_glass_cannot_show_is_reported(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "a.csv", HEADER, ("1", "张㐂样", "五(1)班"))
    preview = preview_patrons(table(path), KnownSchool(), b"", TODAY, covers=lambda char: char != "㐂")
    assert isinstance(preview, Preview)
    assert [str(remark) for remark in preview.remarks] == ["a.csv:2: name: the glass cannot show 㐂 (U+3402)"]
    assert preview.outcomes[0].reason == "name: the glass cannot show 㐂 (U+3402)"


def test_a_table_that_breaks_off_brings_nobody_in(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('学号,姓名\n1,张\n2,"李\n', "utf-8")
    refused = preview_patrons(table(tmp_path / "a.csv"), KnownSchool(), b"", TODAY)
    assert isinstance(refused, Refused)


def test_a_school_that_changed_since_the_preview_is_not_written(counter: Counter, tmp_path: Path) -> None:
    known = known_school()
    preview = previewed(counter, tmp_path, [HEADER, *PUPILS, ("P4", "陈新来", "五(2)班")])
    counter.db.execute_sql("UPDATE person SET name = '张改名' WHERE number = 'P1'")
    stopped = store_patrons(preview, known, counter.office)
    assert "changed meanwhile" in str(stopped)
    assert counter.shelf.patron("P4") is None
