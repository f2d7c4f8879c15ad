import random
from collections.abc import Callable

import pytest

from kiosk.circulation.events import Event, Lifted, Misread, PartDown, PartUp, Scan, Tags
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.rfid.cards import Cards
from kiosk.runtime.reader import Reader, Why
from tests.devices.decode.test_rdm6300 import SEEED, SEEED_CARD, frame
from tests.devices.ptys import Settings, Wire
from tests.runtime.waiting import Posted

Start = Callable[[Settings], Reader]
UID = SEEED_CARD.uid
OTHER = "1A2B3C4D5E"


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
    wire.send(SEEED[8:] + frame(OTHER, crlf=True))
    events = posted.wait_until(Tags("desk", (OTHER,)))
    assert [event for event in events if isinstance(event, Tags)] == [Tags("desk", (OTHER,))]


def test_random_bytes_change_nothing(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300"))
    posted.wait_until(PartUp("desk"))
    wire.send(random.Random(1).randbytes(200_000) + SEEED)
    assert posted.wait_until(Tags("desk", (UID,))) == [PartUp("desk"), Tags("desk", (UID,))]


def test_two_cards_that_are_heard_in_turns_are_refused_until_one_is_lifted(
    wire: Wire, posted: Posted, start: Start
) -> None:
    start(Settings(str(wire.path), kind="rdm6300"))
    posted.wait_until(PartUp("desk"))
    wire.send(SEEED + frame(OTHER) + SEEED)
    posted.wait_until(Misread("desk", Trouble.TWO_CARDS))
    events = posted.wait_until(Lifted("desk", OTHER))
    assert events[1:4] == [Tags("desk", (UID,)), Tags("desk", (OTHER,)), Misread("desk", Trouble.TWO_CARDS)]


def test_a_clone_that_sends_a_sum_is_read_where_the_settings_say_so(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300", checksum="sum"))
    posted.wait_until(PartUp("desk"))
    total = sum(bytes.fromhex(OTHER)) & 0xFF
    wire.send(b"\x02" + OTHER.encode() + f"{total:02X}".encode() + b"\x03")
    posted.wait_until(Tags("desk", (OTHER,)))


def test_a_card_is_told_by_the_number_that_the_schools_files_hold(wire: Wire, posted: Posted, start: Start) -> None:
    start(Settings(str(wire.path), kind="rdm6300", card_to="10D"))
    posted.wait_until(PartUp("desk"))
    wire.send(SEEED)
    posted.wait_until(Scan("desk", SEEED_CARD.number))
    posted.wait_until(Lifted("desk", SEEED_CARD.number))


@pytest.mark.parametrize(
    ("card_to", "uid", "came"),
    [
        ("", "078CFC4F", Tags("pad", ("078CFC4F",))),
        ("10D", "078CFC4F", Scan("pad", "0126680143")),
        ("10D", "04A1B2C3D4E5F6", Tags("pad", ("04A1B2C3D4E5F6",))),
    ],
    ids=["no other form", "a number", "a UID without such a number"],
)
def test_a_card_is_its_uid_unless_it_has_the_number_that_is_asked_for(card_to: str, uid: str, came: Event) -> None:
    assert Cards("pad", card_to).came(uid) == came
