"""Puts a school's folder into the database, in one transaction, and says what that changed.

The same folder twice changes nothing. Nobody and nothing is deleted that a loan may still speak of: people who are
missing from the file become inactive and keep their cards, items become withdrawn. What refused rows speak of stays
as it is.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kiosk.circulation.ports import Ledger
from kiosk.circulation.records import Entry, ItemState, Kind
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told
from kiosk.db.models import (
    CalendarRow,
    Item,
    PartTag,
    Person,
    RuleRow,
    SchoolClass,
    SchoolSetting,
    SlotRow,
    TermRow,
    Title,
)
from kiosk.office.baseloans import store_loans
from kiosk.office.findings import Finding, Refused
from kiosk.office.folder import Plan, SchoolFolder
from kiosk.office.merge import Count, chunks, merge, replace, stored
from kiosk.office.plan import RESET
from kiosk.office.roster import PEOPLE_FILE
from kiosk.office.searchterms import index_stale
from kiosk.office.stock import ITEMS_FILE
from kiosk.office.storepeople import PERSON, hashed_pins, store_cards, store_people, store_pins

VANISH_PERCENT_MAX = 20

_TITLE = ("title", "author", "isbn", "publisher", "year", "clc", "price_fen", "added", "summary")
_ITEM = ("title", "kind", "call_number", "price_fen", "state", "tag", "parts", "location", "kept_for")


@dataclass(frozen=True, slots=True)
class Stored:
    """What an import did, by table."""

    counts: Mapping[str, Count]

    @property
    def changed(self) -> bool:
        """Whether the school is other than before."""
        return any(count.written for count in self.counts.values())

    def as_json(self) -> dict[str, dict[str, int]]:
        """The counts as plain values."""
        return {table: asdict(count) for table, count in self.counts.items()}


@dataclass(frozen=True, slots=True)
class Office:
    """What an import needs besides the folder. `random_hex` gives that many random bytes in hex.

    With a `ledger` an import that changed something is recorded there. `default_pin` is for traces only: it is given
    to everybody but pupils without a role when people.csv has no column `pin`.
    """

    database: KioskDatabase
    site_key: bytes
    at: datetime
    random_hex: Callable[[int], str]
    ledger: Ledger | None = None
    default_pin: str | None = None
    force: bool = False

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """The one transaction in which everything is written. Raises StorageFailed."""
        if self.ledger is not None:
            with self.ledger.decision():
                yield
        else:
            with told(), self.database.atomic("IMMEDIATE"):
                yield


def store_school(school: SchoolFolder, office: Office) -> Stored | Refused:
    """Bring the database in step with `school`; refused when too much would vanish from it."""
    db = office.database
    hashes, pin_count = hashed_pins(school.people, None if school.pins_said else office.default_pin)
    with office.transaction():
        people, items = stored(Person, "number", (*PERSON, "id")), stored(Item, "barcode", _ITEM)
        leaving = _leaving(people, {line.number for line in school.people} | school.held_numbers)
        leaving = {number for number in leaving if people[number][PERSON.index("active")]}
        state = _ITEM.index("state")
        withdrawn = _leaving(items, {line.barcode for line in school.items} | school.held_barcodes)
        withdrawn = {barcode for barcode in withdrawn if items[barcode][state] != ItemState.WITHDRAWN}
        if not office.force:
            vanishing = _vanishing(people, leaving, items, withdrawn)
            if vanishing:
                return Refused(tuple(vanishing))
        counts = _store_plan(db, school)
        counts["people"] = store_people(db, school.people, people, leaving)
        numbers = {number: row[0] for number, row in stored(Person, "number", ("id",)).items()}
        counts["cards"] = store_cards(db, school.people, numbers, office.site_key)
        store_pins(hashes)
        counts["pins"] = pin_count
        before = stored(Title, "title_id", _TITLE)
        counts["titles"] = _store_titles(db, school, before)
        counts["items"] = _store_items(db, school, items, withdrawn)
        counts["part_tags"] = _store_part_tags(db, school)
        counts["titles"] = _drop_titles(school, before, counts["titles"])
        if school.loans is not None:
            counts["loans"] = store_loans(db, school.loans, school, office.random_hex)
        index_stale(db)
        done = Stored(counts)
        if done.changed and office.ledger is not None:
            data: dict[str, object] = {"what": "school", "counts": done.as_json(), "refused": len(school.refused)}
            office.ledger.record(Entry(office.at, Kind.IMPORTED, data=data))
        return done


def _leaving(before: Iterable[str], named: set[str]) -> set[str]:
    return {name for name in before if name not in named}


def _vanishing(
    people: Mapping[str, tuple[Any, ...]], leaving: set[str], items: Mapping[str, tuple[Any, ...]], withdrawn: set[str]
) -> list[Finding]:
    active, state = PERSON.index("active"), _ITEM.index("state")
    there = sum(1 for row in people.values() if row[active])
    shelved = sum(1 for row in items.values() if row[state] != ItemState.WITHDRAWN)
    return [
        too_many_gone(file, what, gone, total)
        for file, what, gone, total in (
            (PEOPLE_FILE, "people", len(leaving), there),
            (ITEMS_FILE, "items", len(withdrawn), shelved),
        )
        if is_too_many(gone, total)
    ]


def is_too_many(gone: int, total: int) -> bool:
    """Whether so many would vanish that it is hardly meant."""
    return gone * 100 > total * VANISH_PERCENT_MAX


def too_many_gone(file: str, what: str, gone: int, total: int) -> Finding:
    """The finding about it."""
    text = f"{gone} of {total} {what} would go, more than {VANISH_PERCENT_MAX} % (--force if it is meant)"
    return Finding(file, 0, text)


def _store_plan(db: KioskDatabase, school: SchoolFolder) -> dict[str, Count]:
    plan = school.plan
    settings = {key: (value,) for key, value in _settings(plan, school.item_check).items()}
    classes = {line.name: (line.grade, line.teacher, place) for place, line in enumerate(plan.classes)}
    terms = {
        t.name: (t.start.isoformat(), t.end.isoformat(), t.last_loan_day.isoformat(), t.recall_day.isoformat())
        for t in plan.terms
    }
    calendar = {row.day.isoformat(): (row.open, row.runs_as, row.why) for row in plan.calendar}
    slots = [
        (s.weekday, s.start.isoformat(), s.end.isoformat(), s.weeks.value, s.use.value, ";".join(s.who))
        for s in plan.timetable
    ]
    rules = [
        (r.patron_kind, r.item_kind, r.loanable, r.number, r.days, r.renewals, r.suspension_days, r.recall_exempt)
        for r in plan.rules
    ]
    rule_columns = ("patron_kind", "item_kind", "loanable", "number", "days", "renewals", "suspension_days")
    return {
        "settings": _merge_all(db, SchoolSetting, "key", ("value",), settings),
        "classes": _merge_all(db, SchoolClass, "name", ("grade", "teacher", "place"), classes),
        "timetable": replace(db, SlotRow, ("weekday", "start", "end", "weeks", "use", "who"), slots),
        "terms": _merge_all(db, TermRow, "term", ("start", "end", "last_loan_day", "recall_day"), terms),
        "calendar": _merge_all(db, CalendarRow, "date", ("open", "runs_as", "why"), calendar),
        "rules": replace(db, RuleRow, (*rule_columns, "recall_exempt"), rules),
    }


def _merge_all(
    db: KioskDatabase, model: Any, key: str, columns: tuple[str, ...], rows: Mapping[str, tuple[Any, ...]]
) -> Count:
    before = stored(model, key, columns)
    return merge(db, model, key, columns, rows, before, gone=[name for name in before if name not in rows])


def _settings(plan: Plan, item_check: str | None) -> dict[str, str]:
    """The settings as texts; those that are not said are left out. `commands` is a JSON object."""
    commands = json.dumps(dict.fromkeys(plan.settings.commands, RESET), ensure_ascii=False)
    said = asdict(plan.settings) | {"item_check": item_check, "commands": commands}
    return {key: str(value) for key, value in said.items() if value is not None}


def _store_titles(db: KioskDatabase, school: SchoolFolder, before: Mapping[str, tuple[Any, ...]]) -> Count:
    rows: dict[str, tuple[Any, ...]] = {}
    for t in school.titles:
        added = None if t.added is None else t.added.isoformat()
        texts = (t.title, t.author, t.isbn, t.publisher, t.year, t.clc)
        rows[t.title_id] = (*texts, t.price_fen, added, t.summary)
    return merge(db, Title, "title_id", _TITLE, rows, before)


def _drop_titles(school: SchoolFolder, before: Mapping[str, tuple[Any, ...]], count: Count) -> Count:
    """Titles that are missing from the file and have no copy left in the database."""
    named = {line.title_id for line in school.titles}
    held = {row[0] for row in stored(Item, "barcode", ("title",)).values()}
    gone = [title_id for title_id in before if title_id not in named and title_id not in held]
    for chunk in chunks(gone):
        Title.delete().where(Title.title_id.in_(chunk)).execute()
    return Count(count.new, count.changed, count.unchanged, len(gone))


def _store_items(
    db: KioskDatabase, school: SchoolFolder, before: Mapping[str, tuple[Any, ...]], withdrawn: set[str]
) -> Count:
    rows: dict[str, tuple[Any, ...]] = {}
    for i in school.items:
        said = (i.title_id, i.kind, i.call_number, i.price_fen, i.state.value)
        rows[i.barcode] = (*said, i.tag, i.parts, i.location, i.kept_for)
    # a tag moves in two steps: it may stand on one item only, at every moment
    at = _ITEM.index("tag")
    owners = {tag: i.barcode for i in school.items for tag in (i.tag, *i.part_tags) if tag is not None}
    moved = [name for name, row in before.items() if row[at] is not None and owners.get(row[at], name) != name]
    swapped = [name for name, row in rows.items() if name in before and before[name][at] not in (None, row[at])]
    for chunk in chunks(sorted({*moved, *swapped})):
        Item.update(tag=None).where(Item.barcode.in_(chunk)).execute()
    count = merge(db, Item, "barcode", _ITEM, rows, before)
    for chunk in chunks(sorted(withdrawn)):
        Item.update(state=ItemState.WITHDRAWN.value).where(Item.barcode.in_(chunk)).execute()
    return Count(count.new, count.changed, count.unchanged, len(withdrawn))


def _store_part_tags(db: KioskDatabase, school: SchoolFolder) -> Count:
    """The further tags of sets; those of items that are not in the file stay, unless another item has them now."""
    rows = {tag: (line.barcode,) for line in school.items for tag in line.part_tags}
    first = {line.tag for line in school.items}
    before = stored(PartTag, "tag", ("item",))
    named = {line.barcode for line in school.items}
    gone = [tag for tag, (item,) in before.items() if tag not in rows and (item in named or tag in first)]
    return merge(db, PartTag, "tag", ("item",), rows, before, gone)
