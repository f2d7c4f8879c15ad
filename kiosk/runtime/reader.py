"""One thread for one reader: open, wait, decode, post; on a device's error close, say so once, back off, open again.

An `OSError` is the device's and is retried for ever: every second while the device is not there at all, otherwise
after 0.5 s doubling to 30 s. Any other exception is ours: it goes to `crash`, which ends the process. A device that
is absent at the start is the same as one that was unplugged. `close` interrupts every wait at once. Orders for the
device come from other threads through `tell` and reach the feed in the reader's own.
"""

import contextlib
import errno
import logging
import math
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from kiosk.circulation.events import Event, PartDown, PartUp

BACK_OFF_FIRST_S: Final = 0.5
BACK_OFF_MAX_S: Final = 30.0
RESCAN_S: Final = 1.0
STEADY_S: Final = 5.0
CLOSE_WAIT_S: Final = 5.0
ORDERS_MAX: Final = 64

log = logging.getLogger(__name__)


class Why(StrEnum):
    """Why a reader is down, as `PartDown.why` says it."""

    ABSENT = "absent"
    HELD = "held"  # another program holds the device: it would see, or take, what is scanned here
    NO_PERMISSION = "no_permission"
    UNPLUGGED = "unplugged"
    NOT_READY = "not_ready"  # a printer without paper
    NO_ANSWER = "no_answer"  # the port is there, but what hangs on it does not answer
    FAILED = "failed"


class DeviceAbsent(OSError):
    """Nothing with the configured path or ids is plugged in."""


class DeviceNotReady(OSError):
    """The device is there and answers, but somebody has to see to it first."""


class DeviceHeld(OSError):
    """Another program holds the device, so that its scans are not ours alone."""


class Feed(Protocol):
    """An open device with its decoder. Every method may raise `OSError` for the device."""

    def fileno(self) -> int:
        """The descriptor that becomes readable when the device has something."""
        ...

    def read(self, now_s: float) -> Sequence[Event]:
        """Take what the device has; called when it is readable."""
        ...

    def deadline_s(self) -> float | None:
        """When `silence` has something to do, on the monotonic clock; None while it has not."""
        ...

    def silence(self, now_s: float) -> Sequence[Event]:
        """What it means that the device said nothing until `now_s`."""
        ...

    def close(self) -> None:
        """Let go of the device."""
        ...


@runtime_checkable
class ObeyingFeed(Feed, Protocol):
    """A feed that can also be told to do something."""

    def obey(self, order: object) -> None:
        """Note `order`. It is carried out by the next `read` or `silence`; what is still open then, `close` answers."""
        ...


