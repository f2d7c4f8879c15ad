from collections.abc import Callable

import pytest

from kiosk.circulation.events import EffectFailed, Lifted, PartDown, PartUp, Tags
from kiosk.devices.rfid.model import Medium
from kiosk.devices.rfid.security import Act, Answer, Marks, Undone, Wish
from kiosk.runtime.reader import Reader, Why
from tests.devices.rfid.linepad import LinePad, OnPad
from tests.runtime.waiting import PATIENCE_S, Posted

ReadPad = Callable[..., Reader]
ATLAS, FABLES = "E004010000000001", "E004010000000002"
ARMED, DISARMED = 0x07, 0xC2


@pytest.fixture
def reader(pad: LinePad, posted: Posted, read_pad: ReadPad) -> Reader:
    """A reader on which an armed atlas lies."""
    pad.lay(**{ATLAS: OnPad(afi=ARMED)})
    part = read_pad(security="afi")
    posted.wait_for(lambda events: any(isinstance(event, Tags) for event in events))
    return part


def failures(posted: Posted) -> list[EffectFailed]:
    return [event for event in posted.events if isinstance(event, EffectFailed)]


def test_a_tag_is_disarmed_and_armed_again(pad: LinePad, posted: Posted, reader: Reader) -> None:
    assert reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for_afi(ATLAS, DISARMED)
    assert reader.tell(Wish(ATLAS, Act.ARM))
    pad.wait_for_afi(ATLAS, ARMED)
    pad.wait_for_rounds(3)
    assert failures(posted) == []


def test_every_tag_of_a_stack_is_disarmed(pad: LinePad, posted: Posted, reader: Reader) -> None:
    stack = [f"E0040100000001{number:02X}" for number in range(20)]
    pad.lay(**{uid: OnPad(afi=ARMED) for uid in stack})
    posted.wait_for(lambda events: sum(len(event.tags) for event in events if isinstance(event, Tags)) == 21)
    assert all(reader.tell(Wish(uid, Act.DISARM)) for uid in stack)
    for uid in stack:
        pad.wait_for_afi(uid, DISARMED)


def test_what_was_written_is_read_back(pad: LinePad, reader: Reader) -> None:
    answer = Answer()
    reader.tell(Wish(ATLAS, Act.DISARM, answer))
    assert answer.wait(PATIENCE_S)
    assert pad.asked[pad.asked.index(f"write {ATLAS} C2") + 1] == f"afi {ATLAS}"


def test_a_write_that_fails_twice_is_tried_again_while_the_tag_lies_there(
    pad: LinePad, posted: Posted, reader: Reader
) -> None:
    pad.tags[ATLAS].refused_writes = 2
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for(f"write {ATLAS} C2", 3)
    pad.wait_for_rounds(3)
    pad.take(ATLAS)
    posted.wait_until(Lifted("pad", ATLAS))
    assert pad.asked.count(f"write {ATLAS} C2") == 3
    assert failures(posted) == []


def test_a_tag_that_is_taken_away_first_is_told_once(pad: LinePad, posted: Posted, reader: Reader) -> None:
    pad.tags[ATLAS].refused_writes = 1000
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for(f"write {ATLAS} C2")
    pad.take(ATLAS)
    posted.wait_until(Lifted("pad", ATLAS))
    pad.lay(**{ATLAS: OnPad(afi=ARMED)})
    pad.wait_for_rounds(5)
    assert failures(posted) == [EffectFailed("tag", "disarm", Undone.NOT_WRITTEN)]


def test_a_tag_that_does_not_lie_there_is_told_at_once(posted: Posted, reader: Reader) -> None:
    reader.tell(Wish(FABLES, Act.DISARM))
    posted.wait_until(EffectFailed("tag", "disarm", Undone.LEFT))


def test_a_tag_that_says_yes_and_is_as_before_is_a_failure(pad: LinePad, posted: Posted, reader: Reader) -> None:
    pad.tags[ATLAS].forgets_writes = True
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for(f"afi {ATLAS}", 4)
    pad.take(ATLAS)
    posted.wait_until(EffectFailed("tag", "disarm", Undone.DIFFERENT))
    assert len(failures(posted)) == 1


