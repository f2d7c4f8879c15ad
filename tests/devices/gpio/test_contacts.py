from collections.abc import Callable
from typing import Any

import pytest

from kiosk.circulation.events import Event, PartUp, Sensor, SensorName
from kiosk.devices.gpio.contacts import BEAM_CLEAR_S, STUCK_S, ContactFeed, ContactInput, open_contact
from kiosk.devices.gpio.pins import Pins
from kiosk.runtime.reader import Reader
from kiosk.settings import BeamSettings, InputSettings
from tests.runtime.waiting import Crashes, Posted

PIN = 17
FELL, JAMMED, FREE = Sensor(SensorName.BEAM), Sensor(SensorName.JAM), Sensor(SensorName.JAM, False)


class Bench:
    """A contact with a switch to throw and a clock to wind; its levels are `yes` and `no`, whatever the wiring."""

    def __init__(
        self, board: Any, name: SensorName, settings: InputSettings, *, yes: bool = False, stuck_is_jam: bool = False
    ) -> None:
        self.now_s = 100.0
        self.pin = board.pin(settings.pin)
        self._yes_is_high = settings.active == "high"
        self.contact = ContactInput(settings)
        self._throw(yes)
        self.feed = ContactFeed(name, settings, self.contact, stuck_is_jam=stuck_is_jam, now_s=lambda: self.now_s)

    def throw(self, yes: bool, *, after_s: float = 0.0) -> list[Event]:
        """The switch moves after a while; what was told up to then and there."""
        events = self.wait(after_s)
        self._throw(yes)
        return events + self.feed.read(self.now_s)

    def wait(self, for_s: float) -> list[Event]:
        """Time passes as the reader's thread lets it: up to each deadline."""
        until_s, events = self.now_s + for_s, list[Event]()
        while (due := self.feed.deadline_s()) is not None and due <= until_s:
            self.now_s = max(self.now_s, due)
            events += self.feed.silence(self.now_s)
        self.now_s = until_s
        return events

    def _throw(self, yes: bool) -> None:
        if yes == self._yes_is_high:
            self.pin.drive_high()
        else:
            self.pin.drive_low()


Put = Callable[..., Bench]


@pytest.fixture
def put(board: Any) -> Any:
    """Wires a contact up, and gives its pin back after the test."""
    benches: list[Bench] = []

    def put(name: SensorName, settings: InputSettings, **more: bool) -> Bench:
        benches.append(Bench(board, name, settings, **more))
        return benches[-1]

    yield put
    for bench in benches:
        bench.feed.close()


WIRINGS: dict[str, InputSettings] = {
    "closes to ground": InputSettings(pin=PIN),
    "opens from ground": InputSettings(pin=PIN, active="high"),
    "closes to 3.3 V": InputSettings(pin=PIN, pull="down", active="high"),
    "opens from 3.3 V": InputSettings(pin=PIN, pull="down", active="low"),
    "drives both levels, low is yes": InputSettings(pin=PIN, pull="none", active="low"),
    "drives both levels, high is yes": InputSettings(pin=PIN, pull="none", active="high"),
}


@pytest.mark.parametrize("wiring", WIRINGS)
def test_every_wiring_tells_the_level_at_the_start_and_each_change(put: Put, wiring: str) -> None:
    bench = put(SensorName.BIN_FULL, WIRINGS[wiring])
    assert bench.wait(1.0) == [Sensor(SensorName.BIN_FULL, False)]
    assert bench.throw(True) + bench.wait(1.0) == [Sensor(SensorName.BIN_FULL, True)]
    assert bench.throw(False) + bench.wait(1.0) == [Sensor(SensorName.BIN_FULL, False)]


@pytest.mark.parametrize("name", [SensorName.BIN_FULL, SensorName.JAM])
def test_a_level_that_is_there_at_the_start_is_told(put: Put, name: SensorName) -> None:
    assert put(name, InputSettings(pin=PIN), yes=True).wait(1.0) == [Sensor(name, True)]


def test_a_help_button_is_told_when_it_is_pressed_and_not_when_it_is_let_go_or_was_held_at_the_start(put: Put) -> None:
    bench = put(SensorName.HELP, InputSettings(pin=PIN), yes=True)
    assert bench.wait(1.0) == []
    assert bench.throw(False) + bench.wait(1.0) == []
    assert bench.throw(True) + bench.wait(1.0) == [Sensor(SensorName.HELP)]
    assert bench.throw(False) + bench.wait(1.0) == []


