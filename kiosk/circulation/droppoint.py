"""The drop point: a book is given back with one scan and no card.

Without a beam the scan is the return. With one, the flap opens, and the return is recorded when the beam tells that
the book fell; a flap not used in time records that nothing was dropped. A visit at the desk is not touched.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from kiosk.circulation import codes, lending
from kiosk.circulation.codes import Signal, Unknown
from kiosk.circulation.events import SensorName
from kiosk.circulation.ports import KnownCard
from kiosk.circulation.records import Code, Item, Kind
from kiosk.circulation.turn import Turn

READER = "drop"
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
    until_mono: float


@dataclass(slots=True)
class DropPoint:
    """What the drop point remembers; it never knows who stands there."""

    beam: bool
    flap_s: float
    bin_full: bool = False
    pending: Pending | None = None
    fallen: list[str] = field(default_factory=list)  # barcodes in the bin whose return is not on the disk yet
    said: DropSaid | None = None
    code: Code | None = None
    title: str = ""
    count: int = 0  # books given back since the page was last empty
    page_until_mono: float = 0.0

    @property
    def state(self) -> DropState:
        """Whether the flap is open."""
        return DropState.READY if self.pending is None else DropState.FLAP_OPEN

    def scanned(self, turn: Turn, meaning: codes.Meaning) -> None:
        """A text or tag was read at the drop point."""
        match meaning:
            case Signal() | KnownCard() | Unknown(Code.UNKNOWN_CARD, _):
                return
            case Unknown(code, text):
                if self._busy(turn):
                    return
                self._refuse(turn, code, unknown=text)
            case Item():
                if self._busy(turn):
                    return
                if self.bin_full:
                    self._refuse(turn, Code.BIN_FULL, item=meaning)
                elif self.beam:
                    self.pending = Pending(meaning.barcode, meaning.title, turn.mono + self.flap_s)
                    self._say(turn, DropSaid.OPEN, meaning.title)
                    turn.tell("flap", "open")
                else:
                    self._returned(turn, meaning.barcode)

    def sensed(self, turn: Turn, name: SensorName, value: bool) -> None:
        """The beam was broken, or the bin became full or empty."""
        match name:
            case SensorName.BEAM:
                self._fell(turn)
            case SensorName.BIN_FULL:
                self.bin_full = value
            case SensorName.JAM | SensorName.HELP:
                pass
            case _:
                assert_never(name)

    def misread(self, turn: Turn) -> None:
        """The reader cannot vouch for what it read."""
        if not self._busy(turn):
            self._refuse(turn, Code.UNREADABLE)

    def record_fallen(self, turn: Turn) -> None:
        """Record what fell; a return that the disk refuses is tried again at the next event."""
        while self.fallen:
            self._returned(turn, self.fallen[0])
            del self.fallen[0]

    def _fell(self, turn: Turn) -> None:
        if self.pending is None:
            with turn.decision():
                turn.record(Kind.DROP_UNEXPECTED, reader=READER)
            return
        self.fallen.append(self.pending.barcode)
        self.pending = None
        turn.tell("flap", "close")
        self.record_fallen(turn)

    def late(self, turn: Turn) -> None:
        """The flap was not used in time."""
        assert self.pending is not None, "only an open flap can be late"
        pending, self.pending = self.pending, None
        turn.tell("flap", "close")
        item = turn.shelf.item(pending.barcode)
        self._refuse(turn, Code.NOT_DROPPED, item=item)

    def page_over(self) -> None:
        """The page was shown long enough; the next book counts from one again."""
        self.said, self.code, self.title, self.count = None, None, "", 0

    def _busy(self, turn: Turn) -> bool:
        if self.pending is None:
            return False
        self._say(turn, DropSaid.BUSY, self.pending.title)
        return True

    def _returned(self, turn: Turn, barcode: str) -> None:
        with turn.decision():
            item = lending.item_of(turn, barcode)
            lending.returned(turn, item, READER)
        self.count += 1
        turn.tell("sound", "returned")
        self._say(turn, DropSaid.RETURNED, item.title)

    def _refuse(self, turn: Turn, code: Code, *, item: Item | None = None, unknown: str | None = None) -> None:
        with turn.decision():
            turn.refuse((code,), item=item.barcode if item else None, reader=READER, unknown=unknown)
        turn.said_no(code)
        self.code = code
        self._say(turn, DropSaid.REFUSED, item.title if item else "")

    def _say(self, turn: Turn, said: DropSaid, title: str) -> None:
        self.said, self.title = said, title
        self.page_until_mono = turn.mono + PAGE_S
        if said is not DropSaid.REFUSED:
            self.code = None
