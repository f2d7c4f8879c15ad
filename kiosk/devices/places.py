"""What is plugged in, and how the settings would name it: keyboards and serial ports on USB.

A device is named by what does not change with the order of plugging in: ids and serial number, or the USB port where
two of one make have no serial numbers.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from kiosk.devices import keyboard, serialline
from kiosk.devices.part import ReaderSettings


@dataclass(frozen=True, slots=True)
class Place:
    """A device that is plugged in. `ids` is how `device` names it; `port` is its place on USB, `usb` its vendor and
    product in hex.
    """

    path: str
    name: str = ""
    ids: str = ""
    port: str = ""
    usb: tuple[str, str] = ("", "")


def places(settings: ReaderSettings) -> list[Place]:
    """The devices that fit; the first is the one that the kiosk opens."""
    if settings.kind == "keyboard":
        keyboards = keyboard.keyboards()
        return [_keyboard_place(each, keyboards) for each in keyboards if keyboard.is_wanted(each, settings.device)]
    ports = serialline.usb_ports()
    fitting = [_port_place(port, ports) for port in ports if serialline.is_wanted(port, settings.device)]
    if not fitting:
        with suppress(OSError):
            return [Place(serialline.find_port(settings.device))]
    return fitting


def unnamed_keyboards(readers: Iterable[ReaderSettings]) -> list[Place]:
    """Scanners and keyboards on USB that no reader of the settings means."""
    found = keyboard.keyboards()
    wanted = [settings.device for settings in readers if settings.kind == "keyboard"]
    named = {each.phys.partition("/")[0] for each in found if any(keyboard.is_wanted(each, one) for one in wanted)}
    every = [_keyboard_place(each, found) for each in found if each.phys.startswith("usb-")]
    return [place for place in every if place.port not in named]


def unnamed_ports(readers: Iterable[ReaderSettings]) -> list[Place]:
    """Serial ports on USB that no reader of the settings means."""
    found = serialline.usb_ports()
    wanted = [settings.device for settings in readers if settings.kind and settings.kind != "keyboard"]
    return [_port_place(port, found) for port in found if not any(serialline.is_wanted(port, one) for one in wanted)]


def _keyboard_place(found: keyboard.Found, every: Sequence[keyboard.Found]) -> Place:
    port = found.phys.partition("/")[0]
    usb = (f"{found.vendor:04x}", f"{found.product:04x}")
    ids = f"usb:{usb[0]}:{usb[1]}"
    twins = {e.phys.partition("/")[0] for e in every if (e.vendor, e.product) == (found.vendor, found.product)}
    if found.serial:
        ids = f"{ids}:{found.serial}"
    elif len(twins) > 1:
        ids = f"phys:{port}"
    return Place(str(found.path), found.name, ids, port, usb)


def _port_place(port: serialline.UsbPort, every: Sequence[serialline.UsbPort]) -> Place:
    location = (port.location or "").partition(":")[0]
    usb = (f"{port.vid:04x}", f"{port.pid:04x}")
    ids = f"usb:{usb[0]}:{usb[1]}"
    if port.serial_number:
        ids = f"{ids}:{port.serial_number}"
    elif sum((each.vid, each.pid) == (port.vid, port.pid) for each in every) > 1:
        ids = f"phys:{location}"
    return Place(port.device, port.product or "", ids, location, usb)
