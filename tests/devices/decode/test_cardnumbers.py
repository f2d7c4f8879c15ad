import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.cardnumbers import (
    BYTES,
    CardFormat,
    Conversion,
    card_bytes,
    card_text,
    conversion,
    fitting,
    from_uid,
)

CARD = bytes.fromhex("62E3086CED")
WRITTEN = {
    CardFormat.D10: "3808980205",
    CardFormat.D10_REVERSED: f"{0xED6C08E3:010}",
    CardFormat.H8: "E3086CED",
    CardFormat.H8_REVERSED: "ED6C08E3",
    CardFormat.D3D5: "008,27885",
    CardFormat.D3D5_PLAIN: "00827885",
    CardFormat.D8: "00552173",
    CardFormat.H6: "086CED",
    CardFormat.H10: "62E3086CED",
    CardFormat.D13: "0424715775213",
    CardFormat.UID: "62E3086CED",
}
POSSIBLE = [
    (source, target) for source in CardFormat for target in CardFormat if BYTES.get(source, 5) >= BYTES.get(target, 4)
]


@pytest.mark.parametrize("card_format", CardFormat)
def test_every_format_is_written_as_its_name_says(card_format: CardFormat) -> None:
    assert card_text(CARD, card_format) == WRITTEN[card_format]


@pytest.mark.parametrize(
    ("card_from", "card_to", "typed", "number"),
    [
        ("8H", "10D", "078CFC4F", "0126680143"),
        ("8H", "10D-reversed", "078CFC4F", "1341950983"),
        ("10D", "10D-reversed", "0126680143", "1341950983"),
        ("10D-reversed", "8H", "1341950983", "078CFC4F"),
        ("10D", "uid", "0126680143", "078CFC4F"),
        ("8H-reversed", "uid", "4FFC8C07", "078CFC4F"),
        ("8H", "10D", "078cfc4f", "0126680143"),
        ("10H", "10D", "62E3086CED", "3808980205"),
        ("10D", "3D5D", "3808980205", "008,27885"),
        ("3D5D", "6H", "008,27885", "086CED"),
        ("3D5D-plain", "8D", "00827885", "00552173"),
    ],
)
def test_a_reader_and_the_files_of_the_school_agree(card_from: str, card_to: str, typed: str, number: str) -> None:
    assert conversion(card_from, card_to).of(typed) == number


@pytest.mark.parametrize(("source", "target"), POSSIBLE)
def test_every_conversion_that_invents_nothing_is_right(source: CardFormat, target: CardFormat) -> None:
    expected = WRITTEN[target]
    if target is CardFormat.UID and BYTES.get(source) == 4:
        expected = "E3086CED"
    assert conversion(source, target).of(WRITTEN[source]) == expected


@pytest.mark.parametrize(
    ("card_from", "card_to", "problem"),
    [
        ("3D5D", "10D", 'card_from = "3D5D" tells 3 bytes of a card, but card_to = "10D" needs 4'),
        ("6H", "uid", 'card_from = "6H" tells 3 bytes of a card, but card_to = "uid" needs 4'),
        ("8H", "10H", 'card_from = "8H" tells 4 bytes of a card, but card_to = "10H" needs 5'),
        ("10d", "8H", 'card_from = "10d" is no card number format .one of 10D, '),
        ("8H", "", 'card_to = "" is no card number format'),
    ],
)
def test_a_conversion_that_would_invent_bytes_is_refused(card_from: str, card_to: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        conversion(card_from, card_to)


@pytest.mark.parametrize(
    ("card_format", "text"),
    [
        ("10D", "30001234"),
        ("10D", "4294967296"),
        ("10D", "３００００００００１"),
        ("10D", "-000000001"),
        ("8H", "0126680143"),
        ("8H", "078CFC4G"),
        ("3D5D", "00827885"),
        ("3D5D", "256,00000"),
        ("3D5D", "008,65536"),
        ("3D5D-plain", "008,27885"),
        ("8D", "16777216"),
        ("13D", "1099511627776"),
        ("uid", "078CFC"),
        ("uid", "978710100304"),
        ("uid", ""),
    ],
)
def test_what_is_not_of_the_format_is_a_book_or_another_card(card_format: str, text: str) -> None:
    assert card_bytes(text, CardFormat(card_format)) is None


@pytest.mark.parametrize(
    ("uid", "card_to", "number"),
    [
        ("078CFC4F", "10D", "0126680143"),
        ("078CFC4F", "10D-reversed", "1341950983"),
        ("62E3086CED", "10D", "3808980205"),
        ("62E3086CED", "3D5D", "008,27885"),
        ("078CFC4F", "uid", "078CFC4F"),
        ("078CFC4F", "10H", None),
        ("04A1B2C3D4E5F6", "10D", None),
        ("04A1B2C3D4E5F6", "uid", "04A1B2C3D4E5F6"),
        ("E004010012345678", "10D", None),
    ],
)
def test_a_uid_that_a_reader_read_becomes_the_number_of_the_files(uid: str, card_to: str, number: str | None) -> None:
    assert from_uid(uid, card_to) == number


@given(st.integers(0, 2**32 - 1))
def test_ten_digits_and_eight_hex_digits_say_the_same(value: int) -> None:
    there, back = conversion("10D-reversed", "8H"), conversion("8H", "10D-reversed")
    number = there.of(f"{value:010}")
    assert number is not None
    assert back.of(number) == f"{value:010}"


@given(st.text("0123456789ABCDEFabcdef,", max_size=14), st.sampled_from(POSSIBLE))
def test_no_text_makes_a_conversion_fall(text: str, pair: tuple[CardFormat, CardFormat]) -> None:
    number = conversion(*pair).of(text)
    if number is not None:
        assert card_bytes(number, pair[1]) is not None


@pytest.mark.parametrize(("source", "target"), [pair for pair in POSSIBLE if WRITTEN[pair[0]] != WRITTEN[pair[1]]])
def test_a_known_card_tells_which_formats_they_are(source: CardFormat, target: CardFormat) -> None:
    typed = WRITTEN[source]
    number = conversion(source, target).of(typed)
    assert number is not None
    found = fitting(typed, f"uid:{number}" if target is CardFormat.UID else number)
    assert len(found) == 1
    other = "1122AB44CD"
    again = card_text(bytes.fromhex(other), source)
    assert again is not None
    assert found[0].of(again) == conversion(source, target).of(again)


@pytest.mark.parametrize(
    ("typed", "number", "found"),
    [
        ("0126680143", "1341950983", [Conversion(CardFormat.D10, CardFormat.D10_REVERSED)]),
        ("0126680143", " 078cfc4f ", [Conversion(CardFormat.D10, CardFormat.H8)]),
        ("1341950983", "uid:078CFC4F", [Conversion(CardFormat.D10_REVERSED, CardFormat.UID)]),
        ("0126680143", "20260017", []),
        ("张小一", "0126680143", []),
    ],
)
def test_a_card_that_does_not_fit_says_so(typed: str, number: str, found: list[Conversion]) -> None:
    assert fitting(typed, number) == found


def test_a_card_that_reads_the_same_both_ways_does_not_tell() -> None:
    assert len(fitting(f"{0x07070707:010}", "07070707")) == 2
