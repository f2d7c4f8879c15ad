"""125 kHz card readers that push ASCII frames: RDM6300 and RDM630, ID-12LA and ID-20LA.

`02 | 10 hex digits | 2 hex digits | 03`, 14 bytes at 9600 8N1; the ID readers put `0D 0A` before the `03` (16
bytes); either of both alone is let pass. The two digits are the XOR of the five data bytes. A clone that sends their
sum is known; its frames count only where the settings say so, because a wrong XOR may well be a right sum of another
card. Sources: Seeed's wiki page of the 125 kHz module, the ID-12LA data sheet, and for the sum
lomassubedi/rfid_attendance.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Final

from kiosk.devices.decode.checksums import xor_of
from kiosk.devices.decode.frames import Frames

STX: Final = 0x02
DIGITS: Final = frozenset(b"0123456789ABCDEFabcdef")
DIGITS_END: Final = 13
TAILS: Final = (b"\x03", b"\r\n\x03", b"\r\x03", b"\n\x03")
PAUSE_S: Final = 0.05


class Checksum(StrEnum):
    """How the last two digits come from the five data bytes."""

    XOR = "xor"
    SUM = "sum"


@dataclass(frozen=True, slots=True)
class Card:
    """A card's five bytes as ten upper-case hex digits, as the reader sends them."""

    uid: str

    @property
    def number(self) -> str:
        """The ten decimal digits that are often printed on the card: bytes 1 to 4."""
        return f"{int(self.uid[2:], 16):010d}"

    @property
    def wiegand(self) -> str:
        """The facility code and number that are often printed behind it: byte 2, bytes 3 and 4."""
        return f"{int(self.uid[4:6], 16):03d},{int(self.uid[6:], 16):05d}"

    def told(self) -> list[dict[str, object]]:
        """The card for `kiosk decode`."""
        return [{"direction": "reader", "uid": self.uid, "number": self.number, "wiegand": self.wiegand}]


def codec(checksum: Checksum = Checksum.XOR) -> Frames[Card]:
    """The cutter of one reader's frames."""
    return Frames(_length, partial(_card, CHECKS[checksum]), bytes((STX,)))


class Rdm6300:
    """The decoder of one reader, which gives half a frame up after a pause."""

    def __init__(self, checksum: Checksum = Checksum.XOR, pause_s: float = PAUSE_S) -> None:
        self._frames = codec(checksum)
        self._pause_s = pause_s
        self._last_s = 0.0

    def __repr__(self) -> str:
        return f"<Rdm6300 {self._frames.waiting} bytes waiting, {self.bad_frames} bad frames>"

    @property
    def bad_frames(self) -> int:
        """Beginnings of frames that came to nothing."""
        return self._frames.bad_frames

    def feed(self, data: bytes, now_s: float) -> list[Card]:
        """The cards whose frames `data`, which arrived at `now_s`, completes."""
        self._last_s = now_s
        return self._frames.feed(data)

    def deadline_s(self) -> float | None:
        """When a half frame is given up."""
        return self._last_s + self._pause_s if self._frames.waiting else None

    def silence(self, now_s: float) -> None:
        """Forget a half frame if nothing came until `now_s`."""
        due_s = self.deadline_s()
        if due_s is not None and now_s >= due_s:
            self._frames.end()


def _sum(data: bytes) -> int:
    return sum(data) & 0xFF


CHECKS: Final[dict[Checksum, Callable[[bytes], int]]] = {Checksum.XOR: xor_of, Checksum.SUM: _sum}


def _length(buffer: bytearray, start: int) -> int | None:
    """Bytes of the frame that starts at `start`: 0 if it cannot become one, None while that is open."""
    digits = buffer[start + 1 : start + DIGITS_END]
    if not DIGITS.issuperset(digits):
        return 0
    if len(digits) < DIGITS_END - 1:
        return None
    rest = bytes(buffer[start + DIGITS_END : start + DIGITS_END + max(map(len, TAILS))])
    for tail in TAILS:
        if rest.startswith(tail):
            return DIGITS_END + len(tail)
    return None if any(tail.startswith(rest) for tail in TAILS) else 0


def _card(check: Callable[[bytes], int], frame: bytes) -> Card | None:
    """The card of a whole frame, or None when its checksum is wrong."""
    content = bytes.fromhex(frame[1:DIGITS_END].decode("ascii"))
    return Card(content[:-1].hex().upper()) if check(content[:-1]) == content[-1] else None
