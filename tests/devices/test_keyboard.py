import errno
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kiosk.circulation.events import Misread, Scan
from kiosk.devices.decode.keys import KeyEvent
from kiosk.devices.keyboard import WORD_BITS, InputEvent, KeyboardFeed, find_keyboard
from kiosk.runtime.reader import DeviceAbsent, DeviceHeld
from tests.devices.decode.scanner import ESC, LEFT_SHIFT, Scanner
from tests.devices.ptys import Settings

SETTINGS = Settings("/dev/input/event0", kind="keyboard")


@dataclass
class Event:
    """An event as python-evdev gives it."""

    sec: int
    usec: int
    type: int
    code: int
    value: int


@dataclass
class Kernel:
    """The kernel's side of an input device: what waits in its buffer, which keys are down, who grabbed it."""

    path: str | bytes = "/dev/input/event0"
    name: str = "Made Up Scanner"
    waiting: list[KeyEvent] = field(default_factory=list)
    held: tuple[int, ...] = ()
    grabbed_by_another: bool = False
    unplugged: bool = False
    closed: bool = False

    def fileno(self) -> int:
        return -1

    def grab(self) -> None:
        if self.grabbed_by_another:
            raise OSError(errno.EBUSY, "Device or resource busy")

    def read(self) -> Iterator[InputEvent]:
        if self.unplugged:
            raise OSError(errno.ENODEV, "No such device")
        if not self.waiting:
            raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
        for event in self.waiting[:64]:
            yield Event(*divmod(round(event.time_s * 1_000_000), 1_000_000), event.kind, event.code, event.value)
        del self.waiting[:64]

    def active_keys(self) -> tuple[int, ...]:
        return self.held

    def close(self) -> None:
        self.closed = True
        if self.unplugged:
            raise OSError(errno.ENODEV, "No such device")


def read_all(feed: KeyboardFeed, kernel: Kernel, scanner: Scanner) -> list[object]:
    kernel.waiting = scanner.events
    events: list[object] = []
    while kernel.waiting:
        events += feed.read(0.0)
    return events


def test_what_a_scanner_types_is_a_scan() -> None:
    kernel = Kernel()
    feed = KeyboardFeed("desk", SETTINGS, kernel)
    assert read_all(feed, kernel, Scanner().type("9787101003048\nB17\n")) == [
        Scan("desk", "9787101003048"),
        Scan("desk", "B17"),
    ]
    assert repr(feed) == "<KeyboardFeed 'Made Up Scanner' at '/dev/input/event0'>"


def test_a_dropped_scan_asks_for_another() -> None:
    kernel = Kernel()
    feed = KeyboardFeed("desk", SETTINGS, kernel)
    assert read_all(feed, kernel, Scanner().type("30").press(ESC).type("01\n")) == [Misread("desk", "control_keys")]


def test_after_an_overrun_the_device_is_asked_which_keys_are_down() -> None:
    kernel = Kernel(held=(LEFT_SHIFT,))
    feed = KeyboardFeed("desk", SETTINGS, kernel)
    kernel.held = ()
    assert read_all(feed, kernel, Scanner().overrun().type("\n")) == [Misread("desk", "overrun")]
    assert read_all(feed, kernel, Scanner().type("b17\n")) == [Scan("desk", "b17")]


def test_a_scan_that_was_under_way_when_the_device_was_grabbed_is_dropped_whole() -> None:
    kernel = Kernel(waiting=Scanner().type("9787101003").events)
    feed = KeyboardFeed("desk", SETTINGS, kernel)
    rest = Scanner(start_s=1000.02).type("048\n9787101003048\n")
    assert read_all(feed, kernel, rest) == [Misread("desk", "overrun"), Scan("desk", "9787101003048")]


def test_a_scan_without_suffix_ends_by_silence() -> None:
    kernel = Kernel()
    feed = KeyboardFeed("desk", Settings("/dev/input/event0", kind="keyboard", gap_ms=300), kernel)
    scanner = Scanner().type("B17")
    assert read_all(feed, kernel, scanner) == []
    due_s = feed.deadline_s()
    assert due_s == pytest.approx(scanner.now_s, abs=0.31)
    assert due_s is not None
    assert feed.silence(due_s) == [Scan("desk", "B17")]


