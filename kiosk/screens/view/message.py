"""One thing said large: refusals, choices, another's book, books that wait for a card."""

from typing import assert_never

from kiosk.circulation import rules
from kiosk.circulation.desk import STRAY_S, Desk
from kiosk.circulation.events import TouchAct
from kiosk.circulation.messages import message
from kiosk.circulation.records import Code
from kiosk.circulation.rules import NEVER_OVERRIDDEN, Granted
from kiosk.circulation.visit import BOOKS_WAIT_S, Ask, Question
from kiosk.screens.pages import Button, Countdown, Footer, Icon, Look, Message, Waiting
from kiosk.screens.view.seen import (
    Seen,
    facts,
    footer,
    language_button,
    parts_words,
    understood,
    visit_countdown,
    who,
    worded,
)
from kiosk.words import Words


def icon_of(code: Code, why: str = "") -> Icon:
    """The shape beside a refusal; `why` is what a reader said that could not vouch for what it read."""
    match code:
        case Code.UNREADABLE if why == "two_cards":
            return Icon.CARD
        case Code.UNREADABLE if why == "alt_mode":
            return Icon.WRENCH
        case Code.CLOCK_UNTRUSTED | Code.NOT_YOUR_SLOT:
            return Icon.CLOCK
        case Code.AFTER_RECALL | Code.CLOSED_DAY | Code.SUSPENDED | Code.OVERDUE_ITEMS | Code.NO_MORE_RENEWALS:
            return Icon.CALENDAR
        case Code.UNKNOWN_ITEM | Code.ISBN_NOT_ITEM | Code.UNREADABLE:
            return Icon.BARCODE
        case Code.NOT_FOR_LOAN | Code.ITEM_WITHDRAWN | Code.ITEM_LOST | Code.RESERVED:
            return Icon.BOOK_LOCKED
        case Code.ITEM_DAMAGED | Code.FLAP_STUCK | Code.STORAGE_FAILED:
            return Icon.WRENCH
        case Code.PARTS_MISSING | Code.LIMIT_REACHED:
            return Icon.STACK
        case Code.LENT_TO_OTHER:
            return Icon.PERSON
        case Code.UNKNOWN_CARD | Code.CARD_LOST | Code.PATRON_INACTIVE:
            return Icon.CARD
        case Code.BIN_FULL:
            return Icon.BIN
        case Code.NOT_DROPPED:
            return Icon.DROP
        case _:
            assert_never(code)


def refusal(desk: Desk, seen: Seen, words: Words) -> Message:
    """Why not, and what to do."""
    notice = desk.sitting.notice
    assert notice is not None, "a refusal has a notice"
    said = message(notice.code, seen.patron, seen.item, seen.loans, seen.policy, seen.local, notice.parts, notice.why)
    values = worded(said.values, seen, words)
    buttons = [understood(words)]
    if desk.staff.may_act and desk.sitting.open and notice.barcode and not NEVER_OVERRIDDEN & set(notice.codes):
        buttons.insert(0, Button(TouchAct.OVERRIDE, words("button.override"), Look.TOUCH))
    return Message(
        name="clock" if notice.code is Code.CLOCK_UNTRUSTED else "refusal",
        who=who(seen),
        icon=icon_of(notice.code, notice.why),
        subject=notice.title,
        headline=words(f"refusal.{said.key}.head", **values),
        words=words(f"refusal.{said.key}.do", **values),
        note=_note(desk, words),
        buttons=tuple(buttons),
        countdown=_countdown(desk, seen, words),
        footer=footer(desk, seen, words),
    )


def choice(desk: Desk, seen: Seen, words: Words) -> Message:
    """A book that can be renewed or given back: own, another's, or found again."""
    question = desk.sitting.questions[0]
    match question.ask:
        case Ask.OWN_EARLIER:
            return _own(desk, seen, question, words)
        case Ask.OWN_HERE:
            give_back = Button(TouchAct.GIVE_BACK, words("own_here.give_back"), Look.TOUCH)
            keep = Button(TouchAct.CANCEL, words("own_here.keep"), Look.DARK)
            return _asked(desk, seen, words, "own_book", question, Icon.TICK, "own_here", (give_back, keep))
        case Ask.OTHERS:
            give_back = Button(TouchAct.GIVE_BACK, words("other_book.give_back"), Look.GO)
            leave = Button(TouchAct.CANCEL, words("other_book.leave"), Look.QUIET)
            return _asked(desk, seen, words, "other_book", question, Icon.PERSON, "other_book", (give_back, leave))
        case Ask.FOUND:
            give_back = Button(TouchAct.GIVE_BACK, words("found.give_back"), Look.GO)
            leave = Button(TouchAct.CANCEL, words("button.understood"), Look.QUIET)
            return _asked(desk, seen, words, "refusal", question, Icon.BOOK_LOCKED, "found", (give_back, leave))
        case _:
            assert_never(question.ask)


