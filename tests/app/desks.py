"""A desk on a real database whose disk refuses the decision that a test names."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.app.counter import Books, Counter, Step, open_books
from kiosk.circulation.events import ClockState, Event
from kiosk.circulation.records import Entry, Moment, Recorded
from kiosk.db.failures import Cause, LedgerFailed
from kiosk.office.findings import Refused
from kiosk.office.school import read_school
from kiosk.office.store import Office, store_school
from kiosk.settings import Settings
from tests.semantics.school import MONDAY_NOON, Folder


class FullDisk:
    """The real ledger; the decision after `spare` more is written and then undone, as by a disk that is full.

    With `stays_full` every decision is.
    """

    def __init__(self, real: Any) -> None:
        self._real = real
        self.spare: int | None = None
        self.stays_full = False

    @property
    def clock_state(self) -> ClockState:
        state: ClockState = self._real.clock_state
        return state

    @clock_state.setter
    def clock_state(self, state: ClockState) -> None:
        self._real.clock_state = state

    @contextmanager
    def decision(self) -> Iterator[None]:
        fails, self.spare = self.spare == 0, None if self.spare is None else self.spare - 1
        with self._real.decision():
            yield
            if fails or self.stays_full:
                raise LedgerFailed(Cause.FULL, "the disk is full")

    def record(self, entry: Entry) -> Recorded:
        recorded: Recorded = self._real.record(entry)
        return recorded


class Stand:
    """A counter, its disk and a clock that a test winds."""

    def __init__(self, folder: Folder, settings: Settings | None = None) -> None:
        read = read_school(folder.write())
        assert not isinstance(read, Refused), str(read)
        data = folder.path.with_name("data")
        data.mkdir()
        books: Books = open_books(data / "kiosk.db", "kiosk")
        self.now = Moment(datetime.fromisoformat(MONDAY_NOON), 0.0)
        stored = store_school(read, Office(books.db, books.site_key, self.now.wall, secrets.token_hex))
        assert not isinstance(stored, Refused), str(stored)
        self.disk = FullDisk(books.ledger)
        self.books = replace(books, ledger=self.disk)  # type: ignore[arg-type]
        self.counter = Counter(self.books, settings or Settings())

    def step(self, event: Event, after_s: float = 3.0) -> Step:
        self.now = Moment(self.now.wall + timedelta(seconds=after_s), self.now.mono + after_s)
        return self.counter.step(event, self.now)

    def kinds(self) -> list[str]:
        rows = self.books.db.execute_sql("SELECT kind FROM entry ORDER BY seq").fetchall()
        return [kind for (kind,) in rows]

    def close(self) -> None:
        self.books.close()


def school(tmp_path: Path) -> Folder:
    """Two pupils, books, one that the first pupil already has."""
    folder = Folder(tmp_path / "school").pupil("1").pupil("2").librarian().book("B1", "B2", "B3")
    return folder.book("T1", tag="E004010000000001").loan("B1", "1", "2026-09-01", "2026-09-30")
