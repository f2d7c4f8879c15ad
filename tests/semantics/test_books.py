"""Books: lent, asked about, given back, before the card, in a stack."""

from pathlib import Path

import pytest

from tests.semantics.school import Trace, last, run, simple


def test_a_free_book_is_lent_at_once(tmp_path: Path) -> None:
    line = last(simple(tmp_path), Trace().card("1").scan("B1"))
    entry = line.entry
    assert (entry["kind"], entry["patron"], entry["item"], entry["due"]) == ("lent", "1", "B1", "2026-09-22")
    assert (entry["class"], entry["reader"], entry["staff"], entry["reason"]) == ("三(1)班", "desk", None, None)
    assert (line.refusal, line.state, line.page) == (None, "visit", "visit")


@pytest.mark.parametrize(("act", "kind"), [("renew", "renewed"), ("give_back", "returned")])
def test_an_own_book_from_before_is_a_choice(tmp_path: Path, act: str, kind: str) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").touch(act).scan("B1"))
    assert (lines[1].entries, lines[1].refusal, lines[1].state) == ([], None, "choice")
    entry = lines[2].entry
    assert (entry["kind"], entry["patron"], entry["item"], entry["reason"]) == (kind, "1", "B9", None)
    assert lines[2].state == "visit"
    assert lines[3].kinds == ["lent"]


def test_an_own_book_of_an_earlier_visit_is_a_choice(tmp_path: Path) -> None:
    trace = (
        Trace().card("1").scan("B1").touch("done").at("2026-09-09T12:00:00+08:00").card("1").scan("B1").touch("renew")
    )
    lines = run(simple(tmp_path), trace)
    assert lines[-2].state == "choice"
    assert (lines[-1].entry["kind"], lines[-1].entry["due"]) == ("renewed", "2026-09-24")


def test_a_book_of_this_visit_can_only_be_given_back(tmp_path: Path) -> None:
    trace = Trace().card("1").scan("B1").after(3).scan("B1").touch("renew").touch("give_back").scan("B1")
    lines = run(simple(tmp_path), trace)
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"], [], [], ["returned"], ["lent"]]
    assert lines[2].state == "choice"
    assert lines[4].entry["patron"] == "1"


