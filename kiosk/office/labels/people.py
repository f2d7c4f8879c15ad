"""Whose card is printed, and whether the kiosk knows what the card will say.

A card says the person's number, for the database keeps only keyed hashes of cards and nobody can print those. So the
number must be a card of that person. Where it is not, it can be made one in the same act, recorded without a name; a
number that is somebody else's card, a book or a command never is, and neither is a card that was reported lost.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from typing import Final, assert_never

from kiosk.circulation.codes import normalise
from kiosk.circulation.ports import Ledger
from kiosk.circulation.records import Entry, Kind
from kiosk.db.connect import KioskDatabase
from kiosk.db.sitekey import card_hash
from kiosk.office.findings import did_you_mean, shown
from kiosk.office.labels.designs import CardLabel
from kiosk.office.labels.stock import counted
from kiosk.office.merge import chunks

REGISTERED: Final = "cards_registered"
_PEOPLE: Final = """
    SELECT p.id, p.number, p.name, ifnull(p.klass, ''), p.active FROM person p
    LEFT JOIN school_class c ON c.name = p.klass
"""
_OTHER_CARDS: Final = "SELECT count(*) FROM card WHERE person_id = ? AND hash <> ? AND NOT lost"
_TAKEN: Final = """
    SELECT 1 FROM item WHERE barcode = ?1 OR tag = ?1 UNION ALL SELECT 1 FROM part_tag WHERE tag = ?1 LIMIT 1
"""


class Standing(Enum):
    """What the number is as a card."""

    OWN = auto()
    NONE = auto()
    LOST = auto()
    TAKEN = auto()


@dataclass(frozen=True, slots=True)
class Holder:
    """A person whose card is to be printed."""

    person: int
    label: CardLabel


@dataclass(frozen=True, slots=True)
class Holders:
    """The people, and who was asked for and is not among them, a line each."""

    people: tuple[Holder, ...]
    left_out: tuple[str, ...] = ()


class NoSuchClass(Exception):
    """There is no class of that name; the text is one line."""


def choose_people(db: KioskDatabase, *, klass: str | None = None, numbers: Sequence[str] | None = None) -> Holders:
    """The active people of a class, with these numbers, or all. Raises NoSuchClass."""
    if numbers is not None:
        return _numbered(db, list(dict.fromkeys(numbers)))
    order = " ORDER BY c.place IS NULL, c.place, p.klass"
    if klass is None:
        rows = db.execute_sql(f"{_PEOPLE} WHERE p.active = 1{order}").fetchall()
    else:
        rows = db.execute_sql(f"{_PEOPLE} WHERE p.active = 1 AND p.klass = ?{order}", (klass,)).fetchall()
        if not rows:
            classes = [row[0] for row in db.execute_sql("SELECT name FROM school_class ORDER BY place")]
            known = did_you_mean(klass, classes) if classes and klass not in classes else ""
            raise NoSuchClass(f"nobody is in the class {shown(klass)}{known}")
    places = {name: at for at, name in enumerate(dict.fromkeys(row[3] for row in rows))}
    return _holders(sorted(rows, key=lambda row: (places[row[3]], counted(row[1]))))


def without_other_cards(db: KioskDatabase, site_key: bytes, holders: Holders) -> Holders:
    """Only those who have no card but, perhaps, their number."""

    def has_another(holder: Holder) -> bool:
        own = card_hash(site_key, holder.label.code)
        return bool(db.execute_sql(_OTHER_CARDS, (holder.person, own)).fetchone()[0])

    return Holders(tuple(holder for holder in holders.people if not has_another(holder)), holders.left_out)


def with_cards(db: KioskDatabase, site_key: bytes, holders: Holders, *, register: bool) -> Holders:
    """Only those whose number is a card of theirs; with `register` also those for whom it can be made one."""
    kept, left_out = [], list(holders.left_out)
    for holder in holders.people:
        match _standing(db, site_key, holder):
            case Standing.OWN:
                kept.append(holder)
            case Standing.NONE if register:
                kept.append(holder)
            case Standing.NONE:
                left_out.append(f"{shown(holder.label.number)} is not a card of this person (--register makes it one)")
            case Standing.LOST:
                left_out.append(
                    f"{shown(holder.label.number)} was reported lost as a card (give the person a new card)"
                )
            case Standing.TAKEN:
                left_out.append(
                    f"{shown(holder.label.number)} is another's card, an item or a command (change it there)"
                )
            case _ as never:
                assert_never(never)
    return Holders(tuple(kept), tuple(left_out))


def register_cards(db: KioskDatabase, ledger: Ledger, site_key: bytes, people: Iterable[Holder], at: datetime) -> int:
    """Make each number a card of its person where it is none yet; how many. One transaction, one entry."""
    with ledger.decision():
        new = [holder for holder in people if _standing(db, site_key, holder) is Standing.NONE]
        for holder in new:
            card = (card_hash(site_key, holder.label.code), holder.person)
            db.execute_sql("INSERT INTO card (hash, person_id, lost) VALUES (?, ?, 0)", card)
        if new:
            ledger.record(Entry(at, Kind.CHANGED, reason=REGISTERED, data={"cards": len(new)}))
    return len(new)


def reset_code(db: KioskDatabase) -> str | None:
    """The text that ends a visit, if the school has one."""
    texts = _commands(db)
    return min(texts) if texts else None


def school_name(db: KioskDatabase) -> str:
    """The school's name as its settings say it, or nothing."""
    return _setting(db, "name")


