"""Whose slot it is, to the second."""

from datetime import time

import pytest

from kiosk.circulation.records import Patron, PatronKind
from kiosk.circulation.timetable import Row, Timetable, Weeks, Who
from tests.circulation.people import LAO_SHI, MONDAY_NOON, XIAO_MAO, at, calendar, day_row

NOON = Timetable((MONDAY_NOON,))


@pytest.mark.parametrize(
    ("when", "admitted"),
    [
        ("2026-11-23 11:59:59.999", False),
        ("2026-11-23 12:00:00", True),
        ("2026-11-23 12:49:59.999", True),
        ("2026-11-23 12:50:00", False),
        ("2026-11-24 12:10:00", False),
    ],
)
def test_a_slot_admits_from_its_first_second_to_the_one_before_its_last(when: str, admitted: bool) -> None:
    assert NOON.admits(XIAO_MAO, at(when), calendar()) is admitted


def test_without_rows_it_is_always_open_to_all() -> None:
    assert Timetable().admits(XIAO_MAO, at("2026-11-29 03:00"), calendar())


def test_a_teacher_is_not_meant_by_a_grade() -> None:
    assert not NOON.admits(LAO_SHI, at("2026-11-23 12:10"), calendar())


@pytest.mark.parametrize(
    ("who", "admitted"),
    [
        (Who(everybody=True), True),
        (Who(classes=frozenset({"五(2)班"})), True),
        (Who(classes=frozenset({"五(1)班"})), False),
        (Who(grades=frozenset({4, 5})), True),
        (Who(kinds=frozenset({PatronKind.PUPIL})), True),
        (Who(kinds=frozenset({PatronKind.TEACHER})), False),
        (Who(), False),
    ],
)
def test_who_is_meant(who: Who, admitted: bool) -> None:
    assert who.admits(XIAO_MAO) is admitted


def test_odd_and_even_weeks_are_those_of_the_term() -> None:
    odd = Timetable((Row(1, time(12), time(13), Who(everybody=True), Weeks.ODD),))
    even = Timetable((Row(1, time(12), time(13), Who(everybody=True), Weeks.EVEN),))
    second_week = at("2026-09-07 12:10")
    assert not odd.admits(XIAO_MAO, second_week, calendar())
    assert even.admits(XIAO_MAO, second_week, calendar())
    assert not odd.admits(XIAO_MAO, second_week, calendar(terms=()))  # no term, no parity
    assert not even.admits(XIAO_MAO, second_week, calendar(terms=()))


def test_a_make_up_day_runs_as_its_weekday() -> None:
    saturday = day_row("2026-11-28", runs_as=1)
    assert NOON.admits(XIAO_MAO, at("2026-11-28 12:10"), calendar(saturday))


def test_the_next_slot_is_on_an_open_day_and_for_this_pupil() -> None:
    holiday = day_row("2026-11-30", is_open=False)
    found = NOON.next_for(XIAO_MAO, at("2026-11-23 12:50"), calendar(holiday))
    assert found is not None
    assert found.day.isoformat() == "2026-12-07"
    nobody = Patron("1", "王", PatronKind.PUPIL, "一(1)班", 1)
    assert NOON.next_for(nobody, at("2026-11-23 12:50"), calendar()) is None
