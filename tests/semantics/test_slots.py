"""When a loan may be made: slots, weeks, make-up days, closed days, terms, opened slots."""

from pathlib import Path

import pytest

from tests.semantics.school import Folder, Trace, last, run, simple


def lend_at(folder: Folder, at: str, number: str = "1", book: str = "B1") -> list[str]:
    """The reasons against a loan in a visit begun at `at`; empty when it was made."""
    line = last(folder, Trace().at(at).card(number).scan(book))
    return line.reasons if line.refusal else []


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        ("2026-09-07T11:59:59+08:00", ["not_your_slot"]),
        ("2026-09-07T11:59:59.999+08:00", ["not_your_slot"]),
        ("2026-09-07T12:00:00+08:00", []),
        ("2026-09-07T12:49:59+08:00", []),
        ("2026-09-07T12:49:59.999+08:00", []),
        ("2026-09-07T12:50:00+08:00", ["not_your_slot"]),
        ("2026-09-08T12:10:00+08:00", ["not_your_slot"]),
        ("2026-09-07T04:00:00+00:00", []),
        ("2026-09-07T04:50:00Z", ["not_your_slot"]),
        ("2026-09-06T23:30:00-05:00", []),
    ],
)
def test_a_slot_admits_from_its_first_second_and_not_at_its_end(tmp_path: Path, at: str, reasons: list[str]) -> None:
    assert lend_at(simple(tmp_path).slot(1, "12:00", "12:50"), at) == reasons


def test_a_visit_begun_inside_may_finish(tmp_path: Path) -> None:
    trace = Trace(step_s=10).at("2026-09-07T12:49:59+08:00").card("1").scan("B1").touch("language").scan("B2")
    lines = run(simple(tmp_path).slot(1, "12:00", "12:50"), trace)
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"], [], ["lent"]]


