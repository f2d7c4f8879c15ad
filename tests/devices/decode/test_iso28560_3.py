from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.checksums import crc_1021, xor_of
from kiosk.devices.decode.iso28560_3 import decode, encode
from kiosk.devices.decode.tagdata import LibraryTag, TagFormat, Usage
from tests.devices.decode.test_isil import isils

TRUNCATED = bytes.fromhex("1101013131323233333434000000000000000051 3E4445373035000000000000")
ANNEX_B1 = bytes.fromhex("1101013130303030303030353600000000000098A4444B3731383530300000000000")
ANNEX_B2 = bytes.fromhex(
    "1101013130303030303031333600000000000036 15444B3731383530300000000000"
    "0501000501"
    "22020071 426F67766F676E656E00 3132333435363738393000 00 613738393635366300"
)
TAG = LibraryTag(TagFormat.FIXED, "1000000056", "DK-718500", usage=Usage.CIRCULATION, content=(1,))


def block(
    first: int = 0x11, parts: int = 1, part: int = 1, item: bytes = b"30001234", owner: bytes = b"DE705"
) -> bytes:
    """A basic block with a right CRC."""
    fields = bytes([first, parts, part]) + item.ljust(16, b"\0")
    owner = owner.ljust(13, b"\0")
    return fields + crc_1021(fields + owner).to_bytes(2, "little") + owner


def extension(kind: int, payload: bytes) -> bytes:
    head = bytes([4 + len(payload)]) + kind.to_bytes(2, "little")
    return head + bytes([xor_of(head + payload)]) + payload


def read(memory: bytes) -> LibraryTag:
    tag = decode(memory)
    assert tag is not None
    return tag


def test_published_blocks_are_read_and_written_byte_for_byte() -> None:
    assert decode(ANNEX_B1) == decode(ANNEX_B1[:32]) == TAG
    assert encode(TAG) == ANNEX_B1
    assert encode(TAG, 32) == encode(TAG, 33) == ANNEX_B1[:32]
    small = LibraryTag(TagFormat.FIXED, "11223344", "DE-705", usage=Usage.CIRCULATION, content=(1,))
    assert decode(TRUNCATED) == small
    assert encode(small, 32) == TRUNCATED


def test_the_example_of_annex_b2_is_read_though_its_length_leaves_out_the_last_zero() -> None:
    expected = LibraryTag(
        TagFormat.FIXED,
        "1000000136",
        "DK-718500",
        usage=Usage.CIRCULATION,
        content=(1,),
        other=(
            ("other_media", "01"),
            ("supplier", "Bogvognen"),
            ("local_product_id", "1234567890"),
            ("invoice", "a789656c"),
        ),
    )
    assert decode(ANNEX_B2) == expected
    assert decode(ANNEX_B2.ljust(112, b"\0")) == expected
    assert read(ANNEX_B2 + extension(4, b"Peter Plys")).title == "Peter Plys"


def test_a_real_tag_with_a_block_of_its_own_library_is_read() -> None:
    """Mikkeli (Hypernova-Oy/lainuri)."""
    memory = b"\x11\x01\x011620154429\0\0\0\0\0\0\xc4\xcfFIMamk-M\0\0\0\0\0\x06e\0vta".ljust(112, b"\0")
    found = read(memory)
    assert (found.item, found.isil, found.other) == ("1620154429", "FI-Mamk-M", (("block_101", "7461"),))


def test_foreign_bytes_behind_the_block_are_no_extension() -> None:
    assert read(block() + b"\x06e\0xta").other == ()
    assert read(block() + b"\xff" * 78).other == ()


@pytest.mark.parametrize("width", [1, 4, 8])
@pytest.mark.parametrize("size", [32, 34, 36, 112])
def test_the_bytes_of_each_block_may_stand_in_reverse(width: int, size: int) -> None:
    memory = ANNEX_B1.ljust(size, b"\0")[:size]
    turned = b"".join(memory[at : at + width][::-1] for at in range(0, size, width))
    assert decode(turned) == TAG


