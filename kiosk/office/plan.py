"""Reads the school's own rules: school.toml, classes, timetable, terms, calendar and rules.

These files are small and written by hand, and a row that is left out changes what the others mean: without its only
slot a timetable admits everybody. So they are taken whole or not at all.
"""

import difflib
import re
import tomllib
from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import pairwise
from zoneinfo import ZoneInfo

from kiosk.circulation.codes import normalise
from kiosk.circulation.policy import ANY, Rule
from kiosk.circulation.records import PatronKind
from kiosk.circulation.terms import CalendarDay, Term
from kiosk.circulation.timetable import Use, Weeks
from kiosk.office.findings import BadRow, Finding, did_you_mean, shown
from kiosk.office.folder import DEFAULT_ZONE, ClassLine, Plan, Settings, SlotLine
from kiosk.office.sheet import Columns, Reading, Row, checked_name, read_text

SETTINGS_FILE, CLASSES_FILE, TIMETABLE_FILE = "school.toml", "classes.csv", "timetable.csv"
TERMS_FILE, CALENDAR_FILE, RULES_FILE = "terms.csv", "calendar.csv", "rules.csv"

CLASSES = Columns(("class", "grade"), ("teacher",))
TIMETABLE = Columns(("weekday", "from", "to", "who"), ("weeks", "use"))
TERMS = Columns(("term", "start", "end"), ("last_loan_day", "recall_day"))
CALENDAR = Columns(("date", "open"), ("runs_as", "why"))
RULES = Columns(
    ("patron_kind", "item_kind"),
    ("loanable", "number", "days", "renewals", "suspension_days", "recall_exempt"),
)

GRADE_MAX = 13
DAYS_MAX = 3660
BOOKS_MAX = 10_000
PATTERN_CHARACTERS_MAX = 200
RESET = "reset"


class Seen:
    """Texts that may stand once, and the line on which each was first seen."""

    def __init__(self) -> None:
        self._lines: dict[object, int] = {}

    def once(self, row: Row, key: object, what: str) -> None:
        """Refuse `row` when an earlier one has the same `key`."""
        first = self._lines.setdefault(key, row.line)
        if first != row.line:
            raise BadRow(f"{what} is used twice, first in line {first} (correct or remove one)")


def read_classes(reading: Reading) -> tuple[ClassLine, ...] | None:
    """classes.csv in its own order; None when there is no such file."""
    rows = reading.rows(CLASSES_FILE, CLASSES)
    if rows is None:
        return None
    seen = Seen()

    def line(row: Row) -> ClassLine:
        name = row.needed_name("class")
        seen.once(row, name, f"class {shown(name)}")
        return ClassLine(row.line, name, row.needed_number("grade", 0, GRADE_MAX), row.name("teacher") or None)

    return tuple(reading.each(rows, line, whole=True))


def no_class(name: str, classes: Collection[str]) -> BadRow:
    """The refusal of a row that speaks of a class that is not there."""
    near = difflib.get_close_matches(name, classes, n=1)
    mend = f"did you mean {shown(near[0])}?" if near else f"correct it or add it to {CLASSES_FILE}"
    return BadRow(f"class {shown(name)} does not exist ({mend})")


def with_known_teachers(reading: Reading, plan: Plan, numbers: Collection[str]) -> Plan:
    """The plan without class teachers who are no person of the folder; each of them is refused."""
    classes = []
    for line in plan.classes:
        if line.teacher is not None and line.teacher not in numbers:
            text = f"class teacher {shown(line.teacher)} is not in people.csv (correct the number or add the person)"
            reading.refused.append(Finding(CLASSES_FILE, line.line, text))
        classes.append(replace(line, teacher=line.teacher if line.teacher in numbers else None))
    return replace(plan, classes=tuple(classes))


def read_plan(reading: Reading, classes: tuple[ClassLine, ...], names: Collection[str]) -> Plan:
    """All the rules. `names` are the classes that a timetable may speak of."""
    return Plan(
        settings=_read_settings(reading),
        classes=classes,
        timetable=_read_timetable(reading, names),
        terms=_read_terms(reading),
        calendar=_read_calendar(reading),
        rules=_read_rules(reading),
    )


