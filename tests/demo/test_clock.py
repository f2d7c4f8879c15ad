"""The demo's clock."""

from datetime import UTC, datetime, timedelta

from kiosk.demo.clock import DemoClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_a_clock_that_does_not_run_shows_the_same_moment_until_it_is_moved() -> None:
    clock = DemoClock(NOON, runs=False)
    before = clock.now()
    assert before == clock.now()
    clock.advance(30)
    assert clock.now().wall == NOON + timedelta(seconds=30)
    assert clock.now().mono == before.mono + 30


def test_a_step_moves_the_wall_clock_alone() -> None:
    clock = DemoClock(NOON, runs=False)
    before = clock.now()
    clock.step(-600)
    assert clock.now().wall == NOON - timedelta(minutes=10)
    assert clock.now().mono == before.mono


def test_a_running_clock_never_goes_back_and_can_be_set() -> None:
    clock = DemoClock(NOON)
    first = clock.now()
    second = clock.now()
    assert second.wall >= first.wall >= NOON
    assert second.mono >= first.mono
    clock.set(NOON + timedelta(days=1))
    assert clock.now().wall >= NOON + timedelta(days=1)
