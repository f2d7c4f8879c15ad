"""The school's rules as one `Policy`, built from the tables and kept only as long as nothing in them changed.

`school_version` rises by trigger with every change of a rule and is read each time, in the caller's transaction; so
an import in another process counts from the very next decision.
"""

import json
import re
from datetime import date, time
from zoneinfo import ZoneInfo

from kiosk.circulation.policy import Policy, Rule, with_defaults
from kiosk.circulation.terms import Calendar, CalendarDay, Term
from kiosk.circulation.timetable import Row, Timetable, Use, Weeks, Who
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told

DEFAULT_ZONE = "Asia/Shanghai"


class School:
    """Reads the policy; one object a thread."""

    def __init__(self, db: KioskDatabase) -> None:
        self._db = db
        self._version = ""
        self._policy: Policy | None = None

    def policy(self) -> Policy:
        """The rules as of now."""
        with told():
            version = self._db.execute_sql("SELECT value FROM meta WHERE key = 'school_version'").fetchall()[0][0]
            if self._policy is None or version != self._version:
                self._policy, self._version = read_policy(self._db), version
        return self._policy


def read_policy(db: KioskDatabase) -> Policy:
    """Build the policy from the tables."""
    settings = dict(db.execute_sql("SELECT key, value FROM school_setting").fetchall())
    classes = db.execute_sql("SELECT name, grade FROM school_class ORDER BY place, name").fetchall()
    return Policy(
        name=settings.get("name", ""),
        zone=ZoneInfo(settings.get("timezone") or DEFAULT_ZONE),
        timetable=Timetable(_rows(db)),
        calendar=Calendar(_days(db), _terms(db)),
        rules=with_defaults(_rules(db)),
        card_pattern=_pattern(settings, "card_pattern"),
        item_pattern=_pattern(settings, "item_pattern"),
        item_check=settings.get("item_check") or None,
        commands=frozenset(json.loads(settings.get("commands") or "[]")),
        target_pupil_books=_number(settings, "target_pupil_books"),
        target_teacher_visits=_number(settings, "target_teacher_visits"),
        classes=tuple((name, grade) for name, grade in classes),
    )


def who_of(text: str) -> Who:
    """The column `who` of the timetable: `all`, `grade:5`, `class:五(2)班`, `kind:teacher`, joined by `;`.

    >>> who_of("grade:5; kind:teacher").kinds
    frozenset({'teacher'})
    >>> who_of("all").everybody
    True
    """
    found: dict[str, set[str]] = {"all": set(), "grade": set(), "class": set(), "kind": set()}
    for part in filter(None, (part.strip() for part in text.split(";"))):
        word, _, value = part.partition(":")
        found[word.strip()].add(value.strip())
    return Who(
        everybody=bool(found["all"]),
        grades=frozenset(map(int, found["grade"])),
        classes=frozenset(found["class"]),
        kinds=frozenset(found["kind"]),
    )


def _rows(db: KioskDatabase) -> tuple[Row, ...]:
    rows = db.execute_sql('SELECT weekday, start, "end", who, weeks, use FROM slot_row ORDER BY id').fetchall()
    return tuple(
        Row(weekday, time.fromisoformat(start), time.fromisoformat(end), who_of(who), Weeks(weeks), Use(use))
        for weekday, start, end, who, weeks, use in rows
    )


def _days(db: KioskDatabase) -> dict[date, CalendarDay]:
    rows = db.execute_sql("SELECT date, open, runs_as, why FROM calendar_row ORDER BY date").fetchall()
    days = (CalendarDay(date.fromisoformat(day), bool(is_open), runs_as, why) for day, is_open, runs_as, why in rows)
    return {day.day: day for day in days}


def _terms(db: KioskDatabase) -> tuple[Term, ...]:
    rows = db.execute_sql(
        'SELECT term, start, "end", last_loan_day, recall_day FROM term_row ORDER BY start'
    ).fetchall()
    return tuple(Term(name, *map(date.fromisoformat, days)) for name, *days in rows)


def _rules(db: KioskDatabase) -> tuple[Rule, ...]:
    rows = db.execute_sql(
        "SELECT patron_kind, item_kind, loanable, number, days, renewals, suspension_days, recall_exempt "
        "FROM rule_row ORDER BY id"
    ).fetchall()
    return tuple(
        Rule(patron, item, bool(loanable), number, days, renewals, suspension, bool(exempt))
        for patron, item, loanable, number, days, renewals, suspension, exempt in rows
    )


def _pattern(settings: dict[str, str], key: str) -> re.Pattern[str] | None:
    text = settings.get(key)
    return re.compile(text) if text else None


def _number(settings: dict[str, str], key: str) -> int | None:
    text = settings.get(key)
    return int(text) if text else None
