"""What a school's folder says, as frozen values: every cell read, every default filled in, every reference checked.

A folder is read by `read_school` and put into the database by `store_school`; nothing here knows of either.
"""

from dataclasses import dataclass, field
from datetime import date, time

from kiosk.circulation.policy import Rule
from kiosk.circulation.records import ItemState, PatronKind, Role
from kiosk.circulation.terms import CalendarDay, Term
from kiosk.circulation.timetable import Use, Weeks
from kiosk.office.findings import Finding

DEFAULT_ZONE = "Asia/Shanghai"


@dataclass(frozen=True, slots=True)
class Settings:
    """school.toml. Patterns are known to compile; commands are normalised texts that mean "reset"."""

    name: str = ""
    timezone: str = DEFAULT_ZONE
    lost_factor: float = 1.0
    target_pupil_books: int | None = None
    target_teacher_visits: int | None = None
    card_pattern: str | None = None
    item_pattern: str | None = None
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClassLine:
    """A class, its grade and the number of its teacher. `line` is where it stands in the file."""

    line: int
    name: str
    grade: int
    teacher: str | None = None


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A row of the timetable; `who` are its parts as they are written in the file."""

    weekday: int
    start: time
    end: time
    weeks: Weeks
    use: Use
    who: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The school's own rules: small files written by hand, taken whole or not at all."""

    settings: Settings = Settings()
    classes: tuple[ClassLine, ...] = ()
    timetable: tuple[SlotLine, ...] = ()
    terms: tuple[Term, ...] = ()
    calendar: tuple[CalendarDay, ...] = ()
    rules: tuple[Rule, ...] = ()

    def term(self, day: date) -> str:
        """The name of the term that holds `day`, empty where none does."""
        return next((term.name for term in self.terms if term.start <= day <= term.end), "")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person. Card texts are normalised; `pin` is None where the file does not say one."""

    line: int
    number: str
    name: str
    kind: PatronKind
    klass: str | None
    cards: tuple[str, ...] = ()
    lost_cards: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    active: bool = True
    suspended_until: date | None = None
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TitleLine:
    """A work."""

    title_id: str
    title: str
    author: str = ""
    isbn: str = ""
    publisher: str = ""
    year: str = ""
    clc: str = ""
    price_fen: int | None = None
    added: date | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class ItemLine:
    """A copy. Barcode and tag are normalised."""

    line: int
    barcode: str
    title_id: str
    kind: str = "book"
    call_number: str = ""
    price_fen: int | None = None
    state: ItemState = ItemState.AVAILABLE
    tag: str | None = None
    part_tags: tuple[str, ...] = ()
    parts: int = 1
    location: str = ""
    kept_for: str | None = None


@dataclass(frozen=True, slots=True)
class LoanLine:
    """What is out when the school is brought in."""

    barcode: str
    number: str
    lent: date
    due: date
    renewals: int = 0


@dataclass(frozen=True, slots=True)
class SchoolFolder:
    """A whole folder. `loans` is None where there is no loans.csv.

    `refused` are the rows that were left out; `held_numbers` and `held_barcodes` are whom and what those rows speak of:
    what the database knows of them stays as it is.
    """

    plan: Plan
    people: tuple[PersonLine, ...]
    titles: tuple[TitleLine, ...]
    items: tuple[ItemLine, ...]
    loans: tuple[LoanLine, ...] | None
    pins_said: bool
    item_check: str | None = None
    refused: tuple[Finding, ...] = ()
    held_numbers: frozenset[str] = frozenset()
    held_barcodes: frozenset[str] = frozenset()
