"""What the one driver asks of every reader that is asked and answers, and what such a reader tells.

A model is the conversation with one make of reader: it knows the commands and waits for the answers, with the codec of
its protocol and a `Link`. It never remembers which tags lie there; that is the driver's part.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class NoAnswer(OSError):
    """The reader does not answer, or not what the protocol allows. The driver asks again, then opens the port anew."""


class TagError(Exception):
    """The reader answers, but this tag did not do what was asked: it left, is locked, or another lies over it."""


class Medium(StrEnum):
    """What kind of tag a reader sees."""

    CARD = "card"  # a person's card: 125 kHz, ISO 14443
    HF = "hf"  # ISO 15693: known by its UID
    UHF = "uhf"  # EPC Gen2: known by its EPC


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag that answered in one round. `uid` is upper-case hex, most significant byte first: UID, or EPC for UHF."""

    uid: str
    medium: Medium
    pc: int | None = None  # UHF: the protocol control word in front of the EPC
    afi: int | None = None  # HF: the application family identifier, where the round told it
    dsfid: int | None = None  # HF: the data storage format identifier, where the round told it
    antenna: int = 0
    rssi_dbm: int | None = None


class TagAccess(Protocol):
    """What a reader can do to one tag in its field. Every method may raise TagError and NoAnswer."""

    def afi(self, tag: Tag) -> int | None:
        """The tag's AFI as it is now: read from the tag, never remembered. None if this tag has none.

        HF: from the system information. UHF: the low byte of the PC word where its T bit is set.
        """
        ...

    def write_afi(self, tag: Tag, afi: int) -> None:
        """Write the AFI (one byte). HF: the AFI register. UHF: T bit and low byte of the PC word, lengths kept."""
        ...

    def memory(self, tag: Tag) -> bytes:
        """The whole user memory (UHF: bank MB11), in the tag's own byte order; empty if the tag has none."""
        ...

    def write_memory(self, tag: Tag, data: bytes) -> None:
        """Write `data` from the first block (UHF: word) on; a last block that is not full is padded with 00."""
        ...


class Model(Protocol):
    """One make of reader, over a `Link`. Every method may raise NoAnswer, and OSError from the port."""

    @property
    def access(self) -> TagAccess | None:
        """How to reach into a tag; None for readers that only tell which tags are there."""
        ...

    def start(self) -> str:
        """Wake the reader up, set it up, and say in a few plain words what answered (make, firmware)."""
        ...

    def round(self) -> list[Tag]:
        """Ask once which tags are in the field, within about 200 ms; a tag that answered twice stands there once."""
        ...
