"""The school's rules as one value, and which of them counts for a patron and an item kind.

The most exact row wins, item kind before patron kind; an empty cell of a row means the default of the patron's kind
(SEMANTICS §1).
"""

from dataclasses import dataclass, field
from datetime import tzinfo
from re import Pattern

from kiosk.circulation.records import Patron, PatronKind
from kiosk.circulation.terms import Calendar
from kiosk.circulation.timetable import Timetable

ANY = "*"


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of the rules table; None means "as by default"."""

    patron_kind: str  # a PatronKind or "*"
    item_kind: str  # an item kind or "*"
    loanable: bool = True
    number: int | None = None
    days: int | None = None
    renewals: int | None = None
    suspension_days: int = 0
    recall_exempt: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """What counts for one patron and one item kind, every cell filled. `row` is the row that won."""

    row: Rule
    number: int
    days: int
    renewals: int


# SEMANTICS §1: "default rules"
DEFAULT_TERMS = {
    PatronKind.PUPIL: Terms(Rule(PatronKind.PUPIL, ANY), number=2, days=15, renewals=1),
    PatronKind.TEACHER: Terms(Rule(PatronKind.TEACHER, ANY), number=10, days=60, renewals=2),
    PatronKind.STAFF: Terms(Rule(PatronKind.STAFF, ANY), number=10, days=60, renewals=2),
}
DEFAULT_RULES = (
    *(terms.row for terms in DEFAULT_TERMS.values()),
    Rule(ANY, "reference", loanable=False),
    Rule(ANY, "periodical", loanable=False),
    Rule(ANY, "textbook", loanable=False),
)


def with_defaults(rows: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """The default rules with `rows` laid over them: the same two kinds replace, others are added."""
    table = {(rule.patron_kind, rule.item_kind): rule for rule in DEFAULT_RULES + rows}
    return tuple(table.values())


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that the school decided and a decision needs."""

    name: str
    zone: tzinfo
    timetable: Timetable
    calendar: Calendar
    rules: tuple[Rule, ...] = DEFAULT_RULES
    card_pattern: Pattern[str] | None = None
    item_pattern: Pattern[str] | None = None
    item_check: str | None = None  # the check digit that the school's own barcodes carry: a key of `codes.CHECKS`
    commands: frozenset[str] = frozenset()  # texts that mean "reset"
    target_pupil_books: int | None = None
    target_teacher_visits: int | None = None
    classes: tuple[tuple[str, int], ...] = field(default=())  # (class, grade), in the school's order

    def row(self, patron: Patron, item_kind: str) -> Rule:
        """The most exact row of the rules table for this patron and item kind."""
        for item in (item_kind, ANY):
            for kind in (patron.kind, ANY):
                for rule in self.rules:
                    if rule.item_kind == item and rule.patron_kind == kind:
                        return rule
        raise LookupError(f"no rule for {patron.kind} and {item_kind}")

    def terms(self, patron: Patron, item_kind: str) -> Terms:
        """The same with empty cells filled in from the defaults of the patron's kind."""
        row, default = self.row(patron, item_kind), DEFAULT_TERMS[patron.kind]
        return Terms(
            row,
            default.number if row.number is None else row.number,
            default.days if row.days is None else row.days,
            default.renewals if row.renewals is None else row.renewals,
        )