@pytest.mark.parametrize(
    ("first", "usage"),
    [
        (0x11, Usage.CIRCULATION),
        (0x10, Usage.ACQUISITION),
        (0x12, Usage.NOT_FOR_CIRCULATION),
        (0x18, Usage.PATRON_CARD),
        (0x81, Usage.PATRON_CARD),
        (0x71, Usage.DISCARDED),
        (0x19, Usage.EQUIPMENT),
        (0x1F, Usage.FUTURE),
    ],
)
def test_the_halves_of_the_first_byte_may_be_exchanged(first: int, usage: Usage) -> None:
    tag = read(block(first))
    assert (tag.usage, tag.content) == (usage, (1,))


@pytest.mark.parametrize(
    ("bytes_", "parts", "part"),
    [((3, 2), 3, 2), ((2, 3), 3, 2), ((3, 3), 3, 3), ((255, 254), 255, 254), ((0, 0), 0, 0), ((0, 2), 0, 2)],
)
def test_parts_and_part_may_be_exchanged(bytes_: tuple[int, int], parts: int, part: int) -> None:
    tag = read(block(0x11, *bytes_))
    assert (tag.parts, tag.part) == (parts, part)


@pytest.mark.parametrize(
    ("owner", "isil"),
    [
        pytest.param(b"DE705", "DE-705", id="country and unit"),
        pytest.param(b"USInU-Mu", "US-InU-Mu", id="a hyphen in the unit"),
        pytest.param(b"DK-718500", "DK-718500", id="the hyphen was written"),
        pytest.param(b"CN440100-1-A", "CN-440100-1-A", id="China"),
        pytest.param(b"O\x00Q1", "O-Q1", id="a prefix of one letter"),
        pytest.param(b"12345", "12345", id="no country"),
        pytest.param(b"\0\0ABC", "ABC", id="no country at all"),
        pytest.param(b"DE", "DE", id="a country alone"),
        pytest.param(b"", None, id="none"),
        pytest.param(b"\xff" * 13, None, id="no text"),
    ],
)
def test_the_hyphen_behind_the_country_is_put_back(owner: bytes, isil: str | None) -> None:
    assert read(block(owner=owner)).isil == isil


def test_all_extension_blocks_are_read() -> None:
    memory = (
        block()
        + extension(1, b"\x02alt-1\0Alt owner\0")
        + extension(2, b"sup\0loc\0ord\0inv\0" + b"9787101003048\0\x10\0")
        + extension(3, b"QA268.L55\0am\0BA\0Branch\0")
        + extension(4, "红楼梦".encode() + b"\0")
        + extension(5, b"DE-1\x0042\0other\0")
        + extension(0x64, b"\x01\x02")
        + b"\0"
    )
    assert decode(memory.ljust(256, b"\0")) == LibraryTag(
        TagFormat.FIXED,
        "30001234",
        "DE-705",
        usage=Usage.CIRCULATION,
        shelf="QA268.L55",
        title="红楼梦",
        content=(1,),
        other=(
            ("other_media", "02"),
            ("alternative_item", "alt-1"),
            ("alternative_owner", "Alt owner"),
            ("supplier", "sup"),
            ("local_product_id", "loc"),
            ("order_number", "ord"),
            ("invoice", "inv"),
            ("gs1", "9787101003048"),
            ("supply_stage", "10"),
            ("marc_media", "am"),
            ("onix_media", "BA"),
            ("subsidiary", "Branch"),
            ("ill_borrower", "DE-1"),
            ("ill_transaction", "42"),
            ("alternative_ill_borrower", "other"),
            ("block_100", "0102"),
        ),
    )


def test_empty_fields_at_the_end_and_the_last_zero_may_be_missing() -> None:
    assert read(block() + extension(3, b"QA268")).shelf == "QA268"
    assert read(block() + extension(1, b"")).other == ()
    assert read(block() + extension(2, b"\0\0ord")).other == (("order_number", "ord"),)


