"""The lamp: one colour and one rhythm for each thing that people on the other side of the room should know.

Whatever asks for somebody blinks, each in its own rhythm, so that nobody needs to tell colours apart; a steady lamp is
always fine. Colours are on or off and never dimmed: amber is red with green, and a signal tower on relays works too.
A colour that the lamp has not is left out; a rhythm without any of its colours is shown with those that there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.pins import Pins, pin_errors
from kiosk.settings import LampSettings


class Mood(StrEnum):
    """What the lamp says; docs/gpio.md has the table for the wall."""

    IDLE = "idle"
    VISIT = "visit"
    WARN = "warn"  # the visit ends soon
    REFUSED = "refused"  # once, then the mood in `Effect.what`
    FLAP_OPEN = "flap_open"
    ATTENTION = "attention"  # bin full, flap stuck, a part down, the clock
    HELP = "help"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Colours and a rhythm: seconds on, off, on, off …, again and again; none is steady."""

    colours: tuple[str, ...]
    rhythm_s: tuple[float, ...] = ()


AMBER: Final = ("red", "green")
PATTERNS: Final[dict[Mood, Pattern]] = {
    Mood.IDLE: Pattern(("green",)),
    Mood.VISIT: Pattern(("red", "green", "blue")),
    Mood.WARN: Pattern(AMBER, (0.5, 0.5)),
    Mood.REFUSED: Pattern(("red",), (0.6, 0.3)),
    Mood.FLAP_OPEN: Pattern(("green",), (0.5, 0.5)),
    Mood.ATTENTION: Pattern(AMBER, (0.2, 0.3, 0.2, 2.3)),
    Mood.HELP: Pattern(("blue",), (0.25, 0.25)),
    Mood.FAULT: Pattern(("red",), (2.0, 0.5)),
}


class Lamp:
    """An open lamp; `leds` are gpiozero's, by colour."""

    def __init__(self, leds: Mapping[str, Any]) -> None:
        self._leds = dict(leds)
        self._mood: Mood | None = None
        self._after: Mood | None = None  # what follows a mood that is shown once
        self._piece = 0  # of the rhythm; even ones are on
        self._deadline_s: float | None = None

    def __repr__(self) -> str:
        return f"<Lamp {' '.join(self._leds)} {self._mood}>"

    def act(self, effect: Effect, now_s: float) -> None:
        mood = Mood(effect.act)
        self._after = Mood(str(effect.what)) if mood is Mood.REFUSED else None
        self._begin(mood, now_s)

    def deadline_s(self) -> float | None:
        return self._deadline_s

    def on_time(self, now_s: float) -> None:
        if self._mood is None or self._deadline_s is None or now_s < self._deadline_s:
            return
        self._piece = (self._piece + 1) % len(PATTERNS[self._mood].rhythm_s)
        if self._piece == 0 and self._after is not None:
            after, self._after = self._after, None
            self._begin(after, now_s)
        else:
            self._show(PATTERNS[self._mood], now_s)

    def close(self) -> None:
        leds, self._leds = self._leds, {}
        with pin_errors():
            for led in leds.values():
                led.close()

    def _begin(self, mood: Mood, now_s: float) -> None:
        self._mood, self._piece = mood, 0
        self._show(PATTERNS[mood], now_s)

    def _show(self, pattern: Pattern, now_s: float) -> None:
        wanted = set(pattern.colours) & self._leds.keys()
        if not wanted and pattern.rhythm_s:
            wanted = set(self._leds)
        with pin_errors():
            for colour, led in self._leds.items():
                led.value = self._piece % 2 == 0 and colour in wanted
        self._deadline_s = now_s + pattern.rhythm_s[self._piece] if pattern.rhythm_s else None


def open_lamp(pins: Pins, settings: LampSettings) -> Lamp:
    """Claim the lamp's pins, dark. Raises OSError."""
    numbers = {"red": settings.red, "green": settings.green, "blue": settings.blue}
    leds: dict[str, Any] = {}
    with pins.opened():
        from gpiozero import LED

        try:
            for colour, pin in numbers.items():
                if pin is not None:
                    leds[colour] = LED(pin, active_high=not settings.common_anode)
        except BaseException:
            for led in leds.values():
                led.close()
            raise
    return Lamp(leds)
