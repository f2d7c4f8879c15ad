"""Whether the wall clock can be trusted, at the start and whenever it jumps.

A time service in step, or a battery clock, vouches for it. A clock that lies before the last entry, or that was moved
by hand, is a guess until one of them, or a librarian, says otherwise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.circulation.events import ClockChanged, ClockState
from kiosk.circulation.records import Moment
from kiosk.clock import is_synchronised
from kiosk.settings import ClockSettings

SET_FROM_RTC = Path("/sys/class/rtc/rtc0/hctosys")
STEP_BACK_S = 1.0
STEP_AHEAD_S = 600.0


def was_set_from_rtc(path: Path = SET_FROM_RTC) -> bool:
    """Whether the kernel took the time from a battery clock at boot; one without a battery has nothing to give."""
    return path.exists() and path.read_text("ascii").strip() == "1"


@dataclass(slots=True)
class ClockWatch:
    """Compares the wall clock with the steady one between two looks."""

    settings: ClockSettings
    last_entry: datetime | None
    vouched: Callable[[], bool] = lambda: is_synchronised() or was_set_from_rtc()
    in_step: Callable[[], bool] = is_synchronised
    state: ClockState = ClockState.SYNCED
    _before: Moment | None = None

    def begin(self, now: Moment) -> ClockState:
        """The state to start with."""
        self._before = now
        behind = self.last_entry is not None and now.wall < self.last_entry
        trusted = self.settings.trust == "always" or self.vouched()
        self.state = ClockState.SYNCED if trusted and not behind else ClockState.GUESS
        return self.state

    def look(self, now: Moment, state: ClockState) -> Iterator[ClockChanged]:
        """What changed since the last look; `state` is what the desk holds, a librarian may have confirmed it."""
        assert self._before is not None, "begin comes first"
        before, self._before = self._before, now
        stepped_s = (now.wall - before.wall).total_seconds() - (now.mono - before.mono)
        if stepped_s < -STEP_BACK_S or stepped_s > STEP_AHEAD_S:
            vouched = self.settings.trust == "always" or self.in_step()
            yield ClockChanged(ClockState.SYNCED if vouched else ClockState.GUESS, round(stepped_s, 3))
        elif state is not ClockState.SYNCED and self.in_step():
            yield ClockChanged(ClockState.SYNCED)
