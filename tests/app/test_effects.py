"""Effects go to their parts, and the lamp says what the desk's pages say."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app.effects import Effects, mood_of
from kiosk.app.outputs import contacts, pin_outputs, refuse_half_a_drop_point
from kiosk.circulation.events import (
    ClockChanged,
    ClockState,
    Event,
    PartDown,
    PartUp,
    Scan,
    Sensor,
    SensorName,
    Tick,
    Touch,
    TouchAct,
)
from kiosk.circulation.turn import Effect
from kiosk.devices.gpio.lamp import Mood
from kiosk.devices.gpio.pins import Pins
from kiosk.settings import DropSettings, Settings, SettingsError, parse_settings
from tests.app.desks import Stand, school

SOUND, REFUSED = Effect("sound", "lent"), Effect("sound", "refused")


class Parts:
    """Keeps what each part was given."""

    def __init__(self, *names: str) -> None:
        self.given: list[Effect] = []
        self.effects = Effects(dict.fromkeys(names, self.given.append))

    def take(self) -> list[Effect]:
        given, self.given[:] = list(self.given), []
        return given


def test_each_effect_goes_to_its_part_in_order_and_those_of_no_part_to_nobody() -> None:
    parts = Parts("sound", "flap")
    flap, slip = Effect("flap", "open"), Effect("receipt", "print")
    parts.effects.carry_out((SOUND, slip, flap), Mood.VISIT)
    assert parts.take() == [SOUND, flap]


def test_the_lamp_is_told_when_its_mood_changes_and_of_every_refusal() -> None:
    lamp = Parts("lamp")
    tell = lamp.effects.carry_out
    tell((), Mood.IDLE)
    tell((SOUND,), Mood.IDLE)
    tell((Effect("lamp", "warn"),), Mood.WARN)
    assert lamp.take() == [Effect("lamp", Mood.IDLE), Effect("lamp", Mood.WARN)]
    for _ in range(2):
        tell((REFUSED,), Mood.VISIT)
    assert lamp.take() == [Effect("lamp", Mood.REFUSED, Mood.VISIT)] * 2
    tell((), Mood.VISIT)
    tell((REFUSED,), Mood.FAULT)
    assert lamp.take() == [Effect("lamp", Mood.FAULT)]


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    yield (stand := Stand(school(tmp_path), Settings(drop=DropSettings(beam=True))))
    stand.close()


def moods(stand: Stand, *events: tuple[Event, float]) -> list[Mood]:
    """The lamp after each event, which comes so many seconds after the one before."""
    return [mood_of(stand.counter.desk, stand.step(event, after_s).page) for event, after_s in events]


def test_the_lamp_follows_a_visit(stand: Stand) -> None:
    assert moods(
        stand,
        (Tick(), 0),
        (Scan("desk", "C1"), 1),
        (Scan("desk", "B1"), 1),
        (Tick(), 21),
        (Touch(TouchAct.LANGUAGE), 1),
        (Touch(TouchAct.DONE), 1),
        (Scan("desk", "B2"), 1),
    ) == [Mood.IDLE, Mood.VISIT, Mood.VISIT, Mood.WARN, Mood.VISIT, Mood.IDLE, Mood.VISIT]


def test_the_lamp_follows_the_drop_point_and_what_staff_should_see(stand: Stand) -> None:
    assert moods(
        stand,
        (Scan("drop", "B1"), 1),
        (Sensor(SensorName.BEAM), 1),
        (Sensor(SensorName.BIN_FULL, True), 1),
        (Sensor(SensorName.BIN_FULL, False), 1),
        (Sensor(SensorName.JAM, True), 1),
        (Sensor(SensorName.JAM, False), 1),
        (PartDown("desk", "absent"), 1),
        (PartUp("desk"), 1),
        (ClockChanged(ClockState.GUESS), 60),
        (ClockChanged(ClockState.SYNCED), 1),
    ) == [
        Mood.FLAP_OPEN,
        Mood.IDLE,
        Mood.ATTENTION,
        Mood.IDLE,
        Mood.ATTENTION,
        Mood.IDLE,
        Mood.ATTENTION,
        Mood.IDLE,
        Mood.ATTENTION,
        Mood.IDLE,
    ]


def test_who_calls_for_help_is_seen_in_the_middle_of_a_visit(stand: Stand) -> None:
    called = moods(stand, (Scan("desk", "C1"), 1), (Sensor(SensorName.HELP), 1), (Tick(), 61))
    assert called[:2] == [Mood.VISIT, Mood.HELP]
    assert called[2] is not Mood.HELP


def test_a_reader_that_another_program_holds_is_a_fault(stand: Stand) -> None:
    assert moods(stand, (PartDown("desk", "held"), 1)) == [Mood.FAULT]


def crash(error: BaseException) -> None:
    raise error


PINS = """
[drop]
beam = true
[gpio.lamp]
red = 17
[gpio.buzzer]
pin = 18
[gpio.flap]
pin = 5
[gpio.beam]
pin = 6
[gpio.bin_full]
pin = 13
"""


def test_only_parts_that_are_named_are_there_and_the_flap_comes_last_to_close_first() -> None:
    settings, pins = parse_settings(PINS, "kiosk.toml"), Pins("/nowhere")
    outputs = pin_outputs(settings, pins, lambda event: True, crash)
    assert list(outputs) == ["lamp", "sound", "flap"]
    assert [part.name for part in contacts(settings, pins, lambda event: True, crash)] == ["beam", "bin_full"]
    assert pin_outputs(Settings(), pins, lambda event: True, crash) == {}
    assert contacts(Settings(), pins, lambda event: True, crash) == []


def test_a_drop_point_whose_parts_do_not_fit_together_is_refused_by_the_key() -> None:
    whole = parse_settings(PINS, "kiosk.toml")
    refuse_half_a_drop_point(whole)
    refuse_half_a_drop_point(Settings())
    for settings, key in (
        (Settings(drop=DropSettings(beam=True)), "drop.beam"),
        (parse_settings("[gpio.beam]\npin = 6", "kiosk.toml"), "gpio.beam"),
        (parse_settings("[gpio.flap]\npin = 5", "kiosk.toml"), "gpio.flap"),
    ):
        with pytest.raises(SettingsError, match=key):
            refuse_half_a_drop_point(settings)
