from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import iso15962
from kiosk.devices.decode.iso15962 import Compaction, DataSet
from kiosk.devices.decode.iso28560_2 import decode, encode
from kiosk.devices.decode.tagdata import LibraryTag, TagFormat, Usage
from tests.devices.decode.test_isil import isils

ANNEX_D = bytes.fromhex("9100051CBE991A14 0201D0 140204B3 4607441CB6E2E335D6 830207ACC09EBAA06F6B0000")
ANNEX_D_TAG = LibraryTag(TagFormat.OBJECTS, "123456789012", "US-InU-Mu", 3, 12, shelf="QA268.L55", content=(3, 4, 6))

ITEM = "11051CBE991A14"  # 123456789012


def read(hex_: str) -> LibraryTag:
    tag = decode(bytes.fromhex(hex_))
    assert tag is not None
    return tag


def test_the_example_of_annex_d_is_read_and_written_byte_for_byte() -> None:
    assert decode(ANNEX_D) == ANNEX_D_TAG
    assert encode(ANNEX_D_TAG) == ANNEX_D


@pytest.mark.parametrize(
    ("hex_", "expected"),
    [
        pytest.param(
            "91010460 91CE4380 0201A805 01106702 42410307 3240DE05 AB075B00 00000000",
            LibraryTag(
                TagFormat.OBJECTS,
                "1620168259",
                "FI-Mamk-M",
                usage=Usage.CIRCULATION,
                content=(3, 5, 7),
                other=(("onix_media", "BA"),),
            ),
            id="Mikkeli: a pad byte of 80, usage as the application says (Hypernova-Oy/lainuri)",
        ),
        pytest.param(
            "C1020711 00B0C30C 30CA0000 0203A800 08830203 D6593F00 00250110 37021040 5F080599 A713063F",
            LibraryTag(
                TagFormat.OBJECTS,
                "DPB000002",
                "ZYLS",
                usage=Usage.CIRCULATION,
                content=(3, 5, 7, 23),
                other=(("onix_media", "BA"), ("alternative_owner", "Lib01")),
            ),
            id="China: pads, no valid ISIL, usage in digits, an object above 14 (DigitalPlatform/dp2)",
        ),
        pytest.param(
            "91010401 42214B00 0201B803 00650110 66010067 01000000",
            LibraryTag(TagFormat.OBJECTS, "21111115", None, usage=Usage.CIRCULATION, content=(3, 5, 6, 7)),
            id="China: an owner without text, a shelf and a medium of zeros (DigitalPlatform/dp2)",
        ),
        pytest.param(
            "11030AA8AE00000000000000",
            LibraryTag(TagFormat.OBJECTS, "698542"),
            id="China: the item alone (DigitalPlatform/dp2)",
        ),
    ],
)
def test_tags_out_of_real_libraries_are_read(hex_: str, expected: LibraryTag) -> None:
    assert decode(bytes.fromhex(hex_)) == expected


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5], ids=str)
def test_the_objects_may_stand_in_any_order(order: tuple[int, ...]) -> None:
    objects = [bytes.fromhex(one) for one in (ITEM, "0201D0", "140204B3", "4607441CB6E2E335D6")]
    memory = b"".join(objects[at] for at in order)
    expected = replace(ANNEX_D_TAG, isil=None)
    for behind in (b"", b"\0", bytes(40), b"\0" + b"\xff" * 12, b"\xff" * 12):
        assert decode(memory + behind) == expected


@pytest.mark.parametrize(
    ("hex_", "item"),
    [
        pytest.param("11040001E240", "123456", id="integer with zero bytes in front"),
        pytest.param("210300123F", "00123", id="numeric"),
        pytest.param("31020886", "ABC", id="five bits"),
        pytest.param("41060420F1CB3D20", "ABC1234", id="six bits"),
        pytest.param("5107C38B1E4CB9B3E8", "abcdefgh", id="seven bits"),
        pytest.param("610561342D3031", "a4-01", id="octets"),
        pytest.param("7106E59BBEE4B9A6", "图书", id="UTF-8"),
        pytest.param("E1020234000000", "4", id="pads, and a zero behind the text"),
    ],
)
def test_the_item_is_read_in_every_compaction(hex_: str, item: str) -> None:
    assert read(hex_).item == item


