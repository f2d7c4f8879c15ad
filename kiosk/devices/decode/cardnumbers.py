"""The ways in which readers type a card's number, and what the school's files hold instead.

A card has a few bytes; readers print them as decimal or hex digits, all of them or the last ones, in this order or the
other. A conversion only ever leaves bytes out: three bytes never become four. The names are those on the readers'
leaflets: `10D` is ten decimal digits of four bytes, `8H` the same in hex, `3D5D` the number printed on 125 kHz cards.

>>> conversion("10D", "8H").of("0126680143"), conversion("10D", "10D-reversed").of("0126680143")
('078CFC4F', '1341950983')
>>> conversion("10H", "10D").of("62E3086CED"), conversion("10D", "3D5D").of("3808980205")
('3808980205', '008,27885')
>>> conversion("3D5D", "10D")
Traceback (most recent call last):
ValueError: card_from = "3D5D" tells 3 bytes of a card, but card_to = "10D" needs 4
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

UID_BYTES: Final = frozenset({4, 5, 7, 8, 10})


class CardFormat(StrEnum):
    """How a card's number is written."""

    D10 = "10D"  # 4 bytes, ten decimal digits
    D10_REVERSED = "10D-reversed"
    H8 = "8H"  # 4 bytes, eight hex digits
    H8_REVERSED = "8H-reversed"
    D3D5 = "3D5D"  # 3 bytes: one in three decimal digits, a comma, two in five
    D3D5_PLAIN = "3D5D-plain"  # the same without the comma
    D8 = "8D"  # 3 bytes, eight decimal digits
    H6 = "6H"  # 3 bytes, six hex digits
    H10 = "10H"  # 5 bytes of a 125 kHz card, ten hex digits
    D13 = "13D"  # the same, thirteen decimal digits
    UID = "uid"  # all bytes in hex, the most significant first


REVERSED: Final = frozenset({CardFormat.D10_REVERSED, CardFormat.H8_REVERSED})
BYTES: Final = {
    CardFormat.D10: 4,
    CardFormat.D10_REVERSED: 4,
    CardFormat.H8: 4,
    CardFormat.H8_REVERSED: 4,
    CardFormat.D3D5: 3,
    CardFormat.D3D5_PLAIN: 3,
    CardFormat.D8: 3,
    CardFormat.H6: 3,
    CardFormat.H10: 5,
    CardFormat.D13: 5,
}
DECIMALS: Final = {
    CardFormat.D10: 10,
    CardFormat.D10_REVERSED: 10,
    CardFormat.D8: 8,
    CardFormat.D13: 13,
}
_HEX: Final = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_FACILITY: Final = re.compile(r"(\d{3})(,?)(\d{5})", re.ASCII)
UNREVERSED: Final = {
    CardFormat.D10_REVERSED: CardFormat.D10,
    CardFormat.H8_REVERSED: CardFormat.H8,
}
# A card that no byte order and no cut makes equal to another: conversions that agree on it are the same.
_PROBE: Final = bytes.fromhex("01 23 45 67 89 AB CD EF 12 34")


@dataclass(frozen=True, slots=True)
class Conversion:
    """From what a reader gives to what the school's files hold."""

    card_from: CardFormat
    card_to: CardFormat

    def of(self, text: str) -> str | None:
        """`text` in the other format; None where it is not of the first: a book, or another kind of card."""
        card = card_bytes(text, self.card_from)
        return None if card is None else card_text(card, self.card_to)


def conversion(card_from: str, card_to: str) -> Conversion:
    """The conversion that the settings name. A ValueError says what is wrong with them."""
    pair = Conversion(_format("card_from", card_from), _format("card_to", card_to))
    # A UID has at least four bytes, and which of them count in a longer number the card itself tells.
    has = BYTES.get(pair.card_from, max(BYTES.values()))
    needs = BYTES.get(pair.card_to, min(UID_BYTES))
    if has < needs:
        raise ValueError(
            f'card_from = "{pair.card_from}" tells {has} bytes of a card, but card_to = "{pair.card_to}" needs {needs}'
        )
    return pair


