"""A slip as ESC/POS bytes: lines of text, Chinese in the printer's own characters or drawn as a picture.

python-escpos knows the commands; here stands how a line is laid out. Titles come from files that somebody handed in,
so control characters never reach the printer, where they would be commands.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

LINES_MAX: Final = 200
DOTS_A_COLUMN: Final = 12  # font A of an ESC/POS printer is 12 dots wide and 24 high
LINE_DOTS: Final = 30
TEXT_DOTS: Final = 24
KANJI_ON: Final = b"\x1c&"  # FS &: two bytes are one Chinese character
KANJI_OFF: Final = b"\x1c."
FEED_LINES: Final = 4  # past the cutter, so that the last line can be read


class Style(StrEnum):
    """How a line looks."""

    HEAD = "head"  # twice the size, in the middle
    STRONG = "strong"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the slip: `left`, and `right` at the other edge. Too long a left side goes on in the next line."""

    left: str
    right: str = ""
    style: Style = Style.PLAIN


def width_of(text: str) -> int:
    """How many columns `text` takes: a Chinese character takes two.

    >>> width_of("Abc"), width_of("故乡"), width_of("《a》")
    (3, 4, 5)
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def laid_out(line: Line, columns: int) -> list[str]:
    """The rows of paper that `line` takes, each at most `columns` wide.

    >>> laid_out(Line("故乡", "9月22日"), 12)
    ['故乡 9月22日']
    >>> laid_out(Line("城南旧事与故乡", "9月22日"), 12)
    ['城南旧事与故', '乡   9月22日']
    >>> laid_out(Line("The Wind in the Willows"), 12)
    ['The Wind in', 'the Willows']
    """
    right = _printable(line.right)
    rows = list(_wrapped(_printable(line.left), columns)) or [""]
    if not right:
        return rows
    if width_of(rows[-1]) + 1 + width_of(right) > columns:
        rows.append("")
    rows[-1] += " " * (columns - width_of(rows[-1]) - width_of(right)) + right
    return rows


def as_text(lines: Sequence[Line], columns: int) -> bytes:
    """The slip in the printer's own characters, GB18030."""
    printer = _dummy()
    printer.hw("INIT")
    printer._raw(KANJI_ON)
    for line in lines[:LINES_MAX]:
        big = line.style is Style.HEAD
        printer.set(
            align="center" if big else "left", bold=line.style is not Style.PLAIN, double_width=big, double_height=big
        )
        for row in laid_out(line, columns // 2 if big else columns):
            printer._raw(row.encode("gb18030") + b"\n")
    printer.set_with_default()
    printer._raw(KANJI_OFF)
    return _cut(printer)


def as_image(lines: Sequence[Line], columns: int, font: Path) -> bytes:
    """The slip drawn with `font`, for printers that know no Chinese."""
    from PIL import Image, ImageDraw, ImageFont

    rows = [
        (row, 2 if line.style is Style.HEAD else 1)
        for line in lines[:LINES_MAX]
        for row in laid_out(line, columns // 2 if line.style is Style.HEAD else columns)
    ]
    width = columns * DOTS_A_COLUMN
    picture = Image.new("1", (width, LINE_DOTS * sum(size for _, size in rows)), 1)
    draw = ImageDraw.Draw(picture)
    faces = {size: ImageFont.truetype(str(font), TEXT_DOTS * size) for size in (1, 2)}
    top = 0
    for row, size in rows:
        left = (width - width_of(row) * DOTS_A_COLUMN * size) // 2 if size == 2 else 0
        for character in row:
            draw.text((left, top), character, font=faces[size], fill=0)
            left += width_of(character) * DOTS_A_COLUMN * size
        top += LINE_DOTS * size
    printer = _dummy()
    printer.hw("INIT")
    printer.image(picture)
    return _cut(printer)


def _cut(printer: Any) -> bytes:
    printer.ln(FEED_LINES)
    printer.cut(feed=False)
    return bytes(printer.output)


def _dummy() -> Any:
    """python-escpos's printer that keeps its bytes: they are sent by a driver that never waits for ever."""
    from escpos.printer import Dummy

    return Dummy()


def _printable(text: str) -> str:
    return "".join(" " if unicodedata.category(character)[0] == "C" else character for character in text).strip()


def _wrapped(text: str, columns: int) -> Iterator[str]:
    """Rows of at most `columns`: between Chinese characters anywhere, else at the last blank if there is one."""
    row = ""
    for character in text:
        if width_of(row) + width_of(character) > columns:
            whole, blank, rest = row.rpartition(" ")
            cuts_a_word = blank and character.isascii() and not character.isspace() and rest.isascii()
            yield (whole if cuts_a_word else row).rstrip()
            row = rest if cuts_a_word else ""
        if row or character != " ":
            row += character
    if row:
        yield row


def printed(lines: Iterable[Line], columns: int, font: Path | None) -> bytes:
    """The slip's bytes: drawn where a `font` is given."""
    rows = tuple(lines)
    return as_text(rows, columns) if font is None else as_image(rows, columns, font)
