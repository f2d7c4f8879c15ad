import errno

from kiosk.circulation.events import PartDown
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
