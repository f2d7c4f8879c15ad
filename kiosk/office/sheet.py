"""Reads one CSV file into rows by column name, and the cells of a row into values.

RFC 4180 in UTF-8, with or without a byte order mark; the header's columns may stand in any order and an unknown one is
refused by name. Whatever the bytes are, the answer is rows or findings, never a traceback. An empty cell is the
default.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from kiosk.office.findings import BadRow, Finding, Refused, did_you_mean, shown

FILE_BYTES_MAX = 64 * 1024 * 1024
CELL_CHARACTERS_MAX = 10_000
ID_CHARACTERS_MAX = 128
YEAR_MIN = 1950  # spreadsheets write 1900 or 1904 where there was no date
NUMBER_MAX = 1_000_000_000

_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SPREADSHEET_NUMBER = re.compile(r"\d(\.\d+)?E\+\d+", re.ASCII | re.IGNORECASE)

T = TypeVar("T")
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a file: those that must be there, and those that may."""

    needed: tuple[str, ...]
    optional: tuple[str, ...] = ()

    @property
    def known(self) -> tuple[str, ...]:
        """All of them."""
        return self.needed + self.optional


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file; `line` is where it begins. A cell that cannot be read raises BadRow."""

    file: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        """A text for people to read; empty when there is none."""
        value = self.cells.get(column, "")
        if any(unicodedata.category(c) == "Cc" and c not in "\n\r\t" for c in value):
            raise BadRow(f"{column} has a control character in it (type the text again)")
        return value

    def needed(self, column: str) -> str:
        """A text that must be there."""
        value = self.text(column)
        if not value:
            raise BadRow(f"{column} is empty (fill it in)")
        return value

    def name(self, column: str) -> str:
        """A text that names something: a number, a barcode, a class. Empty when there is none."""
        return checked_name(self.cells.get(column, ""), column)

    def needed_name(self, column: str) -> str:
        """A name that must be there."""
        self.needed(column)
        return self.name(column)

    def several(self, column: str) -> tuple[str, ...]:
        """The parts between `;`, without empty ones."""
        return tuple(part.strip() for part in self.cells.get(column, "").split(";") if part.strip())

    def day(self, column: str) -> date | None:
        """A date as YYYY-MM-DD."""
        value = self.cells.get(column, "")
        if not value:
            return None
        found = _DATE.fullmatch(value)
        try:
            day = date(*map(int, found.groups())) if found else None
        except ValueError:
            raise BadRow(f"{column} {value} is not a day of the calendar (correct it)") from None
        if day is None:
            raise BadRow(f"{column} {shown(value)} is not a date (write it like 2026-09-01)")
        if day.year < YEAR_MIN:
            raise BadRow(f"{column} {value} is too long ago to be meant (correct it)")
        return day

    def needed_day(self, column: str) -> date:
        """A date that must be there."""
        day = self.day(column)
        if day is None:
            raise BadRow(f"{column} is empty (write a date like 2026-09-01)")
        return day

    def clock(self, column: str) -> time:
        """A time of day as HH:MM; `24:00` is the day's last instant."""
        value = self.needed(column)
        if value == "24:00":
            return time.max
        found = _TIME.fullmatch(value)
        if found is None or int(found[1]) > 23 or int(found[2]) > 59:
            raise BadRow(f"{column} {shown(value)} is not a time of day (write it like 12:50)")
        return time(int(found[1]), int(found[2]))

    def number(self, column: str, least: int = 0, most: int = NUMBER_MAX) -> int | None:
        """A whole number from `least` to `most`, ends included."""
        value = self.cells.get(column, "")
        if not value:
            return None
        if not (value.isascii() and value.removeprefix("-").isdigit() and len(value) < 20):
            raise BadRow(f"{column} {shown(value)} is not a whole number (write digits only)")
        if not least <= int(value) <= most:
            raise BadRow(f"{column} {value} is not from {least} to {most} (correct it)")
        return int(value)

    def needed_number(self, column: str, least: int = 0, most: int = NUMBER_MAX) -> int:
        """A number that must be there."""
        number = self.number(column, least, most)
        if number is None:
            raise BadRow(f"{column} is empty (write a whole number)")
        return number

    def yes(self, column: str, default: bool) -> bool:
        """`yes` or `no`."""
        value = self.cells.get(column, "").lower()
        if value not in ("", "yes", "no"):
            raise BadRow(f"{column} is {shown(value)} (write yes or no)")
        return default if not value else value == "yes"

    def word(self, column: str, words: type[E], default: E | None = None) -> E:
        """One word of a fixed list."""
        value = self.cells.get(column, "").lower()
        if not value and default is not None:
            return default
        if value not in list(words):
            raise BadRow(f"{column} {shown(value)} is not known{did_you_mean(value, list(words))}")
        return words(value)


