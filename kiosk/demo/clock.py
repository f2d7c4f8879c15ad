"""The demo's clock: it can pretend a Monday at noon, and be moved on, so that nobody has to wait for a deadline."""

import threading
from datetime import datetime, timedelta

from kiosk.circulation.records import Moment
from kiosk.runtime.now import SystemClock


class DemoClock(SystemClock):
    """Starts at `start`. It runs at the pace of the world, or stands still until somebody moves it. Any thread."""

    def __init__(self, start: datetime, *, runs: bool = True, in_step: bool = True) -> None:
        self._lock = threading.Lock()
        self._runs, self._in_step = runs, in_step
        self._real = super().now()
        self._start = start
        self._passed_s = 0.0
        self._stepped_s = 0.0

    def now(self) -> Moment:
        """The pretended moment on both clocks."""
        real = super().now()
        with self._lock:
            ran_s = real.mono - self._real.mono if self._runs else 0.0
            passed_s = ran_s + self._passed_s
            wall = self._start + timedelta(seconds=passed_s + self._stepped_s)
            return Moment(wall, self._real.mono + passed_s)

    def in_step(self) -> bool:
        """Whether the demo says that a time service keeps this clock right."""
        return self._in_step

    def advance(self, seconds: float) -> None:
        """Let time pass, on both clocks."""
        assert seconds >= 0, "time does not run back; `step` moves the wall clock"
        with self._lock:
            self._passed_s += seconds

    def step(self, seconds: float) -> None:
        """Move the wall clock alone, as somebody does who sets it."""
        with self._lock:
            self._stepped_s += seconds

    def set(self, wall: datetime) -> None:
        """Set the wall clock to `wall`."""
        self.step((wall - self.now().wall).total_seconds())

    @property
    def real(self) -> datetime:
        """What time it really is."""
        return super().now().wall
