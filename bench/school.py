"""Databases to measure on: the example school's rules with made-up pupils, copies and years of entries.

Rows go in by plain SQL in one transaction, with a real chain of hashes, so that a million entries take a minute and
`kiosk check` finds nothing wrong. A finished database is kept in .cache/bench under a name that says what made it.
"""

import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.app.counter import open_books
from kiosk.db.connect import KioskDatabase, checkpoint
from kiosk.db.ledger import INSERT
from kiosk.db.sitekey import card_hash
from kiosk.office.findings import Refused
from kiosk.office.school import read_school
from kiosk.office.store import Office, store_school
from kiosk.wire.entry import WireEntry, canonical, data_text

ROOT = Path(__file__).parents[1]
CACHE = ROOT / ".cache" / "bench"
PLAN = ROOT / "examples" / "lunch"
START = datetime(2026, 11, 23, 12, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday in term
CLASS = "五(2)班"
ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
TERM_DAYS = 182
ENTRIES_A_VISIT = 4


@dataclass(frozen=True, slots=True)
class Size:
    """How large a school is."""

    items: int
    pupils: int
    entries: int


SMALL = Size(items=1_000, pupils=400, entries=2_000)
LARGE = Size(items=100_000, pupils=2_000, entries=1_000_000)


def number_of(pupil: int) -> str:
    """A made-up pupil's number."""
    return f"8{pupil:07}"


def card_of(pupil: int) -> str:
    """The text on a made-up pupil's card."""
    return f"7{pupil:09}"


def barcode_of(item: int) -> str:
    """The barcode of a made-up copy."""
    return f"Q{item:08}"


def school(size: Size, folder: Path) -> Path:
    """A copy of the school of this size in `folder`, made first if no kept one fits."""
    kept = CACHE / f"{size.items}-{size.pupils}-{size.entries}-{_version()}"
    if not kept.exists():
        part = kept.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        _make(part / "kiosk.db", size)
        part.rename(kept)
    shutil.copytree(kept, folder)
    return folder / "kiosk.db"


def _version() -> str:
    """Changes with the schema and with this file."""
    digest = sha256(Path(__file__).read_bytes())
    for migration in sorted((ROOT / "kiosk/db/migrations").glob("0*.py")):
        digest.update(migration.read_bytes())
    return digest.hexdigest()[:12]


def _make(path: Path, size: Size) -> None:
    read = read_school(PLAN)
    if isinstance(read, Refused):
        sys.exit(f"bench: {read}")
    books = open_books(path, "bench")
    store_school(read, Office(books.db, books.site_key, START, secrets.token_hex))
    with books.db.atomic():
        _fill(books.db, books.site_key, size)
        epoch = dict(books.db.execute_sql("SELECT key, value FROM meta").fetchall())["epoch"]
        books.db.execute_sql("INSERT INTO slot_row (weekday, start, \"end\", who) VALUES (1, '00:00', '23:59', 'all')")
        for row in _entries(size, epoch):
            books.db.execute_sql(INSERT, row)
    checkpoint(books.db, truncate=True)
    books.close()


def _fill(db: KioskDatabase, key: bytes, size: Size) -> None:
    for pupil in range(size.pupils):
        db.execute_sql(
            "INSERT INTO person (id, number, name, kind, klass) VALUES (?, ?, ?, 'pupil', ?)",
            (1_000_000 + pupil, number_of(pupil), f"样{pupil}", CLASS),
        )
        db.execute_sql(
            "INSERT INTO card (hash, person_id) VALUES (?, ?)", (card_hash(key, card_of(pupil)), 1_000_000 + pupil)
        )
        for term in range(_terms(size)):
            name = "2026秋" if term == 0 else f"earlier-{term}"
            db.execute_sql(
                "INSERT INTO alias (alias, person_id, term) VALUES (?, ?, ?)",
                (_alias(pupil, term), 1_000_000 + pupil, name),
            )
    for item in range(size.items):
        if item % 4 == 0:
            db.execute_sql(
                "INSERT INTO title (title_id, title, author, added) VALUES (?, ?, '佚名', ?)",
                (f"Q{item // 4}", f"第{item // 4}种书", f"20{10 + item % 16}-0{1 + item % 9}-01"),
            )
        db.execute_sql(
            "INSERT INTO item (barcode, title_id, call_number) VALUES (?, ?, 'I287')",
            (barcode_of(item), f"Q{item // 4}"),
        )


def _terms(size: Size) -> int:
    """So many that a pupil makes about a dozen visits a term."""
    return max(1, size.entries // (size.pupils * ENTRIES_A_VISIT * 12))


def _alias(pupil: int, term: int) -> str:
    return f"{pupil:08x}{term:08x}"


def _entries(size: Size, epoch: str) -> Iterator[tuple[object, ...]]:
    """Visits in which one book is lent, and given back a visit later, up to the day before the measurement."""
    terms = _terms(size)
    step_ms = terms * TERM_DAYS * 86_400_000 // size.entries
    first_ms = (START - ORIGIN) // timedelta(milliseconds=1) - step_ms * (size.entries + 1) - 86_400_000
    prev = bytes(32)
    for seq in range(1, size.entries + 1):
        visit, place = divmod(seq - 1, ENTRIES_A_VISIT)
        pupil, item = visit % size.pupils, visit // 2 % size.items
        kind = ("visit_started", "returned" if visit % 2 else "lent", "visit_ended", "refused")[place]
        term = terms - 1 - min(terms - 1, seq * terms // (size.entries + 1))
        entry = WireEntry(
            kiosk="bench", epoch=epoch, seq=seq, at_ms=first_ms + seq * step_ms, boot="0f3a", boot_ms=seq,
            clock="synced", kind=kind, patron=_alias(pupil if kind != "returned" else pupil - pupil % 2, term),
            item=barcode_of(item) if place in (1, 3) else None,
            due="2026-12-08" if kind == "lent" else None,
            reason={"visit_ended": "done", "refused": "limit_reached"}.get(kind),
            staff=None, reader="desk", klass=CLASS,
            data={"reasons": ["limit_reached"]} if kind == "refused" else {}, prev="", hash="",
        )  # fmt: skip
        digest = sha256(prev + canonical(entry)).digest()
        yield (
            seq, epoch, "bench", entry.at_ms, entry.boot, seq, "synced", kind, entry.patron, entry.item, entry.due,
            entry.reason, None, "desk", CLASS, data_text(entry.data), prev, digest,
        )  # fmt: skip
        prev = digest