def test_a_question_that_is_cancelled_changes_nothing(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").touch("cancel").touch("give_back"))
    assert (lines[2].entries, lines[2].state) == ([], "visit")
    assert lines[3].entries == []


def test_the_next_book_is_an_answer_too(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").scan("B1").touch("renew"))
    assert [line.kinds for line in lines] == [["visit_started"], [], ["lent"], []]


def test_anothers_book_is_refused_and_given_back_and_lent(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("7", "七(1)班").loan("B9", "7", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").touch("give_back").scan("B1"))
    refused = lines[1].entry
    assert (refused["kind"], refused["reason"]) == ("refused", "lent_to_other")
    assert (refused["patron"], refused["item"]) == ("1", "B9")
    returned, lent = lines[2].entries
    assert (returned["kind"], returned["reason"], returned["patron"]) == ("returned", "unseen", "7")
    assert (returned["class"], returned["item"]) == ("七(1)班", "B9")
    assert (lent["kind"], lent["patron"], lent["class"], lent["due"]) == ("lent", "1", "三(1)班", "2026-09-22")
    assert lines[2].refusal is None
    assert lines[3].kinds == ["lent"]


@pytest.mark.parametrize(
    ("cells", "code"),
    [({"number": 0}, "limit_reached"), ({"loanable": "no"}, "not_for_loan")],
)
def test_anothers_book_is_given_back_and_refused(tmp_path: Path, cells: dict[str, object], code: str) -> None:
    folder = simple(tmp_path).rule("pupil", "*", **cells).loan("B9", "2", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("B9").touch("give_back").touch("give_back"))
    assert set(lines[1].reasons) == {"lent_to_other", code}
    assert lines[2].said == [("returned", "unseen"), ("refused", code)]
    assert lines[2].refusal == code
    assert lines[2].reasons == [code]
    assert lines[3].entries == []


def test_anothers_book_left_alone_stays_theirs(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "2", "2026-09-01", "2026-09-16")
    trace = Trace().card("1").scan("B9").touch("cancel").touch("give_back").card("2").scan("B9")
    lines = run(folder, trace)
    assert [line.entries for line in lines[2:4]] == [[], []]
    assert lines[-1].state == "choice"


def test_anothers_book_is_not_renewed(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "2", "2026-09-01", "2026-09-16")
    assert last(folder, Trace().card("1").scan("B9").touch("renew")).entries == []


def test_a_book_that_was_given_back_unseen_is_free_for_its_last_reader(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", number=1).loan("B9", "2", "2026-09-01", "2026-09-16")
    trace = Trace().card("1").scan("B9").touch("give_back").card("2").scan("B1")
    assert last(folder, trace).kinds == ["lent"]


def test_without_visit_and_loan_give_back_returns_for_nobody(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().scan("B1").touch("give_back").touch("give_back"))
    assert (lines[0].entries, lines[0].state) == ([], "books_wait")
    entry = lines[1].entry
    assert (entry["kind"], entry["patron"], entry["item"], entry["reason"]) == ("returned", None, "B1", None)
    assert lines[2].entries == []


def test_without_visit_a_loan_is_given_back_for_its_patron(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "2", "2026-09-01", "2026-09-16")
    entry = last(folder, Trace().scan("B9").touch("give_back")).entry
    assert (entry["kind"], entry["patron"], entry["item"]) == ("returned", "2", "B9")


# Book first.


def test_books_before_the_card_are_decided_in_their_order(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference").loan("B9", "2", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().scan("B3", "R1", "B1", "B9", "B2").card("1"))
    assert [line.entries for line in lines[:-1]] == [[]] * 5
    assert {line.state for line in lines[:-1]} == {"books_wait"}
    found = [(entry["kind"], entry["item"], entry["reason"]) for entry in lines[-1].entries]
    assert found == [
        ("visit_started", None, None),
        ("lent", "B3", None),
        ("refused", "R1", "not_for_loan"),
        ("lent", "B1", None),
        ("refused", "B9", "lent_to_other"),
        ("refused", "B2", "limit_reached"),
    ]
    assert lines[-1].refusal == "not_for_loan"


def test_ten_books_wait_and_the_eleventh_does_not(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", number=99)
    line = last(folder, Trace().scan(*(f"B{n}" for n in range(1, 13))).card("1"))
    assert [entry["item"] for entry in line.entries[1:]] == [f"B{n}" for n in range(1, 11)]


def test_a_book_scanned_twice_waits_once(tmp_path: Path) -> None:
    line = last(simple(tmp_path), Trace().scan("B1", "B2", "B1").card("1"))
    assert [entry["item"] for entry in line.entries[1:]] == ["B1", "B2"]


def test_give_back_returns_the_last_that_waits(tmp_path: Path) -> None:
    trace = Trace().scan("B1", "B2", "B3").touch("give_back").touch("give_back").card("1")
    lines = run(simple(tmp_path), trace)
    assert [entry["item"] for line in lines[3:5] for entry in line.entries] == ["B3", "B2"]
    assert [(entry["kind"], entry["item"]) for entry in lines[5].entries] == [("visit_started", None), ("lent", "B1")]


def test_each_book_lets_the_others_wait_longer(tmp_path: Path) -> None:
    line = last(simple(tmp_path), Trace(step_s=29).scan("B1", "B2", "B1").card("1"))
    assert line.kinds == ["visit_started", "lent", "lent"]


def test_an_unknown_code_while_books_wait_is_refused_and_they_wait_on(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().scan("B1", "NOTHING").card("1"))
    assert lines[1].refusal == "unknown_item"
    assert lines[2].kinds == ["visit_started", "lent"]


def test_own_books_before_the_card_are_asked_about_one_by_one(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", number=9, renewals=1, days=15)
    folder.loan("B9", "1", "2026-09-01", "2026-09-16").loan("B8", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().scan("B9", "B1", "B8").card("1").touch("renew").touch("give_back"))
    assert lines[3].kinds == ["visit_started", "lent"]
    assert lines[3].state == "choice"
    found = [(entry["kind"], entry["item"]) for line in lines[4:] for entry in line.entries]
    assert found == [("renewed", "B9"), ("returned", "B8")]
    assert lines[-1].state == "visit"


# Stacks.


def test_each_tag_of_a_stack_is_decided_by_itself_in_order(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("K4", "2", "2026-09-01", "2026-09-16")
    for n in range(1, 6):
        folder.book(f"K{n}", tag=f"E00401000000000{n}", kind="reference" if n == 2 else "book")
    tags = [f"E00401000000000{n}" for n in (3, 9, 2, 1, 4, 5, 3)]
    line = last(folder, Trace().card("1").tags(*tags))
    assert [(entry["kind"], entry["item"], entry["reason"]) for entry in line.entries] == [
        ("lent", "K3", None),
        ("refused", None, "unknown_item"),
        ("refused", "K2", "not_for_loan"),
        ("lent", "K1", None),
        ("refused", "K4", "lent_to_other"),
        ("refused", "K5", "limit_reached"),
    ]
    assert line.refusal == "unknown_item"


def test_a_stack_before_the_card_waits(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("K1", tag="E004010000000001").book("K2", tag="E004010000000002")
    line = last(folder, Trace().tags("E004010000000002", "E004010000000001").card("1"))
    assert [entry["item"] for entry in line.entries[1:]] == ["K2", "K1"]


# Lost and withdrawn.


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
def test_a_lost_or_withdrawn_book_is_refused_at_the_desk(tmp_path: Path, state: str) -> None:
    folder = simple(tmp_path).book("K1", state=state)
    lines = run(folder, Trace().card("1").scan("K1").touch("give_back"))
    assert lines[1].reasons == [f"item_{state}"]
    found = lines[2].entry
    assert (found["kind"], found["patron"], found["item"]) == ("returned", None, "K1")


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
def test_a_lost_or_withdrawn_book_of_ones_own_too(tmp_path: Path, state: str) -> None:
    folder = simple(tmp_path).book("K1", state=state).loan("K1", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("K1").touch("give_back"))
    assert lines[1].reasons[0] == f"item_{state}"
    found = lines[2].entry
    assert (found["kind"], found["patron"], found["item"]) == ("returned", "1", "K1")


@pytest.mark.parametrize("state", ["lost", "withdrawn"])
@pytest.mark.parametrize("reader", ["desk", "drop"])
def test_a_lost_or_withdrawn_book_comes_back_without_a_visit(tmp_path: Path, state: str, reader: str) -> None:
    folder = simple(tmp_path).book("K1", state=state).loan("K1", "2", "2026-09-01", "2026-09-16")
    trace = Trace().drop("K1") if reader == "drop" else Trace().scan("K1").touch("give_back")
    entry = last(folder, trace).entry
    assert (entry["kind"], entry["patron"], entry["item"]) == ("returned", "2", "K1")


def test_anothers_lost_book_is_decided_by_the_rules_as_they_are_after_the_return(tmp_path: Path) -> None:
    """Whatever a found book is, it is the same on the line that returns it and on the next scan."""
    folder = simple(tmp_path).book("K1", state="lost").loan("K1", "2", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan("K1").touch("give_back").after(5).scan("K1"))
    assert lines[1].reasons == ["item_lost", "lent_to_other"]
    assert lines[2].said[0] == ("returned", "unseen")
    lent_now = lines[2].kinds[1] == "lent"
    lent_next = lines[3].kinds == ["lent"] or lines[3].state == "choice"
    assert lent_now is lent_next
