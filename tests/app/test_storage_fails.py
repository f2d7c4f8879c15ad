"""A disk that refuses an entry: nothing is shown as done, nobody stays signed in, no book is forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.circulation.events import PartDown, PartUp, Scan, Sensor, SensorName, Tick
from kiosk.circulation.visit import State
from kiosk.settings import DropSettings, Settings
from tests.app.desks import Stand, school


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(school(tmp_path))
    yield stand
    stand.close()


@pytest.fixture
def beam(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(school(tmp_path), Settings(drop=DropSettings(beam=True)))
    yield stand
    stand.close()


def test_a_book_that_cannot_be_recorded_while_a_choice_is_open_says_out_of_service(stand: Stand) -> None:
    stand.step(Scan("desk", "C1"))
    assert stand.step(Scan("desk", "B1")).page.name == "own_book"
    stand.disk.spare = 0
    assert stand.step(Scan("desk", "B2")).page.name == "out_of_service"
    assert stand.step(Tick()).page.name == "visit"


def test_a_visit_that_is_on_the_disk_stays_when_its_waiting_book_cannot_be_recorded(stand: Stand) -> None:
    stand.step(Scan("desk", "B2"))
    stand.step(Scan("desk", "B3"))
    stand.disk.spare = 2  # the visit begins, the first book is lent, the second is not
    step = stand.step(Scan("desk", "C2"))
    assert [told.entry.kind for told in step.outcome.entries] == ["visit_started", "lent"]
    assert stand.counter.desk.sitting.state is State.REFUSED or stand.counter.desk.sitting.open
    assert stand.step(Tick()).page.name == "visit"
    stand.step(Tick(), 40)
    assert stand.kinds()[-1] == "visit_ended"


def test_a_card_that_cannot_be_recorded_leaves_nobody_at_the_desk(stand: Stand) -> None:
    stand.step(Scan("desk", "C1"))
    stand.disk.spare = 0
    assert stand.step(Scan("desk", "C2")).page.name == "out_of_service"
    assert stand.counter.desk.sitting.number is None


def test_a_book_that_fell_is_never_recorded_as_not_dropped(beam: Stand) -> None:
    beam.step(Scan("drop", "B1"))
    beam.disk.spare = 0
    assert beam.step(Sensor(SensorName.BEAM)).page.name == "out_of_service"
    beam.step(Tick(), 20)
    assert "refused" not in beam.kinds(), "the beam said that the book is in the bin"


def test_a_disk_that_stays_full_ends_visits_and_leaves_no_deadline_behind(beam: Stand) -> None:
    """A deadline that never fires would make the circulation thread spin."""
    beam.step(Scan("desk", "C2"))
    beam.step(Scan("drop", "B1"))
    beam.disk.stays_full = True
    beam.step(Sensor(SensorName.BEAM))
    for _ in range(6):
        beam.step(Tick(), 20)
    assert beam.counter.desk.sitting.number is None
    deadline = beam.counter.desk.next_deadline()
    assert deadline is None or deadline > beam.now.mono
    beam.disk.stays_full = False
    beam.step(Tick(), 20)
    assert beam.kinds().count("returned") == 1


def test_a_part_that_came_back_while_the_disk_is_full_keeps_nobody_waiting(stand: Stand) -> None:
    stand.step(PartDown("card", "unplugged"))
    stand.step(PartUp("card", 1))
    stand.disk.spare = 0
    stand.step(Tick(), 20)
    assert stand.counter.desk.next_deadline() is None
    assert stand.step(Scan("desk", "C1")).page.name == "visit"
