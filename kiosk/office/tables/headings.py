"""By which headings the columns of a table are known, and where in a file its header stands.

Schools write titles above the header and name columns as they always did; so the header is the first of the first ten
rows that has every column that is needed. A heading is compared without blanks, marks and what stands in brackets
behind it. A column that nobody asked for is no fault; two columns that mean the same are one, because either may be
the wrong one.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kiosk.office.findings import Finding, shown

HEADER_ROWS_MAX = 10

_REMARK = re.compile(r"[(\[【〔<].*$")
_MARKS = re.compile(r"[\s_\-*:.'\"“”#、/]+")


def plain_heading(text: str) -> str:
    """The form in which headings are compared.

    >>> plain_heading(" 学 号* "), plain_heading("Card_Number"), plain_heading("价格（元）")
    ('学号', 'cardnumber', '价格(元)')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text).lower())


@dataclass(frozen=True, slots=True)
class Headings:
    """The columns of a kind of table.

    `names` gives each column its headings; `instead` more, in order, that count only where none of `names` is there.
    `needed` are groups of columns of which one must be there. A cell of an `identifiers` column is refused where a
    spreadsheet may have changed it; a cell of a `days` column is brought to YYYY-MM-DD where it is a date.
    """

    names: Mapping[str, Sequence[str]]
    needed: Sequence[tuple[str, ...]]
    identifiers: frozenset[str] = frozenset()
    days: frozenset[str] = frozenset()
    instead: Mapping[str, Sequence[str]] | None = None

    def places(self, cells: Sequence[str]) -> dict[str, list[int]]:
        """Where each column that is known stands in a header; more than one place is a clash."""
        plain = [_both_forms(cell) for cell in cells]
        found: dict[str, list[int]] = {}
        for column, headings in self.names.items():
            wanted = {plain_heading(heading) for heading in headings}
            places = [place for place, forms in enumerate(plain) if wanted.intersection(forms)]
            if places:
                found[column] = places
        for column, headings in (self.instead or {}).items():
            taken = {place for places in found.values() for place in places}
            for heading in () if column in found else map(plain_heading, headings):
                places = [place for place, forms in enumerate(plain) if heading in forms and place not in taken]
                if places:
                    found[column] = places
                    break
        return found

    def lacking(self, columns: Iterable[str]) -> list[tuple[str, ...]]:
        """The groups of which `columns` has none."""
        there = set(columns)
        return [group for group in self.needed if not there.intersection(group)]

    def called(self, column: str) -> str:
        """How a column is named in messages: its first Chinese heading, and ours."""
        chinese = next((heading for heading in self.names[column] if not heading.isascii()), "")
        return f"{chinese} ({column})" if chinese else column


@dataclass(frozen=True, slots=True)
class Header:
    """The header as it stands in the file, the line of it and the place of each column that is known."""

    line: int
    cells: tuple[str, ...]
    columns: Mapping[str, int]

    @property
    def ignored(self) -> tuple[str, ...]:
        """The headings of the columns that nobody asked for."""
        used = set(self.columns.values())
        return tuple(cell for place, cell in enumerate(self.cells) if cell and place not in used)


def find_header(file: str, rows: Sequence[tuple[int, Sequence[str]]], headings: Headings) -> Header | Finding:
    """The header among the first `rows`, or why there is none that can be used."""
    best, best_line = -1, 1
    lacking: list[tuple[str, ...]] = []
    for line, cells in rows[:HEADER_ROWS_MAX]:
        found = headings.places(cells)
        missing = headings.lacking(found)
        if not missing:
            for column, places in found.items():
                if len(places) > 1:
                    names = " and ".join(shown(cells[place]) for place in places)
                    text = f"columns {names} both mean {headings.called(column)} (remove or rename one)"
                    return Finding(file, line, text)
            width = max((place for place, cell in enumerate(cells) if cell), default=-1) + 1
            return Header(line, tuple(cells[:width]), {column: places[0] for column, places in found.items()})
        if len(found) > best:
            best, best_line, lacking = len(found), line, missing
    if best > 0:
        wanted = ", ".join(" or ".join(map(headings.called, group)) for group in lacking)
        return Finding(file, best_line, f"missing column {wanted} (add it to the header)")
    wanted = ", ".join(" or ".join(map(headings.called, group)) for group in headings.needed)
    return Finding(file, 0, f"no header in the first {HEADER_ROWS_MAX} rows (name the columns {wanted})")


def _both_forms(cell: str) -> tuple[str, ...]:
    plain = plain_heading(cell)
    return (plain, _REMARK.sub("", plain)) if plain else ()
