"""The counter: database, desk and view put together. One event in, entries on the disk and a page out.

The running kiosk and the trace player both work through `Counter.step`; there is no other road to the desk.
"""

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk import clock
from kiosk.circulation.desk import Desk, Outcome
from kiosk.circulation.desksettings import DeskSettings
from kiosk.circulation.events import ClockState, Event
from kiosk.circulation.ports import NoSecurity, TagSecurity
from kiosk.circulation.records import Entry, Item, Kind, Moment, Recorded
from kiosk.circulation.slips import SlipWhen
from kiosk.circulation.visit import State
from kiosk.db.connect import KioskDatabase, checkpoint
from kiosk.db.epoch import board_serial
from kiosk.db.history import ShownEntry
from kiosk.db.ledger import SqliteLedger
from kiosk.db.locks import visit_lock
from kiosk.db.notices import new_titles, title_of
from kiosk.db.prepare import prepare
from kiosk.db.shelf import SqliteShelf
from kiosk.db.sitekey import load_site_key
from kiosk.runtime.reader import Why
from kiosk.screens.pages import Page
from kiosk.screens.view import NewBook, Seen, view
from kiosk.settings import Settings
from kiosk.words import Words, languages, words

NANOSECONDS_PER_MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Books:
    """The open database with what reads and writes it."""

    path: Path
    db: KioskDatabase
    site_key: bytes
    shelf: SqliteShelf
    ledger: SqliteLedger

    def close(self) -> None:
        """Let go of the database."""
        self.db.close()


def open_books(path: Path, kiosk: str) -> Books:
    """Open, and if need be make or migrate, the database at `path`. Raises DatabaseRefused with one line."""
    db = prepare(path)
    key = load_site_key(path)
    ledger = SqliteLedger(
        db,
        kiosk,
        boot=clock.boot_id(),
        boottime_ms=lambda: clock.boottime_ns() // NANOSECONDS_PER_MS,
        board=board_serial(),
        random_hex=secrets.token_hex,
    )
    return Books(path, db, key, SqliteShelf(db, key), ledger)


@dataclass(frozen=True, slots=True)
class Step:
    """What one event led to, and the page that says so."""

    outcome: Outcome
    state: str
    page: Page
    language: str


class Counter:
    """Handles events for one database. The thread that made the books owns it."""

    def __init__(self, books: Books, settings: Settings, security: TagSecurity | None = None) -> None:
        self.books = books
        self.desk = Desk(books.shelf, books.ledger, desk_settings(settings), self._on_clock, security or NoSecurity())
        self._visit = visit_lock(books.path)

    def step(self, event: Event, now: Moment) -> Step:
        """Handle `event` and make the page. What it raises is a fault and ends the process."""
        self.desk.on_clock(self.desk.clock)
        outcome = self.desk.handle(event, now)
        self._mark_visit()
        return Step(outcome, self.state, self.page(now), self.desk.language)

    def page(self, now: Moment) -> Page:
        """The page for the desk as it stands."""
        with self.books.db.atomic("DEFERRED"):  # one look at the database for everything on the page
            seen = self._seen(now)
        return view(self.desk, seen, self._words())

    def tidy(self) -> None:
        """Bring the log of the database in; only while nobody is here, because it costs several waits for the disk."""
        if not self.desk.sitting.open:
            checkpoint(self.books.db)

    def note(self, kind: Kind, now: Moment, reason: str | None = None) -> None:
        """Record something that happened to the kiosk itself."""
        zone = self.books.shelf.policy().zone
        with self.books.ledger.decision():
            self.books.ledger.record(Entry(at=now.wall.astimezone(zone), kind=kind, reason=reason))

    def told(self, recorded: Recorded) -> ShownEntry:
        """A recorded entry as the log shows it."""
        entry = recorded.entry
        return ShownEntry(
            at=entry.at,
            kind=entry.kind,
            patron=entry.patron,
            item=entry.item,
            due=entry.due.isoformat() if entry.due else None,
            reason=entry.reason,
            staff=entry.staff,
            reader=entry.reader,
            klass=entry.klass,
            kiosk=recorded.kiosk,
            epoch=recorded.epoch,
            seq=recorded.seq,
            data=dict(entry.data),
            title=title_of(self.books.db, entry.item) if entry.item else None,
        )

    def stop(self, now: Moment) -> None:
        """End an open visit; the kiosk stops."""
        self.desk.stop(now)
        self._mark_visit()

    @property
    def state(self) -> str:
        """The stable name of the desk's state; the drop point's while nobody is at the desk."""
        sitting, drop = self.desk.sitting, self.desk.drop
        return drop.state if sitting.state is State.IDLE and drop.pending is not None else sitting.state

    @property
    def _broken(self) -> str:
        """A reader that another program listens to: what is scanned here would not stay here."""
        return next((part for part, why in self.desk.parts.down.items() if why == Why.HELD), "")

    def _on_clock(self, state: ClockState) -> None:
        self.books.ledger.clock_state = state

    def _mark_visit(self) -> None:
        if self.desk.sitting.open:
            self._visit.take()  # an import that holds it is nearly done; nobody is kept waiting for it
        else:
            self._visit.close()

    def _words(self) -> Words:
        return words(self.desk.language)

    def _seen(self, now: Moment) -> Seen:
        shelf, sitting = self.books.shelf, self.desk.sitting
        policy = shelf.policy()
        local = now.wall.astimezone(policy.zone)
        open_until = shelf.open_until()
        seen = Seen(
            policy,
            local,
            now.mono,
            open_until=open_until.astimezone(policy.zone) if open_until is not None else None,
            broken=self._broken,
        )
        number = sitting.number
        if number is None:
            titles = new_titles(self.books.db) if sitting.state is State.IDLE else ()
            return replace(seen, new_books=tuple(NewBook(t.title, t.author) for t in titles), item=self._item())
        return replace(
            seen,
            patron=shelf.patron(number),
            loans=shelf.loans(number),
            read=shelf.read_in_term(number, local.date()),
            item=self._item(),
        )

    def _item(self) -> Item | None:
        sitting = self.desk.sitting
        barcode = sitting.questions[0].barcode if sitting.state is State.CHOICE else None
        if sitting.state is State.REFUSED and sitting.notice is not None:
            barcode = sitting.notice.barcode
        return self.books.shelf.item(barcode) if barcode is not None else None


def desk_settings(settings: Settings) -> DeskSettings:
    """What of the settings concerns the desk."""
    return DeskSettings(
        idle_s=settings.visit.idle_s,
        warn_s=settings.visit.warn_s,
        beam=settings.drop.beam,
        flap_s=settings.drop.flap_s,
        holders=frozenset(name for name, reader in settings.readers.items() if reader.holder),
        language=settings.glass.language,
        languages=languages(),
        slip=SlipWhen(settings.receipt.when),
    )
