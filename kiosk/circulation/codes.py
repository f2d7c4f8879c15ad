"""What a scanned text or tag is: the first that fits of SEMANTICS §3.

Texts are normalised once, here, so that import, desk and traces speak of the same thing: NFKC, trimmed, upper case,
leading zeros kept. Check digits come from python-stdnum (ISBN, EAN, Luhn), imported with the first of them, so that the
first page need not wait for it.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto

from kiosk.circulation.events import Label
from kiosk.circulation.policy import Policy
from kiosk.circulation.ports import KnownCard, Shelf
from kiosk.circulation.records import Code, Item

SCAN_CHARACTERS_MAX = 128
CARD_UID_BYTES = (4, 5, 7, 10)  # ISO 14443 UIDs; 5 bytes come only from 125 kHz readers
_BLANKS = " \t\r\n\f\v"
_ISBN_WITH_ADDON = re.compile(r"(97[89]\d{10})(?:\d{2}|\d{5})?")
_ISBN_10 = re.compile(r"\d{9}[\dX]")
_TEN_DIGITS = re.compile(r"\d{10}")


def _luhn14(text: str) -> bool:
    from stdnum import luhn

    return len(text) == 14 and luhn.is_valid(text)


def _ean13(text: str) -> bool:
    from stdnum import ean

    return len(text) == 13 and ean.is_valid(text)


def _ean8(text: str) -> bool:
    from stdnum import ean

    return len(text) == 8 and ean.is_valid(text)


# The check digits that item barcodes may carry, by name (Codabar as libraries use it: 14 digits, Luhn).
CHECKS: Mapping[str, Callable[[str], bool]] = {"luhn14": _luhn14, "ean13": _ean13, "ean8": _ean8}


class Signal(Enum):
    """Codes that are neither patron nor item."""

    DROPPED = auto()  # control characters, empty or too long: as if nothing had been scanned
    RESET = auto()


@dataclass(frozen=True, slots=True)
class Unknown:
    """A text or tag that nobody knows. `text` never leaves the desk but as a keyed hash."""

    code: Code
    text: str


Meaning = Signal | KnownCard | Item | Unknown


def normalise(text: str) -> str | None:
    """The one form of a scanned text, or None when the scan is to be dropped.

    >>> normalise("  ａ００１２\\r\\n")
    'A0012'
    >>> normalise("AB\\x1dC") is None
    True
    """
    plain = unicodedata.normalize("NFKC", text).strip(_BLANKS).upper()
    if not plain or len(plain) > SCAN_CHARACTERS_MAX or any(unicodedata.category(c) in ("Cc", "Cs") for c in plain):
        return None
    return plain


def is_isbn(text: str) -> bool:
    """Whether `text` names a title: an ISBN, or an EAN beginning 978 or 979, with an add-on or not.

    Ten bare digits are no ISBN: they are printed on no book as a barcode, and every eleventh number would fit.

    >>> is_isbn("9787020002207"), is_isbn("978-7-02-000220-7"), is_isbn("9787020002208"), is_isbn("978702000220751234")
    (True, True, False, True)
    >>> is_isbn("7-101-00304-4"), is_isbn("7101003044"), is_isbn("9999999999")
    (True, False, False)
    """
    if _TEN_DIGITS.fullmatch(text):
        return False
    plain = text.removeprefix("ISBN").lstrip(": ").replace("-", "").replace(" ", "")
    long = _ISBN_WITH_ADDON.fullmatch(plain)
    if long:
        return _ean13(long[1])
    from stdnum import isbn

    return _ISBN_10.fullmatch(plain) is not None and isbn.is_valid(plain)


def text_meaning(scanned: str, policy: Policy, shelf: Shelf) -> Meaning:
    """What a scanned text is."""
    text = normalise(scanned)
    if text is None:
        return Signal.DROPPED
    if text in policy.commands:
        return Signal.RESET
    known = shelf.card(text) or shelf.item(text)
    if known is not None:
        return known
    return Unknown(_unknown_text(text, policy), text)


def tag_meaning(uid: str, shelf: Shelf, label: Label | None = None) -> Meaning:
    """What a tag or a card without contact is: by the item number in its memory, or else by its UID or EPC in hex."""
    text = normalise(uid)
    if text is None:
        return Signal.DROPPED
    said = normalise(label.item) if label is not None and label.item is not None else None
    for key in (said, text):
        known = key and (shelf.card(key) or shelf.item(key))
        if known:
            return known
    if said is not None:
        return Unknown(Code.UNKNOWN_CARD if label is not None and label.is_card else Code.UNKNOWN_ITEM, said)
    is_card = len(text) in [2 * size for size in CARD_UID_BYTES]
    return Unknown(Code.UNKNOWN_CARD if is_card else Code.UNKNOWN_ITEM, text)


def _unknown_text(text: str, policy: Policy) -> Code:
    is_card = policy.card_pattern is not None and policy.card_pattern.fullmatch(text) is not None
    is_item = policy.item_pattern is not None and policy.item_pattern.fullmatch(text) is not None
    if is_isbn(text):
        return Code.ISBN_NOT_ITEM
    if is_card:
        return Code.UNKNOWN_CARD
    if is_item and policy.item_check is not None and not CHECKS[policy.item_check](text):
        return Code.UNREADABLE
    return Code.UNKNOWN_ITEM
