"""One scan is one scan: the same text from the same reader within two seconds, however long a card is held.

A book that is read by its barcode and by its tag within two seconds was shown once, too.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import TypeVar

SAME_SCAN_S = 2.0
SAME_SCANS_MAX = 64
MILLISECOND_S = 0.001
K = TypeVar("K", bound=Hashable)


@dataclass(slots=True)
class SameScans:
    """The last scans by reader and normalised text; times are monotonic seconds."""

    _last: dict[tuple[str, str], float] = field(default_factory=dict)
    _books: dict[tuple[bool, str, bool], float] = field(default_factory=dict)

    def is_new(self, reader: str, text: str, mono: float) -> bool:
        """Whether this is a scan of its own; every sighting of the same text starts the two seconds anew."""
        before = self._last.get((reader, text))
        _note(self._last, (reader, text), mono)
        return before is None or _is_over(before, mono)

    def is_new_book(self, barcode: str, mono: float, *, drop: bool, by_tag: bool) -> bool:
        """Whether this is not the same book's other mark: its tag behind its barcode, or the other way round."""
        other = (drop, barcode, not by_tag)
        before = self._books.get(other)
        _note(self._books, (drop, barcode, by_tag), mono)
        if before is None or _is_over(before, mono):
            return True
        _note(self._books, other, mono)
        return False


def _note(last: dict[K, float], key: K, mono: float) -> None:
    """Note a sighting; of what was shown longer ago, such as the last people's cards, nothing is kept."""
    last.pop(key, None)
    last[key] = mono
    while len(last) > SAME_SCANS_MAX or _is_over(next(iter(last.values())), mono):
        del last[next(iter(last))]


def _is_over(before: float, mono: float) -> bool:
    return mono - before > SAME_SCAN_S + MILLISECOND_S / 2
