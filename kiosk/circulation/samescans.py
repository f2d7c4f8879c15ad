"""One scan is one scan: the same text from the same reader within two seconds, however long a card is held."""

from dataclasses import dataclass, field

SAME_SCAN_S = 2.0
SAME_SCANS_MAX = 64
MILLISECOND_S = 0.001


@dataclass(slots=True)
class SameScans:
    """The last scans by reader and normalised text; times are monotonic seconds."""

    _last: dict[tuple[str, str], float] = field(default_factory=dict)

    def is_new(self, reader: str, text: str, mono: float) -> bool:
        """Whether this is a scan of its own; every sighting of the same text starts the two seconds anew."""
        before = self._last.pop((reader, text), None)
        self._last[reader, text] = mono
        if len(self._last) > SAME_SCANS_MAX:
            del self._last[next(iter(self._last))]
        return before is None or mono - before > SAME_SCAN_S + MILLISECOND_S / 2
