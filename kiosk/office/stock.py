"""Reads titles.csv, items.csv and loans.csv: what the school has, and what of it is out.

An item is refused when its title, its barcode's uniqueness or the person it is kept for cannot be vouched for; a loan
is refused with the item or the person that it speaks of. Without titles.csv the title_id is shown as the title.
"""

from collections.abc import Collection

from kiosk.circulation.codes import normalise
from kiosk.circulation.records import ItemState
from kiosk.office.findings import BadRow, shown
from kiosk.office.folder import ItemLine, LoanLine, TitleLine
from kiosk.office.plan import BOOKS_MAX, Seen
from kiosk.office.roster import Texts, hex_text, scannable
from kiosk.office.sheet import Columns, Reading, Row

TITLES_FILE, ITEMS_FILE, LOANS_FILE = "titles.csv", "items.csv", "loans.csv"
TITLES = Columns(("title_id", "title"), ("author", "isbn", "publisher", "year", "clc", "price_fen", "added", "summary"))
ITEMS = Columns(
    ("barcode", "title_id"), ("kind", "call_number", "price_fen", "state", "tag", "parts", "location", "kept_for")
)
LOANS = Columns(("barcode", "number", "lent", "due"), ("renewals",))

DEFAULT_KIND = "book"
PRICE_FEN_MAX = 100_000_000
PARTS_MAX = 1000


class Stock:
    """Turns rows of the three files into values and keeps what has been used."""

    def __init__(self, texts: Texts, people: Collection[str]) -> None:
        self._texts = texts
        self._people = people
        self._title_ids, self._barcodes, self._lent = Seen(), Seen(), Seen()
        self._titles: set[str] = set()
        self._titles_said = False
        self.barcodes: set[str] = set()

    def read_titles(self, reading: Reading, rows: list[Row]) -> tuple[TitleLine, ...]:
        """The works; from now on an item must be a copy of one of them."""
        self._titles_said = True
        return tuple(reading.each(rows, self._title, whole=False))

    def _title(self, row: Row) -> TitleLine:
        title_id = row.needed_name("title_id")
        self._title_ids.once(row, title_id, f"title_id {shown(title_id)}")
        line = TitleLine(
            title_id=title_id,
            title=row.needed("title"),
            author=row.text("author"),
            isbn=row.name("isbn"),
            publisher=row.text("publisher"),
            year=row.text("year"),
            clc=row.text("clc"),
            price_fen=row.number("price_fen", 0, PRICE_FEN_MAX),
            added=row.day("added"),
            summary=row.text("summary"),
        )
        self._titles.add(title_id)
        return line

    def item(self, row: Row) -> ItemLine:
        """The copy in `row`."""
        row.needed_name("barcode")
        barcode = scannable(row.cells["barcode"], "barcode")
        self._barcodes.once(row, barcode, f"barcode {shown(barcode)}")
        title_id = row.needed_name("title_id")
        if self._titles_said and title_id not in self._titles:
            raise BadRow(f"title_id {shown(title_id)} is not in {TITLES_FILE} (correct it or add the title)")
        tags = tuple(dict.fromkeys(hex_text(tag, "tag") for tag in row.several("tag")))
        kept_for = row.name("kept_for") or None
        if kept_for is not None and kept_for not in self._people:
            raise BadRow(f"kept_for {shown(kept_for)} is nobody's number (correct it or leave it empty)")
        owner = f"the item in line {row.line}"
        for what, text in (("barcode", barcode), *(("tag", tag) for tag in tags)):
            self._texts.check(what, text, owner)
        line = ItemLine(
            line=row.line,
            barcode=barcode,
            title_id=title_id,
            kind=row.name("kind").lower() or DEFAULT_KIND,
            call_number=row.text("call_number"),
            price_fen=row.number("price_fen", 0, PRICE_FEN_MAX),
            state=row.word("state", ItemState, ItemState.AVAILABLE),
            tag=tags[0] if tags else None,
            part_tags=tags[1:],
            parts=_parts(row, len(tags)),
            location=row.text("location"),
            kept_for=kept_for,
        )
        for text in (barcode, *tags):
            self._texts.take(text, owner)
        self.barcodes.add(barcode)
        return line

    def loan(self, row: Row) -> LoanLine:
        """The loan in `row`."""
        row.needed_name("barcode")
        barcode, number = scannable(row.cells["barcode"], "barcode"), row.needed_name("number")
        if barcode not in self.barcodes:
            raise BadRow(f"item {shown(barcode)} is not taken from {ITEMS_FILE} (correct the barcode or add the item)")
        if number not in self._people:
            raise BadRow(f"number {shown(number)} is not taken from people.csv (correct it or add the person)")
        self._lent.once(row, barcode, f"item {shown(barcode)}")
        lent, due = row.needed_day("lent"), row.needed_day("due")
        if due < lent:
            raise BadRow(f"due {due} is before lent {lent} (correct one)")
        return LoanLine(barcode, number, lent, due, row.number("renewals", 0, BOOKS_MAX) or 0)


def _parts(row: Row, tags: int) -> int:
    """How many parts the item has: as said, or as many as it has tags. One tag may stand for the whole set."""
    parts = row.number("parts", 1, PARTS_MAX)
    if tags > 1 and parts is not None and parts != tags:
        raise BadRow(f"tag has {tags} tags and parts says {parts} (give each part its own tag, or one tag to all)")
    return parts or max(1, tags)


def plain_barcode(row: Row) -> str | None:
    """The barcode of a row that was refused, as far as it can be read."""
    return normalise(row.cells.get("barcode", ""))
