"""Writes what readers say as a trace, the lines that `kiosk play` reads (docs/semantics.md §8).

Numbers of cards and books are replaced by pseudonyms of the same shape, so that a trace may leave the school: the same
card has the same pseudonym all through one file, and the key with which it was made is kept nowhere. Every line is one
write, so that a process that is killed leaves whole lines behind.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from kiosk.circulation.codes import normalise
from kiosk.circulation.events import Event, Lifted, Scan, Tags

FILE_MODE: Final = 0o600
KEPT_PREFIX: Final = "E0"  # of an ISO 15693 tag's eight bytes: by it the kiosk tells a book from a card
TAG_HEX: Final = 16
TRIES_MAX: Final = 100
# Characters are replaced within these, so that hex stays hex; all others stay as they are.
CLASSES: Final = (
    "0123456789",
    "ABCDEF",
    "abcdef",
    "GHIJKLMNOPQRSTUVWXYZ",
    "ghijklmnopqrstuvwxyz",
)
HANZI: Final = range(0x4E00, 0x9FA6)  # CJK unified ideographs of Unicode 1.1, which every font has


class Pseudonyms:
    """Pseudonyms of one trace. `key` is random and thrown away with the trace."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._given: dict[str, str] = {}
        self._taken: set[str] = set()

    def __repr__(self) -> str:
        return f"<Pseudonyms {len(self._given)} given>"

    def of(self, text: str) -> str:
        """The pseudonym of a text, a UID or an EPC; shared by two only where there are too few of that shape."""
        real = normalise(text) or text
        if real not in self._given:
            candidates = (self._shaped(real, salt) for salt in range(TRIES_MAX))
            free = (candidate for candidate in candidates if candidate not in self._taken)
            self._given[real] = next(free, None) or self._shaped(real, 0)
            self._taken.add(self._given[real])
        return self._given[real]

    def _shaped(self, text: str, salt: int) -> str:
        seed = hmac.digest(self._key, f"{salt}:{text}".encode("utf-8", "surrogatepass"), "sha256")
        numbers = hashlib.shake_256(seed).digest(4 * len(text))
        kept = len(KEPT_PREFIX) if len(text) == TAG_HEX and text.startswith(KEPT_PREFIX) else 0
        return text[:kept] + "".join(
            _other(character, int.from_bytes(numbers[4 * at : 4 * at + 4], "big"))
            for at, character in enumerate(text)
            if at >= kept
        )


class Trace:
    """An open trace. `disguise` is what becomes of texts and UIDs, `wall` the time of the school with its offset."""

    def __init__(self, path: Path, disguise: Callable[[str], str], wall: Callable[[], datetime]) -> None:
        self._disguise, self._wall = disguise, wall
        self.lines = 0
        self._fd: int | None = os.open(
            path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC, FILE_MODE
        )

    def __repr__(self) -> str:
        return f"<Trace {self.lines} lines>"

    def note(self, event: Event) -> bool:
        """Write the line of an event; False for one that a trace does not hold."""
        said = self._said(event)
        if said is None or self._fd is None:
            return False
        line = json.dumps({"at": self._wall().isoformat(timespec="milliseconds")} | said, ensure_ascii=False)
        os.write(self._fd, f"{line}\n".encode("utf-8", "replace"))
        self.lines += 1
        return True

    def close(self) -> None:
        """Bring it to the disk."""
        if self._fd is not None:
            fd, self._fd = self._fd, None
            os.fsync(fd)
            os.close(fd)

    def _said(self, event: Event) -> dict[str, object] | None:
        match event:
            case Scan(reader, text):
                return {"reader": reader, "text": self._disguise(text)}
            case Tags(reader, (only,)):
                return {"reader": reader, "tag": self._disguise(only)}
            case Tags(reader, tags):
                return {"reader": reader, "tags": [self._disguise(tag) for tag in tags]}
            case Lifted(reader, tag):
                return {"reader": reader, "left": self._disguise(tag)}
            case _:
                return None


def _other(character: str, number: int) -> str:
    """A character of the same class."""
    if ord(character) in HANZI:
        return chr(HANZI[number % len(HANZI)])
    for each in CLASSES:
        if character in each:
            return each[number % len(each)]
    return character
