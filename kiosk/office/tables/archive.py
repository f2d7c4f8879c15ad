"""Looks through a workbook before it is opened: how large it would become, and what no spreadsheet writes.

A workbook is a zip archive of XML. Sizes and ratios are limited as ECMA-376 files really have them, so that a few
kilobytes cannot unpack into gigabytes; document types, with which entities are declared, are not allowed in them
(ECMA-376-2, 8.1.4), and rows are no longer than a sheet is wide.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from kiosk.office.findings import Finding, shown

ENTRIES_MAX = 2_000
TOTAL_BYTES_MAX = 512 << 20
SHEET_BYTES_MAX = 256 << 20
SHARED_TEXTS_BYTES_MAX = 64 << 20
PART_BYTES_MAX = 16 << 20
RATIO_MAX = 150
RATIO_BYTES_MIN = 4 << 20
ROW_BYTES_MAX = 4 << 20
CHUNK_BYTES = 1 << 18

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY|ELEMENT|ATTLIST)", re.IGNORECASE)
_ROW = re.compile(rb"<(?:\w{1,20}:)?row[\s>/]")
_OVERLAP_BYTES = 32


def archive_fault(path: Path) -> Finding | None:
    """Why the workbook at `path` is not opened. Raises OSError."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            text = _size_fault(entries)
            for entry in entries if text is None else ():
                if entry.filename.lower().endswith((".xml", ".rels", ".vml")):
                    text = _part_fault(archive, entry)
                    if text is not None:
                        break
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        text = "is damaged (open it in Excel or WPS and save it again)"
    return None if text is None else Finding(path.name, 0, text)


def _size_fault(entries: list[zipfile.ZipInfo]) -> str | None:
    if len(entries) > ENTRIES_MAX:
        return f"has {len(entries)} parts, more than {ENTRIES_MAX}: no workbook has (copy the table to a new one)"
    if any(entry.flag_bits & 1 for entry in entries):
        return "is an archive with a password (take it off and save it again)"
    names = [entry.filename for entry in entries]
    if len(set(names)) != len(names):
        return "has a part twice (open it in Excel or WPS and save it again)"
    total = sum(entry.file_size for entry in entries)
    if total > TOTAL_BYTES_MAX:
        return f"would unpack to more than {TOTAL_BYTES_MAX >> 20} MB (copy the table to a new workbook)"
    for entry in entries:
        most = _part_bytes_max(entry.filename)
        if entry.file_size > most:
            return f"{shown(entry.filename)} in it is larger than {most >> 20} MB (copy the table to a new workbook)"
        if entry.file_size > RATIO_BYTES_MIN and entry.file_size > RATIO_MAX * entry.compress_size:
            return (
                f"{shown(entry.filename)} in it unpacks more than {RATIO_MAX}-fold (copy the table to a new workbook)"
            )
    return None


def _part_bytes_max(name: str) -> int:
    lower = name.lower()
    if "/worksheets/" in lower:
        return SHEET_BYTES_MAX
    if lower.endswith("sharedstrings.xml"):
        return SHARED_TEXTS_BYTES_MAX
    return PART_BYTES_MAX if lower.endswith((".xml", ".rels", ".vml")) else TOTAL_BYTES_MAX


def _part_fault(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str | None:
    """Reads the part once, which checks its sum, without keeping it."""
    at, row_at = 0, 0
    tail = b""
    for chunk in _chunks(archive, entry):
        if at == 0 and chunk[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return f"{shown(entry.filename)} in it is not UTF-8 (open it in Excel or WPS and save it again)"
        seen = tail + chunk
        if b"\0" in chunk:
            return f"{shown(entry.filename)} in it has NUL bytes (open it in Excel or WPS and save it again)"
        if _DECLARATION.search(seen):
            return f"{shown(entry.filename)} in it declares entities, as no spreadsheet does (do not open this file)"
        if "/worksheets/" in entry.filename.lower():
            for found in _ROW.finditer(seen):
                begin = at - len(tail) + found.start()
                if begin - row_at > ROW_BYTES_MAX:
                    return _long_row(entry.filename)
                row_at = begin
            if at + len(chunk) - row_at > ROW_BYTES_MAX:
                return _long_row(entry.filename)
        at += len(chunk)
        tail = seen[-_OVERLAP_BYTES:]
    return None


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as part:
        while chunk := part.read(CHUNK_BYTES):
            yield chunk


def _long_row(name: str) -> str:
    return f"a row in {shown(name)} is longer than {ROW_BYTES_MAX >> 20} MB (copy the table to a new workbook)"
