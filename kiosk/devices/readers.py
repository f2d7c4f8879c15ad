"""Which driver a reader of a given kind has: one explicit dict, and the part that runs it.

A driver is imported by the reader's own thread when it first looks for the device, so that the first page does not
wait for libraries of hardware.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from kiosk.circulation.events import Event
from kiosk.devices.decode.framing import Framing
from kiosk.devices.part import ReaderSettings, UsbIds
from kiosk.runtime.reader import Feed, Reader


def _keyboard(name: str, settings: ReaderSettings) -> Feed:
    from kiosk.devices.keyboard import open_keyboard

    return open_keyboard(name, settings)


def _serial(name: str, settings: ReaderSettings) -> Feed:
    from kiosk.devices.serialline import open_line_scanner

    return open_line_scanner(name, settings)


def _rdm6300(name: str, settings: ReaderSettings) -> Feed:
    from kiosk.devices.rfid.cards import open_card_reader

    return open_card_reader(name, settings)


DRIVERS: Final[dict[str, Callable[[str, ReaderSettings], Feed]]] = {
    "keyboard": _keyboard,
    "serial": _serial,
    "rdm6300": _rdm6300,
}


def reader(
    name: str, settings: ReaderSettings, post: Callable[[Event], bool], crash: Callable[[BaseException], None]
) -> Reader:
    """The part that runs the reader `name`, which `settings` describes. A ValueError names what is wrong there."""
    if problem := _problem(settings):
        raise ValueError(f"readers.{name}: {problem}")
    return Reader(name, partial(DRIVERS[settings.kind], name, settings), post, crash)


def _problem(settings: ReaderSettings) -> str | None:
    """What is wrong with `settings`, in words for the person who wrote them; None when nothing is."""
    if settings.kind not in DRIVERS:
        return f"unknown kind {settings.kind!r} (one of {', '.join(DRIVERS)})"
    if settings.framing not in {framing.value for framing in Framing}:
        return f"unknown framing {settings.framing!r} (one of {', '.join(Framing)})"
    if settings.device.startswith("usb:"):
        try:
            UsbIds.parse(settings.device)
        except ValueError as error:
            return str(error)
    elif settings.kind == "keyboard" and settings.device.startswith(("phys:", "name:")):
        return None
    elif not settings.device.startswith("/"):
        return f"device {settings.device!r} is neither a path nor usb:VID:PID"
    return None
