"""Reads a table that a school hands in, whatever program and system made it: CSV or XLSX.

The file is judged by its bytes, not by its name. See `text` and `workbook` for what is taken, `kinds` and `archive` for
what is turned away; the answer is a table or one finding that says what to do.
"""

import stat
from pathlib import Path
from typing import assert_never

from kiosk.office.findings import Finding
from kiosk.office.sheet import FILE_BYTES_MAX
from kiosk.office.tables.headings import Headings
from kiosk.office.tables.kinds import FileKind, kind_of
from kiosk.office.tables.table import Table
from kiosk.office.tables.text import read_text_table
from kiosk.office.tables.workbook import read_workbook_table


def read_table(path: Path, headings: Headings, sheet: str | None = None) -> Table | Finding:
    """The table in the file at `path`; in a workbook the sheet named `sheet`, or the first that has the header."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            return Finding(path.name, 0, "is not a file (name the table)")
        if found.st_size > FILE_BYTES_MAX:
            return Finding(path.name, 0, f"is larger than {FILE_BYTES_MAX >> 20} MB (is it the right file?)")
        kind = kind_of(path)
        match kind:
            case Finding():
                return kind
            case FileKind.TEXT:
                return read_text_table(path, headings)
            case FileKind.WORKBOOK:
                return read_workbook_table(path, headings, sheet)
            case _:
                assert_never(kind)
    except OSError as error:
        return Finding(path.name, 0, f"cannot be read: {error.strerror}")