@pytest.mark.parametrize(
    ("hex_", "parts", "part"),
    [
        pytest.param("140204B3", 12, 3, id="1203"),
        pytest.param("14011F", 3, 1, id="31"),
        pytest.param("1402012D", 3, 1, id="301, as 0301"),
        pytest.param("14010B", 1, 1, id="11"),
        pytest.param("140165", 1, 1, id="101, as 0101"),
        pytest.param("14030187CB", 100, 299, id="100299"),
        pytest.param("24020302", 3, 2, id="numeric 0302"),
        pytest.param("640430333032", 3, 2, id="octets 0302"),
        pytest.param("04020C03", 12, 3, id="two bytes, as the application says"),
        pytest.param("040204B3", 12, 3, id="1203, as the application says"),
        pytest.param("14020301", 3, 1, id="two bytes called an integer: 769 would be part 69 of 7"),
        pytest.param("64020C03", 12, 3, id="two octets that are no digits"),
        pytest.param("14083B9ACA003B9ACA00", 1, 1, id="too long to be any"),
        pytest.param("", 1, 1, id="none"),
    ],
)
def test_set_information_is_two_numbers_of_as_many_digits(hex_: str, parts: int, part: int) -> None:
    content = "020140" if hex_ else ""
    tag = read(ITEM + content + hex_)
    assert (tag.parts, tag.part) == (parts, part)


@pytest.mark.parametrize(
    ("hex_", "isil"),
    [
        pytest.param("0307ACC09EBAA06F6B", "US-InU-Mu", id="packed"),
        pytest.param("5308AB4D6C9DD556CDEB", "US-InU-Mu", id="seven bits, as in ISO/TS 28560-4"),
        pytest.param("630644452D373035", "DE-705", id="octets"),
        pytest.param("0300", None, id="empty"),
        pytest.param("0302FFFF", None, id="filling only"),
    ],
)
def test_the_owner_is_read_in_every_compaction(hex_: str, isil: str | None) -> None:
    assert read(ITEM + hex_).isil == isil


@pytest.mark.parametrize(
    ("hex_", "usage"),
    [
        ("050110", Usage.CIRCULATION),
        ("650182", Usage.PATRON_CARD),
        ("250170", Usage.DISCARDED),
        ("6501F0", Usage.FUTURE),
        ("65021010", None),
    ],
)
def test_the_usage_is_the_first_half_of_its_byte(hex_: str, usage: Usage | None) -> None:
    assert read(ITEM + "020120" + hex_).usage is usage


def test_titles_are_chinese_and_other_objects_have_names() -> None:
    title = "红楼梦：第一百二十回，甄士隐详说太虚情，贾雨村归结红楼梦。高等学校图书馆馆藏珍本复制品"
    sets = [
        iso15962.compacted(1, "30001234"),
        iso15962.compacted(17, title),
        DataSet(13, Compaction.APPLICATION, (9787101003048).to_bytes(6, "big")),
        DataSet(19, Compaction.OCTETS, b"\x02"),
        iso15962.compacted(15, "2F-A3"),
        iso15962.compacted(30, "what next"),
    ]
    memory = b"".join(map(iso15962.written, sets))
    assert len(sets[1].data) > 127
    tag = decode(memory.ljust(300, b"\0"))
    assert tag == LibraryTag(
        TagFormat.OBJECTS,
        "30001234",
        title=title,
        other=(("gs1", "9787101003048"), ("other_media", "02"), ("local_a", "2F-A3"), ("oid_30", "what next")),
    )


