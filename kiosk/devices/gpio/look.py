"""What `kiosk check --devices` tells of the pins: each is claimed, read and given back. Nothing moves, nothing sounds.

Pins that a running kiosk holds cannot be claimed a second time, and are said to be in use.
"""

from dataclasses import dataclass

from kiosk.circulation.events import SensorName
from kiosk.devices.gpio.contacts import ContactInput
from kiosk.devices.gpio.pins import Pins
from kiosk.settings import GpioSettings, InputSettings, pins_of


@dataclass(frozen=True, slots=True)
class PinSeen:
    """One pin: its key and BCM number, and whether its contact says "yes" now (None for an output, which is off).

    `problem` says in one line why it cannot be used; empty when it can.
    """

    key: str
    pin: int
    active: bool | None = None
    problem: str = ""


def look(gpio: GpioSettings, pins: Pins) -> list[PinSeen]:
    """Every pin that the settings name."""
    contacts = {f"gpio.{name}.pin": getattr(gpio, name) for name in SensorName}
    return [_look_at(key, pin, contacts.get(key), gpio, pins) for key, pin in pins_of(gpio)]


def _look_at(key: str, pin: int, contact: InputSettings | None, gpio: GpioSettings, pins: Pins) -> PinSeen:
    try:
        with pins.opened():
            if contact is not None:
                found = ContactInput(contact)
                try:
                    return PinSeen(key, pin, found.active())
                finally:
                    found.close()
            from gpiozero import OutputDevice

            OutputDevice(pin, active_high=_is_active_high(key, gpio), initial_value=False).close()
            return PinSeen(key, pin)
    except OSError as error:
        return PinSeen(key, pin, problem=error.strerror or str(error))


def _is_active_high(key: str, gpio: GpioSettings) -> bool:
    """Whether the output at `key` is on when its pin is high."""
    if gpio.flap is not None and key == "gpio.flap.pin":
        return gpio.flap.active_high
    if gpio.buzzer is not None and key == "gpio.buzzer.pin":
        return gpio.buzzer.passive or gpio.buzzer.active_high
    return gpio.lamp is None or not gpio.lamp.common_anode
