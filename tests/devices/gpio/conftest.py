from collections.abc import Iterator
from typing import Any

import pytest
from gpiozero import Device
from gpiozero.pins.mock import MockFactory, MockPWMPin

from kiosk.devices.gpio.pins import Pins


@pytest.fixture
def board() -> Iterator[Any]:
    """A Pi without a Pi: `board.pin(17).drive_low()` is what happens in the world."""
    factory = MockFactory(pin_class=MockPWMPin)
    Device.pin_factory = factory
    yield factory
    factory.reset()
    Device.pin_factory = None


@pytest.fixture
def pins(board: Any) -> Pins:
    return Pins("/nowhere")
