"""What a typed text becomes: the AIM identifier comes off, a card's number takes the form of the school's files.

A text that is not of the reader's card format stays as it is, because the same reader may read books.
"""

from collections.abc import Iterable
from typing import assert_never

from kiosk.circulation.events import Event, Misread, Scan, Tags
from kiosk.devices.decode.aim import without_aim
from kiosk.devices.decode.cardnumbers import CardFormat, Conversion, conversion
from kiosk.devices.decode.framing import Dropped, Read, Text
from kiosk.devices.part import ReaderSettings


class Typed:
    """The texts of one reader."""

    def __init__(self, reader: str, settings: ReaderSettings) -> None:
        self._reader = reader
        self._has_aim = settings.aim
        self._conversion = typed_conversion(settings)

    def events(self, reads: Iterable[Read]) -> list[Event]:
        """The events that `reads` are."""
        return [self._event(read) for read in reads]

    def _event(self, read: Read) -> Event:
        match read:
            case Text(text):
                return self._scan(without_aim(text) if self._has_aim else text)
            case Dropped(why):
                return Misread(self._reader, why)
            case _:
                assert_never(read)

    def _scan(self, text: str) -> Event:
        pair = self._conversion
        number = None if pair is None else pair.of(text.strip())
        if pair is None or number is None:
            return Scan(self._reader, text)
        return Tags(self._reader, (number,)) if pair.card_to is CardFormat.UID else Scan(self._reader, number)


def typed_conversion(settings: ReaderSettings) -> Conversion | None:
    """What becomes of the card numbers that a reader types; None for nothing. A ValueError says what is wrong."""
    if not settings.card_from and not settings.card_to:
        return None
    if not settings.card_from or not settings.card_to:
        missing = "card_to" if settings.card_from else "card_from"
        raise ValueError(f"{missing} is missing: card_from and card_to go together")
    return conversion(settings.card_from, settings.card_to)
