from typing import Any

import pytest

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.buzzer import SOUNDS, open_buzzer
from kiosk.devices.gpio.pins import Pins
from kiosk.screens.sounds import NOTES
from kiosk.settings import BuzzerSettings

PIN = 18


def played(buzzer: Any, pin: Any, act: str) -> list[tuple[float, int]]:
    """When the buzzer changed and the pitch from then on, 0 for silence, 1 where it has its own."""
    buzzer.act(Effect("sound", act), 0.0)
    seen = [(0.0, round(pin.frequency or 0) or int(pin.state))]
    while (due := buzzer.deadline_s()) is not None:
        buzzer.on_time(due)
        seen.append((round(due, 2), round(pin.frequency or 0) or int(pin.state)))
    return seen


def test_an_active_buzzer_plays_the_rhythm(board: Any, pins: Pins) -> None:
    buzzer = open_buzzer(pins, BuzzerSettings(pin=PIN))
    assert played(buzzer, board.pin(PIN), "refused") == [(0.0, 1), (0.3, 0), (0.4, 1), (0.7, 0)]
    buzzer.close()


def test_a_passive_buzzer_plays_the_notes(board: Any, pins: Pins) -> None:
    buzzer = open_buzzer(pins, BuzzerSettings(pin=PIN, passive=True))
    assert played(buzzer, board.pin(PIN), "lent") == [(0.0, 1046), (0.08, 0), (0.14, 1568), (0.3, 0)]
    buzzer.close()
    buzzer.close()
    assert board.pin(PIN).function == "input"


@pytest.mark.parametrize("passive", [False, True])
@pytest.mark.parametrize("act", NOTES)
def test_every_sound_of_the_glass_is_heard_and_ends(board: Any, pins: Pins, act: str, passive: bool) -> None:
    buzzer = open_buzzer(pins, BuzzerSettings(pin=PIN, passive=passive))
    shown = played(buzzer, board.pin(PIN), act)
    assert shown[0][1] > 0
    assert shown[-1][1] == 0
    buzzer.close()


def test_every_sound_can_be_told_by_its_rhythm() -> None:
    assert len({tuple(length_s for _, length_s in pieces) for pieces in SOUNDS.values()}) == len(SOUNDS)


def test_a_new_sound_cuts_the_one_before_and_an_unknown_one_is_silence(board: Any, pins: Pins) -> None:
    buzzer = open_buzzer(pins, BuzzerSettings(pin=PIN, active_high=False))
    pin = board.pin(PIN)
    buzzer.act(Effect("sound", "refused"), 0.0)
    assert not pin.state
    buzzer.act(Effect("sound", "fanfare"), 0.1)
    assert pin.state
    assert buzzer.deadline_s() is None
    buzzer.close()