def test_a_switch_that_bounces_is_told_once(put: Put) -> None:
    bench = put(SensorName.HELP, InputSettings(pin=PIN))
    bench.wait(1.0)
    events = [event for yes in (True, False) * 4 for event in bench.throw(yes, after_s=0.005)]
    assert events + bench.throw(True, after_s=0.005) + bench.wait(1.0) == [Sensor(SensorName.HELP)]


def test_a_book_that_falls_through_the_beam_is_told_once_however_it_tumbles(put: Put) -> None:
    bench = put(SensorName.BEAM, BeamSettings(pin=PIN), stuck_is_jam=True)
    assert bench.wait(1.0) == [FREE]
    events = bench.throw(True) + bench.throw(False, after_s=0.03) + bench.throw(True, after_s=0.06)
    assert events + bench.throw(False, after_s=0.02) + bench.wait(1.0) == [FELL]
    assert bench.throw(True, after_s=2.0) + bench.throw(False, after_s=0.03) == [FELL]
    assert bench.throw(True, after_s=BEAM_CLEAR_S + 0.1) + bench.wait(0.01) == [FELL]


def test_a_speck_that_is_shorter_than_the_debounce_is_no_book(put: Put) -> None:
    bench = put(SensorName.BEAM, BeamSettings(pin=PIN, debounce_ms=5), stuck_is_jam=True)
    bench.wait(1.0)
    assert bench.throw(True) + bench.throw(False, after_s=0.004) + bench.wait(10.0) == []


def test_a_book_that_stays_in_the_beam_is_a_jam_until_it_is_taken_out(put: Put) -> None:
    bench = put(SensorName.BEAM, BeamSettings(pin=PIN), stuck_is_jam=True)
    bench.wait(1.0)
    assert bench.throw(True) + bench.wait(STUCK_S - 0.01) == [FELL]
    assert bench.wait(0.02) == [JAMMED]
    assert bench.wait(100.0) == []
    assert bench.throw(False) + bench.wait(1.0) == [FREE]


def test_a_beam_that_is_broken_at_the_start_is_no_book_but_becomes_a_jam(put: Put) -> None:
    bench = put(SensorName.BEAM, BeamSettings(pin=PIN), yes=True, stuck_is_jam=True)
    assert bench.wait(STUCK_S - 0.1) == []
    assert bench.wait(1.0) == [JAMMED]


def test_beside_a_jam_switch_the_beam_says_nothing_of_jams(put: Put) -> None:
    bench = put(SensorName.BEAM, BeamSettings(pin=PIN))
    assert bench.wait(1.0) == []
    assert bench.throw(True) + bench.wait(100.0) + bench.throw(False) + bench.wait(1.0) == [FELL]


def test_an_edge_that_got_lost_is_found_at_the_pin(put: Put) -> None:
    bench = put(SensorName.BIN_FULL, InputSettings(pin=PIN, debounce_ms=50))
    bench.throw(True)
    bench.contact.on_edge(lambda yes: None)
    bench.pin.drive_high()
    assert bench.wait(1.0) == [Sensor(SensorName.BIN_FULL, True), Sensor(SensorName.BIN_FULL, False)]


def test_a_contact_closes_twice_without_harm_and_hears_nothing_more(board: Any, pins: Pins) -> None:
    feed = open_contact(pins, SensorName.HELP, InputSettings(pin=PIN), stuck_is_jam=False)
    feed.close()
    board.pin(PIN).drive_low()
    open_contact(pins, SensorName.HELP, InputSettings(pin=PIN), stuck_is_jam=False).close()


def test_the_readers_thread_tells_what_happens_at_the_pin(board: Any, pins: Pins) -> None:
    posted, crashes = Posted(), Crashes()
    reader = Reader(
        "beam",
        lambda: open_contact(pins, SensorName.BEAM, BeamSettings(pin=PIN, debounce_ms=0), stuck_is_jam=True),
        posted.post,
        crashes,
    )
    reader.start()
    posted.wait_until(FREE)
    board.pin(PIN).drive_low()
    board.pin(PIN).drive_high()
    posted.wait_until(FELL)
    reader.close()
    assert posted.events == [PartUp("beam"), FREE, FELL]
    assert crashes.errors == []
