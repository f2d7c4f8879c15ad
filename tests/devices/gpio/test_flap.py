import errno
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.flap import Flap, open_flap
from kiosk.devices.gpio.pins import Pins, PinsFailed
from kiosk.settings import FlapSettings

PIN = 5
OPEN, CLOSE = Effect("flap", "open"), Effect("flap", "close")


@pytest.fixture(params=[True, False], ids=["active high", "active low"])
def settings(request: pytest.FixtureRequest) -> FlapSettings:
    return FlapSettings(pin=PIN, active_high=request.param, longest_s=20.0)


def test_it_is_shut_from_the_start_and_opens_and_shuts_however_often_it_is_told(
    board: Any, pins: Pins, settings: FlapSettings
) -> None:
    flap = open_flap(pins, settings)
    pin = board.pin(PIN)
    assert (pin.function, pin.state == settings.active_high, flap.deadline_s()) == ("output", False, None)
    for acts, opened in (([OPEN], True), ([OPEN, OPEN], True), ([CLOSE], False), ([CLOSE], False), ([OPEN], True)):
        for act in acts:
            flap.act(act, 1.0)
        assert (pin.state == settings.active_high) is opened
    flap.close()
    assert pin.function == "input"


def test_it_shuts_by_itself_counted_from_the_first_opening(board: Any, pins: Pins, settings: FlapSettings) -> None:
    flap = open_flap(pins, settings)
    flap.act(OPEN, 100.0)
    flap.act(OPEN, 119.0)
    assert flap.deadline_s() == 120.0
    flap.on_time(119.9)
    assert repr(flap) == "<Flap open>"
    flap.on_time(120.0)
    assert board.pin(PIN).state != settings.active_high
    assert flap.deadline_s() is None
    flap.act(OPEN, 200.0)
    assert flap.deadline_s() == 220.0
    flap.close()


def test_closing_it_while_it_is_open_shuts_it_first_and_twice_does_no_harm(board: Any, pins: Pins) -> None:
    flap = open_flap(pins, FlapSettings(pin=PIN, active_high=True))
    pin = board.pin(PIN)
    flap.act(OPEN, 0.0)
    pin.clear_states()
    flap.close()
    flap.close()
    pin.assert_states([True, False])


class Relay:
    """A line that fails as often as a test says."""

    def __init__(self, fails: int) -> None:
        self.fails = fails
        self.told: list[bool] = []
        self.closed = False

    @property
    def value(self) -> bool:
        return self.told[-1]

    @value.setter
    def value(self, on: bool) -> None:
        self.told.append(on)
        if self.fails:
            self.fails -= 1
            raise OSError(errno.EIO, "Input/output error")

    def close(self) -> None:
        self.closed = True


@given(st.lists(st.tuples(st.sampled_from([OPEN, CLOSE]), st.integers(0, 50)), max_size=30))
def test_whatever_it_is_told_it_is_never_on_for_longer_than_it_may(acts: list[tuple[Effect, int]]) -> None:
    relay, now_s, on_s = Relay(fails=0), 0, None
    flap = Flap(relay, 20)
    for act, passed_s in [*acts, (CLOSE, 50)]:
        now_s += passed_s
        while (due_s := flap.deadline_s()) is not None and due_s <= now_s:
            flap.on_time(due_s)
            assert on_s is not None
            assert due_s - on_s <= 20
            on_s = None
        flap.act(act, now_s)
        assert relay.value is (act is OPEN)
        on_s = None if act is CLOSE else now_s if on_s is None else on_s
    assert relay.value is False


def test_a_pin_that_fails_once_is_tried_again() -> None:
    relay = Relay(fails=1)
    flap = Flap(relay, 20.0)
    flap.act(OPEN, 0.0)
    assert relay.told == [True, True]


def test_a_pin_that_fails_twice_is_a_fault_and_is_given_back_all_the_same() -> None:
    relay = Relay(fails=4)
    flap = Flap(relay, 20.0)
    with pytest.raises(OSError, match="Input/output"):
        flap.act(OPEN, 0.0)
    with pytest.raises(OSError, match="Input/output"):
        flap.close()
    assert relay.closed


def test_a_pin_that_is_in_use_is_a_fault_of_the_device(board: Any, pins: Pins) -> None:
    flap = open_flap(pins, FlapSettings(pin=PIN))
    with pytest.raises(PinsFailed, match="GPIOPinInUse"):
        open_flap(pins, FlapSettings(pin=PIN))
    flap.close()


def test_a_word_that_no_flap_knows_is_a_mistake_of_ours(board: Any, pins: Pins) -> None:
    flap = open_flap(pins, FlapSettings(pin=PIN))
    with pytest.raises(ValueError, match="ajar"):
        flap.act(Effect("flap", "ajar"), 0.0)
    flap.close()
