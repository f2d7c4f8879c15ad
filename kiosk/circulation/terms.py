"""Open days, terms, and the date on which a book has to be back.

Monday to Friday are open and calendar rows override that; with terms known, a day in none of them is closed. A due
date is the first open day on or after the loan's date plus the rule's days, and never past the term's recall
(SEMANTICS §2).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 6
SEARCH_DAYS_MAX = 400  # how far a due date looks for an open day; a school is never closed for longer


@dataclass(frozen=True, slots=True)
class Term:
    """A school term, ends included. Books are lent until `last_loan_day` and have to be back by `recall_day`."""

    name: str
    start: date
    end: date
    last_loan_day: date
    recall_day: date

    def week(self, day: date) -> int:
        """The number of the term's week that holds `day`; week 1 holds the first day, weeks begin on Monday."""
        return (_monday(day) - _monday(self.start)).days // 7 + 1


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """A row of the calendar: open or not, and as which weekday (1 to 7) a make-up day runs."""

    day: date
    open: bool
    runs_as: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The school's days."""

    days: Mapping[date, CalendarDay] = field(default_factory=dict)
    terms: tuple[Term, ...] = ()

    def term(self, day: date) -> Term | None:
        """The term that holds `day`."""
        return next((term for term in self.terms if term.start <= day <= term.end), None)

    def is_open(self, day: date) -> bool:
        """Whether the library lends on `day` at all."""
        if self.terms and self.term(day) is None:
            return False
        row = self.days.get(day)
        return row.open if row is not None else day.isoweekday() < SATURDAY

    def weekday(self, day: date) -> int:
        """The weekday (1 Monday to 7) as which `day` runs."""
        row = self.days.get(day)
        return row.runs_as if row is not None and row.runs_as is not None else day.isoweekday()

    def due(self, lent: date, days: int, *, recall_exempt: bool) -> date:
        """The due date of a loan made on `lent` for `days` days; never before `lent`."""
        due = self._first_open(lent + timedelta(days=days))
        term = self.term(lent)
        if term is None or recall_exempt or due <= term.recall_day:
            return due
        return self._last_open(term.recall_day, lent)

    def _first_open(self, day: date) -> date:
        ahead = (day + timedelta(days=n) for n in range(SEARCH_DAYS_MAX))
        return next((d for d in ahead if self.is_open(d)), day)

    def _last_open(self, day: date, floor: date) -> date:
        while day > floor and not self.is_open(day):
            day -= timedelta(days=1)
        return max(day, floor)


def _monday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)
