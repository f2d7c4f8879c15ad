"""Tables made for a test, as schools and spreadsheets make them."""

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl

from kiosk.office.findings import Finding
from kiosk.office.tables.headings import Headings
from kiosk.office.tables.peoplewords import PEOPLE_HEADINGS
from kiosk.office.tables.read import read_table
from kiosk.office.tables.table import Table, TableRow

HEADER = ("学号", "姓名", "班级")
SHEET, KINDS = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
PUPIL = ("0001", "张小样", "五(2)班")


def csv_bytes(rows: Iterable[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    """Rows as CSV."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def csv_file(at: Path, *rows: Sequence[str], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """A CSV file with these rows."""
    at.write_bytes(csv_bytes(rows, encoding, delimiter))
    return at


def xlsx_file(at: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """A workbook with these sheets. What is text stays text, as in a column that is formatted so."""
    book = openpyxl.Workbook()
    del book["Sheet"]
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(at)
    return at


def with_part(at: Path, source: Path, name: str, content: bytes) -> Path:
    """The workbook `source` with one part replaced or added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, content)
    return at


def with_shared_texts(at: Path, source: Path) -> Path:
    """The workbook with its texts in a part of their own, where Excel keeps them."""
    texts: list[bytes] = []

    def shared(found: re.Match[bytes]) -> bytes:
        texts.append(found[2])
        return b'<c%s t="s"><v>%d</v></c>' % (found[1], len(texts) - 1)

    sheet = re.sub(rb'<c([^>]*?) t="inlineStr"[^>]*><is><t>([^<]*)</t></is></c>', shared, part(source, SHEET))
    namespace = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    items = b"".join(b"<si><t>%s</t></si>" % text for text in texts)
    kinds = part(source, KINDS)
    shared_kind = (
        b'<Override PartName="/xl/sharedStrings.xml" ContentType='
        b'"application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    )
    with_part(at, source, SHEET, sheet)
    step = at.with_suffix(".step")
    with_part(step, at, "xl/sharedStrings.xml", b"<sst %s>%s</sst>" % (namespace, items))
    return with_part(at, step, KINDS, kinds.replace(b"</Types>", shared_kind))


def part(source: Path, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(source) as archive:
        return archive.read(name)


def table(path: Path, headings: Headings = PEOPLE_HEADINGS, sheet: str | None = None) -> Table:
    """The table in the file, which must have one."""
    found = read_table(path, headings, sheet)
    assert isinstance(found, Table), str(found)
    return found


def rows(path: Path, headings: Headings = PEOPLE_HEADINGS) -> list[TableRow]:
    """Its rows, none of which may break it off."""
    found = list(table(path, headings).rows)
    assert all(isinstance(row, TableRow) for row in found), [str(row) for row in found if isinstance(row, Finding)]
    return [row for row in found if isinstance(row, TableRow)]


def said(path: Path) -> str:
    """What is said against the file: at once, or where it breaks off."""
    found = read_table(path, PEOPLE_HEADINGS)
    if isinstance(found, Table):
        return next((str(row) for row in found.rows if isinstance(row, Finding)), "")
    return str(found)
