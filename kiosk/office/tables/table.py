"""A table that was handed in: what it was told to be, its header, and its rows one after the other.

Rows are read as they are asked for, so a table of any length takes the same memory. A row whose cells cannot be trusted
says so when it is used; what breaks the file as a whole is a finding in place of a row, and nothing follows it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from kiosk.office.findings import BadRow, Finding, shown
from kiosk.office.sheet import CELL_CHARACTERS_MAX, Row
from kiosk.office.tables.headings import Header, Headings

EMPTY_ROWS_MAX = 10_000
COLUMNS_MAX = 2_000

_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 0?0:00(?::00)?)?|(\d{4})(\d{2})(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a cell cannot be trusted; `anywhere`, or only as an identifier."""

    text: str
    anywhere: bool = True


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row as the file has it. `faults` are by the place of their cell."""

    line: int
    cells: Sequence[str]
    faults: Mapping[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table by our columns, and all its cells as the file has them."""

    row: Row
    raw: tuple[str, ...]
    fault: str | None = None

    def checked(self) -> Row:
        """The row, if its cells can be trusted. Raises BadRow."""
        if self.fault is not None:
            raise BadRow(self.fault)
        return self.row


@dataclass(frozen=True, slots=True)
class Table:
    """A table being read. `told` says what kind of file it was found to be; `rows` can be read once.

    `unread` are further sheets that have such a header too: only one sheet is read.
    """

    file: str
    told: str
    header: Header
    rows: Iterator[TableRow | Finding]
    sheet: str | None = None
    unread: tuple[str, ...] = ()


def rows_below(
    file: str, header: Header, headings: Headings, raw: Iterable[RawRow | Finding], *, more_cells: bool
) -> Iterator[TableRow | Finding]:
    """The rows below the header, without empty ones and without the header where it is repeated.

    With `more_cells` a row may have cells beyond the header; they are left out.
    """
    last = header.line
    for row in raw:
        if isinstance(row, Finding):
            yield row
            return
        if row.line <= header.line:
            continue
        if not any(row.cells):
            if row.line - last > EMPTY_ROWS_MAX:
                text = f"more than {EMPTY_ROWS_MAX} empty rows from here (delete the empty rows below the table)"
                yield Finding(file, last + 1, text)
                return
            continue
        last = row.line
        long = next((place for place, cell in enumerate(row.cells) if len(cell) > CELL_CHARACTERS_MAX), None)
        if long is not None:
            text = f"cell {long + 1} has more than {CELL_CHARACTERS_MAX} characters (is a quote not closed?)"
            yield Finding(file, row.line, text)
            return
        taken = _taken(file, header, headings, row, more_cells)
        if taken.raw != header.cells:
            yield taken


def _taken(file: str, header: Header, headings: Headings, row: RawRow, more_cells: bool) -> TableRow:
    width = len(header.cells)
    raw = tuple(row.cells[:width]) + ("",) * (width - len(row.cells))
    fault = None
    if not more_cells and any(row.cells[width:]):
        fault = f"{len(row.cells)} cells, the header has {width} (name every column, quote cells that hold a comma)"
    cells = {}
    for column, place in header.columns.items():
        text = raw[place]
        cells[column] = iso_day(text) if column in headings.days else text
        found = row.faults.get(place)
        if fault is None and found is not None and (found.anywhere or column in headings.identifiers):
            fault = f"{column}: {found.text}"
    return TableRow(Row(file, row.line, cells), raw, fault)


def iso_day(text: str) -> str:
    """A date in one of the ways it is written in China as YYYY-MM-DD; what is none stays as it is.

    >>> iso_day("2026/9/1"), iso_day("2026年9月1日"), iso_day("20260901"), iso_day("next week")
    ('2026-09-01', '2026-09-01', '2026-09-01', 'next week')
    """
    found = _DAY.fullmatch(unicodedata.normalize("NFKC", text))
    if found is not None:
        year, month, day = (int(part) for part in found.groups() if part is not None)
        with suppress(ValueError):
            return date(year, month, day).isoformat()
    return text


def too_wide(file: str, line: int, columns: int) -> Finding:
    """The finding about a row with more columns than any table has."""
    return Finding(file, line, f"{columns} columns, more than {COLUMNS_MAX} (is {shown(file)} the right file?)")
