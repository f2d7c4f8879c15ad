"""Every page in every shape: all its words are there, nothing is cut off, nothing lies over another, and all that is
touched is large enough. Structure, not pixels: the places that a real glass gave to what it drew."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from kiosk.screens.fonts import font_paths
from kiosk.screens.pages import Button, Countdown, Cover, Page
from kiosk.screens.theme import TEXT_SMALLEST_PX, Frame
from kiosk.screens.typeset import drawable
from tests.screens.conftest import ROOT
from tests.screens.gallery import PAGES

SHAPES = ("1024x600-zh_CN", "1024x600-en", "1280x800-zh_CN", "600x1024-zh_CN", "600x1024-en")
# Lists show the beginning of a very long title; the board shows as many covers as there is room for.
MAY_BE_CUT = {"visit_long", "waiting_long", "refusal_long"}
SLACK_PX = 2.0
Thing = dict[str, Any]


@pytest.fixture(scope="session")
def portraits(display: int, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Surveys of all pages in all shapes."""
    dest = tmp_path_factory.mktemp("portraits")
    for shape in SHAPES:
        size, language = shape.split("-")
        subprocess.run(
            [sys.executable, "-m", "tests.screens.portrait", str(dest), size, language],
            cwd=ROOT, env=os.environ | {"DISPLAY": f":{display}"}, check=True,
        )  # fmt: skip
    return dest


@pytest.fixture(params=SHAPES)
def shape(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(params=sorted(PAGES))
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def things(portraits: Path, name: str, shape: str) -> list[Thing]:
    size, language = shape.split("-")
    loaded: list[Thing] = json.loads((portraits / f"{name}-{language}-{size}.json").read_text("utf-8"))
    return loaded


def frame(shape: str) -> Frame:
    width, height = (int(side) for side in shape.split("-")[0].split("x"))
    return Frame(width, height)


def texts(value: object) -> Iterator[str]:
    """Every text that a page holds, as it must be seen."""
    if isinstance(value, Countdown | Cover):
        return
    if isinstance(value, Button):
        yield value.label
    elif isinstance(value, tuple) and value and all(hasattr(part, "accent") for part in value):
        yield "".join(part.text for part in value)
    elif isinstance(value, tuple):
        for part in value:
            yield from texts(part)
    elif is_dataclass(value):
        for field in fields(value):
            if field.name not in {"name", "icon", "mark", "tone", "act"} or type(value).__name__ == "Who":
                yield from texts(getattr(value, field.name))
    elif isinstance(value, str) and value:
        yield value


def make(name: str, shape: str) -> Page:
    return PAGES[name](shape.endswith("zh_CN"))


def flat(text: str) -> str:
    return drawable(text, font_paths().covers).replace(" ", "").replace("\n", "").replace("\u3000", "")


def test_every_word_of_the_page_is_on_the_glass(things: list[Thing], name: str, shape: str) -> None:
    seen = "".join(flat(thing["text"]) + "|" for thing in things if thing["kind"] == "words")
    for text in texts(make(name, shape)):
        assert flat(text) in seen


def test_no_text_is_wider_or_higher_than_its_place(things: list[Thing]) -> None:
    for thing in things:
        if thing["kind"] == "words":
            assert thing["needs"][0] <= thing["place"][2] + SLACK_PX, thing
            assert thing["needs"][1] <= thing["place"][3] + SLACK_PX, thing


def test_no_text_is_shortened_but_in_lists(things: list[Thing], name: str) -> None:
    cut = [thing["text"] for thing in things if thing.get("cut")]
    assert not cut or name in MAY_BE_CUT


def test_no_text_is_smaller_than_can_be_read(things: list[Thing], shape: str) -> None:
    least = round(TEXT_SMALLEST_PX * frame(shape).scale)
    assert all(thing["size"] >= least for thing in things if thing["kind"] == "words")


def test_everything_stands_on_the_glass(things: list[Thing], shape: str) -> None:
    room = [0, 0, frame(shape).width, frame(shape).height]
    for thing in things:
        if thing["inside"]:
            inside, place = thing["inside"], thing["place"]
            assert place[0] >= inside[0] - SLACK_PX
            assert place[0] + place[2] <= inside[0] + inside[2] + SLACK_PX
            assert within(inside, room), thing
        else:
            assert within(thing["place"], room), thing


def test_what_is_on_a_card_stays_on_it(things: list[Thing]) -> None:
    for thing in things:
        # A list on a card is cut at its own edge; its rows are cards of their own.
        if thing["card"] and not (thing["inside"] and within(thing["inside"], thing["card"])):
            assert within(thing["place"], thing["card"]), thing


def within(place: list[float], room: list[float]) -> bool:
    return (
        place[0] >= room[0] - SLACK_PX
        and place[1] >= room[1] - SLACK_PX
        and place[0] + place[2] <= room[0] + room[2] + SLACK_PX
        and place[1] + place[3] <= room[1] + room[3] + SLACK_PX
    )


def overlap(one: list[float], other: list[float]) -> bool:
    return (
        min(one[0] + one[2], other[0] + other[2]) - max(one[0], other[0]) > SLACK_PX
        and min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1]) > SLACK_PX
    )


def test_nothing_lies_over_another(things: list[Thing]) -> None:
    for one, other in combinations(things, 2):
        if one["inside"] != other["inside"]:
            # What is scrolled out of sight is not drawn; the lists themselves must keep apart from the rest.
            pair = (one["inside"] or one["place"], other["inside"] or other["place"])
        else:
            pair = (one["place"], other["place"])
        on_its_face = things[one["face"]] is other if one.get("face") is not None else False
        on_its_face = on_its_face or (things[other["face"]] is one if other.get("face") is not None else False)
        same_face = one.get("face") is not None and one.get("face") == other.get("face")
        assert on_its_face or same_face or not overlap(*pair), (one, other)


def test_what_is_touched_is_as_large_as_a_fingertip_and_kept_apart(things: list[Thing], shape: str) -> None:
    least = frame(shape).touch
    faces = [thing for thing in things if thing["kind"] == "face"]
    for face in faces:
        assert min(face["place"][2:]) >= least - 0.5, face
    for one, other in combinations(faces, 2):
        assert not overlap(one["place"], other["place"]) or one["inside"] != other["inside"], (one, other)
