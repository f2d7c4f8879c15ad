"""Parts: whatever has a thread, a file descriptor or a pin, started in order and closed in reverse.

A part is small, closes twice without harm and has a telling `repr`. One that fails to close is logged and does
not keep the others from closing.
"""

import logging
from collections.abc import Iterable
from typing import Protocol

log = logging.getLogger(__name__)


class Part(Protocol):
    """What the program starts and stops."""

    @property
    def name(self) -> str:
        """The part's name in settings, entries and logs."""
        ...

    def start(self) -> None:
        """Begin to work and return at once. A missing device is not an error: the part goes on trying."""
        ...

    def close(self) -> None:
        """Stop working and give everything back. Does nothing the second time."""
        ...


class Parts:
    """All parts of the kiosk in the order in which they start."""

    def __init__(self, parts: Iterable[Part]) -> None:
        self._waiting = list(parts)
        self._started: list[Part] = []

    def __repr__(self) -> str:
        return f"<Parts started: {[part.name for part in self._started]}>"

    def start(self) -> None:
        """Start each part. If one cannot start, those before it are closed and the error goes on."""
        for part in self._waiting:
            try:
                part.start()
            except BaseException:
                self.close()
                raise
            self._started.append(part)
        self._waiting = []

    def close(self) -> None:
        """Close what was started, the last first. Never raises."""
        while self._started:
            part = self._started.pop()
            try:
                part.close()
            except Exception:
                log.exception("part %s did not close", part.name)
