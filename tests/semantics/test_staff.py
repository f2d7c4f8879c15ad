"""Staff at the desk: number and PIN, override, what is never overridden."""

from pathlib import Path

import pytest

from tests.semantics.school import Folder, Trace, last, run, simple


def test_number_and_pin_sign_in(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().sign_in())
    assert lines[0].entries == []
    entry = lines[1].entry
    assert (entry["kind"], entry["staff"], entry["patron"], entry["item"]) == ("staff_in", "L1", None, None)


def test_a_pin_as_a_number_is_a_pin(tmp_path: Path) -> None:
    assert last(simple(tmp_path), Trace().touch("staff", text="L1").touch("pin", value=1234)).kinds == ["staff_in"]


@pytest.mark.parametrize(("number", "pin"), [("L1", "4321"), ("L1", ""), ("NOBODY", "1234"), ("1", "1234")])
def test_a_wrong_pin_or_number_is_denied(tmp_path: Path, number: str, pin: str) -> None:
    line = last(simple(tmp_path), Trace().sign_in(number, pin))
    entry = line.entry
    assert entry["kind"] == "staff_denied"
    assert "1234" not in str(entry["data"])


def test_staff_without_a_role_sign_in(tmp_path: Path) -> None:
    assert last(simple(tmp_path).staff("S1"), Trace().sign_in("S1")).kinds == ["staff_in"]


def test_staff_who_left_do_not_sign_in(tmp_path: Path) -> None:
    assert last(simple(tmp_path).librarian("L2", active="no"), Trace().sign_in("L2")).kinds == ["staff_denied"]


def test_after_a_denial_the_pin_may_be_typed_again(tmp_path: Path) -> None:
    assert last(simple(tmp_path), Trace().sign_in(pin="9999").touch("pin", value="1234")).kinds == ["staff_in"]


def test_a_pin_of_the_people_file_counts(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "school").pupil("1").book("B1").librarian("L1", pin="8642").librarian("L2", pin="1357")
    lines = run(folder, Trace().sign_in("L1", "8642").sign_in("L2", "1234").sign_in("L2", "1357"))
    assert [line.kinds for line in lines[1::2]] == [["staff_in"], ["staff_denied"], ["staff_out", "staff_in"]]


@pytest.mark.parametrize("out", ["staff_done", "later"])
def test_staff_sign_out_by_touch_or_after_two_minutes(tmp_path: Path, out: str) -> None:
    trace = Trace().sign_in()
    line = last(simple(tmp_path), trace.touch("staff_done") if out == "staff_done" else trace.after(120).tick())
    entry = line.entry
    assert (entry["kind"], entry["staff"]) == ("staff_out", "L1")
    if out == "later":
        assert entry["at"] == "2026-09-07T12:02:03+08:00"


