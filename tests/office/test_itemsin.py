"""Titles and copies brought into a real database: what changes, what stays, what is refused and why."""

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.circulation.records import Kind
from kiosk.db.check import check
from kiosk.office.bookrows import Book, Copy, Flavour, Rejected
from kiosk.office.itemsin import Action, Counts, Intake, Plan
from kiosk.office.itemstore import Refusals, Waiting, preview, store_items
from tests.office.folders import NOON, Counter, counter_at
from tests.office.folders import read as school

JOURNEY = Book(1, Flavour.CNMARC, "W9", "西游记", "吴承恩", "9787020002207", copies=(Copy("n1", "I242/1"), Copy("N2")))


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = counter_at(tmp_path)
    counter.store(school(tmp_path / "school"))
    yield counter
    counter.db.close()


def intake(counter: Counter | None) -> Intake:
    if counter is None:
        return Intake(NOON.date(), None, b"")
    return Intake(NOON.date(), counter.db, counter.office.site_key)


def plan(counter: Counter | None, book: Book | Rejected) -> Plan:
    (plan,) = intake(counter).decide([book])
    return plan


def stored(counter: Counter, tmp_path: Path, *books: Book | Rejected) -> Counts:
    with (tmp_path / "spool").open("w+b") as spool:
        waiting = Waiting(spool, counter.db)
        preview(books, intake(counter), lambda plans: None, waiting)
        return store_items(waiting, counter.office, {"flavour": "cnmarc"})


def title(counter: Counter, title_id: str) -> Sequence[object]:
    (row,) = counter.rows("SELECT title, author, isbn, price_fen, added FROM title WHERE title_id = ?", title_id)
    return row


def test_a_new_book_is_on_the_shelf_and_in_the_ledger(counter: Counter, tmp_path: Path) -> None:
    counts = stored(counter, tmp_path, JOURNEY)
    assert (counts.records["new"], counts.items["new"]) == (1, 2)
    item = counter.shelf.item("N1")
    assert item is not None
    assert (item.title, item.call_number, item.kind) == ("西游记", "I242/1", "book")
    assert title(counter, "W9") == ("西游记", "吴承恩", "9787020002207", None, "2026-11-23")
    (row,) = counter.rows("SELECT kind, data FROM entry ORDER BY seq DESC LIMIT 1")
    assert row[0] == Kind.IMPORTED
    assert '"what":"items"' in str(row[1]).replace(": ", ":")
    assert check(counter.db) == []


def test_the_same_file_twice_changes_nothing(counter: Counter, tmp_path: Path) -> None:
    stored(counter, tmp_path, JOURNEY)
    before = counter.rows("SELECT count(*) FROM entry")
    counts = stored(counter, tmp_path, JOURNEY)
    assert (counts.records["unchanged"], counts.items["unchanged"], counts.written) == (1, 2, False)
    assert counter.rows("SELECT count(*) FROM entry") == before


def test_a_database_that_changed_meanwhile_decides_anew(counter: Counter, tmp_path: Path) -> None:
    with (tmp_path / "spool").open("w+b") as spool:
        waiting = Waiting(spool, counter.db)
        preview([JOURNEY], intake(counter), lambda plans: None, waiting)
        with sqlite3.connect(counter.db.path) as other:
            other.execute("DELETE FROM search_stale")
            other.execute("INSERT INTO title (title_id, title) VALUES ('W9', '西游记')")
            other.execute("INSERT INTO item (barcode, title_id) VALUES ('N1', 'W9')")
        other.close()
        counts = store_items(waiting, counter.office, {})
    assert (counts.records["changed"], counts.items["changed"], counts.items["new"]) == (1, 1, 1)


def test_what_a_file_does_not_say_stays(counter: Counter, tmp_path: Path) -> None:
    book = Book(1, Flavour.CNMARC, "W1", "西游记（新版）", copies=(Copy("B1", "I242"),))
    counts = stored(counter, tmp_path, book)
    assert (counts.records["changed"], counts.items["changed"]) == (1, 1)
    assert title(counter, "W1") == ("西游记（新版）", "吴承恩", "", 2000, "2026-11-01")
    assert counter.rows("SELECT call_number, tag, state FROM item WHERE barcode = 'B1'") == [
        ("I242", "E004010000000001", "available")
    ]
    assert counter.rows("SELECT state FROM item WHERE barcode = 'B2'") == [("damaged",)]


