"""`kiosk decode iso28560`: library tags built from the standards: objects of 28560-2, blocks of 28560-3."""

from random import Random

import pytest

from tests.semantics.frames.command import Told, decode
from tests.semantics.frames.tagmemory import (
    AUTO,
    BCD,
    FIVE,
    INTEGER,
    ISIL,
    OCTETS,
    SEVEN,
    SIX,
    UTF8,
    block,
    content,
    extension,
    memory,
    object_of,
    reversed_blocks,
)

ITEM = object_of(1, "30200012345678", OCTETS)


def tag(data: bytes) -> dict[str, object]:
    said = decode("iso28560", data)
    assert (said.status, len(said.rows)) == (0, 1)
    return said.rows[0]


def read(data: bytes, *keys: str) -> tuple[object, ...]:
    row = tag(data)
    return tuple(row.get(key) for key in keys)


@pytest.mark.parametrize(
    ("text", "compaction"),
    [("123456789012", INTEGER), ("30200012345678", INTEGER), ("10", INTEGER), ("9999999999999999999", INTEGER),
     ("0012345678", BCD), ("00123456789", BCD), ("1", BCD), ("BOOK", FIVE), ("ABCDEFGHIJKLMNOP", FIVE),
     ("QA268.L55", SIX), ("TP312-5", SIX), ("AB 12/34", SIX), ("Ab-17", SEVEN), ("s0012345", SEVEN), ("x", SEVEN),
     ("0042", OCTETS), ("3020001", OCTETS), ("Bücher", OCTETS), ("五年级0012", UTF8), ("书", UTF8)],
)  # fmt: skip
def test_an_item_number_in_each_compaction(text: str, compaction: int) -> None:
    for data in (memory(object_of(1, text, compaction)), memory(object_of(1, text, compaction), size=112)):
        assert read(data, "item") == (text,)


def test_a_whole_chinese_tag() -> None:
    data = memory(
        object_of(1, "30200012345678", INTEGER), content({3, 4, 5, 6, 17}), object_of(3, "CN-440100-2-SZX", ISIL),
        object_of(4, "203", INTEGER), object_of(5, b"\x10", AUTO), object_of(6, "I247.5/123", OCTETS),
        object_of(17, "西游记（插图本）上册", UTF8),
    )  # fmt: skip
    assert read(data, "item", "isil", "parts", "part") == ("30200012345678", "CN-440100-2-SZX", 2, 3)
    assert read(data, "shelf", "title") == ("I247.5/123", "西游记（插图本）上册")


@pytest.mark.parametrize("isil", ["CN-440100-2-SZX", "CN-110000-1-NLC", "US-InU-Mu", "DE-705", "FI-Hm", "DK-718500",
                                  "FR-751131010", "AU-NLA:x", "O-a/b"])  # fmt: skip
def test_an_isil_in_its_own_coding(isil: str) -> None:
    assert read(memory(ITEM, object_of(3, isil, ISIL)), "item", "isil") == ("30200012345678", isil)


@pytest.mark.parametrize(("text", "parts"), [("101", (1, 1)), ("1203", (12, 3)), ("303", (3, 3)), ("9999", (99, 99)),
                                             ("201", (2, 1)), ("1212", (12, 12))])  # fmt: skip
def test_set_information_is_read_as_pairs_of_decimals(text: str, parts: tuple[int, int]) -> None:
    assert read(memory(ITEM, object_of(4, text, INTEGER)), "parts", "part") == parts


def test_objects_may_stand_in_any_order() -> None:
    rng = Random(28560)
    objects = [ITEM, content({3, 4, 6, 17}), object_of(3, "CN-440100-2-SZX", ISIL), object_of(4, "1203", INTEGER),
               object_of(6, "QA268.L55", SIX), object_of(17, "西游记", UTF8)]  # fmt: skip
    expected = tag(memory(*objects))
    for _ in range(40):
        rng.shuffle(objects)
        row = tag(memory(*objects))
        for key in ("item", "isil", "parts", "part", "shelf", "title"):
            assert row[key] == expected[key]


@pytest.mark.parametrize("oid", [15, 16, 18, 20, 22, 24, 26])
def test_objects_above_14_have_their_number_in_a_byte_of_its_own(oid: int) -> None:
    data = memory(object_of(oid, "LOCAL", OCTETS), ITEM, object_of(17, "Title", OCTETS))
    assert read(data, "item", "title") == ("30200012345678", "Title")


