"""A counter with no quiet moment, for tests that pull the plug: `python -m kiosk.demo.busy DATA LOG SEED`.

The real kiosk at the example school, scanned at without end, as fast as its pages are drawn. Every page goes into LOG
as a line of JSON as soon as it was drawn, and everything that is sent, before it is sent. Killed at any moment and
started again on the same folders, it goes on; it ends by SIGTERM or SIGINT.
"""

import contextlib
import json
import os
import sys
import threading
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from kiosk import logs
from kiosk.circulation.events import Touch, TouchAct
from kiosk.circulation.records import PatronKind
from kiosk.demo.clock import DemoClock
from kiosk.demo.display import has_display, own_display
from kiosk.demo.player import Drawn
from kiosk.demo.stand import START, WINDOW, DemoFailed, Stand, school_at
from kiosk.office.folder import ItemLine, PersonLine, SchoolFolder
from kiosk.screens.kivy_setup import GlassOptions
from kiosk.screens.pages import Drop, Message, Shown, Visit, Waiting

if TYPE_CHECKING:
    from kiosk.app.kiosk import Kiosk

GRADES: Final = (1, 2)  # whose slot Monday is
PAGE_WAIT_S: Final = 1.0
PEOPLE: Final = 14  # so few that they meet their own books again
BOOKS_KEPT: Final = 60  # how many books the crowd comes back with
BOOKS_A_VISIT: Final = 3
ASKED: Final = {"own_book": (TouchAct.RENEW, TouchAct.GIVE_BACK), "other_book": (TouchAct.GIVE_BACK, TouchAct.CANCEL)}


class Log:
    """The file of everything sent and drawn: whole lines, on their way to the disk before anything else happens."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def write(self, line: dict[str, object]) -> None:
        """One line."""
        os.write(self._file, json.dumps(line, ensure_ascii=False).encode() + b"\n")

    def drawn(self, shown: Shown) -> None:
        """A page was drawn: what it says about books."""
        page, line = shown.page, {"serial": shown.serial, "page": shown.page.name}
        match page:
            case Visit():
                line["who"] = page.who.name
                line["rows"] = [
                    {
                        "mark": row.mark,
                        "title": row.title,
                        "fresh": row.fresh,
                        "barcode": row.button.value if row.button else None,
                    }
                    for row in page.rows
                ]
            case Message():
                line["title"] = page.subject
                line["headline"] = page.headline
            case Waiting():
                line["titles"] = page.titles
            case Drop():
                line["headline"] = page.headline
        self.write(line)


class Crowd:
    """Everybody at once: cards, books, touches and returns, in an order that `seed` decides."""

    def __init__(self, kiosk: "Kiosk", stand: Stand, drawn: Drawn, log: Log, random: Random) -> None:
        self.kiosk, self.stand, self.drawn, self.log, self.random = kiosk, stand, drawn, log, random
        self.people, self.books = _people(stand.school, random), _books(stand.school)
        loans = stand.school.loans or ()
        self.scanned = {p.number: [loan.barcode for loan in loans if loan.number == p.number] for p in self.people}
        self.out = [barcode for barcodes in self.scanned.values() for barcode in barcodes]
        self.stopped = threading.Event()

    def run(self) -> None:
        """Until `stopped` is set or the kiosk has gone."""
        while not self.stopped.is_set():
            self._visit()
            back = self._one_of(self.out)
            if back and self.random.random() < 0.7:
                self._send("drop", back)

    def _visit(self) -> None:
        """One person with one to three books, some of them books that are out."""
        before_card = self.random.random() < 0.2
        if before_card:
            self._send("desk", self._new())
        person = self.random.choice(self.people)
        self._send("card", person.cards[0])
        for _ in range(self.random.randint(1, BOOKS_A_VISIT)):
            barcode = self._one_of(self.random.choice(([], [], self.out, self.scanned[person.number]))) or self._new()
            self.scanned[person.number].append(barcode)
            self._send("desk", barcode)
            self._answer()
        if self.random.random() < 0.5:
            self._touch(TouchAct.DONE)

    def _new(self) -> str:
        barcode = self.random.choice(self.books).barcode
        self.out.append(barcode)
        del self.out[:-BOOKS_KEPT]
        return barcode

    def _one_of(self, barcodes: list[str]) -> str | None:
        return self.random.choice(barcodes[-BOOKS_KEPT:]) if barcodes else None

    def _answer(self) -> None:
        """Touch a button when the page asks."""
        shown = self.drawn.newest
        if shown is None or not isinstance(shown.page, Message):
            return
        acts = ASKED.get(shown.page.name, (TouchAct.CANCEL,))
        self._touch(self.random.choice(acts))

    def _touch(self, act: TouchAct) -> None:
        shown = self.drawn.newest
        serial = shown.serial if shown else 0
        self.log.write({"sent": "touch", "text": act})
        self.kiosk.inbox.post(Touch(act, page=serial))
        self._wait(serial)

    def _send(self, reader: str, text: str) -> None:
        shown = self.drawn.newest
        serial = shown.serial if shown else 0
        self.log.write({"sent": reader, "text": text})
        if reader == "card":
            self.stand.wires.card(text)
        else:
            self.stand.wires.scan(reader, text)
        self._wait(serial)

    def _wait(self, serial: int) -> None:
        self.drawn.wait(lambda shown: shown.serial > serial, PAGE_WAIT_S)


def _people(school: SchoolFolder, random: Random) -> list[PersonLine]:
    """Some of those who may borrow on a Monday at noon, first of all those who have a book."""
    grades = {line.name for line in school.plan.classes if line.grade in GRADES}
    holders = {loan.number for loan in school.loans or ()}
    admitted = [
        person
        for person in school.people
        if person.cards and person.active and (person.klass in grades or person.kind is PatronKind.TEACHER)
    ]
    random.shuffle(admitted)
    return sorted(admitted, key=lambda person: person.number not in holders)[:PEOPLE]


def _books(school: SchoolFolder) -> list[ItemLine]:
    return [item for item in school.items if item.kind == "book"]


def busy_demo(data: Path, drawn_log: Path, seed: int) -> int:
    """Run the busy counter on `data`, which is made if it is not there, until somebody ends it."""
    data.mkdir(parents=True, exist_ok=True)
    log, drawn = Log(drawn_log), Drawn()
    stand = Stand(school_at(None), data)
    clock = DemoClock(stand.bring_in(START))

    def note(shown: Shown) -> None:
        log.drawn(shown)
        drawn.note(shown)

    with contextlib.nullcontext() if has_display() else own_display():
        kiosk = stand.kiosk(clock, GlassOptions(*WINDOW), note)
        crowd = Crowd(kiosk, stand, drawn, log, Random(seed))  # noqa: S311
        threading.Thread(target=crowd.run, name="crowd", daemon=True).start()
        try:
            kiosk.run()
        finally:
            crowd.stopped.set()
    return 0


def main(arguments: list[str]) -> int:
    """`DATA LOG SEED`."""
    if len(arguments) != 3 or not arguments[2].isdigit():
        print("usage: python -m kiosk.demo.busy DATA LOG SEED", file=sys.stderr)
        return 2
    logs.configure()
    try:
        return busy_demo(Path(arguments[0]), Path(arguments[1]), int(arguments[2]))
    except DemoFailed as failed:
        print(f"kiosk: {failed}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
