"""What tests of labels share: the font's files, faces, and labels with plain and with hostile texts."""

from functools import cache
from itertools import count
from pathlib import Path

from kiosk.office.labels.bars import Symbology
from kiosk.office.labels.classsheet import WORDS
from kiosk.office.labels.designs import CardLabel, Ink, ItemLabel
from kiosk.office.labels.faces import Faces, Weight, make_faces, tidy
from kiosk.office.labels.printing import Job
from kiosk.office.labels.sheets import SHEETS, Box, Paper, SheetName
from kiosk.screens.fonts import font_paths

SCHOOL = "样例学校图书馆"

HOSTILE = (
    "",
    " ",
    "题" * 1000,
    "W" * 1000,
    "a b " * 250,
    "《，。、！》" * 100,
    '=HYPERLINK("http://example.org","张")',
    "+1+cmd|' /C calc'!A0",
    "מלך הכתבים مكتبة",
    "\u202e张三\u202c\u200b\ufeff",
    "行\n一\r\n行\t二\x00\x1b[31m\x7f\u2028三",
    "👩‍🚀📚 𠮷 ﷽ e\u0301\u0301",
    "(ET Q) Tj \\ ) endstream",
    "。" * 80,
)


@cache
def font_files() -> dict[Weight, Path]:
    """The two files of the font."""
    fonts = font_paths()
    return {Weight.REGULAR: fonts.regular, Weight.BOLD: fonts.bold}


def faces(*texts: str) -> Faces:
    """Faces with the characters of these texts."""
    plain = [tidy(text) for text in texts]
    return make_faces(font_files(), dict.fromkeys(Weight, plain))


@cache
def hostile_faces() -> Faces:
    """Faces for everything in this module."""
    return faces(SCHOOL, WORDS, "五(2)班张小样西游记", *HOSTILE)


def ink(name: SheetName, symbology: Symbology = Symbology.CODE128) -> Ink:
    """What labels on this sheet share."""
    return Ink(hostile_faces(), SCHOOL, symbology, SHEETS[name].module_min_mm)


def job(name: SheetName = SheetName.S3X7, start: int = 1, **other: object) -> Job:
    """A run of labels on this sheet."""
    return Job(Paper(SHEETS[name], start), font_files(), SCHOOL, **other)  # type: ignore[arg-type]


def items(number: int) -> list[ItemLabel]:
    """Copies with different barcodes."""
    return [ItemLabel(f"TS{at:08}", f"西游记 {at}", f"I242/{at}") for at in range(1, number + 1)]


def hostile_items() -> list[ItemLabel]:
    """Copies with what must never break a label."""
    numbers = count(1)
    return [ItemLabel(f"B{next(numbers):07}", text, text) for text in HOSTILE]


def hostile_cards() -> list[CardLabel]:
    """People with what must never break a card."""
    numbers = count(1)
    return [CardLabel(code, code, text, text) for text in HOSTILE for code in [f"S{next(numbers):07}"]]


def within(inner: Box, outer: Box, slack: float = 1e-6) -> bool:
    """Whether `inner` lies in `outer`."""
    return (
        inner.left >= outer.left - slack
        and inner.bottom >= outer.bottom - slack
        and inner.right <= outer.right + slack
        and inner.top <= outer.top + slack
    )
