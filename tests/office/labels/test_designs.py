"""Whatever stands on a label, it stays on it, and nothing lies on top of anything else."""

from itertools import combinations

import pytest

from kiosk.office.labels.bars import Symbology
from kiosk.office.labels.classsheet import ClassHead, cell, class_pages
from kiosk.office.labels.designs import CardLabel, ItemLabel, call_number_lines, card_marks, item_marks, spine_marks
from kiosk.office.labels.setting import BarsMark, Mark, RuleMark, Style, TextMark, set_text
from kiosk.office.labels.sheets import A4_HEIGHT_MM, A4_WIDTH_MM, PAPER_RIM_MM, SHEETS, Box, Paper, SheetName
from tests.office.labels.barcode_reader import read_128
from tests.office.labels.runs import HOSTILE, SCHOOL, hostile_cards, hostile_faces, hostile_items, ink, within

EVERY_SHEET = pytest.mark.parametrize("name", list(SheetName))


def texts(marks: list[Mark]) -> list[str]:
    return [mark.text for mark in marks if isinstance(mark, TextMark)]


def codes(marks: list[Mark]) -> list[str]:
    return [read_128(mark.symbol.widths) for mark in marks if isinstance(mark, BarsMark)]


def apart(one: Box, other: Box) -> bool:
    slack = 0.01
    return (
        one.right <= other.left + slack
        or other.right <= one.left + slack
        or one.top <= other.bottom + slack
        or other.top <= one.bottom + slack
    )


def check(marks: list[Mark], box: Box) -> None:
    bounds = [mark.bounds for mark in marks]
    assert all(within(one, box) for one in bounds)
    assert all(apart(one, other) for one, other in combinations(bounds, 2))
    assert all(mark.size >= 1.3 for mark in marks if isinstance(mark, TextMark))


@EVERY_SHEET
def test_an_item_label_keeps_to_its_box_whatever_the_title(name: SheetName) -> None:
    labels = hostile_items()
    for label, place in zip(labels, Paper(SHEETS[name]).places(len(labels)), strict=True):
        marks = item_marks(label, place.box, ink(name))
        check(marks, place.box)
        assert codes(marks) == [label.barcode]
        assert {SCHOOL, label.barcode} <= set(texts(marks))


@EVERY_SHEET
def test_a_card_keeps_to_its_box_whatever_the_name(name: SheetName) -> None:
    labels = hostile_cards()
    for label, place in zip(labels, Paper(SHEETS[name]).places(len(labels)), strict=True):
        marks = card_marks(label, place.box, ink(name))
        check(marks, place.box)
        assert codes(marks) == [label.code]


@EVERY_SHEET
def test_a_spine_label_keeps_to_its_box_whatever_the_call_number(name: SheetName) -> None:
    labels = hostile_items()
    for label, place in zip(labels, Paper(SHEETS[name]).places(len(labels)), strict=True):
        check(spine_marks(label, place.box, ink(name)), place.box)


@EVERY_SHEET
def test_a_card_carries_the_whole_name_the_class_and_the_number(name: SheetName) -> None:
    (place,) = Paper(SHEETS[name]).places(1)
    marks = card_marks(CardLabel("s1", "S1", "张小样", "五(2)班"), place.box, ink(name))
    assert texts(marks) == [SCHOOL, "张小样", "五(2)班", "S1"]
    assert codes(marks) == ["S1"]


@pytest.mark.parametrize(
    ("call_number", "lines"),
    [
        ("I287.8/1", ["I287.8", "1"]),
        ("I287.45 / B235", ["I287.45", "B235"]),
        ("TP311.1／22 2版 c.3", ["TP311.1", "22", "2版", "c.3"]),
        ("K828=7", ["K828=7"]),
        (" / ", []),
    ],
)
def test_a_call_number_is_split_as_on_a_spine(call_number: str, lines: list[str]) -> None:
    assert call_number_lines(call_number) == lines


