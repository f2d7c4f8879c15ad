"""What a UHF reader does to an EPC Gen2 tag, for readers that read and write words of its memory banks.

The AFI is the low byte of the PC word, bank 01 word 1, where the word's T bit says that the EPC is not GS1's; writing
it keeps the length and the other bits. User memory is bank 11, whose size the tag does not tell: it is read in steps
until there is no more. Source: EPC Gen2 (ISO/IEC 18000-63), section 6.3.2.1.
"""

from enum import IntEnum
from typing import Final, Protocol

from kiosk.devices.decode import epc
from kiosk.devices.rfid.model import Tag, TagError

PC_WORD: Final = 1
STEP_WORDS: Final = 8
MEMORY_WORDS_MAX: Final = 512


class Bank(IntEnum):
    """A memory bank of a tag."""

    EPC = 1
    USER = 3


class PastTheEnd(TagError):
    """The tag is there and says that it has no such memory."""


class Words(Protocol):
    """A reader that reads and writes words. Both may raise TagError and NoAnswer."""

    def read_words(self, tag: Tag, bank: Bank, start: int, words: int) -> bytes:
        """`words` words of the tag from word `start` on."""
        ...

    def write_words(self, tag: Tag, bank: Bank, start: int, data: bytes) -> None:
        """Write whole words to the tag from word `start` on."""
        ...


class Gen2Access:
    """Access to the tags of one reader."""

    def __init__(self, reader: Words) -> None:
        self._reader = reader

    def __repr__(self) -> str:
        return f"<Gen2Access {self._reader!r}>"

    def afi(self, tag: Tag) -> int | None:
        """The AFI as it is on the tag; None where the EPC is GS1's."""
        return epc.afi(self._pc(tag))

    def write_afi(self, tag: Tag, afi: int) -> None:
        """Set the T bit and the AFI. A tag that has them already is not written."""
        pc = self._pc(tag)
        wanted = epc.with_afi(pc, afi)
        if pc != wanted:
            self._reader.write_words(tag, Bank.EPC, PC_WORD, wanted.to_bytes(2))

    def memory(self, tag: Tag) -> bytes:
        """The user memory; empty if the tag has none."""
        memory, step = b"", STEP_WORDS
        while step and len(memory) < 2 * MEMORY_WORDS_MAX:
            try:
                memory += self._step(tag, len(memory) // 2, step)
            except PastTheEnd:
                step //= 2
        return memory

    def write_memory(self, tag: Tag, data: bytes) -> None:
        """Write the user memory from its first word on, a few words at a time."""
        data += bytes(len(data) % 2)
        for at in range(0, len(data), 2 * STEP_WORDS):
            self._reader.write_words(tag, Bank.USER, at // 2, data[at : at + 2 * STEP_WORDS])

    def _step(self, tag: Tag, start: int, words: int) -> bytes:
        """One read. Readers that only say that it failed: past the end, if the tag still answers and fails again."""
        try:
            return self._reader.read_words(tag, Bank.USER, start, words)
        except PastTheEnd:
            raise
        except TagError as error:
            self._pc(tag)
            try:
                return self._reader.read_words(tag, Bank.USER, start, words)
            except TagError:
                raise PastTheEnd(str(error)) from error

    def _pc(self, tag: Tag) -> int:
        return int.from_bytes(self._reader.read_words(tag, Bank.EPC, PC_WORD, 1))
