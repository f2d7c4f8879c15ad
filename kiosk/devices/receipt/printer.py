"""Gets a slip to the paper: opens the printer for one slip, asks whether there is paper, writes, closes.

A printer without paper takes bytes until its buffer is full and then none; so nothing here waits for longer than
`STALLED_S` without progress. Commands: Epson's ESC/POS reference, DLE EOT. Printers that cannot answer are believed.
"""

import errno
import os
import select
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol

from kiosk.devices.part import UsbIds
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.reader import DeviceAbsent, DeviceNotReady

SYS_USBMISC: Final = Path("/sys/class/usbmisc")
DEV_USB: Final = Path("/dev/usb")
STALLED_S: Final = 5.0
ANSWER_S: Final = 0.3
PIECE_BYTES: Final = 1024
# DLE EOT n: the status byte has these bits fixed; a set bit of the second kind says what is wrong.
FIXED_BITS: Final = 0x93
FIXED_VALUE: Final = 0x12
QUESTIONS: Final = ((4, 0x60, "no paper"), (2, 0x04, "the cover is open"))


class PrinterSettings(Protocol):
    """What of the settings concerns the printer."""

    @property
    def device(self) -> str:
        """A path, or `usb:VID:PID[:SERIAL]`."""
        ...

    @property
    def baud(self) -> int:
        """Bits a second of a serial printer."""
        ...


def print_slip(settings: PrinterSettings, slip: bytes) -> None:
    """Print `slip`. Raises an OSError that says why not."""
    with _opened(settings) as printer:
        if problem := _problem(printer):
            raise DeviceNotReady(problem)
        _write(printer, slip)


def look(settings: PrinterSettings) -> str:
    """What is wrong with the printer, in a few words; empty when it is ready. Raises an OSError if it is not there."""
    with _opened(settings) as printer:
        return _problem(printer)


@contextmanager
def _opened(settings: PrinterSettings) -> Iterator[int]:
    """The open printer's descriptor, for reading and writing without waiting."""
    path = find_printer(settings.device)
    close: Callable[[], None]
    if path is None:
        try:
            port = SerialPort(settings.device, settings.baud)
        except DeviceAbsent:
            raise DeviceAbsent(errno.ENODEV, f"no printer is {settings.device}") from None
        descriptor, close = port.fileno(), port.close
    else:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        close = lambda: os.close(descriptor)  # noqa: E731
    try:
        yield descriptor
    except termios.error as error:
        raise OSError(errno.ENODEV, str(error)) from error
    finally:
        close()


def find_printer(wanted: str, sys_usbmisc: Path = SYS_USBMISC, dev_usb: Path = DEV_USB) -> Path | None:
    """The node of a USB printer; None where `wanted` is a serial port. Raises DeviceAbsent for a path that is none."""
    if not wanted.startswith("usb:"):
        path = Path(wanted)
        if not path.exists():
            raise DeviceAbsent(errno.ENODEV, f"no printer is {wanted}")
        return None if "tty" in path.resolve().name or path.resolve().parent.name == "pts" else path
    ids = UsbIds.parse(wanted)
    for node in sorted(sys_usbmisc.glob("lp*")):
        device = (node / "device").resolve().parent
        try:
            vendor, product = (int((device / name).read_text("ascii"), 16) for name in ("idVendor", "idProduct"))
            serial = (device / "serial").read_text("utf-8", "replace").strip() if (device / "serial").exists() else None
        except OSError:
            continue  # it was unplugged while we looked
        if ids.fit(vendor, product, serial):
            return dev_usb / node.name
    return None  # perhaps behind a USB-serial adapter


def _problem(printer: int) -> str:
    for number, wrong, why in QUESTIONS:
        _write(printer, bytes((0x10, 0x04, number)))
        ready, _, _ = select.select([printer], [], [], ANSWER_S)
        try:
            status = os.read(printer, 64)[-1:] if ready else b""
        except BlockingIOError:
            status = b""
        if status and status[0] & FIXED_BITS == FIXED_VALUE and status[0] & wrong:
            return why
    return ""


def _write(printer: int, data: bytes) -> None:
    """All of `data`. Raises DeviceNotReady when nothing was taken for STALLED_S."""
    while data:
        _, ready, _ = select.select([], [printer], [], STALLED_S)
        if not ready:
            raise DeviceNotReady("it takes nothing: no paper, or switched off")
        try:
            data = data[os.write(printer, data[:PIECE_BYTES]) :]
        except BlockingIOError:
            continue
