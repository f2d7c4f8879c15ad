"""Tables as schools hand them in: any encoding, delimiter and program, and what is not a table at all."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.office.findings import Finding
from kiosk.office.tables.peoplewords import PEOPLE_HEADINGS
from kiosk.office.tables.read import read_table
from kiosk.office.tables.table import Table
from tests.office.tables.files import (
    HEADER,
    PUPIL,
    csv_bytes,
    csv_file,
    part,
    rows,
    said,
    table,
    with_part,
    with_shared_texts,
    xlsx_file,
)

ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 with BOM", "utf-16": "UTF-16 LE", "gb18030": "GB18030"}
DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon"}

# No control characters and no blanks at the ends, which are trimmed; nothing that spreadsheets take for a formula.
texts = st.text(
    st.characters(codec="gb18030", exclude_categories=["C", "Z"], exclude_characters="='\ufeff"), max_size=12
)
people = st.lists(st.tuples(texts.filter(bool), texts.filter(bool), texts), min_size=1, max_size=8)


@pytest.mark.parametrize("delimiter", DELIMITERS, ids=DELIMITERS.values())
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_text_is_read_in_every_encoding_with_every_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = csv_file(tmp_path / "a.csv", HEADER, PUPIL, encoding=encoding, delimiter=delimiter)
    assert table(path).told == f"{ENCODINGS[encoding]}, {DELIMITERS[delimiter]}"
    (row,) = rows(path)
    assert row.checked().cells == {"number": "0001", "name": "张小样", "class": "五(2)班"}
    assert (row.row.file, row.row.line) == ("a.csv", 2)


def test_utf_16_with_the_high_byte_first_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xfe\xff" + csv_bytes([HEADER, PUPIL], "utf-16-be", "\t"))
    assert table(path).told == "UTF-16 BE, tab"
    assert rows(path)[0].row.cells["name"] == "张小样"


@given(people)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_same_table_in_any_form_gives_the_same_rows(tmp_path: Path, people: list[tuple[str, ...]]) -> None:
    lines = [HEADER, *people]
    forms = [
        csv_file(tmp_path / f"{place}.csv", *lines, encoding=encoding, delimiter=delimiter)
        for place, (encoding, delimiter) in enumerate((e, d) for e in ENCODINGS for d in DELIMITERS)
    ]
    forms.append(xlsx_file(tmp_path / "a.xlsx", {"名单": lines}))
    expected = [tuple(cell.strip() for cell in person) for person in people if person != HEADER]
    for path in forms:
        assert [row.raw for row in rows(path)] == expected, path.name


def test_the_header_may_stand_below_titles_and_rows_may_be_empty(tmp_path: Path) -> None:
    lines = [
        ("样例学校五年级学生名单", "", ""),
        ("2026年9月", "", ""),
        HEADER,
        ("", "", ""),
        PUPIL,
        HEADER,
        ("2", "李试", ""),
    ]
    for path in (csv_file(tmp_path / "a.csv", *lines), xlsx_file(tmp_path / "a.xlsx", {"a": lines})):
        assert table(path).header.line == 3
        assert [(row.row.line, row.row.cells["number"]) for row in rows(path)] == [(5, "0001"), (7, "2")]


def test_columns_that_nobody_asked_for_are_named(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "a.csv", ("序号", "学 号*", "姓名（必填）", "性别", "身份证号"), ("1", "0001", "张小样", "女", "x")
    )
    found = table(path)
    assert found.header.ignored == ("序号", "性别", "身份证号")
    assert rows(path)[0].row.cells == {"number": "0001", "name": "张小样"}


def test_a_heading_that_stands_in_counts_only_where_the_right_one_is_missing(tmp_path: Path) -> None:
    both = csv_file(tmp_path / "a.csv", ("学籍号", "姓名", "学号"), ("G1", "张小样", "1"))
    assert rows(both)[0].row.cells["number"] == "1"
    one = csv_file(tmp_path / "b.csv", ("学籍号", "姓名"), ("G1", "张小样"))
    assert rows(one)[0].row.cells["number"] == "G1"


HEADERS = {
    "two-that-mean-one": (
        ("学号", "借书证号", "姓名"),
        'a.csv:1: columns "学号" and "借书证号" both mean 学号 (number)',
    ),
    "one-missing": (("学号", "性别"), "a.csv:1: missing column 姓名 (name) or 姓 (surname)"),
    "none": (("a", "b"), "a.csv: no header in the first 10 rows"),
}


@pytest.mark.parametrize(("header", "expected"), HEADERS.values(), ids=HEADERS)
def test_a_header_that_cannot_be_used_is_told(tmp_path: Path, header: tuple[str, ...], expected: str) -> None:
    assert said(csv_file(tmp_path / "a.csv", header, ("1", "2", "3"))).startswith(expected)


CSV_CELLS = {
    "zeros-kept-as-a-formula": ('="0012"', "0012", False),
    "zeros-kept-by-an-apostrophe": ("'0012", "0012", False),
    "formula": ("=A1+1", "=A1+1", True),
    "changed-by-excel": ("4.50E+12", "4.50E+12", False),  # refused where the number is read
}


@pytest.mark.parametrize(("cell", "text", "fault"), CSV_CELLS.values(), ids=CSV_CELLS)
def test_what_spreadsheets_do_to_cells_of_text_is_undone_or_told(
    tmp_path: Path, cell: str, text: str, fault: bool
) -> None:
    (row,) = rows(csv_file(tmp_path / "a.csv", HEADER[:2], (cell, "张小样")))
    assert (row.row.cells["number"], row.fault is not None) == (text, fault)


def test_a_short_row_is_filled_and_a_long_one_is_refused(tmp_path: Path) -> None:
    short, long, empty = rows(csv_file(tmp_path / "a.csv", HEADER, PUPIL[:2], (*PUPIL, "x"), (*PUPIL, "", "")))
    assert (short.raw, short.fault, empty.fault) == (("0001", "张小样", ""), None, None)
    assert long.fault is not None
    assert long.fault.startswith("4 cells, the header has 3")


BYTES = {
    "empty": (b"", "is empty"),
    "blank-lines": (b"\n\n\n", "is empty"),
    "pdf": (b"%PDF-1.7\n", "is a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "old-workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), ".xls (open it in Excel"),
    "password": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "with a password"),
    "web-page": (b"<html><table><tr><td>1</td></tr></table></html>", "is a web page"),
    "web-page-with-mark": (b"\xef\xbb\xbf\r\n<!DOCTYPE html>", "is a web page"),
    "xml-of-2003": (b'<?xml version="1.0"?>\n<x xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "of 2003"),
    "rar": (b"Rar!\x1a\x07", "is a RAR archive"),
    "damaged-zip": (b"PK\x03\x04 and no more", "is a damaged workbook"),
    "nul": ("学号,姓名\n1,张\0\n".encode(), "a.csv:2: a byte that is not good UTF-8 text, or NUL"),
    "utf-16-without-mark": ("number,name\n1,x\n".encode("utf-16-le"), "a.csv:1: a byte that is not good UTF-8"),
    "utf-16-cut": (b"\xff\xfe" + "学号,姓名\n1".encode("utf-16-le")[:-1], "a byte that is not good UTF-16 LE"),
    "damaged-utf-8": (
        "学号,姓名\n1,张小样\n2,李试试\n".encode() + b"3,\xff\n",
        "a.csv:4: a byte that is not good UTF-8",
    ),
    "damaged-gb18030": ("学号,姓名\n1,张\n".encode("gb18030") + b"2,\xff\n", "a.csv:3: a byte that is neither"),
    "quote-not-closed": ('学号,姓名\n1,"张\n2,李\n'.encode(), "a.csv:2: not CSV: unexpected end of data"),
    "endless-quote": ('学号,姓名\n1,"'.encode() + b"x\n" * 100_000, "a.csv:2: not CSV: field larger"),
    "long-cell": ("学号,姓名\n1,".encode() + b"x" * 10_001 + b"\n", "a.csv:2: cell 2 has more than 10000"),
    "long-line": ("学号,姓名\n1,".encode() + b"x" * 1_100_000, "a.csv:2: a line of more than 1048576"),
    "million-columns": ("学号,姓名\n1".encode() + b",x" * 500_000, "a.csv:2: 500001 columns"),
}


@pytest.mark.parametrize(("content", "expected"), BYTES.values(), ids=BYTES)
def test_what_is_no_table_or_breaks_off_is_told_with_the_mend(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    found = said(path)
    assert expected in found
    assert found.endswith(")")


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "is not a file" in said(tmp_path / "pipe")
    assert "is not a file" in said(tmp_path)
    assert "cannot be read: No such file" in said(tmp_path / "missing.csv")


def test_a_file_that_is_too_large_is_not_opened(tmp_path: Path) -> None:
    with (tmp_path / "a.csv").open("wb") as file:
        file.truncate(65 << 20)
    assert "is larger than 64 MB" in said(tmp_path / "a.csv")


def mutated(data: st.DataObject, content: bytes) -> bytes:
    """The bytes with a few changes."""
    changed = bytearray(content)
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, max(0, len(changed) - 1)))
        match data.draw(st.sampled_from(["flip", "cut", "add"])):
            case "flip" if changed:
                changed[place] ^= data.draw(st.integers(1, 255))
            case "cut":
                del changed[place : place + data.draw(st.integers(1, 40))]
            case _:
                changed[place:place] = data.draw(st.binary(max_size=8))
    return bytes(changed)


def read_through(path: Path) -> None:
    """Everything that is said of a file must be text."""
    found = read_table(path, PEOPLE_HEADINGS)
    for row in found.rows if isinstance(found, Table) else (found,):
        assert str(row if isinstance(row, Finding) else row.row.line)


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_whatever_make_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    good = csv_bytes([HEADER, PUPIL] * 3, data.draw(st.sampled_from(list(ENCODINGS))))
    (tmp_path / "a.csv").write_bytes(mutated(data, good))
    read_through(tmp_path / "a.csv")


@given(st.data())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_workbook_whatever_makes_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    good = tmp_path / "good.xlsx"
    if not good.exists():
        with_shared_texts(good, xlsx_file(tmp_path / "plain.xlsx", {"a": [HEADER, PUPIL, ("2", "李试", 5)]}))
    name = data.draw(st.sampled_from([None, "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml",
                                      "xl/sharedStrings.xml", "[Content_Types].xml"]))  # fmt: skip
    if name is None:
        (tmp_path / "a.xlsx").write_bytes(mutated(data, good.read_bytes()))
    else:
        with_part(tmp_path / "a.xlsx", good, name, mutated(data, part(good, name)))
    read_through(tmp_path / "a.xlsx")
