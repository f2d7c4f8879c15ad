"""One thread for one output: open, wait for an effect or a deadline, act; on a device's error say so once and back off.

Nobody waits for an output: `send` takes a place in a queue with a limit, or it is told at once that the effect failed.
Of an output that shows a state (a lamp) only the newest effect matters; it is kept while the device is down, and
nothing is said beyond "down". An `OSError` is the device's, as with readers; any other exception ends the process.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final, Protocol

from kiosk.circulation.events import EffectFailed, Event, PartDown, PartUp
from kiosk.circulation.turn import Effect
from kiosk.runtime.reader import BACK_OFF_FIRST_S, BACK_OFF_MAX_S, CLOSE_WAIT_S, STEADY_S, why_down

EFFECTS_WAITING_MAX: Final = 16
BUSY: Final = "busy"

log = logging.getLogger(__name__)


class Keep(Enum):
    """What matters of the effects that wait."""

    EACH = "each"  # one that is not carried out is told as `EffectFailed`
    NEWEST = "newest"


class Device(Protocol):
    """An open output. Every method may raise `OSError` for the device."""

    def act(self, effect: Effect, now_s: float) -> None:
        """Carry out `effect`, or begin to."""
        ...

    def deadline_s(self) -> float | None:
        """When `on_time` has something to do, on the monotonic clock; None while it has not."""
        ...

    def on_time(self, now_s: float) -> None:
        """Do what is due at `now_s`: blink, end a tone, close the flap."""
        ...

    def close(self) -> None:
        """Leave the device in its safe state. Does nothing the second time."""
        ...


class Output:
    """A part that runs one output. `open_device` finds and opens the device anew each time that it is called."""

    def __init__(
        self,
        name: str,
        open_device: Callable[[], Device],
        post: Callable[[Event], bool],
        crash: Callable[[BaseException], None],
        keep: Keep = Keep.EACH,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self._open_device = open_device
        self._post = post
        self._crash = crash
        self._keep = keep
        self._monotonic = monotonic
        self._waiting: deque[Effect] = deque()
        self._changed = threading.Condition()
        self._closed = False
        self._down_why: str | None = None
        self._failures = 0
        self._device: Device | None = None
        self._thread: threading.Thread | None = None

    def __repr__(self) -> str:
        state = "closed" if self._closed else f"down ({self._down_why})" if self._down_why else f"{self._device!r}"
        return f"<Output {self.name} {state}, {len(self._waiting)} effects waiting>"

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name=f"output {self.name}", daemon=True)
        self._thread.start()

    def send(self, effect: Effect) -> None:
        """Have `effect` carried out. Never waits."""
        failed = None
        with self._changed:
            if self._closed:
                return
            if self._keep is Keep.NEWEST:
                self._waiting.clear()
            elif self._down_why is not None:
                failed = self._down_why
            elif len(self._waiting) >= EFFECTS_WAITING_MAX:
                failed = BUSY
            if failed is None:
                self._waiting.append(effect)
                self._changed.notify()
        if failed is not None:
            self._post(EffectFailed(self.name, effect.act, failed))

    def close(self) -> None:
        """End the thread and leave the device in its safe state. What still waits is not carried out."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        thread = self._thread
        if thread is None or thread is threading.current_thread():
            return
        thread.join(CLOSE_WAIT_S)
        if thread.is_alive():
            log.error("output %s did not end", self.name)
            self.abandon()

    def abandon(self) -> None:
        """Leave the device in its safe state from any thread, because the process ends now."""
        device = self._device
        if device is not None:
            try:
                device.close()
            except Exception:
                log.exception("output %s was not left in its safe state", self.name)

    def _run(self) -> None:
        try:
            self._keep_open()
        except BaseException as error:
            self._crash(error)

    def _keep_open(self) -> None:
        back_off_s = BACK_OFF_FIRST_S
        while not self._closed:
            opened_s = None
            try:
                self._device = self._open_device()
                try:
                    opened_s = self._monotonic()
                    self._is_up(self._device)
                    self._serve(self._device)
                finally:
                    self._device.close()
                    self._device = None
            except OSError as error:
                self._is_down(error)
                if opened_s is not None and self._monotonic() - opened_s >= STEADY_S:
                    back_off_s = BACK_OFF_FIRST_S
                with self._changed:
                    self._changed.wait_for(lambda: self._closed, back_off_s)
                back_off_s = min(back_off_s * 2, BACK_OFF_MAX_S)

    def _serve(self, device: Device) -> None:
        while not self._closed:
            effect = self._next(device.deadline_s())
            if effect is not None:
                self._act(device, effect)
            elif not self._closed:
                device.on_time(self._monotonic())

    def _act(self, device: Device, effect: Effect) -> None:
        try:
            device.act(effect, self._monotonic())
        except OSError as error:
            self._not_done(effect, error)
            raise

    def _next(self, deadline_s: float | None) -> Effect | None:
        """The next effect; None when the deadline has come, which goes first, or the output closes."""
        with self._changed:
            left_s = None if deadline_s is None else max(0.0, deadline_s - self._monotonic())
            if left_s != 0.0:
                self._changed.wait_for(lambda: self._waiting or self._closed, left_s)
                if self._waiting and not self._closed:
                    return self._waiting.popleft()
        return None

    def _not_done(self, effect: Effect, error: OSError) -> None:
        if self._keep is Keep.EACH:
            self._post(EffectFailed(self.name, effect.act, why_down(error)))
            return
        with self._changed:
            if not self._waiting:
                self._waiting.append(effect)

    def _is_up(self, device: Device) -> None:
        log.info("output %s: %r", self.name, device)
        with self._changed:
            self._down_why = None
        self._post(PartUp(self.name, self._failures))
        self._failures = 0

    def _is_down(self, error: OSError) -> None:
        why = why_down(error)
        self._failures += 1
        with self._changed:
            self._down_why = why
            lost = [] if self._keep is Keep.NEWEST else list(self._waiting)
            if lost:
                self._waiting.clear()
        if self._failures == 1:
            log.warning("output %s: %s: %s", self.name, why, error)
            self._post(PartDown(self.name, why))
        for effect in lost:
            self._post(EffectFailed(self.name, effect.act, why))
