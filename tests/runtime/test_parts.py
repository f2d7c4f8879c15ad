import logging

import pytest

from kiosk.runtime.parts import Parts


class Lamp:
    """A part that writes down what happens to it."""

    def __init__(self, name: str, diary: list[str], *, broken: str = "") -> None:
        self.name = name
        self._diary = diary
        self._broken = broken

    def start(self) -> None:
        if self._broken == "start":
            raise ValueError(self.name)
        self._diary.append(f"start {self.name}")

    def close(self) -> None:
        self._diary.append(f"close {self.name}")
        if self._broken == "close":
            raise ValueError(self.name)


def test_parts_start_in_order_and_close_in_reverse_once() -> None:
    diary: list[str] = []
    parts = Parts([Lamp("red", diary), Lamp("green", diary)])
    parts.start()
    assert repr(parts) == "<Parts started: ['red', 'green']>"
    parts.close()
    parts.close()
    assert diary == ["start red", "start green", "close green", "close red"]


def test_a_part_that_does_not_close_does_not_keep_the_others_open(caplog: pytest.LogCaptureFixture) -> None:
    diary: list[str] = []
    parts = Parts([Lamp("red", diary), Lamp("green", diary, broken="close")])
    parts.start()
    with caplog.at_level(logging.ERROR):
        parts.close()
    assert diary[-1] == "close red"
    assert "part green did not close" in caplog.text


def test_a_part_that_does_not_start_closes_those_before_it() -> None:
    diary: list[str] = []
    parts = Parts([Lamp("red", diary), Lamp("green", diary, broken="start"), Lamp("blue", diary)])
    with pytest.raises(ValueError, match="green"):
        parts.start()
    assert diary == ["start red", "close red"]
