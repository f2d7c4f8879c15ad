"""Books at the desk: lent at once, asked about, renewed, given back.

Each function decides one book in one durable transaction and only then changes what the page will show.
"""

from datetime import datetime, timedelta

from kiosk.circulation import rules
from kiosk.circulation.records import NOTHING, WHOLE, Code, Item, ItemState, Kind, Loan, Parts, Patron
from kiosk.circulation.rules import Facts, Granted, Refusal
from kiosk.circulation.security import armed_before, disarm
from kiosk.circulation.turn import Turn
from kiosk.circulation.visit import Ask, Cue, Deed, Done, Notice, Question, Sitting

UNSEEN = "unseen"


def scanned(
    turn: Turn, sitting: Sitting, barcode: str, reader: str, *, by_tag: bool = False, clock_trusted: bool
) -> None:
    """A book is scanned in a visit: lend it, ask, or say why not. Only its tags can tell that parts are missing."""
    with turn.decision():
        patron, item = patron_of(turn, sitting), item_of(turn, barcode)
        holder = turn.shelf.loan(barcode)
        gone = item.state in (ItemState.LOST, ItemState.WITHDRAWN)
        if holder is not None and holder.number == patron.number and not gone:
            _ask_own(sitting, item, holder, reader, by_tag)
            return
        parts = parts_at(turn, item, reader, by_tag)
        answer = rules.lend(_facts(turn, sitting, patron, item, clock_trusted, parts), turn.policy)
        _record(turn, patron, item, answer, reader, parts)
    _show(turn, sitting, item, answer, reader, parts)
    if isinstance(answer, Refusal):
        if Code.LENT_TO_OTHER in answer.codes:
            _ask(sitting, Question(Ask.OTHERS, barcode, item.title, reader, by_tag=by_tag))
        elif gone:
            _ask(sitting, Question(Ask.FOUND, barcode, item.title, reader, by_tag=by_tag))


def give_back(turn: Turn, sitting: Sitting, question: Question, *, clock_trusted: bool) -> None:
    """The answer "give it back"; another's book is then decided anew, in the same turn."""
    tags = turn.lying.tags(question.barcode)
    with armed_before(turn, question.barcode, tags), turn.decision():
        item = item_of(turn, question.barcode)
        parts = parts_at(turn, item, question.reader, question.by_tag)
        returned(turn, item, question.reader, unseen=question.ask is Ask.OTHERS, parts=parts)
        answer = None
        if question.ask is Ask.OTHERS:
            patron, item = patron_of(turn, sitting), item_of(turn, question.barcode)  # a lost book is found by now
            answer = rules.lend(_facts(turn, sitting, patron, item, clock_trusted, parts), turn.policy)
            _record(turn, patron, item, answer, question.reader, parts)
    _answered(sitting, question)
    if answer is not None:
        _show(turn, sitting, item, answer, question.reader, parts)
        return
    turn.tell("sound", "returned")
    sitting.deeds.append(Deed(Done.RETURNED, item.barcode, item.title, None, parts.missing))
    _decided(sitting)


def renew(turn: Turn, sitting: Sitting, question: Question, *, clock_trusted: bool) -> None:
    """The answer "renew"."""
    with turn.decision():
        patron, item = patron_of(turn, sitting), item_of(turn, question.barcode)
        facts = _facts(turn, sitting, patron, item, clock_trusted)
        if facts.holder is None or facts.holder.number != patron.number:
            answer = None  # given back elsewhere meanwhile: there is nothing to renew
        else:
            answer = rules.renew(facts, turn.policy)
            if isinstance(answer, Granted):
                turn.record(Kind.RENEWED, patron, item=item.barcode, due=answer.due, reader=question.reader)
            else:
                turn.refuse(answer.codes, patron, item=item.barcode, reader=question.reader)
    _answered(sitting, question)
    match answer:
        case None:
            _decided(sitting)
        case Granted(due):
            turn.tell("sound", "lent")
            sitting.deeds.append(Deed(Done.RENEWED, item.barcode, item.title, due))
            _decided(sitting)
        case Refusal():
            _refused(turn, sitting, Notice(answer.codes, question.reader, item.barcode, item.title))


def override(turn: Turn, sitting: Sitting, staff: str) -> None:
    """Staff lend the last refused book all the same; what can never be overridden stays refused."""
    notice = sitting.refused
    if notice is None or notice.barcode is None or rules.NEVER_OVERRIDDEN & set(notice.codes):
        return
    with turn.decision():
        patron, item = patron_of(turn, sitting), item_of(turn, notice.barcode)
        if turn.shelf.loan(item.barcode) is not None:
            return
        due = rules.due_date(_facts(turn, sitting, patron, item, True), turn.policy)
        turn.record(Kind.OVERRIDDEN, patron, item=item.barcode, reason=notice.code, staff=staff, reader=notice.reader)
        turn.record(Kind.LENT, patron, item=item.barcode, due=due, reader=notice.reader)
    sitting.refused = None
    _show(turn, sitting, item, Granted(due), notice.reader)


