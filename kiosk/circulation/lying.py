"""What lies at a reader: which tags, of which items, and how many parts of a set can be seen there.

Learnt from the tags that arrive and leave. It answers two questions: are all parts of this set here, and which tags
have to be armed or disarmed. What one person put at the desk does not count as shown by the next one, but while it lies
there its tags can be reached. When there are too many the oldest go.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass, field, replace

from kiosk.circulation.events import DROP, Label, TagAt
from kiosk.circulation.records import WHOLE, Item, Parts

LYING_MAX = 64


@dataclass(frozen=True, slots=True)
class _Lies:
    barcode: str
    part: int
    parts: int
    shown: bool = True  # by the people who are here now


@dataclass(slots=True)
class Lying:
    """Tags of known items, at the desk's readers and at the drop point."""

    _tags: dict[TagAt, _Lies] = field(default_factory=dict)

    def arrived(self, at: TagAt, item: Item, label: Label | None) -> None:
        """A tag of `item` lies at a reader now."""
        self._tags.pop(at, None)
        self._tags[at] = _Lies(item.barcode, label.part if label else 1, label.parts if label else 1)
        if len(self._tags) > LYING_MAX:
            del self._tags[next(iter(self._tags))]

    def left(self, reader: str, uid: str) -> None:
        """A tag left `reader`; all of them where the reader does not say which.

        What came to the drop point stays in mind until its page is over: the parts of a set fall one after the other.
        """
        if reader != DROP:
            self._keep(lambda at, lies: at.reader != reader or uid not in ("", at.uid))

    def not_dropped(self, barcode: str) -> None:
        """The item was at the drop point and was taken away again."""
        self._keep(lambda at, lies: at.reader != DROP or lies.barcode != barcode)

    def desk_is_left(self, but: Container[TagAt] = ()) -> None:
        """The people at the desk are gone: what lies there was shown by nobody who is here, save `but`."""
        for at, lies in self._tags.items():
            if at.reader != DROP and at not in but:
                self._tags[at] = replace(lies, shown=False)

    def forget_drop(self) -> None:
        """Forget what came to the drop point."""
        self._keep(lambda at, lies: at.reader != DROP)

    def tags(self, barcode: str, *, drop: bool = False) -> tuple[TagAt, ...]:
        """The item's tags at the desk, or at the drop point."""
        return tuple(at for at, lies in self._tags.items() if lies.barcode == barcode and (at.reader == DROP) == drop)

    def parts(self, item: Item, reader: str) -> Parts:
        """How many of the item's parts can be seen at `reader`, by the item's own tags or by what the labels say.

        One tag for the whole set cannot tell: then nothing is missing.
        """
        here = {
            at.uid: lies
            for at, lies in self._tags.items()
            if at.reader == reader and lies.barcode == item.barcode and lies.shown
        }
        if not here:
            return WHOLE
        found = []
        if len(item.tags) > 1:
            found.append(Parts(len(here.keys() & item.tags), len(item.tags)))
        count = max(lies.parts for lies in here.values())
        if count > 1:
            found.append(Parts(len({lies.part for lies in here.values() if lies.parts == count}), count))
        return max(found, key=lambda parts: parts.seen / parts.of, default=WHOLE)

    def _keep(self, stays: Callable[[TagAt, _Lies], bool]) -> None:
        self._tags = {at: lies for at, lies in self._tags.items() if stays(at, lies)}
