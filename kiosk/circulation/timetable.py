"""Who may borrow when: rows of weekday, times, weeks and who, and the next row that fits somebody.

A row admits from its first second to the one before its last (`from ≤ t < to`). `class` and `free` admit alike
(SEMANTICS §2); what they differ in is what the notice board says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kiosk.circulation.records import Patron
from kiosk.circulation.terms import Calendar

LOOK_AHEAD_DAYS = 120  # how far the board and a refusal look for the next slot: longer than a summer


class Weeks(StrEnum):
    """In which weeks of the term a row counts."""

    EVERY = "every"
    ODD = "odd"
    EVEN = "even"


class Use(StrEnum):
    """What a row is for."""

    CLASS = "class"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class Who:
    """Whom a row admits: everybody, or any of these grades, classes and kinds."""

    everybody: bool = False
    grades: frozenset[int] = frozenset()
    classes: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def admits(self, patron: Patron) -> bool:
        """Whether `patron` is meant."""
        return (
            self.everybody
            or patron.kind in self.kinds
            or (patron.grade is not None and patron.grade in self.grades)
            or (patron.klass is not None and patron.klass in self.classes)
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the timetable; `weekday` is 1 (Monday) to 7."""

    weekday: int
    start: time
    end: time
    who: Who
    weeks: Weeks = Weeks.EVERY
    use: Use = Use.CLASS


@dataclass(frozen=True, slots=True)
class Slot:
    """A row on a certain day."""

    day: date
    row: Row


@dataclass(frozen=True, slots=True)
class Timetable:
    """All rows; with no rows at all it is always open to all."""

    rows: tuple[Row, ...] = field(default=())

    def on(self, day: date, calendar: Calendar) -> tuple[Slot, ...]:
        """The slots of `day`, earliest first, whether the day is open or not."""
        weekday, term = calendar.weekday(day), calendar.term(day)
        odd = None if term is None else term.week(day) % 2 == 1

        def fits(row: Row) -> bool:
            return row.weekday == weekday and (row.weeks is Weeks.EVERY or odd is (row.weeks is Weeks.ODD))

        found = [Slot(day, row) for row in self.rows if fits(row)]
        return tuple(sorted(found, key=lambda slot: (slot.row.start, slot.row.end)))

    def now(self, at: datetime, calendar: Calendar) -> tuple[Slot, ...]:
        """The slots that run at the local time `at`."""
        clock = at.time()
        return tuple(s for s in self.on(at.date(), calendar) if s.row.start <= clock < s.row.end)

    def admits(self, patron: Patron, at: datetime, calendar: Calendar) -> bool:
        """Whether `patron` may borrow in a visit begun at the local time `at`."""
        return not self.rows or any(slot.row.who.admits(patron) for slot in self.now(at, calendar))

    def coming(self, at: datetime, calendar: Calendar) -> Iterator[Slot]:
        """The slots on open days that start after the local time `at`, soonest first."""
        for ahead in range(LOOK_AHEAD_DAYS):
            day = at.date() + timedelta(days=ahead)
            if not calendar.is_open(day):
                continue
            for slot in self.on(day, calendar):
                if ahead or slot.row.start > at.time():
                    yield slot

    def next_for(self, patron: Patron, at: datetime, calendar: Calendar) -> Slot | None:
        """The next slot that admits `patron`."""
        return next((slot for slot in self.coming(at, calendar) if slot.row.who.admits(patron)), None)
