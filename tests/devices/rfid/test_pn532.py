import termios
from collections.abc import Callable, Iterator

import pytest

from kiosk.circulation.events import Lifted, PartDown, PartUp, Tags
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag
from kiosk.devices.rfid.pn532 import BAUD, PARITY, Pn532, Waits
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.reader import Reader, Why
from tests.devices.ptys import Settings, Wire
from tests.devices.rfid.pn532_device import ACK, FAULT, FIRMWARE, LIST, NACK, RELEASE, RF, SAM, Card, Pn532Device, frame
from tests.runtime.waiting import Posted

WAITS = Waits(first_s=0.3, answer_s=0.25)
UID = "078CFC4F"
DESFIRE = "04112233445566"
ATS = "06 75 77 81 02 80"
START = ["ack", SAM, FIRMWARE, RF]


@pytest.fixture
def chip(wire: Wire) -> Iterator[Pn532Device]:
    chip = Pn532Device(wire)
    with chip:
        yield chip


@pytest.fixture
def port(wire: Wire, chip: Pn532Device) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


@pytest.fixture
def model(port: SerialPort) -> Pn532:
    return Pn532(Link(port), WAITS)


@pytest.fixture
def started(model: Pn532, chip: Pn532Device) -> Pn532:
    model.start()
    chip.heard.clear()
    return model


def card(uid: str) -> Tag:
    return Tag(uid, Medium.CARD)


def test_the_port_has_the_chips_speed_and_no_parity(port: SerialPort) -> None:
    assert termios.tcgetattr(port.fileno())[4:6] == [termios.B115200, termios.B115200]
    assert repr(port).endswith(" 115200 8N1>")


def test_a_sleeping_chip_is_woken_and_says_its_firmware(model: Pn532, chip: Pn532Device) -> None:
    assert model.start() == "PN532 1.6"
    assert chip.heard == START[1:]  # what came before the wake-up was not heard
    assert model.access is None
    assert "Pn532" in repr(model)


def test_a_poll_that_an_earlier_program_left_running_is_ended(model: Pn532, chip: Pn532Device) -> None:
    chip.close()
    chip.starts_awake = True
    chip.start()
    assert model.start() == "PN532 1.6"
    assert chip.heard == START


def test_the_first_acknowledgement_may_take_long(model: Pn532, chip: Pn532Device) -> None:
    chip.ack_ticks = 50
    assert model.start() == "PN532 1.6"


def test_a_pad_without_cards_answers_at_once(started: Pn532, chip: Pn532Device) -> None:
    assert started.round() == []
    assert started.round() == []
    assert chip.heard == [LIST, LIST]


def test_two_cards_are_both_seen_again_and_again(started: Pn532, chip: Pn532Device) -> None:
    chip.cards = [Card(DESFIRE, 0x20, ATS), Card(UID)]
    for _ in range(3):
        assert started.round() == [card(DESFIRE), card(UID)]
    assert chip.heard == [LIST, RELEASE, RF] * 3


def test_a_card_that_comes_and_goes_is_seen_while_it_lies_there(started: Pn532, chip: Pn532Device) -> None:
    chip.cards = [Card(UID)]
    assert started.round() == [card(UID)]
    chip.cards = []
    assert started.round() == []
    chip.cards = [Card(DESFIRE, 0x20, ATS)]
    assert started.round() == [card(DESFIRE)]


def test_a_made_up_uid_is_not_told(started: Pn532, chip: Pn532Device) -> None:
    chip.cards = [Card("08A1B2C3", 0x20, ATS), Card("08A1B2C4", 0x08)]
    assert started.round() == [card("08A1B2C4")]


def test_an_answer_that_arrived_wrong_is_asked_for_again(started: Pn532, chip: Pn532Device) -> None:
    chip.cards = [Card(UID)]
    chip.spoils = [bytes, lambda answer: answer[:-3] + b"\x7a" + answer[-2:]]
    assert started.round() == [card(UID)]
    assert chip.heard == [LIST, "nack", RELEASE, RF]


