"""What the machine of `tests/full/evdev.sh` runs: the kiosk's real drivers against a scanner that the kernel plays.

Every check is a function whose name is a sentence. They run in order on one scanner, as a day at the counter does.
"""

import os
import sys
import threading
import time
import traceback
from collections.abc import Callable
from pathlib import Path

import evdev

from kiosk.circulation.events import Event, Misread, PartDown, PartUp, Scan, Tags
from kiosk.devices.keyboard import find_keyboard
from kiosk.devices.look import Fault, Wrong, look
from kiosk.devices.places import unnamed_keyboards, unnamed_ports
from kiosk.devices.readers import reader
from kiosk.devices.serialline import find_port
from kiosk.runtime.inbox import STOP, Inbox
from kiosk.runtime.reader import Reader, Why
from kiosk.settings import ReaderEntry
from tests.full.evdev.gadget import ALT, CTRL, F1, F4, KEYPAD, PRODUCT, SERIAL, TAB, USAGES, VENDOR, Gadget
from tests.full.evdev.lending import BOOKS, CARD, Lending

PATIENCE_S = 30.0
QUIET_S = 1.5
IDS = f"usb:{VENDOR}:{PRODUCT}:{SERIAL}"
# A published frame of an RDM6300 and the card in it.
FRAME, UID = b"\x0262E3086CED08\x03", "62E3086CED"


class Place:
    """The counter of a library: one scanner on the wire, one inbox, the drivers as a check starts them."""

    def __init__(self) -> None:
        self.scanner = Gadget()
        self.inbox = Inbox()
        self.may_post = threading.Event()
        self.may_post.set()
        self._readers: list[Reader] = []

    def start(self, name: str, settings: ReaderEntry) -> Reader:
        part = reader(name, settings, self._post, _crash)
        part.start()
        self._readers.append(part)
        return part

    def stop(self, name: str) -> None:
        for part in self._readers:
            if part.name == name:
                part.close()
        self._readers = [part for part in self._readers if part.name != name]

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


def a_scanner_that_is_not_there_is_told_and_found_once_it_is_plugged_in(place: Place) -> None:
    place.start("desk", ReaderEntry("keyboard", IDS))
    place.expect(PartDown("desk", Why.ABSENT))
    place.scanner.plug_in()
    came = place.next()
    assert isinstance(came, PartUp), came


def it_is_found_by_its_ids_its_port_its_name_and_its_path(place: Place) -> None:
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


def an_installer_is_told_how_to_name_what_is_plugged_in(place: Place) -> None:
    keyboards, ports = unnamed_keyboards([]), unnamed_ports([])
    assert [(found.ids, found.name) for found in keyboards] == [(IDS, "Made Up Barcode Scanner")], keyboards
    assert [(found.ids, found.path) for found in ports] == [(IDS, "/dev/ttyACM0")], ports
    assert unnamed_keyboards([ReaderEntry("keyboard", f"usb:{VENDOR}:{PRODUCT}")]) == []
    assert find_port(f"phys:{ports[0].port}") == "/dev/ttyACM0", ports
    (held,) = look({"desk": ReaderEntry("keyboard", IDS)}, 0.0, time.monotonic, kiosk_runs=True)
    assert held.wrong == [Wrong(Fault.HELD_BY_KIOSK)], held


def a_barcode_with_a_check_digit(place: Place) -> None:
    place.scanner.type("9787101003048\n")
    place.expect(Scan("desk", "9787101003048"))


def capital_letters_and_signs(place: Place) -> None:
    place.scanner.type("I247.5/MLP-(2)_#17\n\nTab\t")
    place.expect(Scan("desk", "I247.5/MLP-(2)_#17"), Scan("desk", "Tab"))


def a_scanner_at_two_hundred_characters_a_second_loses_nothing(place: Place) -> None:
    text = "".join(str(at % 10) for at in range(200))
    for _ in range(3):
        place.scanner.type(f"{text}\n", per_s=200)
        place.expect(Scan("desk", text))


def as_fast_as_the_wire_takes_them_a_scan_comes_whole_or_is_asked_for_again(place: Place) -> None:
    text = "".join(str(at % 10) for at in range(200))
    began_s = time.monotonic()
    place.scanner.type(f"{text}\n")
    typed_s = time.monotonic() - began_s
    came = place.next()
    assert came in (Scan("desk", text), Misread("desk", "overrun")), came
    say(f"        {len(text) / typed_s:.0f} characters a second: {type(came).__name__}")


