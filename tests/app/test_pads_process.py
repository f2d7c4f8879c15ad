"""The real `kiosk run` with pads on pseudo-terminals: what is on the disk when a tag is armed or disarmed."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.db.history import ShownEntry
from kiosk.devices.decode.librarytag import LibraryTag, TagFormat, Usage, tag_memory
from kiosk.words import words
from tests.app.kiosks import PATIENCE_S, Place, running, stop
from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.m100_device import WRITE, M100Device, UhfTag
from tests.devices.rfid.pn532_device import Card, Pn532Device
from tests.devices.rfid.rl866_device import Rl866Device
from tests.semantics.school import Folder

SAY = words("zh_CN")
ARMED, DISARMED = 0x07, 0xC2
T_BIT = 0x100
PUPILS = [str(number) for number in range(1, 20)]
LI_NA, WANG_WEI = "04A1B2C3", "04A1B2C3D4E5F6"  # the cards of pupils 1 and 2
OUT = ("B10", "B11", "UU02")  # what pupil 3 has when the kiosk starts
KINDS = {"pad": "rl866", "drop": "rl866", "nfc": "pn532", "uhf": "m100"}
Told = tuple[str, str | None]


def write_school(path: Path) -> None:
    today = datetime.now(UTC).date()
    folder = Folder(path).rule("pupil", "*", number=50).librarian()
    folder.pupil("1", cards=f"C1;uid:{LI_NA}").pupil("2", cards=f"C2;uid:{WANG_WEI}")
    for number in PUPILS[2:]:
        folder.pupil(number)
    folder.book(*(f"B{number}" for number in range(1, 40))).book("S1", parts=3).book("UU01", "UU02")
    for barcode in OUT:
        folder.loan(barcode, "3", str(today - timedelta(days=1)), str(today + timedelta(days=9)))
    for day in range(-1, 3):
        folder.day(str(today + timedelta(days=day)), "yes")
    folder.write()


def uid_of(item: str, part: int = 1) -> str:
    return "E0040100" + item.encode().hex().upper().rjust(6, "0") + f"{part:02X}"


def book(item: str, part: int = 1, parts: int = 1, *, afi: int = ARMED, usage: Usage | None = None) -> IsoTag:
    memory = tag_memory(LibraryTag(TagFormat.OBJECTS, item, part=part, parts=parts, usage=usage), 112)
    return IsoTag(uid_of(item, part), afi=afi, memory=bytearray(memory))


def epc_of(item: str) -> str:
    return item.encode().ljust(12, b"\0").hex().upper()


class Uhf(M100Device):
    """A module that lets a test look before a tag is written."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.before: Callable[[], None] = lambda: None

    def _obey(self, code: int, data: bytes) -> None:
        if code == WRITE:
            self.before()
        super()._obey(code, data)


class Counter:
    """A running kiosk with four readers of tags and cards, and what lies on them."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.place = Place(folder, write_school)
        stack.callback(self.place.wires.close)
        wires = {}
        for name in KINDS:
            (folder / name).mkdir()
            wires[name] = Wire(folder / name)
        text = self.place.settings.read_text("utf-8").replace("[readers.drop]", "[readers.drop_lines]")
        for name, kind in KINDS.items():
            security = "none" if kind == "pn532" else "afi"
            text += f'[readers.{name}]\nkind = "{kind}"\ndevice = "{wires[name].path}"\nsecurity = "{security}"\n'
        self.place.settings.write_text(text, "utf-8")
        self.pad, self.drop = Rl866Device(wires["pad"]), Rl866Device(wires["drop"])
        self.nfc, self.uhf = Pn532Device(wires["nfc"]), Uhf(wires["uhf"])
        for device in (self.pad, self.drop, self.nfc, self.uhf):
            stack.enter_context(device)
        self.at_write: list[list[Told]] = []  # the ledger whenever a tag is about to be written
        for pad in (self.pad, self.drop):
            pad.before = self._before
        self.uhf.before = lambda: self._before("write afi")
        self._process: subprocess.Popen[str] | None = None
        self._run: ExitStack | None = None

    def start(self) -> None:
        self._run = ExitStack()
        self._process = self._run.enter_context(running(self.place, module="tests.app.touched"))
        log = self.place.data.parent / "log"
        self.wait(lambda: all(f"reader {name}: <" in log.read_text("utf-8") for name in KINDS))

    def kill(self) -> None:
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._close()

    def stop(self) -> None:
        assert self._process is not None
        assert stop(self._process) == 0
        self._close()

    def _close(self) -> None:
        run, self._run = self._run, None
        if run is not None:
            run.close()

    def log(self) -> str:
        return (self.place.data.parent / "log").read_text("utf-8")

    def told(self) -> list[Told]:
        return [(entry.kind, entry.item) for entry in self.place.ledger()]

    def wait(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + PATIENCE_S
        while not is_so():
            assert time.monotonic() < until, (self.told(), self.log())
            time.sleep(0.03)

    def wait_for(self, kind: str, *items: str | None) -> None:
        self.wait(lambda: {(kind, item) for item in items} <= set(self.told()))

    def wait_for_afi(self, afi: int, *tags: IsoTag) -> None:
        """Until the tags have it, and it was read back: the next round comes behind that."""
        self.wait(lambda: all(tag.afi == afi for tag in tags))
        rounds = self.pad.asked.count("inventory")
        self.wait(lambda: self.pad.asked.count("inventory") > rounds)

    def failures(self) -> list[ShownEntry]:
        """Tags that were not armed or disarmed."""
        return [entry for entry in self.place.ledger() if (entry.kind, entry.reader) == ("part_down", "tag")]

    def visit(self, number: str) -> None:
        self.place.wires.scan("desk", f"C{number}")
        self.place.wait_for(lambda found: any((e.kind, e.patron) == ("visit_started", number) for e in found))

    def touch(self, act: str) -> list[str]:
        """Touch the glass; what stands there."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(act + "\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found

    def wait_for_page(self, text: str) -> None:
        self.wait(lambda: text in " ".join(self.touch("page")))

    def clear(self) -> None:
        """Everybody goes and takes everything along."""
        for pad in (self.pad, self.drop):
            pad.field = {}
        self.nfc.cards.clear()
        self.uhf.tags.clear()
        self.at_write.clear()
        self.touch("done")
        self.wait(lambda: self._is_quiet())

    def _is_quiet(self) -> bool:
        ends = ("started", "visit_started", "visit_ended")
        return [kind for kind, _ in self.told() if kind in ends][-1] != "visit_started"

    def _before(self, command: str) -> None:
        if command == "write afi":
            self.at_write.append(self.told())