def test_noise_before_an_answer_is_passed_over(started: Pn532, chip: Pn532Device) -> None:
    chip.cards = [Card(UID)]
    chip.spoils = [bytes, lambda answer: b"\x55\x00\xff\x10" + ACK + answer]
    assert started.round() == [card(UID)]


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(frame(b"\xd5\x03\x32\x01\x06\x07"), id="the answer to another command"),
        pytest.param(frame(b"\xd4\x4a\x02\x00"), id="the command itself"),
        pytest.param(frame(b"\xd5\x4b\x01\x01\x00\x04\x08\x05" + bytes(5)), id="a card that cannot be"),
        pytest.param(b"\x00\x00\xff" + bytes(40), id="rubbish"),
        pytest.param(NACK, id="a frame that only a host sends"),
    ],
)
def test_what_is_no_answer_is_asked_for_once_more_and_then_ended(
    started: Pn532, chip: Pn532Device, answer: bytes
) -> None:
    chip.answers_for[LIST] = answer
    with pytest.raises(NoAnswer):
        started.round()
    del chip.answers_for[LIST]
    chip.cards = [Card(UID)]
    assert started.round() == [card(UID)]
    assert [code for code in chip.heard if code in {LIST, "nack", "ack"}] == [LIST, "nack", "ack", LIST]


def test_a_chip_that_does_not_understand_is_told(started: Pn532, chip: Pn532Device) -> None:
    chip.answers_for[LIST] = FAULT
    with pytest.raises(NoAnswer, match="does not understand command 4A"):
        started.round()


def test_a_chip_that_lost_power_for_a_moment_is_not_heard_until_it_is_started_again(
    started: Pn532, chip: Pn532Device
) -> None:
    chip.cards = [Card(UID)]
    chip.power_up()
    with pytest.raises(NoAnswer):
        started.round()
    assert started.start() == "PN532 1.6"
    assert started.round() == [card(UID)]


def test_a_silent_chip_is_no_answer(model: Pn532, chip: Pn532Device) -> None:
    chip.is_silent = True
    with pytest.raises(NoAnswer):
        model.start()
    chip.is_silent = False
    assert model.start() == "PN532 1.6"


def test_a_chip_without_firmware_is_refused(model: Pn532, chip: Pn532Device) -> None:
    chip.answers_for[FIRMWARE] = frame(b"\xd5\x03")
    with pytest.raises(NoAnswer, match="firmware"):
        model.start()


def test_a_chip_unplugged_in_mid_frame_is_an_error_of_the_port_and_comes_back(
    started: Pn532, chip: Pn532Device, port: SerialPort, wire: Wire
) -> None:
    chip.cards = [Card(UID)]
    chip.spoils = [bytes]
    chip.unplug_in_mid_frame()
    with pytest.raises(OSError, match=r"Errno|unplugged|No such device") as raised:
        started.round()
    assert not isinstance(raised.value, NoAnswer)
    port.close()
    chip.cards = [Card(UID)]
    chip.plug_in()
    again = SerialPort(str(wire.path), BAUD, PARITY)
    model = Pn532(Link(again), WAITS)
    assert model.start() == "PN532 1.6"
    assert model.round() == [card(UID)]
    again.close()


def test_the_drivers_own_thread_tells_a_card_and_that_it_was_lifted(
    wire: Wire, chip: Pn532Device, posted: Posted, start: Callable[[Settings], Reader]
) -> None:
    chip.cards = [Card(UID)]
    start(Settings(str(wire.path), kind="pn532"))
    posted.wait_until(Tags("desk", (UID,)))
    chip.cards = []
    events = posted.wait_until(Lifted("desk", UID))
    assert events == [PartUp("desk"), Tags("desk", (UID,)), Lifted("desk", UID)]


def test_the_drivers_own_thread_finds_a_chip_again_that_was_unplugged_in_mid_frame(
    wire: Wire, chip: Pn532Device, posted: Posted, start: Callable[[Settings], Reader]
) -> None:
    start(Settings(str(wire.path), kind="pn532"))
    posted.wait_until(PartUp("desk"))
    chip.unplug_in_mid_frame()
    posted.wait_until(PartDown("desk", Why.UNPLUGGED))
    chip.cards = [Card(UID)]
    chip.plug_in()
    posted.wait_until(Tags("desk", (UID,)))