def returned(turn: Turn, item: Item, reader: str, *, unseen: bool = False, parts: Parts = WHOLE) -> Loan | None:
    """Record that `item` came back, whoever had it; inside a decision. Gives the loan that this ended."""
    loan = turn.shelf.loan(item.barcode)
    patron = turn.shelf.patron(loan.number) if loan is not None and loan.number is not None else None
    data: dict[str, object] = {}
    today = turn.local.date()
    if patron is not None and loan is not None and not unseen:
        days = rules.suspension_days(patron, loan, today, turn.policy)
        if days:
            data["suspended_until"] = (today + timedelta(days=days)).isoformat()
    if item.state in (ItemState.LOST, ItemState.WITHDRAWN):
        data["found"] = str(item.state)  # its charge is open for decision again
    if parts.missing:
        data["parts"] = [parts.seen, parts.of]
    turn.record(Kind.RETURNED, patron, item=item.barcode, reason=UNSEEN if unseen else None, reader=reader, data=data)
    return loan


def parts_at(turn: Turn, item: Item, reader: str, by_tag: bool) -> Parts:
    """What can be seen of the item's parts. Behind a barcode nobody can see them: nothing is missing."""
    return turn.lying.parts(item, reader) if by_tag else WHOLE


def _facts(
    turn: Turn, sitting: Sitting, patron: Patron, item: Item, clock_trusted: bool, parts: Parts = WHOLE
) -> Facts:
    assert sitting.started is not None, "a visit has a start"
    return Facts(
        patron=patron,
        item=item,
        loans=turn.shelf.loans(patron.number),
        holder=turn.shelf.loan(item.barcode),
        now=turn.local,
        started=sitting.started.wall.astimezone(turn.policy.zone),
        clock_trusted=clock_trusted,
        open_until=_open_until(turn),
        parts=parts,
    )


def _open_until(turn: Turn) -> datetime | None:
    until = turn.shelf.open_until()
    return until.astimezone(turn.policy.zone) if until is not None else None


def patron_of(turn: Turn, sitting: Sitting) -> Patron:
    """The patron of the open visit, as the shelf knows them now."""
    assert sitting.number is not None, "a visit has a patron"
    patron = turn.shelf.patron(sitting.number)
    assert patron is not None, "nobody is removed while a visit is open"
    return patron


def item_of(turn: Turn, barcode: str) -> Item:
    """A known item, as the shelf knows it now."""
    item = turn.shelf.item(barcode)
    assert item is not None, "no item is ever removed"
    return item


def _record(turn: Turn, patron: Patron, item: Item, answer: Granted | Refusal, reader: str, parts: Parts) -> None:
    match answer:
        case Granted(due):
            turn.record(Kind.LENT, patron, item=item.barcode, due=due, reader=reader)
        case Refusal(codes):
            data = {"parts": [parts.seen, parts.of]} if parts.missing else NOTHING
            turn.refuse(codes, patron, item=item.barcode, reader=reader, data=data)


def _show(
    turn: Turn, sitting: Sitting, item: Item, answer: Granted | Refusal, reader: str, parts: Parts = WHOLE
) -> None:
    match answer:
        case Granted(due):
            turn.tell("sound", "lent")
            tags = turn.lying.tags(item.barcode)
            disarm(turn, tags)
            sitting.disarmed = sitting.disarmed or bool(tags)
            sitting.deeds.append(Deed(Done.LENT, item.barcode, item.title, due))
            _decided(sitting)
        case Refusal(codes):
            _refused(turn, sitting, Notice(codes, reader, item.barcode, item.title, parts))


def _refused(turn: Turn, sitting: Sitting, notice: Notice) -> None:
    turn.said_no(notice.code)
    sitting.refuse(notice)


def _decided(sitting: Sitting) -> None:
    sitting.notice = None
    sitting.move(Cue.ASKED if sitting.questions else Cue.DECIDED)


def _ask_own(sitting: Sitting, item: Item, holder: Loan, reader: str, by_tag: bool) -> None:
    ask = Ask.OWN_HERE if item.barcode in sitting.lent_here else Ask.OWN_EARLIER
    _ask(sitting, Question(ask, item.barcode, item.title, reader, holder.due, by_tag))


def _ask(sitting: Sitting, question: Question) -> None:
    sitting.questions.append(question)
    sitting.move(Cue.ASKED)


def _answered(sitting: Sitting, question: Question) -> None:
    if question in sitting.questions:
        sitting.questions.remove(question)
