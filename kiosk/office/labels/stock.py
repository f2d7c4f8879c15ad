"""Which items get a label: all, some barcodes, a run of them, or those of titles that came since a day.

Withdrawn copies get none unless they are named. Barcodes stand in the order in which people count, B9 before B10;
named ones in the order in which they were named, each once.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, assert_never

from kiosk.circulation.codes import normalise
from kiosk.circulation.records import ItemState
from kiosk.db.connect import KioskDatabase
from kiosk.office.findings import shown
from kiosk.office.labels.designs import ItemLabel, call_number_lines
from kiosk.office.merge import chunks

_ITEMS: Final = """
    SELECT i.barcode, t.title, i.call_number, CASE WHEN n.over = i.state THEN ifnull(n.state, i.state) ELSE i.state END
    FROM item i JOIN title t ON t.title_id = i.title_id LEFT JOIN item_now n ON n.item = i.barcode
"""
_RUNS = re.compile(r"[0-9]+|[^0-9]+")
DIGITS: Final = "0123456789"

Key = tuple[tuple[bool, int, str], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """These barcodes; `where` says in a few words where each was named, as a file's line."""

    barcodes: Sequence[str]
    where: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """From one barcode to another, ends included; None is open."""

    first: str | None = None
    last: str | None = None

    @property
    def is_backwards(self) -> bool:
        """Whether it ends before it begins."""
        lowest, highest = self.ends
        return lowest is not None and highest is not None and lowest > highest

    @property
    def ends(self) -> tuple[Key | None, Key | None]:
        """The keys of both ends."""
        lowest, highest = (None if end is None else counted(normalise(end) or end) for end in (self.first, self.last))
        return lowest, highest

    def holds(self, barcode: str) -> bool:
        """Whether `barcode` lies in it."""
        (lowest, highest), key = self.ends, counted(barcode)
        return (lowest is None or key >= lowest) and (highest is None or key <= highest)


@dataclass(frozen=True, slots=True)
class NewSince:
    """The copies of titles that were added on this day or later."""

    day: date


Wanted = Named | Run | NewSince


@dataclass(frozen=True, slots=True)
class Chosen:
    """The labels to print, and what was asked for and is not among them, a line each."""

    labels: tuple[ItemLabel, ...]
    left_out: tuple[str, ...] = ()


def counted(barcode: str) -> Key:
    r"""The key by which barcodes are in order: digits as numbers, before all else.

    >>> sorted(["B10", "B9", "B009"], key=counted)
    ['B009', 'B9', 'B10']
    >>> sorted(["\u0663A", "9"], key=counted)
    ['9', '\u0663A']
    """
    runs = _RUNS.findall(barcode)
    return tuple((run[0] not in DIGITS, int(run) if run[0] in DIGITS else 0, run) for run in runs)


def listed(text: str, file: str) -> Named:
    """The barcodes of a text file, one a line."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    return Named([line for _, line in lines], [f"{file}:{number}" for number, _ in lines])


def choose_items(db: KioskDatabase, wanted: Wanted) -> Chosen:
    """The items that are wanted."""
    match wanted:
        case Named():
            return _named(db, wanted)
        case Run():
            rows = [row for row in _unordered(db, "") if wanted.holds(row.barcode)]
        case NewSince(day):
            rows = _unordered(db, " WHERE t.added >= ?", day.isoformat())
        case _:
            assert_never(wanted)
    return Chosen(tuple(sorted(rows, key=lambda label: counted(label.barcode))))


def with_call_numbers(chosen: Chosen) -> Chosen:
    """Without the items that have no call number."""
    bare = [f"{shown(label.barcode)} has no call number" for label in chosen.labels if not _has_call_number(label)]
    kept = tuple(label for label in chosen.labels if _has_call_number(label))
    return Chosen(kept, (*chosen.left_out, *bare))


def _has_call_number(label: ItemLabel) -> bool:
    return bool(call_number_lines(label.call_number))


def _unordered(db: KioskDatabase, where: str, *values: object) -> list[ItemLabel]:
    rows: Iterable[tuple[str, str, str, str]] = db.execute_sql(_ITEMS + where, values)
    return [ItemLabel(*row[:3]) for row in rows if row[3] != ItemState.WITHDRAWN]


def _named(db: KioskDatabase, wanted: Named) -> Chosen:
    places: dict[str, str] = {}
    for at, text in enumerate(wanted.barcodes):
        where = f"{wanted.where[at]}: " if wanted.where else ""
        places.setdefault(normalise(text) or text, where)
    found: dict[str, ItemLabel] = {}
    for chunk in chunks(places):
        marks = ", ".join("?" * len(chunk))
        rows = db.execute_sql(f"{_ITEMS} WHERE i.barcode IN ({marks})", chunk)
        found |= {row[0]: ItemLabel(*row[:3]) for row in rows}
    unknown = tuple(
        f"{where}no item has the barcode {shown(text)}" for text, where in places.items() if text not in found
    )
    return Chosen(tuple(found[text] for text in places if text in found), unknown)
