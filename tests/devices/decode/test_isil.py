import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import isil

VALID = [
    "CN-440100-1-ABC",
    "CN-110000-3-X",
    "DE-705",
    "DE-Heu1",
    "DK-718500",
    "US-InU-Mu",
    "FI-Mamk-M",
    "O-1",
    "ZDB-1",
    "OCLC-a/b:c",
]

isils = st.from_regex(r"([A-Z]{2}|[A-Za-z0-9]|[A-Za-z0-9]{3,4})-[A-Za-z0-9/:\-]{1,11}", fullmatch=True)


@pytest.mark.parametrize("text", VALID)
def test_identifiers_of_libraries_are_valid_also_those_of_china(text: str) -> None:
    assert isil.problem(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "DE",
        "DE-",
        "-705",
        "de-705",
        "D1-705",
        "DE705",
        "CN-440100-1-ABCDE",
        "DE-Köln",
        "DE-7 5",
        "ABCDE-1",
        "DE-7\n",
    ],
)
def test_what_iso_15511_does_not_allow_is_said(text: str) -> None:
    assert "ISIL" in (isil.problem(text) or "")


@pytest.mark.parametrize(
    ("text", "bits"),
    [
        pytest.param("US-InU-Mu", "ACC09EBAA06F6B", id="ISO 28560-2 Annex D"),
        pytest.param("DE-Heu1", "21408E16BF1F", id="a latch for two, a shift for one"),
        pytest.param("FI-Mamk-M", "3240DE05AB075B", id="a tag of Mikkeli"),
        pytest.param("YST", "CCE9", id="not valid, but written"),
    ],
)
def test_the_bits_are_those_of_published_tags(text: str, bits: str) -> None:
    assert isil.packed(text).hex().upper() == bits
    assert isil.unpacked(bytes.fromhex(bits)) == text


@given(isils)
def test_every_identifier_comes_back_from_its_bits(text: str) -> None:
    assert isil.problem(text) is None
    assert isil.unpacked(isil.packed(text)) == text


@given(st.binary(max_size=40))
def test_any_bytes_can_be_unpacked(data: bytes) -> None:
    assert len(isil.unpacked(data)) <= 2 * len(data)
