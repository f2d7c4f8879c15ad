"""What a file of books says, whichever format it has: a title, its copies, and what of it cannot be taken.

MARC records and rows of a table become the same values, so that one preview and one way into the database serve both.
"""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

HASH_DIGITS = 16
PART_DIGITS = 8


class Flavour(StrEnum):
    """What kind of file or record it is."""

    CNMARC = "cnmarc"
    MARC21 = "marc21"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Copy:
    """One physical copy; its barcode is as the file writes it, an empty text says nothing.

    `state` is that of a new copy; one that is known keeps its own. `wrong` is why the format's reader cannot take it.
    """

    barcode: str
    call_number: str = ""
    price_fen: int | None = None
    location: str = ""
    state: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A title and its copies. An empty text or None says nothing, and what the database knows of it stays.

    `number` is the record of the file or the line of the table, `kind` that of new copies, `added` the day of
    a new title, `raw` the record's bytes.
    """

    number: int
    flavour: Flavour
    title_id: str
    title: str
    author: str = ""
    isbn: str = ""
    publisher: str = ""
    year: str = ""
    clc: str = ""
    price_fen: int | None = None
    summary: str = ""
    kind: str = "book"
    added: str = ""
    copies: tuple[Copy, ...] = ()
    notes: tuple[str, ...] = ()
    raw: bytes = b""


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record or row of which nothing can be taken, and why; `title` as far as it could be read."""

    number: int
    reason: str
    title: str = ""
    raw: bytes = b""


def derived_id(isbn: str, part: str, title: str, author: str) -> str:
    """The id of a title that has none: its ISBN, with a hash of the part where there is one; else `m` and a hash.

    The same every time, so that records and rows of one title come together, also from another file.
    """
    if isbn:
        return f"{isbn}-{_hash(part, PART_DIGITS)}" if part else isbn
    return "m" + _hash(f"{title}\n{author}", HASH_DIGITS)


def _hash(text: str, digits: int) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:digits]
