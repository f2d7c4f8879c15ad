"""What a file of books says, whichever format it has: a title, its copies, and what of it cannot be taken.

MARC records and rows of a table become the same values, so that one preview and one way into the database serve both.
"""

from dataclasses import dataclass
from enum import StrEnum


class Flavour(StrEnum):
    """What kind of file or record it is."""

    CNMARC = "cnmarc"
    MARC21 = "marc21"
    TABLE = "table"


@dataclass(frozen=True, slots=True)
class Copy:
    """One physical copy; its barcode is as the file writes it, an empty text says nothing.

    `wrong` is why the format's reader cannot take it.
    """

    barcode: str
    call_number: str = ""
    price_fen: int | None = None
    location: str = ""
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """A title and its copies. An empty text or None says nothing, and what the database knows of it stays.

    `number` is the record of the file or the line of the table, `kind` that of new copies, `raw` the record's bytes.
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