@EVERY_SHEET
def test_the_class_number_stands_above_the_authors_number_both_as_large(name: SheetName) -> None:
    (place,) = Paper(SHEETS[name]).places(1)
    marks = spine_marks(ItemLabel("B1", "西游记", "I242.4/W851"), place.box, ink(name))
    above, below, small = [mark for mark in marks if isinstance(mark, TextMark)]
    assert (above.text, below.text, small.text) == ("I242.4", "W851", "B1")
    assert above.size == below.size > 5
    assert above.baseline > below.baseline > small.baseline


def test_a_long_text_shrinks_then_wraps_then_ends_in_an_ellipsis() -> None:
    box, style = Box(0, 0, 40, 8), Style(4.0, lines_max=2, size_min_mm=2.0)
    set_as = {n: set_text("西" * n, box, style, hostile_faces()) for n in (5, 12, 25, 200)}
    assert [len(marks) for marks in set_as.values()] == [1, 1, 2, 2]
    assert set_as[5][0].size == 4.0
    assert 3.0 < set_as[12][0].size < 4.0
    assert set_as[12][0].width > 35
    assert "".join(mark.text for mark in set_as[25]) == "西" * 25
    assert set_as[200][-1].text.endswith("…")
    assert set_as[200][-1].size == pytest.approx(2.0)


def test_no_line_begins_with_a_closing_mark() -> None:
    style = Style(3.0, lines_max=9)
    marks = set_text("西，游，记，西，游，记，西，游，记。", Box(0, 0, 15.1, 60), style, hostile_faces())
    assert len(marks) > 1
    assert all(mark.text[0] not in "，。" for mark in marks)


def sheet_of(labels: list[CardLabel], **other: str) -> list[list[Mark]]:
    head = ClassHead(SCHOOL, "五(2)班", **other)
    return list(class_pages(head, labels, Symbology.CODE128, hostile_faces()))


@pytest.mark.parametrize(("pupils", "pages"), [(1, 1), (20, 1), (21, 2), (45, 3)])
def test_a_class_sheet_has_every_pupil_once_and_its_page_numbers(pupils: int, pages: int) -> None:
    labels = [CardLabel(f"S{at:03}", f"S{at:03}", "张小样", "五(2)班") for at in range(pupils)]
    made = sheet_of(labels, teacher="张小样", reset="RESET-1")
    assert len(made) == pages
    found = [code for marks in made for code in codes(marks) if code != "RESET-1"]
    assert found == [label.code for label in labels]
    for page, marks in enumerate(made, 1):
        check(marks, Box(0, 0, A4_WIDTH_MM, A4_HEIGHT_MM).inset(PAPER_RIM_MM, PAPER_RIM_MM))
        assert codes(marks)[0] == "RESET-1"
        assert {"五(2)班 借书条码", "班主任 张小样", f"第 {page} 页 / 共 {pages} 页", "借完扫这里"} <= set(texts(marks))


def test_a_pupil_keeps_to_the_own_cell_whatever_the_name() -> None:
    labels = hostile_cards()
    (marks,) = sheet_of(labels)
    boxes = [cell(at) for at in range(len(labels))]
    lines = [mark for mark in marks if isinstance(mark, RuleMark)]
    assert len(lines) == len(labels)
    for mark in marks:
        if isinstance(mark, BarsMark):
            at = [label.code for label in labels].index(read_128(mark.symbol.widths))
            assert within(mark.bounds, boxes[at])
    inside = [mark for mark in marks if any(within(mark.bounds, box) for box in boxes)]
    assert len(marks) - len(inside) == 5  # the head and the page number
    check(marks, Box(0, 0, A4_WIDTH_MM, A4_HEIGHT_MM).inset(PAPER_RIM_MM, PAPER_RIM_MM))


def test_a_hostile_head_keeps_to_the_paper() -> None:
    for text in HOSTILE:
        head = ClassHead(text, text, text, None)
        (marks,) = class_pages(head, [CardLabel("S1", "S1", "张", text)], Symbology.CODE128, hostile_faces())
        check(marks, Box(0, 0, A4_WIDTH_MM, A4_HEIGHT_MM).inset(PAPER_RIM_MM, PAPER_RIM_MM))
