"""Brings in people from a table that a school hands in: first what it would change, then, if that is fine, the change.

The table is the whole list of the kinds of people that it holds: who of them is missing leaves, which makes them
inactive and deletes nothing. Good rows go in and bad rows are given back; the same table twice changes nothing. While a
row has no number that can be read, nobody leaves, because it may be theirs.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.circulation.records import Entry, Kind
from kiosk.db.models import Person
from kiosk.db.sitekey import card_hash
from kiosk.office.arrivals import Arrivals
from kiosk.office.findings import BadRow, Finding, Refused, shown
from kiosk.office.folder import PersonLine
from kiosk.office.knownschool import KnownSchool, known_school
from kiosk.office.merge import stored
from kiosk.office.sheet import checked_name
from kiosk.office.store import Office, is_too_many, too_many_gone
from kiosk.office.storepeople import (
    PERSON,
    hashed_pins,
    other_pins,
    person_row,
    store_cards,
    store_people,
    store_pins,
)
from kiosk.office.tables.table import Table, TableRow

PEOPLE_MAX = 200_000

_KIND, _ACTIVE, _ID = PERSON.index("kind"), PERSON.index("active"), len(PERSON)


class Action(StrEnum):
    """What becomes of a person."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEAVING = "leaving"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one person; `row` is 0 for those who are not in the table."""

    row: int
    number: str
    action: Action
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a table would change. `people` are all that were taken, `refused` the rows to mend with their reasons."""

    file: str
    people: tuple[PersonLine, ...]
    outcomes: tuple[Outcome, ...]
    leaving: tuple[str, ...]
    refused: tuple[tuple[tuple[str, ...], str], ...] = field(repr=False)
    remarks: tuple[Finding, ...] = ()
    too_many: Finding | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows of each kind there are."""
        found = Counter(outcome.action for outcome in self.outcomes)
        return {action.value: found[action] for action in Action}

    @property
    def findings(self) -> list[Finding]:
        """Why rows were refused, in their order."""
        refused = (outcome for outcome in self.outcomes if outcome.action is Action.REFUSED)
        return [Finding(self.file, outcome.row, str(outcome.reason)) for outcome in refused]

    @property
    def changes(self) -> bool:
        """Whether anybody is other than before."""
        counts = self.counts
        return any(counts[action] for action in (Action.NEW, Action.CHANGED, Action.LEAVING))


@dataclass(slots=True)
class _Reading:
    """The rows of a table, as far as they were taken."""

    taken: dict[str, tuple[TableRow, PersonLine]] = field(default_factory=dict)
    refused: list[tuple[TableRow, str, str]] = field(default_factory=list)
    unread: int = 0  # rows that may be somebody's whose number cannot be read

    def refuse(self, row: TableRow, number: str, why: str) -> None:
        """Leave a row out."""
        self.refused.append((row, number, why))

    @property
    def numbers(self) -> set[str]:
        """Everybody whom the table speaks of."""
        return {*self.taken, *(number for _, number, _ in self.refused)}


def preview_patrons(
    table: Table,
    known: KnownSchool,
    site_key: bytes,
    today: date,
    *,
    add: bool = False,
    covers: Callable[[str], bool] | None = None,
) -> Preview | Refused:
    """What the people in `table` would change; refused when the table breaks off.

    With `add` the table is not the whole list and nobody leaves. `covers` says whether the glass can draw a character.
    """
    arrivals = Arrivals(table.header, known, site_key, today)
    reading = _Reading()
    for row in table.rows:
        if isinstance(row, Finding):
            return Refused((row,))
        _read(reading, arrivals, row)
        if len(reading.taken) + len(reading.refused) > PEOPLE_MAX:
            return Refused(
                (Finding(table.file, row.row.line, f"more than {PEOPLE_MAX} people (is it the right file?)"),)
            )
    _refuse_others_cards(reading, known, site_key, add)
    people = tuple(person for _, person in reading.taken.values())
    leaving = () if add or reading.unread else tuple(sorted(_leaving(reading, known)))
    remarks = list(_remarks(table, people, covers))
    if reading.unread and not add:
        text = f"{reading.unread} rows have no number that can be read: nobody leaves until they are mended"
        remarks.append(Finding(table.file, 0, text))
    kinds = {person.kind for person in people}
    there = sum(1 for row in known.people.values() if row[_ACTIVE] and row[_KIND] in kinds)
    return Preview(
        table.file,
        people,
        tuple(_outcomes(reading, known, site_key, leaving, remarks)),
        leaving,
        tuple((row.raw, why) for row, _, why in reading.refused),
        tuple(remarks),
        too_many_gone(table.file, "people", len(leaving), there) if is_too_many(len(leaving), there) else None,
    )


def store_patrons(preview: Preview, known: KnownSchool, office: Office) -> Refused | None:
    """Make the change that `preview` of the school as `known` says, in one transaction; or say why not."""
    if preview.too_many is not None and not office.force:
        return Refused((preview.too_many,))
    if not preview.changes:
        return None
    hashes, _ = hashed_pins(preview.people, None)
    with office.transaction():
        if known_school() != known:
            return Refused((Finding(preview.file, 0, "the school was changed meanwhile (run the command again)"),))
        db = office.database
        store_people(db, preview.people, known.people, preview.leaving)
        numbers = {number: row[0] for number, row in stored(Person, "number", ("id",)).items()}
        for kept, people in _by_kept_cards(preview.people).items():
            store_cards(db, people, numbers, office.site_key, kept=kept)
        store_pins(hashes)
        if office.ledger is not None:
            data: dict[str, object] = {"what": "patrons", "counts": preview.counts}
            office.ledger.record(Entry(office.at, Kind.IMPORTED, data=data))
    return None


