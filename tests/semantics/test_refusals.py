"""Refusals: which reasons apply, in which order they stand, and what the number counts."""

from itertools import product
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Trace, last, run, simple

# The order as the agreement writes it; the parts that need more hardware or records than these tests have are left out.
ORDER = (
    "clock_untrusted", "unknown_item", "isbn_not_item", "unreadable", "item_withdrawn", "not_for_loan", "item_lost",
    "item_damaged", "parts_missing", "reserved", "lent_to_other", "suspended", "overdue_items", "limit_reached",
    "after_recall", "closed_day", "not_your_slot",
)  # fmt: skip
PATRON_REASONS = ("suspended", "overdue_items", "limit_reached")
ITEM_STATES = {"available": None, "withdrawn": "item_withdrawn", "lost": "item_lost", "mending": "item_damaged"}
# Four days on which the library is open or not and the books are called back or not; 13:00 is in no slot.
DAYS = (
    ("2026-12-07", ()),
    ("2026-12-12", ("closed_day",)),
    ("2027-01-11", ("after_recall",)),
    ("2027-01-16", ("after_recall", "closed_day")),
)


def _school(path: Path) -> tuple[Folder, dict[str, set[str]], dict[str, set[str]]]:
    """A school with a pupil for every set of a patron's reasons and a book for every set of a book's."""
    folder = simple(path).rule("pupil", "*", number=2, days=15)
    folder.term("2026-09-01", "2027-01-22", last_loan_day="2027-01-08", recall_day="2027-01-15")
    folder.slot(1, "12:00", "12:50").slot(6, "12:00", "12:50")
    pupils: dict[str, set[str]] = {}
    for n, holds in enumerate(product((False, True), repeat=3)):
        number = f"P{n}"
        reasons = {reason for reason, held in zip(PATRON_REASONS, holds, strict=True) if held}
        pupils[number] = reasons
        folder.pupil(number, suspended_until="2027-12-31" if "suspended" in reasons else "")
        dues = ["2026-10-12"] if "overdue_items" in reasons else []
        while "limit_reached" in reasons and len(dues) < 2:
            dues.append("2027-06-01")
        for place, due in enumerate(dues):
            folder.book(f"OUT{n}{place}").loan(f"OUT{n}{place}", number, "2026-10-05", due)
    books: dict[str, set[str]] = {}
    for n, (state, kind, kept, out) in enumerate(
        product(ITEM_STATES, ("book", "reference"), (False, True), (False, True))
    ):
        barcode = f"X{n}"
        folder.book(barcode, state=state, kind=kind, kept_for="2" if kept else "")
        reasons = {"not_for_loan"} if kind == "reference" else set()
        reasons |= {ITEM_STATES[state] or ""} - {""}
        reasons |= {"reserved"} if kept else set()
        if out:
            folder.loan(barcode, "T1", "2026-10-05", "2027-06-01")
            reasons.add("lent_to_other")
        books[barcode] = reasons
    return folder, pupils, books


def test_all_reasons_that_apply_stand_in_their_order(tmp_path: Path) -> None:
    folder, pupils, books = _school(tmp_path)
    trace, expected = Trace(step_s=1), list[list[str]]()

    def visit(number: str, of_day: set[str]) -> None:
        trace.card(number)
        expected.append([])
        for barcode, of_book in books.items():
            found = of_book | pupils[number] | of_day
            if "not_for_loan" in of_book:
                found.discard("limit_reached")  # the loans are of another kind
            trace.scan(barcode)
            expected.append([reason for reason in ORDER if reason in found])
            if not found:
                trace.tick().tick().scan(barcode).touch("give_back")
                expected.extend([[], [], [], []])

    for day, of_day in DAYS:
        for hour, of_hour in (("12:00:00", ()), ("13:00:00", ("not_your_slot",))):
            trace.at(f"{day}T{hour}+08:00")
            for clock in ("synced", "guess"):
                trace.clock(clock)
                expected.append([])
                guess = {"clock_untrusted"} if clock == "guess" else set()
                for number in pupils:
                    visit(number, {*of_day, *of_hour} | guess)
            trace.clock("synced")
            expected.append([])
    lines = run(folder, trace)
    for asked, line, reasons in zip(trace.lines, lines, expected, strict=True):
        found = line.reasons if line.refusal else []
        assert found == reasons, (asked, line)
        assert line.refusal == (reasons[0] if reasons else None)


@pytest.mark.parametrize("state", ["damaged", "mending"])
def test_damaged_and_mending_are_item_damaged(tmp_path: Path, state: str) -> None:
    line = last(simple(tmp_path).book("K1", state=state), Trace().card("1").scan("K1"))
    assert line.reasons == ["item_damaged"]


