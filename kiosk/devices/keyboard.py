"""Scanners and card readers that type: a Linux input device that is grabbed, so that nobody else sees its keys.

It is looked for anew at every opening, because a replugged scanner often comes back under the same path and
another device may have taken it. The search reads sysfs only and never opens other people's keyboards. A scan
that was under way when the device was grabbed is dropped whole.
"""

import errno
import fcntl
import fnmatch
import struct
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import evdev

from kiosk.circulation.events import Event
from kiosk.devices.decode.framing import Framing
from kiosk.devices.decode.keys import EV_SYN, PAUSE_S, SYN_DROPPED, SYN_REPORT, KeyEvent, Keys
from kiosk.devices.part import ReaderSettings, UsbIds, is_at_port, pause_s
from kiosk.devices.typed import Typed
from kiosk.runtime.reader import DeviceAbsent, DeviceHeld

SYS_INPUT: Final = Path("/sys/class/input")
DEV_INPUT: Final = Path("/dev/input")
EVIOCSCLOCKID: Final = 0x400445A0  # linux/input.h: _IOW('E', 0xa0, int)
CLOCK_MONOTONIC: Final = struct.pack("i", 1)
# linux/input.h: EVIOCSMASK is _IOW('E', 0x93, struct input_mask); a mask without bits lets nothing of its type through.
EVIOCSMASK: Final = 0x40104593
NO_SCAN_CODES: Final = struct.pack("=IIQ", 4, 0, 0)  # type EV_MSC
# Digits, letters and Enter: what tells a scanner from a power button or a second, empty interface of the same scanner.
SCANNER_KEYS: Final = frozenset({*range(2, 12), *range(16, 26), *range(30, 39), *range(44, 51), 28})
WORD_BITS: Final = struct.calcsize("l") * 8


class InputEvent(Protocol):
    """An event as python-evdev gives it."""

    sec: int
    usec: int
    type: int
    code: int
    value: int


class Keyboard(Protocol):
    """The part of `evdev.InputDevice` that is used here."""

    path: str | bytes
    name: str

    def fileno(self) -> int: ...
    def read(self) -> Iterator[InputEvent]: ...
    def grab(self) -> None: ...
    def active_keys(self) -> Sequence[int]: ...
    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Found:
    """An input device as sysfs describes it."""

    path: Path
    name: str
    phys: str
    serial: str
    vendor: int
    product: int


class KeyboardFeed:
    """A grabbed keyboard scanner with its decoder."""

    def __init__(self, reader: str, settings: ReaderSettings, device: Keyboard) -> None:
        self._typed = Typed(reader, settings)
        self._device = device
        self._keys = Keys(Framing(settings.framing), pause_s(settings, PAUSE_S), settings.alt)
        try:
            self._take()
        except BaseException:
            self.close()
            raise

    def __repr__(self) -> str:
        return f"<KeyboardFeed {self._device.name!r} at {self._device.path!r}>"

    @property
    def saw_suffix(self) -> bool:
        """Whether a suffix has ended a scan since the device was opened."""
        return self._keys.saw_suffix

    def fileno(self) -> int:
        return self._device.fileno()

    def read(self, now_s: float) -> list[Event]:
        """The scans that the waiting key events complete; their own times count, not `now_s`."""
        reads = self._keys.feed(self._waiting())
        if self._keys.was_overrun:
            self._keys.resync(self._device.active_keys())
        return self._typed.events(reads)

    def deadline_s(self) -> float | None:
        return self._keys.deadline_s()

    def silence(self, now_s: float) -> list[Event]:
        return self._typed.events(self._keys.silence(now_s))

    def close(self) -> None:
        with suppress(OSError):
            self._device.close()

    def _take(self) -> None:
        """Grab the device and drain what came before; keys in it mean that a scan was cut in two."""
        try:
            self._device.grab()
        except OSError as error:
            if error.errno == errno.EBUSY:
                raise DeviceHeld(error.errno, f"{self._device.path!r} is grabbed by another program") from error
            raise
        drained: list[KeyEvent] = []
        while waiting := self._waiting():
            drained += waiting
        if drained:
            last_s = drained[-1].time_s
            self._keys.feed([KeyEvent(EV_SYN, SYN_DROPPED, 0, last_s), KeyEvent(EV_SYN, SYN_REPORT, 0, last_s)])
        self._keys.resync(self._device.active_keys())

    def _waiting(self) -> list[KeyEvent]:
        try:
            return [
                KeyEvent(event.type, event.code, event.value, event.sec + event.usec / 1_000_000)
                for event in self._device.read()
            ]
        except BlockingIOError:
            return []