def _read(reading: _Reading, arrivals: Arrivals, row: TableRow) -> None:
    number = arrivals.number(row.row)
    try:
        person = arrivals.person(row.checked())
        reading.taken[person.number] = row, person
    except BadRow as bad:
        reading.refuse(row, number, str(bad))
        if not _readable(row, number) and any(row.row.cells.get(name, "") for name in ("number", "name", "surname")):
            reading.unread += 1


def _readable(row: TableRow, number: str) -> bool:
    """Whether the number of a refused row is the person's own."""
    if row.fault is not None and row.fault.startswith(("number:", "cards:")):
        return False
    try:
        return bool(checked_name(number, "number"))
    except BadRow:
        return False


def _kept_cards(person: PersonLine) -> frozenset[bool]:
    """Which of a person's cards the table does not speak of, by their mark "lost"."""
    return frozenset(lost for lost, said in ((False, person.cards), (True, person.lost_cards)) if not said)


def _by_kept_cards(people: Sequence[PersonLine]) -> dict[frozenset[bool], list[PersonLine]]:
    groups: dict[frozenset[bool], list[PersonLine]] = {}
    for person in people:
        if person.cards or person.lost_cards:
            groups.setdefault(_kept_cards(person), []).append(person)
    return groups


def _card_hashes(person: PersonLine, site_key: bytes) -> dict[bytes, bool]:
    """Whether each of the cards that the table names is lost."""
    return {
        card_hash(site_key, text): lost
        for lost in (False, True)
        for text in (person.lost_cards if lost else person.cards)
    }


def _refuse_others_cards(reading: _Reading, known: KnownSchool, site_key: bytes, add: bool) -> None:
    """Refuse who claims a card that is another's, until nobody does; a refused row gives up no card."""
    owners = {row[_ID]: number for number, row in known.people.items()}
    claims = {number: _card_hashes(person, site_key) for number, (_, person) in reading.taken.items()}
    while True:
        leaving = set() if add or reading.unread else _leaving(reading, known)
        bad = []
        for number, (row, _) in reading.taken.items():
            for card in claims[number]:
                owner = owners.get(known.cards[card][0]) if card in known.cards else None
                if owner is None or owner == number or owner in leaving:
                    continue
                if owner in reading.taken:
                    free = bool(claims[owner]) and known.cards[card][1] not in _kept_cards(reading.taken[owner][1])
                else:
                    free = not known.people[owner][_ACTIVE]
                if not free:
                    bad.append((number, row, f"card is another person's, of number {shown(owner)} (correct one)"))
                    break
        if not bad:
            return
        for number, row, why in bad:
            del reading.taken[number]
            reading.refuse(row, number, why)


def _leaving(reading: _Reading, known: KnownSchool) -> set[str]:
    """Who of the kinds in the table is active and not in it."""
    kinds = {person.kind.value for _, person in reading.taken.values()}
    there = {number for number, row in known.people.items() if row[_ACTIVE] and row[_KIND] in kinds}
    return there - reading.numbers


def _outcomes(
    reading: _Reading, known: KnownSchool, site_key: bytes, leaving: Sequence[str], remarks: Sequence[Finding]
) -> Iterator[Outcome]:
    said: Mapping[int, str] = {remark.line: remark.text for remark in remarks}
    pins = other_pins((person for _, person in reading.taken.values()), known.pins)
    cards: dict[int, dict[bytes, bool]] = {}
    for card, (person_id, lost) in known.cards.items():
        cards.setdefault(person_id, {})[card] = lost
    found = [Outcome(row.row.line, number, Action.REFUSED, why) for row, number, why in reading.refused]
    for number, (_, person) in reading.taken.items():
        action = _action(person, known, cards, site_key, pins)
        found.append(Outcome(person.line, number, action, said.get(person.line)))
    yield from sorted(found, key=lambda outcome: outcome.row)
    yield from (Outcome(0, number, Action.LEAVING, "not in the table") for number in leaving)


def _action(
    person: PersonLine,
    known: KnownSchool,
    cards: Mapping[int, Mapping[bytes, bool]],
    site_key: bytes,
    pins: Collection[str],
) -> Action:
    before = known.people.get(person.number)
    if before is None:
        return Action.NEW
    had, wanted, kept = cards.get(before[_ID], {}), _card_hashes(person, site_key), _kept_cards(person)
    other_cards = bool(wanted) and (
        any(had.get(card) is not lost for card, lost in wanted.items())
        or any(card not in wanted and lost not in kept for card, lost in had.items())
    )
    same = person_row(person) == before[:_ID] and not other_cards and person.number not in pins
    return Action.UNCHANGED if same else Action.CHANGED


def _remarks(table: Table, people: Sequence[PersonLine], covers: Callable[[str], bool] | None) -> Iterator[Finding]:
    if table.unread:
        text = f"not read, though they have such a header: sheets {', '.join(map(shown, table.unread))} (--sheet)"
        yield Finding(table.file, 0, text)
    if covers is None:
        return
    for person in people:
        strange = "".join(dict.fromkeys(c for c in person.name if not c.isspace() and not covers(c)))
        if strange:
            codes = " ".join(f"U+{ord(c):04X}" for c in strange)
            yield Finding(table.file, person.line, f"name: the glass cannot show {strange} ({codes})")
