"""Visits open, wait and end: what a card, a book before the card, and "done" do to the sitting.

Functions that end something give the sitting that is left; what they record, they record first.
"""

from kiosk.circulation import codes, lending
from kiosk.circulation.records import Code, Item, Kind, Moment, Patron
from kiosk.circulation.security import armed_before
from kiosk.circulation.turn import Turn
from kiosk.circulation.visit import BOOKS_WAIT_MAX, Ask, Cue, Notice, Question, Sitting, State, WaitingBook


def card(turn: Turn, sitting: Sitting, patron: Patron, reader: str) -> Sitting:
    """A card that may open a visit: the one before ends, and theirs begins."""
    with turn.decision():
        if sitting.open:
            turn.record(Kind.VISIT_ENDED, lending.patron_of(turn, sitting), reason="next_card", reader=reader)
        turn.record(Kind.VISIT_STARTED, patron, reader=reader)
    turn.tell("sound", "card")
    started = Moment(turn.local, turn.mono)
    return Sitting(sitting.after(Cue.CARD), patron.number, reader, started, active_mono=turn.mono)


def refuse_card(turn: Turn, sitting: Sitting, patron: Patron, reasons: tuple[Code, ...], reader: str) -> None:
    """A card that opens nothing; a visit that is open stays."""
    with turn.decision():
        turn.refuse(reasons, patron, reader=reader)
    show_refusal(turn, sitting, Notice(reasons, reader))


def refuse_unknown(turn: Turn, sitting: Sitting, reader: str, code: Code, text: str, *, clock_trusted: bool) -> None:
    """A code that nobody knows; in a visit it is a book that could not be lent. The entry names nobody."""
    is_book = sitting.open and code is not Code.UNKNOWN_CARD
    reasons = (Code.CLOCK_UNTRUSTED, code) if is_book and not clock_trusted else (code,)
    with turn.decision():
        turn.refuse(reasons, reader=reader, unknown=text)
    show_refusal(turn, sitting, Notice(reasons, reader))


def misread(turn: Turn, sitting: Sitting, reader: str, why: str) -> None:
    """A reader cannot vouch for what it read: the same as a code that cannot be read."""
    with turn.decision():
        turn.record(Kind.REFUSED, reason=Code.UNREADABLE, reader=reader, data={"reasons": ["unreadable"], "why": why})
    show_refusal(turn, sitting, Notice((Code.UNREADABLE,), reader, why=why))


def show_refusal(turn: Turn, sitting: Sitting, notice: Notice) -> None:
    """Show a refusal that is on the disk."""
    turn.said_no(notice.code)
    sitting.refuse(notice)


def book_waits(sitting: Sitting, item: Item, reader: str, *, by_tag: bool) -> None:
    """A book before the card: it waits for one."""
    sitting.notice, sitting.given_back = None, ""
    known = any(book.barcode == item.barcode for book in sitting.waiting)
    sitting.waiting_full = not known and len(sitting.waiting) >= BOOKS_WAIT_MAX
    if not known and not sitting.waiting_full:
        sitting.waiting.append(WaitingBook(item.barcode, item.title, reader, by_tag))
    sitting.move(Cue.BOOK_WAITS)


def give_back_waiting(turn: Turn, sitting: Sitting) -> Sitting:
    """Of the books that wait for a card, the last is given back."""
    book = sitting.waiting[-1]
    with armed_before(turn, book.barcode, turn.lying.tags(book.barcode)), turn.decision():
        item = lending.item_of(turn, book.barcode)
        parts = lending.parts_at(turn, item, book.reader, book.by_tag)
        lending.returned(turn, item, book.reader, parts=parts)
    turn.tell("sound", "returned")
    sitting.waiting.pop()
    if sitting.waiting:
        sitting.move(Cue.DECIDED)
    else:
        sitting = Sitting(sitting.after(Cue.RETURNED), active_mono=sitting.active_mono)
    sitting.given_back, sitting.given_back_missing = book.title, parts.missing
    return sitting


def give_back(turn: Turn, sitting: Sitting, barcode: str | None, *, clock_trusted: bool) -> Sitting:
    """The touch "give back": of the books that wait the last, in a visit the one that is meant."""
    if sitting.state is State.BOOKS_WAIT:
        return give_back_waiting(turn, sitting)
    question = question_of(turn, sitting, barcode)
    if question is not None:
        lending.give_back(turn, sitting, question, clock_trusted=clock_trusted)
    return sitting


def renew(turn: Turn, sitting: Sitting, barcode: str | None, *, clock_trusted: bool) -> None:
    """The touch "renew": the patron's book that is meant, if it was not lent in this visit."""
    question = question_of(turn, sitting, barcode)
    if question is not None and question.ask is Ask.OWN_EARLIER:
        lending.renew(turn, sitting, question, clock_trusted=clock_trusted)


def question_of(turn: Turn, sitting: Sitting, barcode: str | None) -> Question | None:
    """The book that a touch speaks of: the named one, if the patron has it, or the one that is asked about."""
    if barcode is None:
        return sitting.questions[0] if sitting.questions else None
    item = turn.shelf.item(codes.normalise(barcode) or "")
    loan = turn.shelf.loan(item.barcode) if item is not None else None
    if loan is None or item is None or loan.number != sitting.number:
        return None
    ask = Ask.OWN_HERE if item.barcode in sitting.lent_here else Ask.OWN_EARLIER
    return Question(ask, item.barcode, item.title, sitting.reader, loan.due)


def dismiss(sitting: Sitting) -> Sitting:
    """ "Understood", or "no": what the page asks or says is put away; books that wait are put away last."""
    if sitting.state is State.REFUSED and sitting.questions:
        sitting.move(Cue.ASKED)
    elif sitting.state in (State.REFUSED, State.CHOICE):
        sitting.questions.clear()
        sitting.move(Cue.DISMISSED)
    elif sitting.state is State.BOOKS_WAIT and sitting.notice is not None:
        sitting.notice = None
    elif sitting.state in (State.STRAY, State.BOOKS_WAIT):
        return sitting.emptied(Cue.DISMISSED)
    return sitting