def _read_timetable(reading: Reading, classes: Collection[str]) -> tuple[SlotLine, ...]:
    has_terms = (reading.folder / TERMS_FILE).exists()

    def line(row: Row) -> SlotLine:
        start, end = row.clock("from"), row.clock("to")
        if start >= end:
            raise BadRow(f"from {start:%H:%M} is not before to {end:%H:%M} (swap or correct them)")
        weeks = row.word("weeks", Weeks, Weeks.EVERY)
        if weeks is not Weeks.EVERY and not has_terms:
            raise BadRow(f"{weeks} weeks need {TERMS_FILE}: they are counted from a term's first day (add the term)")
        row.needed("who")
        who = tuple(_who(part, classes) for part in row.several("who"))
        if not who:
            raise BadRow("who is empty (write all, grade:5, class:NAME or kind:teacher)")
        return SlotLine(row.needed_number("weekday", 1, 7), start, end, weeks, row.word("use", Use, Use.CLASS), who)

    return tuple(reading.each(reading.rows(TIMETABLE_FILE, TIMETABLE) or (), line, whole=True))


def _who(part: str, classes: Collection[str]) -> str:
    if part.lower() == "all":
        return "all"
    key, colon, value = part.partition(":")
    key, value = key.strip().lower(), checked_name(value.strip(), "who")
    if not colon or key not in ("grade", "class", "kind"):
        raise BadRow(f"who {shown(part)} is not known (write all, grade:5, class:NAME or kind:teacher)")
    if key == "class" and value not in classes:
        raise no_class(value, classes)
    if key == "kind" and value.lower() not in list(PatronKind):
        raise BadRow(f"kind {shown(value)} is not known{did_you_mean(value, list(PatronKind))}")
    if key == "grade":
        if not (value.isascii() and value.isdigit() and len(value) < 3):
            raise BadRow(f"grade {shown(value)} is not a number (write it like grade:5)")
        return f"grade:{int(value)}"
    return f"{key}:{value.lower() if key == 'kind' else value}"


def _read_terms(reading: Reading) -> tuple[Term, ...]:
    rows = reading.rows(TERMS_FILE, TERMS) or []
    seen = Seen()

    def line(row: Row) -> tuple[Row, Term]:
        name, start, end = row.needed_name("term"), row.needed_day("start"), row.needed_day("end")
        seen.once(row, name, f"term {shown(name)}")
        if end < start:
            raise BadRow(f"the term ends on {end} before it starts on {start} (correct one)")
        recall = row.day("recall_day") or end
        last = row.day("last_loan_day") or recall
        for column, day in (("recall_day", recall), ("last_loan_day", last)):
            if not start <= day <= end:
                raise BadRow(f"{column} {day} is not within the term, {start} to {end} (correct it)")
        return row, Term(name, start, end, last, recall)

    taken = sorted(reading.each(rows, line, whole=True), key=lambda pair: pair[1].start)
    for (first, before), (row, after) in pairwise(taken):
        if after.start <= before.end:
            text = f"the term {shown(after.name)} overlaps the one in line {first.line} (correct the dates)"
            reading.broken.append(Finding(row.file, row.line, text))
    return tuple(term for _, term in taken)


def _read_calendar(reading: Reading) -> tuple[CalendarDay, ...]:
    seen = Seen()

    def line(row: Row) -> CalendarDay:
        day = row.needed_day("date")
        seen.once(row, day, f"the day {day}")
        row.needed("open")
        return CalendarDay(day, row.yes("open", True), row.number("runs_as", 1, 7), row.text("why"))

    return tuple(reading.each(reading.rows(CALENDAR_FILE, CALENDAR) or (), line, whole=True))


