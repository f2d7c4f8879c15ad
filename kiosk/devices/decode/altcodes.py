r"""Scanners in ALT-code mode: the left Alt key is held, a code is typed on the keypad, Alt is let go.

Read only in the sequential form, one digit a report. Where several digits stand in one report the kernel loses repeated
ones (080 becomes 08), so that form, and every code of fewer than three digits, is a fault and never a guess. A code is
one byte of the scanner's code page, with `gbk` also both bytes of a Hanzi at once. The numbers with and without a
leading 0 are those of Windows' ANSI and OEM code pages, which are one and the same in Chinese Windows (936).

>>> codes = AltCodes("gbk")
>>> [codes.typed("0214"), codes.typed("0208"), codes.typed("54992"), codes.typed("083")]
['', '中', '中', 'S']
>>> codes.typed("83")
<Trouble.ALT_MODE: 'alt_mode'>
"""

import codecs
from typing import Final

from kiosk.devices.decode.framing import Trouble

# linux/input-event-codes.h: KEY_KP0, KEY_KP1 … KEY_KP9.
KEYPAD_DIGITS: Final = dict(zip((82, 79, 80, 81, 75, 76, 77, 71, 72, 73), "0123456789", strict=True))
DIGITS: Final = range(3, 6)
BYTE_MAX: Final = 0xFF
PAIR_MAX: Final = 0xFFFF
ASCII_MAX: Final = 0x7F
# GB 18030 reads every GBK text and more.
CODECS: Final = {"gbk": "gb18030", "utf-8": "utf-8", "cp1252": "cp1252"}


class AltCodes:
    """The ALT codes of one scanner. `encoding` is a key of `CODECS`."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(CODECS[encoding])("strict")
        self._down: set[int] = set()
        self._report_is_taken = False
        self._digits = ""
        self._is_spoilt = False

    def __repr__(self) -> str:
        return f"<AltCodes {self._encoding}, {len(self._digits)} digits waiting>"

    @property
    def is_open(self) -> bool:
        """Whether a code, or a character of several codes, is under way."""
        return bool(self._digits) or self.is_inside

    @property
    def is_inside(self) -> bool:
        """Whether a character lacks codes."""
        return self._decoder.getstate()[0] != b""

    def press(self, code: int) -> bool:
        """A key goes down while Alt is held; False when that is no digit of a code in the sequential form."""
        if code not in KEYPAD_DIGITS or self._down or self._report_is_taken or len(self._digits) >= DIGITS.stop:
            self._is_spoilt = True
            return False
        self._down.add(code)
        self._report_is_taken = True
        self._digits += KEYPAD_DIGITS[code]
        return True

    def let_go(self, code: int) -> None:
        """A key goes up; it and the next digit have to stand in reports of their own."""
        if code in self._down:
            self._down.discard(code)
            self._report_is_taken = True

    def report(self) -> None:
        """The keyboard's report is over."""
        self._report_is_taken = False

    def spoil(self) -> None:
        """Events were lost: the code that may be under way, or the next one, counts no more."""
        self._is_spoilt = True

    def release(self) -> str | Trouble:
        """Alt goes up: what its code is, empty while the character lacks codes."""
        digits, is_spoilt = self._digits, self._is_spoilt
        self._digits, self._is_spoilt = "", False
        return Trouble.ALT_MODE if is_spoilt else self.typed(digits)

    def typed(self, digits: str) -> str | Trouble:
        """What a code of these decimal digits adds."""
        if len(digits) not in DIGITS:
            return Trouble.ALT_MODE
        code = int(digits)
        if code > (PAIR_MAX if self._encoding == "gbk" else BYTE_MAX):
            return Trouble.UNREADABLE
        if self._encoding == "cp1252" and code > ASCII_MAX and not digits.startswith("0"):
            return Trouble.UNREADABLE  # of the OEM code page, and which one that is nobody said
        try:
            return self._decoder.decode(code.to_bytes(2 if code > BYTE_MAX else 1, "big"))
        except UnicodeDecodeError:
            self._decoder.reset()
            return Trouble.UNREADABLE

    def reset(self, *, held: bool) -> None:
        """The scan is over. What is left of a code that is under way while Alt is `held` counts no more."""
        self._is_spoilt = held and (bool(self._digits) or self._is_spoilt)
        self._digits = ""
        self._down.clear()
        self._decoder.reset()
