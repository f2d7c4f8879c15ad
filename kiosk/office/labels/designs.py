"""How a label looks: for an item, for a spine, and a person's card.

Each design sets its marks into the box of a label and leaves nothing out of what it is handed. The card carries the
full name, because it is handed to the pupil; nowhere else is it printed but on the class's sheet.
"""

import re
from dataclasses import dataclass
from typing import Final

from kiosk.office.labels.bars import Symbol, Symbology, symbol
from kiosk.office.labels.faces import Faces, Weight, tidy
from kiosk.office.labels.setting import Align, BarsMark, Mark, Shade, Style, set_bars, set_lines, set_text
from kiosk.office.labels.sheets import Box

ROOMY_MM: Final = 26.0  # from this height on a label has room for the title
GAP_MM: Final = 0.8
TEXT_GAP_MM: Final = 0.5  # between bars and the text below
BARS_HEIGHT_MIN_MM: Final = 5.0
BARS_HEIGHT_MAX_MM: Final = 14.0
SPINE_SIZE_MAX_MM: Final = 8.0
SPINE_LINES_MAX: Final = 6

_CALL_NUMBER_PARTS = re.compile(r"[/／\s]+")


@dataclass(frozen=True, slots=True)
class Ink:
    """What every label of a run shares."""

    faces: Faces
    school: str
    symbology: Symbology
    module_min_mm: float

    def symbol(self, text: str, room_mm: float) -> Symbol:
        """The barcode of `text`. Raises NoBarcode."""
        return symbol(text, self.symbology, room_mm, self.module_min_mm)


@dataclass(frozen=True, slots=True)
class ItemLabel:
    """A copy: its barcode and what it is."""

    barcode: str
    title: str
    call_number: str


@dataclass(frozen=True, slots=True)
class CardLabel:
    """A person; `code` is the number as a scanner types it."""

    number: str
    code: str
    name: str
    klass: str


def call_number_lines(call_number: str) -> list[str]:
    """A call number as it stands on a spine: the class above, the author's number below.

    >>> call_number_lines("I287.8/3 c.2")
    ['I287.8', '3', 'c.2']
    """
    return [part for part in _CALL_NUMBER_PARTS.split(tidy(call_number)) if part]


def item_marks(label: ItemLabel, box: Box, ink: Ink) -> list[Mark]:
    """The school, the title where there is room, and the barcode with its text. Raises NoBarcode."""
    roomy = box.height >= ROOMY_MM
    small, text = (2.6, 3.2) if roomy else (1.9, 2.4)
    column = _Column(box)
    marks: list[Mark] = [*set_text(ink.school, column.line(small), Style(small, shade=Shade.GREY), ink.faces)]
    if roomy:
        title = Style(3.0, weight=Weight.BOLD, lines_max=2, size_min_mm=2.2)
        marks += set_text(tidy(label.title), column.take(7.2), title, ink.faces)
    return marks + _coded(label.barcode, column, text, ink)


def spine_marks(label: ItemLabel, box: Box, ink: Ink) -> list[Mark]:
    """The call number as large as fits, and small below it the barcode's text, by which the book is found."""
    roomy = box.height >= ROOMY_MM
    column = _Column(box)
    number = column.foot(2.6 if roomy else 2.1)
    style = Style(SPINE_SIZE_MAX_MM, weight=Weight.BOLD, lines_max=SPINE_LINES_MAX)
    lines = set_lines(call_number_lines(label.call_number), column.rest, style, ink.faces)
    return [*lines, *set_text(label.barcode, number, Style(2.1 if roomy else 1.75, shade=Shade.GREY), ink.faces)]


def card_marks(label: CardLabel, box: Box, ink: Ink) -> list[Mark]:
    """The school, the name and the class, and the number as a barcode. Raises NoBarcode."""
    roomy = box.height >= ROOMY_MM
    small, large, text = (2.6, 5.6, 3.2) if roomy else (1.9, 3.3, 2.2)
    column = _Column(box)
    marks: list[Mark] = [*set_text(ink.school, column.line(small), Style(small, shade=Shade.GREY), ink.faces)]
    if roomy:
        column.take(0.4)
    row = column.line(large)
    klass_width = box.width * 0.36 if label.klass else 0.0
    name = Style(large, weight=Weight.BOLD, align=Align.LEFT if label.klass else Align.CENTER, lines_max=2)
    name_box = Box(row.left, row.bottom, row.width - klass_width - (GAP_MM if klass_width else 0.0), row.height)
    marks += set_text(tidy(label.name), name_box, name, ink.faces)
    if label.klass:
        klass_box = Box(row.right - klass_width, row.bottom, klass_width, row.height)
        klass = Style(large * 0.68, align=Align.RIGHT, lines_max=2)
        marks += set_text(tidy(label.klass), klass_box, klass, ink.faces)
    return marks + _coded(label.code, column, text, ink)


class _Column:
    """A box that is filled from its top and its foot."""

    def __init__(self, box: Box) -> None:
        self.rest = box

    def take(self, height: float) -> Box:
        """The uppermost `height` of what is left."""
        rest = self.rest
        self.rest = Box(rest.left, rest.bottom, rest.width, rest.height - height - GAP_MM)
        return Box(rest.left, rest.top - height, rest.width, height)

    def line(self, size: float) -> Box:
        """Room for a line of letters of this height."""
        return self.take(size * 1.2)

    def foot(self, height: float) -> Box:
        """The lowest `height` of what is left."""
        rest = self.rest
        self.rest = Box(rest.left, rest.bottom + height + GAP_MM, rest.width, rest.height - height - GAP_MM)
        return Box(rest.left, rest.bottom, rest.width, height)


def _coded(text: str, column: _Column, size: float, ink: Ink) -> list[Mark]:
    """A barcode with its text below, in the middle of what is left of the label."""
    room = column.rest
    drawn = ink.symbol(text, room.width)
    line = size * 1.2
    height = min(BARS_HEIGHT_MAX_MM, room.height - line - TEXT_GAP_MM)
    assert height >= BARS_HEIGHT_MIN_MM
    bottom = room.bottom + (room.height - height - line - TEXT_GAP_MM) / 2
    bars: BarsMark = set_bars(drawn, Box(room.left, bottom + line + TEXT_GAP_MM, room.width, height))
    return [bars, *set_text(text, Box(room.left, bottom, room.width, line), Style(size), ink.faces)]
