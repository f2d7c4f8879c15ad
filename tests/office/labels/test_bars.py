from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.office.labels.bars import CHARACTERS_39, DOT_MM, MODULE_MAX_MM, NoBarcode, Symbology, symbol
from tests.office.labels.barcode_reader import read_39, read_128

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
MOSTLY_DIGITS = st.text(st.sampled_from("0123456789012345678901234567890123456789AB-/"), min_size=1, max_size=40)


@given(PRINTABLE | MOSTLY_DIGITS)
def test_code_128_reads_back_as_what_was_written(text: str) -> None:
    assert read_128(symbol(text, Symbology.CODE128, 1000, 0.25).widths) == text


@given(st.text(st.sampled_from(sorted(CHARACTERS_39)), min_size=1, max_size=40))
def test_code_39_reads_back_as_what_was_written(text: str) -> None:
    assert read_39(symbol(text, Symbology.CODE39, 1000, 0.25).widths) == text


def test_code_128_is_as_the_standard_draws_it() -> None:
    # ISO/IEC 15417: start C, 12, 34, check (105 + 12 + 2 * 34) mod 103 = 82, stop
    widths = symbol("1234", Symbology.CODE128, 100, 0.25).widths
    assert "".join(map(str, map(int, widths))) == "211232" + "112232" + "131123" + "121241" + "2331112"


@pytest.mark.parametrize("text", ["1", "TS00012345", "39999000000172", "S201803011"])
@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize("room", [34.1, 59.5, 60.0])
def test_a_barcode_with_its_white_fits_the_room_or_is_refused(text: str, symbology: Symbology, room: float) -> None:
    least = 0.19 if room < 40 else 0.25
    if symbology is Symbology.CODE39 and len(text) > 9 and room < 40:
        with pytest.raises(NoBarcode, match="mm wide"):
            symbol(text, symbology, room, least)
        return
    made = symbol(text, symbology, room, least)
    assert least <= made.module_mm <= MODULE_MAX_MM
    assert made.quiet_mm == pytest.approx(10 * made.module_mm)
    assert made.width_mm + 2 * made.quiet_mm <= room + 1e-9
    bars = made.bars()
    assert len(bars) == (len(made.widths) + 1) // 2
    assert all(left + width < following for (left, width), (following, _) in pairwise(bars))
    assert bars[-1][0] + bars[-1][1] == pytest.approx(made.width_mm)


def test_a_module_is_a_whole_number_of_dots_where_it_can_be() -> None:
    made = symbol("39999000000172", Symbology.CODE128, 34.1, 0.19)
    assert made.module_mm / DOT_MM == pytest.approx(6)
    tight = symbol("39999000000172", Symbology.CODE128, 26.0, 0.19)
    assert 0.19 <= tight.module_mm < 5 * DOT_MM


def test_the_narrowest_that_still_fits_is_taken_and_the_next_is_not() -> None:
    text = "39999000000172"
    room = (sum(symbol(text, Symbology.CODE128, 100, 0.25).widths) + 20) * 0.25
    assert symbol(text, Symbology.CODE128, room + 1e-9, 0.25).module_mm == pytest.approx(0.25)
    with pytest.raises(NoBarcode):
        symbol(text, Symbology.CODE128, room - 0.01, 0.25)


def test_code_39_is_set_narrower_before_it_is_refused() -> None:
    wide, narrow = (symbol("1234567890", Symbology.CODE39, room, 0.25) for room in (60.0, 47.0))
    assert (max(wide.widths), max(narrow.widths)) == (2.5, 2.2)


@pytest.mark.parametrize(
    ("text", "symbology"),
    [
        ("", Symbology.CODE128),
        ("图书1", Symbology.CODE128),
        ("ñ", Symbology.CODE128),  # reportlab would take it for a function character
        ("a\x00", Symbology.CODE128),
        ("1" * 129, Symbology.CODE128),
        ("A_1", Symbology.CODE39),
        ("A*1", Symbology.CODE39),
        ("a1", Symbology.CODE39),
    ],
)
def test_a_text_that_cannot_be_bars_is_refused(text: str, symbology: Symbology) -> None:
    with pytest.raises(NoBarcode):
        symbol(text, symbology, 1000, 0.25)
