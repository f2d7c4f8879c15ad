"""Decides what a file of titles and copies would change: for each record new, changed, unchanged or refused, and why.

What a file does not say stays as the database has it, and a copy that it does not name stays where it is: such files
are deliveries and extracts, never the whole school. A barcode is refused that is a card, a command, a tag or another
title's copy already, in the database or earlier in the file. The same decisions are made for the preview and again in
the transaction that stores them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice
from typing import Any

from kiosk.circulation.records import ItemState
from kiosk.db.connect import KioskDatabase
from kiosk.db.sitekey import card_hash
from kiosk.office.bookrows import Book, Copy, Flavour, Rejected
from kiosk.office.findings import BadRow, shown
from kiosk.office.merge import chunks
from kiosk.office.roster import scannable
from kiosk.office.sheet import ID_CHARACTERS_MAX

BATCH = 500
RECORDS_MAX = 500_000
UNSHOWN_MAX = 10

TITLE_COLUMNS = ("title_id", "title", "author", "isbn", "publisher", "year", "clc", "price_fen", "added", "summary")
ITEM_COLUMNS = (
    "barcode", "title_id", "kind", "call_number", "price_fen", "state", "tag", "parts", "location", "kept_for",
)  # fmt: skip
CALL_NUMBER, PRICE, LOCATION = (ITEM_COLUMNS.index(name) for name in ("call_number", "price_fen", "location"))

Row = tuple[Any, ...]


class Action(StrEnum):
    """What would happen to a record or a copy."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class CopyPlan:
    """What would happen to one copy; `row` is what is written for it, None where nothing is."""

    barcode: str
    action: Action
    reason: str = ""
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """What would happen to one record; `row` is what is written for its title, None where nothing is.

    `reason` says why it or one of its copies is refused, `notes` what else a person should know.
    """

    number: int
    title: str
    action: Action
    copies: tuple[CopyPlan, ...] = ()
    reason: str = ""
    notes: tuple[str, ...] = ()
    row: Row | None = None
    raw: bytes = b""

    @property
    def has_refusal(self) -> bool:
        """Whether anything of it is refused."""
        return bool(self.reason)

    def as_json(self) -> dict[str, object]:
        """One line of the preview."""
        items = [
            {"barcode": copy.barcode, "action": copy.action.value, "reason": copy.reason or None}
            for copy in self.copies
        ]
        said: dict[str, object] = {"record": self.number, "title": self.title, "action": self.action.value}
        return said | {"items": items, "reason": self.reason or None, "notes": list(self.notes)}


@dataclass(slots=True)
class Counts:
    """How many records and copies would become what; `noted` are records with something to look at."""

    records: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Action), 0))
    items: dict[str, int] = field(default_factory=lambda: dict.fromkeys(map(str, Action), 0))
    noted: int = 0
    with_refusal: int = 0

    def add(self, plan: Plan) -> None:
        """Count a record."""
        self.records[plan.action.value] += 1
        for copy in plan.copies:
            self.items[copy.action.value] += 1
        self.noted += bool(plan.notes)
        self.with_refusal += plan.has_refusal

    @property
    def written(self) -> bool:
        """Whether anything is other than before."""
        return any(self.records[name] + self.items[name] for name in (Action.NEW, Action.CHANGED))

    def as_json(self) -> dict[str, Any]:
        """The counts as plain values."""
        return asdict(self)


