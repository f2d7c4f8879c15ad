"""The desk: every event comes here, one at a time, and leaves as entries, effects and a state to show.

Deadlines that have passed fire first, in their order and with their own time. Nothing is shown as done and no part is
asked for anything before the entries are on the disk.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import assert_never

from kiosk.circulation import codes, lending, security, visits
from kiosk.circulation.codes import Signal, Unknown
from kiosk.circulation.desksettings import DeskSettings
from kiosk.circulation.droppoint import DropPoint
from kiosk.circulation.events import (
    DROP,
    ClockChanged,
    ClockState,
    EffectFailed,
    Event,
    Lifted,
    Misread,
    PartDown,
    PartUp,
    Scan,
    Sensor,
    SensorName,
    Tags,
    Tick,
    Touch,
    TouchAct,
)
from kiosk.circulation.helpcall import HelpCall
from kiosk.circulation.lying import Lying
from kiosk.circulation.partsdesk import PartsDesk
from kiosk.circulation.ports import KnownCard, Ledger, NoSecurity, Shelf, StorageFailed, TagSecurity
from kiosk.circulation.reads import Read, Reads
from kiosk.circulation.records import Code, Item, Kind, Moment, Patron, Recorded
from kiosk.circulation.slips import SlipWhen, print_slip
from kiosk.circulation.staffdesk import STAFF_S, StaffDesk
from kiosk.circulation.turn import Effect, Turn
from kiosk.circulation.visit import BOOKS_WAIT_S, Cue, Sitting, State

STRAY_S = 10.0  # how long a refusal stays on the glass when nobody is signed in


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one event led to."""

    entries: tuple[Recorded, ...] = ()
    effects: tuple[Effect, ...] = ()
    refusal: Code | None = None