def test_a_damaged_book_of_anothers_is_given_back_and_refused(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("K1", state="damaged").loan("K1", "2", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("K1").touch("give_back"))
    assert lines[1].reasons == ["item_damaged", "lent_to_other"]
    assert lines[2].said == [("returned", "unseen"), ("refused", "item_damaged")]


def test_a_book_kept_for_somebody_is_lent_to_them_only(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("K1", kept_for="2")
    lines = run(folder, Trace().card("1").scan("K1").card("2").scan("K1"))
    assert lines[1].reasons == ["reserved"]
    assert lines[3].kinds == ["lent"]


# The number.


def _lends(folder: Folder, number: str, *barcodes: str) -> list[str | None]:
    """The refusal, or None, for each book in one visit."""
    return [line.refusal for line in run(folder, Trace().card(number).scan(*barcodes))[1:]]


@pytest.mark.parametrize(("number", "books"), [("1", 2), ("T1", 10), ("L1", 10)])
def test_default_numbers(tmp_path: Path, number: str, books: int) -> None:
    found = _lends(simple(tmp_path), number, *(f"B{n}" for n in range(1, books + 2)))
    assert found == [None] * books + ["limit_reached"]


def test_a_number_of_zero_lends_nothing(tmp_path: Path) -> None:
    assert _lends(simple(tmp_path).rule("pupil", "*", number=0), "1", "B1") == ["limit_reached"]


def test_loans_from_before_count(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")
    assert _lends(folder, "1", "B1", "B2") == [None, "limit_reached"]


def test_a_book_that_came_back_frees_its_place(tmp_path: Path) -> None:
    trace = Trace().card("1").scan("B1", "B2", "B3").drop("B1").scan("B4").scan("B5")
    refusals = [line.refusal for line in run(simple(tmp_path), trace)]
    assert refusals == [None, None, None, "limit_reached", None, None, "limit_reached"]


def test_all_kinds_under_one_star_rule_count_together(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("P1", kind="picture").book("M1", kind="map")
    assert _lends(folder, "1", "P1", "B1", "M1") == [None, None, "limit_reached"]


def test_a_kind_with_its_own_row_counts_by_itself(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "picture", number=1).book("P1", "P2", kind="picture").book("M1", kind="map")
    found = _lends(folder, "1", "P1", "P2", "B1", "M1", "B2")
    assert found == [None, "limit_reached", None, None, "limit_reached"]


def test_kinds_of_two_own_rows_do_not_count_together(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("*", "picture", number=1).rule("*", "map", number=1)
    folder.book("P1", kind="picture").book("M1", kind="map")
    assert _lends(folder, "1", "P1", "M1", "B1", "B2") == [None, None, None, None]


# Which row wins.


def test_the_item_kind_wins_before_the_patron_kind(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", number=5, days=5).rule("*", "picture", number=1, days=9)
    folder.book("P1", "P2", kind="picture")
    lines = run(folder, Trace().card("1").scan("P1", "P2", "B1"))
    assert [entry["due"] for line in lines for entry in line.entries][1:] == ["2026-09-16", None, "2026-09-14"]
    assert lines[2].refusal == "limit_reached"


def test_the_most_exact_row_wins_whatever_their_order(tmp_path: Path) -> None:
    rows: list[tuple[str, str, int]] = [
        ("pupil", "picture", 2),
        ("*", "picture", 7),
        ("pupil", "*", 10),
        ("*", "*", 28),
    ]
    for n, order in enumerate((rows, rows[::-1], rows[2:] + rows[:2])):
        folder = simple(tmp_path / str(n)).book("P1", kind="picture").book("P2", kind="picture")
        for patron, item, days in order:
            folder.rule(patron, item, days=days, number=9)
        lines = run(folder, Trace().card("1").scan("P1", "B1").card("T1").scan("P2", "B2"))
        dues = [entry["due"] for line in lines for entry in line.entries if entry["kind"] == "lent"]
        assert dues == ["2026-09-09", "2026-09-17", "2026-09-14", "2026-11-06"]


@pytest.mark.parametrize("kind", ["reference", "periodical"])
@pytest.mark.parametrize("number", ["1", "T1", "L1"])
def test_reference_and_periodical_are_not_lent(tmp_path: Path, kind: str, number: str) -> None:
    folder = simple(tmp_path).rule("pupil", "*", number=9).rule("teacher", "*", loanable="yes").book("K1", kind=kind)
    assert last(folder, Trace().card(number).scan("K1")).reasons == ["not_for_loan"]


def test_textbooks_are_lent_in_class_sets_only(tmp_path: Path) -> None:
    assert last(simple(tmp_path).book("K1", kind="textbook"), Trace().card("1").scan("K1")).reasons == ["not_for_loan"]


def test_an_exact_row_sets_a_kind_free_for_those_it_names(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("teacher", "periodical", loanable="yes", number=1, days=7)
    folder.book("K1", "K2", kind="periodical")
    lines = run(folder, Trace().card("1").scan("K1").card("T1").scan("K1").scan("K2"))
    assert [line.refusal for line in lines] == [None, "not_for_loan", None, None, "limit_reached"]


def test_a_row_replaces_the_default_of_the_same_two_kinds(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("*", "reference", loanable="yes").book("K1", kind="reference")
    assert last(folder, Trace().card("1").scan("K1")).entry["due"] == "2026-09-22"


def test_a_kind_may_be_closed_to_one_kind_of_patron(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "comic", loanable="no").book("K1", kind="comic")
    lines = run(folder, Trace().card("1").scan("K1").card("T1").scan("K1"))
    assert [line.refusal for line in lines] == [None, "not_for_loan", None, None]


def test_empty_cells_are_the_default(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", loanable="", number="", days=7, renewals="", recall_exempt="")
    lines = run(folder, Trace().card("1").scan("B1", "B2", "B3"))
    assert [line.refusal for line in lines] == [None, None, None, "limit_reached"]
    assert lines[1].entry["due"] == "2026-09-14"


def test_overdue_of_any_kind_refuses_every_kind(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "comic", number=9).book("K1", kind="comic")
    folder.loan("K1", "1", "2026-08-20", "2026-09-04")
    assert last(folder, Trace().card("1").scan("B1")).reasons == ["overdue_items"]
