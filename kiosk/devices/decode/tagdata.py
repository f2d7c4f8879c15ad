"""What a library says on a tag, whichever of the two encodings of ISO 28560 it used.

The words are those of ISO 28560-1, clause 4.2: primary item identifier, owner institution, set information, type of
usage. A tag without set information is a single part (4.2.4).
"""

from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from kiosk.devices.decode import isil

ITEM_CHARACTERS_MAX: Final = 128
PARTS_MAX: Final = 255


class TagFormat(StrEnum):
    """How the data stand on the tag; the values of `tags.write_format`."""

    OBJECTS = "iso28560-2"
    FIXED = "iso28560-3"


class Usage(IntEnum):
    """The type of usage, ISO 28560-1 Annex A: the class, without its qualifier."""

    ACQUISITION = 0
    CIRCULATION = 1
    NOT_FOR_CIRCULATION = 2
    LOCAL = 3
    LOCAL_4 = 4
    FUTURE = 5
    NO_INFORMATION = 6
    DISCARDED = 7
    PATRON_CARD = 8
    EQUIPMENT = 9


def usage_of(code: int) -> Usage:
    """The type of usage of a class nibble; the six classes that nobody defined yet are for future use."""
    return Usage(code) if code <= Usage.EQUIPMENT else Usage.FUTURE


@dataclass(frozen=True, slots=True)
class LibraryTag:
    """The data on one tag. `item` is the barcode of the item, or the card's number where `usage` is PATRON_CARD.

    `part` of `parts` as they stand on the tag; both may be 0, where the library did not say. `content` is what the
    content parameter announces: object identifiers (28560-2) or the version (28560-3). `other` has all further objects
    as name and text; bytes that are no text are hex.
    """

    format: TagFormat
    item: str
    isil: str | None = None
    part: int = 1
    parts: int = 1
    usage: Usage | None = None
    shelf: str | None = None
    title: str | None = None
    content: tuple[int, ...] = ()
    other: tuple[tuple[str, str], ...] = ()

    def told(self) -> dict[str, object]:
        """The tag as a JSON object."""
        return {
            "format": self.format.value,
            "item": self.item,
            "isil": self.isil,
            "parts": self.parts,
            "part": self.part,
            "usage": None if self.usage is None else self.usage.name.lower(),
            "shelf": self.shelf,
            "title": self.title,
            "content": list(self.content),
            "other": dict(self.other),
        }


def refusal(tag: LibraryTag) -> str | None:
    """Why these data cannot be written on any tag, in words; None when they can."""
    for name, value in (("item", tag.item), ("shelf", tag.shelf), ("title", tag.title)):
        if value is not None and (not value.isprintable() or value != value.strip() or not value):
            return f"the {name} is empty, has blanks around it or characters that cannot be printed"
    if len(tag.item) > ITEM_CHARACTERS_MAX:
        return f"the item has more than {ITEM_CHARACTERS_MAX} characters"
    if not 1 <= tag.part <= tag.parts <= PARTS_MAX:
        return f"part {tag.part} of {tag.parts} is not possible (1 to {PARTS_MAX})"
    if tag.other:
        return "only item, owner, parts, usage, shelf and title can be written"
    return None if tag.isil is None else isil.problem(tag.isil)
