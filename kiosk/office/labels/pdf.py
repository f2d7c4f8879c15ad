"""Draws marks into a PDF, and puts it on the disk whole or not at all.

The file can be read by its owner only, because cards and class sheets carry names. It holds no date and no name in
its properties, so that the same labels give the same bytes.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, assert_never

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kiosk.office.labels.setting import BarsMark, FrameMark, Mark, RuleMark, Shade, TextMark

FILE_MODE: Final = 0o600
THIN_MM: Final = 0.1
FRAME_GREY, RULE_GREY, TEXT_GREY = 0.55, 0.75, 0.35


class Drawing:
    """Pages of marks, drawn as they come."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.pages = 0

    def page(self, marks: Iterable[Mark]) -> None:
        """One page."""
        for mark in marks:
            self._draw(mark)
        self._canvas.showPage()
        self.pages += 1

    def _draw(self, mark: Mark) -> None:
        canvas = self._canvas
        match mark:
            case TextMark():
                canvas.setFillGray(0.0 if mark.shade is Shade.BLACK else TEXT_GREY)
                canvas.setFont(mark.face.name, mark.size * mm)
                canvas.drawString(mark.left * mm, mark.baseline * mm, mark.text)
            case BarsMark():
                canvas.setFillGray(0.0)
                path = canvas.beginPath()
                for start, width in mark.symbol.bars():
                    path.rect((mark.left + start) * mm, mark.bottom * mm, width * mm, mark.height * mm)
                canvas.drawPath(path, stroke=0, fill=1)
            case FrameMark(bounds=box):
                canvas.setLineWidth(THIN_MM * mm)
                canvas.setStrokeGray(FRAME_GREY)
                canvas.rect(box.left * mm, box.bottom * mm, box.width * mm, box.height * mm, stroke=1, fill=0)
            case RuleMark():
                canvas.setLineWidth(THIN_MM * mm)
                canvas.setStrokeGray(RULE_GREY)
                y = mark.bottom * mm
                canvas.line(mark.left * mm, y, (mark.left + mark.width) * mm, y)
            case _:
                assert_never(mark)


@contextmanager
def drawing(path: Path) -> Iterator[Drawing]:
    """A PDF that stands at `path` once the block is left without an error. Raises OSError."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE), "wb") as file:
            canvas = Canvas(file, pagesize=A4, pageCompression=1, invariant=1)
            canvas.setTitle("Labels")
            yield Drawing(canvas)
            canvas.save()
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
