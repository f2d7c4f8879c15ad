"""What the database knows of a school, as an import of people has to know it: read at once, compared, not changed.

Cards are keyed hashes, so a roster's card is compared by hashing it. Two readings that are equal mean that nothing that
matters to the import happened between them.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.db.models import Card, Item, PartTag, Person, SchoolClass, SchoolSetting
from kiosk.office.folder import DEFAULT_ZONE
from kiosk.office.merge import stored
from kiosk.office.storepeople import PERSON


@dataclass(frozen=True, slots=True)
class KnownSchool:
    """People by number (columns PERSON, then the id), PIN hashes by number, cards by hash (person's id, whether lost),
    classes with their grades, and every text that means an item or a command. Empty where there is no database yet.
    """

    people: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    pins: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    cards: Mapping[bytes, tuple[int, bool]] = field(default_factory=dict, repr=False)
    classes: Mapping[str, int] = field(default_factory=dict)
    items: frozenset[str] = frozenset()
    commands: tuple[str, ...] = ()
    timezone: str = DEFAULT_ZONE


def known_school() -> KnownSchool:
    """What the open database knows."""
    settings = {key: row[0] for key, row in stored(SchoolSetting, "key", ("value",)).items()}
    tags = {row[0] for row in stored(Item, "barcode", ("tag",)).values()} - {None}
    return KnownSchool(
        people=stored(Person, "number", (*PERSON, "id")),
        pins={number: row[0] for number, row in stored(Person, "number", ("pin",)).items()},
        cards={bytes(key): (row[0], row[1]) for key, row in stored(Card, "hash", ("person", "lost")).items()},
        classes={name: row[0] for name, row in stored(SchoolClass, "name", ("grade",)).items()},
        items=frozenset({*stored(Item, "barcode", ("kind",)), *tags, *stored(PartTag, "tag", ("item",))}),
        commands=tuple(json.loads(settings.get("commands", "{}"))),
        timezone=settings.get("timezone", DEFAULT_ZONE),
    )
