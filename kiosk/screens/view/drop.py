"""The drop point's pages: flap open, given back, refused, busy."""

from typing import assert_never

from kiosk.circulation.desk import Desk
from kiosk.circulation.droppoint import DropSaid
from kiosk.circulation.messages import unreadable
from kiosk.circulation.records import Code
from kiosk.screens.pages import Countdown, Drop, Footer, Icon, Span
from kiosk.screens.view.message import icon_of
from kiosk.screens.view.seen import Seen, language_button, parts_words
from kiosk.words import Words


def drop(desk: Desk, seen: Seen, words: Words) -> Drop:
    """What the drop point said last."""
    point = desk.drop
    assert point.said is not None, "the drop point said something"
    countdown = None
    match point.said:
        case DropSaid.RETURNED:
            icon, head = Icon.TICK, words("drop.returned.head", title=point.title)
            do = parts_words(point.missing, words) or words("drop.returned.do")
        case DropSaid.OPEN:
            icon, head, do = Icon.DROP, words("drop.open.head"), words("drop.open.do", title=point.title)
        case DropSaid.BUSY:
            icon, head, do = Icon.HAND, words("drop.busy.head"), words("drop.busy.do", title=point.title)
        case DropSaid.REFUSED:
            code = point.code or Code.UNKNOWN_ITEM
            key = unreadable(point.why) if code is Code.UNREADABLE else code
            icon = icon_of(code, point.why)
            head, do = words(f"drop.{key}.head"), words(f"drop.{key}.do", title=point.title)
        case _:
            assert_never(point.said)
    if point.pending is not None:
        left_s = max(0.0, point.pending.until_mono - seen.mono)
        countdown = Countdown(left_s, point.flap_s, words("drop.countdown"))
    status = Footer(words("drop.name"), (language_button(words),))
    return Drop(point.said, icon, head, do, _count(point.count, words), countdown, status)


def _count(count: int, words: Words) -> tuple[Span, ...]:
    if not count:
        return ()
    before, _, after = words.count("drop.count", count).partition(str(count))
    return Span(before), Span(str(count), accent=True), Span(after)
