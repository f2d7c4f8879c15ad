"""People who do everything in any order, at the real counter: nothing may break, and the books must balance."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app.counter import Counter, open_books
from kiosk.circulation.events import (
    ClockChanged,
    ClockState,
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
from kiosk.circulation.records import Moment
from kiosk.db.check import check
from kiosk.settings import DropSettings, Settings
from tests.app.kiosks import BOOKS, CARD, LIBRARIAN, LIBRARIAN_CARD, OTHER_CARD, PIN, Place

EVENTS = 1500
CODES = (*BOOKS, *BOOKS, CARD, OTHER_CARD, LIBRARIAN_CARD, "NOBODY", "9787020042494", "\x07")
STEPS_S = (0.0, 0.5, 3.0, 3.0, 3.0, 12.0, 31.0)


def draw_event(draw: random.Random) -> Event:
    """Anything that a counter can meet."""
    code = draw.choice(CODES)
    kinds: list[Callable[[], Event]] = [
        *[lambda: Scan("desk", code)] * 8,
        *[lambda: Scan("drop", code)] * 3,
        *[lambda: _touch(draw)] * 8,
        lambda: Tags("card", (CARD,)),
        lambda: Tags("desk", (CARD, "E00401000000000F")),
        lambda: Lifted("card", CARD),
        lambda: Misread(draw.choice(["desk", "drop"]), "overrun"),
        lambda: Sensor(draw.choice(list(SensorName)), draw.random() < 0.5),
        lambda: Sensor(SensorName.BEAM),
        lambda: Sensor(SensorName.BIN_FULL, False),
        lambda: PartDown("desk", draw.choice(["held", "unplugged"])),
        lambda: PartUp("desk", 3),
        lambda: ClockChanged(draw.choice(list(ClockState))),
        lambda: ClockChanged(ClockState.SYNCED),
        Tick,
    ]
    return draw.choice(kinds)()


def _touch(draw: random.Random) -> Touch:
    act = draw.choice(list(TouchAct))
    value = {TouchAct.PIN: PIN, TouchAct.OPEN_SLOT: "23:59"}.get(act)
    if act in (TouchAct.RENEW, TouchAct.GIVE_BACK) and draw.random() < 0.5:
        value = draw.choice(BOOKS)
    return Touch(act, value, LIBRARIAN if act is TouchAct.STAFF else None)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_whatever_people_do_the_counter_stands_and_the_books_balance(tmp_path: Path, seed: int) -> None:
    place, draw = Place(tmp_path), random.Random(seed)
    books = open_books(place.database, "kiosk")
    counter = Counter(books, Settings(drop=DropSettings(beam=seed % 2 == 0)))
    wall, passed_s = datetime.now(UTC), 0.0
    for number in range(EVENTS):
        passed_s += draw.choice(STEPS_S)
        event = draw_event(draw)
        step = counter.step(event, Moment(wall + timedelta(seconds=passed_s), passed_s))
        assert step.page.name, (number, event)
    assert check(books.db, fold=True) == []
    counter.stop(Moment(wall + timedelta(seconds=passed_s), passed_s))
    books.close()
    place.wires.close()
