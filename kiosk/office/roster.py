"""Reads people.csv: who there is, with which cards.

Texts of cards, barcodes and tags share one namespace of normalised texts, because a scan does not say what it is. The
first row with a number or a card keeps it, a later one is refused whole and names the first; so no card ever opens two
people's loans.
"""

from collections.abc import Collection

from kiosk.circulation.codes import normalise
from kiosk.circulation.records import PatronKind, Role
from kiosk.office.findings import BadRow, did_you_mean, shown
from kiosk.office.folder import PersonLine
from kiosk.office.plan import Seen, no_class
from kiosk.office.sheet import Columns, Row, checked_name

PEOPLE_FILE = "people.csv"
PEOPLE = Columns(
    ("number", "name", "kind"), ("class", "cards", "lost_cards", "roles", "active", "suspended_until", "pin")
)

UID_PREFIX = "uid:"
CARDS_MAX = 20
PIN_CHARACTERS = range(4, 65)


class Texts:
    """What every text that can be scanned stands for, so that none stands for two things."""

    def __init__(self, commands: Collection[str]) -> None:
        self._owners = dict.fromkeys(commands, "a command in school.toml")

    def check(self, what: str, text: str, owner: str) -> None:
        """Refuse `what`, a card, barcode or tag, whose text is something else's already."""
        held = self._owners.get(text)
        if held is not None and held != owner:
            raise BadRow(f"{what} {shown(text)} is already {held} (every card, barcode and tag needs its own text)")

    def take(self, text: str, owner: str) -> None:
        """Note whose text it is."""
        self._owners[text] = owner


def scannable(value: str, column: str) -> str:
    """The one form of a text that can be scanned."""
    plain = normalise(checked_name(value, column))
    if plain is None:
        raise BadRow(f"{column} {shown(value)} can never be scanned (use a shorter, plain text)")
    return plain


def hex_text(value: str, column: str) -> str:
    """The one form of a tag or UID: upper-case hex, two digits a byte."""
    digits = checked_name(value, column)
    if not digits or len(digits) % 2 or any(c not in "0123456789abcdefABCDEF" for c in digits):
        raise BadRow(f"{column} {shown(value)} is not HEX (two digits 0-9 A-F for each byte, nothing between)")
    return digits.upper()


def card_text(value: str, column: str) -> str:
    """The one form of a card: its text, or its UID where it is written `uid:HEX`."""
    if value[: len(UID_PREFIX)].lower() == UID_PREFIX:
        return hex_text(value[len(UID_PREFIX) :].strip(), column)
    return scannable(value, column)


class Roster:
    """Turns rows of people.csv into people and keeps what has been used."""

    def __init__(self, texts: Texts, classes: Collection[str] | None) -> None:
        self._texts = texts
        self._classes = classes
        self._numbers = Seen()
        self.taken: set[str] = set()

    def person(self, row: Row) -> PersonLine:
        """The person in `row`. With no classes.csv any class is taken."""
        number = row.needed_name("number")
        self._numbers.once(row, number, f"number {shown(number)}")
        klass = row.name("class") or None
        if klass is not None and self._classes is not None and klass not in self._classes:
            raise no_class(klass, self._classes)
        cards, lost = self._cards(row, "cards"), self._cards(row, "lost_cards")
        both = sorted(set(cards) & set(lost))
        if both:
            raise BadRow(f"card {shown(both[0])} is in cards and in lost_cards (remove it from one)")
        owner = f"a card of the person in line {row.line}"
        for text in cards + lost:
            self._texts.check("card", text, owner)
        person = PersonLine(
            line=row.line,
            number=number,
            name=row.needed("name"),
            kind=row.word("kind", PatronKind),
            klass=klass,
            cards=cards,
            lost_cards=lost,
            roles=_roles(row),
            active=row.yes("active", True),
            suspended_until=row.day("suspended_until"),
            pin=_pin(row),
        )
        for text in cards + lost:
            self._texts.take(text, owner)
        self.taken.add(number)
        return person

    def _cards(self, row: Row, column: str) -> tuple[str, ...]:
        found = [card_text(part, column) for part in row.several(column)]
        if len(found) > CARDS_MAX:
            raise BadRow(f"{column} has more than {CARDS_MAX} cards (remove some)")
        return tuple(dict.fromkeys(found))


def _roles(row: Row) -> tuple[Role, ...]:
    roles = []
    for part in row.several("roles"):
        if part.lower() not in list(Role):
            raise BadRow(f"role {shown(part)} is not known{did_you_mean(part, list(Role))}")
        roles.append(Role(part.lower()))
    return tuple(sorted(set(roles)))


def _pin(row: Row) -> str | None:
    pin = row.text("pin")
    if pin and len(pin) not in PIN_CHARACTERS:
        raise BadRow(f"pin has {len(pin)} characters (use {PIN_CHARACTERS.start} to {PIN_CHARACTERS.stop - 1})")
    return pin or None
