"""Who and what the demo needs of a school's folder: cards to tap and books to scan, with their names."""

from collections.abc import Iterable
from dataclasses import dataclass
from zlib import crc32

from kiosk.demo.stand import DemoFailed
from kiosk.demo.wires import is_uid
from kiosk.office.folder import ItemLine, PersonLine, SchoolFolder
from kiosk.screens.pages import Cover
from kiosk.screens.view.board import COVER_COLOURS


@dataclass(frozen=True, slots=True)
class Pupil:
    """Anybody with a card. `card` is the text that the demo sends, or the UID of a 125 kHz card."""

    number: str
    name: str
    klass: str
    card: str


@dataclass(frozen=True, slots=True)
class Copy:
    """A book with its barcode and its made-up cover."""

    barcode: str
    kind: str
    cover: Cover

    @property
    def title(self) -> str:
        """The title."""
        return self.cover.title


class Cast:
    """Looks people up by number and books by barcode."""

    def __init__(self, school: SchoolFolder) -> None:
        self._people = {person.number: person for person in school.people}
        self._items = {item.barcode: item for item in school.items}
        self._titles = {title.title_id: title for title in school.titles}

    def pupil(self, number: str, *, uid: bool = False) -> Pupil:
        """The person with this number; `uid` asks for their 125 kHz card. Raises DemoFailed."""
        person = self._people.get(number)
        cards = [card for card in person.cards if is_uid(card) == uid] if person else []
        if person is None or not cards:
            raise DemoFailed(f"the school has no {number} with a card that the demo can show")
        return _pupil(person, cards[0])

    def copy(self, barcode: str) -> Copy:
        """The book with this barcode. Raises DemoFailed."""
        item = self._items.get(barcode)
        if item is None:
            raise DemoFailed(f"the school has no book {barcode}")
        return self._copy(item)

    def pupils(self) -> Iterable[Pupil]:
        """Everybody who has a card as text."""
        for person in self._people.values():
            cards = [card for card in person.cards if not is_uid(card)]
            if cards and person.active:
                yield _pupil(person, cards[0])

    def copies(self) -> Iterable[Copy]:
        """Every book."""
        return (self._copy(item) for item in self._items.values())

    def _copy(self, item: ItemLine) -> Copy:
        title = self._titles[item.title_id]
        cover = Cover(title.title, title.author, crc32(title.title.encode()) % COVER_COLOURS)
        return Copy(item.barcode, item.kind, cover)


def _pupil(person: PersonLine, card: str) -> Pupil:
    return Pupil(person.number, person.name, person.klass or "", card)
