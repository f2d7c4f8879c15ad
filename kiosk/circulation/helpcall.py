"""A pupil pressed the button for help: a lamp and a line for staff, until one comes or a minute is over.

It is nobody's visit and no entry, and does not keep a visit open.
"""

from dataclasses import dataclass

from kiosk.circulation.turn import Turn

HELP_S = 60.0


@dataclass(slots=True)
class HelpCall:
    """Until when help is called for."""

    until_mono: float | None = None

    @property
    def calling(self) -> bool:
        """Whether somebody should come."""
        return self.until_mono is not None

    def pressed(self, turn: Turn) -> None:
        """The button; pressing again starts the minute anew."""
        self.until_mono = turn.mono + HELP_S
        turn.tell("lamp", "help")

    def over(self, turn: Turn) -> None:
        """Staff signed in, or the minute is over."""
        self.until_mono = None