class Intake:
    """Decides about the records of one file, in their order. Without a database everything is new."""

    def __init__(
        self,
        at: date,
        database: KioskDatabase | None,
        site_key: bytes,
        covers: Callable[[str], bool] = lambda char: True,
    ) -> None:
        self._at = at.isoformat()
        self._db = database
        self._site_key = site_key
        self._covers = covers
        self._drawn: set[str] = set()
        self._barcodes: dict[str, int] = {}
        self._titles: dict[str, tuple[int, int]] = {}
        self._made: set[str] = set()
        self._commands = self._commands_said()

    def decide(self, batch: Sequence[Book | Rejected]) -> list[Plan]:
        """What would happen to these records; give at most BATCH of them at a time."""
        read = [self._copies(one) if isinstance(one, Book) else [] for one in batch]
        barcodes = [copy.barcode for copies in read for copy, wrong in copies if not wrong]
        title_ids = [one.title_id for one in batch if isinstance(one, Book)]
        titles = self._rows("title", TITLE_COLUMNS, title_ids)
        items = self._rows("item", ITEM_COLUMNS, barcodes)
        meanings = self._meanings(barcodes)
        return [
            self._plan(one, copies, titles.get(one.title_id), items, meanings)
            if isinstance(one, Book)
            else Plan(one.number, one.title, Action.REFUSED, reason=one.reason, raw=one.raw)
            for one, copies in zip(batch, read, strict=True)
        ]

    def _copies(self, book: Book) -> list[tuple[Copy, str]]:
        """The copies with their barcodes as they are scanned, and why one cannot be taken by what the file says."""
        found: dict[str, tuple[Copy, str]] = {}
        for copy in book.copies:
            barcode, wrong = copy.barcode, copy.wrong and f"barcode {shown(copy.barcode)} {copy.wrong}"
            if not wrong:
                try:
                    barcode = _plain(barcode)
                except BadRow as bad:
                    wrong = str(bad)
                else:
                    first = self._barcodes.setdefault(barcode, book.number)
                    if first != book.number:
                        where = "row" if book.flavour is Flavour.TABLE else "record"
                        wrong = f"barcode {shown(barcode)} is in {where} {first} already (correct one)"
            found.setdefault(barcode, (copy if barcode == copy.barcode else replace(copy, barcode=barcode), wrong))
        return list(found.values())

    def _plan(
        self,
        book: Book,
        copies: list[tuple[Copy, str]],
        title: Row | None,
        items: Mapping[str, Row],
        meanings: Mapping[str, str],
    ) -> Plan:
        clash = self._clash(book)
        if clash:
            return Plan(book.number, book.title, Action.REFUSED, reason=clash, notes=book.notes, raw=book.raw)
        plans = [
            CopyPlan(copy.barcode, Action.REFUSED, wrong) if wrong else _copy_plan(book, copy, items, meanings)
            for copy, wrong in copies
        ]
        wrongs = [plan.reason for plan in plans if plan.action is Action.REFUSED]
        reason = "; ".join(wrongs)
        if plans and len(wrongs) == len(plans):
            return Plan(book.number, book.title, Action.REFUSED, tuple(plans), reason, book.notes, raw=book.raw)
        notes = book.notes + tuple(self._said_of(book, bool(plans)))
        again = book.title_id in self._made
        self._made.add(book.title_id)
        row = None if again else _title_row(book, title, self._at)
        if row is not None:
            action = Action.NEW if title is None else Action.CHANGED
        else:
            touched = any(plan.row is not None for plan in plans)
            action = Action.CHANGED if touched else Action.UNCHANGED
        return Plan(book.number, book.title, action, tuple(plans), reason, notes, row, book.raw)

    def _clash(self, book: Book) -> str:
        """Why the title cannot have its id: another title of the file has it."""
        text = hash(book.title)
        if len(self._titles) >= RECORDS_MAX and book.title_id not in self._titles:
            return f"more than {RECORDS_MAX} titles (split the file)"
        number, first = self._titles.setdefault(book.title_id, (book.number, text))
        if first == text:
            return ""
        if book.flavour is Flavour.TABLE:
            return f"title_id {shown(book.title_id)} is that of another title in row {number} (correct one of the two)"
        return (
            f"title_id {shown(book.title_id)} is that of another title in record {number}"
            " (give each its own 001, or import with --title-id isbn)"
        )

    def _said_of(self, book: Book, has_copies: bool) -> list[str]:
        notes = [] if has_copies else ["no barcode: only the title"]
        text = book.title + book.author
        if not self._drawn.issuperset(text):
            missing = dict.fromkeys(c for c in text if c not in self._drawn and not self._covers(c))
            self._drawn.update(c for c in text if c not in missing)
            if missing:
                said = " ".join(f"{c} (U+{ord(c):04X})" for c in islice(missing, UNSHOWN_MAX))
                notes.append(f"characters that the glass cannot show: {said}")
        return notes

    def _rows(self, table: str, columns: Sequence[str], keys: Sequence[str]) -> dict[str, Row]:
        names = ", ".join(columns)
        found = self._all(f"SELECT {names} FROM {table} WHERE {columns[0]} IN ({{}})", keys)  # noqa: S608
        return {row[0]: row for row in found}

    def _meanings(self, barcodes: Sequence[str]) -> dict[str, str]:
        """What else these texts are already, because one scan can mean one thing only."""
        if self._db is None or not barcodes:
            return {}
        meanings = dict.fromkeys(self._commands.intersection(barcodes), "a command of the school")
        hashes = {card_hash(self._site_key, barcode): barcode for barcode in barcodes}
        for (key,) in self._all("SELECT hash FROM card WHERE hash IN ({})", list(hashes)):
            meanings[hashes[bytes(key)]] = "somebody's card"
        for sql in (
            "SELECT tag, barcode FROM item WHERE tag IN ({})",
            "SELECT tag, item FROM part_tag WHERE tag IN ({})",
        ):
            for tag, item in self._all(sql, barcodes):
                if tag != item:
                    meanings[tag] = f"the tag of item {shown(item)}"
        return meanings

    def _all(self, sql: str, values: Sequence[object]) -> list[Row]:
        if self._db is None or not values:
            return []
        rows: list[Row] = []
        for chunk in chunks(values):
            rows += self._db.execute_sql(sql.format(", ".join("?" * len(chunk))), chunk).fetchall()
        return rows

    def _commands_said(self) -> frozenset[str]:
        if self._db is None:
            return frozenset()
        rows = self._db.execute_sql("SELECT value FROM school_setting WHERE key = 'commands'").fetchall()
        return frozenset(json.loads(rows[0][0])) if rows else frozenset()


