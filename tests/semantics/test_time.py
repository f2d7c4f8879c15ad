"""Due dates, renewals, suspensions, deadlines and the clock."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Line, Trace, last, of_kind, run, simple

TERM = ("2026-09-01", "2027-01-22")


def due_of(folder: Folder, at: str, number: str = "1", book: str = "B1") -> str:
    """The due date of a loan made at `at`."""
    entry = last(folder, Trace().at(at).card(number).scan(book)).entry
    assert entry["kind"] == "lent", entry
    due: str = entry["due"]
    return due


@pytest.mark.parametrize(
    ("lent", "due"),
    [
        ("2026-09-07", "2026-09-22"),
        ("2026-09-11", "2026-09-28"),  # Saturday 26 → Monday
        ("2026-09-14", "2026-09-29"),
        ("2026-09-16", "2026-10-08"),  # 1 October, closed to the 7th
        ("2026-09-25", "2026-10-10"),  # a Saturday that is open
        ("2026-09-08", "2026-09-23"),
    ],
)
def test_the_due_date_is_the_first_open_day_from_the_rules_days_on(tmp_path: Path, lent: str, due: str) -> None:
    folder = simple(tmp_path).day("2026-10-10", "yes", 3)
    for day in range(1, 8):
        folder.day(f"2026-10-{day:02}", "no")
    assert due_of(folder, f"{lent}T12:00:00+08:00") == due


@pytest.mark.parametrize(("number", "due"), [("1", "2026-09-22"), ("T1", "2026-11-06"), ("L1", "2026-11-06")])
def test_default_days_are_fifteen_for_pupils_and_sixty_for_others(tmp_path: Path, number: str, due: str) -> None:
    assert due_of(simple(tmp_path), "2026-09-07T12:00:00+08:00", number) == due


def test_zero_days_are_due_the_same_day(tmp_path: Path) -> None:
    assert due_of(simple(tmp_path).rule("pupil", "*", days=0), "2026-09-07T12:00:00+08:00") == "2026-09-07"


@pytest.mark.parametrize(
    ("lent", "recall", "due"),
    [
        ("2026-12-28", "2027-01-15", "2027-01-12"),
        ("2026-12-31", "2027-01-15", "2027-01-15"),
        ("2027-01-01", "2027-01-15", "2027-01-15"),
        ("2027-01-04", "2027-01-15", "2027-01-15"),
        ("2027-01-04", "2027-01-16", "2027-01-15"),  # a Saturday: the last open day before it
        ("2027-01-04", "2027-01-17", "2027-01-15"),
        ("2027-01-15", "2027-01-15", "2027-01-15"),
        ("2027-01-15", "2027-01-17", "2027-01-15"),
        ("2027-01-18", "2027-01-15", "2027-01-18"),  # lent after the recall: never before the loan
        ("2027-01-22", "2027-01-15", "2027-01-22"),
    ],
)
def test_no_due_date_is_later_than_the_recall_nor_earlier_than_the_loan(
    tmp_path: Path, lent: str, recall: str, due: str
) -> None:
    folder = simple(tmp_path).term(*TERM, recall_day=recall, last_loan_day="2027-01-22")
    assert due_of(folder, f"{lent}T12:00:00+08:00") == due


def test_a_due_date_that_closed_days_push_past_the_recall_comes_back(tmp_path: Path) -> None:
    # 5 January + 10 days is Friday 15th, closed; the next open day is after the recall on Sunday.
    folder = simple(tmp_path).term(*TERM, recall_day="2027-01-17").day("2027-01-15", "no").rule("pupil", "*", days=10)
    assert due_of(folder, "2027-01-05T12:00:00+08:00") == "2027-01-14"


def test_the_recall_day_is_the_terms_end_by_default(tmp_path: Path) -> None:
    folder = simple(tmp_path).term(*TERM).term("2027-02-22", "2027-07-09", term="春")
    assert due_of(folder, "2027-01-20T12:00:00+08:00") == "2027-01-22"


def test_recall_exempt_rules_know_no_recall(tmp_path: Path) -> None:
    folder = simple(tmp_path).term(*TERM, recall_day="2027-01-08").term("2027-02-22", "2027-07-09", term="春")
    folder.rule("teacher", "*", number=10, days=10, recall_exempt="yes")
    for lent, due in (("2027-01-06", "2027-01-18"), ("2027-01-11", "2027-01-21"), ("2027-01-20", "2027-02-22")):
        folder.path = tmp_path / lent
        assert due_of(folder, f"{lent}T12:00:00+08:00", "T1") == due


@pytest.mark.parametrize(
    ("day", "reasons"),
    [("2027-01-08", []), ("2027-01-11", ["after_recall"]), ("2027-01-18", ["after_recall"])],
)
def test_after_the_last_loan_day_nothing_is_lent(tmp_path: Path, day: str, reasons: list[str]) -> None:
    folder = simple(tmp_path).term(*TERM, last_loan_day="2027-01-08", recall_day="2027-01-15")
    line = last(folder, Trace().at(f"{day}T12:00:00+08:00").card("1").scan("B1"))
    assert (line.reasons if line.refusal else []) == reasons


@pytest.mark.parametrize(("day", "refusal"), [("2027-01-15", None), ("2027-01-18", "after_recall")])
def test_the_last_loan_day_is_the_recall_day_by_default(tmp_path: Path, day: str, refusal: str | None) -> None:
    folder = simple(tmp_path).term(*TERM, recall_day="2027-01-15")
    assert last(folder, Trace().at(f"{day}T12:00:00+08:00").card("1").scan("B1")).refusal == refusal


def test_the_date_is_the_schools_not_the_traces(tmp_path: Path) -> None:
    # 23:30 UTC on Sunday is Monday 07:30 in Shanghai.
    assert due_of(simple(tmp_path), "2026-09-06T23:30:00+00:00") == "2026-09-22"


@pytest.mark.parametrize(
    ("at", "refusal", "due"),
    [
        ("2026-10-22T21:59:50+00:00", None, "2026-11-02"),  # 23:59:50 in Berlin's summer time, Thursday the 22nd
        ("2026-10-22T22:00:10+00:00", None, "2026-11-02"),  # Friday the 23rd + 10 days
        ("2026-10-23T22:00:10+00:00", "closed_day", None),  # Saturday
        ("2026-10-25T22:59:50+00:00", "closed_day", None),  # Sunday, winter time since that morning
        ("2026-10-25T23:00:10+00:00", None, "2026-11-05"),  # Monday
    ],
)
def test_another_time_zone_with_summer_time(tmp_path: Path, at: str, refusal: str | None, due: str | None) -> None:
    folder = simple(tmp_path).rule("pupil", "*", days=10).text("school.toml", 'timezone = "Europe/Berlin"\n')
    line = last(folder, Trace().at(at).card("1").scan("B1"))
    assert (line.refusal, line.entry["due"]) == (refusal, due)


@pytest.mark.parametrize(
    ("at", "admitted"),
    [
        ("2026-10-23T10:00:00+00:00", True),
        ("2026-10-23T09:59:59+00:00", False),
        ("2026-10-26T10:00:00+00:00", False),
        ("2026-10-26T11:00:00+00:00", True),
        ("2026-10-26T11:49:59+00:00", True),
        ("2026-10-26T11:50:00+00:00", False),
    ],
)
def test_slots_keep_the_wall_clock_over_the_change_of_summer_time(tmp_path: Path, at: str, admitted: bool) -> None:
    folder = simple(tmp_path).slot(5, "12:00", "12:50").slot(1, "12:00", "12:50")
    folder.text("school.toml", 'timezone = "Europe/Berlin"\n')
    line = last(folder, Trace().at(at).card("1").scan("B1"))
    assert line.refusal == (None if admitted else "not_your_slot")


@pytest.mark.parametrize(
    ("at", "refusal"),
    [
        ("2026-09-04T12:00:00+08:00", None),
        ("2026-09-07T23:59:50+08:00", None),
        ("2026-09-08T00:00:00+08:00", "overdue_items"),
        ("2026-09-07T15:59:50+00:00", None),
        ("2026-09-07T16:00:00+00:00", "overdue_items"),
    ],
)
def test_overdue_begins_at_the_schools_midnight_after_the_due_date(
    tmp_path: Path, at: str, refusal: str | None
) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-08-20", "2026-09-07")
    assert last(folder, Trace().at(at).card("1").scan("B1")).refusal == refusal


def test_a_due_date_that_passes_during_a_visit_counts(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-08-20", "2026-09-07")
    lines = run(folder, Trace().at("2026-09-07T23:59:55+08:00").card("1").scan("B1").scan("B2"))
    assert [line.refusal for line in lines] == [None, None, "overdue_items"]


# Renewal.


def renew(folder: Folder, at: str = "2026-09-07T12:00:00+08:00", number: str = "1", book: str = "B9") -> Line:
    """What comes of renewing a loan from before."""
    lines = run(folder, Trace().at(at).card(number).scan(book).touch("renew"))
    assert lines[1].state == "choice", lines[1]
    assert lines[1].entries == []
    return lines[-1]


def test_a_renewal_gives_the_due_date_of_a_loan_made_now(tmp_path: Path) -> None:
    entry = renew(simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16")).entry
    assert (entry["kind"], entry["patron"], entry["item"], entry["due"]) == ("renewed", "1", "B9", "2026-09-22")


@pytest.mark.parametrize(
    ("due", "refusal"), [("2026-09-21", None), ("2026-09-22", "no_more_renewals"), ("2026-09-23", "no_more_renewals")]
)
def test_a_renewal_has_to_give_a_later_due_date(tmp_path: Path, due: str, refusal: str | None) -> None:
    assert renew(simple(tmp_path).loan("B9", "1", "2026-09-01", due)).refusal == refusal


@pytest.mark.parametrize(
    ("number", "renewals", "refusal"),
    [("1", 0, None), ("1", 1, "no_more_renewals"), ("1", 5, "no_more_renewals"), ("T1", 1, None),
     ("T1", 2, "no_more_renewals")],
)  # fmt: skip
def test_renewals_are_used_up(tmp_path: Path, number: str, renewals: int, refusal: str | None) -> None:
    folder = simple(tmp_path).loan("B9", number, "2026-09-01", "2026-09-16", renewals)
    assert renew(folder, number=number).refusal == refusal


def test_a_renewal_counts(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16").rule("pupil", "*", days=15, renewals=1)
    trace = Trace().card("1").scan("B9").touch("renew").touch("done")
    trace.at("2026-09-08T12:00:00+08:00").card("1").scan("B9").touch("renew")
    lines = run(folder, trace)
    assert lines[2].kinds == ["renewed"]
    assert lines[-1].reasons == ["no_more_renewals"]


def test_no_renewals_by_rule(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "1", "2026-09-01", "2026-09-16").rule("pupil", "book", renewals=0)
    assert renew(folder).reasons == ["no_more_renewals"]


def test_slot_closed_day_and_number_do_not_matter_to_a_renewal(tmp_path: Path) -> None:
    folder = simple(tmp_path).slot(2, "12:00", "12:50").day("2026-09-07", "no").rule("pupil", "*", number=1)
    folder.loan("B8", "1", "2026-09-01", "2026-09-16").loan("B9", "1", "2026-09-01", "2026-09-16")
    assert renew(folder).kinds == ["renewed"]


def test_what_forbids_a_renewal_in_order(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("3", suspended_until="2026-09-07").book("K1", kept_for="2")
    folder.loan("K1", "3", "2026-08-20", "2026-09-04", 1)
    assert renew(folder, number="3", book="K1").reasons == [
        "reserved", "suspended", "overdue_items", "no_more_renewals",
    ]  # fmt: skip


@pytest.mark.parametrize("reason", ["reserved", "suspended", "overdue_items"])
def test_each_of_them_alone_forbids_it(tmp_path: Path, reason: str) -> None:
    folder = simple(tmp_path).pupil("3", suspended_until="2026-09-07" if reason == "suspended" else "")
    folder.book("K1", kept_for="2" if reason == "reserved" else "").loan("K1", "3", "2026-09-01", "2026-09-16")
    if reason == "overdue_items":
        folder.loan("B9", "3", "2026-08-20", "2026-09-04")
    line = renew(folder, number="3", book="K1")
    assert line.reasons == [reason]
    assert (line.entry["patron"], line.entry["item"]) == ("3", "K1")


def test_a_book_kept_for_its_own_holder_is_renewed(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("K1", kept_for="1").loan("K1", "1", "2026-09-01", "2026-09-16")
    assert renew(folder, book="K1").kinds == ["renewed"]


def test_at_the_recall_a_renewal_gives_nothing(tmp_path: Path) -> None:
    folder = simple(tmp_path).term(*TERM, recall_day="2027-01-15").loan("B9", "1", "2026-12-31", "2027-01-15")
    assert renew(folder, at="2027-01-11T12:00:00+08:00").reasons == ["no_more_renewals"]


# Suspension.


def suspended_after(tmp_path: Path, name: str, on: str, *, days: int = 3, due: str = "2026-09-07") -> bool:
    """Whether a pupil who returned late on 10 September is refused as suspended on the day `on`."""
    folder = (
        simple(tmp_path / name).rule("pupil", "*", number=5, suspension_days=days).loan("B9", "1", "2026-08-20", due)
    )
    trace = Trace().at("2026-09-10T12:00:00+08:00").drop("B9").at(f"{on}T12:00:00+08:00").card("1").scan("B1")
    return last(folder, trace).refusal == "suspended"


@pytest.mark.parametrize(
    ("days", "on", "suspended"),
    [
        (1, "2026-09-10", True),
        (1, "2026-09-11", True),
        (1, "2026-09-14", False),
        (5, "2026-09-15", True),
        (5, "2026-09-16", False),
        (0, "2026-09-10", False),
    ],
)
def test_a_late_return_suspends_up_to_and_including_its_last_day(
    tmp_path: Path, days: int, on: str, suspended: bool
) -> None:
    assert suspended_after(tmp_path, "late", on, days=days) is suspended


@pytest.mark.parametrize(("due", "suspended"), [("2026-09-09", True), ("2026-09-10", False), ("2026-09-11", False)])
def test_a_return_on_the_due_date_does_not_suspend(tmp_path: Path, due: str, suspended: bool) -> None:
    assert suspended_after(tmp_path, "edge", "2026-09-10", due=due) is suspended


def test_a_late_return_at_the_desk_suspends_within_the_same_visit(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", suspension_days=3).loan("B9", "1", "2026-08-20", "2026-09-01")
    lines = run(folder, Trace().card("1").scan("B9").touch("give_back").scan("B1"))
    assert lines[-2].kinds == ["returned"]
    assert lines[-1].reasons == ["suspended"]


def test_the_longest_suspension_wins(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "book", suspension_days=5).rule("pupil", "comic", suspension_days=1)
    folder.book("K1", kind="comic").loan("B9", "1", "2026-08-20", "2026-09-01").loan(
        "K1", "1", "2026-08-20", "2026-09-01"
    )
    trace = Trace().drop("B9", "K1").at("2026-09-11T12:00:00+08:00").card("1").scan("B1")
    assert last(folder, trace).reasons == ["suspended"]


@pytest.mark.parametrize(("on", "suspended"), [("2026-09-14", True), ("2026-09-15", False)])
def test_the_offices_date_and_the_rules_count_alike(tmp_path: Path, on: str, suspended: bool) -> None:
    folder = simple(tmp_path).pupil("3", suspended_until="2026-09-14").rule("pupil", "*", suspension_days=1)
    folder.loan("B9", "3", "2026-08-20", "2026-09-01")
    trace = Trace().drop("B9").at(f"{on}T12:00:00+08:00").card("3").scan("B1")
    assert (last(folder, trace).refusal == "suspended") is suspended


def test_a_return_that_nobody_saw_does_not_suspend(tmp_path: Path) -> None:
    folder = simple(tmp_path).rule("pupil", "*", suspension_days=30).loan("B9", "2", "2026-08-20", "2026-09-01")
    trace = Trace().card("1").scan("B9").touch("give_back").card("2").scan("B1")
    lines = run(folder, trace)
    assert lines[2].said == [("returned", "unseen"), ("lent", None)]
    assert lines[-1].kinds == ["lent"]


# Deadlines.


def test_the_visit_warns_and_ends_at_its_deadlines(tmp_path: Path) -> None:
    trace = Trace().card("1")
    for seconds in (19.999, 20, 29.999, 30):
        trace.lines.append({"at": f"2026-09-07T12:00:{seconds:06.3f}+08:00"})
    lines = run(simple(tmp_path), trace)
    assert [line.effects != [] for line in lines] == [True, False, True, False, False]
    assert [line.state for line in lines] == ["visit", "visit", "visit", "visit", "idle"]
    assert lines[-1].said == [("visit_ended", "idle")]
    assert lines[-1].entry["at"] == "2026-09-07T12:00:30+08:00"


def test_a_deadline_has_its_own_time_and_stands_first(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().card("1").at("12:10:00").card("2"))
    assert lines[1].said == [("visit_ended", "idle"), ("visit_started", None)]
    ended, started = lines[1].entries
    assert (ended["at"], ended["patron"]) == ("2026-09-07T12:00:30+08:00", "1")
    assert (started["at"], started["patron"]) == ("2026-09-07T12:10:00+08:00", "2")


@pytest.mark.parametrize(("after", "kinds"), [(29.999, ["lent"]), (30, ["visit_ended"]), (31, ["visit_ended"])])
def test_a_scan_at_exactly_the_deadline_finds_no_visit(tmp_path: Path, after: float, kinds: list[str]) -> None:
    line = last(simple(tmp_path), Trace().card("1").after(after).scan("B1"))
    assert line.kinds == kinds
    assert line.state == ("visit" if after < 30 else "books_wait")


@pytest.mark.parametrize(
    "steps",
    [(0.1, 0.2, 0.3), (0.7, 1.1, 2.3), (3.333, 7.777), (1.001, 1.002, 1.003, 1.004), (0.009, 0.018), (8.1, 8.2, 8.3)],
)
def test_deadlines_hold_to_the_millisecond(tmp_path: Path, steps: tuple[float, ...]) -> None:
    def trace() -> Trace:
        made = Trace().card("1")
        for step in steps:
            made.after(step).touch("language")
        return made

    lines = run(simple(tmp_path), trace().after(29.999).scan("B1"))
    assert lines[-1].kinds == ["lent"]
    exactly = trace().after(30).scan("B1")
    line = last(simple(tmp_path / "exactly"), exactly)
    assert line.said == [("visit_ended", "idle")]
    assert line.entry["at"].removesuffix("+08:00") == exactly.lines[-1]["at"].removesuffix("+08:00").removesuffix("000")


@pytest.mark.parametrize(
    ("touched", "passed"),
    [
        ((9.977, 10.071, 16.358, 24.755, 26.873), (36.071, 39.438)),
        ((0.92, 8.803, 14.779, 24.118), (27.393, 35.663)),
        ((2.414, 4.463, 10.049, 11.929), (21.554, 27.748)),
    ],
)
def test_lines_between_do_not_move_a_deadline(
    tmp_path: Path, touched: tuple[float, ...], passed: tuple[float, ...]
) -> None:
    trace = Trace().card("1")
    for second in touched:
        trace.at(f"12:00:{second:06.3f}").touch("language")
    for second in passed:
        trace.at(f"12:00:{second:06.3f}").tick()
    trace.at(f"12:00:{touched[-1]:06.3f}").now += timedelta(seconds=30)
    assert last(simple(tmp_path), trace.scan("B1")).said == [("visit_ended", "idle")]


@pytest.mark.parametrize("step", [0.1, 0.3, 0.7, 1.1, 1.9, 0.001, 0.009])
def test_two_seconds_hold_to_the_millisecond(tmp_path: Path, step: float) -> None:
    for gap, kinds in ((2.0, []), (2.001, ["refused"])):
        trace = Trace().tick().after(step).tick().after(step).scan("NOBODY").after(gap).scan("NOBODY")
        assert last(simple(tmp_path / f"{gap}"), trace).kinds == kinds


def test_the_schools_own_deadlines(tmp_path: Path) -> None:
    folder = simple(tmp_path).text("kiosk.toml", "[visit]\nidle_s = 12.5\nwarn_s = 5\n")
    line = last(folder, Trace().card("1").after(60).tick())
    assert line.entry["at"] == "2026-09-07T12:00:12.500+08:00"


@pytest.mark.parametrize("act", ["language", "cancel", "renew", "give_back", "confirm_clock", "staff_done"])
def test_every_touch_keeps_the_visit(tmp_path: Path, act: str) -> None:
    line = last(simple(tmp_path), Trace().card("1").after(29).touch(act).after(29).scan("B1"))
    assert line.kinds == ["lent"]


@pytest.mark.parametrize("text", ["C1", "NOBODY", "B9"])
def test_every_scan_at_the_desk_keeps_the_visit(tmp_path: Path, text: str) -> None:
    line = last(simple(tmp_path), Trace().card("1").after(29).scan(text).after(29).scan("B1"))
    assert line.kinds == ["lent"]


def test_the_drop_point_the_clock_and_empty_lines_do_not_keep_the_visit(tmp_path: Path) -> None:
    trace = Trace().card("1").after(25).drop("B9").after(1).beam().after(1).bin_full(False).after(1).clock("synced")
    line = last(simple(tmp_path), trace.after(2).tick())
    assert line.said == [("visit_ended", "idle")]


def test_several_deadlines_fire_in_order_on_one_line(tmp_path: Path) -> None:
    folder = simple(tmp_path).text("kiosk.toml", "[drop]\nbeam = true\nflap_s = 15\n")
    trace = Trace().sign_in().at("12:00:10").card("1").at("12:00:20").drop("B9").at("13:00:00").scan("B1")
    line = last(folder, trace)
    assert line.said == [("refused", "not_dropped"), ("visit_ended", "idle"), ("staff_out", None)]
    assert [entry["at"][11:19] for entry in line.entries] == ["12:00:35", "12:00:40", "12:02:03"]
    assert line.refusal == "not_dropped"
    assert line.state == "books_wait"


def test_books_before_a_card_wait_for_thirty_seconds(tmp_path: Path) -> None:
    for after, kinds in ((29.999, ["visit_started", "lent"]), (30, ["visit_started"])):
        lines = run(simple(tmp_path / f"{after}"), Trace().scan("B1").after(after).card("1"))
        assert lines[0].entries == []
        assert lines[1].kinds == kinds


# The clock.


def test_equal_times_are_no_step_back(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace(step_s=0).card("1").scan("B1").scan("B2").touch("done"))
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"], ["lent"], ["visit_ended"]]


def test_the_same_instant_in_another_offset_is_no_step_back(tmp_path: Path) -> None:
    trace = Trace().card("1").at("2026-09-07T04:00:01+00:00").scan("B1").at("2026-09-07T12:00:02+08:00").scan("B2")
    assert of_kind(run(simple(tmp_path), trace), "clock_changed") == []


def test_a_step_back_is_told_and_lets_no_time_pass(tmp_path: Path) -> None:
    trace = Trace().card("1").at("11:00:00").tick().after(29.999).tick().after(30).tick()
    lines = run(simple(tmp_path), trace)
    assert lines[1].said == [("clock_changed", "guess")]
    assert lines[1].entry["at"] == "2026-09-07T11:00:00+08:00"
    assert lines[1].state == "visit"
    assert lines[2].entries == []
    assert lines[3].said == [("visit_ended", "idle")]
    assert lines[3].entry["at"] == "2026-09-07T11:00:30+08:00"


def test_a_step_back_by_a_millisecond_is_one(tmp_path: Path) -> None:
    trace = Trace().at("2026-09-07T12:00:00.500+08:00").card("1").at("2026-09-07T12:00:00.499+08:00").scan("B1")
    assert last(simple(tmp_path), trace).said == [("clock_changed", "guess"), ("refused", "clock_untrusted")]


def test_each_step_back_is_told(tmp_path: Path) -> None:
    trace = Trace().card("1").at("11:00:00").tick().at("10:00:00").tick()
    assert [line.kinds for line in run(simple(tmp_path), trace)[1:]] == [["clock_changed"], ["clock_changed"]]


def test_with_a_guessed_clock_nothing_is_lent_or_renewed_and_returns_go_on(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B8", "1", "2026-09-01", "2026-09-16").loan("B9", "1", "2026-09-01", "2026-09-16")
    folder.rule("pupil", "*", number=5)
    trace = Trace().clock("guess").card("1").scan("B1").scan("B9").touch("renew").scan("B9").touch("give_back")
    lines = run(folder, trace.drop("B8"))
    assert lines[0].said == [("clock_changed", "guess")]
    assert lines[1].kinds == ["visit_started"]
    assert lines[2].reasons == ["clock_untrusted"]
    assert lines[4].reasons == ["clock_untrusted"]
    assert lines[6].kinds == ["returned"]
    assert lines[7].kinds == ["returned"]


def test_a_book_given_back_for_another_is_not_lent_by_a_guessed_clock(tmp_path: Path) -> None:
    folder = simple(tmp_path).loan("B9", "2", "2026-09-01", "2026-09-16")
    trace = Trace().clock("guess").card("1").scan("B9").touch("give_back")
    assert last(folder, trace).said == [("returned", "unseen"), ("refused", "clock_untrusted")]


def test_synced_makes_lending_go_on(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().clock("guess").clock("synced").card("1").scan("B1"))
    assert lines[1].said == [("clock_changed", "synced")]
    assert lines[-1].kinds == ["lent"]


def test_a_clock_that_stays_as_it_is_tells_nothing(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace().clock("synced").clock("guess").clock("guess"))
    assert [line.kinds for line in lines] == [[], ["clock_changed"], []]


def test_signed_in_staff_confirm_the_clock(tmp_path: Path) -> None:
    trace = Trace().clock("guess").touch("confirm_clock").card("1").scan("B1").touch("done")
    trace.sign_in().touch("confirm_clock").touch("staff_done").card("1").scan("B2")
    lines = run(simple(tmp_path), trace)
    assert lines[1].entries == []
    assert lines[3].refusal == "clock_untrusted"
    assert (lines[7].entry["kind"], lines[7].entry["staff"]) == ("confirmed", "L1")
    assert lines[-1].kinds == ["lent"]


def test_a_step_back_after_the_confirmation_asks_again(tmp_path: Path) -> None:
    trace = Trace().clock("guess").sign_in().touch("confirm_clock").at("11:00:00").card("1").scan("B1")
    assert last(simple(tmp_path), trace).refusal == "clock_untrusted"


def test_due_dates_follow_the_clock_that_was_set_back(tmp_path: Path) -> None:
    trace = Trace().card("1").at("2026-09-04T12:00:00+08:00").clock("synced").scan("B1")
    assert last(simple(tmp_path), trace).entry["due"] == "2026-09-21"
