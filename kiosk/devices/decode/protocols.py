"""The protocols as the command `kiosk decode` reads them.

Each entry of `PROTOCOLS` makes a codec that turns a stream of bytes, cut anywhere, into objects that can be printed as
JSON. The end of the stream is silence. Scans that were dropped print nothing.
"""

from collections.abc import Callable, Iterable
from typing import Final, Protocol

from kiosk.devices.decode import cr95hf, feig, m100, pn532, r2000, rdm6300, rl866, thingmagic, uhfreader18
from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.framing import Framing, Read, Text
from kiosk.devices.decode.keys import Keys, Records
from kiosk.devices.decode.librarytag import TagMemory
from kiosk.devices.decode.lines import Lines

Printed = dict[str, object]


class Codec(Protocol):
    """A protocol as the command reads it."""

    def feed(self, data: bytes) -> list[Printed]:
        """What `data` completes."""
        ...

    def end(self) -> list[Printed]:
        """What the end of the stream completes."""
        ...


class Teller(Protocol):
    """A frame of a binary protocol."""

    def told(self) -> list[Printed]:
        """The frame as JSON objects: one for each tag id (`uid` or `epc`) that it carries, one if it carries none."""
        ...


class _Frames:
    """A binary protocol: whole frames, and at the end those behind a beginning that never became whole."""

    def __init__(self, frames: Frames[Teller]) -> None:
        self._frames = frames

    def feed(self, data: bytes) -> list[Printed]:
        return [told for frame in self._frames.feed(data) for told in frame.told()]

    def end(self) -> list[Printed]:
        return [told for frame in self._frames.end() for told in frame.told()]


class _PrintedKeys:
    """Key events. ALT codes are UTF-8 where a scan of them reads as that, else GBK, as lines are."""

    def __init__(self) -> None:
        self._records = Records()
        self._utf_8, self._gbk = Keys(Framing.PAUSE, alt="utf-8"), Keys(Framing.PAUSE, alt="gbk")

    def feed(self, data: bytes) -> list[Printed]:
        told: list[Printed] = []
        for event in self._records.feed(data):
            told += _either(self._utf_8.feed((event,)), self._gbk.feed((event,)))
        return told

    def end(self) -> list[Printed]:
        return _either(self._utf_8.end(), self._gbk.end())


class _PrintedLines:
    def __init__(self) -> None:
        self._lines = Lines(Framing.PAUSE)

    def feed(self, data: bytes) -> list[Printed]:
        return _texts(self._lines.feed(data, now_s=0.0))

    def end(self) -> list[Printed]:
        return _texts(self._lines.end())


def _either(first: list[Read], second: list[Read]) -> list[Printed]:
    """The texts of one scan in the first of two encodings that reads it."""
    return _texts(first) or _texts(second)


def _texts(reads: Iterable[Read]) -> list[Printed]:
    return [{"text": read.text} for read in reads if isinstance(read, Text)]


PROTOCOLS: Final[dict[str, Callable[[], Codec]]] = {
    "keys": _PrintedKeys,
    "lines": _PrintedLines,
    "rdm6300": lambda: _Frames(rdm6300.codec()),
    "pn532": lambda: _Frames(pn532.codec()),
    "m100": lambda: _Frames(m100.codec()),
    "r2000": lambda: _Frames(r2000.codec()),
    "uhfreader18": lambda: _Frames(uhfreader18.codec()),
    "cr95hf": lambda: _Frames(cr95hf.codec()),
    "feig": lambda: _Frames(feig.codec()),
    "rl866": lambda: _Frames(rl866.codec()),
    "thingmagic": lambda: _Frames(thingmagic.codec()),
    "iso28560": TagMemory,
}