def test_a_long_item_stands_in_the_library_block() -> None:
    assert read(block(item=b"\x01") + extension(1, b"\x0012345678901234567890\0")).item == "12345678901234567890"
    assert decode(block(item=b"\x01")) is None
    broken = bytearray(block(item=b"\x01") + extension(1, b"\x0012345678901234567890\0"))
    broken[40] ^= 1
    assert decode(bytes(broken)) is None


def test_a_long_owner_stands_in_the_library_block() -> None:
    for owner in (b"", b"CN440100-1-AB"):
        assert read(block(owner=owner) + extension(1, b"\0\0CN-440100-1-ABC\0")).isil == "CN-440100-1-ABC"
    tag = read(block() + extension(1, b"\0\0CN-440100-1-ABC\0"))
    assert (tag.isil, tag.other) == ("DE-705", (("alternative_owner", "CN-440100-1-ABC"),))


@pytest.mark.parametrize("at", range(34))
def test_with_a_wrong_crc_there_is_nothing(at: int) -> None:
    for bit in range(8):
        broken = bytearray(ANNEX_B1.ljust(112, b"\0"))
        broken[at] ^= 1 << bit
        assert decode(bytes(broken)) is None


@pytest.mark.parametrize("size", [0, 1, 28, 31, 32, 34, 112])
@pytest.mark.parametrize("byte", [0x00, 0xFF, 0x11])
def test_a_blank_memory_is_nothing(size: int, byte: int) -> None:
    assert decode(bytes([byte]) * size) is None


@pytest.mark.parametrize("item", [b"", b"\0" * 16, b"   ", b"\x07\x08", b"\xff" * 16])
def test_an_item_that_is_no_text_is_nothing(item: bytes) -> None:
    assert decode(block(item=item)) is None


plain = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=20).filter(
    str.isprintable
)
tags = st.builds(
    LibraryTag,
    st.just(TagFormat.FIXED),
    plain,
    st.none() | isils,
    st.integers(1, 30),
    st.integers(30, 255),
    st.sampled_from(Usage),
    st.none() | plain,
    st.none() | plain,
    st.just((1,)),
)


@given(tags)
def test_every_tag_that_is_written_is_read_back(tag: LibraryTag) -> None:
    memory = encode(tag)
    assert decode(memory) == decode(memory.ljust(400, b"\0")) == tag


def test_without_usage_the_item_is_for_circulation() -> None:
    assert read(encode(LibraryTag(TagFormat.FIXED, "30001234"))).usage is Usage.CIRCULATION


@pytest.mark.parametrize(
    ("change", "capacity", "said"),
    [
        ({"item": "9" * 17}, 32, "the tag has 32"),
        ({"isil": "CN-440100-1"}, 32, None),
        ({"isil": "CN-440100-1-A"}, 32, "the tag has 32"),
        ({"isil": "CN-440100-1-AB"}, 34, None),
        ({"isil": "CN-440100-1-ABC"}, 34, "the tag has 34"),
        ({"isil": "CN-440100-1-ABC"}, 112, None),
        ({"isil": "CN440100"}, 112, "ISIL"),
        ({"title": "字" * 90}, 1024, "title is too long"),
        ({"part": 2}, 112, "part 2 of 1"),
    ],
)
def test_what_does_not_fit_is_said_in_words(change: dict[str, object], capacity: int, said: str | None) -> None:
    tag = replace(LibraryTag(TagFormat.FIXED, "30001234"), **change)  # type: ignore[arg-type]
    if said is None:
        assert read(encode(tag, capacity)).isil == tag.isil
        return
    with pytest.raises(ValueError, match=said):
        encode(tag, capacity)


@given(st.binary(max_size=120))
def test_any_bytes_are_read_without_a_crash(memory: bytes) -> None:
    decode(memory)
    decode(ANNEX_B1 + memory)
