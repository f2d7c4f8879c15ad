"""Reads a table from text: CSV as RFC 4180 has it, or with tabs or semicolons between, as Excel and WPS save it.

The delimiter is the one by which a header is found. Spreadsheets keep leading zeros by writing `="0012"` or an
apostrophe; both are undone, and what is still a formula is no identifier. A row may be shorter than the header, because
Excel leaves out empty cells at the end; a longer one is refused, because a comma too many shifts what is behind it.
"""

import csv
from collections.abc import Generator, Iterator
from io import TextIOBase
from pathlib import Path

from kiosk.office.findings import Finding
from kiosk.office.tables.encoding import encoding_of
from kiosk.office.tables.headings import HEADER_ROWS_MAX, Header, Headings, find_header
from kiosk.office.tables.injection import KEPT_TEXT, unescaped
from kiosk.office.tables.table import COLUMNS_MAX, Fault, RawRow, Table, rows_below, too_wide

LINE_CHARACTERS_MAX = 1 << 20
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon"}

_FORMULA = Fault("begins with = like a formula (put the value there)", anywhere=False)


def read_text_table(path: Path, headings: Headings) -> Table | Finding:
    """The table in the text file at `path`. Raises OSError."""
    encoding = encoding_of(path)
    if isinstance(encoding, Finding):
        return encoding
    best: Finding | None = None
    for delimiter, name in DELIMITERS.items():
        raw = _raw_rows(path, encoding.codec, delimiter)
        header = _header(path.name, raw, headings)
        raw.close()
        if isinstance(header, Header):
            rows = _raw_rows(path, encoding.codec, delimiter)
            told = f"{encoding.value}, {name}"
            return Table(path.name, told, header, rows_below(path.name, header, headings, rows, more_cells=False))
        # what is said where a part of the header was found helps more than "no header"
        if best is None or (best.line == 0 and header.line > 0):
            best = header
    assert best is not None
    return best


def _header(file: str, raw: Iterator[RawRow | Finding], headings: Headings) -> Header | Finding:
    first: list[tuple[int, list[str]]] = []
    for row in raw:
        if isinstance(row, Finding):
            found = find_header(file, first, headings)
            return found if isinstance(found, Header) else row
        first.append((row.line, list(row.cells)))
        if len(first) == HEADER_ROWS_MAX:
            break
    return find_header(file, first, headings) if first else Finding(file, 0, "is empty (is it the right file?)")


def _raw_rows(path: Path, codec: str, delimiter: str) -> Generator[RawRow | Finding, None, None]:
    """The rows that are not empty, each with the line on which it begins."""
    with path.open(encoding=codec, newline="") as file:
        reader = csv.reader(_lines(file), delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Finding(path.name, line, f"not CSV: {error} (is a quote not closed?)")
                return
            except _LongLine:
                text = f"a line of more than {LINE_CHARACTERS_MAX} characters (is it a table saved as CSV?)"
                yield Finding(path.name, line, text)
                return
            row = _plain(line, cells)
            if len(row.cells) > COLUMNS_MAX:
                yield too_wide(path.name, line, len(row.cells))
                return
            if row.cells:
                yield row


class _LongLine(Exception):
    pass


def _lines(file: TextIOBase) -> Iterator[str]:
    """The lines of `file`, none of them longer than the memory can bear."""
    while line := file.readline(LINE_CHARACTERS_MAX):
        if len(line) == LINE_CHARACTERS_MAX:
            raise _LongLine
        yield line


def _plain(line: int, cells: list[str]) -> RawRow:
    """A row of trimmed cells, without empty ones at its end."""
    plain: list[str] = []
    faults: dict[int, Fault] = {}
    for place, cell in enumerate(cells):
        text = cell.strip()
        if text and text[0] in "='":
            kept = KEPT_TEXT.fullmatch(text)
            text = kept[1].strip() if kept is not None else unescaped(text)
            if text[:1] == "=":
                faults[place] = _FORMULA
        plain.append(text)
    while plain and not plain[-1]:
        plain.pop()
    return RawRow(line, plain, faults)