def control_keys_inside_drop_the_whole_scan(place: Place) -> None:
    place.scanner.type("3000")
    place.scanner.press(CTRL, USAGES["o"])
    place.scanner.type("1234\n")
    place.scanner.type("3000")
    place.scanner.press(0, F1)
    place.scanner.type("1234\n30001234\n")
    place.expect(Misread("desk", "control_keys"), Misread("desk", "control_keys"), Scan("desk", "30001234"))
    for usage in (F4, TAB):
        place.scanner.type("3000")
        place.scanner.press(ALT, usage)
        place.scanner.type("1234\n")
        place.expect(Misread("desk", "alt_mode"))
    place.scanner.type("30001234\n")
    place.expect(Scan("desk", "30001234"))


def a_line_feed_behind_the_carriage_return_is_nothing(place: Place) -> None:
    place.scanner.type("30001234\n")
    place.scanner.press(CTRL, USAGES["j"])
    place.scanner.type("30001235\n")
    place.expect(Scan("desk", "30001234"), Scan("desk", "30001235"))
    place.expect_quiet()


def a_reader_that_stalls_for_one_isbn_loses_nothing(place: Place) -> None:
    place.may_post.clear()
    place.scanner.type("30001234\n")
    time.sleep(0.5)  # the reader now waits with this scan in its hands
    place.scanner.type("9787101003048\n")
    place.may_post.set()
    place.expect(Scan("desk", "30001234"), Scan("desk", "9787101003048"))


def a_stalled_reader_makes_no_short_code(place: Place) -> None:
    place.may_post.clear()
    place.scanner.type("30001234\n")
    time.sleep(0.5)  # the reader now waits with this scan in its hands
    place.scanner.type("97871010030489787101\n")  # more than the kernel keeps
    place.may_post.set()
    place.expect(Scan("desk", "30001234"), Misread("desk", "overrun"))
    place.scanner.type("9787101003048\n")
    place.expect(Scan("desk", "9787101003048"))


def nobody_else_sees_the_keys(place: Place) -> None:
    other = evdev.InputDevice(find_keyboard(IDS))
    place.scanner.type("30001234\n")
    place.expect(Scan("desk", "30001234"))
    try:
        seen = list(other.read())
    except BlockingIOError:
        seen = []
    other.close()
    assert seen == []


def a_second_grab_is_refused_with_its_own_reason(place: Place) -> None:
    second = place.start("second", ReaderEntry("keyboard", IDS))
    place.expect(PartDown("second", Why.HELD))
    second.close()


def unplugged_in_mid_scan_leaves_nothing_and_comes_back_by_itself(place: Place) -> None:
    place.scanner.type("978710")
    place.scanner.report(0, USAGES["1"])
    place.scanner.unplug()
    place.expect(PartDown("desk", Why.UNPLUGGED))
    place.expect_quiet()
    place.scanner.plug_in()
    came = place.next()
    assert isinstance(came, PartUp), came
    place.scanner.type("003048\n")
    place.expect(Scan("desk", "003048"))


def plugged_out_and_in_at_once_comes_back_too(place: Place) -> None:
    place.scanner.unplug()
    place.scanner.plug_in()
    place.expect(PartDown("desk", Why.UNPLUGGED))
    came = place.next()
    assert isinstance(came, PartUp), came
    place.scanner.type("30001234\n")
    place.expect(Scan("desk", "30001234"))


def without_a_suffix_silence_ends_the_scan(place: Place) -> None:
    place.scanner.unplug()
    place.expect(PartDown("desk", Why.UNPLUGGED))
    place.scanner.plug_in()
    place.next()
    place.scanner.type("30001234")
    place.expect(Scan("desk", "30001234"))


