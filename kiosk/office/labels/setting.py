"""Sets texts and barcodes into boxes, as values that say where every mark lies before anything is drawn.

A text shrinks first, then wraps, and what is still too long ends in an ellipsis; so nothing ever leaves its box. All
measures are millimetres on the paper, the height of letters too.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, assert_never

from kiosk.office.labels.bars import Symbol
from kiosk.office.labels.faces import Face, Faces, Weight
from kiosk.office.labels.sheets import Box

ASCENT, DESCENT = 0.92, 0.28  # of the letter's height: the ink of Noto Sans CJK lies within
LEADING: Final = ASCENT + DESCENT
SHRINK: Final = 0.95
ELLIPSIS: Final = "…"
SIZE_MIN_MM: Final = 1.6

# A word, or a single Chinese character, with the closing marks that must not begin a line.
_PIECES = re.compile(r"(?:[!-~\u00a1-\u024f]+|.)[，。、；：？！》）」』”’…]*")


class Align(Enum):
    """Where in its box a text stands."""

    LEFT = auto()
    CENTER = auto()
    RIGHT = auto()


class Shade(Enum):
    """How dark."""

    BLACK = auto()
    GREY = auto()


@dataclass(frozen=True, slots=True)
class TextMark:
    """One line of text, from `left` on its baseline."""

    left: float
    baseline: float
    size: float
    text: str
    width: float
    face: Face
    shade: Shade = Shade.BLACK

    @property
    def bounds(self) -> Box:
        """Where its ink lies."""
        return Box(self.left, self.baseline - DESCENT * self.size, self.width, LEADING * self.size)


@dataclass(frozen=True, slots=True)
class BarsMark:
    """A barcode; `left` is its first bar."""

    left: float
    bottom: float
    height: float
    symbol: Symbol

    @property
    def bounds(self) -> Box:
        """Where it lies, with the white that it needs beside it."""
        quiet = self.symbol.quiet_mm
        return Box(self.left - quiet, self.bottom, self.symbol.width_mm + 2 * quiet, self.height)


@dataclass(frozen=True, slots=True)
class FrameMark:
    """A thin outline."""

    bounds: Box


@dataclass(frozen=True, slots=True)
class RuleMark:
    """A thin line from left to right."""

    left: float
    bottom: float
    width: float

    @property
    def bounds(self) -> Box:
        return Box(self.left, self.bottom, self.width, 0.0)


Mark = TextMark | BarsMark | FrameMark | RuleMark


@dataclass(frozen=True, slots=True)
class Style:
    """How a text is set: largest and smallest height of its letters, and lines at most."""

    size_mm: float
    weight: Weight = Weight.REGULAR
    align: Align = Align.CENTER
    shade: Shade = Shade.BLACK
    lines_max: int = 1
    size_min_mm: float = SIZE_MIN_MM


def set_text(text: str, box: Box, style: Style, faces: Faces) -> list[TextMark]:
    """`text` in `box`, in the middle of its height."""
    return set_lines([text], box, style, faces)


def set_lines(texts: Sequence[str], box: Box, style: Style, faces: Faces) -> list[TextMark]:
    """The same for texts that begin a line each, all as large as the longest allows."""
    face = faces[style.weight]
    texts = [face.drawable(text) for text in texts if text]
    if not texts or box.height <= 0:
        return []
    size = min(style.size_mm, box.height / LEADING)
    while True:
        room = box.width / size
        lines = [line for text in texts for line in _wrapped(text, face, room)]
        if len(lines) <= min(style.lines_max, int(box.height / (LEADING * size) + 1e-9)):
            break
        if size <= style.size_min_mm:
            lines = _cut(lines, face, room, max(1, min(style.lines_max, int(box.height / (LEADING * size) + 1e-9))))
            break
        size = max(min(style.size_min_mm, size), size * SHRINK)
    top = box.bottom + (box.height + len(lines) * LEADING * size) / 2
    return [
        _placed(line, top - (at * LEADING + ASCENT) * size, size, box, style, face) for at, line in enumerate(lines)
    ]


def set_bars(symbol: Symbol, box: Box, align: Align = Align.CENTER) -> BarsMark:
    """A barcode as high as `box`; its white counts as a part of it."""
    need = symbol.width_mm + 2 * symbol.quiet_mm
    return BarsMark(_left(need, box, align) + symbol.quiet_mm, box.bottom, box.height, symbol)


def _placed(line: str, baseline: float, size: float, box: Box, style: Style, face: Face) -> TextMark:
    width = face.width(line) * size
    return TextMark(_left(width, box, style.align), baseline, size, line, width, face, style.shade)


def _left(width: float, box: Box, align: Align) -> float:
    match align:
        case Align.LEFT:
            return box.left
        case Align.CENTER:
            return box.left + (box.width - width) / 2
        case Align.RIGHT:
            return box.right - width
        case _:
            assert_never(align)


def _wrapped(text: str, face: Face, room: float) -> list[str]:
    """`text` in lines that are no wider than `room`, broken between words, and within a word that is wider."""
    lines = [""]
    for piece in _PIECES.findall(text):
        if face.width(lines[-1] + piece.rstrip()) <= room:
            lines[-1] += piece
            continue
        rest = piece.strip()
        if not rest:
            continue
        if face.width(rest) <= room:
            lines.append(rest)
            continue
        for char in rest:
            if face.width(lines[-1] + char) <= room or not lines[-1]:
                lines[-1] += char
            else:
                lines.append(char)
    return [line.rstrip() for line in lines if line.strip()]


def _cut(lines: list[str], face: Face, room: float, lines_max: int) -> list[str]:
    """The first lines, the last of them ending in an ellipsis if anything is left out."""
    if len(lines) <= lines_max:
        return lines
    last = lines[lines_max - 1]
    while last and face.width(last + ELLIPSIS) > room:
        last = last[:-1]
    return [*lines[: lines_max - 1], last.rstrip() + ELLIPSIS]
