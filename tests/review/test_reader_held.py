import errno
import os
import threading
from collections.abc import Sequence

import pytest

from kiosk.circulation.events import Event, PartDown
from kiosk.runtime.reader import DeviceAbsent, DeviceHeld, Feed, Reader, Why
from tests.runtime.waiting import Crashes, Posted


def test_a_held_device_that_is_then_unplugged_is_no_longer_told_as_held() -> None:
    """As long as it is, the whole kiosk stays out of service."""
    posted = Posted()
    answers: list[OSError] = [DeviceHeld(errno.EBUSY, "held")]

    def open_feed() -> Feed:
        raise answers.pop() if answers else DeviceAbsent(errno.ENODEV, "nothing there")

    reader = Reader("desk", open_feed, posted.post, Crashes())
    reader.start()
    try:
        assert posted.wait_until(PartDown("desk", Why.ABSENT)) == [
            PartDown("desk", Why.HELD),
            PartDown("desk", Why.ABSENT),
        ]
    finally:
        reader.close()


class FailingFeed:
    """A device that opens and whose first read fails, every time."""

    def __init__(self) -> None:
        self._read_end, write_end = os.pipe()
        os.write(write_end, b"x")
        os.close(write_end)

    def fileno(self) -> int:
        return self._read_end

    def read(self, now_s: float) -> Sequence[Event]:
        raise OSError(errno.EIO, "failing")

    def deadline_s(self) -> float | None:
        return None

    def silence(self, now_s: float) -> Sequence[Event]:
        return []

    def close(self) -> None:
        os.close(self._read_end)


@pytest.mark.xfail(strict=True, reason="each opening posts PartUp at once, so that flapping is repeated in the ledger")
def test_a_device_that_opens_and_fails_is_told_once_and_counted() -> None:
    posted = Posted()
    opened: list[FailingFeed] = []

    def open_feed() -> Feed:
        opened.append(FailingFeed())
        return opened[-1]

    reader = Reader("desk", open_feed, posted.post, Crashes())
    reader.start()
    while len(opened) < 3:
        threading.Event().wait(0.05)
    reader.close()
    downs = [event for event in posted.events if isinstance(event, PartDown)]
    assert len(downs) == 1
