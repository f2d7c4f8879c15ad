"""MARC records made for a test, byte by byte."""

from collections.abc import Sequence
from pathlib import Path

from kiosk.office.bookrows import Book, Rejected
from kiosk.office.marc.charset import Encoding
from kiosk.office.marc.reading import MarcFile, TitleIds, books, open_marc

Field = tuple[str, str]  # a tag and its subfields, each behind a $; control fields are plain


def marc(*fields: Field, coding: str = " ", codec: str = "utf-8", level: str = "m") -> bytes:
    """A record. In the fields `$` stands for 1F; the indicators are blank."""
    return raw([(tag, _data(tag, text, codec)) for tag, text in fields], coding, level)


def raw(fields: Sequence[tuple[str, bytes]], coding: str = " ", level: str = "m") -> bytes:
    """A record of fields that are bytes."""
    directory, body = b"", b""
    for tag, data in fields:
        directory += f"{tag}{len(data) + 1:04}{len(body):05}".encode()
        body += data + b"\x1e"
    base = 24 + len(directory) + 1
    size = base + len(body) + 1
    return _leader(size, base, coding, level) + directory + b"\x1e" + body + b"\x1d"


def _leader(size: int, base: int, coding: str, level: str) -> bytes:
    return f"{size:05}na{level} {coding}22{base:05}   4500".encode()


def _data(tag: str, text: str, codec: str) -> bytes:
    return text.encode(codec) if tag < "010" else b"  " + text.replace("$", "\x1f").encode(codec)


JOURNEY = (
    ("001", "0120020001"),
    ("010", "$a7-02-000220-X$b精装$dCNY47.20"),
    ("100", "$a20120528d2012    em y0chiy0121    ea"),
    ("200", "$a西游记$9xi you ji$e青少版$f吴承恩著"),
    ("210", "$a北京$c人民文学出版社$d2012.06"),
    ("330", "$a师徒四人去西天取经。"),
    ("690", "$aI242.4$v5"),
    ("905", "$a0$bB0001$dI242.4$e1"),
)
HOBBIT = (
    ("001", "ocm00012345"),
    ("020", "$a0261102214 (pbk.) :$cUS 12.95"),
    ("100", "$aTolkien, J. R. R.$d1892-1973."),
    ("245", "$aThe hobbit, or, There and back again /$cby J.R.R. Tolkien."),
    ("260", "$aLondon :$bHarperCollins,$cc1995."),
    ("520", "$aBilbo goes on a journey."),
    ("082", "$a823.912"),
    ("852", "$hFIC$iTOL$pB0002"),
)


def put(folder: Path, *records: bytes) -> Path:
    """A file of these records."""
    path = folder / "books.mrc"
    path.write_bytes(b"".join(records))
    return path


def read(
    folder: Path, *records: bytes, encoding: Encoding | None = None, ids: TitleIds = TitleIds.RECORD
) -> list[Book | Rejected]:
    """What a file of these records says."""
    found = open_marc(put(folder, *records))
    assert isinstance(found, MarcFile), str(found)
    return list(books(found, encoding, ids))


def book(folder: Path, *records: bytes, encoding: Encoding | None = None) -> Book:
    """The one book in these records."""
    (found,) = read(folder, *records, encoding=encoding)
    assert isinstance(found, Book), found
    return found
