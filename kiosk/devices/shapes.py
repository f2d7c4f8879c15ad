"""What a read looks like, without saying what it is: length and kind, for people who set a reader up.

Neither a card's number nor a book's leaves the machine this way; only the form does.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.circulation.codes import CARD_UID_BYTES, CHECKS, is_isbn, normalise

ISO_15693_BYTES = 8
ISO_15693_PREFIX = "E0"


class Kind(StrEnum):
    """The forms that are told apart."""

    ISBN = "isbn"  # names a title, no item
    EAN = "ean"  # 13 or 8 digits whose check digit fits
    LUHN = "luhn"  # 14 digits whose check digit fits, as on library labels
    BAD_ISBN = "bad_isbn"  # an ISBN whose check digit does not fit: digits were lost on the way
    DIGITS = "digits"
    HEX = "hex"  # letters A to F and digits, as card numbers are
    CHINESE = "chinese"
    TEXT = "text"
    CONTROL = "control"  # control characters are in it: the kiosk drops it
    CARD = "card"
    TAG = "tag"
    EPC = "epc"


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of one read: `size` is characters of a text, bytes of a tag."""

    kind: Kind
    size: int


def shape_of_text(text: str) -> Shape:
    """The form of a scanned text.

    >>> [str(shape_of_text(text).kind) for text in ("9787101003048", "9787101003047", "30001234", "078CFC4F", "张小一")]
    ['isbn', 'bad_isbn', 'digits', 'hex', 'chinese']
    """
    plain = normalise(text)
    if plain is None:
        return Shape(Kind.CONTROL, len(text))
    return Shape(_kind(plain), len(plain))


def _kind(plain: str) -> Kind:
    if is_isbn(plain):
        return Kind.ISBN
    if plain.isascii() and plain.isdecimal():
        if len(plain) == 13 and plain.startswith(("978", "979")):
            return Kind.BAD_ISBN
        if CHECKS["ean13"](plain) or CHECKS["ean8"](plain):
            return Kind.EAN
        return Kind.LUHN if CHECKS["luhn14"](plain) else Kind.DIGITS
    if set(plain) <= set("0123456789ABCDEF") and len(plain) % 2 == 0:
        return Kind.HEX
    return Kind.TEXT if plain.isascii() else Kind.CHINESE


def shape_of_tag(uid: str) -> Shape:
    """The form of a UID or an EPC in hex.

    >>> [str(shape_of_tag(uid).kind) for uid in ("078CFC4F", "E004010012345678", "E2801160600002084D3F5A11")]
    ['card', 'tag', 'epc']
    """
    size = len(uid) // 2
    if size in CARD_UID_BYTES:
        return Shape(Kind.CARD, size)
    is_iso_15693 = size == ISO_15693_BYTES and uid.upper().startswith(ISO_15693_PREFIX)
    return Shape(Kind.TAG if is_iso_15693 else Kind.EPC, size)
