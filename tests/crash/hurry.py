"""A counter at which nobody waits for a page, as `kiosk.demo.busy` does, and at which staff lend what was refused.

Run as `python -m tests.crash.hurry DATA LOG SEED`; LOG gets every page after it was drawn.
"""

import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.circulation.events import Touch, TouchAct
from kiosk.db.connect import open_database
from kiosk.demo.busy import Log
from kiosk.demo.clock import DemoClock
from kiosk.demo.stand import EXAMPLE, PIN, Stand, school_at
from kiosk.office.folder import SchoolFolder
from kiosk.runtime.inbox import Inbox
from kiosk.screens.kivy_setup import GlassOptions
from kiosk.screens.pages import Shown

NOON = datetime(2026, 11, 23, 12, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
SAME_SCAN_S = 2.5
PAUSE_S = 0.08
PEOPLE = 12  # few, so that they meet each other's books
BOOKS = 30
ALWAYS_OPEN = """
    INSERT INTO slot_row (weekday, start, "end", who)
    SELECT column1, '00:00', '23:59', 'all' FROM (VALUES (1), (2), (3), (4), (5), (6), (7))
    WHERE NOT EXISTS (SELECT 1 FROM slot_row WHERE start = '00:00')
"""


class Crowd:
    """Pupils at the desk and at the drop point, one after the other and without end."""

    def __init__(self, seed: int, stand: Stand, school: SchoolFolder, clock: DemoClock, inbox: Inbox) -> None:
        self._draw = random.Random(seed)
        self._stand, self._clock, self._inbox = stand, clock, inbox
        self._cards = [person.cards[0] for person in school.people if person.cards][:PEOPLE]
        self._librarian = next(person.number for person in school.people if "librarian" in person.roles)
        self._books = [item.barcode for item in school.items][:BOOKS]

    def come(self) -> None:
        """For ever."""
        acts: list[Callable[[], None]] = [self.borrow, self.borrow, self.drop, self.drop, self.book_first, self.stray]
        while True:
            self._draw.choice(acts)()

    def borrow(self) -> None:
        """A visit."""
        self._tap()
        for _ in range(self._draw.randint(1, 3)):
            self._scan("desk", self._draw.choice(self._books))
            if self._draw.random() < 0.4:
                self._touch(self._draw.choice([TouchAct.GIVE_BACK, TouchAct.RENEW]))
            if self._draw.random() < 0.15:
                self._touch(TouchAct.STAFF, text=self._librarian)
                self._touch(TouchAct.PIN, value=PIN)
                self._touch(TouchAct.OVERRIDE)
        if self._draw.random() < 0.5:
            self._touch(TouchAct.DONE)

    def drop(self) -> None:
        """Books into the bin."""
        for _ in range(self._draw.randint(1, 2)):
            self._scan("drop", self._draw.choice(self._books))

    def book_first(self) -> None:
        """A book before the card."""
        self._touch(TouchAct.DONE)
        self._scan("desk", self._draw.choice(self._books))
        self._tap()

    def stray(self) -> None:
        """A code that nobody knows."""
        self._scan("desk", f"NOBODY-{self._draw.randint(0, 99)}")

    def _tap(self) -> None:
        self._clock.advance(SAME_SCAN_S)
        self._stand.wires.card(self._draw.choice(self._cards).removeprefix("uid:"))
        self._pause()

    def _scan(self, reader: str, text: str) -> None:
        self._clock.advance(SAME_SCAN_S)
        self._stand.wires.scan(reader, text)
        self._pause()

    def _touch(self, act: TouchAct, value: str | None = None, text: str | None = None) -> None:
        self._inbox.post(Touch(act, value, text))
        self._pause()

    def _pause(self) -> None:
        time.sleep(self._draw.uniform(0, PAUSE_S))


def main(data: str, log: str, seed: str) -> None:
    school = school_at(EXAMPLE)
    stand = Stand(school, Path(data))
    clock = DemoClock(stand.bring_in(NOON))
    db = open_database(stand.settings.database)
    db.execute_sql(ALWAYS_OPEN)
    db.close()
    pages, first = Log(Path(log)), threading.Event()

    def drawn(shown: Shown) -> None:
        pages.drawn(shown)
        first.set()

    kiosk = stand.kiosk(clock, GlassOptions(width=1024, height=600), drawn)
    crowd = Crowd(int(seed), stand, school, clock, kiosk.inbox)

    def come() -> None:
        first.wait()
        crowd.come()

    threading.Thread(target=come, daemon=True).start()
    kiosk.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