class Reader:
    """A part that runs one device. `open_feed` finds and opens the device anew each time that it is called."""

    def __init__(
        self,
        name: str,
        open_feed: Callable[[], Feed],
        post: Callable[[Event], bool],
        crash: Callable[[BaseException], None],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._open_feed = open_feed
        self._post = post
        self._crash = crash
        self._monotonic = monotonic
        self._wake = _Wake()
        self._thread: threading.Thread | None = None
        self._orders_lock = threading.Lock()
        self._orders: list[object] = []
        self._takes_orders = False
        self._state = "not started"
        self._failures = 0
        self._why: Why | None = None

    def __repr__(self) -> str:
        return f"<Reader {self.name} {self._state}, {self._failures} failures in a row>"

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name=f"reader {self.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the thread and release the device."""
        self._wake.set()
        thread = self._thread
        if thread is threading.current_thread():
            return
        if thread is not None:
            thread.join(CLOSE_WAIT_S)
            if thread.is_alive():
                log.error("reader %s did not end", self.name)
                return
        self._wake.close()

    def tell(self, order: object) -> bool:
        """Hand `order` to the open device, from any thread. False, and nothing happens, when the device is down, obeys
        no orders, or has too many waiting.
        """
        with self._orders_lock:
            if not self._takes_orders or len(self._orders) >= ORDERS_MAX:
                return False
            self._orders.append(order)
            self._wake.poke()
        return True

    def _run(self) -> None:
        try:
            self._keep_open()
        except BaseException as error:
            self._state = "crashed"
            self._crash(error)
        else:
            self._state = "closed"

    def _keep_open(self) -> None:
        back_off_s = BACK_OFF_FIRST_S
        while not self._wake.is_set():
            opened_s = None
            try:
                feed = self._open_feed()
                try:
                    opened_s = self._monotonic()
                    self._takes_orders = isinstance(feed, ObeyingFeed)
                    self._is_up(feed)
                    self._serve(feed)
                finally:
                    self._pass_orders(feed, are_last=True)
                    feed.close()
            except OSError as error:
                self._is_down(error)
                if opened_s is not None and self._monotonic() - opened_s >= STEADY_S:
                    back_off_s = BACK_OFF_FIRST_S
                if isinstance(error, DeviceAbsent):
                    self._wake.wait(RESCAN_S)
                else:
                    self._wake.wait(back_off_s)
                    back_off_s = min(back_off_s * 2, BACK_OFF_MAX_S)

    def _serve(self, feed: Feed) -> None:
        device = feed.fileno()
        poller = select.poll()
        poller.register(device, select.POLLIN)
        poller.register(self._wake.fileno(), select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in poller.poll(self._wait_ms(feed.deadline_s()))}
            if self._wake.fileno() in ready:
                self._wake.drain()
                if self._wake.is_set():
                    return
                self._pass_orders(feed)
                continue
            now_s = self._monotonic()
            for event in feed.read(now_s) if device in ready else feed.silence(now_s):
                self._post(event)

    def _pass_orders(self, feed: Feed, *, are_last: bool = False) -> None:
        with self._orders_lock:
            orders, self._orders = self._orders, []
            self._takes_orders = self._takes_orders and not are_last
        if isinstance(feed, ObeyingFeed):
            for order in orders:
                feed.obey(order)

    def _wait_ms(self, deadline_s: float | None) -> int | None:
        if deadline_s is None:
            return None
        return max(0, math.ceil((deadline_s - self._monotonic()) * 1000))

    def _is_up(self, feed: Feed) -> None:
        self._state = f"reading {feed!r}"
        log.info("reader %s: %r", self.name, feed)
        self._post(PartUp(self.name, self._failures))
        self._failures = 0

    def _is_down(self, error: OSError) -> None:
        self._failures += 1
        before, self._why = self._why, why_down(error)
        why = self._why
        self._state = f"down ({why})"
        held_or_let_go = (why is Why.HELD) is not (before is Why.HELD)
        if self._failures == 1 or held_or_let_go:
            log.warning("reader %s: %s: %s", self.name, why, error)
            self._post(PartDown(self.name, why))


def why_down(error: OSError) -> Why:
    """What a device's error means to the people who must mend it."""
    if isinstance(error, DeviceHeld):
        return Why.HELD
    if isinstance(error, DeviceNotReady):
        return Why.NOT_READY
    if isinstance(error, DeviceAbsent) or error.errno == errno.ENOENT:
        return Why.ABSENT
    if error.errno in {errno.EACCES, errno.EPERM}:
        return Why.NO_PERMISSION
    if error.errno in {errno.ENODEV, errno.ENXIO, errno.EIO}:
        return Why.UNPLUGGED
    if error.errno == errno.ETIMEDOUT:
        return Why.NO_ANSWER
    return Why.FAILED


class _Wake:
    """A pipe that interrupts the wait of one thread: once, or for good once it is set."""

    def __init__(self) -> None:
        self._read_end, self._write_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._ends: tuple[int, ...] = (self._read_end, self._write_end)
        self._set = threading.Event()

    def fileno(self) -> int:
        return self._read_end

    def set(self) -> None:
        if not self._set.is_set():
            self._set.set()
            self.poke()

    def poke(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full: there is something to wake up for already
            os.write(self._write_end, b"\0")

    def drain(self) -> None:
        os.read(self._read_end, select.PIPE_BUF)

    def is_set(self) -> bool:
        return self._set.is_set()

    def wait(self, timeout_s: float) -> None:
        self._set.wait(timeout_s)

    def close(self) -> None:
        ends, self._ends = self._ends, ()
        for end in ends:
            os.close(end)
