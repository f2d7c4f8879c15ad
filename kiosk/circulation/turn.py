"""One event being handled: what was recorded, what the parts are to do, what was refused.

Everything that the desk's rooms write goes through `Turn.decision`, so that the entries of a decision are on the disk
together or not at all, and nothing is told to the world before.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from kiosk.circulation.events import Label, TagAt
from kiosk.circulation.lying import Lying
from kiosk.circulation.policy import Policy
from kiosk.circulation.ports import Ledger, NoSecurity, Shelf, StorageFailed, TagSecurity
from kiosk.circulation.records import NOTHING, Code, Entry, Kind, Moment, Patron, Recorded


@dataclass(frozen=True, slots=True)
class Effect:
    """What a part is to do: `sound` plays a note, `flap` opens and closes, `lamp` changes, `tag` is armed or disarmed,
    `receipt` is printed. `what` is what it is done to, where that is not clear: a `TagAt`, a `Slip`.
    """

    part: str
    act: str
    what: object = None


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag of a known item, and what it says of itself."""

    at: TagAt
    barcode: str
    label: Label | None


@dataclass(slots=True)
class Turn:
    """The work on one event. `local` is the school's time of what is being decided."""

    shelf: Shelf
    ledger: Ledger
    now: Moment
    policy: Policy
    lying: Lying = field(default_factory=Lying)
    security: TagSecurity = field(default_factory=NoSecurity)
    arrived: list[TagSeen] = field(default_factory=list)  # tags of known items that came with this event
    secured: set[TagAt] = field(default_factory=set)  # tags that were armed or disarmed in this turn
    entries: list[Recorded] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    refusal: Code | None = None
    late_ms: int = 0  # while a deadline fires: how long ago it was

    @property
    def mono(self) -> float:
        """The monotonic second of what is being decided."""
        return self.now.mono - self.late_ms / 1000

    @property
    def local(self) -> datetime:
        """The school's time of what is being decided."""
        return (self.now.wall - timedelta(milliseconds=self.late_ms)).astimezone(self.policy.zone)

    @contextmanager
    def decision(self) -> Iterator[None]:
        """Facts read and entries recorded inside belong together: all on the disk, or none (StorageFailed)."""
        before = len(self.entries)
        try:
            with self.ledger.decision():
                self.policy = self.shelf.policy()
                yield
        except StorageFailed:
            del self.entries[before:]
            raise

    def record(
        self,
        kind: Kind,
        patron: Patron | None = None,
        *,
        item: str | None = None,
        due: date | None = None,
        reason: str | None = None,
        staff: str | None = None,
        reader: str | None = None,
        data: Mapping[str, object] = NOTHING,
    ) -> None:
        """Append one entry; only inside `decision`."""
        entry = Entry(
            at=self.local,
            kind=kind,
            patron=patron.number if patron else None,
            item=item,
            due=due,
            reason=reason,
            staff=staff,
            reader=reader,
            klass=patron.klass if patron else None,
            data=data,
        )
        self.entries.append(self.ledger.record(entry))

    def refuse(
        self,
        codes: tuple[Code, ...],
        patron: Patron | None = None,
        *,
        item: str | None = None,
        reader: str | None,
        unknown: str | None = None,
        data: Mapping[str, object] = NOTHING,
    ) -> None:
        """Record a refusal with all its reasons; of an unknown code only the keyed hash."""
        data = {"reasons": [str(code) for code in codes], **data}
        if unknown is not None:
            data = {**data, "code": self.shelf.keyed_hash(unknown)}
        self.record(Kind.REFUSED, patron, item=item, reason=codes[0], reader=reader, data=data)

    def said_no(self, code: Code) -> None:
        """Remember the first refusal of this turn, and let it be heard."""
        self.refusal = self.refusal or code
        self.tell("sound", "refused")

    def take_back(self, part: str, act: str, what: object = None) -> None:
        """Do not ask for it after all."""
        self.effects = [effect for effect in self.effects if effect != Effect(part, act, what)]

    def tell(self, part: str, act: str, what: object = None) -> None:
        """Ask a part for something; the same twice in a turn is once."""
        effect = Effect(part, act, what)
        if effect not in self.effects:
            self.effects.append(effect)
