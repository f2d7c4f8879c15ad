"""The flap: a lock, relay or solenoid that is on only while a book may fall.

The flap's own thread switches it off `longest_s` after it was first switched on, whether or not anybody still thinks
of it; opening it again meanwhile gains nothing. A pin that fails is tried once more. Closed is off: without power the
flap must be shut by its spring, and docs/gpio.md says what keeps the pin off while no program holds it.
"""

import logging
from enum import StrEnum
from typing import Any

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.pins import Pins, pin_errors
from kiosk.settings import FlapSettings

log = logging.getLogger(__name__)


class FlapAct(StrEnum):
    """What a flap does."""

    OPEN = "open"
    CLOSE = "close"


class Flap:
    """An open line to the flap; `device` is gpiozero's `OutputDevice`."""

    def __init__(self, device: Any, longest_s: float) -> None:
        self._device = device
        self._longest_s = longest_s
        self._until_s: float | None = None

    def __repr__(self) -> str:
        return f"<Flap {'shut' if self._until_s is None else 'open'}>"

    def act(self, effect: Effect, now_s: float) -> None:
        if FlapAct(effect.act) is FlapAct.CLOSE:
            self._shut()
        elif self._until_s is None:
            self._until_s = now_s + self._longest_s
            self._set(on=True)

    def deadline_s(self) -> float | None:
        return self._until_s

    def on_time(self, now_s: float) -> None:
        if self._until_s is not None and now_s >= self._until_s:
            log.warning("the flap was open for %g s and is shut now", self._longest_s)
            self._shut()

    def close(self) -> None:
        device = self._device
        if device.closed:
            return
        try:
            self._set(on=False)
        finally:
            with pin_errors():
                device.close()

    def _shut(self) -> None:
        self._set(on=False)
        self._until_s = None

    def _set(self, *, on: bool) -> None:
        try:
            with pin_errors():
                self._device.value = on
        except OSError as error:
            log.warning("the flap's pin failed, once more: %s", error)
            with pin_errors():
                self._device.value = on


def open_flap(pins: Pins, settings: FlapSettings) -> Flap:
    """Claim the flap's pin, shut. Raises OSError."""
    with pins.opened():
        from gpiozero import OutputDevice

        device = OutputDevice(settings.pin, active_high=settings.active_high, initial_value=False)
    return Flap(device, settings.longest_s)
