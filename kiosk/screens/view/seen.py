"""What a page needs beside the desk's state, read from the shelf after the turn; and the bits that pages share."""

from dataclasses import dataclass
from datetime import date, datetime

from kiosk.circulation.desk import Desk
from kiosk.circulation.events import TouchAct
from kiosk.circulation.messages import Value
from kiosk.circulation.names import initial, masked
from kiosk.circulation.policy import Policy
from kiosk.circulation.records import Item, Loan, Patron, Role
from kiosk.circulation.rules import Facts
from kiosk.circulation.timetable import Slot
from kiosk.screens.pages import Button, Countdown, Footer, Look, Status, Who
from kiosk.words import Words


@dataclass(frozen=True, slots=True)
class NewBook:
    """A title for the notice board."""

    title: str
    author: str


@dataclass(frozen=True, slots=True)
class Seen:
    """Facts for one page. `patron`, `loans` and `read` are of the open visit, `item` is what the page speaks of."""

    policy: Policy
    local: datetime
    mono: float
    patron: Patron | None = None
    loans: tuple[Loan, ...] = ()
    read: int = 0
    item: Item | None = None
    open_until: datetime | None = None
    new_books: tuple[NewBook, ...] = ()
    broken: str = ""  # the part without which there is no public service


def who(seen: Seen) -> Who | None:
    """The patron of the visit, as a queue may see them."""
    if seen.patron is None:
        return None
    return Who(initial(seen.patron.name), masked(seen.patron.name), seen.patron.klass or "")


def facts(desk: Desk, seen: Seen, item: Item) -> Facts:
    """The facts of lending `item` now to the visit's patron."""
    assert seen.patron is not None, "only in a visit"
    assert desk.sitting.started is not None, "a visit has a start"
    return Facts(
        patron=seen.patron,
        item=item,
        loans=seen.loans,
        holder=next((loan for loan in seen.loans if loan.barcode == item.barcode), None),
        now=seen.local,
        started=desk.sitting.started.wall.astimezone(seen.policy.zone),
        clock_trusted=desk.clock_trusted,
        open_until=seen.open_until,
    )


def visit_countdown(desk: Desk, seen: Seen, words: Words) -> Countdown:
    """How long the visit lasts when nobody does anything."""
    idle_s = desk.settings.idle_s
    left_s = max(0.0, desk.sitting.active_mono + idle_s - seen.mono)
    return Countdown(left_s, idle_s, words("visit.countdown"), urgent=desk.sitting.warned)


def footer(desk: Desk, seen: Seen, words: Words) -> Footer:
    """The strip below a visit."""
    dropped = words("drop.beside", title=desk.drop.title) if desk.drop.said == "drop_returned" else ""
    buttons: tuple[Button, ...] = (language_button(words),)
    if seen.patron is not None and seen.patron.roles & {Role.LIBRARIAN, Role.PUPIL_LIBRARIAN}:
        buttons = (Button(TouchAct.STAFF, words("staff.button")), *buttons)
    if desk.staff.number is not None:
        buttons = (Button(TouchAct.STAFF_DONE, words("staff.sign_out")), *buttons)
    left = words("visit.next_one") if seen.patron is not None else ""
    return Footer(dropped or left, buttons, Status(False, words("status.help")) if desk.help.calling else None)


def parts_words(missing: int, words: Words) -> str:
    """How many parts of a set are still missing; empty when none is."""
    return words.count("parts.still", missing) if missing else ""


def language_button(words: Words) -> Button:
    """One touch to the other language."""
    return Button(TouchAct.LANGUAGE, words("language.switch"))


def understood(words: Words) -> Button:
    """The button below something that was said."""
    return Button(TouchAct.CANCEL, words("button.understood"), Look.DARK)


def worded(values: dict[str, Value], seen: Seen, words: Words) -> dict[str, str]:
    """Facts of a message in the reader's language."""
    return {key: _worded(value, seen, words) for key, value in values.items()}


def _worded(value: Value, seen: Seen, words: Words) -> str:
    match value:
        case Slot():
            return slot_words(value, seen, words)
        case date():
            return words.day(value)
        case _:
            return str(value)


def slot_words(slot: Slot, seen: Seen, words: Words) -> str:
    """When a coming slot is: `今天 15:40`, `星期四 12:00`, `12月7日 12:00`."""
    days = (slot.day - seen.local.date()).days
    if days == 0:
        day = words("date.today")
    elif days == 1:
        day = words("date.tomorrow")
    elif days < 7:
        day = words.weekday(slot.day)
    else:
        day = words.day_and_weekday(slot.day)
    return words("slot.when", day=day, start=words.time(slot.row.start), end=words.time(slot.row.end))


def due_words(due: date, today: date, words: Words) -> str:
    """When a book has to be back, the nearer the plainer."""
    days = (due - today).days
    if days < 0:
        return words.count("due.late", -days)
    if days < 3:
        return words(("due.today", "due.tomorrow", "due.in_two_days")[days])
    return words("due.by", day=words.day(due))
