"""The place where the newest page waits for Kivy's thread: others overwrite it, nobody waits."""

import threading
from dataclasses import replace
from typing import Final

from kiosk.screens.pages import Shown

SOUNDS_MAX: Final = 4


class NewestWins:
    """Holds at most one `Shown`. A page that nobody saw is dropped, but its sounds are kept for the next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._shown: Shown | None = None

    def put(self, shown: Shown) -> None:
        """Leaves `shown` for the glass; an older serial than the one that waits changes nothing."""
        with self._lock:
            waiting = self._shown
            if waiting is not None and waiting.serial > shown.serial:
                return
            sounds = (*(waiting.sounds if waiting else ()), *shown.sounds)
            self._shown = replace(shown, sounds=sounds[-SOUNDS_MAX:])

    def take(self) -> Shown | None:
        """What waits, and empties the place."""
        with self._lock:
            shown, self._shown = self._shown, None
            return shown
