"""Cards: what a card's UID is in the school's files, and the 125 kHz readers that name a card unasked.

A 125 kHz reader repeats a card for as long as it lies there; that is one arrival. When the card has not been heard for
half a second it was lifted, which ends a visit only where the reader is a card holder.
"""

from typing import Final

from kiosk.circulation.events import Event, Lifted, Misread, Scan, Tags
from kiosk.devices.decode.cardnumbers import from_uid
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.decode.rdm6300 import Checksum, Rdm6300
from kiosk.devices.part import ReaderSettings
from kiosk.devices.rfid.model import Medium, Tag
from kiosk.devices.rfid.presence import Presence
from kiosk.devices.serialline import SerialPort

BAUD: Final = 9600


class Cards:
    """How the cards at one reader are told: by their UID, or by the number that `card_to` makes of it."""

    def __init__(self, reader: str, card_to: str) -> None:
        self._reader = reader
        self._card_to = card_to

    def came(self, uid: str) -> Event:
        """A card lies there."""
        number = self._number(uid)
        return Tags(self._reader, (uid,)) if number is None else Scan(self._reader, number)

    def left(self, uid: str) -> Event:
        """It was lifted."""
        return Lifted(self._reader, self._number(uid) or uid)

    def _number(self, uid: str) -> str | None:
        return from_uid(uid, self._card_to) if self._card_to else None


class CardFeed:
    """An open RDM6300 or ID-12LA with its decoder."""

    def __init__(self, reader: str, settings: ReaderSettings, port: SerialPort) -> None:
        self._reader = reader
        self._port = port
        self._codec = Rdm6300(Checksum(settings.checksum))
        self._cards = Cards(reader, settings.card_to)
        self._presence = Presence(missed_rounds=0)

    def __repr__(self) -> str:
        return f"<CardFeed {self._port!r}, {self._codec.bad_frames} bad frames>"

    def fileno(self) -> int:
        return self._port.fileno()

    def read(self, now_s: float) -> list[Event]:
        cards = self._codec.feed(self._port.read(), now_s)
        return [event for card in cards for event in self._heard([Tag(card.uid, Medium.CARD)], now_s)]

    def deadline_s(self) -> float | None:
        deadlines = (self._codec.deadline_s(), self._presence.deadline_s())
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def silence(self, now_s: float) -> list[Event]:
        self._codec.silence(now_s)
        return self._heard([], now_s)

    def close(self) -> None:
        self._port.close()

    def _heard(self, tags: list[Tag], now_s: float) -> list[Event]:
        change = self._presence.round(tags, now_s)
        events = [self._cards.left(tag.uid) for tag in change.lifted]
        if change.two_cards:
            events.append(Misread(self._reader, Trouble.TWO_CARDS))
        return [*events, *(self._cards.came(tag.uid) for tag in change.arrived)]


def open_card_reader(reader: str, settings: ReaderSettings) -> CardFeed:
    """Find and open the configured 125 kHz reader."""
    return CardFeed(reader, settings, SerialPort(settings.device, settings.baud or BAUD))
