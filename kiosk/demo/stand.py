"""The demo's counter: a data folder with the example school in it, three readers on wires, and the real kiosk."""

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from kiosk.app.counter import open_books
from kiosk.app.kiosk import Kiosk
from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.db.history import Filters, ShownEntry, entries
from kiosk.db.models import Person
from kiosk.demo.clock import DemoClock
from kiosk.demo.slot import lending_time
from kiosk.demo.wires import Wires
from kiosk.office.findings import Refused
from kiosk.office.folder import SchoolFolder
from kiosk.office.school import read_school
from kiosk.office.store import Office, store_school
from kiosk.screens.fonts import FontMissing, font_paths
from kiosk.screens.kivy_setup import GlassOptions
from kiosk.screens.pages import Shown
from kiosk.screens.view.sentence import sentence
from kiosk.settings import ClockSettings, DropSettings, GlassSettings, Settings
from kiosk.words import words

# Monday, 12:00 in the example school, whose loans and due dates are made for that day.
START: Final = datetime(2026, 11, 23, 4, 0, 0, tzinfo=UTC)
EXAMPLE: Final = Path(__file__).resolve().parents[2] / "examples" / "lunch"
# Of the example school and of every other whose people.csv names no PIN.
PIN: Final = "1234"
WINDOW: Final = (1024, 600)


class DemoFailed(Exception):
    """The demo cannot go on; the text is one line."""


@contextmanager
def data_folder(kept: Path | None) -> Iterator[Path]:
    """The folder for database and wires: `kept`, or a new one that is gone afterwards."""
    if kept is not None:
        kept.mkdir(parents=True, exist_ok=True)
        yield kept
        return
    with tempfile.TemporaryDirectory(prefix="kiosk-demo-") as folder:
        yield Path(folder)


def school_at(folder: Path | None) -> SchoolFolder:
    """The school in `folder`, or the example."""
    read = read_school(folder or EXAMPLE)
    if isinstance(read, Refused):
        raise DemoFailed(str(read))
    return read


class Stand:
    """Everything that one demo needs; `close` takes it apart."""

    def __init__(self, school: SchoolFolder, data: Path, *, beam: bool = False) -> None:
        self.school, self.data = school, data
        self.wires = Wires(data)
        self.settings = Settings(
            kiosk="demo",
            data=str(data),
            drop=DropSettings(beam=beam),
            glass=GlassSettings(width=WINDOW[0], height=WINDOW[1], full_screen=False),
            clock=ClockSettings(trust="always"),
            readers=self.wires.readers(),
        )

    def bring_in(self, at: datetime) -> datetime:
        """Bring the school in if the database is new. Gives when to begin: in a slot, and not before any entry."""
        books = open_books(self.settings.database, self.settings.kiosk)
        try:
            if not Person.select().exists():
                office = Office(books.db, books.site_key, at, secrets.token_hex, ledger=books.ledger, default_pin=PIN)
                stored = store_school(self.school, office)
                if isinstance(stored, Refused):
                    raise DemoFailed(str(stored))
            newest = next(iter(entries(books.db, Filters(limit=1))), None)
            begin = at if newest is None else max(at, newest.at + timedelta(seconds=1))
            return lending_time(books.shelf.policy(), begin)
        finally:
            books.close()

    def kiosk(
        self,
        clock: DemoClock,
        options: GlassOptions,
        drawn: Callable[[Shown], None],
        below: Callable[[], Any] | None = None,
    ) -> Kiosk:
        """The kiosk on this stand. Main thread, once a process."""
        try:
            fonts = font_paths()
        except FontMissing as error:
            raise DemoFailed(str(error)) from None
        return Kiosk(self.settings, fonts, options=options, drawn=drawn, below=below, clock=clock)

    def ledger(self) -> list[ShownEntry]:
        """All entries, oldest first; when no kiosk has the database open."""
        db = open_database(self.settings.database)
        try:
            return list(entries(db, Filters()))[::-1]
        finally:
            db.close()

    def findings(self) -> list[str]:
        """What `kiosk check --fold` would say; empty when all is well."""
        db = open_database(self.settings.database)
        try:
            return [f"{finding.what}: {finding.words}" for finding in check(db, fold=True)]
        finally:
            db.close()

    def close(self) -> None:
        """Unplug the wires."""
        self.wires.close()


def told(entry: ShownEntry, language: str = "zh_CN") -> str:
    """An entry as `kiosk log` prints it."""
    return f"{entry.at:%Y-%m-%d %H:%M:%S}  {sentence(entry, words(language))}"
