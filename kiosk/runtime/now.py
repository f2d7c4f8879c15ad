"""The clock of the running program. Everything below is handed a `Moment`; only this module reads one."""

import time
from datetime import UTC, datetime

from kiosk.circulation.records import Moment
from kiosk.clock import is_synchronised


def monotonic_s() -> float:
    """Seconds that never run back."""
    return time.monotonic()


class SystemClock:
    """The wall clock in UTC together with a clock that never steps back."""

    def now(self) -> Moment:
        """This moment on both clocks."""
        return Moment(wall=datetime.now(UTC), mono=time.monotonic())

    def in_step(self) -> bool:
        """Whether a time service keeps the wall clock right."""
        return is_synchronised()
