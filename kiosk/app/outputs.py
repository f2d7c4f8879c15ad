"""The outputs that the settings name, by the effects that they take, and the contacts on the pins, as readers."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from kiosk.circulation.events import Event, SensorName
from kiosk.devices.gpio.buzzer import open_buzzer
from kiosk.devices.gpio.contacts import open_contact
from kiosk.devices.gpio.flap import open_flap
from kiosk.devices.gpio.lamp import open_lamp
from kiosk.devices.gpio.pins import Pins
from kiosk.runtime.output import Device, Keep, Output
from kiosk.runtime.parts import Part
from kiosk.runtime.reader import Reader
from kiosk.settings import ReceiptSettings, Settings, SettingsError

Post = Callable[[Event], bool]
Crash = Callable[[BaseException], None]


def pin_outputs(settings: Settings, pins: Pins, post: Post, crash: Crash) -> dict[str, Output]:
    """Lamp, buzzer and flap, each by the name that its effects carry; the flap comes last, so that it closes first."""
    gpio = settings.gpio
    outputs: dict[str, Output] = {}
    if gpio.lamp is not None:
        outputs["lamp"] = Output("lamp", partial(open_lamp, pins, gpio.lamp), post, crash, Keep.NEWEST)
    if gpio.buzzer is not None:
        outputs["sound"] = Output("buzzer", partial(open_buzzer, pins, gpio.buzzer), post, crash, Keep.NEWEST)
    if gpio.flap is not None:
        outputs["flap"] = Output("flap", partial(open_flap, pins, gpio.flap), post, crash)
    return outputs


def slip_outputs(settings: Settings, font: Path, post: Post, crash: Crash) -> dict[str, Output]:
    """The receipt printer, if slips are printed at all."""
    receipt = settings.receipt
    if receipt.when == "never":
        return {}
    if not receipt.device:
        raise SettingsError(f'kiosk.toml: receipt.when is "{receipt.when}", but receipt.device names no printer')
    drawn_with = font if receipt.text == "image" else None
    return {"receipt": Output("receipt", partial(_open_receipt, receipt, drawn_with), post, crash)}


def _open_receipt(settings: ReceiptSettings, font: Path | None) -> Device:
    """Imported by the printer's own thread, so that the first page does not wait for it."""
    from kiosk.app.slips import slip_paper
    from kiosk.devices.receipt.output import open_receipt

    return open_receipt(settings, font, slip_paper)


def contacts(settings: Settings, pins: Pins, post: Post, crash: Crash) -> list[Part]:
    """One part a contact."""
    parts: list[Part] = []
    for name in SensorName:
        contact = getattr(settings.gpio, name)
        if contact is not None:
            stuck_is_jam = name is SensorName.BEAM and settings.gpio.jam is None
            opens = partial(open_contact, pins, name, contact, stuck_is_jam=stuck_is_jam)
            parts.append(Reader(name, opens, post, crash))
    return parts


def refuse_half_a_drop_point(settings: Settings) -> None:
    """Raise SettingsError for a drop point whose parts do not fit together. Traces and the demo need none."""
    gpio, beam = settings.gpio, settings.drop.beam
    if beam and gpio.beam is None:
        raise SettingsError(
            "kiosk.toml: drop.beam is true, but there is no [gpio.beam]: name its pin, or leave both out"
        )
    for name in ("beam", "flap"):
        if not beam and getattr(gpio, name) is not None:
            raise SettingsError(f"kiosk.toml: [gpio.{name}] does nothing while drop.beam is false: set it to true")