def _read_rules(reading: Reading) -> tuple[Rule, ...]:
    seen = Seen()

    def line(row: Row) -> Rule:
        patron, item = row.needed_name("patron_kind").lower(), row.needed_name("item_kind").lower()
        if patron != ANY and patron not in list(PatronKind):
            raise BadRow(f"patron_kind {shown(patron)} is not known{did_you_mean(patron, [*PatronKind, ANY])}")
        seen.once(row, (patron, item), f"the rule {patron} and {item}")
        return Rule(
            patron,
            item,
            loanable=row.yes("loanable", True),
            number=row.number("number", 0, BOOKS_MAX),
            days=row.number("days", 0, DAYS_MAX),
            renewals=row.number("renewals", 0, BOOKS_MAX),
            suspension_days=row.number("suspension_days", 0, DAYS_MAX) or 0,
            recall_exempt=row.yes("recall_exempt", False),
        )

    return tuple(reading.each(reading.rows(RULES_FILE, RULES) or (), line, whole=True))


def _read_settings(reading: Reading) -> Settings:
    path = reading.folder / SETTINGS_FILE
    if not path.exists():
        return Settings()
    text = read_text(path)
    if isinstance(text, Finding):
        reading.broken.append(text)
        return Settings()
    try:
        table = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reading.broken.append(Finding(SETTINGS_FILE, line, f"not TOML: {error} (correct the line)"))
        return Settings()
    return _settings(reading, text, table)


def _settings(reading: Reading, text: str, table: dict[str, object]) -> Settings:
    known: dict[str, Callable[[object], object]] = {
        "name": _toml_text,
        "timezone": _zone,
        "lost_factor": _factor,
        "target_pupil_books": _target,
        "target_teacher_visits": _target,
        "card_pattern": _pattern,
        "item_pattern": _pattern,
        "commands": _commands,
    }
    values: dict[str, object] = {}
    for key, value in table.items():
        try:
            if key not in known:
                raise BadRow(f"unknown key {shown(key)}{did_you_mean(key, known)}")
            values[key] = known[key](value)
        except BadRow as bad:
            problem = str(bad) if key not in known else f"{key}: {bad}"
            reading.broken.append(Finding(SETTINGS_FILE, _line_of(key, text), problem))
    return Settings(**values)  # type: ignore[arg-type]


def _line_of(key: str, text: str) -> int:
    """The line on which `key` is set, 1 where it cannot be told."""
    start = re.compile(rf"""\s*\[?\s*["']?{re.escape(key)}["']?\s*[\].=]""")
    return next((n for n, line in enumerate(text.splitlines(), 1) if start.match(line)), 1)


def _toml_text(value: object) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise BadRow("is not a plain text (write it in quotes)")
    return value.strip()


def _zone(value: object) -> str:
    name = _toml_text(value)
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadRow(f"{shown(name)} is not a time zone (write it like {DEFAULT_ZONE})") from None
    return name


def _factor(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 100:
        raise BadRow("is not a number from 0 to 100 (correct it)")
    return float(value)


def _target(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= BOOKS_MAX:
        raise BadRow(f"is not a whole number from 0 to {BOOKS_MAX} (correct it)")
    return value


def _pattern(value: object) -> str | None:
    pattern = _toml_text(value)
    if len(pattern) > PATTERN_CHARACTERS_MAX:
        raise BadRow(f"is longer than {PATTERN_CHARACTERS_MAX} characters (shorten it)")
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        raise BadRow(f"is not a regular expression: {error} (correct it)") from None
    return pattern or None


def _commands(value: object) -> tuple[str, ...]:
    if not isinstance(value, dict):
        raise BadRow('is not a table (write [commands] and below it "TEXT" = "reset")')
    texts = []
    for text, act in value.items():
        plain = normalise(text)
        if plain is None:
            raise BadRow(f"{shown(text)} can never be scanned (use a shorter, plain text)")
        if act != RESET:
            raise BadRow(f'{shown(text)} means {shown(str(act))}, which is not known (write "{RESET}")')
        texts.append(plain)
    return tuple(sorted(set(texts)))
