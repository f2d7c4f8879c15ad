"""One frame as an outsider builds it from the papers: its bytes, who sends it and every id that it carries.

The check sums are written here a second time, bit by bit, so that the tests do not lean on the code that they examine.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from random import Random


class Side(StrEnum):
    """Who speaks."""

    HOST = "host"
    READER = "reader"


@dataclass(frozen=True, slots=True)
class Id:
    """What a frame says of a tag or card: the key that it is printed under and its hex."""

    key: str
    hex: str


@dataclass(frozen=True, slots=True)
class Frame:
    """`what` it is, for the test's name; no ids: the frame is printed and names nobody."""

    what: str
    side: Side
    data: bytes
    ids: tuple[Id, ...] = ()


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol from the papers: its plain cases and one more frame at random, as often as one asks."""

    name: str
    cases: tuple[Frame, ...]
    some: Callable[[Random], Frame]


def uids(*values: bytes) -> tuple[Id, ...]:
    """Card or tag numbers, most significant byte first."""
    return tuple(Id("uid", value.hex().upper()) for value in values)


def epcs(*values: bytes) -> tuple[Id, ...]:
    """EPCs without protocol control word and CRC."""
    return tuple(Id("epc", value.hex().upper()) for value in values)


def crc_8408(data: Iterable[int]) -> int:
    """The CRC of RL866, UHFReader18 and FEIG: reflected 8408, begins with FFFF, nothing at the end."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ (0x8408 if value & 1 else 0)
    return value


def crc_1021(data: Iterable[int]) -> int:
    """CRC-16/CCITT-FALSE: the library tag's; Gen2 inverts it."""
    value = 0xFFFF
    for byte in data:
        value ^= byte << 8
        for _ in range(8):
            value = (value << 1 ^ (0x1021 if value & 0x8000 else 0)) & 0xFFFF
    return value


def pc_word(epc: bytes, low: int = 0) -> bytes:
    """The protocol control word of an EPC: its length in words, then flags and AFI as given."""
    return bytes([len(epc) // 2 << 3, low])


def gen2_crc(pc_and_epc: bytes) -> bytes:
    """What a Gen2 tag sends behind its EPC."""
    return (crc_1021(pc_and_epc) ^ 0xFFFF).to_bytes(2, "big")


def some_epc(rng: Random) -> bytes:
    """Two to 31 words, mostly the 96 bits of a book's label; sometimes full of bytes that also frame."""
    size = rng.choice([12, 12, 12, 4, 6, 8, 10, 16, 20, 32, 62])
    return bytes(rng.choice(b"\xbb\x7e\xaa\xdd\xa0\xfa\x02\x00\xff") if rng.random() < 0.2 else rng.randrange(256)
                 for _ in range(size))  # fmt: skip


def some_uid(rng: Random) -> bytes:
    """A tag of ISO 15693: E0, the chip's maker, then its number."""
    return bytes([0xE0, rng.choice([4, 7, 2, 8])]) + rng.randbytes(6)
