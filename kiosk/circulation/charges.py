"""What is owed for a lost or damaged item, who may mark and settle, and what a settlement does to the sum.

A charge is `open`, or `asks` for an amount where no price is known, or waits to be decided again (`decide`) because
the item came back; `settled` closes it. Every fen that was charged is paid, forgiven or still open (`Sums`). An open
charge refuses nothing by itself: the loan of a lost item stays open until its charge is settled or it comes back, and
so counts towards the number and becomes overdue like any other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import assert_never

from kiosk.circulation.records import ItemState, Patron, PatronKind, Role

AMOUNT_FEN_MAX = 100_000_000
WHY_CHARACTERS_MAX = 120
GONE = frozenset({ItemState.LOST, ItemState.WITHDRAWN})


class ChargeReason(StrEnum):
    """What a charge is for."""

    LOST = "lost"
    DAMAGED = "damaged"


CHARGED_STATES = {ItemState.LOST: ChargeReason.LOST, ItemState.DAMAGED: ChargeReason.DAMAGED}


class ChargeState(StrEnum):
    """Where a charge stands."""

    ASKS = "asks"  # nobody has said how much
    OPEN = "open"
    DECIDE = "decide"  # the item came back
    SETTLED = "settled"


class Settlement(StrEnum):
    """How a charge was closed."""

    PAID = "paid"
    SAME_EDITION = "same_edition"  # another copy of the same edition was handed in
    WAIVED = "waived"
    MENDED = "mended"  # by the pupil
    REFUNDED = "refunded"  # it had been paid, and the item came back


class Objection(StrEnum):
    """Why a mark or a settlement is not taken."""

    UNKNOWN_ITEM = "unknown_item"
    UNKNOWN_CHARGE = "unknown_charge"
    NOT_STAFF = "not_staff"
    MENDING_ONLY = "mending_only"
    UNCHANGED = "unchanged"
    SETTLED_ALREADY = "settled_already"
    AMOUNT_NEEDED = "amount_needed"
    AMOUNT_NOT_TAKEN = "amount_not_taken"
    TOO_MUCH = "too_much"
    LESS_THAN_PAID = "less_than_paid"
    PAID_ALREADY = "paid_already"
    NOTHING_PAID = "nothing_paid"
    LOST_NOT_MENDED = "lost_not_mended"
    WHY_TOO_LONG = "why_too_long"
    WHY_NAMES = "why_names"


@dataclass(frozen=True, slots=True)
class Charge:
    """A charge as it stands. `id` is the number of the entry that opened it. `number` and `settled_by` are None when
    the person was forgotten; `settled` is how it was closed last, also while it waits to be decided again.
    """

    id: int
    item: str
    number: str | None
    reason: ChargeReason
    state: ChargeState
    amount_fen: int | None
    paid_fen: int
    opened: date
    klass: str | None = None
    title: str = ""
    settled: Settlement | None = None
    settled_on: date | None = None
    settled_by: str | None = None

    @property
    def open_fen(self) -> int:
        """What is neither paid nor forgiven."""
        return 0 if self.state is ChargeState.SETTLED else (self.amount_fen or 0) - self.paid_fen


@dataclass(frozen=True, slots=True)
class Paying:
    """What a settlement does to money: `moved_fen` comes in, or for a refund goes out. `owed_fen` is what the charge
    amounts to from now on, where nobody had said so before.
    """

    moved_fen: int
    owed_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Sums:
    """Charges added up: `charged_fen = paid_fen + forgiven_fen + open_fen`. `asking` charges have no amount yet."""

    charged_fen: int
    paid_fen: int
    forgiven_fen: int
    open_fen: int
    asking: int


def amount_fen(price_fen: int | None, factor: Decimal) -> int | None:
    """What a lost or damaged item costs: its price times the school's factor, in whole fen, a half rounded up.

    >>> amount_fen(1999, Decimal("1.5"))
    2999
    """
    return None if price_fen is None else int((price_fen * factor).quantize(Decimal(1), ROUND_HALF_UP))


def is_office(person: Patron) -> bool:
    """Whether somebody settles charges and marks items: active staff, and librarians of any kind. A pupil librarian
    is neither.
    """
    return person.active and (person.kind is PatronKind.STAFF or Role.LIBRARIAN in person.roles)


def may_mark(person: Patron, before: ItemState, to: ItemState) -> Objection | None:
    """Whether `person` may mark an item; pupil librarians only set aside for mending what stands on the shelf."""
    if not is_office(person):
        if not person.active or Role.PUPIL_LIBRARIAN not in person.roles:
            return Objection.NOT_STAFF
        if to is not ItemState.MENDING or before not in (ItemState.AVAILABLE, ItemState.DAMAGED):
            return Objection.MENDING_ONLY
    return Objection.UNCHANGED if before is to else None


def reopens(before: ItemState, to: ItemState) -> bool:
    """Whether a mark says that a lost item is there again; a return of a lost or written-off item always does."""
    return before in GONE and to not in GONE


def settle(charge: Charge, how: Settlement, asked_fen: int | None) -> Paying | Objection:
    """Whether `charge` can be closed so. `asked_fen` is how much, for `paid` and `refunded`; None is all of it.

    What is not paid is forgiven, so that one act closes a charge. What was paid for an item that came back is given
    back (`refunded`, all or a part) or kept (`paid` once more, nothing moves).
    """
    if charge.state is ChargeState.SETTLED:
        return Objection.SETTLED_ALREADY
    match how:
        case Settlement.PAID:
            return _paid(charge, asked_fen)
        case Settlement.REFUNDED:
            moved = charge.paid_fen if asked_fen is None else asked_fen
            if charge.paid_fen == 0:
                return Objection.NOTHING_PAID
            return Objection.TOO_MUCH if moved > charge.paid_fen else Paying(moved)
        case Settlement.SAME_EDITION | Settlement.WAIVED | Settlement.MENDED:
            if asked_fen is not None:
                return Objection.AMOUNT_NOT_TAKEN
            if charge.paid_fen > 0:
                return Objection.PAID_ALREADY
            lost = charge.reason is ChargeReason.LOST and charge.state is not ChargeState.DECIDE
            return Objection.LOST_NOT_MENDED if how is Settlement.MENDED and lost else Paying(0)
        case _:
            assert_never(how)


def _paid(charge: Charge, asked_fen: int | None) -> Paying | Objection:
    if charge.amount_fen is None:
        return Objection.AMOUNT_NEEDED if asked_fen is None else Paying(asked_fen, asked_fen)
    if charge.paid_fen > 0:
        return Paying(0) if asked_fen is None else Objection.PAID_ALREADY
    moved = charge.amount_fen if asked_fen is None else asked_fen
    return Objection.TOO_MUCH if moved > charge.amount_fen else Paying(moved)


def may_amount_to(charge: Charge, asked_fen: int) -> Objection | None:
    """Whether staff may say that `charge` amounts to so much: any time before it is settled, not less than was paid."""
    if charge.state is ChargeState.SETTLED:
        return Objection.SETTLED_ALREADY
    if asked_fen < charge.paid_fen:
        return Objection.LESS_THAN_PAID
    return Objection.UNCHANGED if asked_fen == charge.amount_fen else None


def sums(charges: Iterable[Charge]) -> Sums:
    """What was charged, and where it went."""
    every = tuple(charges)
    charged, paid = sum(charge.amount_fen or 0 for charge in every), sum(charge.paid_fen for charge in every)
    still = sum(charge.open_fen for charge in every)
    asking = sum(1 for charge in every if charge.amount_fen is None and charge.state is not ChargeState.SETTLED)
    return Sums(charged, paid, charged - paid - still, still, asking)
