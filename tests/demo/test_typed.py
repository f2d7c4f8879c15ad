"""What a scanner types into the demo's window."""

from kiosk.demo.typed import CHARACTERS_MAX, Typed

ENTER, KEYPAD_ENTER, KEYPAD_ZERO, SHIFT = 13, 271, 256, 304


def keys(typed: Typed, text: str) -> None:
    for character in text:
        assert typed.key(ord(character)) is None


def test_keys_up_to_enter_are_one_text_and_then_it_begins_anew() -> None:
    typed = Typed()
    keys(typed, "39999000001873")
    assert typed.key(ENTER) == "39999000001873"
    keys(typed, "0086466564")
    assert typed.key(KEYPAD_ENTER) == "0086466564"


def test_text_counts_before_keys_so_that_nothing_comes_twice() -> None:
    typed = Typed()
    keys(typed, "reset-0001")
    typed.text("RESET-0001")
    assert typed.key(ENTER) == "RESET-0001"


def test_digits_of_the_keypad_count_and_other_keys_do_not() -> None:
    typed = Typed()
    for code in (KEYPAD_ZERO + 3, SHIFT, KEYPAD_ZERO + 9):
        typed.key(code)
    assert typed.key(ENTER) == "39"


def test_enter_alone_says_nothing_and_a_text_has_an_end() -> None:
    typed = Typed()
    assert typed.key(ENTER) is None
    typed.text("9" * 1000)
    assert typed.key(ENTER) == "9" * CHARACTERS_MAX
