"""Instants and texts at the edges of what a trace may say."""

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app.trace import TraceError, read_trace
from kiosk.circulation.events import Event, Sensor, SensorName, Touch, TouchAct
from tests.semantics.school import MONDAY_NOON, Trace, run, simple


@pytest.mark.parametrize("steps_ms", [(2334, 2288, 1863, 1716), (100, 600, 700, 1100), (1, 10, 100, 29_000)])
def test_a_scan_exactly_at_the_idle_deadline_finds_no_visit_at_any_millisecond(
    tmp_path: Path, steps_ms: tuple[int, ...]
) -> None:
    start = datetime.fromisoformat(MONDAY_NOON)
    card = start + timedelta(milliseconds=steps_ms[0])
    trace = Trace().tick()
    trace.at(card.isoformat()).card("1")
    at = card
    for step_ms in steps_ms[1:]:
        at += timedelta(milliseconds=step_ms)
        trace.at(at.isoformat()).tick()
    trace.at((card + timedelta(seconds=30)).isoformat()).scan("B1")
    last = run(simple(tmp_path), trace)[-1]
    assert last.said == [("visit_ended", "idle")]
    assert last.state == "books_wait"


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_instant_outside_of_every_calendar_is_refused_by_its_line(at: str) -> None:
    with pytest.raises(TraceError, match="trace:1"):
        read_trace([json.dumps({"at": at})], "trace")


def test_the_name_of_a_reader_has_a_limit() -> None:
    with pytest.raises(TraceError, match="trace:1"):
        read_trace([json.dumps({"at": MONDAY_NOON, "reader": "x" * 70_000, "text": "1"})], "trace")


@pytest.mark.parametrize(
    ("line", "event"),
    [
        ({"sensor": "jam"}, Sensor(SensorName.JAM, True)),
        ({"sensor": "jam", "value": False}, Sensor(SensorName.JAM, False)),
        ({"sensor": "help"}, Sensor(SensorName.HELP, True)),
        ({"touch": "receipt"}, Touch(TouchAct.RECEIPT)),
    ],
)
def test_what_a_line_says(line: dict[str, object], event: Event) -> None:
    (cue,) = read_trace([json.dumps({"at": MONDAY_NOON, **line})], "trace")
    assert cue.event == event


def test_an_unknown_sensor_is_refused_by_its_line_with_those_that_there_are() -> None:
    with pytest.raises(TraceError, match=r'trace:1: unknown sensor "lid" \(one of beam, bin_full, jam, help\)'):
        read_trace([json.dumps({"at": MONDAY_NOON, "sensor": "lid"})], "trace")
