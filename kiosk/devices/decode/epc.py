"""What a UHF tag says outside of its user memory: the protocol control word, and whose numbering its EPC is.

The word stands in front of the EPC: five bits of length in words, user memory, extension, T, and eight bits that are an
AFI where T is set (GS1 EPC Gen2, 6.3.2.1.2.2; ISO/IEC 15961-2). Libraries set T and keep the security state in the AFI.
Chinese vendors mostly write private EPCs, so the EPC itself is the key of an item; only the numbers of trade goods are
told apart, because such a tag is not the library's. An EPC that is plain ISO 646 text is read as that text.

>>> f"{with_afi(0x3000, 0xC2):04X} {with_afi(0x3000, 0x07):04X}"
'31C2 3107'
>>> numbering(0x3000, "3008 33B2 DDD9 0140 0000 0001").name, numbering(0x31C2, "E200301666130121155074EF").name
('GS1', 'LIBRARY')
"""

from enum import Enum
from typing import Final

T_BIT: Final = 0x0100
AFI_BITS: Final = 0x00FF
TEXT_CHARACTERS_MIN: Final = 4

# GS1 EPC Tag Data Standard, table of binary headers: header and length of the EPC in bytes.
GS1_HEADERS: Final = {
    0x2C: 12,  # GDTI-96
    0x2D: 12,  # GSRN-96
    0x2E: 12,  # GSRNP-96
    0x30: 12,  # SGTIN-96
    0x31: 12,  # SSCC-96
    0x32: 12,  # SGLN-96
    0x33: 12,  # GRAI-96
    0x34: 12,  # GIAI-96
    0x36: 26,  # SGTIN-198
    0x37: 22,  # GRAI-170
    0x38: 26,  # GIAI-202
    0x39: 26,  # SGLN-195
    0x3C: 12,  # CPI-96
    0x3E: 22,  # GDTI-174
}


class Numbering(Enum):
    """Whose number an EPC is."""

    LIBRARY = "library"  # T is set: the number is of ISO, the AFI says of what
    GS1 = "gs1"  # trade goods: no tag of the library
    PRIVATE = "private"  # T is not set, and the number is none of GS1's


def afi(pc: int) -> int | None:
    """The AFI in a protocol control word; None where the T bit says that there is none."""
    return pc & AFI_BITS if pc & T_BIT else None


def with_afi(pc: int, value: int) -> int:
    """The same word with T set and this AFI; the length and the other indicators are kept."""
    return pc & ~AFI_BITS | T_BIT | value & AFI_BITS


def numbering(pc: int | None, epc: str) -> Numbering:
    """Whose number `epc` (hex) is; without its `pc` it counts as one without T."""
    if pc is not None and pc & T_BIT:
        return Numbering.LIBRARY
    data = bytes.fromhex(epc)
    is_gs1 = bool(data) and len(data) >= GS1_HEADERS.get(data[0], len(data) + 1)
    return Numbering.GS1 if is_gs1 and text(epc) is None else Numbering.PRIVATE


def text(epc: str) -> str | None:
    """The ISO 646 text that the whole EPC (hex) is, with zeros behind it at most; None when it is none."""
    data = bytes.fromhex(epc).rstrip(b"\0")
    if len(data) < TEXT_CHARACTERS_MIN or not data.isascii():
        return None
    plain = data.decode("ascii")
    return plain if plain.isprintable() and plain == plain.strip() else None
