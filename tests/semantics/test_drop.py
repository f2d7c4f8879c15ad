"""The drop point."""

import json
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Trace, last, run, simple

BEAM = "[drop]\nbeam = true\nflap_s = 15\n"


def school(path: Path, *, beam: bool = False) -> Folder:
    """Two books are out."""
    folder = simple(path).loan("B8", "1", "2026-09-01", "2026-09-16").loan("B9", "2", "2026-09-01", "2026-09-16")
    folder.book("K1", tag="E004010000000001").loan("K1", "1", "2026-09-01", "2026-09-16")
    folder.rule("pupil", "*", number=9)
    folder.text("school.toml", 'card_pattern = "\\\\d{10}"\nitem_pattern = "B\\\\d+"\n')
    return folder.text("kiosk.toml", BEAM) if beam else folder


def test_without_a_beam_the_scan_is_the_return(tmp_path: Path) -> None:
    line = last(school(tmp_path), Trace().drop("B9"))
    entry = line.entry
    assert (entry["kind"], entry["item"], entry["patron"], entry["reader"]) == ("returned", "B9", "2", "drop")
    assert (entry["class"], entry["reason"], entry["due"], entry["staff"]) == ("三(1)班", None, None, None)
    assert line.refusal is None


def test_a_tag_is_as_good_as_a_barcode(tmp_path: Path) -> None:
    entry = last(school(tmp_path), Trace().tag("E004010000000001", "drop")).entry
    assert (entry["kind"], entry["item"]) == ("returned", "K1")


@pytest.mark.parametrize("beam", [False, True])
def test_a_book_that_is_not_out_is_returned_for_nobody(tmp_path: Path, beam: bool) -> None:
    trace = Trace().drop("B1").beam() if beam else Trace().drop("B1")
    entry = last(school(tmp_path, beam=beam), trace).entry
    assert (entry["kind"], entry["item"], entry["patron"], entry["class"]) == ("returned", "B1", None, None)


def test_a_book_that_was_dropped_can_be_lent_again(tmp_path: Path) -> None:
    assert last(school(tmp_path), Trace().drop("B9").card("1").scan("B9")).refusal is None


def test_with_a_beam_the_flap_opens_and_the_beam_is_the_return(tmp_path: Path) -> None:
    lines = run(school(tmp_path, beam=True), Trace().drop("B9").after(14.999).beam())
    assert (lines[0].entries, lines[0].refusal) == ([], None)
    assert {"part": "flap", "act": "open"} in lines[0].effects
    entry = lines[1].entry
    assert (entry["kind"], entry["item"], entry["patron"], entry["reader"]) == ("returned", "B9", "2", "drop")
    assert entry["at"] == "2026-09-07T12:00:14.999+08:00"


def test_a_flap_not_used_in_time(tmp_path: Path) -> None:
    lines = run(school(tmp_path, beam=True), Trace().drop("B9").after(60).tick())
    entry = lines[1].entry
    assert (entry["kind"], entry["reason"], entry["item"], entry["reader"]) == ("refused", "not_dropped", "B9", "drop")
    assert entry["at"] == "2026-09-07T12:00:15+08:00"
    assert lines[1].refusal == "not_dropped"


def test_a_beam_at_exactly_the_deadline_is_too_late(tmp_path: Path) -> None:
    line = last(school(tmp_path, beam=True), Trace().drop("B9").after(15).beam())
    assert line.said == [("refused", "not_dropped"), ("drop_unexpected", None)]


def test_the_flaps_own_time(tmp_path: Path) -> None:
    folder = school(tmp_path).text("kiosk.toml", "[drop]\nbeam = true\nflap_s = 4\n")
    line = last(folder, Trace().drop("B9").after(60).tick())
    assert line.entry["at"] == "2026-09-07T12:00:04+08:00"


def test_a_loan_that_was_not_dropped_stays(tmp_path: Path) -> None:
    trace = Trace().drop("B9").after(20).card("2").scan("B9")
    assert last(school(tmp_path, beam=True), trace).state == "choice"


def test_another_book_while_one_is_pending_is_ignored(tmp_path: Path) -> None:
    lines = run(school(tmp_path, beam=True), Trace().drop("B9", "B8").beam().beam())
    assert (lines[1].entries, lines[1].refusal) == ([], None)
    assert lines[1].page != lines[0].page
    assert lines[2].entry["item"] == "B9"
    assert lines[3].kinds == ["drop_unexpected"]


def test_another_book_does_not_keep_the_flap_open(tmp_path: Path) -> None:
    line = last(school(tmp_path, beam=True), Trace().drop("B9").after(14).drop("B8").after(1).tick())
    assert line.said == [("refused", "not_dropped")]
    assert line.entry["item"] == "B9"


def test_after_the_beam_the_next_book(tmp_path: Path) -> None:
    lines = run(school(tmp_path, beam=True), Trace().drop("B9").beam().drop("B8").beam())
    assert [entry["item"] for line in lines for entry in line.entries] == ["B9", "B8"]


