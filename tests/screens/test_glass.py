"""Touches and pages on a real glass."""

import os
import subprocess
import sys
from functools import partial
from pathlib import Path
from typing import Any

from tests.screens.conftest import ROOT, Told
from tests.screens.gallery import PAGES


def test_a_tap_is_posted_with_the_serial_of_its_page(glass: Told) -> None:
    glass.show("refusal", 7)
    glass.until(lambda _: bool(glass.tell("tap", label="知道了")) and bool(glass.tell("state")["posted"]))
    assert glass.tell("state")["posted"] == [["cancel", None, 7]]


def test_a_second_tap_on_the_same_page_is_not_posted(glass: Told) -> None:
    glass.show("visit", 1)
    glass.until(lambda _: bool(glass.tell("tap", label="不借了", times=3)) and bool(glass.tell("state")["posted"]))
    glass.tell("tap", label="不借了", times=3)
    assert glass.tell("state")["posted"] == [["give_back", "1", 1]]


def test_a_tap_right_after_the_page_changed_is_not_posted(glass: Told) -> None:
    glass.show("visit", 1)
    glass.tell("show", page="refusal", language="zh_CN", serial=2)
    glass.until(lambda state: 2 in state["drawn"])
    glass.tell("tap", label="知道了")
    assert glass.tell("state")["posted"] == []


def test_ten_fingers_at_once_are_one_finger(glass: Told) -> None:
    glass.show("refusal", 1)
    glass.until(lambda _: bool(glass.tell("tap", label="知道了", fingers=10)) and bool(glass.tell("state")["posted"]))
    assert len(glass.tell("state")["posted"]) == 1


def test_every_page_is_told_as_drawn_once_and_in_order(glass: Told) -> None:
    for serial, name in enumerate(("board", "visit", "visit", "refusal"), start=1):
        glass.show(name, serial)
    assert glass.tell("state")["drawn"] == [1, 2, 3, 4]


def test_an_older_page_does_not_come_back(glass: Told) -> None:
    glass.show("board", 5)
    glass.tell("show", page="visit", language="zh_CN", serial=4)
    glass.show("refusal", 6)
    assert glass.tell("state")["drawn"] == [5, 6]


def test_the_main_loop_gives_signs_of_life(glass: Told) -> None:
    beats = glass.tell("state")["beats"]
    glass.until(lambda state: state["beats"] > beats)


def tapped_until(glass: Told, digit: str, dots: int, state: dict[str, Any]) -> bool:
    """Taps a key until as many dots are there; a touch just after another may not count."""
    if state["dots"] < dots:
        glass.tell("tap", label=digit)
    return bool(state["dots"] == dots)


def test_a_notice_board_that_nobody_touches_is_not_drawn_again(glass: Told) -> None:
    glass.show("board", 1)
    glass.tell("watch_window")
    beats = glass.tell("state")["beats"]
    assert glass.until(lambda state: state["beats"] >= beats + 2)["frames"] <= 1


def test_a_countdown_moves_by_itself(glass: Told) -> None:
    glass.show("visit", 1)
    glass.tell("watch_window")
    glass.until(lambda state: state["frames"] > 3)


def test_a_pin_leaves_the_glass_once_and_only_as_a_whole(glass: Told) -> None:
    glass.show("pin", 1)
    for number, digit in enumerate("1234", start=1):
        glass.until(partial(tapped_until, glass, digit, number))
    assert glass.tell("state")["posted"] == []
    glass.until(lambda state: bool(state["posted"]) or not glass.tell("tap", label="确定"))
    state = glass.tell("state")
    assert state["posted"] == [["pin", "1234", 1]]
    assert state["dots"] == 0


def test_a_long_list_follows_the_finger_and_a_drag_is_no_tap(glass: Told) -> None:
    glass.show("visit_long", 1)
    glass.tell("drag", x=300, y=300, by=120)
    state = glass.tell("state")
    assert max(state["offsets"]) > 100
    assert state["posted"] == []


def test_a_picture_is_written_in_the_size_that_was_asked_for(glass: Told, tmp_path: Path) -> None:
    path = tmp_path / "board.png"
    for size in ((1024, 600), (1280, 800)):
        glass.tell("render", page="board", language="en", serial=1, path=str(path), size=size)
        data = path.read_bytes()
        assert data.startswith(b"\x89PNG\r\n\x1a\n")
        assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == size
    assert [name.name for name in tmp_path.iterdir()] == ["board.png"]


def test_every_page_can_follow_every_other(glass: Told) -> None:
    names = list(PAGES)
    for serial, name in enumerate(names + names[::-1], start=1):
        glass.tell("show", page=name, language="en" if serial % 2 else "zh_CN", serial=serial)
    glass.until(lambda state: 2 * len(names) in state["drawn"])


NO_CHINESE = """
import dataclasses
from pathlib import Path
from kiosk.screens.kivy_setup import GlassOptions, open_glass
from kiosk.screens.fonts import FontMissing, font_paths
import kivy
roboto = Path(kivy.__file__).parent / "data" / "fonts" / "Roboto-Regular.ttf"
glass = open_glass(GlassOptions(), dataclasses.replace(font_paths(), bold=roboto), lambda touch: None)
try:
    glass.run()
except FontMissing as missing:
    print(missing)
"""


def test_a_display_that_does_not_answer_is_one_clear_error(fonts: None) -> None:
    code = """
from kiosk.screens.kivy_setup import GlassOptions, NoDisplay, open_glass
from kiosk.screens.fonts import font_paths
try:
    open_glass(GlassOptions(), font_paths(), lambda touch: None).run()
except NoDisplay as error:
    print(error)
"""
    environment = {key: value for key, value in os.environ.items() if key not in {"DISPLAY", "WAYLAND_DISPLAY"}}
    environment |= {"DISPLAY": ":4095", "SDL_VIDEODRIVER": "x11"}
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "no display" in done.stdout, done.stderr


def test_a_font_without_chinese_is_refused_before_the_first_page(display: int) -> None:
    environment = os.environ | {"DISPLAY": f":{display}"}
    done = subprocess.run([sys.executable, "-c", NO_CHINESE], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "draws no Chinese" in done.stdout
