"""A scanner that types into the demo's window: its characters are collected and end with Enter, like a line.

A window hears of each key twice, as the text that it gives and as the key that was pressed, or only of one of the two;
the text is the better one.
"""

from typing import Final

ENTER_KEYS: Final = frozenset({13, 271})
KEYPAD_ZERO: Final = 256
PRINTABLE: Final = range(33, 127)
CHARACTERS_MAX: Final = 128


class Typed:
    """What was typed since the last Enter.

    >>> typed = Typed()
    >>> [typed.key(code) for code in (51, 57, 13)]
    [None, None, '39']
    """

    def __init__(self) -> None:
        self._keys = ""
        self._text = ""

    def text(self, text: str) -> None:
        """The window was given text."""
        self._text = (self._text + text)[:CHARACTERS_MAX]

    def key(self, code: int) -> str | None:
        """A key was pressed; gives the whole text at Enter."""
        if code in ENTER_KEYS:
            whole = (self._text or self._keys).strip()
            self._text = self._keys = ""
            return whole or None
        if code in PRINTABLE:
            self._keys += chr(code)
        elif 0 <= code - KEYPAD_ZERO <= 9:
            self._keys += str(code - KEYPAD_ZERO)
        self._keys = self._keys[:CHARACTERS_MAX]
        return None
