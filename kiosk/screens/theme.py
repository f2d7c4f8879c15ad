"""The look of the glass as numbers: colours, sizes, touch sizes, and the pairs of colours that words stand on.

Sizes are design pixels of a 1024×600 display; `Frame` scales them to the window. What is touched is measured in
millimetres of the real display, so it is never smaller than a child's fingertip, whatever the number of pixels.
"""

import math
from dataclasses import dataclass
from typing import Final

Rgb = tuple[int, int, int]

DESIGN_WIDTH_PX: Final = 1024
DESIGN_HEIGHT_PX: Final = 600
MM_PER_INCH: Final = 25.4
# The smallest display that is supported: 7 inches, 1024×600, 6.7 pixels per millimetre, so that 12 mm are 80 pixels.
DISPLAY_INCHES: Final = 7.0
TOUCH_MM: Final = 12.0
TOUCH_GAP_PX: Final = 14
TEXT_SMALLEST_PX: Final = 18
CONTRAST_TEXT: Final = 4.5
CONTRAST_LARGE: Final = 3.0


def rgb(code: str) -> Rgb:
    """`#RRGGBB` as three bytes."""
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


PAPER: Final = rgb("#FBF7EF")
PAPER_DROP: Final = rgb("#EAF3F0")
PAPER_STAFF: Final = rgb("#F6F3EC")
INK: Final = rgb("#26262E")
INK_QUIET: Final = rgb("#6B665B")
JADE: Final = rgb("#1F7A6B")
JADE_SOFT: Final = rgb("#D5E9E3")
SEA: Final = rgb("#2F6DB5")
SEA_SOFT: Final = rgb("#DFEAF6")
CLAY: Final = rgb("#B4541F")
CLAY_SOFT: Final = rgb("#FBE9D9")
CLAY_WORDS: Final = rgb("#A94C19")
AMBER: Final = rgb("#E2A03F")
AMBER_SOFT: Final = rgb("#FBEFD8")
AMBER_DEEP: Final = rgb("#C07F1C")
AMBER_INK: Final = rgb("#8A5A0B")
WHITE: Final = rgb("#FFFFFF")
HAIRLINE: Final = rgb("#EFE7D8")
HAIRLINE_DROP: Final = rgb("#D6E4DF")
EDGE: Final = rgb("#DDD2BC")
JADE_TRACK: Final = rgb("#5B9E93")
CLAY_TRACK: Final = rgb("#D08F69")
TRACK: Final = rgb("#EADFCB")
COVERS: Final = tuple(
    rgb(code) for code in ("#3F5B75", "#B0623F", "#66764D", "#8A689F", "#2F7478", "#9C5468", "#806536", "#5A6188")
)

# Every text colour with every ground that it stands on; the test holds each to WCAG 2.2, level AA.
TEXT_PAIRS: Final[tuple[tuple[Rgb, Rgb], ...]] = (
    *((words, ground) for words in (INK, INK_QUIET) for ground in (PAPER, PAPER_DROP, PAPER_STAFF, WHITE)),
    (INK_QUIET, HAIRLINE),
    *((JADE, ground) for ground in (PAPER, PAPER_DROP, WHITE)),
    *((SEA, ground) for ground in (PAPER, PAPER_DROP, PAPER_STAFF, WHITE)),
    *((CLAY_WORDS, ground) for ground in (PAPER, WHITE, CLAY_SOFT)),
    (AMBER_INK, AMBER_SOFT),
    *((WHITE, ground) for ground in (INK, JADE, SEA, CLAY, *COVERS)),
)


def luminance(colour: Rgb) -> float:
    """Relative luminance, WCAG 2.2."""

    def linear(byte: int) -> float:
        part = byte / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(byte) for byte in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Contrast ratio of two colours, 1 to 21, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def paint(colour: Rgb, alpha: float = 1.0) -> tuple[float, float, float, float]:
    """A colour as the four floats that the canvas takes."""
    return colour[0] / 255, colour[1] / 255, colour[2] / 255, alpha


@dataclass(frozen=True, slots=True)
class Frame:
    """The room that a page has: its size in pixels and the real size of the display."""

    width: float
    height: float
    inches: float = DISPLAY_INCHES

    @property
    def tall(self) -> bool:
        """Whether the display stands upright."""
        return self.height > self.width

    @property
    def scale(self) -> float:
        """Pixels of this window per design pixel."""
        wide, high = (self.height, self.width) if self.tall else (self.width, self.height)
        return max(0.5, min(wide / DESIGN_WIDTH_PX, high / DESIGN_HEIGHT_PX))

    @property
    def touch(self) -> float:
        """The least width and height of what pupils touch, in pixels of this window."""
        per_mm = math.hypot(self.width, self.height) / self.inches / MM_PER_INCH
        return math.ceil(TOUCH_MM * per_mm)
