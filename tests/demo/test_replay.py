from datetime import UTC, datetime, timedelta

from kiosk.app.trace import Cue
from kiosk.circulation.events import Event, Scan, Tick
from kiosk.demo.clock import DemoClock
from kiosk.demo.replay import Replay
from tests.runtime.waiting import Posted

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def cue(seconds: float, text: str) -> Cue:
    at = START + timedelta(seconds=seconds)
    return Cue(at.isoformat(), at, Scan("desk", text))


def test_every_cue_comes_when_the_demos_clock_has_come_to_it() -> None:
    clock, posted, at = DemoClock(START), Posted(), list[datetime]()

    def post(event: Event) -> bool:
        if isinstance(event, Tick):
            return True
        at.append(clock.now().wall)
        return posted.post(event)

    replay = Replay([cue(0, "1"), cue(60, "2"), cue(600, "3")], clock, speed=1000)
    replay.feed(post)
    replay.start()
    posted.wait_until(Scan("desk", "3"))
    replay.close()
    assert posted.events == [Scan("desk", "1"), Scan("desk", "2"), Scan("desk", "3")]
    assert all(came >= START + timedelta(seconds=due) for came, due in zip(at, (0, 60, 600), strict=True))


def test_a_step_back_in_the_trace_is_a_step_back_of_the_wall_clock() -> None:
    clock, posted = DemoClock(START), Posted()
    replay = Replay([cue(0, "1"), cue(-3600, "2")], clock, speed=1)
    replay.feed(posted.post)
    replay.start()
    posted.wait_until(Scan("desk", "2"))
    assert clock.now().wall < START
    replay.close()


def test_closing_ends_it_wherever_it_is() -> None:
    clock, posted = DemoClock(START), Posted()
    replay = Replay([cue(0, "1"), cue(86_400, "2")], clock, speed=1)
    replay.feed(posted.post)
    replay.start()
    posted.wait_until(Scan("desk", "1"))
    replay.close()
    replay.close()
    assert posted.events == [Scan("desk", "1")]
    assert repr(replay) == "<Replay 2 cues at 1 ×>"


def test_while_it_runs_faster_than_the_world_the_desk_is_reminded_of_its_deadlines() -> None:
    clock, posted = DemoClock(START), Posted()
    replay = Replay([cue(0, "1"), cue(86_400, "2")], clock, speed=100)
    replay.feed(posted.post)
    replay.start()
    posted.wait_until(Tick(), times=2)
    replay.close()
    assert clock.now().wall > START + timedelta(seconds=10)
