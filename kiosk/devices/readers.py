"""Which driver a reader of a given kind has: one explicit dict, and the part that runs it.

A driver is imported by the reader's own thread when it first looks for the device, so that the first page does not
wait for libraries of hardware.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from kiosk.circulation.events import Event
from kiosk.devices.decode.cardnumbers import CardFormat, conversion
from kiosk.devices.decode.framing import Framing
from kiosk.devices.part import ReaderSettings, UsbIds
from kiosk.devices.rfid.security import DEFAULT_MARKS, Marks
from kiosk.devices.typed import typed_conversion
from kiosk.runtime.reader import Feed, Reader

if TYPE_CHECKING:
    from kiosk.devices.rfid.driver import Pad

Post = Callable[[Event], bool]


@dataclass(slots=True)
class Kept:
    """What outlives the openings of a device: where its wishes are answered, and what lies there."""

    post: Post
    marks: Marks
    pad: "Pad | None" = None


def _keyboard(name: str, settings: ReaderSettings, kept: Kept) -> Feed:
    from kiosk.devices.keyboard import open_keyboard

    return open_keyboard(name, settings)


def _serial(name: str, settings: ReaderSettings, kept: Kept) -> Feed:
    from kiosk.devices.serialline import open_line_scanner

    return open_line_scanner(name, settings)


def _rdm6300(name: str, settings: ReaderSettings, kept: Kept) -> Feed:
    from kiosk.devices.rfid.cards import open_card_reader

    return open_card_reader(name, settings)


def _asked(name: str, settings: ReaderSettings, kept: Kept) -> Feed:
    from kiosk.devices.rfid.driver import Pad, open_reader

    if kept.pad is None:
        kept.pad = Pad(name, settings, kept.post, kept.marks)
    return open_reader(settings, kept.pad)


DRIVERS: Final[dict[str, Callable[[str, ReaderSettings, Kept], Feed]]] = {
    "keyboard": _keyboard,
    "serial": _serial,
    "rdm6300": _rdm6300,
    "pn532": _asked,
    "m100": _asked,
    "r2000": _asked,
    "uhfreader18": _asked,
    "rl866": _asked,
    "feig": _asked,
}

TYPING: Final = frozenset({"keyboard", "serial"})  # kinds that give texts, not UIDs
WRITING: Final = frozenset({"m100", "r2000", "uhfreader18", "rl866", "feig"})  # kinds that can write to a tag


def reader(
    name: str,
    settings: ReaderSettings,
    post: Post,
    crash: Callable[[BaseException], None],
    marks: Marks = DEFAULT_MARKS,
) -> Reader:
    """The part that runs the reader `name`, which `settings` describes; `marks` are the AFI values of the library.

    A ValueError names what is wrong with the settings.
    """
    if wrong := problem(settings):
        raise ValueError(f"readers.{name}: {wrong}")
    return Reader(name, partial(DRIVERS[settings.kind], name, settings, Kept(post, marks)), post, crash)


def problem(settings: ReaderSettings) -> str | None:
    """What is wrong with `settings`, in words for the person who wrote them; None when nothing is."""
    if settings.kind not in DRIVERS:
        return f"unknown kind {settings.kind!r} (one of {', '.join(DRIVERS)})"
    if settings.security != "none" and settings.kind not in WRITING:
        return f"security = {settings.security!r} needs a reader that can write tags; a {settings.kind} cannot"
    if settings.framing not in {framing.value for framing in Framing}:
        return f"unknown framing {settings.framing!r} (one of {', '.join(Framing)})"
    if settings.device.startswith("usb:"):
        try:
            UsbIds.parse(settings.device)
        except ValueError as error:
            return str(error)
    elif not settings.device.startswith(("/", "phys:", "name:") if settings.kind == "keyboard" else ("/", "phys:")):
        return f"device {settings.device!r} is neither a path nor usb:VID:PID"
    return _region_problem(settings) or _card_problem(settings)


def _region_problem(settings: ReaderSettings) -> str | None:
    """What is wrong with the UHF band. Only a kiosk with such a reader imports its driver for this."""
    offered: Collection[str] = {settings.region}
    match settings.kind:
        case "r2000":
            from kiosk.devices.rfid import r2000

            offered = r2000.REGIONS
        case "uhfreader18":
            from kiosk.devices.rfid import uhfreader18

            offered = uhfreader18.REGIONS
    if settings.region in offered:
        return None
    return f"region = {settings.region!r}: this reader has {', '.join(map(repr, offered))} only"


def _card_problem(settings: ReaderSettings) -> str | None:
    """What is wrong with the card number formats."""
    try:
        if settings.kind in TYPING:
            typed_conversion(settings)
        elif settings.card_from not in {"", CardFormat.UID}:
            return f"card_from is for readers that type; a {settings.kind} gives the card's own UID"
        elif settings.card_to:
            conversion(CardFormat.UID, settings.card_to)
    except ValueError as error:
        return str(error)
    return None
