"""What the machine of `tests/full/evdev.sh` runs: the kiosk's real drivers against a scanner that the kernel plays.

Every check is a function whose name is a sentence. They run in order on one scanner, as a day at the counter does.
"""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import evdev

from kiosk.circulation.events import Event, Misread, PartDown, PartUp, Scan
from kiosk.devices.keyboard import find_keyboard
from kiosk.devices.readers import reader
from kiosk.runtime.inbox import STOP, Inbox
from kiosk.runtime.reader import Reader, Why
from tests.full.evdev.gadget import CTRL, F1, PRODUCT, SERIAL, USAGES, VENDOR, Gadget

PATIENCE_S = 30.0
QUIET_S = 1.5
IDS = f"usb:{VENDOR}:{PRODUCT}:{SERIAL}"


@dataclass(frozen=True)
class Settings:
    """A reader's settings."""

    kind: str
    device: str = IDS
    baud: int = 9600
    framing: str = "learn"
    gap_ms: int = 0


class Counter:
    """The counter of a library: one scanner on the wire, one inbox, the drivers as a check starts them."""

    def __init__(self) -> None:
        self.scanner = Gadget()
        self.inbox = Inbox()
        self.may_post = threading.Event()
        self.may_post.set()
        self._readers: list[Reader] = []

    def start(self, name: str, settings: Settings) -> Reader:
        part = reader(name, settings, self._post, _crash)
        part.start()
        self._readers.append(part)
        return part

    def close(self) -> None:
        for part in self._readers:
            part.close()

    def _post(self, event: Event) -> bool:
        self.may_post.wait()
        return self.inbox.post(event)

    def next(self) -> Event:
        event = self.inbox.get(PATIENCE_S)
        assert event is not None, f"nothing came within {PATIENCE_S} s; {self._readers}"
        assert event is not STOP
        return event

    def expect(self, *expected: Event) -> None:
        """Exactly these events, one after another."""
        for event in expected:
            came = self.next()
            assert came == event, f"{came} instead of {event}"

    def expect_quiet(self) -> None:
        event = self.inbox.get(QUIET_S)
        assert event is None, f"{event} instead of nothing"


def _crash(error: BaseException) -> None:
    traceback.print_exception(error)
    os._exit(3)


def a_scanner_that_is_not_there_is_told_and_found_once_it_is_plugged_in(counter: Counter) -> None:
    counter.start("desk", Settings("keyboard"))
    counter.expect(PartDown("desk", Why.ABSENT))
    counter.scanner.plug_in()
    came = counter.next()
    assert isinstance(came, PartUp), came


def it_is_found_by_its_ids_its_port_its_name_and_its_path(counter: Counter) -> None:
    path = find_keyboard(IDS)
    device = evdev.InputDevice(path)
    assert device.name == "Made Up Barcode Scanner", device
    for wanted in (
        f"usb:{VENDOR}:{PRODUCT}",
        f"phys:{device.phys.rpartition('/')[0]}",
        "name:*Barcode*",
        os.fspath(path),
    ):
        assert find_keyboard(wanted) == path, wanted
    link = Path("/run/usb-Made_Up_Barcode_Scanner_A17-event-kbd")
    link.symlink_to(path)
    assert find_keyboard(os.fspath(link)) == path
    device.close()


def a_barcode_with_a_check_digit(counter: Counter) -> None:
    counter.scanner.type("9787101003048\n")
    counter.expect(Scan("desk", "9787101003048"))


def capital_letters_and_signs(counter: Counter) -> None:
    counter.scanner.type("I247.5/MLP-(2)_#17\n\nTab\t")
    counter.expect(Scan("desk", "I247.5/MLP-(2)_#17"), Scan("desk", "Tab"))


def two_hundred_characters_as_fast_as_the_wire_takes_them(counter: Counter) -> None:
    text = "".join(str(at % 10) for at in range(200))
    counter.scanner.type(f"{text}\n")
    counter.expect(Scan("desk", text))


def control_keys_inside_drop_the_whole_scan(counter: Counter) -> None:
    counter.scanner.type("3000")
    counter.scanner.press(CTRL, USAGES["o"])
    counter.scanner.type("1234\n")
    counter.scanner.type("3000")
    counter.scanner.press(0, F1)
    counter.scanner.type("1234\n30001234\n")
    counter.expect(Misread("desk", "control_keys"), Misread("desk", "control_keys"), Scan("desk", "30001234"))


def a_line_feed_behind_the_carriage_return_is_nothing(counter: Counter) -> None:
    counter.scanner.type("30001234\n")
    counter.scanner.press(CTRL, USAGES["j"])
    counter.scanner.type("30001235\n")
    counter.expect(Scan("desk", "30001234"), Scan("desk", "30001235"))
    counter.expect_quiet()


