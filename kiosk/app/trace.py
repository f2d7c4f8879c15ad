"""A trace: one JSON object a line, each with an instant and at most one thing that happened (SEMANTICS §8).

The whole file is read and checked before anything is played, so that a bad line changes nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from kiosk.circulation.events import (
    ClockChanged,
    ClockState,
    Event,
    Lifted,
    Scan,
    Sensor,
    SensorName,
    Tags,
    Tick,
    Touch,
    TouchAct,
)

LINE_CHARACTERS_MAX = 100_000
READER_CHARACTERS_MAX = 64
YEARS = range(1970, 9000)  # with room on both sides for zones and loan periods


class TraceError(Exception):
    """A line that is not of the form; the text names file, line and mend."""


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A line as it stands in the file."""

    at: str
    reader: str | UnsetType = UNSET
    text: str | int | UnsetType | None = UNSET
    tag: str | UnsetType = UNSET
    tags: list[str] | UnsetType = UNSET
    left: str | bool | UnsetType | None = UNSET
    touch: str | UnsetType = UNSET
    value: str | bool | int | float | UnsetType | None = UNSET
    sensor: str | UnsetType = UNSET
    clock: str | UnsetType = UNSET


@dataclass(frozen=True, slots=True)
class Cue:
    """A line of a trace, understood. `text` is `at` as it was written."""

    text: str
    at: datetime
    event: Event


def read_trace(lines: Iterable[str], name: str) -> list[Cue]:
    """All cues of a trace; blank lines are passed over. Raises TraceError."""
    cues = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            if len(line) > LINE_CHARACTERS_MAX:
                raise ValueError(f"longer than {LINE_CHARACTERS_MAX} characters")
            parsed = msgspec.json.decode(line, type=Line)
            cues.append(Cue(parsed.at, _instant(parsed.at), _event(parsed)))
        except (ValueError, msgspec.MsgspecError) as error:
            raise TraceError(f"{name}:{number}: {error}") from None
    return cues


def _instant(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f'"at" is not an instant: {text!r} (as 2026-09-07T12:05:00+08:00)') from None
    if at.tzinfo is None:
        raise ValueError(f'"at" has no offset: {text!r} (add one, as +08:00)')
    if at.year not in YEARS:
        raise ValueError(f'"at" is outside of the years {YEARS[0]} to {YEARS[-1]}: {text!r}')
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def _event(line: Line) -> Event:
    kinds = [name for name in ("reader", "touch", "sensor", "clock") if getattr(line, name) is not UNSET]
    if len(kinds) > 1:
        raise ValueError(f"{' and '.join(kinds)} in one line (one thing a line)")
    if not kinds:
        _only(line)
        return Tick()
    match kinds[0]:
        case "reader":
            return _reading(line)
        case "touch":
            _only(line, "touch", "value", "text")
            return Touch(_act(str(line.touch)), value=_plain(line.value), text=_plain(line.text))
        case "sensor":
            _only(line, "sensor", "value")
            value = True if line.value is UNSET or line.value is None else line.value
            if not isinstance(value, bool):
                raise ValueError(f'"value" of a sensor is true or false, not {value!r}')
            sensor = _sensor(str(line.sensor))
            return Tick() if sensor is SensorName.BEAM and not value else Sensor(sensor, value)
        case _:
            _only(line, "clock")
            if line.clock not in ("guess", "synced"):
                raise ValueError(f'"clock" is guess or synced, not {line.clock!r}')
            return ClockChanged(ClockState(line.clock))


def _reading(line: Line) -> Event:
    what = [name for name in ("text", "tag", "tags", "left") if getattr(line, name) is not UNSET]
    if len(what) != 1:
        raise ValueError('a reader needs one of "text", "tag", "tags", "left"')
    _only(line, "reader", what[0])
    reader = str(line.reader)
    if not 0 < len(reader) <= READER_CHARACTERS_MAX:
        raise ValueError(f"the name of a reader has 1 to {READER_CHARACTERS_MAX} characters")
    match what[0]:
        case "text":
            return Scan(reader, _plain(line.text) or "")
        case "tag":
            return Tags(reader, (str(line.tag),))
        case "tags":
            return Tags(reader, tuple(line.tags) if isinstance(line.tags, list) else ())
        case _:
            return Lifted(reader, line.left if isinstance(line.left, str) else "")


def _act(name: str) -> TouchAct:
    try:
        return TouchAct(name)
    except ValueError:
        raise ValueError(f'unknown touch "{name}" (one of {", ".join(TouchAct)})') from None


def _sensor(name: str) -> SensorName:
    try:
        return SensorName(name)
    except ValueError:
        raise ValueError(f'unknown sensor "{name}" (one of {", ".join(SensorName)})') from None


def _only(line: Line, *names: str) -> None:
    others = [n for n in line.__struct_fields__ if n != "at" and n not in names and getattr(line, n) is not UNSET]
    if others:
        raise ValueError(f'"{others[0]}" does not belong in this line')


def _plain(value: str | float | bool | UnsetType | None) -> str | None:
    return None if value is UNSET or value is None else str(value)
