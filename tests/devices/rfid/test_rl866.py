import termios
from collections.abc import Iterator

import pytest

from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError
from kiosk.devices.rfid.rl866 import BAUD, PARITY, Rl866
from kiosk.devices.serialline import SerialPort
from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.rl866_device import NODE, Rl866Device, frame, inventory

UID = "E00401003F3827A7"
OTHER = "E00401003F382624"
PATIENCE_S = 10.0
HASTE_S = 0.3


@pytest.fixture
def pad(wire: Wire) -> Iterator[Rl866Device]:
    pad = Rl866Device(wire)
    with pad:
        yield pad


@pytest.fixture
def port(wire: Wire, pad: Rl866Device) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


@pytest.fixture
def model(port: SerialPort) -> Rl866:
    return Rl866(Link(port), PATIENCE_S)


@pytest.fixture
def hasty(port: SerialPort) -> Rl866:
    """For answers that never come."""
    return Rl866(Link(port), HASTE_S)


def access(model: Rl866) -> TagAccess:
    found = model.access
    assert found is not None
    return found


def laid(pad: Rl866Device, model: Rl866, **said: object) -> tuple[IsoTag, Tag]:
    """A tag on the pad, as the pad and as the model knows it."""
    tag = IsoTag(UID)
    for name, value in said.items():
        setattr(tag, name, value)
    pad.put(tag)
    (found,) = model.round()
    return tag, found


def test_the_port_has_the_pads_speed_and_even_parity(port: SerialPort) -> None:
    # A pseudo-terminal keeps the speed, but the kernel takes the parity bit away from it.
    assert termios.tcgetattr(port.fileno())[4:6] == [termios.B38400, termios.B38400]
    assert repr(port).endswith(" 38400 8E1>")


def test_it_says_which_pad_answered(model: Rl866, pad: Rl866Device) -> None:
    assert model.start() == f"RL866 pad, node {NODE:02X}"
    assert pad.asked == ["resync", "disconnect"]


def test_a_round_tells_every_tag_once(model: Rl866, pad: Rl866Device) -> None:
    assert model.round() == []
    pad.put(IsoTag(UID), IsoTag(OTHER))
    assert model.round() == [Tag(UID, Medium.HF), Tag(OTHER, Medium.HF)]
    pad.lift(UID)
    assert model.round() == [Tag(OTHER, Medium.HF)]


def test_a_stack_that_does_not_fit_into_one_answer_is_told_whole(model: Rl866, pad: Rl866Device) -> None:
    uids = [f"E0040100000000{number:02X}" for number in range(20)]
    pad.reports_max = 8
    pad.put(*(IsoTag(uid) for uid in uids))
    assert [tag.uid for tag in model.round()] == uids
    assert pad.asked == ["resync", "inventory", "inventory", "inventory"]


def test_an_afi_that_was_written_is_read_from_the_tag(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model)
    assert access(model).afi(found) == 0x07
    access(model).write_afi(found, 0xC2)
    assert tag.afi == 0xC2
    assert access(model).afi(found) == 0xC2
    assert pad.handles == {}


def test_memory_is_read_and_written_in_the_tags_order(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model, memory=bytearray(range(112)))
    assert access(model).memory(found) == bytes(range(112))
    access(model).write_memory(found, bytes(range(200, 88, -1)))
    assert tag.memory == bytes(range(200, 88, -1))
    assert access(model).memory(found) == bytes(range(200, 88, -1))
    assert pad.handles == {}


def test_a_last_block_that_is_not_full_is_padded_and_the_others_are_left_alone(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model, memory=bytearray(b"\xff" * 112))
    access(model).write_memory(found, b"B17")
    assert tag.memory == b"B17\0" + b"\xff" * 108


def test_a_big_tag_is_read_and_written_in_pieces(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model, memory=bytearray(256 * 8), block_size=8)
    data = bytes(number * 7 % 256 for number in range(256 * 8))
    access(model).write_memory(found, data)
    assert tag.memory == data
    assert access(model).memory(found) == data


def test_a_pad_that_wants_a_zero_more_gets_it(model: Rl866, pad: Rl866Device) -> None:
    pad.wants_zero = True
    tag, found = laid(pad, model)
    access(model).write_memory(found, b"12345678")
    assert tag.memory[:9] == b"12345678\0"


def test_what_does_not_fit_is_not_begun(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model)
    with pytest.raises(TagError, match="113 bytes do not fit"):
        access(model).write_memory(found, b"x" * 113)
    assert tag.memory == bytes(112)
    assert pad.handles == {}


def test_a_locked_tag_says_so(model: Rl866, pad: Rl866Device) -> None:
    _, found = laid(pad, model, is_locked=True)
    with pytest.raises(TagError, match="locked"):
        access(model).write_afi(found, 0xC2)
    with pytest.raises(TagError, match="locked"):
        access(model).write_memory(found, b"B17")
    assert access(model).afi(found) == 0x07
    assert pad.handles == {}


