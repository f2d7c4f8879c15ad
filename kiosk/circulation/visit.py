"""One person at the desk: which state the desk is in, what moves it, and what it remembers meanwhile.

The whole behaviour over time is `TRANSITIONS`; the diagram in docs/visit.md is drawn from it. `Sitting` is everything
that the desk knows of the people in front of it, and `emptied` leaves nothing of them.
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kiosk.circulation.records import WHOLE, Code, Moment, Parts

BOOKS_WAIT_MAX = 10
BOOKS_WAIT_S = 30.0


class State(StrEnum):
    """Where the desk stands; the `state` of `play`."""

    IDLE = "idle"
    STRAY = "stray"  # something was refused, or given back, with nobody signed in; the page says so
    BOOKS_WAIT = "books_wait"  # books were scanned, the card is to come
    VISIT = "visit"
    CHOICE = "choice"  # a visit, and a book that can be renewed or given back
    REFUSED = "refused"  # a visit, and the page says why not


class Cue(StrEnum):
    """What moves the desk from one state to another."""

    CARD = "card"  # a card that may open a visit
    BOOK_WAITS = "book_waits"
    DECIDED = "decided"  # lent, renewed or given back
    RETURNED = "returned"  # the last waiting book was given back
    ASKED = "asked"
    REFUSED = "refused"
    DISMISSED = "dismissed"  # "understood", cancel
    ENDED = "ended"  # done, reset, lifted, stopped
    EXPIRED = "expired"  # nobody did anything for too long


TRANSITIONS: dict[tuple[State, Cue], State] = {
    (State.IDLE, Cue.CARD): State.VISIT,
    (State.IDLE, Cue.BOOK_WAITS): State.BOOKS_WAIT,
    (State.IDLE, Cue.REFUSED): State.STRAY,
    (State.STRAY, Cue.CARD): State.VISIT,
    (State.STRAY, Cue.BOOK_WAITS): State.BOOKS_WAIT,
    (State.STRAY, Cue.REFUSED): State.STRAY,
    (State.STRAY, Cue.DISMISSED): State.IDLE,
    (State.STRAY, Cue.ENDED): State.IDLE,
    (State.STRAY, Cue.EXPIRED): State.IDLE,
    (State.BOOKS_WAIT, Cue.CARD): State.VISIT,
    (State.BOOKS_WAIT, Cue.BOOK_WAITS): State.BOOKS_WAIT,
    (State.BOOKS_WAIT, Cue.DECIDED): State.BOOKS_WAIT,
    (State.BOOKS_WAIT, Cue.RETURNED): State.STRAY,
    (State.BOOKS_WAIT, Cue.REFUSED): State.BOOKS_WAIT,
    (State.BOOKS_WAIT, Cue.DISMISSED): State.IDLE,
    (State.BOOKS_WAIT, Cue.ENDED): State.IDLE,
    (State.BOOKS_WAIT, Cue.EXPIRED): State.IDLE,
    (State.VISIT, Cue.CARD): State.VISIT,
    (State.VISIT, Cue.DECIDED): State.VISIT,
    (State.VISIT, Cue.ASKED): State.CHOICE,
    (State.VISIT, Cue.REFUSED): State.REFUSED,
    (State.VISIT, Cue.ENDED): State.IDLE,
    (State.VISIT, Cue.EXPIRED): State.IDLE,
    (State.CHOICE, Cue.CARD): State.VISIT,
    (State.CHOICE, Cue.DECIDED): State.VISIT,
    (State.CHOICE, Cue.ASKED): State.CHOICE,
    (State.CHOICE, Cue.REFUSED): State.REFUSED,
    (State.CHOICE, Cue.DISMISSED): State.VISIT,
    (State.CHOICE, Cue.ENDED): State.IDLE,
    (State.CHOICE, Cue.EXPIRED): State.IDLE,
    (State.REFUSED, Cue.CARD): State.VISIT,
    (State.REFUSED, Cue.DECIDED): State.VISIT,
    (State.REFUSED, Cue.ASKED): State.CHOICE,
    (State.REFUSED, Cue.REFUSED): State.REFUSED,
    (State.REFUSED, Cue.DISMISSED): State.VISIT,
    (State.REFUSED, Cue.ENDED): State.IDLE,
    (State.REFUSED, Cue.EXPIRED): State.IDLE,
}
IN_VISIT = frozenset({State.VISIT, State.CHOICE, State.REFUSED})


class Ask(StrEnum):
    """Which choice a scanned book offers."""

    OWN_EARLIER = "own_earlier"  # renew or give back
    OWN_HERE = "own_here"  # lent a moment ago: give back only
    OTHERS = "others"  # the ledger says that another has it: it must have come back unseen
    FOUND = "found"  # lost or withdrawn, and here it is: give back


class Done(StrEnum):
    """What happened to a book in this visit."""

    LENT = "lent"
    RETURNED = "returned"
    RENEWED = "renewed"


@dataclass(frozen=True, slots=True)
class Question:
    """A book that waits for an answer."""

    ask: Ask
    barcode: str
    title: str
    reader: str
    due: date | None = None
    by_tag: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A line of the visit's list. `due` is None for a book given back, of which so many parts are `missing`."""

    done: Done
    barcode: str
    title: str
    due: date | None
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Notice:
    """A refusal that the page shows. `barcode` is None for a code that nobody knows; `why` is what a reader said."""

    codes: tuple[Code, ...]
    reader: str
    barcode: str | None = None
    title: str = ""
    parts: Parts = WHOLE
    why: str = ""

    @property
    def code(self) -> Code:
        """The reason that is shown."""
        return self.codes[0]