def test_just_under_two_minutes_they_are_still_there(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference")
    trace = Trace().sign_in().after(110).card("1").scan("R1").at("12:02:02.999").touch("override")
    assert last(folder, trace).kinds == ["overridden", "lent"]
    trace = Trace().sign_in().after(110).card("1").scan("R1").at("12:02:03").touch("override")
    assert last(Folder(tmp_path / "late", folder.rows), trace).kinds == ["staff_out"]


def test_staff_done_without_staff_is_nothing(tmp_path: Path) -> None:
    assert last(simple(tmp_path), Trace().touch("staff_done")).entries == []


def test_an_override_lends_the_last_refused_book(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference")
    lines = run(folder, Trace().card("1").scan("R1").sign_in().touch("override").touch("override"))
    overridden, lent = lines[4].entries
    assert (overridden["kind"], overridden["patron"], overridden["item"], overridden["staff"]) == (
        "overridden", "1", "R1", "L1",
    )  # fmt: skip
    assert (lent["kind"], lent["patron"], lent["item"], lent["due"]) == ("lent", "1", "R1", "2026-09-22")
    assert lines[4].refusal is None
    assert lines[5].entries == []


def test_signed_in_first_works_as_well(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference")
    assert last(folder, Trace().sign_in().card("1").scan("R1").touch("override")).kinds == ["overridden", "lent"]


def test_an_override_is_of_the_last_refusal(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", "R2", kind="reference")
    line = last(folder, Trace().sign_in().card("1").scan("R1", "R2", "B1").touch("override"))
    assert [entry["item"] for entry in line.entries] == ["R2", "R2"]


@pytest.mark.parametrize(
    "reason",
    ["clock_untrusted", "item_withdrawn", "not_for_loan", "item_lost", "item_damaged", "reserved", "suspended",
     "overdue_items", "limit_reached", "after_recall", "closed_day", "not_your_slot"],
)  # fmt: skip
def test_what_may_be_overridden(tmp_path: Path, reason: str) -> None:
    folder = simple(tmp_path).pupil("3", suspended_until="2026-12-31" if reason == "suspended" else "")
    cells: dict[str, dict[str, str]] = {
        "item_withdrawn": {"state": "withdrawn"},
        "item_lost": {"state": "lost"},
        "item_damaged": {"state": "mending"},
        "not_for_loan": {"kind": "reference"},
        "reserved": {"kept_for": "1"},
    }
    folder.book("K1", **cells.get(reason, {}))
    match reason:
        case "overdue_items":
            folder.loan("B9", "3", "2026-08-20", "2026-09-04")
        case "limit_reached":
            folder.rule("pupil", "*", number=0)
        case "after_recall":
            folder.term("2026-09-01", "2027-01-22", last_loan_day="2026-09-04")
        case "closed_day":
            folder.day("2026-09-07", "no")
        case "not_your_slot":
            folder.slot(2, "12:00", "12:50")
    trace = Trace().clock("guess" if reason == "clock_untrusted" else "synced").card("3").scan("K1")
    lines = run(folder, trace.sign_in().touch("override"))
    assert lines[2].reasons == [reason]
    assert lines[-1].kinds == ["overridden", "lent"]
    assert lines[-1].entries[0]["staff"] == "L1"


@pytest.mark.parametrize("text", ["NOBODY", "9787020002207", "B9"])
def test_what_is_never_overridden(tmp_path: Path, text: str) -> None:
    folder = simple(tmp_path).loan("B9", "2", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").scan(text).sign_in().touch("override"))
    assert lines[1].refusal in {"unknown_item", "isbn_not_item", "lent_to_other"}
    assert lines[-1].entries == []


def test_an_unknown_code_after_a_refused_book_does_not_bring_it_back(tmp_path: Path) -> None:
    """The last refused thing is not a book: nothing is lent that nobody asked for just now."""
    folder = simple(tmp_path).book("R1", kind="reference")
    assert last(folder, Trace().sign_in().card("1").scan("R1", "NOBODY").touch("override")).entries == []


def test_anothers_book_that_was_given_back_and_refused_may_be_overridden(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference").loan("R1", "2", "2026-09-01", "2026-09-16")
    trace = Trace().card("1").scan("R1").touch("give_back").sign_in().touch("override")
    assert last(folder, trace).kinds == ["overridden", "lent"]


def test_an_override_needs_staff_a_visit_and_a_refusal(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("R1", kind="reference")
    for n, trace in enumerate(
        (
            Trace().card("1").scan("R1").touch("override"),
            Trace().card("1").scan("R1").sign_in().touch("staff_done").touch("override"),
            Trace().card("1").scan("R1").sign_in().touch("done").touch("override"),
            Trace().card("1").scan("R1").card("2").sign_in().touch("override"),
            Trace().card("1").scan("B1").sign_in().touch("override"),
            Trace().card("1").scan("R1").sign_in(pin="0000").touch("override"),
        )
    ):
        assert last(Folder(tmp_path / str(n), folder.rows), trace).entries == []


def test_the_visit_goes_on_after_staff(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().card("1").sign_in().touch("staff_done").scan("B1").touch("done"))
    assert [line.kinds for line in lines] == [
        ["visit_started"], [], ["staff_in"], ["staff_out"], ["lent"], ["visit_ended"],
    ]  # fmt: skip


def test_a_bin_that_is_full_is_not_overridden(tmp_path: Path) -> None:
    trace = Trace().bin_full(True).card("1").drop("B1").sign_in().touch("override")
    assert last(simple(tmp_path), trace).entries == []
