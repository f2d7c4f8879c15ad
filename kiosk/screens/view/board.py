"""The notice board: whose slot it is, now and next, new books, and the small line for staff."""

from collections.abc import Iterable
from datetime import time
from zlib import crc32

from kiosk.circulation.desk import Desk
from kiosk.circulation.events import ClockState
from kiosk.circulation.records import PatronKind
from kiosk.circulation.timetable import Slot, Use
from kiosk.screens.pages import Board, Cover, Footer, Hint, Icon, OutOfService, SlotBar, Span, Status
from kiosk.screens.view.seen import Seen, language_button, slot_words
from kiosk.words import Words

COVERS_SHOWN = 4
COVER_COLOURS = 8
COVERS_TURN_S = 20  # how long the same four covers stay
WHO_SHOWN = 4


def board(desk: Desk, seen: Seen, words: Words) -> Board:
    """The page when nobody is here."""
    local, policy = seen.local, seen.policy
    is_open = policy.calendar.is_open(local.date())
    running = [slot for slot in policy.timetable.now(local, policy.calendar) if is_open and _is_for_pupils(slot)]
    coming = next(filter(_is_for_pupils, policy.timetable.coming(local, policy.calendar)), None)
    opened = seen.open_until is not None and local < seen.open_until
    return Board(
        when=f"{words.weekday(local.date())} {words.time(local.time())}",
        headline=_headline(running, opened, is_open, seen, words),
        bar=_bar(running, seen) if running and not opened else None,
        hints=(
            Hint(Icon.CARD, words("board.lend"), words("board.lend.more")),
            Hint(Icon.RETURN, words("board.return"), words("board.return.more")),
        ),
        books_title=words("board.new_books") if seen.new_books else "",
        books=_covers(seen),
        next_line=_next_line(coming, seen, words) if coming is not None else "",
        footer=Footer("", (language_button(words),), _status(desk, words)),
    )


def out_of_service(desk: Desk, seen: Seen, words: Words) -> OutOfService:
    """The kiosk cannot do its work: nothing is lost, and whom to tell."""
    detail = words("broken.part", part=words.part(seen.broken))
    if desk.storage_failed is not None:
        detail = words("broken.storage", why=str(desk.storage_failed))
    return OutOfService(words("broken.head"), words("broken.do"), detail, Footer("", (language_button(words),)))


def _headline(
    running: list[Slot], opened: bool, is_open: bool, seen: Seen, words: Words
) -> tuple[tuple[Span, ...], ...]:
    if opened and seen.open_until is not None:
        return _lines(words("board.opened"), words("board.opened.until", time=words.time(seen.open_until.time())), "")
    if not seen.policy.timetable.rows and is_open:
        return _lines(words("board.always"), words("board.always.more"), "")
    if not is_open:
        return _lines(words("board.closed"), words("board.closed.more"), "")
    if not running:
        return _lines(words("board.between"), words("board.between.more"), "")
    whose = _whose([slot for slot in running if slot.row.use is Use.CLASS] or running, words)
    if not whose:
        return _lines(words("board.now"), words("board.everyone"), "")
    return _lines(words("board.now"), whose, words("board.time"))


def _is_for_pupils(slot: Slot) -> bool:
    """The board speaks to pupils; teachers know that they may always come."""
    who = slot.row.who
    return who.everybody or bool(who.grades or who.classes) or PatronKind.PUPIL in who.kinds


def _lines(first: str, accent: str, rest: str) -> tuple[tuple[Span, ...], ...]:
    return (Span(first),), tuple(span for span in (Span(accent, accent=True), Span(rest)) if span.text)


def _whose(slots: Iterable[Slot], words: Words) -> str:
    """Whom these slots admit, in one line; empty for everybody."""
    whos = [slot.row.who for slot in slots]
    if any(who.everybody for who in whos):
        return ""
    grades = sorted({grade for who in whos for grade in who.grades})
    listed = words("list.and").join(words(f"grade.{grade}") for grade in grades)
    names = [words.count("list.grades", len(grades), grades=listed)] if grades else []
    names += sorted({name for who in whos for name in who.classes})
    names += [words(f"kind.{kind}") for kind in sorted({kind for who in whos for kind in who.kinds})]
    if len(names) > WHO_SHOWN:
        return words("list.more", names=words.all_of(names[:WHO_SHOWN]))
    return words.all_of(names)


def _bar(running: list[Slot], seen: Seen) -> SlotBar:
    row = min((slot.row for slot in running), key=lambda row: (row.use is not Use.CLASS, row.end))
    now, start, end = seen.local.time(), row.start, row.end
    done, whole = (_seconds(t) - _seconds(start) for t in (now, end))
    return SlotBar(f"{start:%H:%M}", f"{end:%H:%M}", round(done / whole, 2))


def _seconds(at: time) -> int:
    return (at.hour * 60 + at.minute) * 60 + at.second


def _next_line(coming: Slot, seen: Seen, words: Words) -> str:
    same_time = [
        slot
        for slot in seen.policy.timetable.on(coming.day, seen.policy.calendar)
        if slot.row.start == coming.row.start and _is_for_pupils(slot)
    ]
    whose = _whose(same_time, words) or words("board.next.everyone")
    return words("board.next", when=slot_words(coming, seen, words), who=whose)


def _covers(seen: Seen) -> tuple[Cover, ...]:
    if not seen.new_books:
        return ()
    groups = -(-len(seen.new_books) // COVERS_SHOWN)
    first = int(seen.mono // COVERS_TURN_S) % groups * COVERS_SHOWN
    shown = seen.new_books[first : first + COVERS_SHOWN]
    return tuple(Cover(book.title, book.author, crc32(book.title.encode()) % COVER_COLOURS) for book in shown)


def _status(desk: Desk, words: Words) -> Status:
    if desk.help.calling:
        return Status(False, words("status.help"))
    if desk.parts.down:
        names = words.all_of([words.part(name) for name in sorted(desk.parts.down)])
        return Status(False, words("status.part_down", part=names))
    if desk.clock is ClockState.GUESS:
        return Status(False, words("status.clock"))
    if desk.drop.bin_full:
        return Status(False, words("status.bin_full"))
    if desk.drop.stuck:
        return Status(False, words("status.jam"))
    return Status(True, words("status.fine"))
