"""Contacts bounce: a level counts once it has stayed for a while. Pure; time is passed in.

lgpio can debounce in the kernel, but gpiozero's fake pins cannot, and what is not tested is not relied on.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edge:
    """A level that counts, and when it began. `first` is the level that was found at the start."""

    active: bool
    at_s: float
    first: bool = False


class Debounce:
    """One contact. A level counts after `on_s` without change, one that is not active after `off_s`, save the first."""

    def __init__(self, active: bool, now_s: float, on_s: float, off_s: float) -> None:
        self._stay_s = {True: on_s, False: off_s}
        self._counts: bool | None = None
        self._seen, self._since_s = active, now_s

    def __repr__(self) -> str:
        return f"<Debounce counts {self._counts}, seen {self._seen}>"

    def seen(self, active: bool, at_s: float) -> list[Edge]:
        """The level is `active` at `at_s`; the edges that this shows to have counted before."""
        edges = self.passed(at_s)
        if active != self._seen:
            self._seen, self._since_s = active, at_s
        return edges

    def passed(self, now_s: float) -> list[Edge]:
        """The level stayed until `now_s`; the edge that counts by now."""
        if self._seen == self._counts or now_s < self._counts_at_s:
            return []
        first, self._counts = self._counts is None, self._seen
        return [Edge(self._seen, self._since_s, first)]

    def deadline_s(self) -> float | None:
        """When `passed` has an edge if nothing changes; None while the level that is seen counts already."""
        return None if self._seen == self._counts else self._counts_at_s

    @property
    def _counts_at_s(self) -> float:
        return self._since_s + self._stay_s[self._seen or self._counts is None]
