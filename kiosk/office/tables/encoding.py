"""In which encoding a text file is: UTF-8, UTF-16 with its mark, or GB18030, decided over the whole file.

Excel in China saves "CSV" as GB18030 and "CSV UTF-8" with a byte order mark, "Unicode text" is UTF-16 with tabs. UTF-8
is tried first, because text in GB18030 is hardly ever good UTF-8, while the other way round much of it would pass. A
file that begins as good UTF-8 and then breaks is damaged UTF-8, not GB18030.
"""

import codecs
from collections.abc import Iterator
from enum import Enum
from pathlib import Path

from kiosk.office.findings import Finding

CHUNK_BYTES = 1 << 16
UTF8_CHARACTERS_MIN = 8  # so many characters beyond ASCII that are good UTF-8 are no accident
MEND = "save the file as CSV UTF-8"


class Encoding(Enum):
    """The encodings, by what they are called."""

    UTF_8 = "UTF-8"
    UTF_8_MARK = "UTF-8 with BOM"
    UTF_16_LE = "UTF-16 LE"
    UTF_16_BE = "UTF-16 BE"
    GB18030 = "GB18030"

    @property
    def codec(self) -> str:
        """The name that Python's codecs know, which takes the mark for what it is."""
        if self is Encoding.UTF_8_MARK:
            return "utf-8-sig"
        return "utf-16" if self in (Encoding.UTF_16_LE, Encoding.UTF_16_BE) else self.value


_MARKS = (
    (codecs.BOM_UTF8, Encoding.UTF_8_MARK),
    (codecs.BOM_UTF16_LE, Encoding.UTF_16_LE),
    (codecs.BOM_UTF16_BE, Encoding.UTF_16_BE),
)


def encoding_of(path: Path) -> Encoding | Finding:
    """The encoding of the text file at `path`, or the line of the first byte that is wrong. Raises OSError."""
    with path.open("rb") as file:
        start = file.read(4)
    marked = next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)
    if marked is not None:
        failed = _failure(path, marked)
        return marked if failed is None else _finding(path, marked, failed[0])
    failed = _failure(path, Encoding.UTF_8)
    if failed is None:
        return Encoding.UTF_8
    line, good = failed
    if good >= UTF8_CHARACTERS_MIN:
        return _finding(path, Encoding.UTF_8, line)
    other = _failure(path, Encoding.GB18030)
    if other is None:
        return Encoding.GB18030
    text = f"a byte that is neither UTF-8 nor {Encoding.GB18030.value} ({MEND})"
    return Finding(path.name, max(line, other[0]), text)


def _failure(path: Path, encoding: Encoding) -> tuple[int, int] | None:
    """The line of the first byte that is not in `encoding` or is NUL, and how many characters beyond ASCII it follows.

    None if the whole file is good.
    """
    line, good = 1, 0
    decoder = codecs.getincrementaldecoder(encoding.codec)()
    for chunk, final in _chunks(path):
        try:
            text = decoder.decode(chunk, final)
        except UnicodeDecodeError as error:
            before = error.object[: error.start].decode(encoding.codec, "ignore")
            return line + _line_ends(before), good + _beyond_ascii(before)
        if "\0" in text:
            return line + _line_ends(text[: text.index("\0")]), UTF8_CHARACTERS_MIN
        line += _line_ends(text)
        good += _beyond_ascii(text)
    return None


def _chunks(path: Path) -> Iterator[tuple[bytes, bool]]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk, False
    yield b"", True


def _line_ends(text: str) -> int:
    """How many lines end in `text`; a file of nothing but carriage returns counts them."""
    return text.count("\n") or text.count("\r")


def _beyond_ascii(text: str) -> int:
    return sum(1 for c in text if c > "\x7f") if not text.isascii() else 0


def _finding(path: Path, encoding: Encoding, line: int) -> Finding:
    return Finding(path.name, line, f"a byte that is not good {encoding.value} text, or NUL ({MEND})")
