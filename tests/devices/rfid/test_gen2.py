from collections.abc import Callable

import pytest

from kiosk.devices.rfid.gen2 import MEMORY_WORDS_MAX, Bank, Gen2Access, PastTheEnd
from kiosk.devices.rfid.model import Medium, Tag, TagError

TAG = Tag("E200301666130121155074EF", Medium.UHF)


class OneTag:
    """A reader with one tag in front of it. `is_precise` readers tell where memory ends; `goes` takes the tag away."""

    def __init__(self, user: bytes, *, is_precise: bool = False, goes: Callable[[int], bool] = lambda _: False) -> None:
        self._user = user
        self._is_precise = is_precise
        self._goes = goes
        self.reads = 0
        self.misreads = 0

    def read_words(self, tag: Tag, bank: Bank, start: int, words: int) -> bytes:
        self.reads += 1
        if self._goes(self.reads):
            raise TagError("no tag")
        if bank is Bank.EPC:
            return b"\x31\x07"
        if self.misreads:
            self.misreads -= 1
            raise TagError("reading failed")
        found = self._user[2 * start : 2 * (start + words)]
        if len(found) < 2 * words:
            raise PastTheEnd("no such memory") if self._is_precise else TagError("reading failed")
        return found

    def write_words(self, tag: Tag, bank: Bank, start: int, data: bytes) -> None:
        raise AssertionError("nothing is to be written here")


@pytest.mark.parametrize("is_precise", [True, False])
@pytest.mark.parametrize("size", [0, 2, 14, 16, 18, 128])
def test_memory_ends_where_the_tag_does(size: int, is_precise: bool) -> None:
    assert Gen2Access(OneTag(bytes(range(size)), is_precise=is_precise)).memory(TAG) == bytes(range(size))


def test_a_single_failure_does_not_end_the_memory() -> None:
    reader = OneTag(bytes(range(64)))
    reader.misreads = 1
    assert Gen2Access(reader).memory(TAG) == bytes(range(64))


@pytest.mark.parametrize("reads", range(1, 12))
def test_a_tag_that_leaves_while_it_is_read_gives_no_half_memory(reads: int) -> None:
    reader = OneTag(bytes(range(32)), goes=lambda count: count >= reads)
    with pytest.raises(TagError, match="no tag"):
        Gen2Access(reader).memory(TAG)


def test_a_reader_that_never_tells_an_end_is_not_read_for_ever() -> None:
    assert len(Gen2Access(OneTag(bytes(10_000))).memory(TAG)) == 2 * MEMORY_WORDS_MAX


def test_an_afi_that_the_tag_has_already_is_not_written() -> None:
    Gen2Access(OneTag(b"")).write_afi(TAG, 0x07)
