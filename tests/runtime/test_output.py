import errno
from collections.abc import Callable, Iterator
from queue import Queue
from typing import Any

import pytest

from kiosk.circulation.events import EffectFailed, PartDown, PartUp
from kiosk.circulation.turn import Effect
from kiosk.runtime.output import BUSY, EFFECTS_WAITING_MAX, Keep, Output
from tests.runtime.waiting import PATIENCE_S, Crashes, Posted

GONE = OSError(errno.ENODEV, "gone")


def effect(act: str) -> Effect:
    return Effect("flap", act)


class Told:
    """A device that tells a test what it was asked for; `break` breaks it, `slip` is a mistake of ours.

    After `later` it wants to be called again at once; `hold` keeps its thread until the test lets it go.
    """

    def __init__(self) -> None:
        self.did: Queue[str] = Queue()
        self.let_go: Queue[None] = Queue()
        self.due_s: float | None = None

    def act(self, effect: Effect, now_s: float) -> None:
        match effect.act:
            case "break":
                raise GONE
            case "slip":
                raise ValueError("a mistake of ours")
            case "hold":
                self.did.put("hold")
                self.let_go.get(timeout=PATIENCE_S)
                return
            case "later":
                self.due_s = now_s
        self.did.put(effect.act)

    def deadline_s(self) -> float | None:
        return self.due_s

    def on_time(self, now_s: float) -> None:
        if self.due_s is not None:
            self.due_s = None
            self.did.put("on time")

    def close(self) -> None:
        self.did.put("closed")

    def next(self) -> str:
        return self.did.get(timeout=PATIENCE_S)


class Bench:
    """An output whose openings answer, one after another, with what a test lays out."""

    def __init__(self, keep: Keep) -> None:
        self.posted, self.crashes = Posted(), Crashes()
        self.openings: list[Told | OSError] = []
        self.output = Output("flap", self._open, self.posted.post, self.crashes, keep)

    def start(self, *openings: Told | OSError) -> None:
        self.openings = list(openings)
        self.output.start()

    def _open(self) -> Told:
        answer = self.openings.pop(0) if self.openings else OSError(errno.EACCES, "not for you")
        if isinstance(answer, OSError):
            raise answer
        return answer


@pytest.fixture
def bench() -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def make(keep: Keep = Keep.EACH) -> Bench:
        benches.append(Bench(keep))
        return benches[-1]

    yield make
    for each in benches:
        each.output.close()


Make = Callable[..., Bench]


def test_effects_are_carried_out_in_order_and_closing_leaves_the_device_safe(bench: Make) -> None:
    device, here = Told(), bench()
    here.output.send(effect("before the start"))
    here.start(device)
    for act in ("open", "close"):
        here.output.send(effect(act))
    assert [device.next() for _ in range(3)] == ["before the start", "open", "close"]
    here.output.close()
    here.output.close()
    assert device.next() == "closed"
    here.output.send(effect("too late"))
    assert device.did.empty()
    assert here.posted.events == [PartUp("flap")]


def test_a_deadline_goes_before_what_waits(bench: Make) -> None:
    device, here = Told(), bench()
    here.output.send(effect("later"))
    here.output.send(effect("open"))
    here.start(device)
    assert [device.next() for _ in range(3)] == ["later", "on time", "open"]


def test_a_device_that_breaks_is_told_once_with_each_effect_that_was_lost_and_comes_back(bench: Make) -> None:
    first, second, here = Told(), Told(), bench()
    for act in ("open", "break", "lost"):
        here.output.send(effect(act))
    here.start(first, GONE, second)
    events = here.posted.wait_until(PartUp("flap", 2))
    assert sorted(events, key=repr) == sorted(
        [
            PartUp("flap"),
            EffectFailed("flap", "break", "unplugged"),
            PartDown("flap", "unplugged"),
            EffectFailed("flap", "lost", "unplugged"),
            PartUp("flap", 2),
        ],
        key=repr,
    )
    assert [first.next() for _ in range(2)] == ["open", "closed"]
    here.output.send(effect("again"))
    assert second.next() == "again"


def test_while_a_device_is_down_each_effect_fails_at_once(bench: Make) -> None:
    here = bench()
    here.start()
    here.posted.wait_until(PartDown("flap", "no_permission"))
    here.output.send(effect("open"))
    assert here.posted.events[-1] == EffectFailed("flap", "open", "no_permission")


def test_what_waits_has_a_limit_and_beyond_it_fails_at_once(bench: Make) -> None:
    device, here = Told(), bench()
    here.start(device)
    here.output.send(effect("hold"))
    assert device.next() == "hold"
    for number in range(EFFECTS_WAITING_MAX + 1):
        here.output.send(effect(str(number)))
    assert here.posted.events[-1] == EffectFailed("flap", str(EFFECTS_WAITING_MAX), BUSY)
    device.let_go.put(None)
    assert [device.next() for _ in range(EFFECTS_WAITING_MAX)] == [str(n) for n in range(EFFECTS_WAITING_MAX)]


def test_of_a_state_only_the_newest_is_shown_also_after_the_device_was_down(bench: Make) -> None:
    first, second, here = Told(), Told(), bench(Keep.NEWEST)
    here.output.send(effect("red"))
    here.output.send(effect("break"))
    here.start(first, GONE, second)
    here.posted.wait_until(PartDown("flap", "unplugged"))
    here.output.send(effect("amber"))
    here.output.send(effect("green"))
    assert second.next() == "green"
    assert here.posted.events == [PartUp("flap"), PartDown("flap", "unplugged"), PartUp("flap", 2)]


def test_a_state_that_the_device_did_not_show_is_shown_when_it_is_back(bench: Make) -> None:
    class BreaksOnce(Told):
        def act(self, effect: Effect, now_s: float) -> None:
            raise GONE

    second, here = Told(), bench(Keep.NEWEST)
    here.output.send(effect("red"))
    here.start(BreaksOnce(), second)
    assert second.next() == "red"


def test_a_mistake_of_ours_is_handed_to_crash(bench: Make) -> None:
    device, here = Told(), bench()
    here.start(device)
    here.output.send(effect("slip"))
    assert isinstance(here.crashes.wait(), ValueError)
    assert device.next() == "closed"


def test_at_the_end_of_the_process_the_device_is_left_safe_from_any_thread(bench: Make) -> None:
    device, here = Told(), bench()
    here.output.abandon()
    here.start(device)
    here.output.send(effect("hold"))
    assert device.next() == "hold"
    here.output.abandon()
    assert device.next() == "closed"
    device.let_go.put(None)


def test_a_device_that_cannot_be_left_safe_keeps_nobody_from_ending(bench: Make, caplog: Any) -> None:
    class Stuck(Told):
        def close(self) -> None:
            super().close()
            if self.did.qsize() == 1:
                raise GONE

    device, here = Stuck(), bench()
    here.start(device)
    here.posted.wait_until(PartUp("flap"))
    here.output.abandon()
    assert "not left in its safe state" in caplog.text