def class_teacher(db: KioskDatabase, klass: str) -> str:
    """The name of the class's teacher, or nothing."""
    row = db.execute_sql(
        "SELECT p.name FROM school_class c JOIN person p ON p.number = c.teacher WHERE c.name = ?", (klass,)
    ).fetchone()
    return str(row[0]) if row else ""


def _numbered(db: KioskDatabase, numbers: list[str]) -> Holders:
    rows: dict[str, tuple[int, str, str, str, int]] = {}
    for chunk in chunks(numbers):
        marks = ", ".join("?" * len(chunk))
        rows |= {row[1]: row for row in db.execute_sql(f"{_PEOPLE} WHERE p.number IN ({marks})", chunk)}
    unknown = [f"nobody has the number {shown(number)}" for number in numbers if number not in rows]
    gone = [f"{shown(number)} is not active" for number, row in rows.items() if not row[4]]
    found = _holders(rows[number] for number in numbers if number in rows and rows[number][4])
    return Holders(found.people, (*unknown, *gone, *found.left_out))


def _holders(rows: Iterable[tuple[int, str, str, str, int]]) -> Holders:
    people, left_out = [], []
    for person, number, name, klass, _ in rows:
        code = normalise(number)
        if code is None:
            left_out.append(f"{shown(number)} can never be scanned (give the person a plain number)")
        else:
            people.append(Holder(person, CardLabel(number, code, name, klass)))
    return Holders(tuple(people), tuple(left_out))


def _standing(db: KioskDatabase, site_key: bytes, holder: Holder) -> Standing:
    code = holder.label.code
    if code in _commands(db):
        return Standing.TAKEN
    card = db.execute_sql("SELECT person_id, lost FROM card WHERE hash = ?", (card_hash(site_key, code),)).fetchone()
    if card is not None:
        return Standing.TAKEN if card[0] != holder.person else Standing.LOST if card[1] else Standing.OWN
    return Standing.TAKEN if db.execute_sql(_TAKEN, (code,)).fetchone() else Standing.NONE


def _commands(db: KioskDatabase) -> dict[str, str]:
    commands: dict[str, str] = json.loads(_setting(db, "commands") or "{}")
    return commands


def _setting(db: KioskDatabase, key: str) -> str:
    row = db.execute_sql("SELECT value FROM school_setting WHERE key = ?", (key,)).fetchone()
    return str(row[0]) if row else ""
