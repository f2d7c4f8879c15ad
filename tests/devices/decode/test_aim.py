import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.aim import without_aim


@pytest.mark.parametrize(
    ("scanned", "text"),
    [
        pytest.param("]E09787101003048", "9787101003048", id="EAN-13"),
        pytest.param("]E412345670", "12345670", id="EAN-8"),
        pytest.param("]E09771234567003]E112", "9771234567003", id="EAN-13 and two more digits"),
        pytest.param("]E09787101003048]E251299", "9787101003048", id="EAN-13 and five more digits"),
        pytest.param("]E3977123456700312", "9771234567003", id="EAN-13 and two more in one"),
        pytest.param("]E3978710100304851299", "9787101003048", id="EAN-13 and five more in one"),
        pytest.param("]C030001234", "30001234", id="Code 128"),
        pytest.param("]C1010001234", "010001234", id="GS1-128"),
        pytest.param("]A0*123XYZ*", "123XYZ", id="Code 39 with its stars"),
        pytest.param("]A1123XYZM", "123XYZM", id="Code 39 without"),
        pytest.param("]A0*123XYZ", "*123XYZ", id="Code 39 with one star"),
        pytest.param("]F0A30234000517861B", "30234000517861", id="Codabar with start and stop"),
        pytest.param("]F0a30234000517861a", "30234000517861", id="Codabar in small letters"),
        pytest.param("]F030234000517861", "30234000517861", id="Codabar without"),
        pytest.param("]F0A30234000517861", "A30234000517861", id="Codabar with one of them"),
        pytest.param("]Q1张小一", "张小一", id="QR code"),
        pytest.param("]X07101003044", "7101003044", id="X0 says nothing"),
        pytest.param("]X0A123B", "A123B", id="X0 strips nothing"),
        pytest.param("9787101003048", "9787101003048", id="no identifier"),
        pytest.param("*123XYZ*", "*123XYZ*", id="stars without an identifier"),
        pytest.param("A30234000517861B", "A30234000517861B", id="letters without an identifier"),
        pytest.param("30]E01", "30]E01", id="an identifier behind"),
        pytest.param("]", "]", id="a bracket"),
        pytest.param("]E0", "", id="nothing behind it"),
        pytest.param("]F0AB", "AB", id="nothing between start and stop"),
    ],
)
def test_the_identifier_is_taken_off_with_what_belongs_to_it(scanned: str, text: str) -> None:
    assert without_aim(scanned) == text


@given(st.text())
def test_what_has_no_identifier_stays_as_it_is(text: str) -> None:
    if not text.startswith("]"):
        assert without_aim(text) == text
