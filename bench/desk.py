"""Runs in a process of its own: pupils borrow two books each, and the driver alone writes the same rows, in turn.

`python -m bench.desk FOLDER VISITS [--no-floor] [--no-tidy]` works on the database in FOLDER and prints one JSON
object: `kiosk`, seconds from the scanner's last byte to the page handed over; `floor`, seconds of one durable
transaction with the two rows of a loan; `decisions`, how many the kiosk recorded.
"""

import json
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter

import cysqlite

from bench.school import START, barcode_of, card_of
from kiosk.app.counter import Counter, open_books
from kiosk.circulation.events import Event, Scan, Touch, TouchAct
from kiosk.circulation.records import Kind, Moment
from kiosk.db.connect import PRAGMAS
from kiosk.db.ledger import INSERT
from kiosk.devices.decode.framing import Framing, Text
from kiosk.devices.decode.lines import Lines
from kiosk.runtime.collector import come_seldom
from kiosk.settings import Settings

BOOKS_A_VISIT = 2
EVENT_EVERY_S = 3.0
LOAN = "INSERT INTO loan (item, patron, lent, due, renewals) VALUES (?, ?, ?, ?, 0)"


@dataclass(slots=True)
class Desk:
    """A counter with its own clock, three seconds an event."""

    counter: Counter
    events: int = 0

    def now(self) -> Moment:
        """The moment of the next event."""
        self.events += 1
        passed_s = self.events * EVENT_EVERY_S
        return Moment(START + timedelta(seconds=passed_s), passed_s)

    def handle(self, event: Event) -> list[str]:
        """One event; the kinds of what it recorded."""
        step = self.counter.step(event, self.now())
        return [recorded.entry.kind for recorded in step.outcome.entries]

    def scan(self, line: bytes) -> tuple[float, list[str]]:
        """A line from a scanner, from its last byte to the page; seconds and the kinds of what it recorded."""
        now, lines = self.now(), Lines(Framing.SUFFIX)
        lines.feed(line[:-1], now.mono)
        began = perf_counter()
        (read,) = lines.feed(line[-1:], now.mono)
        assert isinstance(read, Text), read
        step = self.counter.step(Scan("desk", read.text), now)
        took_s = perf_counter() - began
        return took_s, [recorded.entry.kind for recorded in step.outcome.entries]


class Floor:
    """The driver with the kiosk's pragmas and schema, nothing else, on a database of its own."""

    def __init__(self, path: Path) -> None:
        self._db = cysqlite.connect(str(path))  # type: ignore[attr-defined]
        for name, value in PRAGMAS:
            self._db.execute(f"PRAGMA {name} = {value}").fetchall()
        self._seq = int(self._db.execute("SELECT max(seq) FROM entry").fetchall()[0][0])

    def lend(self, item: str) -> float:
        """One loan in one durable transaction; seconds."""
        self._seq += 1
        entry = self._entry("lent", item, "2026-12-08")
        loan = (item, "f" * 16, "2026-11-23", "2026-12-08")
        began = perf_counter()
        self._db.execute("BEGIN IMMEDIATE")
        self._db.execute(INSERT, entry)
        self._db.execute(LOAN, loan)
        self._db.execute("COMMIT")
        return perf_counter() - began

    def visit(self) -> None:
        """The entry of a visit's start: it takes the flush that begins a log anew after a checkpoint."""
        self._seq += 1
        with self._db.atomic():
            self._db.execute(INSERT, self._entry("visit_started", None, None))

    def tidy(self) -> None:
        """What the kiosk does between visits."""
        self._db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()

    def _entry(self, kind: str, item: str | None, due: str | None) -> tuple[object, ...]:
        return (
            self._seq, "0" * 16, "bench", 1_795_000_000_000 + self._seq, "0f3a", self._seq, "synced", kind, "f" * 16,
            item, due, None, None, "desk", "五(2)班", "{}", bytes(32), bytes(32),
        )  # fmt: skip


def main(folder: str, visits: str, *flags: str) -> None:
    """Measure and print."""
    books = open_books(Path(folder) / "kiosk.db", "bench")
    desk = Desk(Counter(books, Settings()))
    floor = None if "--no-floor" in flags else Floor(Path(folder) / "floor.db")
    times: dict[str, list[float]] = {"kiosk": [], "floor": []}
    first = books.db.execute_sql("SELECT max(seq) FROM entry").fetchall()[0][0]
    come_seldom()
    for visit in range(int(visits)):
        desk.scan(card_of(visit).encode() + b"\r")
        if floor is not None:
            floor.visit()
        for book in range(BOOKS_A_VISIT):
            item = barcode_of(BOOKS_A_VISIT * visit + book)
            took_s, kinds = desk.scan(item.encode() + b"\r")
            if kinds != [Kind.LENT]:
                sys.exit(f"bench: {item} was not lent: {kinds}")
            times["kiosk"].append(took_s)
            if floor is not None:
                times["floor"].append(floor.lend(item))
        desk.handle(Touch(TouchAct.DONE))
        if "--no-tidy" not in flags:
            desk.counter.tidy()
        if floor is not None:
            floor.tidy()
    seq = books.db.execute_sql("SELECT max(seq) FROM entry").fetchall()[0][0]
    times["decisions"] = [seq - first]
    books.close()
    print(json.dumps(times))


if __name__ == "__main__":
    main(*sys.argv[1:])
