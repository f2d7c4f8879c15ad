"""Barcodes as the widths of their bars, made as wide as the room allows and never narrower than scanners read well.

Code 128 is ISO/IEC 15417, Code 39 is ISO/IEC 16388; both ask for ten modules of white at either side. reportlab knows
their tables. A width that is a whole number of a printer's dots keeps all bars even, so such a one is taken if it can.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate
from typing import Any, Final, assert_never

from reportlab.graphics.barcode.code39 import Standard39
from reportlab.graphics.barcode.code128 import Code128

QUIET_MODULES: Final = 10
MODULE_MAX_MM: Final = 0.381
DOT_MM: Final = 25.4 / 600
RATIOS_39: Final = (2.5, 2.2)  # wide to narrow; ISO/IEC 16388 allows 2.2 to 3 for narrow bars below 0.5 mm
CHARACTERS_39: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%")
CHARACTERS_MAX: Final = 128


class Symbology(StrEnum):
    """How a text is turned into bars."""

    CODE128 = "code128"
    CODE39 = "code39"


class NoBarcode(Exception):
    """This text cannot stand there as a barcode; the text says why."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A barcode that fits: its elements in modules, bar, space, bar …, and how wide a module is."""

    widths: tuple[float, ...]
    module_mm: float

    @property
    def width_mm(self) -> float:
        """The width of its bars, without the white beside them."""
        return sum(self.widths) * self.module_mm

    @property
    def quiet_mm(self) -> float:
        """How much white it needs at either side."""
        return QUIET_MODULES * self.module_mm

    def bars(self) -> list[tuple[float, float]]:
        """Where each bar begins, counted from the first, and how wide it is, in mm."""
        starts = accumulate(self.widths, initial=0.0)
        placed = zip(starts, self.widths, strict=False)
        return [(s * self.module_mm, w * self.module_mm) for at, (s, w) in enumerate(placed) if at % 2 == 0]


def symbol(text: str, symbology: Symbology, room_mm: float, module_min_mm: float) -> Symbol:
    """`text` as a barcode in `room_mm`, white at both sides included. Raises NoBarcode."""
    room_modules = room_mm / module_min_mm - 2 * QUIET_MODULES
    choices = _widths(text, symbology)
    widths = next((found for found in choices if sum(found) <= room_modules), None)
    if widths is None:
        need = (sum(choices[-1]) + 2 * QUIET_MODULES) * module_min_mm
        raise NoBarcode(f"as {symbology} it is {need:.1f} mm wide and the label has {room_mm:.1f} mm")
    module = min(MODULE_MAX_MM, room_mm / (sum(widths) + 2 * QUIET_MODULES))
    even = math.floor(module / DOT_MM + 1e-9) * DOT_MM
    return Symbol(widths, even if even >= module_min_mm else module)


def _widths(text: str, symbology: Symbology) -> list[tuple[float, ...]]:
    """The elements of `text` in modules, the best first."""
    if not text or len(text) > CHARACTERS_MAX:
        raise NoBarcode("it is empty or too long for a barcode")
    match symbology:
        case Symbology.CODE128:
            if not all(" " <= char <= "~" for char in text):
                raise NoBarcode("it has characters that Code 128 lacks (only Latin letters, digits and signs)")
            elements = _elements(Code128(text, quiet=0))
            return [tuple(ord(element.lower()) - ord("a") + 1 for element in elements)]
        case Symbology.CODE39:
            if not set(text) <= CHARACTERS_39:
                raise NoBarcode("it has characters that Code 39 lacks (only A-Z, digits, blank and -.$/+%)")
            elements = _elements(Standard39(text, quiet=0, checksum=0))
            return [tuple(ratio if element in "BS" else 1.0 for element in elements) for ratio in RATIOS_39]
        case _:
            assert_never(symbology)


def _elements(barcode: Any) -> str:
    """A letter for each bar and space, as reportlab writes them; it has no types there."""
    barcode.validate()
    barcode.encode()
    return str(barcode.decompose())
