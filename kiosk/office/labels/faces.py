"""The Chinese font in a form that a PDF can hold, with only the characters that are printed.

reportlab reads TrueType outlines and no others, and Noto Sans CJK has the cubic ones of PostScript; so its glyphs are
turned into quadratic curves (fontTools' cu2qu, off by less than a thousandth of the letter's height), in memory. The
font's file is named by the caller.
"""

import hashlib
import io
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as FontFile
from fontTools.ttLib import TTLibError
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

MISSING: Final = "〓"  # the printers' turned type: here stands a character that we have not got
ALWAYS: Final = MISSING + "…" + "".join(map(chr, range(32, 127)))
TEXT_CHARACTERS_MAX: Final = 300  # of a text on a label; more than any label shows
CURVE_ERROR_UNITS: Final = 1.0
NOTDEF: Final = ".notdef"
NAME_DIGITS: Final = 12

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


class NoFont(Exception):
    """The font's file cannot be read; the text is one line."""


class Weight(StrEnum):
    """The two faces."""

    REGULAR = "regular"
    BOLD = "bold"


def tidy(text: str) -> str:
    """`text` as it is printed: composed, on one line, without what cannot be seen, no longer than any label shows.

    >>> tidy("  红\\t楼\\u202e梦\\x00\\n")
    '红 楼梦'
    """
    short = unicodedata.normalize("NFC", text[: 4 * TEXT_CHARACTERS_MAX])
    kept = []
    for char in _SELECTORS.sub("", short):
        match unicodedata.category(char):
            case "Cc" | "Zs" | "Zl" | "Zp":
                kept.append(" ")
            case "Cf":
                continue
            case _:
                kept.append(char)
    return " ".join("".join(kept).split())[:TEXT_CHARACTERS_MAX]


@dataclass(frozen=True, slots=True)
class Face:
    """One face of the font, known to the PDF as `name`. Widths are in parts of the letter's height."""

    name: str
    widths: Mapping[str, float]

    def drawable(self, text: str) -> str:
        """`text` with a sign for every character that the font lacks."""
        return "".join(char if char in self.widths else MISSING for char in text)

    def width(self, text: str) -> float:
        """How wide a drawable text is."""
        return sum(self.widths[char] for char in text)


Faces = Mapping[Weight, Face]


def make_faces(files: Mapping[Weight, Path], texts: Mapping[Weight, Iterable[str]]) -> Faces:
    """The faces, each with every character of its texts that the font has. Raises NoFont."""
    return {weight: _face(weight, path, set(ALWAYS).union(*texts[weight])) for weight, path in files.items()}


def _face(weight: Weight, path: Path, characters: set[str]) -> Face:
    # reportlab keeps the first font that it meets under a name, and a PDF mixes up two of one name
    seed = f"{path}\n{''.join(sorted(characters))}"
    name = f"Labels-{weight.title()}-{hashlib.sha256(seed.encode()).hexdigest()[:NAME_DIGITS]}"
    try:
        with path.open("rb") as file, FontFile(file, lazy=True) as source:
            cmap: dict[int, str] | None = source.getBestCmap()
            if cmap is None:
                raise NoFont(f"{path}: is not the Chinese font")
            chosen = {ord(char): cmap[ord(char)] for char in sorted(characters) if ord(char) in cmap}
            data, advances = _truetype(source, chosen, name)
    except (OSError, TTLibError) as error:
        raise NoFont(f"{path}: cannot be read as a font: {error}") from error
    pdfmetrics.registerFont(TTFont(name, io.BytesIO(data)))
    return Face(name, {chr(code): advances[glyph] for code, glyph in chosen.items()})


def _truetype(source: Any, chosen: Mapping[int, str], ps_name: str) -> tuple[bytes, dict[str, float]]:
    """A font file with TrueType outlines of these glyphs, and how wide each is."""
    order = [NOTDEF, *dict.fromkeys(glyph for glyph in chosen.values() if glyph != NOTDEF)]
    units, outlines, metrics = source["head"].unitsPerEm, source.getGlyphSet(), source["hmtx"]
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, CURVE_ERROR_UNITS, reverse_direction=True))
        glyphs[name] = pen.glyph()
    made = FontBuilder(units, isTTF=True)
    made.setupGlyphOrder(order)
    made.setupCharacterMap(dict(chosen))
    made.setupGlyf(glyphs)
    advances = {name: metrics[name][0] for name in order}
    made.setupHorizontalMetrics({name: (advances[name], getattr(glyphs[name], "xMin", 0)) for name in order})
    made.setupHorizontalHeader(ascent=source["hhea"].ascent, descent=source["hhea"].descent)
    made.setupNameTable({"familyName": ps_name, "styleName": "Regular", "psName": ps_name})
    made.setupOS2()
    made.setupPost()
    data = io.BytesIO()
    made.save(data)
    return data.getvalue(), {name: advance / units for name, advance in advances.items()}