@pytest.mark.parametrize("beam", [False, True])
def test_a_beam_with_nothing_pending_is_unexpected(tmp_path: Path, beam: bool) -> None:
    entry = last(school(tmp_path, beam=beam), Trace().beam()).entry
    assert (entry["kind"], entry["item"], entry["patron"], entry["reason"]) == ("drop_unexpected", None, None, None)


@pytest.mark.parametrize("beam", [False, True])
def test_a_full_bin_takes_nothing_until_it_is_emptied(tmp_path: Path, beam: bool) -> None:
    lines = run(school(tmp_path, beam=beam), Trace().bin_full(True).drop("B9").bin_full(False).drop("B8"))
    assert lines[0].entries == []
    assert lines[1].reasons == ["bin_full"]
    assert (lines[1].entry["item"], lines[1].entry["reader"]) == ("B9", "drop")
    assert {"part": "flap", "act": "open"} not in lines[1].effects
    assert lines[3].refusal is None
    assert lines[3].kinds == ([] if beam else ["returned"])


def test_a_bin_that_fills_while_the_flap_is_open_takes_that_book(tmp_path: Path) -> None:
    lines = run(school(tmp_path, beam=True), Trace().drop("B9").bin_full(True).beam().drop("B8"))
    assert lines[2].kinds == ["returned"]
    assert lines[3].refusal == "bin_full"


@pytest.mark.parametrize("beam", [False, True])
def test_an_unknown_item_is_refused_and_opens_nothing(tmp_path: Path, beam: bool) -> None:
    line = last(school(tmp_path, beam=beam), Trace().drop("NOBODY"))
    entry = line.entry
    assert (entry["kind"], entry["reason"], entry["reader"]) == ("refused", "unknown_item", "drop")
    assert (entry["patron"], entry["item"]) == (None, None)
    assert "NOBODY" not in json.dumps(entry)
    assert {"part": "flap", "act": "open"} not in line.effects


def test_an_isbn_at_the_drop_point_is_named(tmp_path: Path) -> None:
    assert last(school(tmp_path), Trace().drop("9787020002207")).refusal == "isbn_not_item"


@pytest.mark.parametrize("text", ["C1", "0012345678"])
def test_cards_are_ignored(tmp_path: Path, text: str) -> None:
    folder = school(tmp_path).pupil("4", lost_cards="C4A")
    for n, card in enumerate((text, "C4A")):
        line = last(Folder(tmp_path / str(n), folder.rows, folder.texts), Trace().drop(card))
        assert (line.entries, line.refusal, line.effects, line.state) == ([], None, [], "idle")


def test_an_unknown_card_without_contact_is_ignored(tmp_path: Path) -> None:
    line = last(school(tmp_path), Trace().tag("04AABBCC", "drop"))
    assert (line.entries, line.refusal) == ([], None)


def test_a_visit_at_the_desk_is_not_touched(tmp_path: Path) -> None:
    trace = Trace().card("1").scan("B1").drop("B9").drop("NOBODY").drop("C2").drop("B1").scan("B2").touch("done")
    lines = run(school(tmp_path), trace)
    assert [line.state for line in lines[:-1]] == ["visit"] * 7
    assert [line.page for line in lines[1:7]] == ["visit"] * 6
    assert [line.kinds for line in lines[2:]] == [
        ["returned"],
        ["refused"],
        [],
        ["returned"],
        ["lent"],
        ["visit_ended"],
    ]
    assert lines[3].entry["patron"] is None


def test_a_question_at_the_desk_is_not_touched(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").scan("B8").drop("B9").touch("renew"))
    assert lines[2].state == "choice"
    assert lines[3].entry["item"] == "B8"


def test_books_that_wait_at_the_desk_are_not_touched(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().scan("B1").drop("B9").card("1"))
    assert lines[1].state == "books_wait"
    assert lines[2].kinds == ["visit_started", "lent"]


def test_a_book_that_was_asked_about_may_be_dropped(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").scan("B8").drop("B8").touch("renew").scan("B8"))
    assert lines[2].kinds == ["returned"]
    assert "renewed" not in lines[3].kinds
    assert lines[4].kinds == ["lent"]


def test_an_overdue_book_is_taken_back(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("B7", "2", "2026-08-01", "2026-08-20")
    assert last(folder, Trace().drop("B7")).entry["patron"] == "2"


def test_the_drop_point_works_on_closed_days_and_with_a_guessed_clock(tmp_path: Path) -> None:
    trace = Trace().at("2026-09-13T03:00:00+08:00").clock("guess").drop("B9")
    assert last(school(tmp_path), trace).kinds == ["returned"]


def test_a_stack_at_the_drop_point_is_returned_in_order(tmp_path: Path) -> None:
    folder = school(tmp_path).book("K2", tag="E004010000000002")
    line = last(folder, Trace().tags("E004010000000002", "E004010000000001", reader="drop"))
    assert [entry["item"] for entry in line.entries] == ["K2", "K1"]
