"""Texts are broken into lines as a Chinese reader expects, whatever they hold."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.screens.typeset import GETA, NOT_FIRST, break_lines, drawable, fit


def measure(text: str, size: float) -> float:
    return sum(size if unicodedata.east_asian_width(char) in "WF" else size * 0.55 for char in text)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("夏洛的网", 100, ("夏洛的网",)),
        (
            "工具书不外借。请放回工具书架，想抄写可以在阅览桌用。",
            340,
            ("工具书不外借。请放回工具书架，", "想抄写可以在阅览桌用。"),
        ),
        ("这学期读了 4 本，目标 5 本", 210, ("这学期读了 4 本，", "目标 5 本")),
        ("中国国家博物馆儿童历史百科绘本", 170, ("中国国家博物馆儿", "童历史百科绘本")),
        ("Please put it back", 130, ("Please put", "it back")),
        ("Supercalifragilistic", 110, ("Supercalif", "ragilistic")),
        ("one\ntwo", 300, ("one", "two")),
        ("It is now\nGrades 5 and 6 borrowing time", 250, ("It is now", "Grades 5 and 6", "borrowing time")),
    ],
)
def test_lines_end_where_a_reader_pauses(text: str, width: float, lines: tuple[str, ...]) -> None:
    assert fit(text, [(20, 3)], width, measure).lines == lines


def test_the_largest_size_that_fits_is_taken() -> None:
    assert fit("这本书只能在馆里看", [(46, 1), (34, 1), (20, 1)], 320, measure).size == 34


def test_what_does_not_fit_at_all_ends_with_an_ellipsis() -> None:
    setting = fit("大头儿子和小头爸爸" * 5, [(26, 2), (20, 2)], 200, measure)
    assert setting.cut
    assert len(setting.lines) == 2
    assert setting.lines[-1].endswith("…")
    assert all(measure(line, 20) <= 200 for line in setting.lines)


@given(
    st.text(st.sampled_from("夏洛的网窗边小豆书，。：！《》（）、 abcdefgh 12345"), max_size=120),
    st.integers(60, 900),
    st.integers(1, 5),
)
def test_no_line_is_too_wide_and_none_begins_with_a_comma(text: str, width: int, lines_max: int) -> None:
    setting = fit(text.strip(), [(30, 1), (20, lines_max)], width, measure)
    assert len(setting.lines) <= lines_max
    for line in setting.lines:
        assert measure(line, setting.size) <= width
    plain = "".join(text.split())
    if not setting.cut:
        assert "".join("".join(setting.lines).split()) == plain
    # A comma may begin a line only where so many stand in a row that they are wider than a line.
    for line in break_lines("夏洛，" * 20, 20, max(80, width), measure):
        assert line[0] not in NOT_FIRST


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("[b]红[/b]", "[b]红[/b]"),
        ("a\x00b\x1b[31mc\x07", "ab[31mc"),
        ("\u202e倒\u202c过来\u200b", "倒过来"),
        ("牛\U0001f42e年 \U0001f469\u200d\U0001f680", "牛年"),
        ("\u05e9\u05dc\u05d5\u05dd 红", f"{GETA} 红"),
        ("两  个\t空格", "两 个 空格"),
        ("一\n二", "一\n二"),
        ("宽\u3000格", "宽\u3000格"),
        ("", ""),
    ],
)
def test_what_cannot_be_drawn_is_taken_out(text: str, left: str) -> None:
    assert (
        drawable(
            text, lambda char: char.isascii() or (unicodedata.east_asian_width(char) in "WF" and char < "\U0001f000")
        )
        == left
    )


@given(st.text(max_size=300))
def test_no_text_at_all_can_break_the_setting(text: str) -> None:
    plain = drawable(text, lambda char: char < "\u3100")
    setting = fit(plain, [(30, 2), (20, 4)], 150, measure)
    assert all(measure(line, setting.size) <= 150 for line in setting.lines)