def from_uid(uid: str, card_to: str) -> str | None:
    """A UID that a reader read, in the format of the school's files; None where it has no such number.

    >>> from_uid("078CFC4F", "10D"), from_uid("62E3086CED", "10D"), from_uid("04A1B2C3D4E5F6", "10D")
    ('0126680143', '3808980205', None)
    """
    return conversion(CardFormat.UID, card_to).of(uid)


def fitting(typed: str, number: str, sources: Iterable[CardFormat] = CardFormat) -> list[Conversion]:
    """The conversions that make `number`, as the school's files hold it, of what a reader gave for the same card.

    Of those that are the same for every card only the first is named, and none where nothing has to be changed. More
    than one means that this card does not tell.

    >>> [f"{pair.card_from} {pair.card_to}" for pair in fitting("0126680143", "1341950983")]
    ['10D 10D-reversed']
    """
    typed, wanted = typed.strip(), number.strip().upper()
    if wanted.startswith("UID:"):
        targets, wanted = [CardFormat.UID], wanted.removeprefix("UID:").strip()
    else:
        targets = [target for target in CardFormat if target is not CardFormat.UID]
    found: dict[tuple[str | None, str | None], Conversion] = {}
    for source in sources:
        for target in targets:
            try:
                pair = conversion(source, target)
            except ValueError:
                continue
            if source is not target and pair.of(typed) == wanted:
                found.setdefault(_behaviour(pair, typed), pair)
    return list(found.values())


def card_bytes(text: str, card_format: CardFormat) -> bytes | None:
    """The bytes, most significant first, of a number that is written so; None where `text` is not."""
    if card_format is CardFormat.UID:
        is_uid = _HEX.fullmatch(text) is not None and len(text) // 2 in UID_BYTES
        return bytes.fromhex(text) if is_uid else None
    size = BYTES[card_format]
    value = _value(text, card_format, size)
    if value is None or value >> 8 * size:
        return None
    card = value.to_bytes(size, "big")
    return card[::-1] if card_format in REVERSED else card


def card_text(card: bytes, card_format: CardFormat) -> str | None:
    """How the last bytes of a card are written; None where the card has too few, or so many that they do not tell."""
    if card_format is CardFormat.UID:
        return card.hex().upper() if len(card) in UID_BYTES else None
    size = BYTES[card_format]
    if not size <= len(card) <= max(BYTES.values()):
        return None
    last = card[-size:]
    value = int.from_bytes(last[::-1] if card_format in REVERSED else last, "big")
    match card_format:
        case CardFormat.D3D5:
            return f"{value >> 16:03},{value & 0xFFFF:05}"
        case CardFormat.D3D5_PLAIN:
            return f"{value >> 16:03}{value & 0xFFFF:05}"
        case _ if card_format in DECIMALS:
            return f"{value:0{DECIMALS[card_format]}}"
        case _:
            return f"{value:0{2 * size}X}"


def _value(text: str, card_format: CardFormat, size: int) -> int | None:
    if card_format in (CardFormat.D3D5, CardFormat.D3D5_PLAIN):
        parts = _FACILITY.fullmatch(text)
        if parts is None or (parts[2] != "") is not (card_format is CardFormat.D3D5):
            return None
        facility, number = int(parts[1]), int(parts[3])
        return None if number >> 16 else facility << 16 | number
    if card_format in DECIMALS:
        is_decimal = len(text) == DECIMALS[card_format] and text.isascii() and text.isdecimal()
        return int(text) if is_decimal else None
    return int(text, 16) if len(text) == 2 * size and _HEX.fullmatch(text) else None


def _format(key: str, name: str) -> CardFormat:
    try:
        return CardFormat(name)
    except ValueError:
        raise ValueError(f'{key} = "{name}" is no card number format (one of {", ".join(CardFormat)})') from None


def _behaviour(pair: Conversion, typed: str) -> tuple[str | None, str | None]:
    """A text of the same form as `typed`, and what `pair` makes of it."""
    shape = UNREVERSED.get(pair.card_from, pair.card_from)
    text = card_text(_PROBE[: BYTES.get(shape, len(typed) // 2)], shape)
    return text, None if text is None else pair.of(text)
