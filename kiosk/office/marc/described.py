"""What the fields of one record mean, the same for both flavours."""

from dataclasses import dataclass

from kiosk.office.bookrows import Copy


@dataclass(frozen=True, slots=True)
class Described:
    """A title and its copies. `part` is the number and name that tell it from the other volumes of a larger work."""

    title: str
    part: str
    author: str
    isbn: str
    publisher: str
    year: str
    clc: str
    price_fen: int | None
    summary: str
    kind: str
    copies: tuple[Copy, ...]
