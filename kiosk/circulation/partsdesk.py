"""What is known of the parts: which are down now, and in the ledger what happened to them, counted and not repeated.

A part that comes back is shown as well at once; its entry waits until it has stayed for a while, so that a loose plug
is two entries with a number and not two hundred.
"""

from dataclasses import dataclass, field

from kiosk.circulation.records import Kind
from kiosk.circulation.turn import Turn

STEADY_S = 10.0


@dataclass(slots=True)
class _Trouble:
    """A part whose `part_down` is in the ledger and whose `part_up` is not."""

    why: str
    up_mono: float | None = None
    failures: int = 0


@dataclass(slots=True)
class PartsDesk:
    """The parts' troubles by name."""

    troubles: dict[str, _Trouble] = field(default_factory=dict)

    @property
    def down(self) -> dict[str, str]:
        """The parts that are down now, and why."""
        return {part: trouble.why for part, trouble in self.troubles.items() if trouble.up_mono is None}

    def fell(self, turn: Turn, part: str, why: str) -> None:
        """A part stopped working."""
        known = self.troubles.get(part)
        if known is not None and known.why == why:
            known.up_mono, known.failures = None, known.failures + 1
            return
        with turn.decision():
            turn.record(Kind.PART_DOWN, reason=why, reader=part)
        self.troubles[part] = _Trouble(why)

    def rose(self, turn: Turn, part: str, failures: int) -> None:
        """A part works (again)."""
        trouble = self.troubles.get(part)
        if trouble is not None:
            trouble.up_mono, trouble.failures = turn.mono, trouble.failures + failures

    def effect_failed(self, turn: Turn, part: str, act: str, why: str) -> None:
        """An effect was not carried out; what was decided stands."""
        with turn.decision():
            turn.record(Kind.PART_DOWN, reason=why, reader=part, data={"act": act})

    def next_steady(self) -> float | None:
        """The monotonic second at which a part that came back has stayed."""
        risen = [t.up_mono for t in self.troubles.values() if t.up_mono is not None]
        return min(risen) + STEADY_S if risen else None

    def steady(self, turn: Turn) -> None:
        """The part that came back first has stayed: say so in the ledger."""
        risen = {part: t.up_mono for part, t in self.troubles.items() if t.up_mono is not None}
        part = min(risen, key=lambda name: risen[name])
        failures = self.troubles.pop(part).failures
        with turn.decision():
            turn.record(Kind.PART_UP, reader=part, data={"failures": failures})