def _plain(barcode: str) -> str:
    """The barcode as it is scanned; what has letters and digits only needs no closer look. Raises BadRow."""
    if barcode.isascii() and barcode.isalnum() and len(barcode) <= ID_CHARACTERS_MAX:
        return barcode.upper()
    return scannable(barcode, "barcode")


def _title_row(book: Book, before: Row | None, at: str) -> Row | None:
    """What is written for the title, None where nothing changes."""
    texts = (book.title, book.author, book.isbn, book.publisher, book.year, book.clc)
    if before is None:
        return (book.title_id, *texts, book.price_fen, book.added or at, book.summary)
    had = dict(zip(TITLE_COLUMNS, before, strict=True))
    kept = (text or had[name] for name, text in zip(TITLE_COLUMNS[1:], texts, strict=False))
    price = had["price_fen"] if book.price_fen is None else book.price_fen
    row = (book.title_id, *kept, price, had["added"], book.summary or had["summary"])
    return None if row == before else row


def _copy_plan(book: Book, copy: Copy, items: Mapping[str, Row], meanings: Mapping[str, str]) -> CopyPlan:
    barcode = copy.barcode
    before = items.get(barcode)
    if barcode in meanings:
        reason = f"barcode {shown(barcode)} is already {meanings[barcode]} (every card, barcode and tag needs its own)"
        return CopyPlan(barcode, Action.REFUSED, reason)
    if before is None:
        said = (book.title_id, book.kind, copy.call_number, copy.price_fen, copy.state or ItemState.AVAILABLE.value)
        return CopyPlan(barcode, Action.NEW, row=(barcode, *said, None, 1, copy.location, None))
    if before[1] != book.title_id:
        reason = f"barcode {shown(barcode)} is a copy of title {shown(before[1])} already (correct one of the two)"
        return CopyPlan(barcode, Action.REFUSED, reason)
    row = list(before)
    row[CALL_NUMBER] = copy.call_number or before[CALL_NUMBER]
    row[PRICE] = before[PRICE] if copy.price_fen is None else copy.price_fen
    row[LOCATION] = copy.location or before[LOCATION]
    if tuple(row) == before:
        return CopyPlan(barcode, Action.UNCHANGED)
    return CopyPlan(barcode, Action.CHANGED, row=tuple(row))
