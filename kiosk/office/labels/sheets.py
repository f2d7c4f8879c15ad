"""The sheets of labels that are sold everywhere, and where on the paper each label and what is printed on it may lie.

Everything is in millimetres from the lower left corner of an A4 page, as PDF counts. A sheet is named by its columns
and rows, not by a maker's number. What is printed stays away from the label's edge, and from the rim of the paper
that no office printer reaches, by the same distance on every label, so that a sheet looks even.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

A4_WIDTH_MM, A4_HEIGHT_MM = 210.0, 297.0
PAPER_RIM_MM = 5.0  # laser printers leave 4.2 mm white, most inkjets 3 to 5 mm
LABEL_RIM_MM = 2.0
OFFSET_MAX_MM = 10.0


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on the paper."""

    left: float
    bottom: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.left + self.width

    @property
    def top(self) -> float:
        return self.bottom + self.height

    def inset(self, aside: float, above: float) -> "Box":
        """What is left without a rim of these widths."""
        return Box(self.left + aside, self.bottom + above, self.width - 2 * aside, self.height - 2 * above)

    def moved(self, right: float, up: float) -> "Box":
        """The same rectangle elsewhere."""
        return Box(self.left + right, self.bottom + up, self.width, self.height)


class SheetName(StrEnum):
    """Columns by rows; where two formats share these, the second says its label's width."""

    S3X7 = "3x7"
    S3X7_WIDE = "3x7-70"
    S3X8 = "3x8"
    S5X13 = "5x13"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A format. `module_min_mm` is the narrowest bar that scanners still read well on a label of this size."""

    columns: int
    rows: int
    width_mm: float
    height_mm: float
    left_mm: float
    top_mm: float
    pitch_x_mm: float
    pitch_y_mm: float
    module_min_mm: float = 0.25

    @property
    def labels(self) -> int:
        """How many labels a sheet has."""
        return self.columns * self.rows

    def label(self, place: int) -> Box:
        """The label at `place`, counted from 0 by rows from the upper left."""
        row, column = divmod(place, self.columns)
        top = A4_HEIGHT_MM - self.top_mm - row * self.pitch_y_mm
        return Box(self.left_mm + column * self.pitch_x_mm, top - self.height_mm, self.width_mm, self.height_mm)

    @property
    def rims_mm(self) -> tuple[float, float]:
        """How far print stays from the sides, and from the top and bottom, of every label."""
        return max(LABEL_RIM_MM, PAPER_RIM_MM - self.left_mm), max(LABEL_RIM_MM, PAPER_RIM_MM - self.top_mm)


SHEETS: Mapping[SheetName, Sheet] = {
    SheetName.S3X7: Sheet(3, 7, 63.5, 38.1, 7.21, 15.15, 66.04, 38.1),
    SheetName.S3X7_WIDE: Sheet(3, 7, 70.0, 42.3, 0.0, 0.45, 70.0, 42.3),
    SheetName.S3X8: Sheet(3, 8, 70.0, 37.0, 0.0, 0.5, 70.0, 37.0),
    SheetName.S5X13: Sheet(5, 13, 38.1, 21.2, 4.67, 10.7, 40.64, 21.2, module_min_mm=0.19),
}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a label goes: its page from 0, its outline, and the part of it that is printed on."""

    page: int
    outline: Box
    box: Box


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in a printer. `start` is the first free label of the first sheet, from 1; `right_mm` and `up_mm` make
    good what the printer shifts."""

    sheet: Sheet
    start: int = 1
    right_mm: float = 0.0
    up_mm: float = 0.0

    def places(self, labels: int) -> Iterator[Place]:
        """Where that many labels go, one after the other."""
        aside, above = self.sheet.rims_mm
        for number in range(self.start - 1, self.start - 1 + labels):
            page, place = divmod(number, self.sheet.labels)
            outline = self.sheet.label(place).moved(self.right_mm, self.up_mm)
            yield Place(page, outline, outline.inset(aside, above))

    def pages(self, labels: int) -> int:
        """How many sheets that many labels need."""
        return -(-(self.start - 1 + labels) // self.sheet.labels) if labels else 0
