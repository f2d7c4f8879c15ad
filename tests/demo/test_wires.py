"""The demo's wires: what they send is what the drivers read."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.demo.wires import Wires, card_frame
from kiosk.devices.decode.rdm6300 import Card, Rdm6300
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.reader import DeviceHeld


@pytest.fixture
def wires(tmp_path: Path) -> Iterator[Wires]:
    wires = Wires(tmp_path)
    yield wires
    wires.close()


def read(port: SerialPort) -> bytes:
    os.set_blocking(port.fileno(), True)
    return os.read(port.fileno(), 100)


def test_a_card_frame_is_what_the_decoder_of_the_reader_understands() -> None:
    assert Rdm6300().feed(card_frame("0A05F1357D"), 0.0) == [Card("0A05F1357D")]


@pytest.mark.parametrize(
    ("card", "wire", "data"),
    [
        ("0086466564", "desk", b"0086466564\r"),
        ("0A05F1357D", "card", b"\x020A05F1357DB6\x03"),
        ("04115FA0", "desk", b"04115FA0\r"),
    ],
)
def test_a_card_goes_down_the_wire_that_can_read_it(wires: Wires, card: str, wire: str, data: bytes) -> None:
    port = SerialPort(wires.readers()[wire].device, 9600)
    wires.card(card)
    assert read(port) == data
    port.close()


def test_a_wire_that_was_unplugged_works_again_under_the_same_name(wires: Wires) -> None:
    device = wires.readers()["drop"].device
    port = SerialPort(device, 9600)
    wires["drop"].plug_in()
    with pytest.raises(OSError, match="demo-drop"):
        port.read()
    port.close()
    port = SerialPort(device, 9600)
    wires.scan("drop", "39999000001873")
    assert read(port) == b"39999000001873\r"
    port.close()


def test_a_wire_that_another_program_holds_is_refused_until_it_lets_go(wires: Wires) -> None:
    device = wires.readers()["desk"].device
    wires["desk"].plug_in(held=True)
    with pytest.raises(DeviceHeld):
        SerialPort(device, 9600)
    wires["desk"].let_go()
    SerialPort(device, 9600).close()
