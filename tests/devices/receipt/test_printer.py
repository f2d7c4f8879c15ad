import os
import select
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kiosk.devices.receipt.paper import Line, as_text
from kiosk.devices.receipt.printer import find_printer, look, print_slip
from kiosk.runtime.reader import DeviceAbsent, DeviceNotReady
from tests.devices.ptys import Wire

SLIP = as_text([Line("育才学校图书馆"), *[Line(f"第{number}本", "9月22日还") for number in range(200)]], 32)
PAPER_THERE, PAPER_OUT, COVER_OPEN = 0x12, 0x72, 0x16


@dataclass(frozen=True)
class Settings:
    """A printer's settings in a test."""

    device: str
    baud: int = 115_200


class Printer:
    """A receipt printer at the far end of a wire: it keeps what it prints and tells its status when asked."""

    def __init__(self, wire: Wire, *, paper: int = PAPER_THERE, cover: int = PAPER_THERE, answers: bool = True) -> None:
        self.printed = bytearray()
        self.wire = wire
        self._status = {4: paper, 2: cover}
        self._answers = answers
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._stop_r, self._stop_w = os.pipe()
        self._thread.start()

    def _run(self) -> None:
        while True:
            ready, _, _ = select.select([self.wire.far_end, self._stop_r], [], [])
            if self._stop_r in ready:
                return
            try:
                self.printed += os.read(self.wire.far_end, 4096)
            except OSError:  # nobody has the near end open
                threading.Event().wait(0.01)
                continue
            while (at := self.printed.find(b"\x10\x04")) >= 0 and len(self.printed) > at + 2:
                status = self._status[self.printed[at + 2]]
                del self.printed[at : at + 3]
                if self._answers:
                    self.wire.send(bytes((status,)))

    def close(self) -> None:
        os.write(self._stop_w, b"x")
        self._thread.join(5)
        os.close(self._stop_r)
        os.close(self._stop_w)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(tmp_path)
    yield wire
    wire.unplug()


def finished(printer: Printer, length: int) -> bytes:
    """What is on the paper once `length` bytes came."""
    for _ in range(500):
        if len(printer.printed) >= length:
            break
        threading.Event().wait(0.01)
    printer.close()
    return bytes(printer.printed)


def test_a_slip_is_printed_whole(wire: Wire) -> None:
    printer = Printer(wire)
    print_slip(Settings(str(wire.path)), SLIP)
    assert finished(printer, len(SLIP)) == SLIP


def test_a_printer_that_cannot_answer_is_believed(wire: Wire) -> None:
    printer = Printer(wire, answers=False)
    print_slip(Settings(str(wire.path)), SLIP)
    assert finished(printer, len(SLIP)) == SLIP


@pytest.mark.parametrize(
    ("paper", "cover", "why"), [(PAPER_OUT, PAPER_THERE, "no paper"), (PAPER_THERE, COVER_OPEN, "the cover is open")]
)
def test_a_printer_that_is_not_ready_says_why_and_prints_nothing(wire: Wire, paper: int, cover: int, why: str) -> None:
    printer = Printer(wire, paper=paper, cover=cover)
    settings = Settings(str(wire.path))
    assert look(settings) == why
    with pytest.raises(DeviceNotReady, match=why):
        print_slip(settings, SLIP)
    assert finished(printer, 0) == b""


def test_a_printer_that_takes_nothing_keeps_nobody_waiting(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.devices.receipt.printer.STALLED_S", 0.2)
    with pytest.raises(DeviceNotReady, match="takes nothing"):
        print_slip(Settings(str(wire.path)), SLIP * 50)


def test_a_printer_that_is_unplugged_in_mid_slip_is_an_error_of_the_device(
    wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.devices.receipt.printer.STALLED_S", 2.0)
    unplug = threading.Timer(0.5, wire.unplug)
    unplug.start()
    with pytest.raises(OSError):  # noqa: PT011 -- which one depends on the kernel
        print_slip(Settings(str(wire.path)), SLIP * 50)
    unplug.join()


def test_a_printer_that_is_not_there_is_absent() -> None:
    for wanted in ("/dev/usb/lp77", "usb:dead:beef"):
        with pytest.raises(DeviceAbsent):
            print_slip(Settings(wanted), SLIP)


def test_a_usb_printer_is_found_by_its_ids(tmp_path: Path) -> None:
    device = tmp_path / "devices/usb1/1-1"
    (device / "1-1:1.0").mkdir(parents=True)
    for name, text in (("idVendor", "0416"), ("idProduct", "5011"), ("serial", "A1")):
        (device / name).write_text(text + "\n")
    node = tmp_path / "usbmisc/lp0"
    node.mkdir(parents=True)
    (node / "device").symlink_to(device / "1-1:1.0")
    found = find_printer("usb:0416:5011", tmp_path / "usbmisc", Path("/dev/usb"))
    assert found == Path("/dev/usb/lp0")
    assert find_printer("usb:0416:5011:B2", tmp_path / "usbmisc", Path("/dev/usb")) is None
