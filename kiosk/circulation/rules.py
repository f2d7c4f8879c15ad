"""May this patron have this item? Facts in, a loan or the reasons against it out.

All reasons that apply are found; their order (`Code`) decides which one is shown, so that a pupil reads the one that
something can be done about.
"""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.circulation.policy import Policy
from kiosk.circulation.records import WHOLE, Code, Item, ItemState, Loan, Parts, Patron

ORDER = tuple(Code)
NEVER_OVERRIDDEN = frozenset(
    {
        Code.UNKNOWN_ITEM,
        Code.UNREADABLE,
        Code.ISBN_NOT_ITEM,
        Code.LENT_TO_OTHER,
        Code.BIN_FULL,
        Code.FLAP_STUCK,
        Code.STORAGE_FAILED,
    }
)
_STATES = {
    ItemState.WITHDRAWN: Code.ITEM_WITHDRAWN,
    ItemState.LOST: Code.ITEM_LOST,
    ItemState.DAMAGED: Code.ITEM_DAMAGED,
    ItemState.MENDING: Code.ITEM_DAMAGED,
}


@dataclass(frozen=True, slots=True)
class Granted:
    """The rules said yes: lent or renewed until `due`."""

    due: date


@dataclass(frozen=True, slots=True)
class Refusal:
    """The rules said no. `codes` holds every reason that applies, the one to show first."""

    codes: tuple[Code, ...]

    @property
    def code(self) -> Code:
        """The reason to show."""
        return self.codes[0]


@dataclass(frozen=True, slots=True)
class Facts:
    """What a decision rests on. Times are local to the school; `started` is when the visit began."""

    patron: Patron
    item: Item
    loans: tuple[Loan, ...]  # the patron's open loans
    holder: Loan | None  # the item's open loan, whoever has it
    now: datetime
    started: datetime
    clock_trusted: bool
    open_until: datetime | None
    parts: Parts = WHOLE  # of the item, as far as the reader can see them

    @property
    def today(self) -> date:
        """The local date."""
        return self.now.date()


def lend(facts: Facts, policy: Policy) -> Granted | Refusal:
    """Whether the item is lent, and until when."""
    checks = {
        Code.CLOCK_UNTRUSTED: not facts.clock_trusted,
        Code.NOT_FOR_LOAN: not policy.row(facts.patron, facts.item.kind).loanable,
        Code.PARTS_MISSING: facts.parts.missing > 0,
        Code.RESERVED: _kept_for_another(facts),
        Code.LENT_TO_OTHER: facts.holder is not None and facts.holder.number != facts.patron.number,
        Code.SUSPENDED: _suspended(facts),
        Code.OVERDUE_ITEMS: _overdue(facts),
        Code.LIMIT_REACHED: may_still_have(facts.patron, facts.item.kind, facts.loans, policy) <= 0,
        **_when(facts, policy),
    }
    if facts.item.state in _STATES:
        checks[_STATES[facts.item.state]] = True
    return _decide(checks, due_date(facts, policy))


def renew(facts: Facts, policy: Policy) -> Granted | Refusal:
    """Whether the patron's own loan is renewed. Slot, closed day and number do not matter."""
    assert facts.holder is not None, "only an open loan is renewed"
    due = due_date(facts, policy)
    used_up = facts.holder.renewals >= policy.terms(facts.patron, facts.item.kind).renewals
    checks = {
        Code.CLOCK_UNTRUSTED: not facts.clock_trusted,
        Code.RESERVED: _kept_for_another(facts),
        Code.SUSPENDED: _suspended(facts),
        Code.OVERDUE_ITEMS: _overdue(facts),
        Code.NO_MORE_RENEWALS: used_up or due <= facts.holder.due,
    }
    return _decide(checks, due)


def due_date(facts: Facts, policy: Policy) -> date:
    """The due date of a loan made now."""
    terms = policy.terms(facts.patron, facts.item.kind)
    return policy.calendar.due(facts.today, terms.days, recall_exempt=terms.row.recall_exempt)


def may_still_have(patron: Patron, item_kind: str, loans: tuple[Loan, ...], policy: Policy) -> int:
    """How many more of this kind the number allows; all kinds under one `*` row count together."""
    row = policy.row(patron, item_kind)
    taken = sum(1 for loan in loans if policy.row(patron, loan.kind) == row)
    return policy.terms(patron, item_kind).number - taken


def suspension_days(patron: Patron, loan: Loan, today: date, policy: Policy) -> int:
    """For how many days a return made `today` suspends; 0 for one in time."""
    return policy.row(patron, loan.kind).suspension_days if today > loan.due else 0


def _when(facts: Facts, policy: Policy) -> dict[Code, bool]:
    """The reasons that lie in day and hour; a slot that staff opened beats closed day and slot."""
    opened = facts.open_until is not None and facts.started < facts.open_until
    term = policy.calendar.term(facts.today)
    exempt = policy.row(facts.patron, facts.item.kind).recall_exempt
    return {
        Code.AFTER_RECALL: term is not None and facts.today > term.last_loan_day and not exempt,
        Code.CLOSED_DAY: not opened and not policy.calendar.is_open(facts.today),
        Code.NOT_YOUR_SLOT: not opened and not policy.timetable.admits(facts.patron, facts.started, policy.calendar),
    }


def _kept_for_another(facts: Facts) -> bool:
    return facts.item.kept_for is not None and facts.item.kept_for != facts.patron.number


def _suspended(facts: Facts) -> bool:
    until = facts.patron.suspended_until
    return until is not None and facts.today <= until


def _overdue(facts: Facts) -> bool:
    return any(facts.today > loan.due for loan in facts.loans)


def _decide(checks: dict[Code, bool], due: date) -> Granted | Refusal:
    if not any(checks.values()):
        return Granted(due)
    return Refusal(tuple(code for code in ORDER if checks.get(code)))
