import random
from collections.abc import Callable

from kiosk.circulation.events import Lifted, PartDown, PartUp, Tags
from kiosk.devices.rfid.cards import LIFTED_AFTER_S, Presence
from kiosk.runtime.reader import Reader, Why
from tests.devices.decode.test_rdm6300 import SEEED, SEEED_CARD, frame
from tests.devices.ptys import Settings, Wire
from tests.runtime.waiting import Posted

Start = Callable[[Settings], Reader]
UID = SEEED_CARD.uid


def test_a_card_that_is_repeated_arrives_once_and_is_lifted_once(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300"))
    posted.wait_until(PartUp("desk"))
    wire.send(SEEED * 20)
    events = posted.wait_until(Lifted("desk", UID))
    assert events == [PartUp("desk"), Tags("desk", (UID,)), Lifted("desk", UID)]


def test_a_reader_unplugged_in_mid_frame_comes_back_by_itself(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300"))
    posted.wait_until(PartUp("desk"))
    wire.send(SEEED[:8])
    wire.unplug()
    posted.wait_until(PartDown("desk", Why.UNPLUGGED))
    wire.plug_in()
    posted.wait_for(lambda events: isinstance(events[-1], PartUp))
    wire.send(SEEED[8:] + frame("1A2B3C4D5E", crlf=True))
    events = posted.wait_until(Tags("desk", ("1A2B3C4D5E",)))
    assert [event for event in events if isinstance(event, Tags)] == [Tags("desk", ("1A2B3C4D5E",))]


def test_random_bytes_change_nothing(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300"))
    posted.wait_until(PartUp("desk"))
    wire.send(random.Random(1).randbytes(200_000) + SEEED)
    assert posted.wait_until(Tags("desk", (UID,))) == [PartUp("desk"), Tags("desk", (UID,))]


def test_cards_that_lie_together_arrive_and_leave_each_by_itself() -> None:
    presence = Presence("pad")
    assert presence.heard(["A"], 1.0) == [Tags("pad", ("A",))]
    assert presence.heard(["A", "B"], 1.3) == [Tags("pad", ("B",))]
    assert presence.heard(["B"], 1.3 + LIFTED_AFTER_S) == [Lifted("pad", "A"), Lifted("pad", "B"), Tags("pad", ("B",))]


def test_a_card_is_lifted_by_silence_and_may_come_again() -> None:
    presence = Presence("pad")
    presence.heard(["A"], 1.0)
    due_s = presence.deadline_s()
    assert due_s == 1.0 + LIFTED_AFTER_S
    assert presence.silence(due_s - 0.01) == []
    assert presence.silence(due_s) == [Lifted("pad", "A")]
    assert presence.deadline_s() is None
    assert presence.heard(["A"], 3.0) == [Tags("pad", ("A",))]
