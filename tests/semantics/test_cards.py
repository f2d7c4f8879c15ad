"""Cards and visits."""

import json
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Trace, last, run, simple


def school(path: Path) -> Folder:
    """Cards that open nothing beside those that do."""
    folder = simple(path).text("school.toml", 'card_pattern = "\\\\d{10}"\n')
    folder.pupil("3", active="no").pupil("4", cards="C4;C4B", lost_cards="C4A")
    return folder.pupil("5", suspended_until="2027-01-01").pupil("6", active="no", lost_cards="C6A")


REFUSED = [("0012345678", "unknown_card", None), ("C4A", "card_lost", "4"), ("C3", "patron_inactive", "3")]


@pytest.mark.parametrize(("text", "code", "patron"), REFUSED)
def test_a_refused_card_opens_no_visit(tmp_path: Path, text: str, code: str, patron: str | None) -> None:
    lines = run(school(tmp_path), Trace().scan(text).scan("B1").touch("done").tick())
    assert lines[0].said == [("refused", code)]
    assert lines[0].refusal == code
    assert lines[0].entry["patron"] == patron
    assert lines[0].entry["item"] is None
    assert [line.entries for line in lines[1:]] == [[], [], []]


@pytest.mark.parametrize(("text", "code", "patron"), REFUSED)
def test_a_refused_card_leaves_an_open_visit_open(tmp_path: Path, text: str, code: str, patron: str | None) -> None:
    lines = run(school(tmp_path), Trace().card("1").scan(text).scan("B1").touch("done"))
    assert lines[1].said == [("refused", code)]
    assert lines[1].entry["patron"] == patron
    assert lines[2].kinds == ["lent"]
    assert lines[2].entry["patron"] == "1"
    assert lines[3].said == [("visit_ended", "done")]


@pytest.mark.parametrize(("text", "code", "patron"), REFUSED)
def test_a_refused_card_leaves_books_waiting(tmp_path: Path, text: str, code: str, patron: str | None) -> None:
    lines = run(school(tmp_path), Trace().scan("B1").scan(text).card("1"))
    assert lines[1].refusal == code
    assert lines[2].kinds == ["visit_started", "lent"]


def test_a_lost_card_of_somebody_who_left_has_both_reasons(tmp_path: Path) -> None:
    assert last(school(tmp_path), Trace().scan("C6A")).reasons == ["card_lost", "patron_inactive"]


def test_a_suspended_pupil_has_a_visit_and_no_loan(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("5").scan("B1"))
    assert [line.said for line in lines] == [[("visit_started", None)], [("refused", "suspended")]]


def test_outside_slot_and_open_day_a_card_opens_a_visit(tmp_path: Path) -> None:
    folder = school(tmp_path).slot(1, "08:00", "08:10")
    assert last(folder, Trace().at("2026-09-13T23:00:00+08:00").card("1")).kinds == ["visit_started"]


def test_another_card_ends_the_visit_and_starts_the_next(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").scan("B1").card("2").scan("B2"))
    ended, started = lines[2].entries
    assert (ended["kind"], ended["reason"], ended["patron"]) == ("visit_ended", "next_card", "1")
    assert (started["kind"], started["patron"]) == ("visit_started", "2")
    assert lines[3].entry["patron"] == "2"


def test_the_same_card_again_does_nothing(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").card("1"))
    assert (lines[1].entries, lines[1].state, lines[1].page) == ([], lines[0].state, lines[0].page)


def test_another_card_of_the_same_person_does_nothing(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().scan("C4").scan("C4B").scan("B1"))
    assert [line.kinds for line in lines] == [["visit_started"], [], ["lent"]]


def test_the_own_lost_card_is_refused_in_the_own_visit(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().scan("C4").scan("C4A").scan("B1"))
    assert [line.refusal for line in lines] == [None, "card_lost", None]


def test_a_librarian_borrows_like_everyone(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("L1").scan("B1"))
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"]]
    assert lines[0].page == "visit"


def test_done_ends_the_visit(tmp_path: Path) -> None:
    line = last(school(tmp_path), Trace().card("1").touch("done"))
    assert line.said == [("visit_ended", "done")]
    assert (line.entry["patron"], line.entry["class"], line.state, line.page) == ("1", "三(1)班", "idle", "board")


def test_done_without_a_visit_is_nothing(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().touch("done").scan("B1").touch("done").card("1"))
    assert [line.kinds for line in lines] == [[], [], [], ["visit_started"]]


@pytest.mark.parametrize("left", ["04115FA0", "04115fa0", True])
def test_a_lifted_card_ends_the_visit_only_in_a_holder(tmp_path: Path, left: object) -> None:
    def played(name: str, toml: str) -> list[str]:
        folder = school(tmp_path / name).pupil("9", cards="uid:04115FA0").text("kiosk.toml", toml)
        line = last(folder, Trace().tag("04115FA0", "pad").line(reader="pad", left=left))
        return [f"{kind} {reason}" for kind, reason in line.said]

    assert played("holder", "[readers.pad]\nholder = true\n") == ["visit_ended lifted"]
    assert played("plain", "[readers.pad]\nholder = false\n") == []
    assert played("unsaid", "") == []


def test_a_lifted_book_or_another_card_does_not_end_the_visit(tmp_path: Path) -> None:
    folder = school(tmp_path).pupil("9", cards="uid:04115FA0").pupil("8", cards="uid:04115FA1")
    folder.book("K1", tag="E004010000000001").text("kiosk.toml", "[readers.pad]\nholder = true\n")
    trace = Trace().tag("04115FA0", "pad").line(reader="pad", left="04115FA1").line(reader="desk", left="04115FA0")
    lines = run(folder, trace.line(reader="pad", left="E004010000000001").scan("B1"))
    assert [line.kinds for line in lines][1:3] == [[], []]
    assert lines[-1].kinds == ["lent"]


def test_nothing_of_a_patron_stays_after_the_visit(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16").loan("B8", "2", "2026-09-01", "2026-09-16")
    untouched = run(school(tmp_path / "new"), Trace().tick())[0]
    for n, ending in enumerate(("done", "reset", "idle")):
        folder.path = tmp_path / str(n)
        folder.text("school.toml", '[commands]\n"RESET" = "reset"\n')
        trace = Trace().card("1").scan("B1").scan("B8").scan("B9")
        match ending:
            case "done":
                trace.touch("done")
            case "reset":
                trace.scan("RESET")
            case _:
                trace.after(30)
        line = last(folder, trace.tick())
        assert (line.state, line.page, line.effects) == (untouched.state, untouched.page, [])
        trace.touch("renew").touch("give_back", value="B9").touch("give_back").touch("renew", value="B9")
        assert [line.entries for line in run(folder_at(folder, tmp_path / f"{n}b"), trace)[-4:]] == [[]] * 4


def folder_at(folder: Folder, path: Path) -> Folder:
    """The same school in another place."""
    return Folder(path, folder.rows, folder.texts)


def test_the_next_patron_does_not_answer_the_question_of_the_last(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").card("2").touch("renew").touch("give_back"))
    assert lines[1].state == "choice"
    assert (lines[2].state, lines[2].page) == ("visit", "visit")
    assert [line.entries for line in lines[3:]] == [[], []]


def test_no_name_and_no_card_is_in_what_comes_out(tmp_path: Path) -> None:
    trace = Trace().card("1").scan("B1").scan("C4A").scan("0012345678").touch("done")
    for line in run(school(tmp_path), trace):
        out = json.dumps([line.entries, line.effects, line.state, line.page], ensure_ascii=False)
        assert "某" not in out
        assert "C1" not in out
        assert "0012345678" not in out
