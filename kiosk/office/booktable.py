"""Reads a table of books: every row a title with one copy, or a title alone where the row has no barcode.

Rows of one title come together by their title_id, else by ISBN and part, else by a hash of title and author, as MARC
records do. A price is that of the title; where a later row of it says another, that is the price of this copy. A table
that breaks off is not taken at all, so it is read to its end before anything of it is shown.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.office.bookrows import Book, Copy, Flavour, Rejected, derived_id
from kiosk.office.findings import BadRow, Finding, shown
from kiosk.office.itemsin import RECORDS_MAX, Plan
from kiosk.office.marc.reading import TITLE_CHARACTERS_MAX, TitleIds
from kiosk.office.marc.text import isbn13, plain, price_fen, year
from kiosk.office.sheet import Row
from kiosk.office.stock import PRICE_FEN_MAX
from kiosk.office.tables.bookwords import BOOK_HEADINGS, item_kind, state_word
from kiosk.office.tables.mend import write_refused
from kiosk.office.tables.read import read_table
from kiosk.office.tables.table import Table, TableRow, iso_day

_TIME_OF_DAY = re.compile(r"[ T]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?$", re.ASCII)
_CHANGED_ISBN = re.compile(r"\d(\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class BookTable:
    """A table of books, read to its end. `table` says what was found out about it; its rows are used up."""

    path: Path
    table: Table
    rows: tuple[TableRow, ...]

    @property
    def remarks(self) -> tuple[str, ...]:
        """What was not read, in one line each."""
        ignored, unread = self.table.header.ignored, self.table.unread
        said = []
        if ignored:
            said.append(f"columns left out: {', '.join(map(shown, ignored))}")
        if unread:
            said.append(f"sheets left out: {', '.join(map(shown, unread))}")
        return tuple(said)


def open_book_table(path: Path) -> BookTable | Finding:
    """The table in `path`, or in one line why it cannot be taken."""
    table = read_table(path, BOOK_HEADINGS)
    if isinstance(table, Finding):
        return table
    rows: list[TableRow] = []
    try:
        for row in table.rows:
            if isinstance(row, Finding):
                return row
            rows.append(row)
            if len(rows) > RECORDS_MAX:
                return Finding(path.name, row.row.line, f"more than {RECORDS_MAX} rows (split the file)")
    except OSError as error:
        return Finding(path.name, 0, f"cannot be read: {error.strerror}")
    return BookTable(path, table, tuple(rows))


def table_books(
    table: BookTable, title_ids: TitleIds, progress: Callable[[int], None] = lambda done_rows: None
) -> Iterator[Book | Rejected]:
    """Every row of the table, in its order; `progress` is told how many are done."""
    prices: dict[str, int] = {}
    for done, row in enumerate(table.rows, 1):
        raw = json.dumps(row.raw).encode()
        try:
            yield _with_own_price(_book(row.checked(), title_ids, raw), prices)
        except BadRow as bad:
            title = plain(row.row.cells.get("title", ""))[:TITLE_CHARACTERS_MAX]
            yield Rejected(row.row.line, str(bad), title, raw)
        progress(done)


def _book(row: Row, title_ids: TitleIds, raw: bytes) -> Book:
    notes: list[str] = []
    title, part, author = row.needed("title"), plain(row.text("part")), row.text("author")
    if part and part not in title:
        title = f"{title} {part}"
    if len(title) > TITLE_CHARACTERS_MAX:
        raise BadRow(f"title has more than {TITLE_CHARACTERS_MAX} characters (shorten it)")
    barcode, isbn = row.name("barcode"), _isbn(row, notes)
    own = row.name("title_id") if title_ids is TitleIds.RECORD else ""
    if not (barcode or isbn or own):
        raise BadRow("has neither barcode nor title_id nor a good ISBN (fill in one)")
    price = _price_fen(row, notes)
    call_number, location = row.text("call_number"), row.text("location")
    copy = Copy(barcode, call_number, location=location, state=state_word(row.text("state")))
    return Book(
        number=row.line,
        flavour=Flavour.TABLE,
        title_id=own or derived_id(isbn, part, plain(title), plain(author)),
        title=title,
        author=author,
        isbn=isbn,
        publisher=row.text("publisher"),
        year=year(row.text("year")),
        clc=row.text("clc"),
        price_fen=price,
        summary=row.text("summary"),
        kind=item_kind(row.text("kind")),
        added=_added(row),
        copies=(copy,) if barcode else (),
        notes=tuple(notes),
        raw=raw,
    )


def _isbn(row: Row, notes: list[str]) -> str:
    text = row.text("isbn")
    if _CHANGED_ISBN.fullmatch(text):
        raise BadRow(f"isbn {text} was changed by a spreadsheet (format the column as text, enter it again)")
    found = isbn13(text)
    if found is None:
        notes.append(f"ISBN {plain(text)[:40]} fails its check digit: left out")
    return found or ""


def _price_fen(row: Row, notes: list[str]) -> int | None:
    """What the book costs. A column in fen counts before one in yuan."""
    fen = row.number("price_fen", 0, PRICE_FEN_MAX)
    if fen is not None:
        return fen
    fen, note = price_fen(row.text("price"), bare_is_yuan=True)
    if note:
        notes.append(note)
    return fen


def _added(row: Row) -> str:
    text = iso_day(_TIME_OF_DAY.sub("", row.text("added")))
    day = replace(row, cells={"added": text}).day("added")
    return day.isoformat() if day is not None else ""


def _with_own_price(book: Book, prices: dict[str, int]) -> Book:
    if book.price_fen is None or not book.copies:
        return book
    first = prices.setdefault(book.title_id, book.price_fen)
    if first == book.price_fen:
        return book
    return replace(book, copies=tuple(replace(copy, price_fen=book.price_fen) for copy in book.copies))


class RefusedRows:
    """STEM.refused.csv: the refused rows with the reason behind them, to be mended and handed in again."""

    def __init__(self, folder: Path, table: BookTable) -> None:
        self.files = (folder / f"{table.path.stem}.refused.csv",)
        self._header = table.table.header.cells
        self._rows: list[tuple[list[str], str]] = []

    @property
    def written(self) -> bool:
        """Whether there is anything to mend."""
        return bool(self._rows)

    def add(self, plan: Plan) -> None:
        """Keep this row."""
        self._rows.append((json.loads(plan.raw), plan.reason))

    def close(self) -> None:
        """Write the file; a good import leaves none."""
        if self._rows:
            write_refused(self.files[0], self._header, self._rows)
