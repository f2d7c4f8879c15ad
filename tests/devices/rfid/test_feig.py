import termios
from collections.abc import Iterator

import pytest

from kiosk.devices.rfid.feig import BAUD, PARITY, Feig
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError
from kiosk.devices.serialline import SerialPort
from tests.devices.ptys import Wire
from tests.devices.rfid.feig_device import FeigDevice, frame, inventory
from tests.devices.rfid.hf_device import IsoTag

UID = "E004015306A22D70"
OTHER = "E004015306A22D71"
PATIENCE_S = 10.0
HASTE_S = 0.3
INFO = "FEIG reader, address 00, type 4C, firmware 3.01"


@pytest.fixture
def pad(wire: Wire) -> Iterator[FeigDevice]:
    pad = FeigDevice(wire)
    with pad:
        yield pad


@pytest.fixture
def port(wire: Wire, pad: FeigDevice) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


@pytest.fixture
def model(port: SerialPort) -> Feig:
    return Feig(Link(port), answer_s=PATIENCE_S)


@pytest.fixture
def hasty(port: SerialPort) -> Feig:
    """For answers that never come."""
    return Feig(Link(port), answer_s=HASTE_S)


def access(model: Feig) -> TagAccess:
    found = model.access
    assert found is not None
    return found


def laid(pad: FeigDevice, model: Feig, **said: object) -> tuple[IsoTag, Tag]:
    """A tag on the pad, as the pad and as the model knows it."""
    tag = IsoTag(UID)
    for name, value in said.items():
        setattr(tag, name, value)
    pad.put(tag)
    (found,) = model.round()
    return tag, found


def test_the_port_has_the_readers_speed_and_even_parity(port: SerialPort) -> None:
    # A pseudo-terminal keeps the speed, but the kernel takes the parity bit away from it.
    assert termios.tcgetattr(port.fileno())[4:6] == [termios.B38400, termios.B38400]
    assert repr(port).endswith(" 38400 8E1>")


def test_it_says_which_reader_answered(model: Feig, pad: FeigDevice) -> None:
    assert model.start() == INFO
    assert pad.asked == ["reader info"]


def test_a_reader_that_knows_only_standard_frames_is_asked_with_those(hasty: Feig, pad: FeigDevice) -> None:
    pad.knows_advanced = False
    assert hasty.start() == INFO
    pad.put(IsoTag(UID))
    assert hasty.round() == [Tag(UID, Medium.HF, dsfid=0)]


def test_a_long_answer_to_a_standard_frame_is_advanced_and_read(hasty: Feig, pad: FeigDevice) -> None:
    pad.knows_advanced = False
    hasty.start()
    uids = [f"E0040100000000{number:02X}" for number in range(30)]
    pad.tags_max = 30
    pad.put(*(IsoTag(uid) for uid in uids))
    assert [tag.uid for tag in hasty.round()] == uids


def test_a_reader_is_asked_by_its_own_address(port: SerialPort, pad: FeigDevice) -> None:
    pad.address = 0x07
    pad.put(IsoTag(UID))
    for address in (0x07, 0xFF, -1):
        assert Feig(Link(port), address, PATIENCE_S).round() == [Tag(UID, Medium.HF, dsfid=0)]
    with pytest.raises(NoAnswer):
        Feig(Link(port), 0x08, HASTE_S).round()


def test_a_reader_that_does_not_tell_what_it_is_answers_all_the_same(model: Feig, pad: FeigDevice) -> None:
    pad.spoils = [lambda _: frame(0x66, b"\x82")]
    assert model.start() == "FEIG reader, address 00"


def test_a_tag_that_stays_is_told_in_every_round(model: Feig, pad: FeigDevice) -> None:
    assert model.round() == []
    pad.put(IsoTag(UID, dsfid=0x06), IsoTag(OTHER))
    for _ in range(3):
        assert model.round() == [Tag(UID, Medium.HF, dsfid=0x06), Tag(OTHER, Medium.HF, dsfid=0)]
    pad.lift(UID)
    assert model.round() == [Tag(OTHER, Medium.HF, dsfid=0)]


def test_a_reader_without_rf_reset_still_tells_its_tags(model: Feig, pad: FeigDevice) -> None:
    pad.knows_rf_reset = False
    pad.put(IsoTag(UID))
    assert model.round() == [Tag(UID, Medium.HF, dsfid=0)]


def test_a_stack_that_does_not_fit_into_one_answer_is_told_whole(model: Feig, pad: FeigDevice) -> None:
    uids = [f"E0040100000000{number:02X}" for number in range(20)]
    pad.tags_max = 8
    pad.put(*(IsoTag(uid) for uid in uids))
    assert [tag.uid for tag in model.round()] == uids
    assert pad.asked == ["rf reset", "inventory", "inventory", "inventory"]


def test_an_afi_that_was_written_is_read_from_the_tag(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model)
    assert access(model).afi(found) == 0x07
    access(model).write_afi(found, 0xC2)
    assert tag.afi == 0xC2
    assert access(model).afi(found) == 0xC2


