"""What is to be shown, as values: one dataclass a page, every word already in the reader's language.

`view` makes a page from the desk's state, the glass draws it and sends back the `Button`s' acts. A page holds no
ids of patrons and nothing that may not be seen by the person in front of it.
"""

from dataclasses import dataclass
from enum import StrEnum

from kiosk.circulation.events import TouchAct


class Look(StrEnum):
    """How much a button asks for attention: one `GO` a page at most."""

    GO = "go"  # jade, filled: the one next step
    TOUCH = "touch"  # sea on white: what can be touched
    DARK = "dark"  # ink, filled: "understood"
    QUIET = "quiet"  # ink on white: footer and keypad


class Icon(StrEnum):
    """Shapes that stand beside every colour, drawn as vectors by the glass."""

    CARD = "card"
    RETURN = "return"
    BOOK = "book"
    BOOK_LOCKED = "book_locked"
    CLOCK = "clock"
    CALENDAR = "calendar"
    PERSON = "person"
    HAND = "hand"
    BARCODE = "barcode"
    STACK = "stack"
    WRENCH = "wrench"
    TICK = "tick"
    BIN = "bin"
    DROP = "drop"


class Mark(StrEnum):
    """What happened to a book in this visit."""

    LENT = "lent"
    RETURNED = "returned"
    RENEWED = "renewed"


class Tone(StrEnum):
    """Whether a line is calm, due soon or late."""

    CALM = "calm"
    SOON = "soon"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Button:
    """A touchable thing: what it says and the touch that it sends."""

    act: TouchAct
    label: str
    look: Look = Look.QUIET
    value: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Countdown:
    """Time until the page ends by itself: `left_s` of `of_s` seconds when it was made. `words` has `{s}` in it."""

    left_s: float
    of_s: float
    words: str
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Status:
    """The small line for staff: fine (jade dot) or look here (amber dot)."""

    fine: bool
    words: str


@dataclass(frozen=True, slots=True)
class Footer:
    """The strip at the bottom of every page."""

    left: str = ""
    buttons: tuple[Button, ...] = ()
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """The patron in front of the glass, masked."""

    initial: str
    name: str
    klass: str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a headline; `accent` draws it in jade."""

    text: str
    accent: bool = False


@dataclass(frozen=True, slots=True)
class SlotBar:
    """The running slot: its ends as `HH:MM` and how much of it is over, 0 to 1."""

    start: str
    end: str
    part: float


@dataclass(frozen=True, slots=True)
class Hint:
    """One thing that one can do here."""

    icon: Icon
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Cover:
    """A made-up cover: the colour (0 to 7) comes from the title."""

    title: str
    author: str
    colour: int


@dataclass(frozen=True, slots=True)
class Board:
    """The notice board: whose slot it is, now and next, and the new books."""

    when: str
    headline: tuple[tuple[Span, ...], ...]  # one tuple a line, two lines at most
    bar: SlotBar | None
    hints: tuple[Hint, ...]
    books_title: str
    books: tuple[Cover, ...]
    next_line: str
    footer: Footer
    name: str = "board"


@dataclass(frozen=True, slots=True)
class Row:
    """A book of this visit. `fresh` is the newest, drawn large."""

    mark: Mark
    title: str
    words: str
    fresh: bool
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class OwnLoan:
    """A book that the patron already had."""

    title: str
    words: str
    tone: Tone
    button: Button | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Books read this term against the target."""

    words: str
    done: int
    target: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A line above the books: about the slip, or about a book that staff should look at."""

    words: str
    tone: Tone = Tone.CALM


@dataclass(frozen=True, slots=True)
class Visit:
    """A person at the desk: what was lent just now, what they have, what they may still take."""

    who: Who
    progress: Progress | None
    rows: tuple[Row, ...]
    prompt: str
    own_title: str
    own: tuple[OwnLoan, ...]
    done: Button
    countdown: Countdown
    footer: Footer
    slip: Button | None = None
    asides: tuple[Aside, ...] = ()
    name: str = "visit"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said large, with what to do: refusals, choices, another's book, a stray card, the clock.

    `who` is None without a visit. `name` is one of `refusal own_book other_book returned clock`.
    """

    name: str
    who: Who | None
    icon: Icon
    subject: str
    headline: str
    words: str
    note: str
    buttons: tuple[Button, ...]
    countdown: Countdown | None
    footer: Footer


@dataclass(frozen=True, slots=True)
class Waiting:
    """Books scanned before the card."""

    headline: str
    words: str
    titles: tuple[str, ...]
    buttons: tuple[Button, ...]
    countdown: Countdown
    footer: Footer
    name: str = "books_wait"


@dataclass(frozen=True, slots=True)
class Drop:
    """The drop point: `name` is one of `drop_open drop_returned drop_refused drop_busy`."""

    name: str
    icon: Icon
    headline: str
    words: str
    count: tuple[Span, ...]  # "3 books this time", empty when there is nothing to count
    countdown: Countdown | None
    footer: Footer


@dataclass(frozen=True, slots=True)
class Pin:
    """The keypad behind the staff touch. The glass keeps the digits and sends them once."""

    headline: str
    words: str
    ok: Button
    cancel: Button
    footer: Footer
    name: str = "pin"


@dataclass(frozen=True, slots=True)
class Staff:
    """What signed-in staff may do on this page."""

    headline: str
    words: str
    buttons: tuple[Button, ...]
    done: Button
    footer: Footer
    name: str = "staff"


@dataclass(frozen=True, slots=True)
class OutOfService:
    """The kiosk failed: what happened, that nothing is lost, whom to tell."""

    headline: str
    words: str
    detail: str
    footer: Footer
    name: str = "out_of_service"


Page = Board | Visit | Message | Waiting | Drop | Pin | Staff | OutOfService


@dataclass(frozen=True, slots=True)
class Shown:
    """A page on its way to the glass. A touch carries `serial` back, so that a tap on an older page changes nothing."""

    serial: int
    page: Page
    language: str
    sounds: tuple[str, ...] = ()
