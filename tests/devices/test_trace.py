import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.app.trace import read_trace
from kiosk.circulation.events import Event, Lifted, Misread, PartUp, Scan, Tags
from kiosk.devices.trace import FILE_MODE, HANZI, Pseudonyms, Trace

KEY = b"k" * 32
START = datetime(2026, 11, 23, 12, 0, 0, 250_000, timezone(timedelta(hours=8)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "monday.jsonl"


def clock() -> Iterator[datetime]:
    at = START
    while True:
        yield at
        at += timedelta(seconds=1)


def recorded(file: Path, events: list[Event], *, with_ids: bool = True) -> list[str]:
    times = clock()
    trace = Trace(file, str if with_ids else Pseudonyms(KEY).of, lambda: next(times))
    for event in events:
        trace.note(event)
    trace.close()
    return file.read_text("utf-8").splitlines()


EVENTS: list[Event] = [
    Scan("desk", "0126680143"),
    Tags("card", ("62E3086CED",)),
    Tags("pad", ("E004010012345678", "E004010012345679")),
    Lifted("card", "62E3086CED"),
    Scan("drop", "张小一 五(2)班"),
]


def test_what_readers_say_is_what_play_reads(file: Path) -> None:
    lines = recorded(file, EVENTS)
    assert lines[0] == '{"at": "2026-11-23T12:00:00.250+08:00", "reader": "desk", "text": "0126680143"}'
    assert [cue.event for cue in read_trace(lines, file.name)] == EVENTS


def test_what_is_no_reading_writes_no_line(file: Path) -> None:
    trace = Trace(file, str, lambda: START)
    assert [trace.note(event) for event in (PartUp("desk"), Misread("desk", "overrun"), Scan("desk", "1"))] == [
        False,
        False,
        True,
    ]
    assert trace.lines == 1
    trace.close()
    trace.close()
    assert not trace.note(Scan("desk", "2"))


def test_every_line_is_in_the_file_at_once_and_only_the_owner_may_read_it(file: Path) -> None:
    trace = Trace(file, str, lambda: START)
    for number in range(3):
        trace.note(Scan("desk", str(number)))
        assert file.read_bytes().count(b"\n") == number + 1
        assert file.read_bytes().endswith(b"\n")
    trace.close()
    assert file.stat().st_mode & 0o777 == FILE_MODE


def test_a_file_that_is_there_is_not_written_over(file: Path) -> None:
    file.write_text("mine", "utf-8")
    with pytest.raises(FileExistsError):
        Trace(file, str, lambda: START)
    assert file.read_text("utf-8") == "mine"


def test_a_trace_with_pseudonyms_holds_no_number_and_keeps_who_is_who(file: Path) -> None:
    events: list[Event] = [*EVENTS, Scan("desk", " 62e3086ced "), Scan("desk", "0126680143")]
    lines = recorded(file, events, with_ids=False)
    text = "\n".join(lines)
    for secret in ("0126680143", "62E3086CED", "E004010012345678", "张小一"):
        assert secret not in text.upper()
    told = [json.loads(line) for line in lines]
    assert told[0]["text"] == told[6]["text"] != told[1]["tag"]
    assert told[1]["tag"] == told[3]["left"] == told[5]["text"]
    assert all(tag.startswith("E0") and len(tag) == 16 for tag in told[2]["tags"])
    assert len(set(told[2]["tags"])) == 2


def shape(text: str) -> str:
    """Each character's class."""
    return "".join(
        "0" if c in "0123456789" else "F" if c in "ABCDEF" else "X" if c.isupper() else "汉" if ord(c) in HANZI else c
        for c in text
    )


@given(st.text("0123456789ABCDEFXYZ-./ (汉字张", min_size=1, max_size=40).map(lambda text: text.strip(" ") or "0"))
def test_a_pseudonym_has_the_shape_of_what_it_stands_for(text: str) -> None:
    pseudonyms = Pseudonyms(KEY)
    assert shape(pseudonyms.of(text)) == shape(text)
    assert pseudonyms.of(text) == pseudonyms.of(text)


@given(st.lists(st.integers(0, 9999).map(lambda number: f"{number:04}"), unique=True, max_size=300))
def test_two_cards_are_two_pseudonyms(texts: list[str]) -> None:
    pseudonyms = Pseudonyms(KEY)
    assert len({pseudonyms.of(text) for text in texts}) == len(texts)


def test_where_there_are_too_few_of_a_shape_two_share_one() -> None:
    pseudonyms = Pseudonyms(KEY)
    assert {len(pseudonyms.of(text)) for text in ("---", "../", "1")} == {1, 3}
    assert all(pseudonyms.of(str(number)).isdigit() for number in range(10))


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(KEY).of("0126680143") != Pseudonyms(b"j" * 32).of("0126680143")


def test_a_pseudonym_does_not_tell_what_it_stands_for_in_its_repr() -> None:
    pseudonyms = Pseudonyms(KEY)
    pseudonyms.of("0126680143")
    assert repr(pseudonyms) == "<Pseudonyms 1 given>"
