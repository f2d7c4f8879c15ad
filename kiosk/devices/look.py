"""What `kiosk check --devices` sees of the readers: where each is, whether it opens, what answers, what it reads.

Each kind of reader is opened by one small function with the driver that the kiosk uses; nothing is remembered and
nothing is written. What is wrong becomes a `Fault`, which the command says in the reader's language.
"""

import select
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol

from kiosk.circulation.events import Event, Misread, Scan, Tags
from kiosk.devices import keyboard, serialline
from kiosk.devices.decode.framing import Framing, Trouble
from kiosk.devices.part import ReaderSettings
from kiosk.devices.places import Place, places
from kiosk.devices.readers import problem
from kiosk.devices.rfid.cards import open_card_reader
from kiosk.devices.rfid.driver import open_model
from kiosk.devices.rfid.model import Model, NoAnswer
from kiosk.devices.shapes import Kind, Shape, shape_of_tag, shape_of_text
from kiosk.runtime.reader import Feed, Why, why_down

READS_KEPT_MAX: Final = 20
SLICE_S: Final = 0.1


class Fault(StrEnum):
    """What can be wrong with a reader."""

    SETTINGS = "settings"
    ABSENT = "absent"
    HELD = "held"
    HELD_BY_KIOSK = "held_by_kiosk"
    NO_PERMISSION = "no_permission"
    UNPLUGGED = "unplugged"
    FAILED = "failed"
    NO_ANSWER = "no_answer"
    SEVERAL = "several"  # several devices fit, and the kiosk takes the first
    TWO_INTERFACES = "two_interfaces"  # one device types as two, and nothing came from the first
    NOISE = "noise"
    ALT_MODE = "alt_mode"
    NO_SUFFIX = "no_suffix"
    CHECK_DIGIT = "check_digit"
    CONTROL = "control"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A fault, with the words of the system or the name that belongs to it."""

    fault: Fault
    detail: str = ""


@dataclass(slots=True)
class Seen:
    """One reader of the settings, as far as it was looked at."""

    part: str
    settings: ReaderSettings
    place: Place | None = None
    is_open: bool = False
    answered: str = ""
    reads: list[tuple[str, Shape]] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)

    def add(self, fault: Fault, detail: str = "") -> None:
        """Note what is wrong, once."""
        if Wrong(fault, detail) not in self.wrong:
            self.wrong.append(Wrong(fault, detail))


class _Open(Protocol):
    """A reader that is open: what it has read since it was last asked."""

    def take(self, now_s: float) -> Sequence[Event]: ...
    def close(self) -> None: ...


class _Speaking:
    """A reader that speaks by itself."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed

    def take(self, now_s: float) -> Sequence[Event]:
        ready, _, _ = select.select([self.feed.fileno()], [], [], 0)
        if ready:
            return self.feed.read(now_s)
        due_s = self.feed.deadline_s()
        return self.feed.silence(now_s) if due_s is not None and due_s <= now_s else ()

    def close(self) -> None:
        self.feed.close()


class _Asked:
    """A reader that is asked, round for round; every tag is told once."""

    def __init__(self, reader: str, model: Model, close: Callable[[], None]) -> None:
        self._reader, self._model, self.close = reader, model, close
        self._told: set[str] = set()

    def take(self, now_s: float) -> Sequence[Event]:
        new = [tag.uid for tag in self._model.round() if tag.uid not in self._told]
        self._told.update(new)
        return [Tags(self._reader, (uid,)) for uid in new]


def look(
    readers: Mapping[str, ReaderSettings],
    wait_s: float,
    now_s: Callable[[], float],
    *,
    kiosk_runs: bool,
    ready: Callable[[], None] = lambda: None,
    only_one: bool = False,
) -> list[Seen]:
    """Find and open every reader that has a kind, and listen for `wait_s` to those that opened; `ready` is called when
    that begins. With `only_one` the first read ends it.
    """
    all_seen = [Seen(name, settings) for name, settings in readers.items() if settings.kind]
    opened: list[tuple[Seen, _Open]] = []
    try:
        for seen in all_seen:
            if wrong := problem(seen.settings):
                seen.add(Fault.SETTINGS, wrong)
                continue
            _find(seen)
            with _faults(seen, kiosk_runs=kiosk_runs):
                opened.append((seen, _opened(seen)))
                seen.is_open = True
        if opened and wait_s > 0:
            ready()
            until_s = now_s() + wait_s
            while now_s() < until_s and not (only_one and any(seen.reads for seen, _ in opened)):
                _listen(opened, now_s, kiosk_runs=kiosk_runs)
    finally:
        for _, device in opened:
            device.close()
    for seen, device in opened:
        _judge(seen, device, listened=wait_s > 0)
    return all_seen


