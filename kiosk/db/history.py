"""The ledger as people read it: newest first, with numbers instead of aliases, through filters that all must fit.

Rows are fetched a page at a time by `seq`, so that neither memory nor a read transaction grows with the ledger. A
patron who was forgotten shows as null.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from kiosk.circulation.records import Kind
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import Cause, LedgerFailed, told
from kiosk.db.school import School
from kiosk.wire.entry import data_of

PAGE_ROWS = 500
ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

COLUMNS = """
    SELECT e.seq, e.epoch, e.kiosk, e.at_ms, e.kind, p.number, e.item, e.due, e.reason, s.number, e.reader, e.klass,
        e.data, t.title
    FROM entry e
    LEFT JOIN alias pa ON pa.alias = e.patron LEFT JOIN person p ON p.id = pa.person_id
    LEFT JOIN alias sa ON sa.alias = e.staff LEFT JOIN person s ON s.id = sa.person_id
    LEFT JOIN item i ON i.barcode = e.item LEFT JOIN title t ON t.title_id = i.title_id
"""
BY_PATRON = "e.patron IN (SELECT a.alias FROM alias a JOIN person q ON q.id = a.person_id WHERE q.number = ?)"
SEQS = "SELECT (SELECT min(seq) FROM entry), (SELECT max(seq) FROM entry)"  # both at once would be a full scan
SEQS_BETWEEN = "SELECT min(seq), max(seq) FROM entry WHERE at_ms BETWEEN ? AND ?"


@dataclass(frozen=True, slots=True)
class Filters:
    """What to show; None means anything. `start` and `end` are aware and included; `text` ignores case."""

    start: datetime | None = None
    end: datetime | None = None
    kind: Kind | None = None
    patron: str | None = None
    item: str | None = None
    klass: str | None = None
    reader: str | None = None
    text: str | None = None
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """An entry as it is shown everywhere: `at` in the school's zone, patron and staff as numbers, the item's title."""

    at: datetime
    kind: str
    patron: str | None
    item: str | None
    due: str | None
    reason: str | None
    staff: str | None
    reader: str | None
    klass: str | None
    kiosk: str
    epoch: str
    seq: int
    data: dict[str, object] = field(default_factory=dict)
    title: str | None = None

    def as_json(self) -> dict[str, object]:
        """The fields under their public names; `class` is not a name that Python takes, and the title is not one."""
        return {
            "at": self.at.isoformat(timespec="milliseconds" if self.at.microsecond else "seconds"),
            "kind": self.kind,
            "patron": self.patron,
            "item": self.item,
            "due": self.due,
            "reason": self.reason,
            "staff": self.staff,
            "reader": self.reader,
            "class": self.klass,
            "kiosk": self.kiosk,
            "epoch": self.epoch,
            "seq": self.seq,
            "data": self.data,
        }


def entries(db: KioskDatabase, filters: Filters = Filters()) -> Iterator[ShownEntry]:
    """The entries that pass every filter, newest first."""
    zone = School(db).policy().zone
    where, values = _conditions(filters)
    needle = filters.text.casefold() if filters.text else None
    below, lowest = _range(db, filters)
    left = filters.limit
    sql = f"{COLUMNS} WHERE {' AND '.join(['e.seq < ?', 'e.seq >= ?', *where])} ORDER BY e.seq DESC LIMIT ?"
    while below > lowest and left != 0:
        size = PAGE_ROWS if left is None or needle is not None else min(left, PAGE_ROWS)
        with told():
            rows = db.execute_sql(sql, (below, lowest, *values, size)).fetchall()
        for row in rows:
            if needle is not None and not _mentions(row, needle):
                continue
            yield _shown(row, zone)
            if left is not None:
                left -= 1
                if left == 0:
                    return
        if len(rows) < size:
            return
        below = rows[-1][0]


def _range(db: KioskDatabase, filters: Filters) -> tuple[int, int]:
    """The numbers to look through, the upper end excluded: the index on time narrows them when a time is given."""
    start = _ms(filters.start) if filters.start else -(2**62)
    end = _ms(filters.end) if filters.end else 2**62
    with told():
        if filters.start is None and filters.end is None:
            lowest, highest = db.execute_sql(SEQS).fetchall()[0]
        else:
            lowest, highest = db.execute_sql(SEQS_BETWEEN, (start, end)).fetchall()[0]
    return (0, 0) if highest is None else (highest + 1, lowest)


def _conditions(filters: Filters) -> tuple[list[str], list[Any]]:
    # The plus sign keeps SQLite from walking the index on time, which would sort the whole span for every page.
    asked: list[tuple[str, Any]] = [
        ("+e.at_ms >= ?", _ms(filters.start) if filters.start else None),
        ("+e.at_ms <= ?", _ms(filters.end) if filters.end else None),
        ("e.kind = ?", filters.kind.value if filters.kind else None),
        (BY_PATRON, filters.patron),
        ("e.item = ?", filters.item),
        ("e.klass = ?", filters.klass),
        ("e.reader = ?", filters.reader),
    ]
    chosen = [(sql, value) for sql, value in asked if value is not None]
    return [sql for sql, _ in chosen], [value for _, value in chosen]


def _ms(at: datetime) -> int:
    return (at - ORIGIN) // MILLISECOND


def _mentions(row: tuple[Any, ...], needle: str) -> bool:
    """Whether title, patron's number, barcode or reason hold the text."""
    return any(text is not None and needle in text.casefold() for text in (row[13], row[5], row[6], row[8]))


def _shown(row: tuple[Any, ...], zone: Any) -> ShownEntry:
    seq, epoch, kiosk, at_ms, kind, patron, item, due, reason, staff, reader, klass, data, title = row
    try:
        at = (ORIGIN + at_ms * MILLISECOND).astimezone(zone)
        said = data_of(data)
    except (ValueError, OverflowError, TypeError) as error:
        raise LedgerFailed(Cause.DAMAGED, f"entry {seq} is not as it was written; run kiosk check") from error
    return ShownEntry(at, kind, patron, item, due, reason, staff, reader, klass, kiosk, epoch, seq, said, title)
