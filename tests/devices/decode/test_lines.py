from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.framing import STALE_S, Dropped, Framing, Read, Text, Trouble
from kiosk.devices.decode.lines import LINE_BYTES_MAX, PAUSE_S, Lines
from tests.devices.streams import cuts, each_way


def decoded(chunks: Sequence[bytes]) -> list[Read]:
    lines = Lines(Framing.PAUSE)
    return [read for chunk in chunks for read in lines.feed(chunk, 0.0)] + lines.end()


CASES: list[tuple[str, bytes, list[Read]]] = [
    ("carriage return", b"30001234\r", [Text("30001234")]),
    ("line feed", b"30001234\n", [Text("30001234")]),
    ("both", b"30001234\r\n30001235\r\n", [Text("30001234"), Text("30001235")]),
    ("tab and zero", b"30001234\t30001235\0", [Text("30001234"), Text("30001235")]),
    ("no suffix", b"30001234", [Text("30001234")]),
    ("only suffixes", b"\r\n\r\n\0\t", []),
    ("STX and ETX", b"\x0230001234\x03", [Text("30001234")]),
    ("ETX behind the suffix", b"\x0230001234\r\x03\x0230001235\r\x03", [Text("30001234"), Text("30001235")]),
    ("UTF-8", "张小满 五(2)班\r".encode(), [Text("张小满 五(2)班")]),
    ("GB18030", "张小满 五(2)班\r".encode("gb18030"), [Text("张小满 五(2)班")]),
    ("neither", b"\xff\xff\xff\r30001234\r", [Dropped(Trouble.UNREADABLE), Text("30001234")]),
    ("a control character stays", b"3000\x1b1234\r", [Text("3000\x1b1234")]),
    ("the longest line", b"7" * LINE_BYTES_MAX + b"\r", [Text("7" * LINE_BYTES_MAX)]),
    ("one byte more", b"7" * (LINE_BYTES_MAX + 1) + b"\r8\r", [Dropped(Trouble.TOO_LONG), Text("8")]),
    ("four kilobytes", b"7" * 4096 + b"\r8\r", [Dropped(Trouble.TOO_LONG), Text("8")]),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, reads, id=name) for name, data, reads in CASES])
def test_a_line_comes_whole_however_it_is_cut(stream: bytes, expected: list[Read]) -> None:
    each_way(decoded, stream, expected)


@given(st.lists(st.text("0123456789ABC-马立平", min_size=1, max_size=30), min_size=1, max_size=4), cuts())
def test_lines_may_be_cut_anywhere(texts: list[str], cut_at: list[int]) -> None:
    stream = "".join(f"{text}\r\n" for text in texts).encode()
    each_way(decoded, stream, [Text(text) for text in texts], cut_at)


@given(st.binary(max_size=300))
def test_rubbish_before_and_between_does_not_reach_the_lines_behind_it(rubbish: bytes) -> None:
    reads = decoded([rubbish, b"\r30001234\r", rubbish, b"\r30001235\r"])
    assert reads[-1] == Text("30001235")
    assert Text("30001234") in reads


def test_a_scanner_without_suffix_is_read_by_silence() -> None:
    lines = Lines()
    assert lines.feed(b"3000", 5.0) + lines.feed(b"1234", 5.04) == []
    due_s = lines.deadline_s()
    assert due_s == pytest.approx(5.04 + PAUSE_S)
    assert lines.silence(5.08) == []
    assert lines.silence(5.1) == [Text("30001234")]
    assert lines.deadline_s() is None


def test_after_the_first_suffix_a_pause_does_not_cut_a_line_in_two() -> None:
    lines = Lines()
    assert lines.feed(b"30001234\r3000", 5.0) == [Text("30001234")]
    assert lines.silence(5.0 + PAUSE_S * 2) == []
    assert lines.feed(b"1235\r", 5.2) == [Text("30001235")]


def test_after_the_first_suffix_half_a_line_is_dropped_after_a_second() -> None:
    lines = Lines()
    lines.feed(b"30001234\r3000", 5.0)
    assert lines.silence(5.0 + STALE_S) == [Dropped(Trouble.UNFINISHED)]
    assert lines.feed(b"30001235\r", 7.0) == [Text("30001235")]
