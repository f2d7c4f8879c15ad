import errno
from pathlib import Path
from typing import Any

import pytest
from gpiozero import Device

from kiosk.devices.gpio import pins as pins_module
from kiosk.devices.gpio.look import PinSeen, look
from kiosk.devices.gpio.pins import Pins, PinsFailed, pin_errors
from kiosk.settings import (
    BeamSettings,
    BuzzerSettings,
    FlapSettings,
    GpioSettings,
    InputSettings,
    LampSettings,
)

ALL = GpioSettings(
    lamp=LampSettings(red=17, green=27),
    buzzer=BuzzerSettings(pin=18),
    flap=FlapSettings(pin=5),
    beam=BeamSettings(pin=6),
    help=InputSettings(pin=26),
)


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A computer that is no Pi, with nothing said about pins."""
    monkeypatch.setattr(Device, "pin_factory", None)
    monkeypatch.setenv("LG_WD", "/nowhere")
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)


@pytest.mark.usefixtures("bare_machine")
def test_without_lgpio_there_are_no_pins_and_nothing_else_is_tried(recwarn: pytest.WarningsRecorder) -> None:
    with pytest.raises(PinsFailed) as caught, Pins("/nowhere").opened():
        pass
    assert "\n" not in str(caught.value)
    assert len(recwarn) == 0


def test_a_factory_that_does_not_exist_is_a_fault_and_not_another_factory(
    bare_machine: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "wirepoke")
    (tmp_path / "gpiochip0").touch()
    monkeypatch.setattr(pins_module, "DEV", tmp_path)
    with pytest.raises(PinsFailed, match="wirepoke"), Pins("/nowhere").opened():
        pass


def test_a_machine_without_pins_is_said_to_be_one(
    bare_machine: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "wirepoke")
    monkeypatch.setattr(pins_module, "DEV", tmp_path)
    with pytest.raises(PinsFailed, match="no pins") as caught, Pins("/nowhere").opened():
        pass
    assert caught.value.errno == errno.ENOENT


def test_what_is_not_of_the_pins_goes_on_as_it_is() -> None:
    with pytest.raises(KeyError), pin_errors():
        raise KeyError("ours")
    with pytest.raises(FileNotFoundError), pin_errors():
        raise FileNotFoundError


def test_a_look_tells_every_pin_and_moves_nothing(board: Any, pins: Pins) -> None:
    board.pin(26).drive_low()
    board.pin(5).clear_states()
    assert look(ALL, pins) == [
        PinSeen("gpio.lamp.red", 17),
        PinSeen("gpio.lamp.green", 27),
        PinSeen("gpio.buzzer.pin", 18),
        PinSeen("gpio.flap.pin", 5),
        PinSeen("gpio.beam.pin", 6, active=False),
        PinSeen("gpio.help.pin", 26, active=False),
    ]
    assert {board.pin(pin).function for pin in (17, 27, 18, 5, 6, 26)} == {"input"}


def test_a_look_at_a_pin_that_is_in_use_says_so(board: Any, pins: Pins) -> None:
    from gpiozero import LED

    with LED(5):
        seen = look(GpioSettings(flap=FlapSettings(pin=5)), pins)
    assert "GPIOPinInUse" in seen[0].problem


@pytest.mark.usefixtures("bare_machine")
def test_a_look_without_pins_says_why_for_each() -> None:
    seen = look(ALL, Pins("/nowhere"))
    assert [pin.key for pin in seen if not pin.problem] == []