def test_the_latest_wish_counts(pad: LinePad, posted: Posted, reader: Reader) -> None:
    pad.tags[ATLAS].refused_writes = 1000
    earlier, later = Answer(), Answer()
    reader.tell(Wish(ATLAS, Act.DISARM, earlier))
    pad.wait_for(f"write {ATLAS} C2")
    reader.tell(Wish(ATLAS, Act.ARM, later))
    pad.wait_for(f"write {ATLAS} 07")
    pad.tags[ATLAS].refused_writes = 0
    assert later.wait(PATIENCE_S)
    assert not earlier.wait(PATIENCE_S)
    pad.wait_for_rounds(3)
    assert pad.tags[ATLAS].afi == ARMED
    assert f"write {ATLAS} C2" not in pad.asked[pad.asked.index(f"write {ATLAS} 07") :]


def test_a_wish_that_nobody_waits_for_any_more_is_withdrawn(pad: LinePad, posted: Posted, reader: Reader) -> None:
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for_afi(ATLAS, DISARMED)
    pad.tags[ATLAS].refused_writes = 1000
    answer = Answer()
    reader.tell(Wish(ATLAS, Act.ARM, answer))
    pad.wait_for(f"write {ATLAS} 07")
    assert not answer.wait(0.0)
    pad.wait_for_rounds(3)
    tries = pad.asked.count(f"write {ATLAS} 07")
    pad.wait_for_rounds(5)
    assert pad.asked.count(f"write {ATLAS} 07") == tries
    assert failures(posted) == []


def test_a_reader_that_is_unplugged_answers_for_its_wishes(pad: LinePad, posted: Posted, reader: Reader) -> None:
    pad.tags[ATLAS].refused_writes = 1000
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for(f"write {ATLAS} C2")
    pad.unplug()
    events = posted.wait_until(PartDown("pad", Why.UNPLUGGED))
    assert events[-2] == EffectFailed("tag", "disarm", Undone.READER_DOWN)
    assert not reader.tell(Wish(ATLAS, Act.DISARM))
    pad.tags[ATLAS].refused_writes = 0
    pad.plug_in()
    posted.wait_for(lambda events: isinstance(events[-1], PartUp))
    pad.wait_for_rounds(3)
    assert pad.tags[ATLAS].afi == ARMED
    assert len(failures(posted)) == 1


def test_a_lost_answer_is_no_failure(pad: LinePad, posted: Posted, reader: Reader) -> None:
    pad.loses_answer_to = "write"
    reader.tell(Wish(ATLAS, Act.DISARM))
    pad.wait_for(f"write {ATLAS} C2", 2)
    pad.wait_for_rounds(3)
    assert pad.tags[ATLAS].afi == DISARMED
    assert failures(posted) == []


def test_where_tags_are_not_secured_there_is_nothing_to_do(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{ATLAS: OnPad(afi=ARMED)})
    part = read_pad(security="none")
    posted.wait_until(Tags("pad", (ATLAS,)))
    answer = Answer()
    assert part.tell(Wish(ATLAS, Act.DISARM, answer))
    assert part.tell(Wish(ATLAS, Act.DISARM))
    assert answer.wait(PATIENCE_S)
    pad.wait_for_rounds(3)
    assert pad.tags[ATLAS].afi == ARMED
    assert failures(posted) == []


def test_a_reader_that_cannot_write_has_nothing_to_arm(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{ATLAS: OnPad(Medium.UHF, pc=0x3107)})
    part = read_pad(security="afi", can_reach_tags=False)
    posted.wait_for(lambda events: any(isinstance(event, Tags) for event in events))
    answer = Answer()
    part.tell(Wish(ATLAS, Act.ARM, answer))
    assert answer.wait(PATIENCE_S)
    assert failures(posted) == []


@pytest.mark.parametrize(("afi", "armed"), [(0x07, True), (0xC2, False), (0x00, None), (None, None)])
def test_two_values_tell_something_and_all_others_nothing(afi: int | None, armed: bool | None) -> None:
    assert Marks(0x07, 0xC2).told(afi) is armed
