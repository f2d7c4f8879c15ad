"""No way out: neither keys nor the environment nor a closing window end the glass or open anything of Kivy's own."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest

from tests.screens.conftest import ROOT, Told
from tests.screens.xvfb import Keyboard


@pytest.fixture
def keyboard(display: int) -> Iterator[Keyboard]:
    keys = Keyboard(display)
    yield keys
    keys.close()


@pytest.fixture
def attacked(display: int) -> Iterator[Told]:
    """A glass that was started by somebody who set everything that Kivy would obey."""
    told = Told(
        display,
        "1024x600",
        KCFG_KIVY_EXIT_ON_ESCAPE="1",
        KCFG_MODULES_INSPECTOR="",
        KCFG_INPUT_KEYBOARDS="hidinput,/dev/input/event0",
        KCFG_GRAPHICS_FULLSCREEN="1",
        KIVY_CLOCK="free_all",
        KIVY_WINDOW="x11",
        KIVY_NO_ENV_CONFIG="0",
    )
    yield told
    told.close()


def more_keys_than(seen: int, state: dict[str, Any]) -> bool:
    return bool(state["keys"] > seen)


def test_nothing_in_the_environment_changes_the_configuration(attacked: Told) -> None:
    state = attacked.show("board", 1)
    config = state["config"]
    assert state["environment"] == []
    assert config["kivy"]["exit_on_escape"] == "0"
    assert config["kivy"]["kivy_clock"] == "default"
    assert config["graphics"]["fullscreen"] == "0"
    assert config["graphics"]["allow_screensaver"] == "0"
    assert config["modules"] == {}
    assert config["input"] == {"mouse": "mouse,disable_multitouch"}


def test_no_key_ends_the_glass_or_opens_anything(glass: Told, keyboard: Keyboard) -> None:
    glass.show("board", 1)
    glass.tell("watch_window")
    keyboard.press("a")
    glass.until(lambda state: state["keys"] > 0)
    for names in (("Escape",), ("F1",), ("F11",), ("F12",), ("Control", "e"), ("Alt", "F4"), ("Control", "a")):
        seen = glass.tell("state")["keys"]
        keyboard.press(*names)
        glass.until(partial(more_keys_than, seen))
    state = glass.show("visit", 2)
    assert state["on_window"] == 1
    assert state["posted"] == []
    assert glass.process.poll() is None


def test_a_window_that_is_asked_to_close_stays(glass: Told, keyboard: Keyboard) -> None:
    glass.show("board", 1)
    assert keyboard.ask_to_close() > 0
    assert glass.show("visit", 2)["drawn"][-1] == 2


def test_the_window_of_a_demo_may_be_closed(display: int, keyboard: Keyboard) -> None:
    told = Told(display, "1024x600", "--may-close")
    told.show("board", 1)
    assert keyboard.ask_to_close() > 0
    assert told.process.wait() == 0
    told.close()


def test_kivy_must_not_be_imported_first() -> None:
    code = "import kivy; import kiosk.screens.kivy_setup"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "kivy was imported before" in done.stderr


def test_stop_ends_the_glass(glass: Told) -> None:
    glass.show("board", 1)
    assert glass.tell("stop") == "done"
    assert glass.process.wait() == 0