def a_stalled_reader_makes_no_short_code(counter: Counter) -> None:
    counter.may_post.clear()
    counter.scanner.type("30001234\n")
    time.sleep(0.5)  # the reader now waits with this scan in its hands
    counter.scanner.type("9787101003048\n")
    counter.may_post.set()
    counter.expect(Scan("desk", "30001234"), Misread("desk", "overrun"))
    counter.scanner.type("9787101003048\n")
    counter.expect(Scan("desk", "9787101003048"))


def nobody_else_sees_the_keys(counter: Counter) -> None:
    other = evdev.InputDevice(find_keyboard(IDS))
    counter.scanner.type("30001234\n")
    counter.expect(Scan("desk", "30001234"))
    try:
        seen = list(other.read())
    except BlockingIOError:
        seen = []
    other.close()
    assert seen == []


def a_second_grab_is_refused_with_its_own_reason(counter: Counter) -> None:
    second = counter.start("second", Settings("keyboard"))
    counter.expect(PartDown("second", Why.HELD))
    second.close()


def unplugged_in_mid_scan_leaves_nothing_and_comes_back_by_itself(counter: Counter) -> None:
    counter.scanner.type("978710")
    counter.scanner.report(0, USAGES["1"])
    counter.scanner.unplug()
    counter.expect(PartDown("desk", Why.UNPLUGGED))
    counter.expect_quiet()
    counter.scanner.plug_in()
    came = counter.next()
    assert isinstance(came, PartUp), came
    counter.scanner.type("003048\n")
    counter.expect(Scan("desk", "003048"))


def plugged_out_and_in_at_once_comes_back_too(counter: Counter) -> None:
    counter.scanner.unplug()
    counter.scanner.plug_in()
    counter.expect(PartDown("desk", Why.UNPLUGGED))
    came = counter.next()
    assert isinstance(came, PartUp), came
    counter.scanner.type("30001234\n")
    counter.expect(Scan("desk", "30001234"))


def without_a_suffix_silence_ends_the_scan(counter: Counter) -> None:
    counter.scanner.unplug()
    counter.expect(PartDown("desk", Why.UNPLUGGED))
    counter.scanner.plug_in()
    counter.next()
    counter.scanner.type("30001234")
    counter.expect(Scan("desk", "30001234"))


def a_line_scanner_on_usb_is_found_by_its_ids_and_survives_a_replug(counter: Counter) -> None:
    counter.start("line", Settings("serial"))
    counter.expect(PartUp("line"))
    counter.scanner.send("张小满 30001234\r\n".encode())
    counter.expect(Scan("line", "张小满 30001234"))
    counter.scanner.send(b"3000")
    counter.scanner.unplug()
    down = {counter.next(), counter.next()}
    assert down == {PartDown("desk", Why.UNPLUGGED), PartDown("line", Why.UNPLUGGED)}, down
    counter.scanner.plug_in()
    up = {event.part for event in (counter.next(), counter.next()) if isinstance(event, PartUp)}
    assert up == {"desk", "line"}, up
    counter.scanner.send(b"30001235\r")
    counter.expect(Scan("line", "30001235"))


CHECKS: tuple[Callable[[Counter], None], ...] = (
    a_scanner_that_is_not_there_is_told_and_found_once_it_is_plugged_in,
    it_is_found_by_its_ids_its_port_its_name_and_its_path,
    a_barcode_with_a_check_digit,
    capital_letters_and_signs,
    two_hundred_characters_as_fast_as_the_wire_takes_them,
    control_keys_inside_drop_the_whole_scan,
    a_line_feed_behind_the_carriage_return_is_nothing,
    a_stalled_reader_makes_no_short_code,
    nobody_else_sees_the_keys,
    a_second_grab_is_refused_with_its_own_reason,
    unplugged_in_mid_scan_leaves_nothing_and_comes_back_by_itself,
    plugged_out_and_in_at_once_comes_back_too,
    without_a_suffix_silence_ends_the_scan,
    a_line_scanner_on_usb_is_found_by_its_ids_and_survives_a_replug,
)


def say(line: str) -> None:
    print(f"evdev: {line}", flush=True)


def main() -> int:
    """Run every check; the first that fails ends the run, because the next ones stand on it."""
    counter = Counter()
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(counter)
        except Exception:
            say(f"FAILED  {name}")
            traceback.print_exc()
            return 1
        say(f"passed  {name}")
    counter.close()
    say(f"{len(CHECKS)} checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
