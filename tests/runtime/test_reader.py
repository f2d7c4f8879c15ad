import errno
import os
import threading
from collections.abc import Iterator, Sequence

import pytest

from kiosk.circulation.events import Event, PartDown, PartUp, Scan
from kiosk.runtime.reader import ORDERS_MAX, DeviceAbsent, DeviceHeld, Feed, Reader, Why, why_down
from tests.runtime.waiting import PATIENCE_S, Crashes, Posted


class PipeFeed:
    """A device that is one end of a pipe: each byte read is a scan; the other end closed is an unplugged device."""

    def __init__(self) -> None:
        self._read_end, self.write_end = os.pipe()
        self.closed = False

    def fileno(self) -> int:
        return self._read_end

    def read(self, now_s: float) -> Sequence[Event]:
        data = os.read(self._read_end, 64)
        if not data:
            raise OSError(errno.ENODEV, "gone")
        if data == b"?":
            raise ValueError("a mistake of ours")
        return [Scan("desk", data.decode())]

    def deadline_s(self) -> float | None:
        return None

    def silence(self, now_s: float) -> Sequence[Event]:
        return []

    def close(self) -> None:
        os.close(self._read_end)
        self.closed = True


class Obedient(PipeFeed):
    """Says every order as a scan; an order that is still open when it is closed is kept."""

    def __init__(self) -> None:
        super().__init__()
        self.orders: list[object] = []

    def obey(self, order: object) -> None:
        self.orders.append(order)

    def deadline_s(self) -> float | None:
        return 0.0 if self.orders else None

    def silence(self, now_s: float) -> Sequence[Event]:
        said, self.orders = self.orders, []
        return [Scan("desk", str(order)) for order in said]


class Bench:
    """A reader whose openings answer, one after another, with what a test lays out."""

    def __init__(self) -> None:
        self.posted = Posted()
        self.crashes = Crashes()
        self.openings: list[Feed | OSError] = []
        self.reader = Reader("desk", self._open, self.posted.post, self.crashes)

    def _open(self) -> Feed:
        answer = self.openings.pop(0) if self.openings else DeviceAbsent(errno.ENODEV, "nothing there")
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.reader.close()


def test_what_the_device_says_is_posted(bench: Bench) -> None:
    feed = PipeFeed()
    bench.openings = [feed]
    bench.reader.start()
    os.write(feed.write_end, b"a")
    assert bench.posted.wait_until(Scan("desk", "a")) == [PartUp("desk", 0), Scan("desk", "a")]
    bench.reader.close()
    bench.reader.close()
    os.close(feed.write_end)
    assert feed.closed
    assert repr(bench.reader) == "<Reader desk closed, 0 failures in a row>"


def test_an_unplugged_device_is_told_once_and_comes_back_by_itself(bench: Bench) -> None:
    first, second = PipeFeed(), PipeFeed()
    bench.openings = [first, OSError(errno.EIO, "not yet"), second]
    bench.reader.start()
    os.close(first.write_end)
    bench.posted.wait_until(PartUp("desk", 2))
    os.write(second.write_end, b"b")
    events = bench.posted.wait_until(Scan("desk", "b"))
    assert events == [PartUp("desk", 0), PartDown("desk", Why.UNPLUGGED), PartUp("desk", 2), Scan("desk", "b")]
    assert first.closed
    bench.reader.close()
    os.close(second.write_end)


def test_a_device_that_is_absent_at_the_start_is_the_same_as_an_unplugged_one(bench: Bench) -> None:
    bench.reader.start()
    assert bench.posted.wait_until(PartDown("desk", Why.ABSENT)) == [PartDown("desk", Why.ABSENT)]
    feed = PipeFeed()
    bench.openings = [feed]
    bench.posted.wait_for(lambda events: isinstance(events[-1], PartUp))
    bench.reader.close()
    os.close(feed.write_end)


def test_a_device_that_another_program_holds_is_told_even_after_it_was_absent(bench: Bench) -> None:
    bench.openings = [DeviceAbsent(errno.ENODEV, "not there"), DeviceHeld(errno.EBUSY, "held")]
    bench.reader.start()
    events = bench.posted.wait_until(PartDown("desk", Why.HELD))
    assert events == [PartDown("desk", Why.ABSENT), PartDown("desk", Why.HELD)]


def test_an_error_that_is_ours_ends_the_program(bench: Bench) -> None:
    feed = PipeFeed()
    bench.openings = [feed]
    bench.reader.start()
    os.write(feed.write_end, b"?")
    assert isinstance(bench.crashes.wait(), ValueError)
    assert feed.closed
    os.close(feed.write_end)


