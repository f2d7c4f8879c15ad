"""Card and tag readers on a serial port.

A reader repeats a card for as long as it lies there; that is one arrival. When the card has not been heard for half
a second it was lifted, which ends a visit only where the reader is a card holder.
"""

from collections.abc import Iterable
from typing import Final

from kiosk.circulation.events import Event, Lifted, Tags
from kiosk.devices.decode.rdm6300 import Rdm6300
from kiosk.devices.part import ReaderSettings
from kiosk.devices.serialline import SerialPort

BAUD: Final = 9600
LIFTED_AFTER_S: Final = 0.5


class Presence:
    """Which tags lie at a reader, told as arrivals and liftings."""

    def __init__(self, reader: str, lifted_after_s: float = LIFTED_AFTER_S) -> None:
        self._reader = reader
        self._lifted_after_s = lifted_after_s
        self._heard_s: dict[str, float] = {}

    def heard(self, tags: Iterable[str], now_s: float) -> list[Event]:
        """`tags` were read at `now_s`: the ones that were not there before arrived together."""
        events = self.silence(now_s)
        heard = dict.fromkeys(tags, now_s)
        arrived = tuple(tag for tag in heard if tag not in self._heard_s)
        self._heard_s |= heard
        return [*events, Tags(self._reader, arrived)] if arrived else events

    def deadline_s(self) -> float | None:
        """When the first of the present tags counts as lifted if it is not heard again."""
        return min(self._heard_s.values()) + self._lifted_after_s if self._heard_s else None

    def silence(self, now_s: float) -> list[Event]:
        """The tags that were not heard for long enough before `now_s` were lifted."""
        gone = [tag for tag, heard_s in self._heard_s.items() if now_s - heard_s >= self._lifted_after_s]
        for tag in gone:
            del self._heard_s[tag]
        return [Lifted(self._reader, tag) for tag in gone]


class CardFeed:
    """An open RDM6300 or ID-12LA with its decoder."""

    def __init__(self, reader: str, port: SerialPort) -> None:
        self._port = port
        self._codec = Rdm6300()
        self._presence = Presence(reader)

    def __repr__(self) -> str:
        return f"<CardFeed {self._port!r}, {self._codec.bad_frames} bad frames>"

    def fileno(self) -> int:
        return self._port.fileno()

    def read(self, now_s: float) -> list[Event]:
        cards = self._codec.feed(self._port.read(), now_s)
        return self._presence.heard([card.uid for card in cards], now_s)

    def deadline_s(self) -> float | None:
        deadlines = (self._codec.deadline_s(), self._presence.deadline_s())
        return min((due_s for due_s in deadlines if due_s is not None), default=None)

    def silence(self, now_s: float) -> list[Event]:
        self._codec.silence(now_s)
        return self._presence.silence(now_s)

    def close(self) -> None:
        self._port.close()


def open_card_reader(reader: str, settings: ReaderSettings) -> CardFeed:
    """Find and open the configured 125 kHz reader."""
    return CardFeed(reader, SerialPort(settings.device, settings.baud or BAUD))
