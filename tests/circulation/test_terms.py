"""Open days, terms and due dates."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.circulation.terms import CalendarDay
from tests.circulation.people import AUTUMN, calendar


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("2026-11-23", True),  # a Monday
        ("2026-11-28", False),  # a Saturday
        ("2026-11-29", False),  # a Sunday
        ("2026-08-31", False),  # before the term
        ("2027-01-25", False),  # after it
    ],
)
def test_monday_to_friday_are_open_within_a_term(text: str, is_open: bool) -> None:
    assert calendar().is_open(day(text)) is is_open


def test_without_terms_every_weekday_is_open() -> None:
    assert calendar(terms=()).is_open(day("2026-08-31"))


def test_a_calendar_row_beats_the_weekday() -> None:
    make_up = CalendarDay(day("2026-11-28"), open=True, runs_as=5)
    holiday = CalendarDay(day("2026-11-27"), open=False)
    days = calendar(make_up, holiday)
    assert days.is_open(make_up.day)
    assert not days.is_open(holiday.day)
    assert days.weekday(make_up.day) == 5


def test_a_due_date_moves_to_the_next_open_day() -> None:
    holiday = CalendarDay(day("2026-12-08"), open=False)
    assert calendar().due(day("2026-11-23"), 15, recall_exempt=False) == day("2026-12-08")
    assert calendar(holiday).due(day("2026-11-23"), 15, recall_exempt=False) == day("2026-12-09")
    assert calendar().due(day("2026-11-20"), 15, recall_exempt=False) == day("2026-12-07")  # not on a Saturday


def test_no_due_date_lies_after_the_recall_day() -> None:
    assert calendar().due(day("2027-01-07"), 15, recall_exempt=False) == day("2027-01-15")


def test_a_closed_recall_day_means_the_last_open_day_before_it() -> None:
    closed = [CalendarDay(day(f"2027-01-{n}"), open=False) for n in (14, 15)]
    assert calendar(*closed).due(day("2027-01-07"), 15, recall_exempt=False) == day("2027-01-13")


def test_a_due_date_never_lies_before_the_loan() -> None:
    assert calendar().due(day("2027-01-20"), 15, recall_exempt=False) == day("2027-01-20")


def test_an_exempt_kind_knows_no_recall() -> None:
    without_end = calendar(terms=())
    assert without_end.due(day("2027-01-07"), 60, recall_exempt=False) == day("2027-03-08")
    assert calendar().due(day("2027-01-07"), 12, recall_exempt=True) == day("2027-01-19")


@pytest.mark.parametrize(
    ("text", "week"), [("2026-09-01", 1), ("2026-09-06", 1), ("2026-09-07", 2), ("2026-09-13", 2), ("2026-09-14", 3)]
)
def test_weeks_begin_on_monday_and_the_first_holds_the_terms_first_day(text: str, week: int) -> None:
    assert AUTUMN.week(day(text)) == week


@given(st.dates(AUTUMN.start, AUTUMN.end), st.integers(0, 90))
def test_a_due_date_is_open_or_the_day_of_the_loan(lent: date, days: int) -> None:
    due = calendar().due(lent, days, recall_exempt=False)
    assert lent <= due <= max(AUTUMN.recall_day, lent)
    assert calendar().is_open(due) or due == lent


@given(st.dates(date(2027, 12, 1), date(2028, 3, 1)), st.integers(0, 40))
def test_days_are_counted_as_the_calendar_counts_them(lent: date, days: int) -> None:
    due = calendar(terms=()).due(lent, days, recall_exempt=False)
    assert lent + timedelta(days=days) <= due <= lent + timedelta(days=days + 2)