def returned(desk: Desk, words: Words) -> Message:
    """The last of the books that waited was given back."""
    return Message(
        name="returned",
        who=None,
        icon=Icon.RETURN,
        subject="",
        headline=words("returned.head", title=desk.sitting.given_back),
        words=parts_words(desk.sitting.given_back_missing, words) or words("returned.do"),
        note="",
        buttons=(Button(TouchAct.CANCEL, words("button.understood"), Look.DARK),),
        countdown=None,
        footer=Footer("", (language_button(words),)),
    )


def waiting(desk: Desk, seen: Seen, words: Words) -> Waiting:
    """Books before the card: a card borrows them, a touch gives the last one back."""
    sitting = desk.sitting
    said = words("waiting.do")
    if sitting.waiting_full:
        said = words("waiting.full")
    elif sitting.given_back:
        said = words("waiting.given_back", title=sitting.given_back)
    return Waiting(
        headline=words("waiting.head"),
        words=said,
        titles=tuple(book.title for book in reversed(sitting.waiting)),
        buttons=(
            Button(TouchAct.GIVE_BACK, words("waiting.give_back"), Look.TOUCH),
            Button(TouchAct.CANCEL, words("waiting.cancel"), Look.QUIET),
        ),
        countdown=Countdown(_left(desk, seen, BOOKS_WAIT_S), BOOKS_WAIT_S, words("waiting.countdown")),
        footer=Footer("", (language_button(words),)),
    )


def _own(desk: Desk, seen: Seen, question: Question, words: Words) -> Message:
    give_back = Button(TouchAct.GIVE_BACK, words("button.give_back"), Look.TOUCH)
    leave = Button(TouchAct.CANCEL, words("button.neither"), Look.QUIET)
    assert seen.item is not None, "the book that is asked about is known"
    known = facts(desk, seen, seen.item)
    due = words.day(question.due) if question.due is not None else ""
    if known.holder is None:  # another kiosk or office gave it back meanwhile
        return _asked(desk, seen, words, "own_book", question, Icon.BOOK, "own_book.gone", (understood(words),))
    answer = rules.renew(known, seen.policy)
    if isinstance(answer, Granted):
        renew = Button(TouchAct.RENEW, words("own_book.renew", day=words.day(answer.due)), Look.GO)
        return _asked(
            desk, seen, words, "own_book", question, Icon.BOOK, "own_book", (renew, give_back, leave), day=due
        )
    said = message(answer.code, seen.patron, seen.item, seen.loans, seen.policy, seen.local)
    why = words(f"refusal.{said.key}.head", **worded(said.values, seen, words))
    buttons = (give_back, leave)
    return _asked(desk, seen, words, "own_book", question, Icon.BOOK, "own_book.fixed", buttons, day=due, why=why)


def _asked(
    desk: Desk,
    seen: Seen,
    words: Words,
    name: str,
    question: Question,
    icon: Icon,
    key: str,
    buttons: tuple[Button, ...],
    **values: str,
) -> Message:
    return Message(
        name=name,
        who=who(seen),
        icon=icon,
        subject=question.title,
        headline=words(f"{key}.head", **values),
        words=words(f"{key}.do", **values),
        note=_note(desk, words),
        buttons=buttons,
        countdown=visit_countdown(desk, seen, words),
        footer=footer(desk, seen, words),
    )


def _note(desk: Desk, words: Words) -> str:
    if desk.sitting.tag_failed:
        return words("visit.tag_failed")
    lent = len(desk.sitting.lent_here)
    return words.count("refusal.safe", lent) if lent else ""


def _countdown(desk: Desk, seen: Seen, words: Words) -> Countdown | None:
    if desk.sitting.open:
        return visit_countdown(desk, seen, words)
    whole_s = BOOKS_WAIT_S if desk.sitting.waiting else STRAY_S
    return Countdown(_left(desk, seen, whole_s), whole_s, words("waiting.countdown"))


def _left(desk: Desk, seen: Seen, whole_s: float) -> float:
    return max(0.0, desk.sitting.active_mono + whole_s - seen.mono)