def test_a_crash_may_close_the_reader_from_its_own_thread() -> None:
    feed, crashes = PipeFeed(), Crashes()

    def close_and_tell(error: BaseException) -> None:
        reader.close()
        crashes(error)

    reader = Reader("desk", lambda: feed, Posted().post, close_and_tell)
    reader.start()
    os.write(feed.write_end, b"?")
    crashes.wait()
    reader.close()
    os.close(feed.write_end)


def test_a_reader_that_was_never_started_closes(bench: Bench) -> None:
    bench.reader.close()
    assert bench.posted.events == []


def test_silence_is_told_at_its_deadline() -> None:
    class Quiet(PipeFeed):
        """Something is due at once, and once."""

        due: float | None = 0.0

        def deadline_s(self) -> float | None:
            return self.due

        def silence(self, now_s: float) -> Sequence[Event]:
            self.due = None
            return [Scan("desk", "silence")]

    feed, posted = Quiet(), Posted()
    reader = Reader("desk", lambda: feed, posted.post, Crashes())
    reader.start()
    posted.wait_until(Scan("desk", "silence"))
    reader.close()
    os.close(feed.write_end)


def test_orders_reach_the_device_in_their_order(bench: Bench) -> None:
    feed = Obedient()
    bench.openings = [feed]
    bench.reader.start()
    bench.posted.wait_until(PartUp("desk", 0))
    for number in range(200):
        while not bench.reader.tell(number):
            bench.posted.wait_until(Scan("desk", str(number - 1)))
    bench.posted.wait_until(Scan("desk", "199"))
    assert bench.posted.events[1:] == [Scan("desk", str(number)) for number in range(200)]
    bench.reader.close()
    os.close(feed.write_end)


def test_no_order_is_taken_by_a_device_that_is_down_or_obeys_none(bench: Bench) -> None:
    assert not bench.reader.tell("before the start")
    deaf = PipeFeed()
    bench.openings = [deaf]
    bench.reader.start()
    bench.posted.wait_until(PartUp("desk", 0))
    assert not bench.reader.tell("to a scanner")
    os.close(deaf.write_end)
    bench.posted.wait_until(PartDown("desk", Why.UNPLUGGED))
    assert not bench.reader.tell("to nobody")
    bench.reader.close()
    assert not bench.reader.tell("after the end")


def test_an_order_that_was_taken_is_handed_over_before_the_device_is_closed(bench: Bench) -> None:
    feed = Obedient()
    bench.openings = [feed]
    bench.reader.start()
    bench.posted.wait_until(PartUp("desk", 0))
    taken = [order for order in range(10) if bench.reader.tell(order)]
    bench.reader.close()
    said = [int(event.text) for event in bench.posted.events if isinstance(event, Scan)]
    assert said + feed.orders == taken
    os.close(feed.write_end)


def test_only_so_many_orders_wait(bench: Bench) -> None:
    entered, leave = threading.Event(), threading.Event()

    class Busy(Obedient):
        """Does one thing until it may leave."""

        def read(self, now_s: float) -> Sequence[Event]:
            os.read(self.fileno(), 1)
            entered.set()
            leave.wait()
            return []

    feed = Busy()
    bench.openings = [feed]
    bench.reader.start()
    os.write(feed.write_end, b"x")
    assert entered.wait(PATIENCE_S)
    assert [bench.reader.tell(order) for order in range(ORDERS_MAX + 1)] == [True] * ORDERS_MAX + [False]
    leave.set()
    bench.posted.wait_until(Scan("desk", str(ORDERS_MAX - 1)))
    bench.reader.close()
    os.close(feed.write_end)


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (DeviceHeld(errno.EBUSY, "held"), Why.HELD),
        (DeviceAbsent(errno.ENODEV, "absent"), Why.ABSENT),
        (OSError(errno.ENOENT, "no such file"), Why.ABSENT),
        (OSError(errno.EACCES, "permission denied"), Why.NO_PERMISSION),
        (OSError(errno.ENODEV, "gone"), Why.UNPLUGGED),
        (OSError(errno.EIO, "gone"), Why.UNPLUGGED),
        (OSError(errno.ETIMEDOUT, "no answer"), Why.NO_ANSWER),
        (OSError("no number"), Why.FAILED),
    ],
)
def test_every_error_of_a_device_has_a_reason_in_one_word(error: OSError, why: Why) -> None:
    assert why_down(error) is why
