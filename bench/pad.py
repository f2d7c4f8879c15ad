"""A stack of 20 library tags laid on a pad, from that moment to the page: reader thread, codec, labels, desk, ledger.

The pad is the tests' RL866 on a pseudo-terminal, which answers at once: so all that is measured is our own time, with
the pause between two rounds and the device's own part in it. What the bytes would take on the pad's real line stands
beside it.
"""

import queue
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from bench.desk import Desk
from bench.school import SMALL, barcode_of, card_of, school
from bench.table import Row, middle, ms
from kiosk.app.counter import Counter, open_books
from kiosk.circulation.events import Event, PartUp, Scan, Tags, Touch, TouchAct
from kiosk.devices.decode.librarytag import LibraryTag, TagFormat, tag_memory
from kiosk.devices.readers import reader
from kiosk.settings import ReaderEntry, Settings
from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.rl866_device import Rl866Device

TAGS = 20
MEMORY_BYTES = 112
BUDGET_S = 0.3
BITS_A_BYTE = 11  # eight, a parity bit, start and stop
BAUD = 38_400
PATIENCE_S = 20.0


@dataclass(slots=True)
class Counting:
    """Counts the bytes on the line, in both directions."""

    sent: int = 0


def rows(runs: int, say: Callable[[str], None]) -> list[Row]:
    """One row."""
    say(f"a pad of {TAGS} tags")
    times, bytes_on_line = [], 0
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        database = school(SMALL, Path(folder) / "school")
        books = open_books(database, "bench")
        desk = Desk(Counter(books, Settings()))
        for run in range(max(runs, 3)):
            took_s, bytes_on_line = _stack(Path(folder), desk, run)
            times.append(took_s)
        books.close()
    took_s = middle(times)
    line = f"line {ms(bytes_on_line * BITS_A_BYTE / BAUD)}"
    return [Row(f"{TAGS} tags to page", ms(took_s), line, "", f"<= {ms(BUDGET_S)}", took_s <= BUDGET_S)]


def _stack(folder: Path, desk: Desk, run: int) -> tuple[float, int]:
    """Lay a stack down; seconds to the page, and the bytes that crossed the line meanwhile."""
    (folder / f"wire{run}").mkdir()
    wire, counting = Wire(folder / f"wire{run}"), Counting()
    device = _Counted(wire, counting)
    events: queue.Queue[Event] = queue.Queue()
    part = reader("desk", ReaderEntry(kind="rl866", device=str(wire.path), security="afi"), _post(events), _crash)
    device.start()
    part.start()
    try:
        assert isinstance(events.get(timeout=PATIENCE_S), PartUp)
        desk.handle(Scan("card", card_of(run)))
        counting.sent = 0
        began = perf_counter()
        device.put(*(_tag(run * TAGS + number) for number in range(TAGS)))
        seen = 0
        while seen < TAGS:
            event = events.get(timeout=PATIENCE_S)
            assert isinstance(event, Tags), event
            desk.handle(event)
            seen += len(event.tags)
        took_s = perf_counter() - began
        desk.handle(Touch(TouchAct.DONE))
    finally:
        part.close()
        device.close()
        wire.unplug()
    return took_s, counting.sent


class _Counted(Rl866Device):
    def __init__(self, wire: Wire, counting: Counting) -> None:
        super().__init__(wire)
        self._counting = counting

    def answer(self, frame_: bytes) -> bytes | None:
        answer = super().answer(frame_)
        self._counting.sent += len(frame_) + len(answer or b"")
        return answer


def _tag(number: int) -> IsoTag:
    label = LibraryTag(TagFormat.OBJECTS, barcode_of(number), isil="CN-440100-1-SY")
    return IsoTag(f"E0040150{number:08X}", memory=bytearray(tag_memory(label, MEMORY_BYTES)))


def _post(events: "queue.Queue[Event]") -> Callable[[Event], bool]:
    def post(event: Event) -> bool:
        events.put(event)
        return True

    return post


def _crash(error: BaseException) -> None:
    raise error
