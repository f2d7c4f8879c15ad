"""What happens at the edges of the desk: lifted books, locks of other processes, clocks, loose plugs."""

import fcntl
import os
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app.clockwatch import ClockWatch
from kiosk.circulation.events import ClockState, Lifted, PartDown, PartUp, Scan, Tags, Tick
from kiosk.circulation.records import Moment
from kiosk.settings import ClockSettings, ReaderEntry, Settings
from tests.app.desks import Stand, school
from tests.semantics.school import MONDAY_NOON


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    stand = Stand(school(tmp_path), Settings(readers={"desk": ReaderEntry(holder=True)}))
    yield stand
    stand.close()


def test_a_book_lifted_from_a_reader_that_holds_the_card_does_not_end_the_visit(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.step(Tags("desk", ("E004010000000001",)))
    stand.step(Lifted("desk", "E004010000000001"))
    assert stand.counter.desk.sitting.number == "2"
    stand.step(Lifted("desk", "C2"))
    assert stand.counter.desk.sitting.number is None


def test_a_card_is_answered_while_another_process_holds_the_lock_of_the_visit(stand: Stand) -> None:
    """An import holds it for as long as it writes; the desk may not stand still so long."""
    fd = os.open(stand.books.path.with_name("visit.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(fd, fcntl.LOCK_EX)
    free = threading.Timer(5.0, os.close, (fd,))
    free.start()
    step = stand.step(Scan("desk", "C2"))
    answered = free.is_alive()
    free.cancel()
    free.join()
    if answered:
        os.close(fd)
    assert answered, "the card was answered only after the other process let go"
    assert step.page.name in ("visit", "out_of_service")


def test_a_clock_that_somebody_else_vouches_for_stays_trusted_after_it_was_set_right() -> None:
    start = datetime.fromisoformat(MONDAY_NOON)
    watch = ClockWatch(ClockSettings(trust="always"), None, vouched=lambda: False, in_step=lambda: False)
    state = watch.begin(Moment(start, 0.0))
    assert state is ClockState.SYNCED
    changes = list(watch.look(Moment(start - timedelta(seconds=2), 1.0), state))
    assert [change.state for change in changes] == [ClockState.SYNCED]


def test_a_loose_plug_is_counted_and_not_repeated(stand: Stand) -> None:
    before = len(stand.kinds())
    stand.step(PartDown("card", "unplugged"))
    for _ in range(20):
        stand.step(PartUp("card", 1), after_s=1)
        assert stand.counter.desk.parts.down == {}
        stand.step(PartDown("card", "unplugged"), after_s=1)
        assert stand.counter.desk.parts.down == {"card": "unplugged"}
    stand.step(PartUp("card", 1))
    stand.step(Tick(), after_s=10)
    assert stand.kinds()[before:] == ["part_down", "part_up"]
