"""The drop point: a book is given back with one scan and no card.

Without a beam the scan is the return. With one, the flap opens, and the return is recorded when the beam tells that
the book fell; a flap not used in time records that nothing was dropped. A visit at the desk is not touched. A tag is
armed while it can still be reached: before the return, or when the flap opens.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from kiosk.circulation import codes, lending
from kiosk.circulation.codes import Signal, Unknown
from kiosk.circulation.events import DROP as READER
from kiosk.circulation.events import EffectFailed, Event, PartDown, PartUp, SensorName
from kiosk.circulation.ports import KnownCard
from kiosk.circulation.records import NOTHING, Code, Item, Kind
from kiosk.circulation.security import arm, armed_before, disarm
from kiosk.circulation.turn import Turn

PAGE_S = 10.0  # how long the thanks, or a refusal, stay on the glass


class DropState(StrEnum):
    """Where the drop point stands."""

    READY = "ready"
    FLAP_OPEN = "flap_open"


class DropSaid(StrEnum):
    """What the drop point last said; the names of its pages."""

    RETURNED = "drop_returned"
    OPEN = "drop_open"
    REFUSED = "drop_refused"
    BUSY = "drop_busy"


@dataclass(frozen=True, slots=True)
class Pending:
    """A book that may fall now. `until_mono` is when the flap closes again."""

    barcode: str
    title: str
    by_tag: bool
    until_mono: float


@dataclass(slots=True)
class DropPoint:
    """What the drop point remembers; it never knows who stands there."""

    beam: bool
    flap_s: float
    bin_full: bool = False
    jam: bool = False
    flap_failed: bool = False  # it did not open, or its part is down
    pending: Pending | None = None
    fallen: list[Pending] = field(default_factory=list)  # books in the bin whose return is not on the disk yet
    said: DropSaid | None = None
    code: Code | None = None
    why: str = ""  # what the reader said that could not be read
    title: str = ""
    barcode: str = ""  # of the book that came back last
    missing: int = 0  # so many parts of the book that came back are missing
    count: int = 0  # books given back since the page was last empty
    page_until_mono: float = 0.0

    @property
    def state(self) -> DropState:
        """Whether the flap is open."""
        return DropState.READY if self.pending is None else DropState.FLAP_OPEN

    @property
    def stuck(self) -> bool:
        """Whether the flap lets nothing in."""
        return self.jam or self.flap_failed

    def scanned(self, turn: Turn, meaning: codes.Meaning, *, by_tag: bool) -> None:
        """A text or tag was read at the drop point."""
        match meaning:
            case Signal() | KnownCard() | Unknown(Code.UNKNOWN_CARD, _):
                return
            case Unknown(code, text):
                if self._busy(turn):
                    return
                self._refuse(turn, code, unknown=text)
            case Item():
                self._item(turn, meaning, by_tag)

    def _item(self, turn: Turn, item: Item, by_tag: bool) -> None:
        tags = turn.lying.tags(item.barcode, drop=True)
        if by_tag and self.pending is not None and self.pending.barcode == item.barcode:
            # another part of the set for which the flap is open
            arm(turn, [seen.at for seen in turn.arrived if seen.barcode == item.barcode])
            return
        if self._busy(turn):
            return
        if self.bin_full:
            self._refuse(turn, Code.BIN_FULL, item=item)
        elif self.stuck:
            self._refuse(turn, Code.FLAP_STUCK, item=item)
        elif self.beam:
            arm(turn, tags)
            self.pending = Pending(item.barcode, item.title, by_tag, turn.mono + self.flap_s)
            self._say(turn, DropSaid.OPEN, item.title)
            turn.tell("flap", "open")
        else:
            with armed_before(turn, item.barcode, tags):
                self._returned(turn, item.barcode, by_tag)

    def sensed(self, turn: Turn, name: SensorName, value: bool) -> None:
        """The beam was broken, the bin became full or empty, the flap stuck or free again."""
        match name:
            case SensorName.BEAM:
                self._fell(turn)
            case SensorName.BIN_FULL:
                self.bin_full = value
            case SensorName.JAM:
                self.jam = value
            case SensorName.HELP:
                pass  # the desk's
            case _:
                assert_never(name)

    def misread(self, turn: Turn, why: str) -> None:
        """The reader cannot vouch for what it read; of cards nothing is wanted here, neither one nor two."""
        if why != "two_cards" and not self._busy(turn):
            self._refuse(turn, Code.UNREADABLE, why=why)

    def record_fallen(self, turn: Turn) -> None:
        """Record what fell; a return that the disk refuses is tried again at the next event."""
        while self.fallen:
            self._returned(turn, self.fallen[0].barcode, self.fallen[0].by_tag)
            del self.fallen[0]

    def _fell(self, turn: Turn) -> None:
        if self.pending is None:
            with turn.decision():
                turn.record(Kind.DROP_UNEXPECTED, reader=READER)
            return
        self.fallen.append(self.pending)
        self.pending = None
        turn.tell("flap", "close")
        self.record_fallen(turn)

    def late(self, turn: Turn) -> None:
        """The flap was not used in time."""
        assert self.pending is not None, "only an open flap can be late"
        turn.tell("flap", "close")
        self._not_taken(turn, self.pending, Code.NOT_DROPPED)

    def heard(self, turn: Turn, event: Event) -> None:
        """A flap whose part is down is shut; then, or if it did not open, a book that waits for it cannot be taken."""
        match event:
            case PartUp("flap"):
                self.flap_failed = False
            case PartDown("flap") | EffectFailed("flap", "open"):
                self.flap_failed = True
                if self.pending is not None:
                    self._not_taken(turn, self.pending, Code.FLAP_STUCK)

    def _not_taken(self, turn: Turn, pending: Pending, code: Code) -> None:
        self.pending = None
        if turn.shelf.loan(pending.barcode) is not None:
            disarm(turn, turn.lying.tags(pending.barcode, drop=True))
        turn.lying.not_dropped(pending.barcode)
        item = turn.shelf.item(pending.barcode)
        self._refuse(turn, code, item=item)

    def page_over(self, turn: Turn) -> None:
        """The page was shown long enough; the next book counts from one again."""
        self.said, self.code, self.why, self.title, self.barcode = None, None, "", "", ""
        self.missing, self.count = 0, 0
        turn.lying.forget_drop()

    def _busy(self, turn: Turn) -> bool:
        if self.pending is None:
            return False
        self._say(turn, DropSaid.BUSY, self.pending.title)
        return True

    def _returned(self, turn: Turn, barcode: str, by_tag: bool) -> None:
        with turn.decision():
            item = lending.item_of(turn, barcode)
            parts = lending.parts_at(turn, item, READER, by_tag)
            lending.returned(turn, item, READER, parts=parts)
        self.count += 0 if by_tag and barcode == self.barcode else 1
        self.barcode = barcode
        turn.tell("sound", "returned")
        self._say(turn, DropSaid.RETURNED, item.title)
        self.missing = parts.missing

    def _refuse(
        self, turn: Turn, code: Code, *, item: Item | None = None, unknown: str | None = None, why: str = ""
    ) -> None:
        data = {"why": why} if why else NOTHING
        barcode = item.barcode if item else None
        with turn.decision():
            turn.refuse((code,), item=barcode, reader=READER, unknown=unknown, data=data)
        turn.said_no(code)
        self.code, self.why = code, why
        self._say(turn, DropSaid.REFUSED, item.title if item else "")

    def _say(self, turn: Turn, said: DropSaid, title: str) -> None:
        self.said, self.title = said, title
        self.page_until_mono = turn.mono + PAGE_S
        if said is not DropSaid.REFUSED:
            self.code = None
