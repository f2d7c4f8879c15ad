"""The visit: what was lent just now, what may still be borrowed, what the patron already had."""

from kiosk.circulation import rules
from kiosk.circulation.desk import Desk
from kiosk.circulation.events import TouchAct
from kiosk.circulation.messages import message
from kiosk.circulation.records import Code, Item, Loan, PatronKind
from kiosk.circulation.rules import Granted, Refusal
from kiosk.circulation.slips import SlipWhen
from kiosk.circulation.visit import Deed, Done
from kiosk.screens.pages import Aside, Button, Look, Mark, OwnLoan, Progress, Row, Tone, Visit
from kiosk.screens.view.seen import Seen, due_words, facts, footer, parts_words, visit_countdown, who, worded
from kiosk.words import Words

SOON_DAYS = 2
MARKS = {Done.LENT: Mark.LENT, Done.RETURNED: Mark.RETURNED, Done.RENEWED: Mark.RENEWED}


def visit(desk: Desk, seen: Seen, words: Words) -> Visit:
    """The page of an open visit."""
    person = who(seen)
    assert person is not None, "a visit has a patron"
    here = {deed.barcode for deed in desk.sitting.deeds if deed.done is not Done.RETURNED}
    own = [loan for loan in seen.loans if loan.barcode not in here]
    return Visit(
        who=person,
        progress=_progress(seen, words),
        rows=_rows(desk, words),
        prompt=_prompt(desk, seen, words),
        own_title=words("visit.own") if own else words("visit.own.none"),
        own=tuple(_own(desk, seen, loan, words) for loan in own),
        done=Button(TouchAct.DONE, words("visit.done"), Look.GO),
        countdown=visit_countdown(desk, seen, words),
        footer=footer(desk, seen, words),
        slip=_slip(desk, words),
        asides=_asides(desk, words),
    )


def _slip(desk: Desk, words: Words) -> Button | None:
    """A slip may be asked for once for what was done."""
    if desk.settings.slip is not SlipWhen.ASK or not desk.sitting.unprinted:
        return None
    return Button(TouchAct.RECEIPT, words("slip.button"), Look.TOUCH)


def _asides(desk: Desk, words: Words) -> tuple[Aside, ...]:
    """What went wrong beside the loans, which stand; and that the slip is coming."""
    sitting, found = desk.sitting, []
    if sitting.tag_failed:
        found.append(Aside(words("visit.tag_failed"), Tone.LATE))
    if sitting.printed and not sitting.unprinted:
        failed = sitting.slip_failed
        found.append(Aside(words("slip.failed"), Tone.SOON) if failed else Aside(words("slip.printing")))
    return tuple(found)


def _rows(desk: Desk, words: Words) -> tuple[Row, ...]:
    """The newest first, and of each book only what happened last."""
    last: dict[str, Deed] = {}
    for deed in desk.sitting.deeds:
        last.pop(deed.barcode, None)
        last[deed.barcode] = deed
    newest_first = list(reversed(last.values()))
    return tuple(_row(deed, index == 0, words) for index, deed in enumerate(newest_first))


def _row(deed: Deed, fresh: bool, words: Words) -> Row:
    said = words(f"row.{deed.done}")
    if deed.due is not None:
        day = words.day_and_weekday(deed.due) if fresh else words.day(deed.due)
        due = words(f"row.{deed.done}.due", day=day)
        said = words("row.both", said=said, due=due) if fresh else due
    if deed.missing:
        said = words("row.both", said=said, due=parts_words(deed.missing, words))
    button = None
    if deed.done is Done.LENT:
        button = Button(TouchAct.GIVE_BACK, words("row.undo"), Look.TOUCH, value=deed.barcode)
    return Row(MARKS[deed.done], deed.title, said, fresh, button)


def _prompt(desk: Desk, seen: Seen, words: Words) -> str:
    """What may be scanned next, or why nothing may be borrowed now."""
    assert seen.patron is not None, "a visit has a patron"
    any_book = Item("", "")
    match rules.lend(facts(desk, seen, any_book), seen.policy):
        case Granted():
            left = rules.may_still_have(seen.patron, any_book.kind, seen.loans, seen.policy)
            key = "visit.prompt.more" if desk.sitting.deeds else "visit.prompt.first"
            return words.count(key, left)
        case Refusal(codes) if codes[0] is Code.LIMIT_REACHED:
            return words("visit.prompt.full")
        case Refusal(codes):
            said = message(codes[0], seen.patron, any_book, seen.loans, seen.policy, seen.local)
            key = "visit.prompt.overdue" if codes[0] is Code.OVERDUE_ITEMS else "visit.prompt.not_now"
            return words(key, why=words(f"refusal.{said.key}.head", **worded(said.values, seen, words)))


def _own(desk: Desk, seen: Seen, loan: Loan, words: Words) -> OwnLoan:
    days = (loan.due - seen.local.date()).days
    tone = Tone.LATE if days < 0 else Tone.SOON if days <= SOON_DAYS else Tone.CALM
    item = Item(loan.barcode, loan.title, kind=loan.kind)
    button = None
    if isinstance(rules.renew(facts(desk, seen, item), seen.policy), Granted):
        button = Button(TouchAct.RENEW, words("button.renew"), Look.TOUCH, value=loan.barcode)
    return OwnLoan(loan.title, due_words(loan.due, seen.local.date(), words), tone, button)


def _progress(seen: Seen, words: Words) -> Progress | None:
    target = seen.policy.target_pupil_books
    if target is None or seen.patron is None or seen.patron.kind is not PatronKind.PUPIL:
        return None
    return Progress(words("visit.progress", n=seen.read, target=target), min(seen.read, target), target)
