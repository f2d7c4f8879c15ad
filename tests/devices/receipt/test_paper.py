import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.receipt.paper import LINES_MAX, Line, Style, as_image, as_text, laid_out, width_of
from kiosk.screens.fonts import font_paths

SLIP = (
    Line("育才学校图书馆", style=Style.HEAD),
    Line("张*三", "2026-09-07 12:05"),
    Line("《城南旧事》", "9月22日还", Style.STRONG),
    Line("Charlotte's Web, a very long English title that goes on", "9月22日还"),
)


@pytest.mark.parametrize("columns", [24, 32, 48])
@given(st.text(max_size=80), st.text(max_size=20))
def test_no_row_is_wider_than_the_paper_and_nothing_is_lost(columns: int, left: str, right: str) -> None:
    rows = laid_out(Line(left, right), columns)
    assert all(width_of(row) <= columns for row in rows if width_of(right) <= columns)


def test_chinese_is_sent_in_the_printers_own_characters() -> None:
    data = as_text(SLIP, 32)
    assert "《城南旧事》".encode("gb18030") in data
    assert data.startswith(b"\x1b@"), "the printer forgets what was before"
    assert b"\x1c&" in data, "Chinese is switched on"
    assert b"\x1dV" in data, "the paper is cut"


def test_a_title_cannot_command_the_printer() -> None:
    harmless = as_text((Line("a b"),), 32)
    assert as_text((Line("a\x1bb"),), 32) == harmless
    assert as_text((Line("a\nb"),), 32) == harmless


def test_a_printer_without_chinese_gets_a_picture() -> None:
    fonts = font_paths()
    data = as_image(SLIP, 32, fonts.regular)
    assert b"\x1dv0" in data, "a raster picture"
    assert data.count(b"\xff") > 10, "with something black on it"


def test_a_slip_has_an_end() -> None:
    assert as_text([Line("x")] * 10_000, 32).count(b"x") == LINES_MAX
