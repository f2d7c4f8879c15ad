"""Where a scan ends. Most scanners send a suffix, some send none and only fall silent.

A pause inside the scan of a scanner that does send a suffix is a hiccup: closing the scan there would make two
short codes out of one. So by default a decoder learns: until it has seen a suffix a pause ends the scan, after that
only a suffix does, and what stays unfinished for a second is dropped.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

STALE_S: Final = 1.0


class Framing(StrEnum):
    """What ends a scan."""

    LEARN = "learn"  # a pause, until a first suffix was seen; then a suffix only
    PAUSE = "pause"  # a suffix or a pause
    SUFFIX = "suffix"  # a suffix only


class Trouble(StrEnum):
    """Why a scan was dropped, as `Misread.why` says it."""

    OVERRUN = "overrun"  # the kernel's buffer overflowed: characters are missing
    CONTROL_KEYS = "control_keys"  # Ctrl, Alt, Esc, F keys: a barcode that tries to operate the computer
    ALT_MODE = "alt_mode"  # the scanner sends Alt codes: it must be set to a US keyboard
    TOO_LONG = "too_long"
    UNFINISHED = "unfinished"  # the suffix never came
    UNREADABLE = "unreadable"  # bytes that are neither UTF-8 nor GB18030
    TWO_CARDS = "two_cards"  # two cards lie together: nobody knows whose visit it is


@dataclass(frozen=True, slots=True)
class Text:
    """A whole scan, without its suffix."""

    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """A scan that came, but not so that its text can be vouched for."""

    why: Trouble


Read = Text | Dropped