@pytest.fixture(scope="module")
def running_counter(tmp_path_factory: pytest.TempPathFactory, display: None) -> Iterator[Counter]:
    with ExitStack() as stack:
        counter = Counter(tmp_path_factory.mktemp("counter"), stack)
        counter.start()
        yield counter
        counter.pad.is_silent = True  # a pad that hangs keeps the kiosk from nothing
        counter.stop()
    uids = [uid_of(f"B{number}") for number in range(1, 40)] + [epc_of("UU01"), epc_of("UU02"), LI_NA, WANG_WEI]
    assert [text for text in (*uids, "C1") if text in counter.log()] == []
    db = open_database(counter.place.database)
    assert check(db, fold=True) == []
    db.close()


@pytest.fixture
def counter(running_counter: Counter) -> Iterator[Counter]:
    yield running_counter
    running_counter.clear()


def test_a_card_on_the_reader_and_a_stack_on_the_pad_are_loans_before_any_tag_is_disarmed(counter: Counter) -> None:
    stack = [book("B1"), book("B2"), book("B3")]
    counter.nfc.cards.append(Card(LI_NA))
    counter.wait_for("visit_started", None)
    counter.pad.put(*stack)
    counter.wait_for_afi(DISARMED, *stack)
    assert {("lent", "B1"), ("lent", "B2"), ("lent", "B3")} <= set(counter.at_write[0])
    assert counter.pad.asked.count("write afi") == 3


def test_a_book_given_back_on_the_glass_is_armed_before_its_entry(counter: Counter) -> None:
    tag = book("B10", afi=DISARMED)
    counter.visit("3")
    counter.pad.put(tag)
    counter.wait_for_page(SAY("own_book.head"))
    assert counter.at_write == []
    counter.touch("give_back")
    counter.wait_for("returned", "B10")
    assert tag.afi == ARMED
    assert ("returned", "B10") not in counter.at_write[0]


def test_a_book_at_the_drop_point_is_armed_before_its_entry(counter: Counter) -> None:
    tag = book("B11", afi=DISARMED)
    counter.drop.put(tag)
    counter.wait_for("returned", "B11")
    assert tag.afi == ARMED
    assert ("returned", "B11") not in counter.at_write[0]


def test_a_tag_that_refuses_twice_is_disarmed_and_nobody_is_told(counter: Counter) -> None:
    tag = book("B12")
    tag.is_locked = True

    def unlock(command: str) -> None:
        counter.at_write += [[]] if command == "write afi" else []
        tag.is_locked = len(counter.at_write) <= 2

    before, counter.pad.before = counter.pad.before, unlock
    before_failures = counter.failures()
    counter.visit("4")
    counter.pad.put(tag)
    counter.wait_for_afi(DISARMED, tag)
    counter.pad.before = before
    assert len(counter.at_write) == 3
    assert counter.failures() == before_failures