def test_a_device_that_another_program_grabbed_is_refused_and_closed() -> None:
    kernel = Kernel(grabbed_by_another=True)
    with pytest.raises(DeviceHeld):
        KeyboardFeed("desk", SETTINGS, kernel)
    assert kernel.closed


def test_an_unplugged_device_is_an_error_to_read_but_not_to_close() -> None:
    kernel = Kernel()
    feed = KeyboardFeed("desk", SETTINGS, kernel)
    kernel.unplugged = True
    with pytest.raises(OSError, match="Errno 19"):
        feed.read(0.0)
    feed.close()
    assert kernel.closed


FULL = frozenset(range(1, 128))
POWER_BUTTON = frozenset({116})


def add_device(
    sys_input: Path,
    event: str,
    *,
    ids: str = "1eab:0310",
    name: str = "Made Up Scanner",
    phys: str = "usb-dummy_hcd.0-1/input0",
    serial: str = "",
    keys: frozenset[int] = FULL,
) -> None:
    """An input device as sysfs shows it."""
    about = sys_input / event / "device"
    (about / "capabilities").mkdir(parents=True)
    (about / "id").mkdir()
    bits = sum(1 << key for key in keys)
    words = [bits >> at * WORD_BITS & (1 << WORD_BITS) - 1 for at in range(4)]
    (about / "capabilities/key").write_text(" ".join(f"{word:x}" for word in reversed(words)) + "\n")
    vendor, product = ids.split(":")
    for file, text in {
        "name": name, "phys": phys, "uniq": serial, "id/vendor": vendor, "id/product": product
    }.items():  # fmt: skip
        (about / file).write_text(f"{text}\n")


@pytest.fixture
def sys_input(tmp_path: Path) -> Path:
    """A kiosk with two scanners of one make, a card reader, the second interface of the first and a power button."""
    sys_input, port = tmp_path / "sys", "usb-0000:01:00.0-1"
    add_device(sys_input, "event7", phys=f"{port}.2/input0", serial="B")
    add_device(sys_input, "event9", phys=f"{port}.1/input0", serial="A")
    add_device(sys_input, "event8", phys=f"{port}.1/input1", serial="A", keys=frozenset({113, 114, 115}))
    add_device(sys_input, "event3", ids="ffff:0035", name="Sycreader ID&IC", phys=f"{port}.3/input0")
    add_device(sys_input, "event0", name="Power Button", phys="PNP0C0C/button/input0", keys=POWER_BUTTON)
    return sys_input


@pytest.mark.parametrize(
    ("wanted", "event"),
    [
        ("{dev}/by-id/usb-Made_Up_Scanner_B-event-kbd", "event7"),
        ("{dev}/event9", "event9"),
        ("usb:1EAB:0310", "event9"),
        ("usb:1eab:310:B", "event7"),
        ("phys:usb-0000:01:00.0-1.2", "event7"),
        ("phys:usb-0000:01:00.0-1.1/", "event9"),
        ("name:*ID&IC*", "event3"),
    ],
)
def test_a_scanner_is_found_by_what_does_not_change(wanted: str, event: str, sys_input: Path, tmp_path: Path) -> None:
    dev = tmp_path / "dev"
    (dev / "by-id").mkdir(parents=True)
    (dev / "by-id/usb-Made_Up_Scanner_B-event-kbd").symlink_to("../event7")
    assert find_keyboard(wanted.format(dev=dev), sys_input, dev) == dev / event


@pytest.mark.parametrize(
    "wanted", ["{dev}/event0", "{dev}/event8", "{dev}/by-id/nothing", "usb:1eab:0311", "usb:1eab:0310:C", "name:Power*"]
)
def test_what_is_not_there_or_cannot_type_is_absent(wanted: str, sys_input: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceAbsent):
        find_keyboard(wanted.format(dev=tmp_path), sys_input, tmp_path)


def test_a_device_that_vanishes_while_it_is_looked_at_is_passed_over(sys_input: Path, tmp_path: Path) -> None:
    (sys_input / "event9/device/uniq").unlink()
    assert find_keyboard("usb:1eab:0310", sys_input, tmp_path) == tmp_path / "event7"