def alt_codes_are_read_where_the_settings_say_so_and_never_from_one_report(place: Place) -> None:
    place.stop("desk")
    place.start("hall", ReaderEntry("keyboard", IDS, alt="gbk"))
    place.expect(PartUp("hall"))
    for code in ("0214", "0208", "0185", "0250", "54992", "032", "053"):  # 中国中, a blank, 5
        place.scanner.alt_code(code)
    place.scanner.type("\n")
    place.expect(Scan("hall", "中国中 5"))
    place.scanner.press(ALT, *(KEYPAD[digit] for digit in "083"))
    place.scanner.type("\n")
    place.expect(Misread("hall", "alt_mode"))
    place.scanner.press(ALT, *(KEYPAD[digit] for digit in "080"))
    place.scanner.type("\n")
    place.expect(Misread("hall", "alt_mode"))
    place.stop("hall")
    place.start("desk", ReaderEntry("keyboard", IDS))
    place.expect(PartUp("desk"))


def a_line_scanner_on_usb_is_found_by_its_ids_and_survives_a_replug(place: Place) -> None:
    place.start("line", ReaderEntry("serial", IDS))
    place.expect(PartUp("line"))
    place.scanner.send("张小满 30001234\r\n".encode())
    place.expect(Scan("line", "张小满 30001234"))
    lines = [f"{number:08}" for number in range(30_000_000, 30_000_200)]
    place.scanner.send("".join(f"{line}\r\n" for line in lines).encode())
    place.expect(*(Scan("line", line) for line in lines))
    place.scanner.send(b"3000")
    place.scanner.unplug()
    down = {place.next(), place.next()}
    assert down == {PartDown("desk", Why.UNPLUGGED), PartDown("line", Why.UNPLUGGED)}, down
    place.scanner.plug_in()
    up = {event.part for event in (place.next(), place.next()) if isinstance(event, PartUp)}
    assert up == {"desk", "line"}, up
    place.scanner.send(b"30001235\r")
    place.expect(Scan("line", "30001235"))


def a_card_reader_on_the_same_port_gives_the_cards_five_bytes(place: Place) -> None:
    place.stop("line")
    place.start("card", ReaderEntry("rdm6300", IDS))
    came = place.next()
    assert isinstance(came, PartUp), came
    place.scanner.send(FRAME[:7])
    place.scanner.send(FRAME[7:])
    came = place.next()
    assert isinstance(came, Tags), came
    assert came.tags == (UID,), came


def a_card_and_two_books_that_are_typed_are_two_loans_on_the_disk(place: Place) -> None:
    place.close()
    lending = Lending(Path("/run/kiosk"), IDS)
    lending.serve(lambda: place.scanner.type("\n".join((CARD, *BOOKS, ""))), len(BOOKS), _crash)
    assert lending.lent() == list(BOOKS), lending.lent()
    lending.check()


CHECKS: tuple[Callable[[Place], None], ...] = (
    a_scanner_that_is_not_there_is_told_and_found_once_it_is_plugged_in,
    it_is_found_by_its_ids_its_port_its_name_and_its_path,
    an_installer_is_told_how_to_name_what_is_plugged_in,
    a_barcode_with_a_check_digit,
    capital_letters_and_signs,
    a_scanner_at_two_hundred_characters_a_second_loses_nothing,
    as_fast_as_the_wire_takes_them_a_scan_comes_whole_or_is_asked_for_again,
    control_keys_inside_drop_the_whole_scan,
    a_line_feed_behind_the_carriage_return_is_nothing,
    a_reader_that_stalls_for_one_isbn_loses_nothing,
    a_stalled_reader_makes_no_short_code,
    nobody_else_sees_the_keys,
    a_second_grab_is_refused_with_its_own_reason,
    unplugged_in_mid_scan_leaves_nothing_and_comes_back_by_itself,
    plugged_out_and_in_at_once_comes_back_too,
    without_a_suffix_silence_ends_the_scan,
    alt_codes_are_read_where_the_settings_say_so_and_never_from_one_report,
    a_line_scanner_on_usb_is_found_by_its_ids_and_survives_a_replug,
    a_card_reader_on_the_same_port_gives_the_cards_five_bytes,
    a_card_and_two_books_that_are_typed_are_two_loans_on_the_disk,
)


def say(line: str) -> None:
    print(f"evdev: {line}", flush=True)


def main() -> int:
    """Run every check; the first that fails ends the run, because the next ones stand on it."""
    place = Place()
    for check in CHECKS:
        name = check.__name__.replace("_", " ")
        try:
            check(place)
        except Exception:
            say(f"FAILED  {name}")
            traceback.print_exc()
            return 1
        say(f"passed  {name}")
    place.close()
    say(f"{len(CHECKS)} checks passed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
