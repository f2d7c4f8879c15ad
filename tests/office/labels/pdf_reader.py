"""Reads the bars out of a finished PDF: page by page, from the rectangles that are drawn there."""

import base64
import re
import zlib
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from tests.office.labels.barcode_reader import read_39, read_128

MM = 72 / 25.4
_STREAM = re.compile(rb"/Filter \[ /ASCII85Decode /FlateDecode \].*?stream\r?\n(.*?)endstream", re.DOTALL)
_RECTANGLE = re.compile(rb"([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+) re\b")

Rectangle = tuple[float, float, float, float]  # left, bottom, width, height in mm


def pages(path: Path) -> list[bytes]:
    """What is drawn on each page."""
    data = path.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    found = [zlib.decompress(base64.a85decode(b"<~" + body.strip(), adobe=True)) for body in _STREAM.findall(data)]
    drawn = [body for body in found if b" BT" in body or b"BT " in body or b" re" in body]
    assert len(drawn) == len(re.findall(rb"/Type /Page\b(?!s)", data))
    return drawn


def rectangles(page: bytes) -> list[Rectangle]:
    """Every filled or outlined rectangle."""
    found = []
    for match in _RECTANGLE.findall(page):
        left, bottom, width, height = (float(number) / MM for number in match)
        found.append((left, bottom, width, height))
    return found


def barcodes(page: bytes, label_width_mm: float) -> list[str]:
    """The text of every barcode, by rows from the top."""
    bars = sorted((r for r in rectangles(page) if r[2] < 3), key=lambda r: (-round(r[1], 2), r[0]))
    texts = []
    for _, row in groupby(bars, key=lambda r: round(r[1], 2)):
        texts += [read(code) for code in _apart(list(row), label_width_mm)]
    return texts


def read(bars: Sequence[Rectangle]) -> str:
    """The text of one barcode."""
    elements: list[float] = []
    for (left, _, width, _), following in zip(bars, [*bars[1:], None], strict=True):
        elements += [width] if following is None else [width, following[0] - left - width]
    module = min(elements)
    modules = [element / module for element in elements]
    return read_39(modules) if {round(m, 1) for m in modules} <= {1.0, 2.2, 2.5} else read_128(modules)


def _apart(row: list[Rectangle], label_width_mm: float) -> Iterator[list[Rectangle]]:
    """The barcodes of a row of labels: between two of them lie at least two quiet zones."""
    module = min(width for _, _, width, _ in row)
    code = [row[0]]
    for bar in row[1:]:
        if bar[0] - code[-1][0] - code[-1][2] > 9 * module:
            yield code
            code = []
        code.append(bar)
        assert bar[0] + bar[2] - code[0][0] < label_width_mm
    yield code
