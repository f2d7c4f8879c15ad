"""Python's garbage collector, told to come seldom.

By default it looks through the young objects several times in every scan, and now and then through all that Kivy made,
while a pupil waits. What the program was made of stays for good and need not be looked at; what it makes later is
freed by counting and only cycles wait for the collector.
"""

import gc
from typing import Final

THRESHOLDS: Final = (20_000, 10, 10)


def come_seldom() -> None:
    """Leave alone what is there now, and look at new objects by the twenty thousand."""
    gc.freeze()
    gc.set_threshold(*THRESHOLDS)
