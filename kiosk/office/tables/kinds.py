"""What a file really is, whatever its name says: by its first bytes, and a workbook by what is in it.

School offices rename files, save web pages as `.xls` and put passwords on rosters. Each of these is told by name with
what to do instead. Signatures: the formats' own specifications, as collected in the freedesktop shared-mime-info.
"""

import zipfile
from enum import Enum, auto
from pathlib import Path

from kiosk.office.findings import Finding

HEAD_BYTES = 4096
OLE_DIRECTORY_BYTES = 8 << 20

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # MS-CFB 2.2: .xls, .doc, and workbooks with a password
_SAVE = "open it in Excel or WPS and save it as .xlsx"
_BINARY = (
    (b"%PDF", f"a PDF, not a table (ask for the table itself, {_SAVE})"),
    (b"\x89PNG", "a picture, not a table (ask for the table itself)"),
    (b"\xff\xd8\xff", "a picture, not a table (ask for the table itself)"),
    (b"GIF8", "a picture, not a table (ask for the table itself)"),
    (b"Rar!", "a RAR archive (unpack it and name the table in it)"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive (unpack it and name the table in it)"),
    (b"\x1f\x8b", "a gzip archive (unpack it and name the table in it)"),
    (b"SQLite format 3\0", "a database, not a table (export the table from it as CSV)"),
    (b"\0\1\0\0Standard ", "an Access database (export the table from it as .xlsx)"),
)


class FileKind(Enum):
    """The two kinds that can be read."""

    TEXT = auto()
    WORKBOOK = auto()


def kind_of(path: Path) -> FileKind | Finding:
    """Which kind of table `path` is, or what else it is. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _archive(path)
    said = _old_workbook(path) if head.startswith(_OLE) else None
    said = said or next((text for magic, text in _BINARY if head.startswith(magic)), None) or _markup(head)
    return FileKind.TEXT if said is None else Finding(path.name, 0, f"is {said}")


def _archive(path: Path) -> FileKind | Finding:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return Finding(path.name, 0, f"is a damaged workbook or archive ({_SAVE} again)")
    if "xl/workbook.xml" in names:
        return FileKind.WORKBOOK
    if "xl/workbook.bin" in names:
        said = f"a binary workbook, .xlsb ({_SAVE})"
    elif "content.xml" in names:
        said = f"an OpenDocument file ({_SAVE})"
    elif any(name.startswith("word/") for name in names):
        said = "a Word document (copy its table to a sheet and save that as .xlsx)"
    elif any(name.startswith("Index/") for name in names):
        said = "a Numbers document (export it as .xlsx)"
    elif "[Content_Types].xml" in names:
        return FileKind.WORKBOOK  # the part may have another name; the reader finds it or says so
    else:
        said = "a zip archive (unpack it and name the table in it)"
    return Finding(path.name, 0, f"is {said}")


def _old_workbook(path: Path) -> str:
    """MS-OFFCRYPTO keeps a workbook with a password in a stream called EncryptedPackage."""
    with path.open("rb") as file:
        data = file.read(OLE_DIRECTORY_BYTES)
    if "EncryptedPackage".encode("utf-16-le") in data:
        return "a workbook with a password (open it, take the password off, save it again)"
    if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
        return f"an old workbook, .xls ({_SAVE})"
    return f"an old Office document (if it holds a table, {_SAVE})"


def _markup(head: bytes) -> str | None:
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in text:
        return f"an XML spreadsheet of 2003 ({_SAVE})"
    if text.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<meta", b"<style")) or b"<html" in text:
        return f"a web page that was given another name ({_SAVE})"
    return f"XML, not a table ({_SAVE})" if text.startswith((b"<?xml", b"<!doctype")) else None
