"""What the readers say, as values: one module a protocol, no I/O, no clock.

`PROTOCOLS` is for the command `kiosk decode`: each entry makes a codec that turns a stream of bytes, cut anywhere,
into objects that can be printed as JSON. The end of the stream is silence. Scans that were dropped print nothing.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from kiosk.devices.decode.framing import Framing, Read, Text
from kiosk.devices.decode.keys import Keys, Records
from kiosk.devices.decode.lines import Lines
from kiosk.devices.decode.rdm6300 import Card, Rdm6300

Printed = dict[str, str]


class Codec(Protocol):
    """A protocol as the command reads it."""

    def feed(self, data: bytes) -> list[Printed]:
        """What `data` completes."""
        ...

    def end(self) -> list[Printed]:
        """What the end of the stream completes."""
        ...


class _PrintedKeys:
    def __init__(self) -> None:
        self._records = Records()
        self._keys = Keys(Framing.PAUSE)

    def feed(self, data: bytes) -> list[Printed]:
        return _texts(self._keys.feed(self._records.feed(data)))

    def end(self) -> list[Printed]:
        return _texts(self._keys.end())


class _PrintedLines:
    def __init__(self) -> None:
        self._lines = Lines(Framing.PAUSE)

    def feed(self, data: bytes) -> list[Printed]:
        return _texts(self._lines.feed(data, now_s=0.0))

    def end(self) -> list[Printed]:
        return _texts(self._lines.end())


class _PrintedRdm6300:
    def __init__(self) -> None:
        self._codec = Rdm6300()

    def feed(self, data: bytes) -> list[Printed]:
        return [_card(card) for card in self._codec.feed(data, now_s=0.0)]

    def end(self) -> list[Printed]:
        return []


def _texts(reads: Iterable[Read]) -> list[Printed]:
    return [{"text": read.text} for read in reads if isinstance(read, Text)]


def _card(card: Card) -> Printed:
    return {"direction": "reader", "uid": card.uid, "number": card.number, "wiegand": card.wiegand}


PROTOCOLS: Final[dict[str, Callable[[], Codec]]] = {
    "keys": _PrintedKeys,
    "lines": _PrintedLines,
    "rdm6300": _PrintedRdm6300,
}
