"""A small school in a real file, a ledger whose clock and randomness are counted, and entries for it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.circulation.records import Entry, Kind
from kiosk.db.connect import KioskDatabase
from kiosk.db.ledger import SqliteLedger
from kiosk.db.prepare import prepare
from kiosk.db.shelf import SqliteShelf
from kiosk.db.sitekey import card_hash, load_site_key

ZONE = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 9, 7, 12, 10, tzinfo=ZONE)
DUE = date(2026, 9, 22)
PUPILS = (("S501", "张小测", "五(2)班"), ("S502", "李样本", "五(2)班"), ("S101", "王例子", "一(1)班"))
ITEMS = tuple(f"B{number:03}" for number in range(1, 9))


@dataclass
class Place:
    """The database with what speaks to it."""

    path: Path
    db: KioskDatabase
    ledger: SqliteLedger
    shelf: SqliteShelf
    key: bytes

    def record(self, kind: Kind, at: datetime = NOON, **fields: object) -> int:
        """One entry in its own decision."""
        with self.ledger.decision():
            seq = self.ledger.record(Entry(at, kind, **fields)).seq  # type: ignore[arg-type]
        return seq

    def lend(self, item: str, patron: str = "S501", at: datetime = NOON, due: date = DUE) -> int:
        return self.record(Kind.LENT, at, item=item, patron=patron, due=due, reader="desk", klass="五(2)班")

    def give_back(self, item: str, patron: str | None = "S501", at: datetime = NOON, **fields: object) -> int:
        return self.record(Kind.RETURNED, at, item=item, patron=patron, reader="drop", **fields)

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = self.db.execute_sql(sql, values).fetchall()
        return rows


def counted_hex() -> Callable[[int], str]:
    """Random digits that are not: 1, 2, 3 …"""
    numbers = count(1)
    return lambda size: f"{next(numbers):0{2 * size}x}"


def ledger_on(
    db: KioskDatabase, board: str = "board-1", random_hex: Callable[[int], str] | None = None
) -> SqliteLedger:
    ticks = count(1000)
    if random_hex is None:
        return SqliteLedger(db, "desk-1", boot="0f3a", boottime_ms=lambda: next(ticks), board=board)
    return SqliteLedger(db, "desk-1", boot="0f3a", boottime_ms=lambda: next(ticks), board=board, random_hex=random_hex)


def fill(db: KioskDatabase, key: bytes) -> None:
    """Three pupils, one librarian, eight copies of two titles, one term."""
    with db.atomic():
        for place, (name, grade) in enumerate((("五(2)班", 5), ("一(1)班", 1))):
            db.execute_sql("INSERT INTO school_class (name, grade, place) VALUES (?, ?, ?)", (name, grade, place))
        for number, name, klass in PUPILS:
            db.execute_sql(
                "INSERT INTO person (number, name, kind, klass) VALUES (?, ?, 'pupil', ?)", (number, name, klass)
            )
            db.execute_sql(
                "INSERT INTO card (hash, person_id) SELECT ?, id FROM person WHERE number = ?",
                (card_hash(key, "CARD-" + number), number),
            )
        db.execute_sql(
            "INSERT INTO person (number, name, kind, roles) VALUES ('T001', '馆老师', 'teacher', 'librarian')"
        )
        for title_id, title, author, added in (
            ("T1", "小王子", "圣埃克苏佩里", "2026-09-01"),
            ("T2", "Élan vital", "Nobody", "2026-09-03"),
        ):
            db.execute_sql(
                "INSERT INTO title (title_id, title, author, added) VALUES (?, ?, ?, ?)",
                (title_id, title, author, added),
            )
        for place, barcode in enumerate(ITEMS):
            db.execute_sql(
                "INSERT INTO item (barcode, title_id, tag) VALUES (?, ?, ?)",
                (barcode, f"T{place % 2 + 1}", f"E00401000000000{place}"),
            )
        db.execute_sql("INSERT INTO term_row VALUES ('2026秋', '2026-09-01', '2027-01-15', '2027-01-08', '2027-01-08')")


def place_at(folder: Path) -> Place:
    path = folder / "kiosk.db"
    db = prepare(path)
    key = load_site_key(path)
    fill(db, key)
    return Place(path, db, ledger_on(db, random_hex=counted_hex()), SqliteShelf(db, key), key)


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)
