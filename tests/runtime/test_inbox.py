import logging
import threading

import pytest

from kiosk.circulation.events import Event, PartDown, Scan, Sensor, SensorName, Tick, Touch, TouchAct
from kiosk.runtime.inbox import INBOX_RESERVE, STOP, TOUCHES_PER_S_MAX, Inbox


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def drain(inbox: Inbox) -> list[Event]:
    events: list[Event] = []
    while (event := inbox.get(0)) is not None and event is not STOP:
        events.append(event)
    return events


def test_events_come_out_in_the_order_in_which_they_came() -> None:
    inbox = Inbox()
    assert [inbox.post(Scan("desk", text)) for text in "abc"] == [True, True, True]
    assert drain(inbox) == [Scan("desk", "a"), Scan("desk", "b"), Scan("desk", "c")]


def test_nothing_within_the_timeout_is_none() -> None:
    assert Inbox().get(0) is None


def test_an_event_from_another_thread_wakes_the_one_that_waits() -> None:
    inbox = Inbox()
    thread = threading.Thread(target=inbox.post, args=(Tick(),))
    thread.start()
    assert inbox.get(None) == Tick()
    thread.join()


def test_stop_comes_after_what_is_queued_and_then_for_ever() -> None:
    inbox = Inbox()
    inbox.post(Tick())
    inbox.stop()
    assert not inbox.post(Scan("desk", "late"))
    assert [inbox.get(None) for _ in range(3)] == [Tick(), STOP, STOP]


def test_a_full_inbox_drops_scans_and_says_so_once_a_minute(caplog: pytest.LogCaptureFixture) -> None:
    clock = Clock()
    inbox = Inbox(limit=3, monotonic=clock)
    with caplog.at_level(logging.WARNING):
        assert [inbox.post(Scan("desk", str(at))) for at in range(5)] == [True, True, True, False, False]
        assert len(caplog.records) == 1
        clock.now_s = 61.0
        inbox.post(Scan("desk", "5"))
    assert len(caplog.records) == 2
    assert "3 events dropped" in caplog.text
    assert inbox.dropped == 3
    assert len(drain(inbox)) == 3


def test_a_full_inbox_still_takes_what_nobody_would_repeat_up_to_its_reserve() -> None:
    inbox = Inbox(limit=1)
    assert inbox.post(Scan("desk", "a"))
    assert inbox.post(PartDown("desk", "unplugged"))
    taken = [inbox.post(Sensor(SensorName.BEAM)) for _ in range(INBOX_RESERVE)]
    assert taken == [True] * (INBOX_RESERVE - 1) + [False]


def test_ten_fingers_on_the_glass_do_not_push_out_a_scan() -> None:
    clock = Clock()
    inbox = Inbox(monotonic=clock)
    for at in range(200):
        clock.now_s = at / 200
        inbox.post(Touch(TouchAct.DONE))
    assert inbox.post(Scan("desk", "a"))
    assert len(drain(inbox)) == TOUCHES_PER_S_MAX + 1
    clock.now_s = 2.0
    assert inbox.post(Touch(TouchAct.DONE))


def test_its_repr_tells_how_full_it_is() -> None:
    inbox = Inbox(limit=8)
    inbox.post(Tick())
    assert repr(inbox) == "<Inbox open, 1 of 8 events, 0 dropped>"
