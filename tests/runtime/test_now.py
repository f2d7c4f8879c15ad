from datetime import UTC

from kiosk.runtime.now import SystemClock


def test_the_wall_clock_is_aware_and_the_other_never_steps_back() -> None:
    before, after = SystemClock().now(), SystemClock().now()
    assert before.wall.tzinfo is UTC
    assert before.mono <= after.mono