def test_a_byte_in_front_that_names_the_format_is_passed_over() -> None:
    assert decode(b"\x06" + ANNEX_D) == ANNEX_D_TAG


def test_older_bytes_may_stand_behind_the_end() -> None:
    assert decode(ANNEX_D[:-2].replace(b"\x83\x02", b"\x83\x00") + b"\0older") == ANNEX_D_TAG
    assert decode(bytes.fromhex(ITEM) + b"\0older") == decode(bytes.fromhex(ITEM))


def test_a_spoilt_block_of_28560_3_is_no_lone_number_with_older_bytes_behind() -> None:
    assert decode(bytes.fromhex("1105023030313200") + b"DK718500") is None


@pytest.mark.parametrize(
    "hex_",
    [
        pytest.param("", id="nothing"),
        pytest.param("00" * 28, id="zeros"),
        pytest.param("FF" * 28, id="erased"),
        pytest.param("0201D0140204B3", id="no item"),
        pytest.param(ITEM + ITEM, id="two items"),
        pytest.param("110101", id="a number of one digit"),
        pytest.param("61020A41", id="an item that cannot be printed"),
        pytest.param("6100", id="an empty item"),
        pytest.param("010430313233", id="an item as the application says"),
        pytest.param("91FF051CBE991A14", id="pads beyond the end"),
        pytest.param("11151CBE991A14", id="data beyond the end"),
        pytest.param(ITEM + "140204", id="a second object beyond the end"),
        pytest.param(ITEM + "66020A0B", id="a shelf that cannot be printed, not announced"),
        pytest.param("61" + "8101" + "41" * 129, id="an item longer than any barcode"),
    ],
)
def test_nothing_is_made_up(hex_: str) -> None:
    assert decode(bytes.fromhex(hex_)) is None


words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), min_size=1, max_size=30).filter(
    lambda text: text.isprintable() and "@@" not in text
)
tags = st.builds(
    LibraryTag,
    st.just(TagFormat.OBJECTS),
    words,
    st.none() | isils,
    st.integers(1, 30),
    st.integers(30, 255),
    st.none() | st.sampled_from(Usage),
    st.none() | words,
    st.none() | words,
)


@given(tags, st.booleans())
def test_every_tag_that_is_written_is_read_back(tag: LibraryTag, single: bool) -> None:
    if single:
        tag = replace(tag, part=1, parts=1)
    memory = encode(tag)
    assert len(memory) % 4 == 0
    for behind in (b"", bytes(28)):
        found = decode(memory + behind)
        assert found is not None
        assert replace(found, content=()) == tag
        assert all(oid in found.content for oid, there in ((3, tag.isil), (6, tag.shelf), (17, tag.title)) if there)


def test_a_single_part_without_more_takes_one_object() -> None:
    assert encode(LibraryTag(TagFormat.OBJECTS, "698542")) == bytes.fromhex("9102030AA8AE0000")
    assert encode(LibraryTag(TagFormat.OBJECTS, "123456789012")) == ANNEX_D[:8]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"item": ""}, "item"),
        ({"item": " 1"}, "item"),
        ({"item": "1\n"}, "item"),
        ({"item": "9" * 129}, "128"),
        ({"shelf": "\x00"}, "shelf"),
        ({"title": ""}, "title"),
        ({"isil": "DE705"}, "ISIL"),
        ({"part": 0}, "part 0 of 1"),
        ({"part": 3, "parts": 2}, "part 3 of 2"),
        ({"parts": 256}, "256"),
        ({"other": (("local_a", "x"),)}, "only"),
        ({"title": "A" * 200}, "the tag has 112"),
    ],
)
def test_what_cannot_be_written_is_said_in_words(change: dict[str, object], said: str) -> None:
    tag = replace(LibraryTag(TagFormat.OBJECTS, "30001234"), **change)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=said):
        encode(tag, 112)


@given(st.binary(max_size=120))
def test_any_bytes_are_read_without_a_crash(memory: bytes) -> None:
    decode(memory)