@dataclass(frozen=True, slots=True)
class WaitingBook:
    """A book scanned before the card."""

    barcode: str
    title: str
    reader: str
    by_tag: bool = False


@dataclass(slots=True)
class Sitting:
    """Everything that the desk remembers of the people in front of it."""

    state: State = State.IDLE
    number: str | None = None  # the patron of the visit
    reader: str = ""
    started: Moment | None = None
    active_mono: float = 0.0  # of the last desk scan or touch
    warned: bool = False
    deeds: list[Deed] = field(default_factory=list)
    questions: deque[Question] = field(default_factory=deque)
    notice: Notice | None = None
    refused: Notice | None = None  # the visit's last refusal, shown or not: what staff may override
    waiting: list[WaitingBook] = field(default_factory=list)
    waiting_full: bool = False
    given_back: str = ""  # the title of a waiting book that was just given back
    given_back_missing: int = 0  # so many of its parts are missing
    disarmed: bool = False  # tags were to be disarmed in this visit
    tag_failed: bool = False  # ... and one of them was not
    printed: int = 0  # so many deeds are on a slip
    slip_failed: bool = False

    def after(self, cue: Cue) -> State:
        """Where `cue` leads; a pair that is not in the table is a fault."""
        return TRANSITIONS[self.state, cue]

    def move(self, cue: Cue) -> None:
        """Follow the table."""
        self.state = self.after(cue)

    def drop_questions(self) -> None:
        """Take what was asked as answered with "no"."""
        self.questions.clear()
        if self.state is State.CHOICE:
            self.move(Cue.DISMISSED)

    def came_back(self, barcode: str) -> None:
        """A book was given back at the drop point meanwhile."""
        self.questions = deque(question for question in self.questions if question.barcode != barcode)
        if self.state is State.CHOICE and not self.questions:
            self.move(Cue.DISMISSED)
        if barcode in self.lent_here:
            title = next(deed.title for deed in self.deeds if deed.barcode == barcode)
            self.deeds.append(Deed(Done.RETURNED, barcode, title, None))

    def effect_failed(self, part: str, act: str) -> None:
        """What was decided stands; but a tag still sounds the alarm, or the slip did not come."""
        match part, act:
            case "tag", "disarm":
                self.tag_failed = self.disarmed
            case "receipt", _:
                self.slip_failed = self.printed > 0

    def refuse(self, notice: Notice) -> None:
        """Show a refusal, and remember it."""
        self.notice = self.refused = notice
        self.move(Cue.REFUSED)

    @property
    def unprinted(self) -> bool:
        """Whether something was done that is on no slip."""
        return len(self.deeds) > self.printed

    @property
    def open(self) -> bool:
        """Whether a visit is open."""
        return self.state in IN_VISIT

    @property
    def lent_here(self) -> frozenset[str]:
        """Barcodes lent in this visit and not given back since."""
        last = {deed.barcode: deed.done for deed in self.deeds}
        return frozenset(barcode for barcode, done in last.items() if done is Done.LENT)

    def emptied(self, cue: Cue) -> "Sitting":
        """What is left when everything ends by `cue`: the next state, and nothing of the people."""
        return Sitting(self.after(cue))