@dataclass(slots=True)
class Desk:
    """Handles events. Not thread-safe: one thread owns it."""

    shelf: Shelf
    ledger: Ledger
    settings: DeskSettings
    on_clock: Callable[[ClockState], None]  # told of every change, so that entries carry the clock's state
    security: TagSecurity = field(default_factory=NoSecurity)
    clock: ClockState = ClockState.SYNCED
    sitting: Sitting = field(default_factory=Sitting)
    staff: StaffDesk = field(default_factory=StaffDesk)
    drop: DropPoint = field(init=False)
    language: str = field(init=False)
    storage_failed: StorageFailed | None = None
    parts: PartsDesk = field(default_factory=PartsDesk)
    help: HelpCall = field(default_factory=HelpCall)
    _language_mono: float = 0.0
    _reads: Reads = field(default_factory=Reads)
    _lying: Lying = field(default_factory=Lying)

    def __post_init__(self) -> None:
        self.drop = DropPoint(self.settings.beam, self.settings.flap_s)
        self.language = self.settings.language

    def handle(self, event: Event, now: Moment) -> Outcome:
        """Let time pass up to `now`, then handle `event`."""
        turn = self._turn(now)
        self.storage_failed = None
        try:
            self._pass_time(turn)
            self.drop.heard(turn, event)
            self._dispatch(event, turn)
            self.drop.record_fallen(turn)
            security.repair(turn, self.drop.pending.barcode if self.drop.pending else None)
        except StorageFailed as failed:
            self.storage_failed = failed
            turn.said_no(Code.STORAGE_FAILED)
            turn.tell("lamp", "fault")
        return Outcome(tuple(turn.entries), tuple(turn.effects), turn.refusal)

    def stop(self, now: Moment) -> Outcome:
        """The kiosk stops in good order: an open visit ends."""
        turn = self._turn(now)
        if self.sitting.open:
            self._end_visit(turn, "stopped", Cue.ENDED)
        return Outcome(tuple(turn.entries), tuple(turn.effects))

    def _turn(self, now: Moment) -> Turn:
        return Turn(self.shelf, self.ledger, now, self.shelf.policy(), self._lying, self.security)

    def next_deadline(self) -> float | None:
        """The monotonic second at which something is due by itself."""
        return min((mono for mono, _ in self._deadlines()), default=None)

    def _deadlines(self) -> Iterator[tuple[float, Callable[[Turn], None]]]:
        sitting = self.sitting
        if sitting.open:
            if not sitting.warned:
                yield sitting.active_mono + self.settings.warn_s, self._warn
            yield sitting.active_mono + self.settings.idle_s, self._idle
        elif sitting.state is State.BOOKS_WAIT:
            yield sitting.active_mono + BOOKS_WAIT_S, self._expire
        elif sitting.state is State.STRAY:
            yield sitting.active_mono + STRAY_S, self._expire
        if self.drop.pending is not None:
            yield self.drop.pending.until_mono, self.drop.late
        elif self.drop.said is not None:
            yield self.drop.page_until_mono, self.drop.page_over
        if self.help.until_mono is not None:
            yield self.help.until_mono, self.help.over
        if self.staff.number is not None:
            yield self.staff.active_mono + STAFF_S, self.staff.out
        steady = self.parts.next_steady()
        if steady is not None:
            yield steady, self.parts.steady
        if not sitting.open and (self.staff.asked is not None or self.language != self.settings.language):
            yield self._language_mono + self.settings.idle_s, self._forget_touches

    def _pass_time(self, turn: Turn) -> None:
        while True:
            mono, fire = min(self._deadlines(), key=lambda due: due[0], default=(None, None))
            late_ms = -1 if mono is None else round((turn.now.mono - mono) * 1000)
            turn.late_ms = max(0, late_ms)
            if fire is None or late_ms < 0:
                return
            fire(turn)

    def _warn(self, turn: Turn) -> None:
        self.sitting.warned = True
        turn.tell("lamp", "warn")

    def _idle(self, turn: Turn) -> None:
        self._end_visit(turn, "idle", Cue.EXPIRED)

    def _expire(self, turn: Turn) -> None:
        self.sitting = self.sitting.emptied(Cue.EXPIRED)
        self._lying.desk_is_left()

    def _forget_touches(self, turn: Turn) -> None:
        self.language = self.settings.language
        self.staff.asked = None

    def _active(self, turn: Turn) -> None:
        self.sitting.active_mono = turn.mono
        self.sitting.warned = False
        self._language_mono = turn.mono

    def _dispatch(self, event: Event, turn: Turn) -> None:
        match event:
            case Scan():
                self._scanned(turn, event.reader, self._reads.text(turn, event))
            case Tags():
                self._scanned(turn, event.reader, self._reads.tags(turn, event))
            case Lifted(reader, tag):
                self._lifted(turn, reader, tag)
            case Misread(reader, why):
                self._misread(turn, reader, why)
            case Touch():
                self._touched(turn, event)
            case Sensor(SensorName.HELP, value):
                if value:
                    self.help.pressed(turn)
            case Sensor(name, value):
                self.drop.sensed(turn, name, value)
                self._notice_drops(turn)
            case ClockChanged():
                self._clock_changed(turn, event)
            case PartDown(part, why):
                self.parts.fell(turn, part, why)
            case PartUp(part, failures):
                self.parts.rose(turn, part, failures)
            case EffectFailed(part, act, why):
                self.sitting.effect_failed(part, act)
                self.parts.effect_failed(turn, part, act, why)
            case Tick():
                pass
            case _:
                assert_never(event)

    def _scanned(self, turn: Turn, reader: str, fresh: list[Read]) -> None:
        if not fresh:
            return
        if reader == DROP:
            for read in fresh:
                self.drop.scanned(turn, read.meaning, by_tag=read.by_tag)
            self._notice_drops(turn)
            return
        self._active(turn)
        self.staff.page, self.staff.asked = False, None
        if any(isinstance(read.meaning, Item) for read in fresh):
            self.sitting.drop_questions()  # a new book is the answer "no" to what was asked before
        for read in fresh:
            self._desk_scan(turn, reader, read.meaning, read.by_tag)

    def _notice_drops(self, turn: Turn) -> None:
        """What came back at the drop point is not asked about at the desk any more."""
        for recorded in turn.entries:
            if recorded.entry.kind is Kind.RETURNED and recorded.entry.item is not None:
                self.sitting.came_back(recorded.entry.item)

    def _desk_scan(self, turn: Turn, reader: str, meaning: codes.Meaning, by_tag: bool) -> None:
        trusted = self.clock_trusted
        match meaning:
            case Signal.RESET:
                self._end(turn, "reset")
            case Signal.DROPPED:
                pass
            case KnownCard(patron, lost) if lost or not patron.active:
                applies = {Code.CARD_LOST: lost, Code.PATRON_INACTIVE: not patron.active}
                reasons = tuple(code for code in applies if applies[code])
                visits.refuse_card(turn, self.sitting, patron, reasons, reader)
            case KnownCard(patron, _) if patron.number == self.sitting.number:
                pass
            case KnownCard(patron, _):
                if self.sitting.open:
                    self._slip(turn, lending.patron_of(turn, self.sitting), SlipWhen.ALWAYS)
                before, self.sitting = self.sitting, Sitting()  # whatever the disk says, who was here does not stay
                if before.open:
                    self.language = self.settings.language
                    self._lying.desk_is_left(but=[seen.at for seen in turn.arrived])
                self.sitting = visits.card(turn, before, patron, reader)
                for book in before.waiting:
                    lending.scanned(
                        turn, self.sitting, book.barcode, book.reader, by_tag=book.by_tag, clock_trusted=trusted
                    )
            case Unknown(code, text):
                visits.refuse_unknown(turn, self.sitting, reader, code, text, clock_trusted=trusted)
            case Item() if self.sitting.open:
                lending.scanned(turn, self.sitting, meaning.barcode, reader, by_tag=by_tag, clock_trusted=trusted)
            case Item():
                visits.book_waits(self.sitting, meaning, reader, by_tag=by_tag)
            case _:
                assert_never(meaning)

    def _lifted(self, turn: Turn, reader: str, tag: str) -> None:
        plain = codes.normalise(tag) or ""
        self._lying.left(reader, plain)
        if not self.sitting.open or reader not in self.settings.holders or reader != self.sitting.reader:
            return
        card = self.shelf.card(plain)
        if not tag or (card is not None and card.patron.number == self.sitting.number):
            self._end_visit(turn, "lifted", Cue.ENDED)

    def _misread(self, turn: Turn, reader: str, why: str) -> None:
        if reader == DROP:
            self.drop.misread(turn, why)
            return
        self._active(turn)
        visits.misread(turn, self.sitting, reader, why)

    def _clock_changed(self, turn: Turn, event: ClockChanged) -> None:
        if event.state is self.clock and not event.stepped_s:
            return
        self.clock = event.state
        self.on_clock(self.clock)
        data = {"stepped_ms": round(event.stepped_s * 1000)} if event.stepped_s else {}
        with turn.decision():
            turn.record(Kind.CLOCK_CHANGED, reason=self.clock, data=data)

    def _touched(self, turn: Turn, touch: Touch) -> None:
        self._active(turn)
        match touch.act:
            case TouchAct.DONE:
                self._end(turn, "done")
            case TouchAct.RENEW:
                visits.renew(turn, self.sitting, touch.value, clock_trusted=self.clock_trusted)
            case TouchAct.GIVE_BACK:
                self.sitting = visits.give_back(turn, self.sitting, touch.value, clock_trusted=self.clock_trusted)
            case TouchAct.CANCEL:
                self._cancel()
            case TouchAct.LANGUAGE:
                after = self.settings.languages.index(self.language) + 1
                self.language = self.settings.languages[after % len(self.settings.languages)]
            case TouchAct.STAFF:
                number = touch.text or self.sitting.number
                if number is not None:
                    self.staff.ask(number)
            case TouchAct.PIN:
                if self.staff.pin(turn, touch.value or ""):
                    self.help.over(turn)
            case TouchAct.OVERRIDE:
                if self.staff.may_act and self.staff.number is not None and self.sitting.open:
                    self.staff.active_mono = turn.mono
                    self.staff.page = False
                    lending.override(turn, self.sitting, self.staff.number)
            case TouchAct.OPEN_SLOT:
                self.staff.open_slot(turn, touch.value or "")
            case TouchAct.CONFIRM_CLOCK:
                self.clock = self.staff.confirm_clock(turn, self.clock)
                self.on_clock(self.clock)
            case TouchAct.STAFF_DONE:
                self.staff.out(turn)
            case TouchAct.RECEIPT:
                if self.sitting.open:
                    self._slip(turn, lending.patron_of(turn, self.sitting), SlipWhen.ASK)
            case _:
                assert_never(touch.act)

    def _cancel(self) -> None:
        if self.staff.asked is not None or self.staff.page:
            self.staff.asked, self.staff.page = None, False
        else:
            self.sitting = visits.dismiss(self.sitting)
            if self.sitting.state is State.IDLE:
                self._lying.desk_is_left()

    def _end(self, turn: Turn, reason: str) -> None:
        if self.sitting.open:
            self._end_visit(turn, reason, Cue.ENDED)
        elif self.sitting.state is not State.IDLE:
            self.sitting = self.sitting.emptied(Cue.ENDED)
            self._lying.desk_is_left()

    def _end_visit(self, turn: Turn, reason: str, cue: Cue) -> None:
        """End the visit. Nothing of the patron stays, even when the disk refuses the entry."""
        patron = lending.patron_of(turn, self.sitting)
        if reason != "stopped":
            self._slip(turn, patron, SlipWhen.ALWAYS)
        self.sitting = self.sitting.emptied(cue)
        self._lying.desk_is_left(but=[seen.at for seen in turn.arrived])
        self.language = self.settings.language
        self.staff.asked = None
        turn.take_back("lamp", "warn")
        with turn.decision():
            turn.record(Kind.VISIT_ENDED, patron, reason=reason)

    def _slip(self, turn: Turn, patron: Patron, when: SlipWhen) -> None:
        if self.settings.slip is when:
            print_slip(turn, self.sitting, patron, self.language)

    @property
    def clock_trusted(self) -> bool:
        """Whether lending may rest on the clock."""
        return self.clock is not ClockState.GUESS
