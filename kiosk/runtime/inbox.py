"""The one inbox: everything that the kiosk senses queues here for the circulation thread.

It has a limit and never makes a reader wait: when it is full, an event that a person can repeat is dropped, counted
and logged once a minute. Changes of state (a part down, a beam, the clock) have a reserve above that limit, because
nobody would repeat them. Touches are rate-limited, so that ten fingers on the glass cannot push out a scan.
"""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import Final, Literal

from kiosk.circulation.events import Event, Lifted, Misread, Scan, Tags, Tick, Touch

INBOX_EVENTS_MAX: Final = 256
INBOX_RESERVE: Final = 64
TOUCHES_PER_S_MAX: Final = 10
DROPPED_LOG_EVERY_S: Final = 60.0

log = logging.getLogger(__name__)


class Stop(Enum):
    """The last thing that comes out of an inbox."""

    STOP = "stop"


STOP: Final = Stop.STOP


class Inbox:
    """A bounded queue of events from any thread to the circulation thread."""

    def __init__(self, limit: int = INBOX_EVENTS_MAX, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._limit = limit
        self._monotonic = monotonic
        self._queue: deque[Event] = deque()
        self._changed = threading.Condition()
        self._stopped = False
        self._touched_s: deque[float] = deque(maxlen=TOUCHES_PER_S_MAX)
        self._dropped = 0
        self._logged_s: float | None = None

    def __repr__(self) -> str:
        state = "stopped" if self._stopped else "open"
        return f"<Inbox {state}, {len(self._queue)} of {self._limit} events, {self._dropped} dropped>"

    @property
    def dropped(self) -> int:
        """How many events were dropped since the start."""
        return self._dropped

    def post(self, event: Event) -> bool:
        """Queue `event` and say whether it was taken. Never waits for room."""
        now_s = self._monotonic()
        with self._changed:
            if self._stopped:
                return False
            taken = self._has_room(event) and not (isinstance(event, Touch) and self._is_touch_storm(now_s))
            if taken:
                self._queue.append(event)
                self._changed.notify()
                return True
            self._dropped += 1
            dropped = self._dropped
            silent = self._logged_s is not None and now_s - self._logged_s < DROPPED_LOG_EVERY_S
            if not silent:
                self._logged_s = now_s
        if not silent:
            log.warning("inbox: %d events dropped since the start, the newest a %s", dropped, type(event).__name__)
        return False

    def get(self, timeout_s: float | None) -> Event | Literal[Stop.STOP] | None:
        """The oldest event; None when `timeout_s` passed without one; STOP after `stop`, for ever."""
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopped, timeout_s)
            if self._queue:
                return self._queue.popleft()
            return STOP if self._stopped else None

    def stop(self) -> None:
        """Take nothing more. What is already queued still comes out, then STOP."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _has_room(self, event: Event) -> bool:
        can_be_repeated = isinstance(event, Scan | Tags | Lifted | Misread | Touch | Tick)
        return len(self._queue) < self._limit + (0 if can_be_repeated else INBOX_RESERVE)

    def _is_touch_storm(self, now_s: float) -> bool:
        if len(self._touched_s) == TOUCHES_PER_S_MAX and now_s - self._touched_s[0] < 1.0:
            return True
        self._touched_s.append(now_s)
        return False
