"""Labels read back out of the finished PDF."""

import re
from pathlib import Path

import pytest

from kiosk.office.labels.bars import Symbology
from kiosk.office.labels.classsheet import ClassHead
from kiosk.office.labels.designs import CardLabel, ItemLabel
from kiosk.office.labels.pdf import drawing
from kiosk.office.labels.printing import CARDS, ITEMS, SPINES, fitting, print_class, print_labels
from kiosk.office.labels.sheets import SHEETS, SheetName
from tests.office.labels.pdf_reader import barcodes, pages, rectangles
from tests.office.labels.runs import SCHOOL, font_files, hostile_items, items, job


@pytest.mark.parametrize("symbology", list(Symbology))
@pytest.mark.parametrize(("name", "start"), [(SheetName.S3X7, 1), (SheetName.S3X8, 23), (SheetName.S3X7_WIDE, 21)])
def test_every_item_stands_on_exactly_one_label(
    tmp_path: Path, name: SheetName, start: int, symbology: Symbology
) -> None:
    labels, sheet = items(50), SHEETS[name]
    out = tmp_path / "labels.pdf"
    printed = print_labels(labels, ITEMS, job(name, start, symbology=symbology), out)
    drawn = pages(out)
    assert printed.pages == len(drawn) == -(-(start - 1 + 50) // sheet.labels)
    assert [text for page in drawn for text in barcodes(page, sheet.width_mm)] == [label.barcode for label in labels]
    assert printed.remarks == ()


def test_the_smallest_labels_read_back_too(tmp_path: Path) -> None:
    labels = [ItemLabel(f"3999900{at:07}", "", "") for at in range(66)]
    print_labels(labels, ITEMS, job(SheetName.S5X13), tmp_path / "labels.pdf")
    first, second = pages(tmp_path / "labels.pdf")
    assert barcodes(first, 38.1) + barcodes(second, 38.1) == [label.barcode for label in labels]


def test_frames_are_the_labels_outlines_and_only_those_that_are_used(tmp_path: Path) -> None:
    print_labels(items(2), SPINES, job(SheetName.S5X13, start=5, frame=True), tmp_path / "labels.pdf")
    (page,) = pages(tmp_path / "labels.pdf")
    sheet = SHEETS[SheetName.S5X13]
    wanted = [sheet.label(4), sheet.label(5)]
    found = rectangles(page)
    assert len(found) == 2
    for (left, bottom, width, height), box in zip(found, wanted, strict=True):
        assert (left, bottom, width, height) == pytest.approx((box.left, box.bottom, box.width, box.height), abs=0.01)


def test_hostile_texts_make_a_whole_file_and_are_remarked_upon_by_barcode_only(tmp_path: Path) -> None:
    labels = hostile_items()
    printed = print_labels(labels, ITEMS, job(), tmp_path / "labels.pdf")
    (page,) = pages(tmp_path / "labels.pdf")
    assert barcodes(page, 63.5) == [label.barcode for label in labels]
    assert printed.remarks
    assert all(
        re.fullmatch(r'"B\d{7}": the font lacks (U\+[0-9A-F]+(, )?)+, printed as a sign', r) for r in printed.remarks
    )


def test_a_barcode_that_does_not_fit_is_named_and_left_out() -> None:
    long, odd, fine = ItemLabel("X" * 60, "", ""), ItemLabel("图1", "", ""), ItemLabel("B1", "", "")
    kept, left_out = fitting([long, odd, fine], ITEMS.code, Symbology.CODE128, 59.5, 0.25)
    assert kept == [fine]
    assert [line.split()[0] for line in left_out] == ['"' + "X" * 39 + '…"', '"图1"']
    assert "mm wide and the label has 59.5 mm" in left_out[0]


def test_a_class_sheet_reads_back(tmp_path: Path) -> None:
    labels = [CardLabel(f"2022{at:04}", f"2022{at:04}", f"张小{'甲乙丙'[at % 3]}", "五(2)班") for at in range(23)]
    out = tmp_path / "class.pdf"
    printed = print_class(ClassHead(SCHOOL, "五(2)班", reset="RESET-1"), labels, Symbology.CODE128, font_files(), out)
    drawn = pages(out)
    assert printed.pages == len(drawn) == 2
    found = [barcodes(page, 80) for page in drawn]
    assert [codes.count("RESET-1") for codes in found] == [1, 1]
    assert sorted(code for codes in found for code in codes if code != "RESET-1") == [label.code for label in labels]


def test_the_same_labels_are_the_same_bytes_without_names_or_dates_outside_the_pages(tmp_path: Path) -> None:
    labels = [CardLabel("S1", "S1", "ZHANG XIAOYANG", "5")]
    first, second = tmp_path / "1.pdf", tmp_path / "2.pdf"
    print_labels(labels, CARDS, job(), first)
    print_labels(labels, CARDS, job(), second)
    assert first.read_bytes() == second.read_bytes()
    assert b"ZHANG" not in first.read_bytes()
    assert b"2026" not in first.read_bytes()


def test_only_the_owner_can_read_the_file(tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    out.write_bytes(b"old")
    out.chmod(0o644)
    print_labels(items(1), ITEMS, job(), out)
    assert out.stat().st_mode & 0o777 == 0o600


def test_a_drawing_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    out = tmp_path / "labels.pdf"
    out.write_bytes(b"old")
    with pytest.raises(ZeroDivisionError), drawing(out):
        raise ZeroDivisionError
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]
