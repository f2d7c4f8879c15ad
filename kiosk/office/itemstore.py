"""Stores the titles and copies of a file in one transaction, and keeps what was refused as files to mend.

Books wait in a temporary file, so that a long file is neither held in memory nor read while the kiosk next door waits
for the transaction; if the database changed since the preview they are decided anew there.
"""

import marshal
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import IO, Any, BinaryIO

from kiosk.circulation.records import Entry, Kind
from kiosk.db.connect import KioskDatabase
from kiosk.office.bookrows import Book, Copy, Flavour, Rejected
from kiosk.office.itemsin import BATCH, ITEM_COLUMNS, TITLE_COLUMNS, Counts, Intake, Plan, Row
from kiosk.office.store import Office

FILE_MODE = 0o600
SIZE_BYTES = 8
_SAID = tuple(field.name for field in fields(Book) if field.name != "raw")  # the last of them
_FLAVOUR, _COPIES = _SAID.index("flavour"), _SAID.index("copies")
_BOOK = attrgetter(*_SAID)
_COPY = attrgetter(*(field.name for field in fields(Copy)))


class Waiting:
    """Books in a temporary file, without their raw bytes, beside what was decided to write for them.

    `version` is that of the database when it was decided, as SQLite counts what other connections write.
    """

    def __init__(self, file: IO[bytes], db: KioskDatabase) -> None:
        self._file = file
        self.version = _version(db)
        self.counts = Counts()

    def add(self, batch: Iterable[Book | Rejected], plans: Sequence[Plan]) -> None:
        """Put these behind the others. Rejected ones are known to be refused and do not wait."""
        books = [_as_row(one) for one in batch if isinstance(one, Book)]
        block = marshal.dumps((books, *_rows(plans)))
        self._file.write(len(block).to_bytes(SIZE_BYTES, "big") + block)

    def blocks(self) -> Iterator[tuple[list[list[Any]], list[Row], list[Row]]]:
        """All of them, in their order: books, rows of titles, rows of items."""
        self._file.seek(0)
        while size := int.from_bytes(self._file.read(SIZE_BYTES), "big"):
            yield marshal.loads(self._file.read(size))  # noqa: S302  this process wrote it into a file without a name


def _version(db: KioskDatabase) -> int:
    version: int = db.execute_sql("PRAGMA data_version").fetchall()[0][0]
    return version


def _rows(plans: Sequence[Plan]) -> tuple[list[Row], list[Row]]:
    titles = [plan.row for plan in plans if plan.row is not None]
    return titles, [copy.row for plan in plans for copy in plan.copies if copy.row is not None]


def _as_row(book: Book) -> list[Any]:
    row = list(_BOOK(book))
    row[_FLAVOUR], row[_COPIES] = book.flavour.value, tuple(map(_COPY, book.copies))
    return row


def _as_book(row: list[Any]) -> Book:
    row[_FLAVOUR], row[_COPIES] = Flavour(row[_FLAVOUR]), tuple(Copy(*copy) for copy in row[_COPIES])
    return Book(*row)


def preview(
    read: Iterable[Book | Rejected],
    intake: Intake,
    show: Callable[[list[Plan]], None],
    waiting: Waiting | None = None,
) -> Counts:
    """Decide about everything that is `read` and show it, and put it on the list of what waits to be stored."""
    counts, rest = Counts(), iter(read)
    while batch := list(islice(rest, BATCH)):
        plans = intake.decide(batch)
        if waiting is not None:
            waiting.add(batch, plans)
        for plan in plans:
            counts.add(plan)
        show(plans)
    if waiting is not None:
        waiting.counts = counts
    return counts


def store_items(waiting: Waiting, office: Office, what: dict[str, object]) -> Counts:
    """Bring the database in step with the books that wait; `what` goes into the entry. Raises StorageFailed."""
    db, counts = office.database, waiting.counts
    with office.transaction():
        as_it_was = _version(db) == waiting.version
        intake = Intake(office.at.date(), db, office.site_key)
        if not as_it_was:
            counts = Counts()
        for books, titles, copies in waiting.blocks():
            if not as_it_was:
                plans = intake.decide([_as_book(row) for row in books])
                titles, copies = _rows(plans)
                for plan in plans:
                    counts.add(plan)
            _write(db, "title", TITLE_COLUMNS, titles)
            _write(db, "item", ITEM_COLUMNS, copies)
        if counts.written and office.ledger is not None:
            data = {"what": "items", "counts": counts.as_json(), **what}
            office.ledger.record(Entry(office.at, Kind.IMPORTED, data=data))
    return counts


def _write(db: KioskDatabase, table: str, columns: tuple[str, ...], rows: list[Row]) -> None:
    if rows:
        names = ", ".join(columns)
        others = ", ".join(f"{name} = excluded.{name}" for name in columns[1:])
        sql = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608
        db.connection().executemany(f"{sql} ON CONFLICT ({columns[0]}) DO UPDATE SET {others}", rows)


class Refusals:
    """STEM.refused.mrc with the refused records as they were, and STEM.refused.txt with the reasons.

    Both are made with the first refusal, so that a good import leaves none.
    """

    def __init__(self, folder: Path, source: Path) -> None:
        self._source = source.name
        self.records, self.reasons = (folder / f"{source.stem}.refused{end}" for end in (".mrc", ".txt"))
        self._open: tuple[BinaryIO, BinaryIO] | None = None
        self.files = (self.records, self.reasons)
        self.written = False

    def add(self, plan: Plan) -> None:
        """Keep this record."""
        if self._open is None:
            self._open = (self.records.open("wb"), self.reasons.open("wb"))
            for path in (self.records, self.reasons):
                path.chmod(FILE_MODE)
        records, reasons = self._open
        records.write(plan.raw)
        reasons.write(f"{self._source}:{plan.number}: {plan.reason}\n".encode("utf-8", "backslashreplace"))
        self.written = True

    def close(self) -> None:
        """Finish both files."""
        for file in self._open or ():
            file.close()
        self._open = None

    def __enter__(self) -> "Refusals":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
