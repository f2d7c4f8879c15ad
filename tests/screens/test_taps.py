"""What a child's fingers do to the glass, and what of it counts."""

from kiosk.circulation.events import TouchAct
from kiosk.screens.pages import Button
from kiosk.screens.taps import AGAIN_S, DOWNS_PER_SECOND_MAX, SETTLE_S, TOUCH_STUCK_S, TapGuard, TouchStorm

DONE = Button(TouchAct.DONE, "完成")
RENEW = Button(TouchAct.RENEW, "续借", value="B001")


def test_a_tap_counts_once_a_page() -> None:
    guard = TapGuard()
    guard.page_changed(0)
    assert [guard.admits(DONE, at) for at in (1.0, 1.1, 1.2)] == [True, False, False]


def test_a_tap_just_after_the_page_changed_was_meant_for_the_page_before() -> None:
    guard = TapGuard()
    guard.page_changed(10)
    assert not guard.admits(DONE, 10 + SETTLE_S - 0.01)
    assert guard.admits(DONE, 10 + SETTLE_S)


def test_another_button_of_the_page_counts_too() -> None:
    guard = TapGuard()
    guard.page_changed(0)
    assert guard.admits(RENEW, 1)
    assert guard.admits(DONE, 1.1)


def test_a_button_that_nobody_heard_works_again() -> None:
    guard = TapGuard()
    guard.page_changed(0)
    assert guard.admits(DONE, 1)
    assert guard.admits(DONE, 1 + AGAIN_S)


def test_the_guard_keeps_no_pin() -> None:
    guard = TapGuard()
    guard.page_changed(0)
    guard.admits(Button(TouchAct.PIN, "确定", value="2846"), 1)
    assert "2846" not in repr(guard)


def test_ten_fingers_are_one() -> None:
    storm = TouchStorm()
    assert [storm.down(finger, 0.0) for finger in range(10)] == [True] + [False] * 9


def test_two_hundred_touches_a_second_are_eight() -> None:
    storm = TouchStorm()
    counted = 0
    for number in range(200):
        if storm.down(number, number / 200):
            counted += 1
            storm.up(number)
    assert counted == DOWNS_PER_SECOND_MAX


def test_a_finger_that_was_never_lifted_does_not_lock_the_glass() -> None:
    storm = TouchStorm()
    assert storm.down("lost", 0)
    assert not storm.down("next", TOUCH_STUCK_S - 0.1)
    assert storm.down("next", TOUCH_STUCK_S)
    storm.up("lost")
    assert storm.holds("next")
