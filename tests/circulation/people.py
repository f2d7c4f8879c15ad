"""Who and what the tests of the desk speak of: pupils and books with names, and a school with a plan."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from kiosk.circulation.policy import DEFAULT_RULES, Policy, Rule, with_defaults
from kiosk.circulation.records import Item, Loan, Patron, PatronKind
from kiosk.circulation.rules import Facts
from kiosk.circulation.terms import Calendar, CalendarDay, Term
from kiosk.circulation.timetable import Row, Timetable, Who

SHANGHAI = ZoneInfo("Asia/Shanghai")
XIAO_MAO = Patron("5201", "张小毛", PatronKind.PUPIL, "五(2)班", 5)
LAO_SHI = Patron("T1", "白老师", PatronKind.TEACHER)
CHARLOTTE = Item("B1", "夏洛的网")
DICTIONARY = Item("R1", "现代汉语词典", kind="reference")
AUTUMN = Term("autumn", date(2026, 9, 1), date(2027, 1, 22), date(2027, 1, 8), date(2027, 1, 15))
MONDAY_NOON = Row(1, time(12, 0), time(12, 50), Who(grades=frozenset({5})))


def at(text: str) -> datetime:
    """A local instant: `2026-11-23 12:00`."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def calendar(*days: CalendarDay, terms: tuple[Term, ...] = (AUTUMN,)) -> Calendar:
    """A calendar with these special days."""
    return Calendar({day.day: day for day in days}, terms)


def policy(*rules: Rule, rows: tuple[Row, ...] = (), days: Calendar | None = None) -> Policy:
    """A school's rules."""
    table = with_defaults(rules) if rules else DEFAULT_RULES
    return Policy("示例学校", SHANGHAI, Timetable(rows), days or calendar(), table)


def loan(barcode: str, due: str, number: str = "5201", kind: str = "book", renewals: int = 0) -> Loan:
    """An open loan."""
    return Loan(barcode, number, "一本书", kind, date(2026, 11, 1), date.fromisoformat(due), renewals)


def facts(
    patron: Patron = XIAO_MAO,
    item: Item = CHARLOTTE,
    *loans: Loan,
    holder: Loan | None = None,
    now: str = "2026-11-23 12:10",
    started: str | None = None,
    clock_trusted: bool = True,
    open_until: str | None = None,
) -> Facts:
    """What a decision rests on."""
    return Facts(
        patron,
        item,
        loans,
        holder,
        at(now),
        at(started or now),
        clock_trusted,
        at(open_until) if open_until else None,
    )


def day_row(text: str, *, is_open: bool = True, runs_as: int | None = None) -> CalendarDay:
    """A row of the calendar."""
    return CalendarDay(date.fromisoformat(text), is_open, runs_as)