def test_a_tag_that_keeps_its_old_afi_is_read_with_it(model: Rl866, pad: Rl866Device) -> None:
    _, found = laid(pad, model, fails_writes=True)
    access(model).write_afi(found, 0xC2)
    assert access(model).afi(found) == 0x07


def test_a_tag_that_left_before_it_was_opened_is_an_error_of_the_tag(model: Rl866, pad: Rl866Device) -> None:
    _, found = laid(pad, model)
    pad.lift(UID)
    with pytest.raises(TagError, match="no tag found"):
        access(model).afi(found)


def test_a_tag_that_leaves_between_opening_and_writing_is_an_error_of_the_tag(model: Rl866, pad: Rl866Device) -> None:
    tag, found = laid(pad, model)
    pad.before = lambda command: pad.lift(UID) if command == "write afi" else None
    with pytest.raises(TagError, match="no tag found"):
        access(model).write_afi(found, 0xC2)
    assert tag.afi == 0x07
    assert pad.handles == {}


def test_a_silent_pad_gives_no_answer_and_may_answer_again(hasty: Rl866, pad: Rl866Device) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    pad.is_silent = True
    with pytest.raises(NoAnswer):
        hasty.round()
    pad.is_silent = False
    assert hasty.round() == [Tag(UID, Medium.HF)]


def test_one_answer_that_is_lost_is_asked_for_again_in_step(hasty: Rl866, pad: Rl866Device) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    pad.spoils = [lambda _: b""]
    assert hasty.round() == [Tag(UID, Medium.HF)]
    assert pad.asked[2:] == ["inventory", "resync", "inventory"]


def wrong_sequence(answer: bytes) -> bytes:
    return frame(answer[3] ^ 0x40, answer[4:-2])


def other_command(_: bytes) -> bytes:
    return frame(0x40, b"\x33\x00\x00") + frame(0x00, b"\x33\x00\x00")


def wrong_checksum(answer: bytes) -> bytes:
    return answer[:-1] + bytes((answer[-1] ^ 1,))


def says_out_of_step(answer: bytes) -> bytes:
    return frame(answer[3], b"\x31\x04\x01")


def late(_: bytes) -> bytes:
    return frame(0xE0)


@pytest.mark.parametrize("spoil", [wrong_sequence, other_command, wrong_checksum, says_out_of_step, late])
def test_a_wrong_answer_is_not_taken_and_asked_for_again(hasty: Rl866, pad: Rl866Device, spoil: object) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    assert callable(spoil)
    pad.spoils = [spoil]
    assert hasty.round() == [Tag(UID, Medium.HF)]
    pad.spoils = [spoil, lambda answer: answer, spoil]
    if spoil is not says_out_of_step:
        with pytest.raises(NoAnswer):
            hasty.round()


def test_rubbish_around_an_answer_does_not_hide_it(model: Rl866, pad: Rl866Device) -> None:
    model.start()
    pad.put(IsoTag(UID))
    pad.spoils = [lambda answer: b"\x00\xfa\xfa\x06" + answer + b"\xfa\x99"]
    assert model.round() == [Tag(UID, Medium.HF)]


def test_what_came_unasked_before_the_question_is_passed_over(model: Rl866, pad: Rl866Device, wire: Wire) -> None:
    model.start()
    wire.send(frame(0x40, inventory([OTHER])))
    pad.put(IsoTag(UID))
    assert model.round() == [Tag(UID, Medium.HF)]


def test_a_pad_with_a_dead_radio_chip_gives_no_answer(model: Rl866, pad: Rl866Device) -> None:
    model.start()
    pad.spoils = [lambda answer: frame(answer[3], b"\x31\x17\x04")]
    with pytest.raises(NoAnswer, match="radio chip is dead"):
        model.round()


def test_tags_over_each_other_are_no_tags(model: Rl866, pad: Rl866Device) -> None:
    model.start()
    pad.spoils = [lambda answer: frame(answer[3], b"\x31\x19\x04")]
    assert model.round() == []


def test_a_pad_unplugged_in_mid_frame_ends_the_conversation_and_comes_back(
    hasty: Rl866, pad: Rl866Device, wire: Wire
) -> None:
    hasty.start()
    pad.put(IsoTag(UID))
    pad.unplug_in_mid_frame()
    with pytest.raises(OSError, match=r"Errno 19|no answer"):
        hasty.round()
    pad.plug_in()
    port = SerialPort(str(wire.path), BAUD, PARITY)
    again = Rl866(Link(port), PATIENCE_S)
    again.start()
    assert again.round() == [Tag(UID, Medium.HF)]
    port.close()
