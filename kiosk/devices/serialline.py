"""Serial ports, and the scanners that send lines down one: RS-232, USB-COM, a pseudo-terminal in tests.

The port is opened for this program alone. What cannot come from a scanner that works, such as the noise of a
wrong speed, is told once and then ignored until the line has been quiet, so that it cannot fill the glass or the
ledger.
"""

import errno
import logging
import termios
import unicodedata
from pathlib import Path
from typing import Final, Protocol

import serial
from serial.tools import list_ports

from kiosk.circulation.events import Event
from kiosk.devices.decode.framing import Dropped, Framing, Read
from kiosk.devices.decode.lines import PAUSE_S, Lines
from kiosk.devices.part import ReaderSettings, UsbIds, is_at_port, pause_s
from kiosk.devices.typed import Typed
from kiosk.runtime.reader import DeviceAbsent, DeviceHeld

READ_BYTES_MAX: Final = 4096
BAUD: Final = 9600
OTHER_BAUD: Final = 4800  # the speed of no reader
WRITE_S: Final = 1.0
QUIET_S: Final = 0.5
TELL_NOISE_EVERY_S: Final = 60.0

log = logging.getLogger(__name__)


class UsbPort(Protocol):
    """The part of pyserial's `ListPortInfo` that is used here."""

    device: str
    vid: int | None
    pid: int | None
    serial_number: str | None
    location: str | None
    product: str | None


class SerialPort:
    """An open port, eight data bits and one stop bit. Whatever goes wrong with it is an `OSError`."""

    def __init__(self, device: str, baud: int, parity: str = serial.PARITY_NONE) -> None:
        self.path = find_port(device)
        try:
            self._serial = self._opened(baud, parity)
        except termios.error as error:
            raise OSError(errno.EIO, f"{self.path}: {error}") from error
        except ValueError as error:  # pyserial's word for a speed that this port cannot do
            raise OSError(errno.EINVAL, f"{self.path}: {error}") from error
        except OSError as error:
            if error.errno in {errno.EAGAIN, errno.EBUSY}:
                raise DeviceHeld(error.errno, f"{self.path} is open in another program") from error
            raise

    def __repr__(self) -> str:
        return f"<SerialPort {self.path} {self._serial.baudrate} 8{self._serial.parity}1>"

    def _opened(self, baud: int, parity: str) -> serial.Serial:
        try:
            return serial.Serial(self.path, baud, parity=parity, timeout=0, write_timeout=WRITE_S, exclusive=True)
        except termios.error as error:
            if parity == serial.PARITY_NONE or error.args[0] != errno.EINVAL:
                raise
        # A pseudo-terminal keeps no parity; where nothing else is to be changed glibc calls that an error. So change
        # the speed first.
        serial.Serial(self.path, OTHER_BAUD, exclusive=True).close()
        return serial.Serial(self.path, baud, parity=parity, timeout=0, write_timeout=WRITE_S, exclusive=True)

    def fileno(self) -> int:
        return self._serial.fileno()

    def read(self) -> bytes:
        """The bytes that are there. A port without its device raises ENODEV."""
        try:
            return self._serial.read(READ_BYTES_MAX)
        except OSError as error:
            raise OSError(errno.ENODEV, f"{self.path}: {error}") from error

    def write(self, data: bytes) -> None:
        """Send all of `data`. A port without its device raises ENODEV."""
        try:
            self._serial.write(data)
        except (OSError, termios.error) as error:
            raise OSError(errno.ENODEV, f"{self.path}: {error}") from error

    def close(self) -> None:
        """Release the port, also when its device is gone."""
        try:
            self._serial.close()
        except (OSError, termios.error) as error:
            log.info("%s did not close cleanly: %s", self.path, error)


class LineFeed:
    """An open line scanner with its decoder."""

    def __init__(self, reader: str, settings: ReaderSettings, port: SerialPort) -> None:
        self._reader = reader
        self._typed = Typed(reader, settings)
        self._port = port
        self._lines = Lines(Framing(settings.framing), pause_s(settings, PAUSE_S))
        self._deaf_until_s: float | None = None
        self._told_s: float | None = None

    def __repr__(self) -> str:
        return f"<LineFeed {self._port!r}>"

    @property
    def saw_suffix(self) -> bool:
        """Whether a suffix has ended a line since the port was opened."""
        return self._lines.saw_suffix

    def fileno(self) -> int:
        return self._port.fileno()

    def read(self, now_s: float) -> list[Event]:
        return self._events(self._lines.feed(self._port.read(), now_s), now_s, came=True)

    def deadline_s(self) -> float | None:
        return self._lines.deadline_s()

    def silence(self, now_s: float) -> list[Event]:
        return self._events(self._lines.silence(now_s), now_s, came=False)

    def close(self) -> None:
        self._port.close()

    def _events(self, reads: list[Read], now_s: float, *, came: bool) -> list[Event]:
        """The events of `reads`; after noise none until the line was quiet for a while."""
        if self._deaf_until_s is not None:
            if now_s < self._deaf_until_s:
                if came:
                    self._deaf_until_s = now_s + QUIET_S
                return []
            self._deaf_until_s = None
        for at, read in enumerate(reads):
            if _is_noise(read):
                self._tell_noise(now_s)
                self._deaf_until_s = now_s + QUIET_S
                return self._typed.events(reads[: at + 1])
        return self._typed.events(reads)

    def _tell_noise(self, now_s: float) -> None:
        if self._told_s is None or now_s - self._told_s >= TELL_NOISE_EVERY_S:
            self._told_s = now_s
            log.warning("reader %s: noise on %r; is the speed right?", self._reader, self._port)


def _is_noise(read: Read) -> bool:
    return isinstance(read, Dropped) or any(unicodedata.category(character) == "Cc" for character in read.text)


def open_line_scanner(reader: str, settings: ReaderSettings) -> LineFeed:
    """Find and open the configured line scanner."""
    return LineFeed(reader, settings, SerialPort(settings.device, settings.baud or BAUD))


def find_port(wanted: str) -> str:
    """The path of the port that `wanted` describes: a path, best one of /dev/serial/by-id or by-path,
    `usb:VID:PID[:SERIAL]`, or `phys:BUS-PORT`, the USB port as the kernel's log names it (`1-1.2`).
    """
    if wanted.startswith(("usb:", "phys:")):
        for port in usb_ports():
            if is_wanted(port, wanted):
                return port.device
    elif Path(wanted).exists():
        return wanted
    raise DeviceAbsent(errno.ENODEV, f"no serial port is {wanted}")


def usb_ports() -> list[UsbPort]:
    """Every serial port on USB, by its place."""
    found = [port for port in list_ports.comports() if port.vid is not None]
    return sorted(found, key=lambda port: (port.location or "", port.device))


def is_wanted(port: UsbPort, wanted: str) -> bool:
    """Whether `wanted`, as in the settings, means this port."""
    kind, _, rest = wanted.partition(":")
    match kind:
        case "usb":
            return UsbIds.parse(wanted).fit(port.vid, port.pid, port.serial_number)
        case "phys":
            return is_at_port(port.location or "", rest)
        case _:
            return Path(wanted).resolve() == Path(port.device).resolve()
