"""What file `kiosk import items` was given: MARC records or a table, decided by its bytes, and how to read either."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from kiosk.office.bookrows import Book, Flavour, Rejected
from kiosk.office.booktable import BookTable, RefusedRows, open_book_table, table_books
from kiosk.office.findings import Finding
from kiosk.office.itemstore import Refusals
from kiosk.office.marc.charset import Encoding
from kiosk.office.marc.iso2709 import RECORD_BYTES_MAX, looks_like_marc
from kiosk.office.marc.reading import MarcFile, TitleIds, books, open_marc

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Source:
    """A file of books. `told` and `encoding` say what was found out, in words and as the one value for programs.

    `steps` is how far the progress counts that `read` tells: bytes of records, rows of a table.
    """

    path: Path
    told: str
    encoding: str
    flavour: str
    steps: int
    read: Callable[[Progress], Iterable[Book | Rejected]]
    refusals: Callable[[Path], Refusals | RefusedRows]
    encodings: dict[str, int] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()


def open_source(path: Path, encoding: Encoding | None, title_ids: TitleIds) -> Source | Finding:
    """What is in `path`, or in one line why nothing of it can be taken. `encoding` is for MARC records only."""
    try:
        with path.open("rb") as file:
            head = file.read(RECORD_BYTES_MAX)
    except OSError as error:
        return Finding(path.name, 0, f"cannot be read: {error.strerror}")
    is_marc = looks_like_marc(head) and not head.startswith(b"PK\x03\x04")
    if is_marc or b"<record" in head:  # MARCXML is told by name
        marc = open_marc(path)
        return marc if isinstance(marc, Finding) else _of_records(marc, encoding, title_ids)
    if encoding is not None:
        return Finding(path.name, 0, "holds no MARC records: --encoding is for them only (leave it out)")
    table = open_book_table(path)
    return table if isinstance(table, Finding) else _of_rows(table, title_ids)


def _of_records(marc: MarcFile, encoding: Encoding | None, title_ids: TitleIds) -> Source:
    return Source(
        path=marc.path,
        told=str(marc.sniffed) if encoding is None else f"{encoding} (as asked)",
        encoding=str(encoding or marc.sniffed.main),
        flavour=", ".join(marc.flavours) or "no flavour",
        steps=marc.size_bytes,
        read=partial(books, marc, encoding, title_ids),
        refusals=lambda folder: Refusals(folder, marc.path),
        encodings={str(name): count for name, count in marc.sniffed.counts.items()},
    )


def _of_rows(table: BookTable, title_ids: TitleIds) -> Source:
    return Source(
        path=table.path,
        told=table.table.told,
        encoding=table.table.told,
        flavour=Flavour.TABLE.value,
        steps=len(table.rows),
        read=partial(table_books, table, title_ids),
        refusals=lambda folder: RefusedRows(folder, table),
        remarks=table.remarks,
    )
