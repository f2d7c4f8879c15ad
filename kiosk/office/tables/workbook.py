"""Reads a table from a sheet of a workbook (.xlsx), row after row, through openpyxl.

The first visible sheet with the header is read, or the one that is named. Rows that a filter hides are rows like any
other; a merged cell counts where it begins. Whatever is in the file, the answer is rows or a finding: openpyxl trusts
what it reads, so everything that it raises means that the workbook is damaged.
"""

import warnings
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from kiosk.office.findings import Finding, did_you_mean, shown
from kiosk.office.tables.archive import archive_fault
from kiosk.office.tables.headings import HEADER_ROWS_MAX, Header, Headings, find_header
from kiosk.office.tables.table import COLUMNS_MAX, Fault, RawRow, Table, rows_below, too_wide
from kiosk.office.tables.values import cell_text

SHEETS_MAX = 200
TITLE_ROWS_MAX = 100  # empty rows above the header do not count as its first ten


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The sheet to read, and the others that have such a header."""

    sheet: Any
    header: Header
    unread: tuple[str, ...]


def read_workbook_table(path: Path, headings: Headings, sheet: str | None = None) -> Table | Finding:
    """The table in the workbook at `path`. Raises OSError."""
    fault = archive_fault(path)
    if fault is not None:
        return fault
    parts = _parts(path, headings, sheet)
    first = next(parts)
    if not isinstance(first, _Chosen):
        parts.close()
        return first if isinstance(first, Finding) else _damaged(path)
    rows = (part for part in parts if not isinstance(part, _Chosen))
    below = rows_below(path.name, first.header, headings, rows, more_cells=True)
    title = str(first.sheet.title)
    return Table(path.name, f"XLSX, sheet {shown(title)}", first.header, below, title, first.unread)


def _parts(path: Path, headings: Headings, named: str | None) -> Generator[_Chosen | RawRow | Finding, None, None]:
    """First what was chosen, then its rows; or a finding. The workbook is open as long as this is."""
    import openpyxl

    with path.open("rb") as file:
        try:
            with _quiet():
                book = openpyxl.load_workbook(file, read_only=True, data_only=False, keep_links=False)
                chosen = _choice(path.name, book, headings, named)
        except Exception:  # openpyxl raises whatever its trust in the file leads to
            yield _damaged(path)
            return
        yield chosen
        if isinstance(chosen, _Chosen):
            yield from _raw_rows(path, chosen.sheet)


def _choice(file: str, book: Any, headings: Headings, named: str | None) -> _Chosen | Finding:
    sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible" or sheet.title == named]
    if named is not None:
        titles = [str(sheet.title) for sheet in sheets]
        if named not in titles:
            return Finding(file, 0, f"has no sheet {shown(named)}{did_you_mean(named, titles)}")
        sheets = [sheet for sheet in sheets if sheet.title == named]
    if len(sheets) > SHEETS_MAX:
        return Finding(file, 0, f"has {len(sheets)} sheets, more than {SHEETS_MAX} (name the one to read)")
    found: list[tuple[Any, Header]] = []
    best: Finding | None = None
    for sheet in sheets:
        sheet.reset_dimensions()
        header = _header(file, sheet, headings)
        if isinstance(header, Header):
            found.append((sheet, header))
        elif best is None or (best.line == 0 and header.line > 0):
            best = Finding(file, header.line, f"sheet {shown(str(sheet.title))}: {header.text}")
    if found:
        (sheet, header), *others = found
        return _Chosen(sheet, header, tuple(str(other.title) for other, _ in others))
    return best or Finding(file, 0, "has no sheet with a table (is it the right file?)")


def _header(file: str, sheet: Any, headings: Headings) -> Header | Finding:
    rows = islice(_sheet_rows(file, sheet), TITLE_ROWS_MAX)
    first: list[tuple[int, list[str]]] = []
    for row in rows:
        if isinstance(row, Finding):
            return row
        if any(row.cells):
            first.append((row.line, list(row.cells)))
        if len(first) == HEADER_ROWS_MAX:
            break
    return find_header(file, first, headings)


def _raw_rows(path: Path, sheet: Any) -> Iterator[RawRow | Finding]:
    rows = _sheet_rows(path.name, sheet)
    while True:
        try:
            with _quiet():
                some = list(islice(rows, 500))
        except Exception:  # as above; the rows that were read already are not taken without the others
            yield _damaged(path)
            return
        if not some:
            return
        yield from some


def _sheet_rows(file: str, sheet: Any) -> Iterator[RawRow | Finding]:
    for line, cells in enumerate(sheet.iter_rows(), 1):
        texts: list[str] = []
        faults: dict[int, Fault] = {}
        for place, cell in enumerate(cells):
            if cell.value is None:
                continue
            text, fault = cell_text(cell.value, cell.data_type, _format(cell))
            texts.extend([""] * (place - len(texts)))
            texts.append(text)
            if fault is not None:
                faults[place] = Fault(f"{cell.coordinate} {fault.text}", fault.anywhere)
        while texts and not texts[-1]:
            texts.pop()
        if len(texts) > COLUMNS_MAX:
            yield too_wide(file, line, len(texts))
            return
        yield RawRow(line, texts, faults)


def _format(cell: Any) -> str:
    """The number format of a number; of other cells it says nothing."""
    return str(cell.number_format or "") if cell.data_type == "n" else ""


@contextmanager
def _quiet() -> Iterator[None]:
    """Without openpyxl's warnings about styles and extensions that it leaves out."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _damaged(path: Path) -> Finding:
    return Finding(path.name, 0, "is damaged, or no workbook that can be read (open it in Excel or WPS, save it again)")
