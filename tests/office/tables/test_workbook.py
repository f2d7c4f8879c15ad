"""Workbooks: what a cell says, which sheet is read, and files that were made to do harm."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest

from tests.office.tables.files import (
    HEADER,
    PUPIL,
    SHEET,
    part,
    rows,
    said,
    table,
    with_part,
    with_shared_texts,
    xlsx_file,
)

CELLS: dict[str, tuple[object, str, str, str | None]] = {
    "text": ("0012", "General", "0012", None),
    "whole-number": (2021001.0, "General", "2021001", None),
    "zeros-shown": (12, "0000", "0012", None),
    "ean-typed-as-a-number": (9787020002207, "General", "9787020002207", None),
    "fraction": (12.5, "General", "12.5", None),
    "shown-in-scientific-text": (4.5e12, "General", "4500000000000", "A2 4.50E+12 was changed by a spreadsheet"),
    "format-of-scientific-text": (4512345678901, "0.00E+00", "4512345678901", "A2 4.51E+12 was changed"),
    "too-long": (
        320111201001011234,
        "General",
        "320111201001011328",
        "A2 was typed as a number of more than 15 digits",
    ),
    "date": (date(2026, 5, 2), "yyyy-mm-dd", "2026-05-02", "A2 was made a date by the spreadsheet, 2026-05-02"),
    "time": (time(12, 5), "hh:mm", "12:05", "A2 was made a date"),
    "instant": (datetime(2026, 5, 2, 9, 30), "yyyy-mm-dd hh:mm", "2026-05-02 09:30", "A2 was made a date"),  # noqa: DTZ001
    "yes": (True, "General", "yes", None),
    "formula": ("=B2&C2", "General", "=B2&C2", "A2 holds a formula"),
    "zeros-kept-as-a-formula": ('="0012"', "General", "0012", None),
    "error": ("#N/A", "General", "#N/A", "A2 holds the error #N/A"),
    "blanks-around": (" 0012　", "General", "0012", None),
}


@pytest.mark.parametrize(("value", "number_format", "text", "fault"), CELLS.values(), ids=CELLS)
def test_a_cell_says_what_the_person_who_typed_it_saw(
    tmp_path: Path, value: object, number_format: str, text: str, fault: str | None
) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(HEADER)
    sheet.append([value, "张小样", "五(2)班"])
    sheet["A2"].number_format = number_format
    book.save(tmp_path / "a.xlsx")
    (row,) = rows(tmp_path / "a.xlsx")
    assert row.row.cells["number"] == text
    assert (row.fault is None) if fault is None else (row.fault or "").startswith(f"number: {fault}")


def test_a_date_is_a_date_where_one_is_asked_for(tmp_path: Path) -> None:
    lines = [(*HEADER, "停借至"), (*PUPIL, date(2026, 12, 1)), (*PUPIL, "2026/12/1"), (*PUPIL, "2026年12月1日")]
    for row in rows(xlsx_file(tmp_path / "a.xlsx", {"a": lines})):
        assert row.checked().day("suspended_until") == date(2026, 12, 1)


def test_a_formula_in_a_column_that_nobody_asked_for_harms_nothing(tmp_path: Path) -> None:
    (row,) = rows(xlsx_file(tmp_path / "a.xlsx", {"a": [(*HEADER, "合计"), (*PUPIL, "=1+1")]}))
    assert row.fault is None


def test_the_first_sheet_with_a_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    sheets: dict[str, list[tuple[str, ...]]] = {
        "说明": [("如何填写",)],
        "五年级": [HEADER, PUPIL],
        "六年级": [HEADER, ("2", "李试", "六(1)班")],
    }
    path = xlsx_file(tmp_path / "a.xlsx", sheets)
    found = table(path)
    assert (found.sheet, found.unread, found.told) == ("五年级", ("六年级",), 'XLSX, sheet "五年级"')
    named = table(path, sheet="六年级")
    assert (named.sheet, named.unread) == ("六年级", ())


def test_a_hidden_sheet_is_not_read(tmp_path: Path) -> None:
    path = xlsx_file(tmp_path / "a.xlsx", {"旧": [HEADER, ("9", "王离开", "")], "新": [HEADER, PUPIL]})
    book = openpyxl.load_workbook(path)
    book["旧"].sheet_state = "hidden"
    book.save(path)
    assert table(path).sheet == "新"


def test_texts_are_found_where_excel_keeps_them(tmp_path: Path) -> None:
    path = with_shared_texts(tmp_path / "a.xlsx", xlsx_file(tmp_path / "good.xlsx", {"a": [HEADER, PUPIL]}))
    assert b"inlineStr" not in part(path, SHEET)
    assert [row.raw for row in rows(path)] == [PUPIL]


def test_merged_titles_hidden_rows_and_cells_beside_the_table_are_borne(tmp_path: Path) -> None:
    lines = [("名单", None, None), HEADER, PUPIL, ("2", "李试", "五(2)班", None, "备注")]
    path = xlsx_file(tmp_path / "a.xlsx", {"a": lines})
    book = openpyxl.load_workbook(path)
    book["a"].merge_cells("A1:C1")
    book["a"].row_dimensions[3].hidden = True
    book.save(path)
    assert [row.checked().cells["number"] for row in rows(path)] == ["0001", "2"]


def test_many_rows_far_apart_are_not_waited_for(tmp_path: Path) -> None:
    good = xlsx_file(tmp_path / "good.xlsx", {"a": [HEADER, PUPIL]})
    sheet = part(good, SHEET)
    empty = b"".join(b'<row r="%d"/>' % line for line in range(3, 20_000))
    far = b'<row r="1048576"><c r="A1048576" t="inlineStr"><is><t>x</t></is></c></row>'
    for rest in (empty, far):
        path = with_part(tmp_path / "a.xlsx", good, SHEET, sheet.replace(b"</sheetData>", rest + b"</sheetData>"))
        assert said(path).startswith("a.xlsx:3: more than 10000 empty rows from here")


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return xlsx_file(tmp_path / "good.xlsx", {"a": [HEADER, PUPIL]})


ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

PARTS = {
    "entities": (SHEET, ENTITIES + b"<worksheet>&b;</worksheet>", "declares entities"),
    "entities-in-utf-16": (SHEET, (ENTITIES + b"<w/>").decode().encode("utf-16"), "is not UTF-8"),
    "unpacks-a-lot": ("xl/media/a.bin", b"\0" * (5 << 20), "unpacks more than 150-fold"),
    "large-part": ("xl/theme/theme1.xml", b"<a>" + bytes(range(256)) * (66 << 10) + b"</a>", "is larger than 16 MB"),
    "endless-row": (SHEET, b"<row>" + b"".join(b'<c r="A%d"/>' % n for n in range(300_000)), "longer than 4 MB"),
    "no-xml": (SHEET, b"no xml at all", "is damaged"),
    "no-workbook": ("xl/workbook.xml", b"<workbook/>", "has no sheet with a table"),
    "text-that-is-not-there": (SHEET, b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                               b'<sheetData><row r="1"><c r="A1" t="s"><v>99</v></c></row></sheetData></worksheet>',
                               "is damaged"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "content", "expected"), PARTS.values(), ids=PARTS)
def test_a_workbook_that_was_made_to_do_harm_is_refused(
    tmp_path: Path, good: Path, name: str, content: bytes, expected: str
) -> None:
    found = said(with_part(tmp_path / "a.xlsx", good, name, content))
    assert found.startswith("a.xlsx: ")
    assert expected in found


def test_an_archive_of_many_parts_or_with_one_twice_is_refused(tmp_path: Path, good: Path) -> None:
    many = tmp_path / "many.xlsx"
    many.write_bytes(good.read_bytes())
    with zipfile.ZipFile(many, "a") as archive:
        for place in range(2001):
            archive.writestr(f"xl/{place}", b"")
    assert "parts, more than 2000" in said(many)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(good, "a") as archive:
        archive.writestr(SHEET, b"")
    assert "has a part twice" in said(good)


ARCHIVES = {
    "open-document": ({"content.xml": b"", "mimetype": b""}, "an OpenDocument file"),
    "binary-workbook": ({"xl/workbook.bin": b""}, ".xlsb"),
    "word": ({"word/document.xml": b"", "[Content_Types].xml": b""}, "a Word document"),
    "photos": ({"1.jpg": b""}, "a zip archive (unpack it"),
}


@pytest.mark.parametrize(("parts", "expected"), ARCHIVES.values(), ids=ARCHIVES)
def test_another_archive_is_called_by_its_name(tmp_path: Path, parts: dict[str, bytes], expected: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert expected in said(tmp_path / "a.xlsx")


def test_a_workbook_by_another_name_is_still_a_workbook(tmp_path: Path, good: Path) -> None:
    assert len(rows(good.rename(tmp_path / "a.csv"))) == 1


def test_a_sheet_that_is_not_there_is_told_with_what_is_near(good: Path) -> None:
    from kiosk.office.tables.peoplewords import PEOPLE_HEADINGS
    from kiosk.office.tables.read import read_table

    assert str(read_table(good, PEOPLE_HEADINGS, "A")) == 'good.xlsx: has no sheet "A" (did you mean "a"?)'