def test_a_copy_of_a_title_that_an_earlier_record_brought_is_a_change_of_it(counter: Counter, tmp_path: Path) -> None:
    again = replace(JOURNEY, number=2, copies=(Copy("N3"),))
    actions = [plan.action for plan in intake(counter).decide([JOURNEY, again])]
    assert actions == [Action.NEW, Action.CHANGED]
    assert stored(counter, tmp_path, JOURNEY, again).items["new"] == 3


@pytest.mark.parametrize(
    ("barcode", "reason"),
    [
        ("0001", "is already somebody's card"),
        ("04A1B2C3", "is already somebody's card"),
        ("RESET-1", "is already a command of the school"),
        ("E004010000000001", 'is already the tag of item "B1"'),
        ("b3", 'is a copy of title "W2" already'),
        ("4.50E+12", "was changed by a spreadsheet"),
        ("x" * 129, "longer than 128"),
        ("A\u200bB", "cannot be seen"),
    ],
)
def test_a_barcode_that_is_something_else_is_refused(counter: Counter, barcode: str, reason: str) -> None:
    found = plan(counter, replace(JOURNEY, copies=(Copy("N1"), Copy(barcode))))
    assert (found.action, [copy.action for copy in found.copies]) == (Action.NEW, [Action.NEW, Action.REFUSED])
    assert reason in found.reason
    assert found.has_refusal


def test_a_record_of_which_all_copies_are_refused_is_refused_whole(counter: Counter, tmp_path: Path) -> None:
    book = replace(JOURNEY, copies=(Copy("0001"),))
    assert plan(counter, book).action is Action.REFUSED
    stored(counter, tmp_path, book)
    assert counter.rows("SELECT 1 FROM title WHERE title_id = 'W9'") == []


def test_a_barcode_twice_in_a_file_is_refused_the_second_time(counter: Counter) -> None:
    other = Book(2, Flavour.CNMARC, "W8", "小王子", copies=(Copy("N1"), Copy("N7"), Copy("n7")))
    first, second = intake(counter).decide([JOURNEY, other])
    assert not first.has_refusal
    assert [copy.action for copy in second.copies] == [Action.REFUSED, Action.NEW]
    assert second.reason == 'barcode "N1" is in record 1 already (correct one)'


def test_an_id_that_is_another_titles_in_the_file_is_refused(counter: Counter) -> None:
    other = replace(JOURNEY, number=2, title="小王子", copies=(Copy("N7"),))
    found = intake(counter).decide([JOURNEY, other])[1]
    assert found.action is Action.REFUSED
    assert "is that of another title in record 1" in found.reason


def test_a_record_without_a_barcode_is_a_title_only_and_says_so(counter: Counter) -> None:
    found = plan(counter, replace(JOURNEY, copies=()))
    assert (found.action, found.notes) == (Action.NEW, ("no barcode: only the title",))


def test_without_a_database_everything_is_new() -> None:
    assert plan(None, JOURNEY).action is Action.NEW


def test_characters_that_the_glass_cannot_show_are_said() -> None:
    (found,) = Intake(NOON.date(), None, b"", lambda char: char != "游").decide([JOURNEY])
    assert found.notes == ("characters that the glass cannot show: 游 (U+6E38)",)


def test_refused_records_come_out_as_files_to_mend(tmp_path: Path) -> None:
    bad = Rejected(3, "is cut off", raw=b"00812 rest")
    with Refusals(tmp_path, Path("books.iso")) as refusals:

        def keep(plans: list[Plan]) -> None:
            for plan in plans:
                if plan.has_refusal:
                    refusals.add(plan)

        preview([JOURNEY, bad], intake(None), keep)
    assert (tmp_path / "books.refused.mrc").read_bytes() == b"00812 rest"
    assert (tmp_path / "books.refused.txt").read_text("utf-8") == "books.iso:3: is cut off\n"


def test_a_good_file_leaves_no_files_to_mend(tmp_path: Path) -> None:
    with Refusals(tmp_path, Path("books.iso")) as refusals:
        assert not refusals.written
    assert list(tmp_path.iterdir()) == []
