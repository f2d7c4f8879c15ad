"""From what readers read to what it means: repeats are passed over, and what lies at a reader is noted.

A tag is looked up by the number in its memory and then by its UID; several tags of one item that come together are one
reading of that item.
"""

from dataclasses import dataclass, field

from kiosk.circulation import codes
from kiosk.circulation.events import DROP, Label, Scan, TagAt, Tags
from kiosk.circulation.records import Item
from kiosk.circulation.samescans import SameScans
from kiosk.circulation.turn import TagSeen, Turn


@dataclass(frozen=True, slots=True)
class Read:
    """Something that was shown to a reader."""

    meaning: codes.Meaning
    by_tag: bool


@dataclass(slots=True)
class Reads:
    """Remembers the last scans."""

    _scans: SameScans = field(default_factory=SameScans)

    def text(self, turn: Turn, scan: Scan) -> list[Read]:
        """What a text is; nothing for a repeat."""
        plain = codes.normalise(scan.text)
        if plain is None or not self._scans.is_new(scan.reader, plain, turn.mono):
            return []
        read = Read(codes.text_meaning(plain, turn.policy, turn.shelf), by_tag=False)
        return [read] if self._shown_anew(turn, scan.reader, read) else []

    def tags(self, turn: Turn, event: Tags) -> list[Read]:
        """What tags are, in the order of the list; one reading an item. Of a tag that still lies there nothing is
        read, but it is noted, so that it is put right.
        """
        labels = {codes.normalise(label.uid): label for label in event.labels}
        fresh: dict[Read, None] = {}
        arrived: set[str] = set()
        for tag in event.tags:
            uid = codes.normalise(tag)
            if uid is None:
                continue
            arrived.add(uid)
            is_new = self._scans.is_new(event.reader, uid, turn.mono)
            read = Read(codes.tag_meaning(uid, turn.shelf, labels.get(uid)), by_tag=True)
            self._note(turn, TagAt(event.reader, uid), read.meaning, labels.get(uid))
            if is_new and read not in fresh and self._shown_anew(turn, event.reader, read):
                fresh[read] = None
        for uid, label in labels.items():
            if uid is not None and uid not in arrived:
                self._note(turn, TagAt(event.reader, uid), codes.tag_meaning(uid, turn.shelf, label), label)
        return list(fresh)

    def _shown_anew(self, turn: Turn, reader: str, read: Read) -> bool:
        return not isinstance(read.meaning, Item) or self._scans.is_new_book(
            read.meaning.barcode, turn.mono, drop=reader == DROP, by_tag=read.by_tag
        )

    def _note(self, turn: Turn, at: TagAt, meaning: codes.Meaning, label: Label | None) -> None:
        if isinstance(meaning, Item):
            turn.arrived.append(TagSeen(at, meaning.barcode, label))
            turn.lying.arrived(at, meaning, label)
