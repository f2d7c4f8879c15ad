"""What a scanned text is, before anybody is asked."""

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.circulation import codes, names
from kiosk.circulation.codes import CHECKS, SCAN_CHARACTERS_MAX, is_isbn, normalise


def test_the_examples_in_the_modules_are_right() -> None:
    for module in (codes, names):
        assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("  0012ab\r\n", "0012AB"),
        ("００１２ＡＢ", "0012AB"),
        ("\u3000卡片１\u3000", "卡片1"),
        ("AB\x1dC", None),
        ("\x02AB", None),
        ("AB\x00", None),
        ("", None),
        (" \t\r\n", None),
        ("A" * SCAN_CHARACTERS_MAX, "A" * SCAN_CHARACTERS_MAX),
        ("A" * (SCAN_CHARACTERS_MAX + 1), None),
    ],
)
def test_a_text_is_normalised_or_dropped(text: str, plain: str | None) -> None:
    assert normalise(text) == plain


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    plain = normalise(text)
    assert plain is None or normalise(plain) == plain


@pytest.mark.parametrize(
    ("text", "isbn"),
    [
        ("9787101003048", True),
        ("978-7-101-00304-8", True),
        ("7-101-00304-4", True),
        ("ISBN 7-101-00304-4", True),
        ("9787101003047", False),
        ("6901028225168", False),  # a valid EAN, but not of a book
        ("978710100304851", True),  # with a two-digit add-on
        ("33191000105864", False),
        ("", False),
    ],
)
def test_what_names_a_title(text: str, isbn: bool) -> None:
    assert is_isbn(text) is isbn


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        ("luhn14", "33191000105864", "33191000105865"),
        ("luhn14", "30234000517861", "30234000517816"),
        ("ean13", "6901028225168", "6901028225169"),
        ("ean8", "96385074", "96385075"),
    ],
)
def test_check_digits(kind: str, good: str, bad: str) -> None:
    assert CHECKS[kind](good)
    assert not CHECKS[kind](bad)
