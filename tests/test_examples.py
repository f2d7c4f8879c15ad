"""The example schools are whole, made-up and as examples/README.md says."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from stdnum import luhn

from kiosk.circulation.policy import Policy
from kiosk.circulation.records import ItemState, PatronKind
from kiosk.circulation.timetable import Use
from kiosk.office.folder import SchoolFolder
from kiosk.office.school import read_school
from kiosk.settings import load_settings
from tests.office.folders import NOON, Counter, counter_at

EXAMPLES = Path(__file__).parent.parent / "examples"
SCHOOLS = ("lunch", "all-day")
TRACES = sorted((EXAMPLES / "traces").glob("*.jsonl"))
README = (EXAMPLES / "README.md").read_text(encoding="utf-8")
TOUCHES = {"done", "renew", "give_back", "cancel", "language", "staff", "pin", "override", "open_slot", "confirm_clock",
           "staff_done"}  # fmt: skip


def school(name: str) -> SchoolFolder:
    read = read_school(EXAMPLES / name)
    assert isinstance(read, SchoolFolder), str(read)
    return read


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = counter_at(tmp_path)
    yield counter
    counter.db.close()


def policy(counter: Counter, name: str) -> Policy:
    counter.store(school(name))
    return counter.shelf.policy()


@pytest.mark.parametrize("name", SCHOOLS)
def test_an_example_school_has_no_bad_row_and_comes_in_twice_without_a_change(counter: Counter, name: str) -> None:
    read = school(name)
    assert read.refused == ()
    assert counter.store(read).changed
    assert not counter.store(read).changed


@pytest.mark.parametrize("name", SCHOOLS)
def test_an_example_school_is_a_nine_year_school(name: str) -> None:
    read = school(name)
    assert [line.grade for line in read.plan.classes] == [grade for grade in range(1, 10) for _ in range(2)]
    kinds = [person.kind for person in read.people]
    assert kinds.count(PatronKind.PUPIL) == 18 * 6
    assert sum(1 for person in read.people if "librarian" in person.roles) == 1
    assert sum(1 for person in read.people if "pupil_librarian" in person.roles) == 1
    assert {len(person.name) for person in read.people if person.kind is PatronKind.PUPIL} == {2, 3, 4}
    assert len({line.teacher for line in read.plan.classes}) == 18


@pytest.mark.parametrize("name", SCHOOLS)
def test_barcodes_end_in_a_check_digit_and_the_import_finds_out_which(name: str) -> None:
    read = school(name)
    assert all(luhn.is_valid(item.barcode) for item in read.items)
    assert read.item_check == "luhn14"


@pytest.mark.parametrize("name", SCHOOLS)
def test_the_stock_has_one_of_everything_that_is_not_simply_lent(name: str) -> None:
    items = school(name).items
    assert {item.kind for item in items} == {"book", "reference", "periodical", "textbook"}
    assert {item.state for item in items} == set(ItemState)
    assert any(item.kept_for for item in items)
    assert any(item.tag for item in items)


@pytest.mark.parametrize("name", SCHOOLS)
def test_due_dates_are_those_that_the_rules_give(counter: Counter, name: str) -> None:
    rules = policy(counter, name)
    for loan in school(name).loans or ():
        patron, item = counter.shelf.patron(loan.number), counter.shelf.item(loan.barcode)
        assert patron is not None
        assert item is not None
        terms = rules.terms(patron, item.kind)
        due = rules.calendar.due(loan.lent, terms.days, recall_exempt=terms.row.recall_exempt)
        assert (loan.barcode, loan.due) == (loan.barcode, due)


@pytest.mark.parametrize("name", SCHOOLS)
def test_books_that_are_out_were_lent_on_open_days_within_a_slot(counter: Counter, name: str) -> None:
    rules = policy(counter, name)
    for loan in school(name).loans or ():
        patron = counter.shelf.patron(loan.number)
        assert patron is not None
        noon = datetime.combine(loan.lent, NOON.timetz())
        assert rules.calendar.is_open(loan.lent)
        assert name == "all-day" or rules.timetable.admits(patron, noon, rules.calendar)


def test_at_lunch_on_monday_grades_one_and_two_may_borrow_and_nobody_else(counter: Counter) -> None:
    rules = policy(counter, "lunch")
    admitted = {
        patron.grade
        for line in school("lunch").people
        if line.kind is PatronKind.PUPIL
        for patron in [counter.shelf.patron(line.number)]
        if patron is not None and rules.timetable.admits(patron, NOON, rules.calendar)
    }
    assert admitted == {1, 2}


@pytest.mark.parametrize("name", SCHOOLS)
def test_every_class_has_its_slot_in_a_week(counter: Counter, name: str) -> None:
    rules = policy(counter, name)
    monday = date(2026, 11, 16)
    slots = [slot for day in range(5) for slot in rules.timetable.on(monday + timedelta(days=day), rules.calendar)]
    for line in school(name).people:
        patron = counter.shelf.patron(line.number)
        assert patron is not None
        uses = [slot.row.use for slot in slots if slot.row.who.admits(patron)]
        assert uses
        if patron.kind is PatronKind.PUPIL:
            # grades 2 and 3 stand on two days of the first plan
            assert uses.count(Use.CLASS) == (2 if name == "lunch" and patron.grade in (2, 3) else 1)


@pytest.mark.parametrize("name", SCHOOLS)
def test_some_titles_are_new_this_month(name: str) -> None:
    new = [title for title in school(name).titles if title.added and title.added >= date(2026, 11, 1)]
    assert len(new) >= 6


def test_the_two_schools_have_the_same_people_and_books() -> None:
    lunch, all_day = map(school, SCHOOLS)
    assert (lunch.people, lunch.titles, lunch.items) == (all_day.people, all_day.titles, all_day.items)


def test_the_settings_of_the_second_school_are_read_strictly() -> None:
    assert load_settings(EXAMPLES / "all-day" / "kiosk.toml").drop.beam


def test_all_that_the_readme_names_is_in_the_folder() -> None:
    texts = set()
    for file in ("people.csv", "items.csv"):
        with (EXAMPLES / "lunch" / file).open(encoding="utf-8", newline="") as rows:
            for row in csv.DictReader(rows):
                texts |= {part for cell in row.values() for part in str(cell).split(";")}
    named = re.findall(r"`((?:uid:)?[0-9A-F]{8,16}|T\d{3}|S\d{3})`", README)
    assert len(named) > 40
    assert [text for text in named if text not in texts] == []


@pytest.mark.parametrize("trace", TRACES, ids=lambda path: path.stem)
def test_a_trace_is_made_of_lines_that_can_be_played(trace: Path) -> None:
    assert f"`{trace.name}`" in README
    at = datetime.min.replace(tzinfo=NOON.tzinfo)
    for text in trace.read_text(encoding="utf-8").splitlines():
        line = json.loads(text)
        assert datetime.fromisoformat(line["at"]) >= at
        at = datetime.fromisoformat(line.pop("at"))
        assert at.utcoffset() is not None
        assert set(line) in (
            set(), {"reader", "text"}, {"reader", "tag"}, {"reader", "tags"}, {"touch"}, {"touch", "value"},
            {"touch", "text"}, {"sensor"}, {"sensor", "value"}, {"clock"},
        )  # fmt: skip
        assert line.get("touch", "done") in TOUCHES


# What each trace shows, as examples/README.md says: the refusals in their order.
REFUSALS = {
    "monday-lunch": [
        "limit_reached", "not_for_loan", "not_your_slot", "overdue_items", "limit_reached", "not_your_slot",
    ],
    "book-first": ["lent_to_other", "isbn_not_item", "unreadable"],
    "drop-point": ["unknown_item", "bin_full"],
    "drop-beam": ["not_dropped"],
    "staff": ["not_your_slot", "not_your_slot", "clock_untrusted"],
}  # fmt: skip


@pytest.mark.parametrize("trace", TRACES, ids=lambda path: path.stem)
def test_a_trace_shows_what_the_readme_says(trace: Path) -> None:
    name = "all-day" if trace.stem == "drop-beam" else "lunch"
    command = [sys.executable, "-m", "kiosk", "play", str(trace), "--school", str(EXAMPLES / name), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["refusal"] for line in lines if line["refusal"]] == REFUSALS[trace.stem]


@pytest.mark.parametrize("name", SCHOOLS)
def test_files_are_written_as_any_program_can_read_them(name: str) -> None:
    for path in (EXAMPLES / name).iterdir():
        data = path.read_bytes()
        assert data.endswith(b"\n")
        assert b"\r" not in data
        assert not data.startswith(b"\xef\xbb\xbf")
