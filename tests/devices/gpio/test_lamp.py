from pathlib import Path
from typing import Any

import pytest

from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.lamp import PATTERNS, Lamp, Mood, open_lamp
from kiosk.devices.gpio.pins import Pins
from kiosk.settings import LampSettings

ROOT = Path(__file__).parents[3]
COLOURS = {"red": 17, "green": 27, "blue": 22}
RGB = LampSettings(red=17, green=27, blue=22)


def lit(board: Any, *, anode: bool = False) -> set[str]:
    """The colours that shine."""
    return {
        colour
        for colour, pin in COLOURS.items()
        if board.pin(pin).function == "output" and bool(board.pin(pin).state) != anode
    }


def played(lamp: Lamp, board: Any, mood: Mood, for_s: float, after: Mood | None = None) -> list[tuple[float, set[str]]]:
    """When the lamp changed and what then shone, from the moment that it was told."""
    lamp.act(Effect("lamp", mood, after), 0.0)
    seen = [(0.0, lit(board))]
    while (due := lamp.deadline_s()) is not None and due <= for_s:
        lamp.on_time(due)
        if lit(board) != seen[-1][1]:
            seen.append((round(due, 3), lit(board)))
    return seen


AMBER = {"red", "green"}
SHOWS: dict[Mood, list[tuple[float, set[str]]]] = {
    Mood.IDLE: [(0.0, {"green"})],
    Mood.VISIT: [(0.0, {"red", "green", "blue"})],
    Mood.WARN: [(0.0, AMBER), (0.5, set()), (1.0, AMBER), (1.5, set()), (2.0, AMBER)],
    Mood.FLAP_OPEN: [(0.0, {"green"}), (0.5, set()), (1.0, {"green"}), (1.5, set()), (2.0, {"green"})],
    Mood.ATTENTION: [(0.0, AMBER), (0.2, set()), (0.5, AMBER), (0.7, set())],
    Mood.FAULT: [(0.0, {"red"}), (2.0, set())],
}


@pytest.mark.parametrize("mood", SHOWS)
def test_each_mood_has_its_colour_and_rhythm(board: Any, pins: Pins, mood: Mood) -> None:
    lamp = open_lamp(pins, RGB)
    assert lit(board) == set()
    assert played(lamp, board, mood, 2.1) == SHOWS[mood]
    lamp.close()


def test_help_blinks_blue_twice_a_second(board: Any, pins: Pins) -> None:
    lamp = open_lamp(pins, RGB)
    shown = played(lamp, board, Mood.HELP, 60.1)
    assert [colours for _, colours in shown[:2]] == [{"blue"}, set()]
    assert len(shown) == 241
    lamp.close()


def test_a_refusal_is_shown_for_a_moment_and_then_what_was_so_before(board: Any, pins: Pins) -> None:
    lamp = open_lamp(pins, RGB)
    shown = played(lamp, board, Mood.REFUSED, 10.0, Mood.VISIT)
    assert shown == [(0.0, {"red"}), (0.6, set()), (0.9, {"red", "green", "blue"})]
    lamp.close()


def test_no_two_moods_that_ask_for_somebody_blink_alike_so_that_colour_is_not_needed() -> None:
    rhythms = {mood: pattern.rhythm_s for mood, pattern in PATTERNS.items() if pattern.rhythm_s}
    assert set(PATTERNS) == set(Mood)
    assert set(PATTERNS) - set(rhythms) == {Mood.IDLE, Mood.VISIT}
    told_apart_by_place = {Mood.FLAP_OPEN}  # shown to the one at the drop point, who has just scanned
    assert len({rhythms[mood] for mood in rhythms.keys() - told_apart_by_place}) == len(rhythms) - 1


def test_a_common_anode_is_dark_when_its_pins_are_high(board: Any, pins: Pins) -> None:
    lamp = open_lamp(pins, LampSettings(red=17, green=27, blue=22, common_anode=True))
    assert lit(board, anode=True) == set()
    lamp.act(Effect("lamp", Mood.WARN), 0.0)
    assert lit(board, anode=True) == {"red", "green"}
    lamp.close()


@pytest.mark.parametrize(
    ("mood", "shines"),
    [(Mood.FAULT, True), (Mood.HELP, True), (Mood.WARN, True), (Mood.IDLE, True), (Mood.VISIT, True)],
)
def test_a_lamp_with_green_alone_blinks_all_the_same(board: Any, pins: Pins, mood: Mood, shines: bool) -> None:
    lamp = open_lamp(pins, LampSettings(green=COLOURS["green"]))
    lamp.act(Effect("lamp", mood), 0.0)
    assert (lit(board) == {"green"}) is shines
    lamp.close()


def test_a_lamp_with_red_alone_is_dark_while_all_is_well(board: Any, pins: Pins) -> None:
    lamp = open_lamp(pins, LampSettings(red=COLOURS["red"]))
    lamp.act(Effect("lamp", Mood.IDLE), 0.0)
    assert lit(board) == set()
    lamp.close()


def test_a_closed_lamp_gives_its_pins_back(board: Any, pins: Pins) -> None:
    lamp = open_lamp(pins, RGB)
    lamp.act(Effect("lamp", Mood.FAULT), 0.0)
    lamp.close()
    lamp.close()
    assert {board.pin(pin).function for pin in COLOURS.values()} == {"input"}


@pytest.mark.parametrize("mood", Mood)
def test_the_table_for_the_wall_says_what_the_lamp_shows(mood: Mood) -> None:
    pattern = PATTERNS[mood]
    *others, last = pattern.colours
    colours = f"{', '.join(others)} and {last}" if others else last
    name = {("red", "green"): " (amber)", ("red", "green", "blue"): " (white)"}.get(pattern.colours, "")
    pieces = [f"{length_s:g} {'off' if at % 2 else 'on'}" for at, length_s in enumerate(pattern.rhythm_s)]
    row = f"| `{mood}` | {colours}{name} | {', '.join(pieces) or 'steady'} | "
    assert row in (ROOT / "docs" / "gpio.md").read_text("utf-8")