def _find(seen: Seen) -> None:
    """Note where the reader is, and whether more than one device fits."""
    fitting = places(seen.settings)
    seen.place = fitting[0] if fitting else None
    if len({place.port for place in fitting}) > 1:
        seen.add(Fault.SEVERAL, ", ".join(f"phys:{place.port}" for place in fitting))
    elif len(fitting) > 1:
        seen.add(Fault.TWO_INTERFACES, ", ".join(place.path for place in fitting))


def _opened(seen: Seen) -> _Open:
    """The reader, open and set up."""
    match seen.settings.kind:
        case "keyboard":
            return _Speaking(keyboard.open_keyboard(seen.part, seen.settings))
        case "serial":
            return _Speaking(serialline.open_line_scanner(seen.part, seen.settings))
        case "rdm6300":
            return _Speaking(open_card_reader(seen.part, seen.settings))
        case _:
            port, model = open_model(seen.settings)
            try:
                seen.answered = model.start()
            except BaseException:
                port.close()
                raise
            return _Asked(seen.part, model, port.close)


def _listen(opened: Sequence[tuple[Seen, _Open]], now_s: Callable[[], float], *, kiosk_runs: bool) -> None:
    """Wait a moment, then take what each reader has."""
    speaking = [device.feed.fileno() for seen, device in opened if isinstance(device, _Speaking) and seen.is_open]
    select.select(speaking, [], [], SLICE_S)
    for seen, device in opened:
        if seen.is_open:
            with _faults(seen, kiosk_runs=kiosk_runs):
                _note(seen, device.take(now_s()))


def _note(seen: Seen, events: Sequence[Event]) -> None:
    for event in events:
        match event:
            case Scan(_, text):
                seen.reads.append((text, shape_of_text(text)))
            case Tags(_, uids):
                seen.reads += [(uid, shape_of_tag(uid)) for uid in uids]
            case Misread(_, why):
                _note_dropped(seen, why)
            case _:
                pass
    del seen.reads[:-READS_KEPT_MAX]


def _note_dropped(seen: Seen, why: str) -> None:
    if why == Trouble.ALT_MODE:
        seen.add(Fault.ALT_MODE)
    elif why == Trouble.UNREADABLE and seen.settings.kind == "serial":
        seen.add(Fault.NOISE)
    else:
        seen.add(Fault.DROPPED, why)


def _judge(seen: Seen, device: _Open, *, listened: bool) -> None:
    """What the reads of a reader tell when the listening is over."""
    kinds = {shape.kind for _, shape in seen.reads}
    if Kind.BAD_ISBN in kinds:
        seen.add(Fault.CHECK_DIGIT)
    if Kind.CONTROL in kinds:
        seen.add(Fault.NOISE if seen.settings.kind == "serial" else Fault.CONTROL)
    feed = device.feed if isinstance(device, _Speaking) else None
    if isinstance(feed, keyboard.KeyboardFeed | serialline.LineFeed) and seen.reads:
        _judge_suffix(seen, saw_suffix=feed.saw_suffix)
    if seen.reads or not listened:
        seen.wrong = [each for each in seen.wrong if each.fault is not Fault.TWO_INTERFACES]


def _judge_suffix(seen: Seen, *, saw_suffix: bool) -> None:
    if not saw_suffix and seen.settings.framing != Framing.PAUSE:
        seen.add(Fault.NO_SUFFIX)


@contextmanager
def _faults(seen: Seen, *, kiosk_runs: bool) -> Iterator[None]:
    """A block in which what goes wrong with a device is noted, and the reader counts as closed."""
    try:
        yield
    except NoAnswer as error:
        seen.is_open = False
        seen.add(Fault.NO_ANSWER, str(error))
    except OSError as error:
        seen.is_open = False
        why = why_down(error)
        if why is Why.HELD and kiosk_runs:
            seen.add(Fault.HELD_BY_KIOSK)
        else:
            seen.add(Fault(why), error.strerror or str(error))
