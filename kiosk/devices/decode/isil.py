"""ISIL, the International Standard Identifier for Libraries (ISO 15511), and its bits on a tag.

An ISIL is at most 16 characters: a prefix, a hyphen, a unit identifier of letters, digits, `/`, `-` and `:`. The
prefix is a country code of two capital letters, or one, three or four letters and digits. China's are
`CN-440100-1-ABC`. On a tag of ISO 28560-2 it is packed into five and four bits a character (Annex C there), beginning
in the table of capital letters; a shift holds for one character, a latch until the next.

>>> packed("US-InU-Mu").hex()
'acc09ebaa06f6b'
>>> unpacked(bytes.fromhex("acc09ebaa06f6b"))
'US-InU-Mu'
"""

import re
from enum import Enum
from typing import Final

CHARACTERS_MAX: Final = 16
COUNTRY: Final = re.compile(r"[A-Z]{2}")
_PREFIX: Final = re.compile(r"[A-Z]{2}|[A-Za-z0-9]|[A-Za-z0-9]{3,4}")
_UNIT: Final = re.compile(r"[A-Za-z0-9/:-]+")


class _Table(Enum):
    """A table of characters: as many bits each, the characters by code, then the codes that lead elsewhere."""

    UPPER = (5, "-ABCDEFGHIJKLMNOPQRSTUVWXYZ:")
    LOWER = (5, "-abcdefghijklmnopqrstuvwxyz/")
    NUMERIC = (4, "0123456789-:")

    @property
    def bits(self) -> int:
        return self.value[0]

    @property
    def characters(self) -> str:
        return self.value[1]

    @property
    def ways(self) -> tuple[tuple["_Table", bool], ...]:
        """Where the codes behind the characters lead: a table, and whether to stay there (latch, then shift)."""
        others = [table for table in (_Table.UPPER, _Table.LOWER, _Table.NUMERIC) if table is not self]
        return tuple((table, stay) for table in others for stay in (True, False))


def problem(isil: str) -> str | None:
    """What is wrong with `isil` by ISO 15511, in words; None when nothing is."""
    prefix, hyphen, unit = isil.partition("-")
    if not hyphen or not unit:
        return f"{isil!r} is no ISIL: a prefix, a hyphen and a unit, as CN-440100-1-ABC"
    if len(isil) > CHARACTERS_MAX:
        return f"{isil!r} is no ISIL: longer than {CHARACTERS_MAX} characters"
    if not _PREFIX.fullmatch(prefix):
        return f"{isil!r} is no ISIL: {prefix!r} is neither a country in capitals nor a prefix of 1, 3 or 4 characters"
    if not _UNIT.fullmatch(unit):
        return f"{isil!r} is no ISIL: only letters, digits, / - and : may stand in it"
    return None


def packed(isil: str) -> bytes:
    """The bits of a valid ISIL, the last byte filled up with ones."""
    table, bits = _Table.UPPER, ""
    for at, character in enumerate(isil):
        shown = table
        if character not in table.characters:
            shown = next(other for other, _ in table.ways if character in other.characters)
            stay = isil[at + 1 : at + 2] != "" and isil[at + 1] in shown.characters
            bits += f"{len(table.characters) + table.ways.index((shown, stay)):0{table.bits}b}"
            table = shown if stay else table
        bits += f"{shown.characters.index(character):0{shown.bits}b}"
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def unpacked(data: bytes) -> str:
    """The text of packed bits. What is left over at the end is filling."""
    bits = "".join(f"{byte:08b}" for byte in data)
    text, at, table = "", 0, _Table.UPPER
    shown = table
    while at + shown.bits <= len(bits):
        code, at = int(bits[at : at + shown.bits], 2), at + shown.bits
        if code < len(shown.characters):
            text += shown.characters[code]
            shown = table
        else:
            shown, stay = shown.ways[code - len(shown.characters)]
            table = shown if stay else table
    return text
