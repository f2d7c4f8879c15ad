"""Turns the rows of a roster into people: what the school calls things becomes what we call them.

A roster says less than the database knows. What it has no column for stays as it is for a person who is known; an empty
cell says "none" but for cards, which an export cannot hold because only their hashes are kept: there it says nothing.
"""

from dataclasses import dataclass, replace
from datetime import date

from kiosk.circulation.records import PatronKind, Role
from kiosk.db.sitekey import card_hash
from kiosk.office.findings import BadRow
from kiosk.office.folder import PersonLine
from kiosk.office.knownschool import KnownSchool
from kiosk.office.roster import Roster, Texts, card_text
from kiosk.office.sheet import Row
from kiosk.office.storepeople import PERSON
from kiosk.office.tables.classnames import ClassNames
from kiosk.office.tables.headings import Header, plain_heading
from kiosk.office.tables.peoplewords import (
    STAFF_NUMBERS,
    active_word,
    card_words,
    full_name,
    kind_word,
    role_words,
)

_TEXT_MEANS_ITEM = "an item's barcode or tag"


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the database knows of a person and the table need not say."""

    kind: PatronKind
    klass: str | None
    roles: tuple[Role, ...]
    suspended_until: date | None


class Arrivals:
    """Reads the people of one table; `today` is the day in the school's zone."""

    def __init__(self, header: Header, known: KnownSchool, site_key: bytes, today: date) -> None:
        self._columns = frozenset(header.columns)
        self._known = known
        self._site_key = site_key
        self._owners = {row[len(PERSON)]: number for number, row in known.people.items()}
        self._class_names = ClassNames(known.classes, today)
        texts = Texts(known.commands)
        for text in known.items:
            texts.take(text, _TEXT_MEANS_ITEM)
        self._roster = Roster(texts, known.classes or None)
        place = header.columns.get("number")
        self._of_staff = place is not None and plain_heading(header.cells[place]) in STAFF_NUMBERS

    def number(self, row: Row) -> str:
        """The number that a row speaks of, as far as it can be read.

        In a table without numbers a card says who it is; a card that nobody has is the number of a newcomer.
        """
        if "number" in row.cells:
            return row.cells["number"]
        said = card_words(row.cells.get("cards", "")).partition(";")[0]
        try:
            card = self._known.cards.get(card_hash(self._site_key, card_text(said, "cards")))
        except BadRow:
            return said
        return said if card is None else self._owners[card[0]]

    def person(self, row: Row) -> PersonLine:
        """The person in `row`. Raises BadRow."""
        number = self.number(row)
        kept = self._kept(number)
        cells = {column: row.cells[column] for column in ("pin", "suspended_until") if column in row.cells}
        cells["number"] = number
        cells["name"] = row.cells.get("name", "") or full_name(row.text("surname"), row.text("first_name"))
        cells["kind"] = self._kind(row, kept)
        cells["class"] = self._class(row, cells["kind"])
        cells["cards"], cells["lost_cards"] = (card_words(row.cells.get(name, "")) for name in ("cards", "lost_cards"))
        cells["roles"] = role_words(row.cells.get("roles", ""))
        cells["active"] = active_word(row.cells.get("active", ""))
        pupil_here = cells["kind"] == PatronKind.PUPIL and cells["active"] != "no"
        if pupil_here and "class" in self._columns and not cells["class"]:
            raise BadRow("class is empty (fill it in; of cells that are merged only the first one counts)")
        person = self._roster.person(Row(row.file, row.line, cells))
        return person if kept is None else self._with(person, kept)

    def _kept(self, number: str) -> _Kept | None:
        row = self._known.people.get(number)
        if row is None:
            return None
        said = dict(zip(PERSON, row, strict=False))
        until = said["suspended_until"]
        return _Kept(
            PatronKind(said["kind"]),
            said["klass"],
            tuple(Role(role) for role in said["roles"].split(";") if role),
            None if until is None else date.fromisoformat(until),
        )

    def _with(self, person: PersonLine, kept: _Kept) -> PersonLine:
        """The person with what the table has no column for."""
        if "class" not in self._columns:
            person = replace(person, klass=kept.klass)
        if "roles" not in self._columns:
            person = replace(person, roles=kept.roles)
        if "suspended_until" not in self._columns:
            person = replace(person, suspended_until=kept.suspended_until)
        return person

    def _kind(self, row: Row, kept: _Kept | None) -> str:
        said = kind_word(row.cells.get("kind", ""))
        if said:
            return said
        if kept is not None:
            return kept.kind
        if self._of_staff:
            return PatronKind.TEACHER
        if row.cells.get("class", ""):
            return PatronKind.PUPIL
        raise BadRow("kind is not said (add a column 类别 with 学生, 教师 or 职工)")

    def _class(self, row: Row, kind: str) -> str:
        """The class by its name; what a teacher's row says instead, a department mostly, is no class."""
        said = row.name("class")
        if not said or not self._known.classes:
            return said
        try:
            return self._class_names.find(said, row.name("grade"))
        except BadRow:
            if kind == PatronKind.PUPIL:
                raise
            return ""