def test_a_visit_begun_too_early_does_not_grow_into_the_slot(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(1, "12:00", "12:50")
    line = last(folder, Trace().at("2026-09-07T11:59:58+08:00").card("1").scan("B1"))
    assert line.at == "2026-09-07T12:00:01+08:00"
    assert line.reasons == ["not_your_slot"]


def test_the_same_card_again_does_not_begin_a_new_visit(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(1, "12:00", "12:50")
    trace = Trace().at("2026-09-07T11:59:55+08:00").card("1").card("1").card("1").scan("B1")
    assert last(folder, trace).reasons == ["not_your_slot"]


def test_books_before_the_card_count_from_the_card(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(1, "12:00", "12:50")
    assert last(folder, Trace().at("2026-09-07T11:59:58+08:00").scan("B1").card("1")).kinds == ["visit_started", "lent"]
    folder = simple(tmp_path / "late").slot(1, "12:00", "12:50")
    line = last(folder, Trace().at("2026-09-07T12:49:58+08:00").scan("B1").card("1"))
    assert line.said == [("visit_started", None), ("refused", "not_your_slot")]


@pytest.mark.parametrize("use", ["class", "free", ""])
def test_class_and_free_admit_alike(tmp_path: Path, use: str) -> None:
    folder = simple(tmp_path).slot(1, "12:00", "12:50", "class:三(1)班", use=use)
    assert lend_at(folder, "2026-09-07T12:00:00+08:00") == []


@pytest.mark.parametrize(
    ("who", "admitted"),
    [
        ("all", {"1", "5", "T1", "L1"}),
        ("grade:3", {"1"}),
        ("grade:5", {"5"}),
        ("grade:3;grade:5", {"1", "5"}),
        ("class:三(1)班", {"1"}),
        ("class:五(2)班;kind:teacher", {"5", "T1"}),
        ("kind:pupil", {"1", "5"}),
        ("kind:teacher", {"T1"}),
        ("kind:staff", {"L1"}),
    ],
)
def test_a_row_admits_whom_it_names(tmp_path: Path, who: str, admitted: set[str]) -> None:
    folder = simple(tmp_path).pupil("5", "五(2)班").slot(1, "12:00", "12:50", who)
    trace = Trace()
    for number, book in (("1", "B1"), ("5", "B2"), ("T1", "B3"), ("L1", "B4")):
        trace.card(number).scan(book)
    lines = run(folder, trace)
    assert {line.entry["patron"] for line in lines if "lent" in line.kinds} == admitted


def test_any_of_several_rows_admits(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("5", "五(2)班").slot(1, "12:00", "12:30", "grade:3")
    folder.slot(1, "12:20", "12:50", "grade:5").slot(1, "15:00", "15:30", "grade:3").slot(2, "12:00", "12:50", "all")
    for n, (number, at, fits) in enumerate(
        [
            ("1", "12:25:00", True),
            ("5", "12:25:00", True),
            ("1", "12:30:00", False),
            ("5", "12:19:59", False),
            ("1", "15:00:00", True),
            ("5", "15:00:00", False),
        ]
    ):
        folder.path = tmp_path / f"case{n}"
        assert lend_at(folder, f"2026-09-07T{at}+08:00", number) == ([] if fits else ["not_your_slot"]), (number, at)


# The term starts on a Wednesday: week 1 is that of Monday 31 August, and its Monday lies before the term.
@pytest.mark.parametrize(
    ("day", "odd"),
    [
        ("2026-09-02", True),
        ("2026-09-04", True),
        ("2026-09-07", False),
        ("2026-09-11", False),
        ("2026-09-14", True),
        ("2026-09-18", True),
        ("2026-09-21", False),
        ("2027-01-04", True),
    ],
)
def test_week_one_holds_the_first_day_and_weeks_begin_on_monday(tmp_path: Path, day: str, odd: bool) -> None:
    for weeks, fits in (("odd", odd), ("even", not odd), ("every", True)):
        folder = simple(tmp_path / weeks).term("2026-09-02", "2027-01-22")
        for weekday in range(1, 8):
            folder.slot(weekday, "12:00", "12:50", weeks=weeks)
        assert lend_at(folder, f"{day}T12:00:00+08:00") == ([] if fits else ["not_your_slot"]), weeks


@pytest.mark.parametrize(("start", "odd"), [("2026-09-06", False), ("2026-09-07", True), ("2026-09-01", False)])
def test_a_term_that_starts_on_a_sunday_has_one_day_in_week_one(tmp_path: Path, start: str, odd: bool) -> None:
    folder = simple(tmp_path).term(start, "2027-01-22").slot(1, "12:00", "12:50", weeks="odd")
    assert lend_at(folder, "2026-09-07T12:00:00+08:00") == ([] if odd else ["not_your_slot"])


def test_each_term_counts_its_own_weeks(tmp_path: Path) -> None:
    for weeks, reasons in (("odd", []), ("even", ["not_your_slot"])):
        folder = simple(tmp_path / weeks).term("2026-09-01", "2027-01-22").term("2027-02-24", "2027-07-09", term="春")
        folder.slot(3, "12:00", "12:50", weeks=weeks)
        assert lend_at(folder, "2027-02-24T12:00:00+08:00") == reasons


@pytest.mark.parametrize(("weeks", "reasons"), [("every", []), ("odd", []), ("even", ["not_your_slot"])])
def test_a_make_up_day_runs_as_another_weekday_in_its_own_week(tmp_path: Path, weeks: str, reasons: list[str]) -> None:
    # Sunday 20 September 2026 is the last day of week 3.
    folder = simple(tmp_path).term("2026-09-01", "2027-01-22").day("2026-09-20", "yes", 2)
    folder.slot(2, "12:00", "12:50", weeks=weeks)
    assert lend_at(folder, "2026-09-20T12:00:00+08:00") == reasons


def test_a_make_up_day_does_not_run_as_its_own_weekday(tmp_path: Path) -> None:
    folder = simple(tmp_path).day("2026-09-20", "yes", 2).slot(7, "12:00", "12:50")
    assert lend_at(folder, "2026-09-20T12:00:00+08:00") == ["not_your_slot"]


def test_an_open_saturday_without_runs_as_is_a_saturday(tmp_path: Path) -> None:
    folder = simple(tmp_path).day("2026-09-12", "yes").slot(6, "12:00", "12:50")
    assert lend_at(folder, "2026-09-12T12:00:00+08:00") == []
    folder = simple(tmp_path / "friday").day("2026-09-12", "yes").slot(5, "12:00", "12:50")
    assert lend_at(folder, "2026-09-12T12:00:00+08:00") == ["not_your_slot"]


def test_a_weekday_may_run_as_another(tmp_path: Path) -> None:
    folder = simple(tmp_path).day("2026-09-07", "yes", 5).slot(5, "12:00", "12:50", "grade:3")
    assert lend_at(folder, "2026-09-07T12:00:00+08:00") == []


@pytest.mark.parametrize(
    ("at", "reasons"),
    [
        ("2026-09-11T23:59:56+08:00", []),
        ("2026-09-12T00:00:00+08:00", ["closed_day"]),
        ("2026-09-13T12:00:00+08:00", ["closed_day"]),
        ("2026-09-14T00:00:00+08:00", []),
        ("2026-09-15T12:00:00+08:00", ["closed_day"]),
        ("2026-09-19T12:00:00+08:00", []),
    ],
)
def test_monday_to_friday_are_open_and_the_calendar_overrides(tmp_path: Path, at: str, reasons: list[str]) -> None:
    assert lend_at(simple(tmp_path).day("2026-09-15", "no").day("2026-09-19", "yes"), at) == reasons


def test_a_closed_day_stays_closed_though_it_runs_as_another(tmp_path: Path) -> None:
    folder = simple(tmp_path).day("2026-09-07", "no", 1).slot(1, "12:00", "12:50")
    assert lend_at(folder, "2026-09-07T12:00:00+08:00") == ["closed_day"]


def test_without_timetable_calendar_and_terms_every_weekday_is_open_at_every_hour(tmp_path: Path) -> None:
    assert lend_at(simple(tmp_path), "2026-07-15T03:00:00+08:00") == []


@pytest.mark.parametrize(
    ("day", "reasons"),
    [
        ("2026-08-31", ["closed_day"]),
        ("2026-09-01", []),
        ("2027-01-22", []),
        ("2027-01-25", ["closed_day"]),
        ("2027-01-26", ["closed_day"]),
        ("2027-02-22", []),
    ],
)
def test_in_no_term_it_is_closed(tmp_path: Path, day: str, reasons: list[str]) -> None:
    folder = simple(tmp_path).term("2026-09-01", "2027-01-22").term("2027-02-22", "2027-07-09", term="春")
    folder.day("2027-01-26", "yes")
    assert lend_at(folder, f"{day}T12:00:00+08:00") == reasons


@pytest.mark.parametrize(
    ("at", "reasons"),
    [("12:29:59", []), ("12:29:59.999", []), ("12:30:00", ["closed_day", "not_your_slot"])],
)
def test_an_opened_slot_admits_all_until_its_end_and_beats_closed_day_and_slot(
    tmp_path: Path, at: str, reasons: list[str]
) -> None:
    folder = simple(tmp_path).slot(1, "12:00", "12:50")
    trace = Trace().at("2026-09-12T12:00:00+08:00").sign_in().touch("open_slot", value="12:30").touch("staff_done")
    line = last(folder, trace.at(at).card("1").scan("B1"))
    assert (line.reasons if line.refusal else []) == reasons


def test_an_opened_slot_lets_a_visit_that_is_open_go_on(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(2, "12:00", "12:50")
    trace = Trace().card("1").scan("B1").sign_in().touch("open_slot", value="12:30").scan("B1")
    lines = run(folder, trace)
    assert lines[1].refusal == "not_your_slot"
    assert lines[-1].kinds == ["lent"]


def test_an_opened_slot_ends_with_its_day(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(2, "08:00", "08:10")
    trace = Trace().sign_in().touch("open_slot", value="23:30").at("2026-09-08T12:00:00+08:00").card("1").scan("B1")
    assert last(folder, trace).reasons == ["not_your_slot"]


def test_an_opened_slot_does_not_beat_the_last_loan_day(tmp_path: Path) -> None:
    folder = simple(tmp_path).term("2026-09-01", "2027-01-22", last_loan_day="2026-09-04")
    line = last(folder, Trace().sign_in().touch("open_slot", value="12:30").card("1").scan("B1"))
    assert line.reasons == ["after_recall"]


def test_an_opened_slot_is_an_entry_of_staff(tmp_path: Path) -> None:
    line = last(simple(tmp_path), Trace().sign_in().touch("open_slot", value="13:30"))
    assert (line.entry["kind"], line.entry["staff"], line.entry["patron"]) == ("changed", "L1", None)


def test_only_signed_in_staff_open_a_slot(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(2, "12:00", "12:50")
    assert last(folder, Trace().touch("open_slot", value="13:30").card("1").scan("B1")).reasons == ["not_your_slot"]
