from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import iso28560_2, iso28560_3
from kiosk.devices.decode.librarytag import MEMORY_BYTES_MAX, LibraryTag, TagFormat, TagMemory, read_tag, tag_memory
from tests.devices.decode.test_iso28560_2 import ANNEX_D, ANNEX_D_TAG
from tests.devices.decode.test_iso28560_3 import ANNEX_B1, TAG, block
from tests.devices.streams import cuts, each_way


@pytest.mark.parametrize("dsfid", [None, 0x00, 0x06, 0x3E, 0xFF])
def test_the_format_is_found_whatever_the_tag_says_of_it(dsfid: int | None) -> None:
    assert read_tag(ANNEX_D, dsfid) == ANNEX_D_TAG
    assert read_tag(ANNEX_B1, dsfid) == TAG
    assert read_tag(ANNEX_D.ljust(112, b"\0"), dsfid) == ANNEX_D_TAG
    assert read_tag(ANNEX_B1.ljust(112, b"\0"), dsfid) == TAG


@pytest.mark.parametrize("size", [0, 1, 28, 112, MEMORY_BYTES_MAX + 1])
@pytest.mark.parametrize("filling", [b"\0", b"\xff", b"\0\xff"])
def test_a_blank_tag_is_none(size: int, filling: bytes) -> None:
    assert read_tag((filling * size)[:size]) is None


def test_a_memory_larger_than_any_tag_is_none() -> None:
    assert read_tag(ANNEX_D.ljust(MEMORY_BYTES_MAX, b"\0")) == ANNEX_D_TAG
    assert read_tag(ANNEX_D.ljust(MEMORY_BYTES_MAX + 1, b"\0")) is None


@given(
    st.integers(0, 33),
    st.integers(0, 7),
    st.sampled_from([32, 34, 64, 112]),
    st.from_regex(r"[0-9]{6,14}", fullmatch=True),
)
def test_a_block_with_a_flipped_bit_is_not_taken_for_objects(at: int, bit: int, size: int, item: str) -> None:
    memory = bytearray(block(item=item.encode()).ljust(size, b"\0")[:size])
    memory[at % len(memory)] ^= 1 << bit
    assert read_tag(bytes(memory)) is None


def test_noise_is_no_tag() -> None:
    noise = Random(28560)
    memories = [noise.randbytes(size) for size in (8, 16, 28, 32, 64, 112) for _ in range(500)]
    assert [read_tag(memory) for memory in memories if read_tag(memory)] == []


def test_a_block_of_letters_and_digits_with_a_wrong_crc_is_not_taken_for_objects() -> None:
    chance = Random(28560)
    for _ in range(2000):
        item = "".join(chance.choices("0123456789ABCDEFXYZ-", k=chance.randint(4, 16))).encode()
        memory = bytearray(block(chance.choice([0x11, 0x12, 0x18, 0x81]), 1, 1, item, chance.choice([b"DE705", b""])))
        memory[19] ^= chance.randint(1, 255)
        assert read_tag(bytes(memory).ljust(chance.choice([34, 64, 112]), b"\0")) is None, memory


@pytest.mark.parametrize("tag", [ANNEX_D_TAG, TAG, replace(ANNEX_D_TAG, format=TagFormat.FIXED)], ids=str)
def test_what_is_written_fills_the_memory_and_is_read_back(tag: LibraryTag) -> None:
    memory = tag_memory(tag, 112)
    found = read_tag(memory)
    assert len(memory) == 112
    assert found is not None
    assert replace(found, content=tag.content, usage=tag.usage) == tag
    dsfids = {TagFormat.OBJECTS: iso28560_2.DSFID, TagFormat.FIXED: iso28560_3.DSFID}
    assert read_tag(memory, dsfids[tag.format]) == found


def test_a_tag_that_is_too_small_is_said() -> None:
    with pytest.raises(ValueError, match="36 bytes, the tag has 28"):
        tag_memory(ANNEX_D_TAG, 28)


@given(cuts())
def test_as_a_stream_the_whole_input_is_one_memory(places: list[int]) -> None:
    def decode(chunks: object) -> list[dict[str, object]]:
        codec = TagMemory()
        assert isinstance(chunks, list)
        return [said for chunk in chunks for said in codec.feed(chunk)] + codec.end()

    expected = {
        "format": "iso28560-2",
        "item": "123456789012",
        "isil": "US-InU-Mu",
        "parts": 12,
        "part": 3,
        "usage": None,
        "shelf": "QA268.L55",
        "title": None,
        "content": [3, 4, 6],
        "other": {},
    }
    each_way(decode, ANNEX_D, [expected], places)
    each_way(decode, ANNEX_D[1:], [], places)


def test_a_stream_without_end_takes_no_more_room() -> None:
    codec = TagMemory()
    for _ in range(100):
        codec.feed(bytes(MEMORY_BYTES_MAX))
    assert len(codec._memory) <= 2 * MEMORY_BYTES_MAX + 1
    assert codec.end() == []
