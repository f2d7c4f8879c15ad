"""Draws the visit's table as the state diagram that docs/visit.md shows: `python -m kiosk.circulation.diagram`."""

from kiosk.circulation.visit import TRANSITIONS, Cue, State


def diagram() -> str:
    """The table as a Mermaid state diagram; cues that lead from and to the same two states share an arrow."""
    arrows: dict[tuple[State, State], list[Cue]] = {}
    for (before, cue), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(cue)
    lines = [f"    {before} --> {after}: {', '.join(cues)}" for (before, after), cues in arrows.items()]
    return "\n".join(["stateDiagram-v2", f"    [*] --> {State.IDLE}", *lines])


if __name__ == "__main__":
    print(diagram())
