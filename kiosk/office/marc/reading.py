"""Reads a MARC file: first some of its records to see what it is, then each of them as a book or a rejection.

The flavour is decided for each record by its own fields: 245 makes MARC21, a 200 $a without it CNMARC; where both stand
the 100 decides, which is coded data beginning with a date in CNMARC and a name in MARC21. The title_id is 001 where
that can name a title (a digit in it, nothing unseen, at most 128 characters), else the ISBN with a hash of the part's
number and name where there is one, else `m` and a hash of title and author; all three are the same every time.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from kiosk.office.bookrows import Book, Flavour, Rejected, derived_id
from kiosk.office.findings import Finding
from kiosk.office.marc.charset import Encoding, Sniffed, encoding_of, sniff
from kiosk.office.marc.cnmarc import read_cnmarc
from kiosk.office.marc.described import Described
from kiosk.office.marc.fields import Fields
from kiosk.office.marc.iso2709 import RECORD_BYTES_MAX, BadRecord, Damaged, RawRecord, looks_like_marc, records
from kiosk.office.marc.marc21 import read_marc21
from kiosk.office.marc.text import plain
from kiosk.office.sheet import ID_CHARACTERS_MAX

TITLE_CHARACTERS_MAX = 1000
TEXT_CHARACTERS_MAX = 10_000

# What people hand in instead: the first bytes, what it is, what to do.
_STRANGERS = (
    (b"PK\x03\x04", "a workbook or an archive"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a compressed file (unpack it first)"),
    (b"Rar!", "a compressed file (unpack it first)"),
    (b"7z\xbc\xaf", "a compressed file (unpack it first)"),
    (b"SQLite format 3", "a database"),
    (b"<", "XML (export MARC as ISO 2709, not MARCXML)"),
)
_DIGIT = re.compile("[0-9]")


class TitleIds(StrEnum):
    """Where a title's id comes from: 001 where it is usable, or never from 001."""

    RECORD = "001"
    ISBN = "isbn"


@dataclass(frozen=True, slots=True)
class MarcFile:
    """A file that holds MARC, and what its first records say about it."""

    path: Path
    size_bytes: int
    sniffed: Sniffed
    flavours: tuple[Flavour, ...]


def open_marc(path: Path) -> MarcFile | Finding:
    """What `path` is, or in one line why it is not MARC."""
    try:
        with path.open("rb") as file:
            size = path.stat().st_size
            head = file.read(RECORD_BYTES_MAX)
            if (stranger := _stranger(head)) is not None:
                return Finding(path.name, 0, stranger)
            file.seek(0)
            flavours: set[Flavour] = set()
            sniffed = sniff(_noted(records(file), flavours))
    except OSError as error:
        return Finding(path.name, 0, f"cannot be read: {error.strerror}")
    return MarcFile(path, size, sniffed, tuple(sorted(flavours)))


def _noted(found: Iterator[RawRecord | Damaged], flavours: set[Flavour]) -> Iterator[RawRecord]:
    """The good records, and their flavours on the way."""
    for one in found:
        if isinstance(one, RawRecord):
            flavour = _flavour(Fields(one, Encoding.UTF_8))
            if flavour is not None:
                flavours.add(flavour)
            yield one


def _stranger(head: bytes) -> str | None:
    if not head.strip(b" \t\r\n\0\x1a"):
        return "is empty (export the file again)"
    if looks_like_marc(head):
        return None
    found = next((what for start, what in _STRANGERS if head.lstrip().startswith(start)), "no MARC")
    return f"is {found}: no record of ISO 2709 is in it (export the books as MARC, ISO 2709)"


def books(
    file: MarcFile,
    encoding: Encoding | None,
    title_ids: TitleIds,
    progress: Callable[[int], None] = lambda done_bytes: None,
) -> Iterator[Book | Rejected]:
    """Every record of the file, in its order. `encoding` overrides what its bytes fit; `progress` is told the bytes."""
    done = 0
    with file.path.open("rb") as opened:
        for one in records(opened):
            done += len(one.data)
            progress(done)
            if isinstance(one, Damaged):
                yield Rejected(one.number, one.reason, raw=one.data)
            else:
                yield _book(one, encoding or encoding_of(one.data, file.sniffed.main), file.sniffed.main, title_ids)


def _book(record: RawRecord, encoding: Encoding, main: Encoding, title_ids: TitleIds) -> Book | Rejected:
    fields = Fields(record, encoding)
    notes = [] if encoding is main or record.data.isascii() else [f"is {encoding}, the file is {main}"]
    title = ""
    try:
        flavour = _flavour(fields)
        if flavour is None:
            raise BadRecord("has no title: neither 200 $a nor 245 $a (add it)")
        said = (read_cnmarc if flavour is Flavour.CNMARC else read_marc21)(fields, notes)
        title = said.title
        if not title:
            raise BadRecord("its title is blank (fill in 200 $a or 245 $a)")
        if len(title) > TITLE_CHARACTERS_MAX:
            raise BadRecord(f"its title has more than {TITLE_CHARACTERS_MAX} characters (shorten it)")
        own = fields.control("001") if title_ids is TitleIds.RECORD else ""
    except BadRecord as bad:
        return Rejected(record.number, str(bad), title[:TITLE_CHARACTERS_MAX], record.data)
    return Book(
        number=record.number,
        flavour=flavour,
        title_id=_title_id(own, said),
        title=title,
        author=said.author,
        isbn=said.isbn,
        publisher=said.publisher,
        year=said.year,
        clc=said.clc,
        price_fen=said.price_fen,
        summary=said.summary[:TEXT_CHARACTERS_MAX],
        kind=said.kind,
        copies=said.copies,
        notes=tuple(notes),
        raw=record.data,
    )


def _flavour(fields: Fields) -> Flavour | None:
    """Which of the two a record is, None where it has no title. Bytes decide, so no encoding is needed for it."""
    if "245" in fields and "200" in fields:
        return Flavour.CNMARC if fields.begins_with_digits("100", 8) else Flavour.MARC21
    if "245" in fields:
        return Flavour.MARC21
    return Flavour.CNMARC if "200" in fields else None


def _title_id(own: str, said: Described) -> str:
    own = plain(own)
    if 0 < len(own) <= ID_CHARACTERS_MAX and own.isprintable() and _DIGIT.search(own):
        return own
    return derived_id(said.isbn, said.part, said.title, said.author)
