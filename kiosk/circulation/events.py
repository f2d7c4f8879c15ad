"""What reaches the desk: one frozen value for everything that the kiosk senses.

Readers, the glass, sensors and the clock all post these into the one inbox; the trace player makes the same values.
Nothing here knows how a thing was sensed.
"""

from dataclasses import dataclass
from enum import StrEnum

DROP = "drop"  # the one reader that is not at the desk


class TouchAct(StrEnum):
    """Every touch that the desk understands; the words of `play` (SEMANTICS §8)."""

    DONE = "done"
    RENEW = "renew"
    GIVE_BACK = "give_back"
    CANCEL = "cancel"
    LANGUAGE = "language"
    STAFF = "staff"
    PIN = "pin"
    OVERRIDE = "override"
    OPEN_SLOT = "open_slot"
    CONFIRM_CLOCK = "confirm_clock"
    STAFF_DONE = "staff_done"
    RECEIPT = "receipt"


class SensorName(StrEnum):
    """Sensors at the drop point, and the button that calls for help."""

    BEAM = "beam"
    BIN_FULL = "bin_full"
    JAM = "jam"  # the flap is stuck
    HELP = "help"


class ClockState(StrEnum):
    """How far the wall clock can be trusted."""

    SYNCED = "synced"
    GUESS = "guess"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class Scan:
    """A text read by `reader`: a barcode, a typed card number, a QR code. Not yet normalised."""

    reader: str
    text: str


@dataclass(frozen=True, slots=True)
class Label:
    """What a library tag says of itself: `item` is its primary item identifier, `part` of `parts` its place in a set.

    `armed` is whether the gate would sound the alarm; None where the tag does not tell. `is_card`: it says that it is a
    person's card, and `item` is the card's number.
    """

    uid: str
    item: str | None = None
    part: int = 1
    parts: int = 1
    armed: bool | None = None
    is_card: bool = False


@dataclass(frozen=True, slots=True)
class Tags:
    """Tag or card UIDs (upper-case hex, most significant byte first) that arrived together at `reader`.

    `labels` has what is known of some of them beyond that. One of a tag that is not in `tags` is of one that arrived
    earlier: it still lies there, and this is what it says now.
    """

    reader: str
    tags: tuple[str, ...]
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class TagAt:
    """A tag and the reader at which it lies."""

    reader: str
    uid: str


@dataclass(frozen=True, slots=True)
class Lifted:
    """A card or tag that left `reader`."""

    reader: str
    tag: str


@dataclass(frozen=True, slots=True)
class Misread:
    """`reader` saw a scan that it cannot vouch for (overrun, ALT mode, control keys): ask for it again."""

    reader: str
    why: str


@dataclass(frozen=True, slots=True)
class Touch:
    """A touch on the glass. `page` is the serial of the page that was touched; None (in traces) means the newest."""

    act: TouchAct
    value: str | None = None
    text: str | None = None
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Sensor:
    """A sensor's new value; a beam is an edge and always True."""

    name: SensorName
    value: bool = True


@dataclass(frozen=True, slots=True)
class ClockChanged:
    """The trust in the clock changed: time service in step, or lost; `stepped_s` when the wall clock was moved."""

    state: ClockState
    stepped_s: float = 0.0


@dataclass(frozen=True, slots=True)
class PartDown:
    """A part stopped working; it goes on trying by itself."""

    part: str
    why: str


@dataclass(frozen=True, slots=True)
class PartUp:
    """A part works (again). `failures` is how many earlier failures this ends, counted and not repeated."""

    part: str
    failures: int = 0


@dataclass(frozen=True, slots=True)
class EffectFailed:
    """An effect that a part could not carry out; what was decided stands."""

    part: str
    act: str
    why: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Only time has passed."""


Event = Scan | Tags | Lifted | Misread | Touch | Sensor | ClockChanged | PartDown | PartUp | EffectFailed | Tick
