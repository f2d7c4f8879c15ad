"""Tags that have arrived and are told as soon as it is known what their memory says.

The tags of one round are told together, each with its label. One whose memory cannot be read holds up nobody: the
others go ahead, and it is read again in the next rounds until it is told by its UID alone, because an item must never
be lost for what stands on its tag. How the memory is read is ISO 28560, in `decode/librarytag.py`. A tag that says that
it is a person's card is told before the items of its stack; two of those are told as such, and are nobody's card until
only one lies there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.circulation.events import Event, Label, Misread, Tags
from kiosk.devices.decode import epc
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.decode.librarytag import Usage, read_tag
from kiosk.devices.rfid.model import Medium, Tag, TagAccess, TagError
from kiosk.devices.rfid.security import Marks

LABEL_TRIES: Final = 3
STACK_WAIT_S: Final = 2.0


@dataclass(slots=True)
class _Unread:
    tag: Tag
    since_s: float
    tries: int = 0
    tried_in: int = 0  # the number of the round
    memory: bytes | None = None


class Arrivals:
    """The arrived tags of one reader that are not told yet. `secured`: whether the AFI of an HF tag is asked for."""

    def __init__(self, reader: str, marks: Marks, *, secured: bool) -> None:
        self._reader = reader
        self._marks = marks
        self._secured = secured
        self._unread: dict[str, _Unread] = {}
        self._ready: dict[str, Label] = {}
        self._known: set[str] = set()  # of the ready ones, those that are told already
        self._cards: dict[str, str] = {}  # numbers of the persons' cards that lie there, by UID
        self._two_cards = False
        self._rounds = 0

    def __repr__(self) -> str:
        return f"<Arrivals at {self._reader}, {len(self._unread)} to be read>"

    def came(self, tags: Iterable[Tag], now_s: float, *, readable: bool, known: Iterable[Tag] = ()) -> list[Event]:
        """These items came in a round; `readable` where their memory can be read. What can be told at once.

        The `known` ones are told already and still lie there: what they say now is told once more.
        """
        self._rounds += 1
        plain: dict[str, Label] = {}
        again = list(known)
        self._known |= {tag.uid for tag in again}
        for tag in [*tags, *again]:
            is_unsaid = self._secured and tag.medium is Medium.UHF and tag.pc is None
            if readable and (tag.medium is Medium.HF or is_unsaid):
                self._unread[tag.uid] = _Unread(tag, now_s)
            else:
                plain[tag.uid] = Label(tag.uid, _epc_text(tag), armed=self._marks.told(afi_of(tag)))
        return self._tags(plain)

    def is_reading(self) -> bool:
        """Whether there is a tag to be read before the next round."""
        return any(unread.tried_in < self._rounds for unread in self._unread.values())

    def read_one(self, access: TagAccess) -> None:
        """Read the tag whose turn it is. May raise NoAnswer, which counts as a try."""
        due = [unread for unread in self._unread.values() if unread.tried_in < self._rounds]
        if not due:
            return
        unread = min(due, key=lambda unread: unread.tries)
        unread.tries += 1
        unread.tried_in = self._rounds
        tag, afi = unread.tag, unread.tag.afi
        is_read = False
        try:
            if unread.memory is None and tag.medium is Medium.HF:
                unread.memory = access.memory(tag)
            if self._secured and afi is None:
                afi = access.afi(tag)
            is_read = True
        except TagError:
            pass
        finally:
            if is_read or unread.tries >= LABEL_TRIES:
                self._is_ready(unread, afi)

    def told(self, now_s: float) -> list[Event]:
        """What can be told: everything that was read, once each tag of the stack was tried or waited long enough."""
        before = self._two_cards = self._two_cards and len(self._cards) > 1
        waiting = [unread.since_s for unread in self._unread.values() if not unread.tries]
        if not self._ready or (waiting and now_s < min(waiting) + STACK_WAIT_S):
            return []
        self._two_cards = len(self._cards) > 1
        events: list[Event] = [Misread(self._reader, Trouble.TWO_CARDS)] if self._two_cards and not before else []
        ready, self._ready = self._ready, {}
        if self._two_cards:
            self._ready = {uid: label for uid, label in ready.items() if label.is_card}
        told = {uid: label for uid, label in ready.items() if uid not in self._ready}
        return events + self._tags(dict(sorted(told.items(), key=lambda each: not each[1].is_card)))

    def left(self, uid: str) -> list[Event]:
        """This tag left: if it is not told yet it is now, unless it is one of two cards."""
        unread = self._unread.get(uid)
        if unread is not None:
            self._is_ready(unread, unread.tag.afi)
        label = self._ready.pop(uid, None)
        is_refused = self._two_cards and uid in self._cards
        self._cards.pop(uid, None)
        return self._tags({uid: label} if label and not is_refused else {})

    def card(self, uid: str) -> str | None:
        """The number of the person's card that lies there with this UID."""
        return self._cards.get(uid)

    def forget(self) -> list[str]:
        """The tags that were not told, and will not be: the reader is gone."""
        uids = [uid for uid in (*self._unread, *self._ready) if uid not in self._known]
        self._unread.clear()
        self._ready.clear()
        self._known.clear()
        for uid in uids:
            self._cards.pop(uid, None)
        return uids

    def _tags(self, labels: dict[str, Label]) -> list[Event]:
        arrived = tuple(uid for uid in labels if uid not in self._known)
        self._known -= labels.keys()
        told = tuple(label for label in labels.values() if label.item is not None or label.armed is not None)
        return [Tags(self._reader, arrived, told)] if arrived or told else []

    def _is_ready(self, unread: _Unread, afi: int | None) -> None:
        tag = unread.tag
        del self._unread[tag.uid]
        said = read_tag(unread.memory, tag.dsfid) if unread.memory else None
        armed = self._marks.told(afi)
        if said is None:
            self._ready[tag.uid] = Label(tag.uid, _epc_text(tag), armed=armed)
        else:
            is_card = said.usage is Usage.PATRON_CARD
            parts = max(said.parts, 1)
            self._ready[tag.uid] = Label(tag.uid, said.item or None, max(said.part, 1), parts, armed, is_card)
            if is_card:
                self._cards[tag.uid] = said.item


def _epc_text(tag: Tag) -> str | None:
    """The text that a UHF tag has in the place of a number."""
    return epc.text(tag.uid) if tag.medium is Medium.UHF else None


def afi_of(tag: Tag) -> int | None:
    """The AFI as the round told it: of an HF tag, or in the protocol control word of a UHF tag."""
    if tag.medium is not Medium.UHF:
        return tag.afi
    return None if tag.pc is None else epc.afi(tag.pc)
