"""Prints a run of labels, or a class's sheets: leaves out what cannot be printed, makes the font, draws.

Labels are drawn one after the other, so that twelve thousand need no more memory than their pages do. What is left
out is named by barcode or number, never by name, because it is shown on a terminal.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, groupby
from pathlib import Path
from typing import Generic, TypeVar

from kiosk.office.findings import shown
from kiosk.office.labels.bars import NoBarcode, Symbology, symbol
from kiosk.office.labels.classsheet import CODE_MM, MODULE_MIN_MM, WORDS, ClassHead, class_pages
from kiosk.office.labels.designs import (
    CardLabel,
    Ink,
    ItemLabel,
    call_number_lines,
    card_marks,
    item_marks,
    spine_marks,
)
from kiosk.office.labels.faces import Faces, Weight, make_faces, tidy
from kiosk.office.labels.pdf import drawing
from kiosk.office.labels.setting import FrameMark, Mark
from kiosk.office.labels.sheets import Box, Paper

FontFiles = Mapping[Weight, Path]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class LabelKind(Generic[T]):
    """A kind of label: its text as a barcode, or to name it by; its other texts, bold and not; and its design."""

    code: Callable[[T], str]
    bold: Callable[[T], Sequence[str]]
    regular: Callable[[T], Sequence[str]]
    design: Callable[[T, Box, Ink], list[Mark]]


ITEMS: LabelKind[ItemLabel] = LabelKind(
    lambda label: label.barcode, lambda label: (label.title,), lambda label: (), item_marks
)
SPINES: LabelKind[ItemLabel] = LabelKind(
    lambda label: label.barcode, lambda label: call_number_lines(label.call_number), lambda label: (), spine_marks
)
CARDS: LabelKind[CardLabel] = LabelKind(
    lambda label: label.code, lambda label: (label.name,), lambda label: (label.klass,), card_marks
)


@dataclass(frozen=True, slots=True)
class Job:
    """What labels are printed on and how. With `frame` the labels' outlines are drawn, to check the printer."""

    paper: Paper
    fonts: FontFiles
    school: str
    symbology: Symbology = Symbology.CODE128
    frame: bool = False

    @property
    def room_mm(self) -> float:
        """How wide a barcode may be, with the white beside it."""
        return self.paper.sheet.width_mm - 2 * self.paper.sheet.rims_mm[0]


@dataclass(frozen=True, slots=True)
class Printed:
    """How many pages there are, and a line for each label on which characters are missing."""

    pages: int
    remarks: tuple[str, ...]


def fitting(
    labels: Iterable[T], code: Callable[[T], str], symbology: Symbology, room_mm: float, module_min_mm: float
) -> tuple[list[T], list[str]]:
    """The labels whose barcode can be printed there, and what is wrong with each of the others."""
    kept, left_out = [], []
    for label in labels:
        try:
            symbol(code(label), symbology, room_mm, module_min_mm)
        except NoBarcode as error:
            left_out.append(f"{shown(code(label))} has no label: {error}")
        else:
            kept.append(label)
    return kept, left_out


def fitting_cards(
    labels: Iterable[CardLabel], job: Job | None, symbology: Symbology
) -> tuple[list[CardLabel], list[str]]:
    """The same for people: on the labels of a job, or on a class's sheet."""
    if job is None:
        return fitting(labels, CARDS.code, symbology, CODE_MM, MODULE_MIN_MM)
    return fitting(labels, CARDS.code, symbology, job.room_mm, job.paper.sheet.module_min_mm)


def print_labels(labels: Sequence[T], kind: LabelKind[T], job: Job, path: Path) -> Printed:
    """Draw `labels`, whose barcodes fit, into the PDF at `path`. Raises NoFont and OSError."""
    ink = _ink(labels, kind, job)
    with drawing(path) as pdf:
        for _, marks in groupby(_marks(labels, kind, job, ink), lambda pair: pair[0]):
            pdf.page(mark for _, some in marks for mark in some)
    return Printed(pdf.pages, tuple(_lacking(labels, kind, ink.faces)))


def print_class(
    head: ClassHead, labels: Sequence[CardLabel], symbology: Symbology, fonts: FontFiles, path: Path
) -> Printed:
    """Draw a class's sheets into the PDF at `path`. Raises NoFont and OSError."""
    faces = _faces(labels, CARDS, fonts, WORDS, head.school, head.klass, head.teacher)
    with drawing(path) as pdf:
        for marks in class_pages(head, labels, symbology, faces):
            pdf.page(marks)
    return Printed(pdf.pages, tuple(_lacking(labels, CARDS, faces)))


def _ink(labels: Sequence[T], kind: LabelKind[T], job: Job) -> Ink:
    faces = _faces(labels, kind, job.fonts, job.school)
    return Ink(faces, tidy(job.school), job.symbology, job.paper.sheet.module_min_mm)


def _faces(labels: Sequence[T], kind: LabelKind[T], fonts: FontFiles, *both: str) -> Faces:
    """The faces for these labels; `both` are texts that may stand in either."""
    regular = (text for label in labels for text in (kind.code(label), *kind.regular(label)))
    bold = (text for label in labels for text in kind.bold(label))
    return make_faces(
        fonts,
        {Weight.REGULAR: map(tidy, chain(both, regular)), Weight.BOLD: map(tidy, chain(both, bold))},
    )


def _marks(labels: Sequence[T], kind: LabelKind[T], job: Job, ink: Ink) -> Iterator[tuple[int, list[Mark]]]:
    """The page and the marks of each label."""
    for label, place in zip(labels, job.paper.places(len(labels)), strict=True):
        frame: list[Mark] = [FrameMark(place.outline)] if job.frame else []
        yield place.page, frame + kind.design(label, place.box, ink)


def _lacking(labels: Iterable[T], kind: LabelKind[T], faces: Faces) -> Iterator[str]:
    """What is printed as a sign because the font has no picture of it."""
    for label in labels:
        texts = ((Weight.BOLD, kind.bold(label)), (Weight.REGULAR, kind.regular(label)))
        lacking = {c for weight, some in texts for text in some for c in tidy(text) if c not in faces[weight].widths}
        if lacking:
            codes = ", ".join(f"U+{ord(char):04X}" for char in sorted(lacking))
            yield f"{shown(kind.code(label))}: the font lacks {codes}, printed as a sign"
