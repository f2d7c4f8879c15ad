"""What a refusal says and which facts it names, so that a nine-year-old knows what to do next.

The sentences themselves are in the language files under `refusal.<key>.head` and `.do`. A code without a case here
does not pass the type check.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import assert_never

from kiosk.circulation.policy import Policy
from kiosk.circulation.records import WHOLE, Code, Item, Loan, Parts, Patron
from kiosk.circulation.timetable import Slot

Value = str | int | date | Slot
TOLD_WHYS = frozenset({"two_cards", "alt_mode"})  # what a reader says that has words of its own


@dataclass(frozen=True, slots=True)
class Message:
    """A refusal as keys and facts; `screens` puts it into words."""

    key: str
    values: dict[str, Value]


def unreadable(why: str) -> str:
    """The key of what to say when a reader could not vouch for what it read."""
    return f"{Code.UNREADABLE}.{why}" if why in TOLD_WHYS else str(Code.UNREADABLE)


def message(
    code: Code,
    patron: Patron | None,
    item: Item | None,
    loans: tuple[Loan, ...],
    policy: Policy,
    local: datetime,
    parts: Parts = WHOLE,
    why: str = "",
) -> Message:
    """What to say for `code` to `patron` about `item`. Facts about anybody else are never named."""
    values: dict[str, Value] = {}
    key = str(code)
    match code:
        case (
            Code.CLOCK_UNTRUSTED | Code.UNKNOWN_ITEM | Code.ISBN_NOT_ITEM | Code.ITEM_WITHDRAWN | Code.ITEM_LOST
            | Code.ITEM_DAMAGED | Code.RESERVED | Code.LENT_TO_OTHER | Code.UNKNOWN_CARD | Code.CARD_LOST
            | Code.PATRON_INACTIVE | Code.BIN_FULL | Code.FLAP_STUCK | Code.NOT_DROPPED | Code.NO_MORE_RENEWALS
            | Code.STORAGE_FAILED
        ):  # fmt: skip
            pass
        case Code.UNREADABLE:
            key = unreadable(why)
        case Code.PARTS_MISSING:
            values["seen"], values["of"] = parts.seen, parts.of
        case Code.NOT_FOR_LOAN:
            if item is not None and item.kind in ("reference", "periodical", "textbook"):
                key = f"{code}.{item.kind}"
        case Code.SUSPENDED:
            if patron is not None and patron.suspended_until is not None:
                values["day"] = patron.suspended_until
        case Code.OVERDUE_ITEMS:
            late = [loan for loan in loans if loan.due < local.date()]
            values["title"] = late[0].title if late else ""
            values["n"] = len(late)
        case Code.LIMIT_REACHED:
            if patron is not None and item is not None:
                values["n"] = policy.terms(patron, item.kind).number
        case Code.AFTER_RECALL:
            term = policy.calendar.term(local.date())
            if term is not None:
                values["day"] = term.recall_day
        case Code.CLOSED_DAY | Code.NOT_YOUR_SLOT:
            slot = policy.timetable.next_for(patron, local, policy.calendar) if patron is not None else None
            if slot is None:
                key = f"{code}.no_next"
            else:
                values["slot"] = slot
        case _:
            assert_never(code)
    return Message(key, values)
