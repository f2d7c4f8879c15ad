"""Plays a trace through the real counter, without glass: what came in, what was decided, what would be shown.

Time is the trace's own. A line earlier than the one before is a step back of the clock: no time passes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.app.counter import Counter, Step
from kiosk.app.trace import Cue
from kiosk.circulation.events import ClockChanged, ClockState
from kiosk.circulation.records import Kind, Moment, Recorded
from kiosk.circulation.turn import Effect

MILLISECOND = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Played:
    """One line of the trace and everything that it led to."""

    at: str
    refusal: str | None
    entries: tuple[Recorded, ...]
    effects: tuple[Effect, ...]
    state: str
    page: str


def play(cues: Iterable[Cue], counter: Counter) -> Iterator[Played]:
    """Play each cue in turn."""
    now: Moment | None = None
    for cue in cues:
        steps: list[Step] = []
        if now is None:
            counter.note(Kind.STARTED, Moment(cue.at, 0.0))
        elif cue.at < now.wall:
            stepped_s = (cue.at - now.wall).total_seconds()
            steps.append(counter.step(ClockChanged(ClockState.GUESS, stepped_s), Moment(cue.at, now.mono)))
        now = _moment(cue.at, now)
        steps.append(counter.step(cue.event, now))
        yield _played(cue, steps)


def _moment(at: datetime, before: Moment | None) -> Moment:
    if before is None:
        return Moment(at, 0.0)
    passed = max(at - before.wall, timedelta())
    return Moment(at, (round(before.mono * 1000) + passed // MILLISECOND) / 1000)


def _played(cue: Cue, steps: list[Step]) -> Played:
    outcomes = [step.outcome for step in steps]
    refusals = [outcome.refusal for outcome in outcomes if outcome.refusal is not None]
    return Played(
        at=cue.text,
        refusal=refusals[0] if refusals else None,
        entries=tuple(entry for outcome in outcomes for entry in outcome.entries),
        effects=tuple(effect for outcome in outcomes for effect in outcome.effects),
        state=steps[-1].state,
        page=steps[-1].page.name,
    )
