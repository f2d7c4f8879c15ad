"""The buzzer: the glass's four notes for a counter without loudspeaker, told apart by their rhythm alone.

An active buzzer has its own tone and is only switched; a passive one is driven with each note's pitch. A sound that has
no notes here is silent.
"""

from collections import deque
from typing import Any, Final

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.pins import Pins, pin_errors
from kiosk.settings import BuzzerSettings

# Each piece: the pitch in hertz (0 is silence; a passive buzzer plays 440 to 1760) and its length in seconds.
SOUNDS: Final[dict[str, tuple[tuple[float, float], ...]]] = {
    "card": ((1318.51, 0.08),),
    "lent": ((1046.50, 0.08), (0, 0.06), (1567.98, 0.16)),
    "returned": ((1567.98, 0.16), (0, 0.06), (1046.50, 0.08)),
    "refused": ((523.25, 0.30), (0, 0.10), (523.25, 0.30)),
}
LOWEST_TO_HIGHEST: Final = ("A5", 1)  # the middle, and how many octaves to either side


class Buzzer:
    """An open buzzer; `device` is gpiozero's `TonalBuzzer` or `Buzzer`."""

    def __init__(self, device: Any, *, passive: bool) -> None:
        self._device = device
        self._passive = passive
        self._pieces: deque[tuple[float, float]] = deque()
        self._deadline_s: float | None = None

    def __repr__(self) -> str:
        return f"<Buzzer {'passive' if self._passive else 'active'}>"

    def act(self, effect: Effect, now_s: float) -> None:
        self._pieces = deque(SOUNDS.get(effect.act, ()))
        self._go_on(now_s)

    def deadline_s(self) -> float | None:
        return self._deadline_s

    def on_time(self, now_s: float) -> None:
        if self._deadline_s is not None and now_s >= self._deadline_s:
            self._go_on(now_s)

    def close(self) -> None:
        with pin_errors():
            self._device.close()

    def _go_on(self, now_s: float) -> None:
        pitch_hz, length_s = self._pieces.popleft() if self._pieces else (0.0, None)
        self._deadline_s = None if length_s is None else now_s + length_s
        with pin_errors():
            if not self._passive:
                self._device.value = pitch_hz > 0
            elif pitch_hz:
                from gpiozero.tones import Tone

                self._device.play(Tone.from_frequency(pitch_hz))
            else:
                self._device.stop()


def open_buzzer(pins: Pins, settings: BuzzerSettings) -> Buzzer:
    """Claim the buzzer's pin, silent. Raises OSError."""
    with pins.opened():
        import gpiozero

        if settings.passive:
            middle, octaves = LOWEST_TO_HIGHEST
            return Buzzer(gpiozero.TonalBuzzer(settings.pin, mid_tone=middle, octaves=octaves), passive=True)
        return Buzzer(gpiozero.Buzzer(settings.pin, active_high=settings.active_high), passive=False)
