"""Puts people with their cards and PINs into the database, for every import that brings people.

Nobody is deleted: who leaves becomes inactive and keeps the cards. A card is stored as a keyed hash of its text, a PIN
as an Argon2id hash; neither can be read back.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.circulation.records import PatronKind
from kiosk.db.connect import KioskDatabase
from kiosk.db.models import Card, Person
from kiosk.db.pins import pin_hasher
from kiosk.db.sitekey import card_hash
from kiosk.office.folder import PersonLine
from kiosk.office.merge import Count, chunks, merge, stored

PERSON = ("name", "kind", "klass", "roles", "active", "suspended_until")


def store_people(
    db: KioskDatabase, people: Iterable[PersonLine], before: Mapping[str, tuple[Any, ...]], leaving: Iterable[str]
) -> Count:
    """Write the `people` that are not as they were `before` (columns PERSON first), and make the `leaving` inactive."""
    rows = {line.number: person_row(line) for line in people}
    known = {number: row[: len(PERSON)] for number, row in before.items()}
    count = merge(db, Person, "number", PERSON, rows, known)
    leaving = sorted(leaving)
    for chunk in chunks(leaving):
        Person.update(active=False).where(Person.number.in_(chunk)).execute()
    return Count(count.new, count.changed, count.unchanged, len(leaving))


def person_row(line: PersonLine) -> tuple[Any, ...]:
    """A person in the columns PERSON."""
    until = None if line.suspended_until is None else line.suspended_until.isoformat()
    return line.name, line.kind.value, line.klass, ";".join(line.roles), line.active, until


def store_cards(
    db: KioskDatabase,
    people: Sequence[PersonLine],
    numbers: Mapping[str, int],
    site_key: bytes,
    *,
    kept: frozenset[bool] = frozenset(),
) -> Count:
    """Cards of the people in the file; those of people who left stay, unless somebody else has them now.

    Of the people in the file those whose mark "lost" is in `kept` stay too: the file does not speak of them.
    """
    rows: dict[bytes, tuple[int, bool]] = {}
    for line in people:
        person = numbers[line.number]
        rows |= {card_hash(site_key, text): (person, False) for text in line.cards}
        rows |= {card_hash(site_key, text): (person, True) for text in line.lost_cards}
    before = {bytes(key): row for key, row in stored(Card, "hash", ("person", "lost")).items()}
    named = {numbers[line.number] for line in people}
    gone = [key for key, (person, lost) in before.items() if key not in rows and person in named and lost not in kept]
    return merge(db, Card, "hash", ("person", "lost"), rows, before, gone)


def hashed_pins(people: Sequence[PersonLine], default_pin: str | None) -> tuple[dict[str, str], Count]:
    """The hashes to write, by number: what the file says, but for PINs that fit already and empty cells.

    With a `default_pin` everybody but pupils without a role gets that one.
    Before the transaction, because each takes a while on purpose and nobody could lend meanwhile.
    """
    hasher = pin_hasher()
    if default_pin is not None:
        staff = [line.number for line in people if line.roles or line.kind is not PatronKind.PUPIL]
        return dict.fromkeys(staff, hasher.hash(default_pin)), Count(new=len(staff))
    pins = {line.number: line.pin for line in people if line.pin is not None}
    before = {number: row[0] for number, row in stored(Person, "number", ("pin",)).items()} if pins else {}
    other = other_pins(people, before)
    new = sum(1 for number in other if before.get(number) is None)
    count = Count(new, len(other) - new, len(pins) - len(other))
    return {number: hasher.hash(pins[number]) for number in other}, count


def other_pins(people: Iterable[PersonLine], before: Mapping[str, str | None]) -> set[str]:
    """The numbers of the people whose PIN is not the one that was hashed `before`."""
    hasher = pin_hasher()
    said = ((line.number, line.pin) for line in people if line.pin is not None)
    return {number for number, pin in said if not _fits(hasher, before.get(number), pin)}


def store_pins(hashes: Mapping[str, str]) -> None:
    """Write PIN hashes by number."""
    by_hash: dict[str, list[str]] = {}
    for number, pin in hashes.items():
        by_hash.setdefault(pin, []).append(number)
    for pin, numbers in by_hash.items():
        for chunk in chunks(numbers):
            Person.update(pin=pin).where(Person.number.in_(chunk)).execute()


def _fits(hasher: PasswordHasher, stored_hash: str | None, pin: str) -> bool:
    if stored_hash is None:
        return False
    try:
        return hasher.verify(stored_hash, pin)
    except (VerificationError, InvalidHashError):
        return False