def test_a_tag_that_is_taken_too_early_stays_a_loan_is_said_and_is_put_right_later(counter: Counter) -> None:
    tag = book("B13")
    tag.is_locked = True
    before = len(counter.failures())
    counter.visit("5")
    counter.pad.put(tag)
    counter.wait_for("lent", "B13")
    counter.wait(lambda: counter.at_write != [])
    counter.pad.lift(tag.uid)
    counter.wait(lambda: len(counter.failures()) > before)
    counter.wait_for_page(SAY("visit.tag_failed"))
    assert [(e.reason, e.data) for e in counter.failures()[before:]] == [("not_written", {"act": "disarm"})]
    tag.is_locked = False
    counter.pad.put(tag)
    counter.wait_for_afi(DISARMED, tag)
    assert counter.told().count(("lent", "B13")) == 1
    assert ("returned", "B13") not in counter.told()


def test_what_was_not_disarmed_when_the_kiosk_was_killed_is_disarmed_when_it_is_back(counter: Counter) -> None:
    tag = book("B14")
    tag.is_locked = True
    counter.visit("6")
    counter.pad.put(tag)
    counter.wait_for("lent", "B14")
    counter.kill()
    tag.is_locked = False
    counter.start()
    counter.wait_for_afi(DISARMED, tag)
    assert counter.told().count(("lent", "B14")) == 1


def test_a_pad_unplugged_in_mid_stack_lends_nothing_twice(counter: Counter) -> None:
    stack = [book(f"B{number}") for number in range(15, 21)]
    reads = 0

    def pull(command: str) -> None:
        nonlocal reads
        reads += command == "read"
        if command == "read" and reads == 3:
            counter.pad.unplug_in_mid_frame()

    before, counter.pad.before = counter.pad.before, pull
    counter.visit("7")
    counter.pad.put(*stack)
    counter.place.wait_for(lambda found: any((e.kind, e.reader) == ("part_down", "pad") for e in found))
    counter.pad.before = before
    counter.pad.plug_in()
    counter.wait_for_afi(DISARMED, *stack)
    assert [counter.told().count(("lent", f"B{number}")) for number in range(15, 21)] == [1] * 6


def test_a_pad_unplugged_before_a_tag_is_disarmed_disarms_it_when_it_is_back(counter: Counter) -> None:
    tag = book("B21")
    counter.pad.before = lambda command: counter.pad.unplug_in_mid_frame() if command == "write afi" else None
    tag.is_locked = True
    counter.visit("8")
    counter.pad.put(tag)
    counter.wait_for("lent", "B21")
    counter.wait(lambda: not os.path.lexists(counter.pad.wire.path))
    counter.pad.before = counter._before
    tag.is_locked = False
    counter.pad.plug_in()
    counter.wait_for_afi(DISARMED, tag)
    assert counter.told().count(("lent", "B21")) == 1


def test_two_cards_open_no_visit(counter: Counter) -> None:
    started = counter.told().count(("visit_started", None))
    counter.nfc.cards += [Card(LI_NA), Card(WANG_WEI)]
    counter.place.wait_for(lambda found: any(entry.data.get("why") == "two_cards" for entry in found))
    assert counter.told().count(("visit_started", None)) == started


def test_a_set_is_lent_and_disarmed_with_its_last_part(counter: Counter) -> None:
    first, second, third = (book("S1", part, 3) for part in (1, 2, 3))
    counter.visit("9")
    counter.pad.put(first, third)
    counter.wait_for("refused", "S1")
    assert counter.at_write == []
    counter.pad.put(second)
    counter.wait_for_afi(DISARMED, first, second, third)
    assert counter.told().count(("lent", "S1")) == 1
    assert counter.at_write[0].count(("lent", "S1")) == 1


def test_a_uhf_tag_says_in_its_control_word_what_the_ledger_says(counter: Counter) -> None:
    tag, back = (UhfTag(epc_of(item), afi_word=T_BIT | afi) for item, afi in (("UU01", ARMED), ("UU02", DISARMED)))
    length = tag.pc & 0xF800
    counter.visit("3")
    counter.uhf.tags.append(tag)
    counter.wait(lambda: tag.pc == length | T_BIT | DISARMED)
    assert ("lent", "UU01") in counter.at_write[0]
    counter.at_write.clear()
    counter.uhf.tags[:] = [back]
    counter.wait_for_page(SAY("own_book.head"))
    counter.touch("give_back")
    counter.wait_for("returned", "UU02")
    assert back.pc == length | T_BIT | ARMED
    assert ("returned", "UU02") not in counter.at_write[0]


def test_a_patrons_card_in_a_stack_opens_the_visit_in_which_the_stack_is_lent(counter: Counter) -> None:
    counter.visit("10")
    counter.pad.put(book("B22"), book("C11", usage=Usage.PATRON_CARD), book("B23"))
    counter.wait_for("lent", "B22", "B23")
    lent = {entry.item: entry.patron for entry in counter.place.ledger() if entry.kind == "lent"}
    assert (lent["B22"], lent["B23"]) == ("11", "11")
