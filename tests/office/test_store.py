"""A school brought into a real database: what changes, what stays, and that nothing is half done."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.circulation.records import Entry, Kind
from kiosk.db.check import check
from kiosk.office.findings import Refused
from kiosk.office.merge import Count
from kiosk.office.store import store_school
from tests.office.folders import NOON, SCHOOL, Counter, counter_at, read

TABLES = (
    "meta", "school_setting", "school_class", "person", "card", "title", "item", "slot_row", "term_row",
    "calendar_row", "rule_row", "alias", "base_loan", "loan", "entry",
)  # fmt: skip


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = counter_at(tmp_path)
    yield counter
    counter.db.close()


TAGS = ("E001", "E002", "E003")


def without(file: str, start: str, files: Mapping[str, str] = SCHOOL) -> dict[str, str]:
    """The folder without the lines of `file` that begin with `start`."""
    lines = [line for line in files[file].splitlines(keepends=True) if not line.startswith(start)]
    return {**files, file: "".join(lines)}


def everything(counter: Counter) -> list[list[tuple[object, ...]]]:
    return [counter.rows(f"SELECT * FROM {table} ORDER BY 1") for table in TABLES]  # noqa: S608


def test_what_the_folder_says_is_on_the_shelf(counter: Counter, tmp_path: Path) -> None:
    done = counter.store(read(tmp_path / "s"))
    assert done.counts["people"] == Count(new=5)
    shelf = counter.shelf
    by_uid = shelf.card("04A1B2C3")
    assert by_uid is not None
    assert (by_uid.patron.number, by_uid.patron.grade, by_uid.lost) == ("P1", 5, False)
    lost = shelf.card("0009")
    assert lost is not None
    assert lost.lost
    tagged = shelf.item("E004010000000001")
    assert tagged is not None
    assert (tagged.barcode, tagged.title, tagged.author) == ("B1", "西游记", "吴承恩")
    loan = shelf.loan("B1")
    assert loan is not None
    assert (loan.number, loan.due, loan.renewals) == ("P1", date(2026, 11, 25), 1)
    policy = shelf.policy()
    assert policy.commands == {"RESET-1"}
    assert (policy.target_pupil_books, len(policy.timetable.rows), policy.calendar.terms[0].name) == (5, 3, "2026秋")
    pupil = shelf.patron("P1")
    assert pupil is not None
    assert policy.terms(pupil, "book").number == 3
    assert check(counter.db, fold=True) == []


def test_the_same_folder_twice_changes_nothing(counter: Counter, tmp_path: Path) -> None:
    people = SCHOOL["people.csv"].replace("suspended_until\n", "suspended_until,pin\n").replace(",,\n", ",,,13579\n")
    people = people.replace("2026-12-01\n", "2026-12-01,\n").replace("no,\n", "no,,\n")
    school = read(tmp_path / "s", {**SCHOOL, "people.csv": people})
    assert counter.store(school).changed
    before = everything(counter)
    done = counter.store(school)
    assert not done.changed
    assert done.counts["pins"] == Count(unchanged=3)
    assert everything(counter) == before


def test_an_import_that_changed_something_is_in_the_ledger(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "s"))
    ((kind, data),) = counter.rows("SELECT kind, data FROM entry")
    assert kind == "imported"
    assert '"people":{' in str(data)
    assert "张小样" not in str(data)


def test_card_texts_are_nowhere_in_the_file(counter: Counter, tmp_path: Path) -> None:
    people = SCHOOL["people.csv"].replace("0002", "CARDTEXT-77").replace("0009", "LOSTTEXT-88")
    counter.store(read(tmp_path / "s", {**SCHOOL, "people.csv": people}), default_pin="PINTEXT-99")
    counter.db.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("kiosk.db*"))
    assert "李试".encode() in raw
    assert [text for text in (b"CARDTEXT", b"LOSTTEXT", b"PINTEXT", b"04A1B2C3") if text in raw] == []


def test_people_who_are_missing_become_inactive_and_keep_their_cards(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    fewer = read(tmp_path / "b", without("people.csv", "P2"))
    assert counter.store(fewer, force=True).counts["people"].removed == 1
    known = counter.shelf.card("0002")
    assert known is not None
    assert not known.patron.active
    assert not counter.store(fewer).changed, "they do not leave twice"
    assert counter.store(read(tmp_path / "a")).counts["people"].changed == 1, "and they may come back"


def test_a_card_that_went_to_somebody_else_opens_only_their_loans(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    moved = without("people.csv", "P2")
    moved["people.csv"] += "P8,新生,pupil,五(2)班,0002,,,,\n"
    counter.store(read(tmp_path / "b", moved), force=True)
    known = counter.shelf.card("0002")
    assert known is not None
    assert known.patron.number == "P8"


def test_a_card_that_was_taken_off_a_person_is_unknown(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    people = SCHOOL["people.csv"].replace("0001;uid:04a1b2c3", "uid:04a1b2c3")
    counter.store(read(tmp_path / "b", {**SCHOOL, "people.csv": people}))
    assert counter.shelf.card("0001") is None
    assert counter.shelf.card("04A1B2C3") is not None


def test_items_that_are_missing_are_withdrawn_and_keep_their_title(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    files = without("titles.csv", "W2", without("items.csv", "B3", without("items.csv", "B4")))
    done = counter.store(read(tmp_path / "b", files), force=True)
    assert (done.counts["items"].removed, done.counts["titles"].removed) == (2, 0)
    item = counter.shelf.item("B3")
    assert item is not None
    assert (item.state, item.title) == ("withdrawn", "小王子")


def test_a_title_without_copies_goes(counter: Counter, tmp_path: Path) -> None:
    extra = {**SCHOOL, "titles.csv": SCHOOL["titles.csv"] + "W3,没有复本,,,\n"}
    counter.store(read(tmp_path / "a", extra))
    assert counter.store(read(tmp_path / "b")).counts["titles"].removed == 1


def test_two_items_may_swap_their_tags(counter: Counter, tmp_path: Path) -> None:
    tags = "barcode,title_id,tag\nB1,W1,E001\nB2,W1,E002\nB3,W2,{}\nB4,W2,\n"
    counter.store(read(tmp_path / "a", {**SCHOOL, "items.csv": tags.format("")}))
    swapped = tags.replace("E001", "X").replace("E002", "E001").replace("X", "E002").format("")
    counter.store(read(tmp_path / "b", {**SCHOOL, "items.csv": swapped}))
    assert counter.rows("SELECT barcode, tag FROM item WHERE tag IS NOT NULL ORDER BY 1") == [
        ("B1", "E002"),
        ("B2", "E001"),
    ]


def test_the_tags_of_a_set_all_find_it_and_may_move(counter: Counter, tmp_path: Path) -> None:
    head, rest = "barcode,title_id,tag\n", "B3,W2,\nB4,W2,\n"
    first = {**SCHOOL, "items.csv": f"{head}B1,W1,E001; e002 ;E003\nB2,W1,E004\n{rest}"}
    assert counter.store(read(tmp_path / "a", first)).counts["part_tags"] == Count(new=2)
    found = [counter.shelf.item(tag) for tag in ("E001", "E002", "E003", "B1")]
    assert {(item.barcode, item.parts, item.tags) for item in found if item} == {("B1", 3, frozenset(TAGS))}
    assert not counter.store(read(tmp_path / "again", first)).changed
    moved = {**SCHOOL, "items.csv": f"{head}B1,W1,E004;E002\nB2,W1,E003;E001\n{rest}"}
    counter.store(read(tmp_path / "b", moved))
    owners = {tag: counter.shelf.item(tag) for tag in (*TAGS, "E004")}
    assert {tag: item.barcode for tag, item in owners.items() if item} == {
        "E001": "B2", "E002": "B1", "E003": "B2", "E004": "B1",
    }  # fmt: skip
    gone = {**SCHOOL, "items.csv": f"{head}B1,W1,E004\nB2,W1,E003;E001\n{rest}"}
    assert counter.store(read(tmp_path / "c", gone)).counts["part_tags"] == Count(unchanged=1, removed=1)
    assert counter.shelf.item("E002") is None


def test_more_rows_than_go_into_one_statement_come_in(counter: Counter, tmp_path: Path) -> None:
    items = "".join(f"X{number:05},W1,,,E1{number:014},,\n" for number in range(1201))
    school = read(tmp_path / "s", {**SCHOOL, "items.csv": SCHOOL["items.csv"] + items})
    assert counter.store(school).counts["items"] == Count(new=1205)
    assert counter.store(read(tmp_path / "t"), force=True).counts["items"] == Count(unchanged=4, removed=1201)


@pytest.mark.parametrize(("file", "start", "said"), [("people.csv", "P", "people"), ("items.csv", "B", "items")])
def test_a_file_that_lost_a_fifth_is_stopped_unless_forced(
    counter: Counter, tmp_path: Path, file: str, start: str, said: str
) -> None:
    counter.store(read(tmp_path / "a"))
    before = everything(counter)
    school = read(tmp_path / "b", {**without(file, start), "loans.csv": "barcode,number,lent,due\n"})
    refused = store_school(school, counter.office)
    assert isinstance(refused, Refused)
    assert f"{said} would go" in str(refused)
    assert everything(counter) == before
    assert counter.store(school, force=True).changed


def test_what_a_refused_row_speaks_of_stays_as_it_is(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    before = everything(counter)
    files = {
        **SCHOOL,
        "people.csv": SCHOOL["people.csv"].replace("P1,张小样,pupil", "P1,改名,parent"),
        "items.csv": SCHOOL["items.csv"].replace("b1,W1", "b1,W9"),
    }
    school = read(tmp_path / "b", files)
    assert len(school.refused) == 4
    assert not counter.store(school).changed
    assert everything(counter) == before


def test_the_kiosk_knows_better_about_an_item_that_its_ledger_speaks_of(counter: Counter, tmp_path: Path) -> None:
    school = read(tmp_path / "s")
    counter.store(school)
    with counter.ledger.decision():
        counter.ledger.record(Entry(NOON, Kind.RETURNED, patron="P1", item="B1", reader="desk"))
    done = counter.store(school)
    assert done.counts["loans"] == Count()
    assert counter.shelf.loan("B1") is None
    assert check(counter.db, fold=True) == []


def test_a_loan_that_changed_in_the_file_changes_and_one_that_went_goes(counter: Counter, tmp_path: Path) -> None:
    both = {**SCHOOL, "loans.csv": SCHOOL["loans.csv"] + "B2,P2,2026-11-10,2026-11-25,0\n"}
    counter.store(read(tmp_path / "a", both))
    other = {**SCHOOL, "loans.csv": "barcode,number,lent,due,renewals\nB1,P2,2026-11-12,2026-11-27,0\n"}
    done = counter.store(read(tmp_path / "b", other))
    assert done.counts["loans"] == Count(changed=1, removed=1)
    loan = counter.shelf.loan("B1")
    assert loan is not None
    assert (loan.number, loan.due) == ("P2", date(2026, 11, 27))
    assert counter.shelf.loan("B2") is None
    assert check(counter.db, fold=True) == []


def test_without_a_loans_file_loans_stay(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"))
    files = {name: text for name, text in SCHOOL.items() if name != "loans.csv"}
    assert "loans" not in counter.store(read(tmp_path / "b", files)).counts
    assert counter.shelf.loan("B1") is not None


def test_a_pin_in_the_file_replaces_the_old_one_and_no_column_leaves_it(counter: Counter, tmp_path: Path) -> None:
    def with_pin(pin: str) -> dict[str, str]:
        people = "number,name,kind,class,roles,pin\nP1,张小样,pupil,五(1)班,,\nP2,李试,pupil,,,\nT1,周老师,teacher,,,\n"
        return {**SCHOOL, "people.csv": people + f"S1,文馆员,staff,,librarian,{pin}\n"}

    counter.store(read(tmp_path / "a", with_pin("2468")))
    assert counter.shelf.pin_fits("S1", "2468")
    counter.store(read(tmp_path / "b"), default_pin=None)
    assert counter.shelf.pin_fits("S1", "2468")
    assert counter.store(read(tmp_path / "c", with_pin("8642")), force=True).counts["pins"] == Count(changed=1)
    assert counter.shelf.pin_fits("S1", "8642")


def test_the_pin_of_a_trace_is_for_staff_and_only_without_a_column(counter: Counter, tmp_path: Path) -> None:
    counter.store(read(tmp_path / "a"), default_pin="1234")
    fits = [number for number in ("P1", "P2", "T1", "S1") if counter.shelf.pin_fits(number, "1234")]
    assert fits == ["P2", "T1", "S1"]


def test_when_the_ledger_fails_nothing_is_stored(counter: Counter, tmp_path: Path) -> None:
    before = everything(counter)

    class Full:
        decision = counter.ledger.decision

        def record(self, entry: Entry) -> None:
            raise OSError(28, "no space left")

    with pytest.raises(OSError, match="no space"):
        store_school(read(tmp_path / "s"), replace(counter.office, ledger=Full()))  # type: ignore[arg-type]
    assert everything(counter) == before