def checked_name(value: str, column: str) -> str:
    """`value` if it can name something: no longer than 128 characters, nothing in it that no one can see."""
    if len(value) > ID_CHARACTERS_MAX:
        raise BadRow(f"{column} is longer than {ID_CHARACTERS_MAX} characters (shorten it)")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") for c in value):
        raise BadRow(f"{column} has a character in it that cannot be seen (type it again)")
    if _SPREADSHEET_NUMBER.fullmatch(value):
        raise BadRow(f"{column} {value} was changed by a spreadsheet (format the column as text, enter it again)")
    return value


@dataclass(slots=True)
class Reading:
    """A folder being read: what is wrong with its files, and with single rows of them."""

    folder: Path
    broken: list[Finding] = field(default_factory=list)
    refused: list[Finding] = field(default_factory=list)

    def rows(self, file: str, columns: Columns) -> list[Row] | None:
        """The rows of `file`, None when there is no such file; what is wrong with the file is added to `broken`."""
        path = self.folder / file
        if not path.exists():
            return None
        text = self._text(path)
        if text is None:
            return []
        try:
            return list(_rows(file, text, columns))
        except _BadFile as bad:
            self.broken.extend(bad.findings)
        return []

    def each(self, rows: Sequence[Row], convert: Callable[[Row], T], *, whole: bool) -> list[T]:
        """`convert` of every row that can be taken. With `whole` one bad row breaks the file, else it is left out."""
        taken: list[T] = []
        for row in rows:
            try:
                taken.append(convert(row))
            except BadRow as bad:
                (self.broken if whole else self.refused).append(Finding(row.file, row.line, str(bad)))
        return taken

    def result(self) -> Refused | None:
        """The refusal of the whole folder, if there is one."""
        return Refused(tuple(sorted(self.broken))) if self.broken else None

    def _text(self, path: Path) -> str | None:
        """The text of a file in the folder; what is wrong with it is added to `broken`."""
        read = read_text(path)
        if isinstance(read, Finding):
            self.broken.append(read)
            return None
        return read


def read_text(path: Path) -> str | Finding:
    """The text of a UTF-8 file without its byte order mark, or what is wrong with it."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES_MAX + 1)
    except OSError as error:
        return Finding(path.name, 0, f"cannot be read: {error.strerror}")
    if len(data) > FILE_BYTES_MAX:
        return Finding(path.name, 0, f"is larger than {FILE_BYTES_MAX // 1024 // 1024} MB (is it the right file?)")
    if b"\0" in data:
        line = data.count(b"\n", 0, data.index(b"\0")) + 1
        return Finding(path.name, line, "a NUL byte: this is not a UTF-8 text (save it as CSV UTF-8)")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return Finding(path.name, line, f"byte {error.start} is not UTF-8 (save the file as CSV UTF-8)")


class _BadFile(Exception):
    def __init__(self, *findings: Finding) -> None:
        self.findings = findings


def _rows(file: str, text: str, columns: Columns) -> Iterator[Row]:
    lines = _records(file, text)
    first = next(lines, None)
    if first is None:
        raise _BadFile(Finding(file, 1, f"no header row (first line: {','.join(columns.known)})"))
    header_line, header = first
    _check_header(file, header_line, header, columns)
    for line, cells in lines:
        if len(cells) != len(header):
            # a row is not guessed at: a comma too many or too few shifts every cell behind it
            raise _BadFile(
                Finding(file, line, f"{len(cells)} cells, the header has {len(header)} (quote cells that hold a comma)")
            )
        yield Row(file, line, dict(zip(header, cells, strict=True)))


def _records(file: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the line on which it begins; cells are trimmed."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = [cell.strip() for cell in next(reader)]
        except StopIteration:
            return
        except csv.Error as error:
            raise _BadFile(Finding(file, line, f"not CSV: {error} (is a quote not closed?)")) from None
        if any(len(cell) > CELL_CHARACTERS_MAX for cell in cells):
            raise _BadFile(
                Finding(file, line, f"a cell of more than {CELL_CHARACTERS_MAX} characters (is a quote not closed?)")
            )
        if any(cells):
            yield line, cells


def _check_header(file: str, line: int, header: list[str], columns: Columns) -> None:
    wrong = [
        Finding(file, line, f"unknown column {shown(name)}{did_you_mean(name, columns.known)}")
        if name
        else Finding(file, line, f"column {place} has no name (name it or remove it)")
        for place, name in enumerate(header, 1)
        if name not in columns.known
    ]
    twice = [name for name in columns.known if header.count(name) > 1]
    wrong += [Finding(file, line, f'column "{name}" stands twice (remove one)') for name in twice]
    missing = [name for name in columns.needed if name not in header]
    if missing:
        wrong.append(Finding(file, line, f"missing column {', '.join(missing)} (add it to the first line)"))
    if wrong:
        raise _BadFile(*wrong)
