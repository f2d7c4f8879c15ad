"""The sheet that a class teacher keeps: a barcode for every pupil who has no card, to be scanned at the kiosk.

Two columns on plain A4, running down the first and then the second, so that the list reads like the class register.
Each page can stand alone: it names the class and carries the code that ends a visit.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kiosk.office.labels.bars import NoBarcode, Symbology, symbol
from kiosk.office.labels.designs import CardLabel
from kiosk.office.labels.faces import Faces, Weight, tidy
from kiosk.office.labels.setting import Align, Mark, RuleMark, Shade, Style, set_bars, set_text
from kiosk.office.labels.sheets import A4_HEIGHT_MM, A4_WIDTH_MM, Box
from kiosk.office.merge import chunks

LEFT_MM, RIGHT_MM, TOP_MM, BOTTOM_MM = 16.0, 12.0, 12.0, 12.0  # the left side has room for a binder's holes
HEAD_MM, FOOT_MM, BETWEEN_MM = 23.0, 18.0, 8.0
COLUMNS, ROWS = 2, 10
PLACE_MM, NAME_MM = 7.0, 26.0
MODULE_MIN_MM: Final = 0.25

TITLE: Final = "借书条码"
TEACHER: Final = "班主任"
KEPT: Final = "由班主任保管。没有带卡的同学，在借书机上扫自己的条码。"
KEPT_EN: Final = "Kept by the class teacher. A pupil without a card scans his or her own code at the kiosk."
DONE: Final = "借完扫这里"
DONE_EN: Final = "Done"
WORDS: Final = TITLE + TEACHER + KEPT + DONE + "第页共"

COLUMN_MM: Final = (A4_WIDTH_MM - LEFT_MM - RIGHT_MM - BETWEEN_MM) / COLUMNS
ROW_MM: Final = (A4_HEIGHT_MM - TOP_MM - BOTTOM_MM - HEAD_MM - FOOT_MM) / ROWS
CODE_MM: Final = COLUMN_MM - PLACE_MM - NAME_MM


@dataclass(frozen=True, slots=True)
class ClassHead:
    """What stands on every page. `reset` is the text that ends a visit."""

    school: str
    klass: str
    teacher: str = ""
    reset: str | None = None


def class_pages(
    head: ClassHead, labels: Sequence[CardLabel], symbology: Symbology, faces: Faces
) -> Iterator[list[Mark]]:
    """The marks of each page. Raises NoBarcode."""
    pages = -(-len(labels) // (COLUMNS * ROWS))
    for page, some in enumerate(chunks(labels, COLUMNS * ROWS)):
        marks = [*_head(head, faces), *_foot(head, page + 1, pages, symbology, faces)]
        for at, label in enumerate(some):
            marks += _entry(label, page * COLUMNS * ROWS + at + 1, cell(at), symbology, faces)
        yield marks


def cell(at: int) -> Box:
    """Where the entry `at` of a page stands."""
    column, row = divmod(at, ROWS)
    top = A4_HEIGHT_MM - TOP_MM - HEAD_MM - row * ROW_MM
    return Box(LEFT_MM + column * (COLUMN_MM + BETWEEN_MM), top - ROW_MM, COLUMN_MM, ROW_MM)


def reset_fits(text: str, symbology: Symbology) -> bool:
    """Whether the code that ends a visit can be printed."""
    try:
        symbol(text, symbology, CODE_MM, MODULE_MIN_MM)
    except NoBarcode:
        return False
    return True


def _head(head: ClassHead, faces: Faces) -> list[Mark]:
    width = A4_WIDTH_MM - LEFT_MM - RIGHT_MM
    top = A4_HEIGHT_MM - TOP_MM
    title, side = Box(LEFT_MM, top - 10, width * 0.6, 10), Box(LEFT_MM + width * 0.62, top - 10, width * 0.38, 10)
    marks: list[Mark] = []
    marks += set_text(f"{tidy(head.klass)} {TITLE}", title, Style(7.0, Weight.BOLD, Align.LEFT), faces)
    marks += set_text(
        tidy(head.school), Box(side.left, side.bottom + 4.5, side.width, 5.5), _grey(3.4, Align.RIGHT), faces
    )
    if head.teacher:
        teacher = f"{TEACHER} {tidy(head.teacher)}"
        marks += set_text(teacher, Box(side.left, side.bottom, side.width, 4.5), _grey(3.2, Align.RIGHT), faces)
    marks += set_text(KEPT, Box(LEFT_MM, top - 15.5, width, 4.5), Style(3.2, align=Align.LEFT), faces)
    marks += set_text(KEPT_EN, Box(LEFT_MM, top - 19.5, width, 3.6), _grey(2.5, Align.LEFT), faces)
    return marks


def _foot(head: ClassHead, page: int, pages: int, symbology: Symbology, faces: Faces) -> list[Mark]:
    marks: list[Mark] = []
    right = A4_WIDTH_MM - RIGHT_MM
    count = f"第 {page} 页 / 共 {pages} 页"
    marks += set_text(count, Box(right - 60, BOTTOM_MM, 60, 4), _grey(3.0, Align.RIGHT), faces)
    if head.reset is not None and reset_fits(head.reset, symbology):
        words = Box(LEFT_MM, BOTTOM_MM + 1, PLACE_MM + NAME_MM, 11)
        marks += set_text(
            DONE, Box(words.left, words.bottom + 5, words.width, 6), Style(4.4, Weight.BOLD, Align.LEFT), faces
        )
        marks += set_text(DONE_EN, Box(words.left, words.bottom, words.width, 4.4), _grey(3.0, Align.LEFT), faces)
        marks += _code(head.reset, Box(words.right, BOTTOM_MM, CODE_MM, 13.5), symbology, faces)
    return marks


def _entry(label: CardLabel, place: int, box: Box, symbology: Symbology, faces: Faces) -> list[Mark]:
    line = RuleMark(box.left, box.bottom, box.width)
    number = Box(box.left, box.bottom + 2, PLACE_MM - 1, box.height - 4)
    name = Box(box.left + PLACE_MM, box.bottom + 2, NAME_MM - 1, box.height - 4)
    code = Box(box.left + PLACE_MM + NAME_MM, box.bottom + 2.2, CODE_MM, box.height - 4.4)
    marks: list[Mark] = [line, *set_text(str(place), number, _grey(2.8, Align.LEFT), faces)]
    marks += set_text(tidy(label.name), name, Style(5.0, Weight.BOLD, Align.LEFT, lines_max=3), faces)
    return marks + _code(label.code, code, symbology, faces)


def _code(text: str, box: Box, symbology: Symbology, faces: Faces) -> list[Mark]:
    """A barcode with its text below."""
    line = 3.9
    bars = set_bars(
        symbol(text, symbology, box.width, MODULE_MIN_MM),
        Box(box.left, box.bottom + line, box.width, box.height - line),
    )
    return [bars, *set_text(text, Box(box.left, box.bottom, box.width, line - 0.6), Style(2.7), faces)]


def _grey(size: float, align: Align) -> Style:
    return Style(size, align=align, shade=Shade.GREY)