def test_memory_is_read_and_written_in_the_tags_order(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model, memory=bytearray(range(112)))
    assert access(model).memory(found) == bytes(range(112))
    access(model).write_memory(found, bytes(range(200, 88, -1)))
    assert tag.memory == bytes(range(200, 88, -1))
    assert access(model).memory(found) == bytes(range(200, 88, -1))


def test_a_last_block_that_is_not_full_is_padded_and_the_others_are_left_alone(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model, memory=bytearray(b"\xff" * 112))
    access(model).write_memory(found, b"B17-5")
    assert tag.memory == b"B17-5\0\0\0" + b"\xff" * 104


def test_a_big_tag_is_read_and_written_in_pieces(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model, memory=bytearray(250 * 8), block_size=8)
    data = bytes(number * 7 % 256 for number in range(250 * 8))
    access(model).write_memory(found, data)
    assert tag.memory == data
    assert access(model).memory(found) == data


def test_what_does_not_fit_is_not_begun(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model)
    with pytest.raises(TagError, match="113 bytes do not fit"):
        access(model).write_memory(found, b"x" * 113)
    assert tag.memory == bytes(112)


@pytest.mark.parametrize("refusal", [b"\x80", b"\x82", b"\x05", b"\x95\x01"])
def test_without_system_information_there_is_neither_afi_nor_memory(
    model: Feig, pad: FeigDevice, refusal: bytes
) -> None:
    pad.refuses_system = refusal
    _, found = laid(pad, model)
    assert access(model).afi(found) is None
    assert access(model).memory(found) == b""
    with pytest.raises(TagError, match="does not tell"):
        access(model).write_memory(found, b"B17")


def test_a_locked_tag_says_so(model: Feig, pad: FeigDevice) -> None:
    _, found = laid(pad, model, is_locked=True)
    with pytest.raises(TagError, match="locked"):
        access(model).write_afi(found, 0xC2)
    with pytest.raises(TagError, match="could not be written"):
        access(model).write_memory(found, b"B17")
    assert access(model).afi(found) == 0x07


def test_a_tag_that_leaves_before_writing_is_an_error_of_the_tag(model: Feig, pad: FeigDevice) -> None:
    tag, found = laid(pad, model)
    pad.before = lambda command: pad.lift(UID) if command == "write" else None
    with pytest.raises(TagError, match="no tag found"):
        access(model).write_memory(found, b"B17")
    assert tag.memory == bytes(112)


def test_a_silent_reader_gives_no_answer_and_may_answer_again(hasty: Feig, pad: FeigDevice) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    pad.is_silent = True
    with pytest.raises(NoAnswer):
        hasty.round()
    pad.is_silent = False
    assert hasty.round() == [Tag(UID, Medium.HF, dsfid=0)]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(frame(0x69, b"\x00")[:-1] + b"\x99", id="a wrong checksum"),
        pytest.param(frame(0x63, b"\x00"), id="another command's answer"),
        pytest.param(frame(0x69, b"\x00")[:5], id="half an answer"),
        pytest.param(b"\x02\x00\x02\xff\x07", id="rubbish"),
    ],
)
def test_a_wrong_answer_is_not_taken_and_asked_for_again(hasty: Feig, pad: FeigDevice, said: bytes) -> None:
    pad.put(IsoTag(UID))
    pad.spoils = [lambda _: said]
    assert hasty.round() == [Tag(UID, Medium.HF, dsfid=0)]
    assert pad.asked == ["rf reset", "rf reset", "inventory"]
    pad.spoils = [lambda _: said] * 2
    with pytest.raises(NoAnswer):
        hasty.round()


def test_rubbish_around_an_answer_does_not_hide_it(model: Feig, pad: FeigDevice) -> None:
    pad.put(IsoTag(UID))
    pad.spoils = [lambda answer: answer, lambda answer: b"\x01\x06\x02\x00" + answer + b"\x09"]
    assert model.round() == [Tag(UID, Medium.HF, dsfid=0)]


def test_what_came_unasked_before_the_question_is_passed_over(model: Feig, pad: FeigDevice, wire: Wire) -> None:
    wire.send(frame(0x69, b"\x80") + frame(0xB0, inventory([(OTHER, 0)])))
    pad.put(IsoTag(UID))
    assert model.round() == [Tag(UID, Medium.HF, dsfid=0)]


def test_a_reader_that_refuses_to_look_gives_no_answer(model: Feig, pad: FeigDevice) -> None:
    pad.spoils = [lambda answer: answer, lambda _: frame(0xB0, b"\x13")]
    with pytest.raises(NoAnswer, match="log in first"):
        model.round()


def test_a_reader_unplugged_in_mid_frame_ends_the_conversation_and_comes_back(
    hasty: Feig, pad: FeigDevice, wire: Wire
) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    pad.unplug_in_mid_frame()
    with pytest.raises(OSError, match=r"Errno 19|no answer"):
        hasty.round()
    pad.plug_in()
    port = SerialPort(str(wire.path), BAUD, PARITY)
    again = Feig(Link(port), answer_s=PATIENCE_S)
    assert again.start() == INFO
    assert again.round() == [Tag(UID, Medium.HF, dsfid=0)]
    port.close()
