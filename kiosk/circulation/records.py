"""The things that a lending desk speaks of: patrons, items, loans, and the entries that say what was decided.

All are frozen values. Who reads them from a database or a file is not known here.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

NOTHING: Mapping[str, object] = MappingProxyType({})


class PatronKind(StrEnum):
    """Whose rules count for a person."""

    PUPIL = "pupil"
    TEACHER = "teacher"
    STAFF = "staff"


class Role(StrEnum):
    """What a person may do beyond borrowing."""

    LIBRARIAN = "librarian"
    PUPIL_LIBRARIAN = "pupil_librarian"


class ItemState(StrEnum):
    """What is known of a copy apart from who has it."""

    AVAILABLE = "available"
    LOST = "lost"
    DAMAGED = "damaged"
    MENDING = "mending"
    WITHDRAWN = "withdrawn"


class Code(StrEnum):
    """Why the rules said no. The order is the order in which reasons are shown (SEMANTICS §5); names never change."""

    CLOCK_UNTRUSTED = "clock_untrusted"
    UNKNOWN_ITEM = "unknown_item"
    ISBN_NOT_ITEM = "isbn_not_item"
    UNREADABLE = "unreadable"
    ITEM_WITHDRAWN = "item_withdrawn"
    NOT_FOR_LOAN = "not_for_loan"
    ITEM_LOST = "item_lost"
    ITEM_DAMAGED = "item_damaged"
    PARTS_MISSING = "parts_missing"
    RESERVED = "reserved"
    LENT_TO_OTHER = "lent_to_other"
    SUSPENDED = "suspended"
    OVERDUE_ITEMS = "overdue_items"
    LIMIT_REACHED = "limit_reached"
    NO_MORE_RENEWALS = "no_more_renewals"
    AFTER_RECALL = "after_recall"
    CLOSED_DAY = "closed_day"
    NOT_YOUR_SLOT = "not_your_slot"
    # at the card
    UNKNOWN_CARD = "unknown_card"
    CARD_LOST = "card_lost"
    PATRON_INACTIVE = "patron_inactive"
    # at the drop point
    BIN_FULL = "bin_full"
    FLAP_STUCK = "flap_stuck"
    NOT_DROPPED = "not_dropped"
    # the kiosk itself
    STORAGE_FAILED = "storage_failed"


class Kind(StrEnum):
    """Kinds of entries (SEMANTICS §8); new ones may be added, none is renamed."""

    LENT = "lent"
    RETURNED = "returned"
    RENEWED = "renewed"
    REFUSED = "refused"
    CHARGED = "charged"
    SETTLED = "settled"
    MARKED = "marked"
    COLLECTED = "collected"
    OVERRIDDEN = "overridden"
    CHANGED = "changed"
    IMPORTED = "imported"
    EXPORTED = "exported"
    CONFIRMED = "confirmed"
    CONFLICT_CLOSED = "conflict_closed"
    DROP_UNEXPECTED = "drop_unexpected"
    VISIT_STARTED = "visit_started"
    VISIT_ENDED = "visit_ended"
    STAFF_IN = "staff_in"
    STAFF_OUT = "staff_out"
    STAFF_DENIED = "staff_denied"
    PART_DOWN = "part_down"
    PART_UP = "part_up"
    STARTED = "started"
    STOPPED = "stopped"
    CLOCK_CHANGED = "clock_changed"
    SYNCED = "synced"
    BACKED_UP = "backed_up"
    RESTORED = "restored"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant: `wall` is aware, for rules and entries; `mono` are seconds that never run back, for deadlines."""

    wall: datetime
    mono: float


@dataclass(frozen=True, slots=True)
class Patron:
    """A person with a card."""

    number: str
    name: str
    kind: PatronKind
    klass: str | None = None
    grade: int | None = None
    roles: frozenset[Role] = frozenset()
    active: bool = True
    suspended_until: date | None = None  # the later of the office's date and the one that a late return set


@dataclass(frozen=True, slots=True)
class Parts:
    """How many parts of a set can be seen, of how many."""

    seen: int
    of: int

    @property
    def missing(self) -> int:
        """How many cannot be seen."""
        return max(0, self.of - self.seen)


WHOLE = Parts(1, 1)


@dataclass(frozen=True, slots=True)
class Item:
    """One physical copy with what its title says. `kept_for` is the number of the patron it is reserved for; `tags` are
    the UIDs or EPCs by which it is known, one for each part of a set or one for all.
    """

    barcode: str
    title: str
    author: str = ""
    kind: str = "book"
    state: ItemState = ItemState.AVAILABLE
    call_number: str = ""
    parts: int = 1
    location: str = ""
    kept_for: str | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Loan:
    """An item that a patron has. `number` is None when the person was forgotten."""

    barcode: str
    number: str | None
    title: str
    kind: str
    lent: date
    due: date
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the ledger as the desk decides it; the ledger adds kiosk, epoch, seq and the chain.

    `patron` and `staff` are numbers here and become aliases on the disk; `item` is a barcode.
    """

    at: datetime
    kind: Kind
    patron: str | None = None
    item: str | None = None
    due: date | None = None
    reason: str | None = None
    staff: str | None = None
    reader: str | None = None
    klass: str | None = None
    data: Mapping[str, object] = field(default_factory=lambda: NOTHING)


@dataclass(frozen=True, slots=True)
class Recorded:
    """An entry that is on the disk."""

    entry: Entry
    kiosk: str
    epoch: str
    seq: int
