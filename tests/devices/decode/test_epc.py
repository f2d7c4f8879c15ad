import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import epc
from kiosk.devices.decode.epc import Numbering


@pytest.mark.parametrize(
    ("pc", "afi", "after"),
    [
        pytest.param(0x3000, 0xC2, 0x31C2, id="96 bits, lent"),
        pytest.param(0x3000, 0x07, 0x3107, id="96 bits, armed"),
        pytest.param(0x31C2, 0x07, 0x3107, id="armed again"),
        pytest.param(0x3400, 0xC2, 0x35C2, id="the user memory bit stays"),
        pytest.param(0x45C2, 0x07, 0x4507, id="128 bits, ISO/TS 28560-4"),
        pytest.param(0xFEFF, 0x00, 0xFF00, id="all else stays"),
    ],
)
def test_an_afi_goes_into_the_control_word_and_all_else_stays(pc: int, afi: int, after: int) -> None:
    assert epc.with_afi(pc, afi) == after
    assert epc.afi(after) == afi


def test_a_control_word_without_t_has_no_afi() -> None:
    assert epc.afi(0x3000) is None
    assert epc.afi(0x30C2) is None


@pytest.mark.parametrize(
    ("pc", "number", "expected"),
    [
        pytest.param(0x31C2, "E200301666130121155074EF", Numbering.LIBRARY, id="T is set"),
        pytest.param(0x3107, "300833B2DDD9014000000001", Numbering.LIBRARY, id="T is set, whatever the EPC"),
        pytest.param(0x3000, "300833B2DDD9014000000001", Numbering.GS1, id="SGTIN-96"),
        pytest.param(None, "300833B2DDD9014000000001", Numbering.GS1, id="SGTIN-96, no control word"),
        pytest.param(0x3000, "3530313233343536", Numbering.PRIVATE, id="shorter than any number of GS1"),
        pytest.param(0x3000, "303130303031323334000000", Numbering.PRIVATE, id="a barcode as text"),
        pytest.param(0x3000, "E200301666130121155074EF", Numbering.PRIVATE, id="a number of the chip maker"),
        pytest.param(0x0000, "", Numbering.PRIVATE, id="empty"),
    ],
)
def test_trade_goods_are_told_from_the_librarys_tags(pc: int | None, number: str, expected: Numbering) -> None:
    assert epc.numbering(pc, number) is expected


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("303130303031323334000000", "010001234"),
        ("42303031", "B001"),
        ("423030", None),
        ("42003031", None),
        ("20303031", None),
        ("C2303031", None),
        ("0A303031", None),
        ("", None),
    ],
)
def test_an_epc_that_is_text_is_read_as_that_text(number: str, text: str | None) -> None:
    assert epc.text(number) == text


@given(st.integers(0, 0xFFFF), st.binary(max_size=62))
def test_any_control_word_and_epc_can_be_told(pc: int, number: bytes) -> None:
    assert epc.numbering(pc, number.hex()) in Numbering
