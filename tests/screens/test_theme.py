"""The colours can be read and the buttons can be hit."""

import pytest

from kiosk.screens import theme
from kiosk.screens.theme import CONTRAST_TEXT, TEXT_PAIRS, TOUCH_MM, Frame, contrast, rgb


def test_every_text_can_be_read_on_its_ground() -> None:
    weak = [(pair, round(contrast(*pair), 2)) for pair in TEXT_PAIRS if contrast(*pair) < CONTRAST_TEXT]
    assert weak == []


def test_shapes_stand_out_from_their_ground() -> None:
    on_white = [(ink, theme.WHITE) for ink in (theme.SEA, theme.AMBER_DEEP, theme.JADE)]
    on_soft = [
        (theme.JADE, theme.JADE_SOFT),
        (theme.CLAY, theme.CLAY_SOFT),
        (theme.SEA, theme.SEA_SOFT),
        (theme.AMBER_INK, theme.AMBER_SOFT),
    ]
    assert all(contrast(*pair) >= theme.CONTRAST_LARGE for pair in on_white + on_soft)


def test_black_on_white_has_the_contrast_of_the_standard() -> None:
    assert contrast(rgb("#000000"), rgb("#FFFFFF")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#FFFFFF")) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(
    ("width", "height", "inches", "pixels"),
    [(1024, 600, 7.0, 81), (1024, 600, 10.1, 56), (1280, 800, 7.0, 102), (1280, 800, 10.1, 71), (600, 1024, 7.0, 81)],
)
def test_a_fingertip_is_twelve_millimetres_of_the_real_display(
    width: int, height: int, inches: float, pixels: int
) -> None:
    assert Frame(width, height, inches).touch == pixels
    per_mm = (width**2 + height**2) ** 0.5 / (inches * 25.4)
    assert pixels / per_mm >= TOUCH_MM


@pytest.mark.parametrize(
    ("width", "height", "scale", "tall"),
    [(1024, 600, 1, False), (1280, 800, 1.25, False), (600, 1024, 1, True), (1920, 1080, 1.8, False)],
)
def test_sizes_grow_with_the_window(width: int, height: int, scale: float, tall: bool) -> None:
    frame = Frame(width, height)
    assert frame.scale == pytest.approx(scale)
    assert frame.tall is tall