@pytest.mark.parametrize("pad", [0, 1, 2, 3])
def test_padding_is_passed_over(pad: int) -> None:
    data = memory(object_of(1, "30200012345678", INTEGER, pad=pad), object_of(17, "三国演义", UTF8, pad=pad))
    assert read(data, "item", "title") == ("30200012345678", "三国演义")


def test_a_long_title_has_a_length_of_two_bytes() -> None:
    title = "红楼梦" * 20
    assert read(memory(ITEM, object_of(17, title, UTF8)), "item", "title") == ("30200012345678", title)


def test_no_terminator_is_needed_where_the_memory_ends() -> None:
    data = b"".join((ITEM, object_of(4, "203", INTEGER)))
    assert read(data, "item", "parts", "part") == ("30200012345678", 2, 3)


def test_what_stands_behind_the_terminator_is_nothing() -> None:
    assert read(memory(ITEM) + object_of(17, "Ghost", OCTETS), "item", "title") == ("30200012345678", None)
    # As after a rewriting with less, or where a vendor keeps its own security block.
    assert read(memory(ITEM).ljust(48, b"\x00") + b"678\x00", "item", "title") == ("30200012345678", None)


FULL = {"item": "1000000056", "isil": "DK-718500", "parts": 1, "part": 1}


def is_full(said: Told) -> bool:
    return said.status == 0 and all(said.rows[0][key] == value for key, value in FULL.items())


@pytest.mark.parametrize("size", [32, 34, 36, 64, 112, 256])
def test_a_basic_block_on_tags_of_every_size(size: int) -> None:
    assert is_full(decode("iso28560", block("1000000056", "DK", "718500", size=size)))


@pytest.mark.parametrize("size", [32, 34, 36, 64, 112])
def test_blocks_that_the_reader_turned_round_are_turned_back(size: int) -> None:
    data = block("1000000056", "DK", "718500", size=size + -size % 4)
    assert is_full(decode("iso28560", reversed_blocks(data, 4)))


@pytest.mark.parametrize(("parts", "part"), [(1, 1), (3, 2), (12, 3), (99, 99), (2, 1)])
def test_parts_of_a_block(parts: int, part: int) -> None:
    assert read(block("A1", "CN", "440100", parts=parts, part=part), "parts", "part") == (parts, part)


def test_swapped_parts_and_swapped_nibbles_are_understood() -> None:
    assert read(block("A1", "DE", "705", parts=2, part=5), "parts", "part") == (5, 2)
    assert read(block("A1", "DE", "705", head=0x81), "item", "usage") == read(
        block("A1", "DE", "705", head=0x18), "item", "usage"
    )


def test_a_block_in_chinese_and_sixteen_characters() -> None:
    assert read(block("五年级12", "CN", "440100"), "item") == ("五年级12",)
    assert read(block("1234567890123456", "CN", "440100"), "item") == ("1234567890123456",)


def test_extension_blocks_say_title_and_shelf() -> None:
    more = extension(4, "西游记") + extension(3, "I247.5/123", "", "", "") + b"\x00"
    assert read(block("A1", "CN", "440100", more=more, size=112), "item", "title", "shelf") == (
        "A1",
        "西游记",
        "I247.5/123",
    )


def test_a_long_item_number_stands_in_the_library_block() -> None:
    number = "1234567890123456789"
    more = extension(1, "\x01" + number, "") + b"\x00"
    assert read(block("\x01", "CN", "440100", more=more, size=112), "item", "isil") == (number, "CN-440100")


def test_a_turned_bit_in_a_block_is_no_other_item() -> None:
    data = block("1000000056", "DK", "718500")
    for at in range(len(data) * 8):
        turned = bytearray(data)
        turned[at // 8] ^= 1 << at % 8
        said = decode("iso28560", bytes(turned))
        assert said.status == 1 or said.rows[0]["item"] == "1000000056", at


@pytest.mark.parametrize("data", [b"", bytes(32), bytes(112), b"\xff" * 112, b"\x00" * 4 + b"\xff" * 28,
                                  bytes.fromhex("E1401001") + bytes(60)])  # fmt: skip
def test_an_empty_tag_is_exit_1(data: bytes) -> None:
    assert decode("iso28560", data).status == 1


def test_random_memory_is_no_library_tag() -> None:
    rng = Random(15962)
    found = [said for _ in range(400) if (said := decode("iso28560", rng.randbytes(112))).status == 0]
    assert len(found) <= 4


def test_where_the_bytes_are_cut_means_nothing() -> None:
    data = memory(ITEM, object_of(17, "西游记", UTF8), size=112)
    assert decode("iso28560", *(data[at : at + 1] for at in range(len(data)))) == decode("iso28560", data)
