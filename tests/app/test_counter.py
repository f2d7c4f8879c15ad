from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app.counter import Counter, Step, open_books
from kiosk.circulation.events import Event, Scan, Tags, Touch, TouchAct
from kiosk.circulation.records import Moment
from kiosk.settings import Settings
from tests.app.kiosks import BOOKS, CARD, Place


class Desk:
    """A counter of today; three seconds pass before each event."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter
        self._wall, self._passed_s = datetime.now(UTC), 0.0

    def sees(self, event: Event) -> Step:
        self._passed_s += 3
        return self.counter.step(event, Moment(self._wall + timedelta(seconds=self._passed_s), self._passed_s))

    def kinds(self, event: Event) -> list[str]:
        return [str(recorded.entry.kind) for recorded in self.sees(event).outcome.entries]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    place = Place(tmp_path)
    books = open_books(place.database, "kiosk")
    yield Desk(Counter(books, Settings()))
    books.close()
    place.wires.close()


def test_a_book_that_falls_into_the_bin_is_not_asked_about_any_more(desk: Desk) -> None:
    card, book = Tags("card", (CARD,)), BOOKS[0]
    desk.sees(card)
    assert desk.kinds(Scan("desk", book)) == ["lent"]
    desk.sees(Touch(TouchAct.DONE))
    desk.sees(card)
    assert desk.sees(Scan("desk", book)).page.name == "own_book"
    assert desk.kinds(Scan("drop", book)) == ["returned"]
    assert desk.sees(Touch(TouchAct.LANGUAGE)).page.name == "visit"
    assert desk.kinds(Touch(TouchAct.RENEW)) == []
