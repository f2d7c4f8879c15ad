"""125 kHz card readers that push ASCII frames: RDM6300 and RDM630, ID-12LA and ID-20LA.

`02 | 10 hex digits | 2 hex digits | 03`, 14 bytes at 9600 8N1; the ID readers put `0D 0A` before the `03` (16
bytes). The two digits are the XOR of the five data bytes. On anything else one byte is dropped and the search
begins again, so that a frame behind half a frame is found and no tag is ever made up. Sources: Seeed's wiki page of
the 125 kHz module and the ID-12LA data sheet.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

STX: Final = 0x02
ETX: Final = 0x03
DIGITS: Final = frozenset(b"0123456789ABCDEFabcdef")
DIGITS_END: Final = 13
TAILS: Final = (bytes((ETX,)), bytes((0x0D, 0x0A, ETX)))
PAUSE_S: Final = 0.05


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


class Rdm6300:
    """The decoder of one reader. `bad_frames` counts starts of frames that came to nothing."""

    def __init__(self, pause_s: float = PAUSE_S) -> None:
        self._pause_s = pause_s
        self._buffer = bytearray()
        self._last_s = 0.0
        self.bad_frames = 0

    def __repr__(self) -> str:
        return f"<Rdm6300 {len(self._buffer)} bytes waiting, {self.bad_frames} bad frames>"

    def feed(self, data: bytes, now_s: float) -> list[Card]:
        """The cards whose frames `data`, which arrived at `now_s`, completes."""
        self._last_s = now_s
        self._buffer += data
        cards: list[Card] = []
        at = 0
        while (start := self._buffer.find(STX, at)) >= 0:
            length = _frame_length(self._buffer, start)
            if length is None:
                break
            card = _card(bytes(self._buffer[start : start + length])) if length else None
            if card is None:
                self.bad_frames += 1
                at = start + 1
            else:
                cards.append(card)
                at = start + length
        del self._buffer[: start if start >= 0 else len(self._buffer)]
        return cards

    def deadline_s(self) -> float | None:
        """When a half frame is given up."""
        return self._last_s + self._pause_s if self._buffer else None

    def silence(self, now_s: float) -> None:
        """Forget a half frame if nothing came until `now_s`."""
        due_s = self.deadline_s()
        if due_s is not None and now_s >= due_s:
            self._buffer.clear()
            self.bad_frames += 1


def _frame_length(buffer: bytearray, start: int) -> int | None:
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


def _card(frame: bytes) -> Card | None:
    """The card of a whole frame, or None when its checksum is wrong."""
    *data, checksum = bytes.fromhex(frame[1:DIGITS_END].decode("ascii"))
    return Card(bytes(data).hex().upper()) if reduce(xor, data) == checksum else None