def open_keyboard(reader: str, settings: ReaderSettings) -> KeyboardFeed:
    """Find, open and grab the configured scanner, with event times on the monotonic clock.

    The kernel keeps 64 events for us, a character is six. Without its two scan codes, which nobody reads here, it is
    four, so that a moment in which this thread does not run may be longer by half before a scan is lost.
    """
    path = find_keyboard(settings.device)
    device = evdev.InputDevice(path, readonly=True)
    try:
        fcntl.ioctl(device.fd, EVIOCSCLOCKID, CLOCK_MONOTONIC)
        with suppress(OSError):  # Linux before 4.4
            fcntl.ioctl(device.fd, EVIOCSMASK, NO_SCAN_CODES)
    except OSError:
        device.close()
        raise
    return KeyboardFeed(reader, settings, device)


def find_keyboard(wanted: str, sys_input: Path = SYS_INPUT, dev_input: Path = DEV_INPUT) -> Path:
    """The event node of the scanner that `wanted` describes: a path, `usb:VID:PID[:SERIAL]`, `phys:PORT` (a USB
    port, for two scanners without serial numbers) or `name:PATTERN`. Of several, the first by port.
    """
    for found in keyboards(sys_input, dev_input):
        if is_wanted(found, wanted):
            return found.path
    raise DeviceAbsent(errno.ENODEV, f"no keyboard scanner is {wanted}")


def keyboards(sys_input: Path = SYS_INPUT, dev_input: Path = DEV_INPUT) -> list[Found]:
    """Every input device that can type a code, by port."""
    return sorted(_scanners(sys_input, dev_input), key=lambda found: (found.phys, str(found.path)))


def is_wanted(found: Found, wanted: str) -> bool:
    """Whether `wanted`, as in the settings, means this device."""
    kind, _, rest = wanted.partition(":")
    match kind:
        case "usb":
            return UsbIds.parse(wanted).fit(found.vendor, found.product, found.serial)
        case "phys":
            return is_at_port(found.phys, rest)
        case "name":
            return fnmatch.fnmatchcase(found.name, rest)
        case _:
            return Path(wanted).resolve() == found.path.resolve()


def _scanners(sys_input: Path, dev_input: Path) -> Iterable[Found]:
    for node in sys_input.glob("event*"):
        about = node / "device"
        try:
            keys = _key_codes((about / "capabilities/key").read_text("ascii"))
            if keys >= SCANNER_KEYS:
                yield Found(
                    path=dev_input / node.name,
                    name=(about / "name").read_text("utf-8", "replace").strip(),
                    phys=(about / "phys").read_text("utf-8", "replace").strip(),
                    serial=(about / "uniq").read_text("utf-8", "replace").strip(),
                    vendor=int((about / "id/vendor").read_text("ascii"), 16),
                    product=int((about / "id/product").read_text("ascii"), 16),
                )
        except OSError:
            continue  # it was unplugged while we looked


def _key_codes(bitmap: str) -> frozenset[int]:
    """The codes in a sysfs bitmap: words in hex, the most significant first."""
    words = [int(word, 16) for word in reversed(bitmap.split())]
    return frozenset(
        at * WORD_BITS + bit for at, word in enumerate(words) for bit in range(WORD_BITS) if word >> bit & 1
    )
