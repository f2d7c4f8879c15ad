import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosk.circulation.events import Misread, PartDown, PartUp, Scan
from kiosk.devices.serialline import QUIET_S, SerialPort, find_port
from kiosk.runtime.reader import DeviceAbsent, DeviceHeld, Reader, Why
from tests.devices.ptys import Settings, Wire
from tests.runtime.waiting import Posted

Start = Callable[[Settings], Reader]


def test_a_line_on_the_wire_is_a_scan(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path)))
    posted.wait_until(PartUp("desk"))
    wire.send(b"30001234\r\n\x02B17\x03\r\n")
    assert posted.wait_until(Scan("desk", "B17")) == [PartUp("desk"), Scan("desk", "30001234"), Scan("desk", "B17")]


def test_a_line_without_suffix_ends_by_silence(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path)))
    posted.wait_until(PartUp("desk"))
    wire.send("张小满".encode("gb18030"))
    posted.wait_until(Scan("desk", "张小满"))


def test_a_scanner_unplugged_in_mid_line_comes_back_by_itself(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), framing="suffix"))
    posted.wait_until(PartUp("desk"))
    wire.send(b"30001234\r3000")
    posted.wait_until(Scan("desk", "30001234"))
    wire.unplug()
    posted.wait_until(PartDown("desk", Why.UNPLUGGED))
    wire.plug_in()
    events = posted.wait_for(lambda events: isinstance(events[-1], PartUp) and len(events) > 1)
    wire.send(b"1235\r")
    posted.wait_until(Scan("desk", "1235"))
    assert events[:3] == [PartUp("desk"), Scan("desk", "30001234"), PartDown("desk", Why.UNPLUGGED)]
    assert len(events) == 4


def test_noise_changes_nothing_but_a_word_and_the_next_scan_comes_whole(
    wire: Wire, posted: Posted, start: Start
) -> None:
    part = start(Settings(str(wire.path)))
    posted.wait_until(PartUp("desk"))
    wire.send(b"\xff" * 100 + b"\r" + random.Random(1).randbytes(200_000) + b"\r")
    time.sleep(QUIET_S * 2)  # somebody scans again once the line is quiet
    wire.send(b"30001234\r")
    events = posted.wait_until(Scan("desk", "30001234"))
    assert events == [PartUp("desk"), Misread("desk", "unreadable"), Scan("desk", "30001234")]
    assert "reading" in repr(part)


def test_a_port_belongs_to_one_program(wire: Wire) -> None:
    port = SerialPort(str(wire.path), 9600)
    with pytest.raises(DeviceHeld):
        SerialPort(str(wire.path), 9600)
    port.close()
    SerialPort(str(wire.path), 115200).close()


def test_a_port_that_is_held_by_another_program_is_down_with_that_reason(
    wire: Wire, posted: Posted, start: Start
) -> None:
    port = SerialPort(str(wire.path), 9600)
    start(Settings(str(wire.path)))
    posted.wait_until(PartDown("desk", Why.HELD))
    port.close()
    posted.wait_for(lambda events: isinstance(events[-1], PartUp))


def test_closing_a_port_whose_device_is_gone_is_no_error(wire: Wire) -> None:
    port = SerialPort(str(wire.path), 9600)
    wire.unplug()
    with pytest.raises(OSError, match="Errno 19"):
        port.read()
    port.close()
    port.close()


@pytest.mark.parametrize("wanted", ["{folder}/nothing", "usb:dead:beef", "usb:DEAD:BEEF:0017"])
def test_a_port_that_is_not_there_is_absent(wanted: str, tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsent):
        find_port(wanted.format(folder=tmp_path))


def test_a_pseudo_terminal_with_parity_can_be_opened_again(wire: Wire) -> None:
    for _ in range(3):
        SerialPort(str(wire.path), 38400, "E").close()
