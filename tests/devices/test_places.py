from dataclasses import dataclass
from pathlib import Path

import pytest
from serial.tools import list_ports

from kiosk.devices import keyboard, serialline
from kiosk.devices.places import Place, places, unnamed_keyboards, unnamed_ports
from kiosk.runtime.reader import DeviceAbsent
from tests.devices.ptys import Settings, Wire
from tests.devices.test_keyboard import add_device

HOST = "usb-0000:01:00.0-1"


@dataclass
class Port:
    """A serial port as pyserial lists it."""

    device: str
    vid: int | None = None
    pid: int | None = None
    serial_number: str | None = None
    location: str | None = None
    product: str | None = None


@pytest.fixture
def plugged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two scanners of one make without serial numbers, one with one, a keyboard on PS/2, three serial ports."""
    sys_input = tmp_path / "sys"
    add_device(sys_input, "event5", phys=f"{HOST}.1/input0")
    add_device(sys_input, "event6", phys=f"{HOST}.10/input0")
    add_device(sys_input, "event7", ids="ffff:0035", name="ID Reader", phys=f"{HOST}.3/input0", serial="A17")
    add_device(sys_input, "event8", ids="ffff:0035", name="ID Reader", phys=f"{HOST}.3/input1", serial="A17")
    add_device(sys_input, "event0", ids="0001:0001", name="AT keyboard", phys="isa0060/serio0/input0")
    everything = keyboard.keyboards(sys_input, tmp_path)
    ports = [
        Port("/dev/ttyS0"),
        Port("/dev/ttyUSB1", 0x1A86, 0x7523, None, "1-1.4", "USB Serial"),
        Port("/dev/ttyUSB0", 0x1A86, 0x7523, None, "1-1.2", "USB Serial"),
        Port("/dev/ttyACM0", 0x24EA, 0x0187, "WGI7", "1-1.5:1.0", "WGI3220USB"),
    ]
    monkeypatch.setattr(keyboard, "keyboards", lambda: everything)
    monkeypatch.setattr(list_ports, "comports", lambda: ports)
    return tmp_path


@pytest.mark.parametrize(
    ("wanted", "path"),
    [
        ("usb:1a86:7523", "/dev/ttyUSB0"),
        ("phys:1-1.4", "/dev/ttyUSB1"),
        ("phys:1-1.5", "/dev/ttyACM0"),
        ("usb:24EA:187:WGI7", "/dev/ttyACM0"),
    ],
)
def test_a_serial_port_is_found_by_its_ids_or_its_usb_port(plugged: Path, wanted: str, path: str) -> None:
    assert serialline.find_port(wanted) == path


@pytest.mark.parametrize("wanted", ["phys:1-1", "phys:1-1.6", "usb:24ea:0187:WGI8", "/dev/serial/by-id/nothing"])
def test_a_serial_port_that_is_not_there_is_absent(plugged: Path, wanted: str) -> None:
    with pytest.raises(DeviceAbsent):
        serialline.find_port(wanted)


def test_a_device_is_named_by_what_does_not_change(plugged: Path) -> None:
    assert [(place.ids, place.path) for place in unnamed_keyboards([])] == [
        (f"phys:{HOST}.1", str(plugged / "event5")),
        (f"phys:{HOST}.10", str(plugged / "event6")),
        ("usb:ffff:0035:A17", str(plugged / "event7")),
        ("usb:ffff:0035:A17", str(plugged / "event8")),
    ]
    assert [place.ids for place in unnamed_ports([])] == ["phys:1-1.2", "phys:1-1.4", "usb:24ea:0187:WGI7"]


def test_what_the_settings_name_is_not_listed_again_with_none_of_its_interfaces(plugged: Path) -> None:
    named = [
        Settings("usb:ffff:0035", kind="keyboard"),
        Settings("phys:1-1.4"),
        Settings(f"phys:{HOST}.1", kind="keyboard"),
        Settings("usb:24ea:0187", kind="rl866"),
    ]
    assert [place.ids for place in unnamed_keyboards(named)] == [f"phys:{HOST}.10"]
    assert [place.ids for place in unnamed_ports(named)] == ["phys:1-1.2"]


def test_every_device_that_fits_is_told_the_one_that_is_taken_first(plugged: Path) -> None:
    twins = places(Settings("usb:1eab:0310", kind="keyboard"))
    assert [place.port for place in twins] == [f"{HOST}.1", f"{HOST}.10"]
    assert len(places(Settings("usb:ffff:0035", kind="keyboard"))) == 2
    assert places(Settings("usb:24ea:0187")) == [
        Place("/dev/ttyACM0", "WGI3220USB", "usb:24ea:0187:WGI7", "1-1.5", ("24ea", "0187"))
    ]
    assert places(Settings("usb:dead:beef")) == []


def test_a_path_is_a_place_too(wire: Wire) -> None:
    assert places(Settings(str(wire.path))) == [Place(str(wire.path))]
