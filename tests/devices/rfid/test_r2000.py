import re
from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError
from kiosk.devices.rfid.r2000 import BAUD, PARITY, R2000, Waits
from kiosk.devices.serialline import SerialPort
from tests.devices.decode.test_r2000 import frame
from tests.devices.ptys import Wire
from tests.devices.rfid.r2000_device import R2000Device
from tests.devices.rfid.uhf_device import Gen2Tag, Spoil
from tests.runtime.waiting import PATIENCE_S

PATIENT = Waits(PATIENCE_S, PATIENCE_S, PATIENCE_S)
HASTY = Waits(0.05, 0.05, 0.05)
EPC, OTHER = "E200301666130121155074EF", "00112233445566778899AABB"


@pytest.fixture
def device(wire: Wire) -> Iterator[R2000Device]:
    device = R2000Device(wire)
    with device:
        yield device


@pytest.fixture
def port(wire: Wire) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


def model_at(port: SerialPort, antennas: tuple[int, ...] = (0,), waits: Waits = PATIENT, power_dbm: int = 20) -> R2000:
    return R2000(Link(port), -1, antennas, "cn", power_dbm, waits)


@pytest.fixture
def model(device: R2000Device, port: SerialPort) -> R2000:
    model = model_at(port, (0, 1))
    model.start()
    return model


def tag(epc: str = EPC, antenna: int = 0) -> Tag:
    return Tag(epc, Medium.UHF, antenna=antenna)


def gen2(epc: str = EPC, antenna: int = 0) -> Gen2Tag:
    return Gen2Tag(bytes.fromhex(epc), antenna=antenna)


def test_the_start_sets_region_and_power_and_says_what_answered(device: R2000Device, port: SerialPort) -> None:
    assert model_at(port).start() == "R2000, firmware 1.9"
    assert (device.region, device.power_dbm, device.saved_power_dbm) == (3, 20, 30)
    assert repr(port).endswith("115200 8N1>")


def test_a_region_that_is_set_already_is_not_written_again(device: R2000Device, port: SerialPort) -> None:
    device.region = 3
    model_at(port).start()
    assert device.count(0x78) == 0


def test_power_goes_to_the_flash_where_the_reader_takes_no_other_way_and_only_once(
    device: R2000Device, port: SerialPort
) -> None:
    device.least_power_dbm = 22
    model_at(port).start()
    model_at(port).start()
    assert device.saved_power_dbm == 20
    assert device.count(0x76) == 1


def test_a_region_that_no_such_reader_has_is_refused_by_name(port: SerialPort) -> None:
    with pytest.raises(ValueError, match=re.escape("region = 'jp': an R2000 reader has 'cn', 'us', 'eu' only")):
        R2000(Link(port), -1, (0,), "jp", 20)


def test_a_round_asks_all_antennas_and_tells_each_tag_once(device: R2000Device, model: R2000) -> None:
    device.field = [gen2(), gen2(OTHER, antenna=1)]
    first = Tag(EPC, Medium.UHF, pc=0x3107, antenna=0, rssi_dbm=-60)
    second = Tag(OTHER, Medium.UHF, pc=0x3107, antenna=1, rssi_dbm=-60)
    assert model.round() == [first, second]
    device.field.pop(0)
    assert model.round() == [second]


def test_an_antenna_that_is_missing_is_told(device: R2000Device, port: SerialPort) -> None:
    model = model_at(port, (2,))
    model.start()
    with pytest.raises(NoAnswer, match="antenna 2: the antenna is missing"):
        model.round()


def test_the_afi_is_the_low_byte_of_the_pc_word_where_the_t_bit_is_set(device: R2000Device, model: R2000) -> None:
    device.field = [gen2(), gen2(OTHER, antenna=1)]
    device.field[1].pc = 0x3007
    assert model.access is not None
    assert model.access.afi(tag()) == 0x07
    assert model.access.afi(tag(OTHER, antenna=1)) is None


@pytest.mark.parametrize(("before", "after"), [(0x3107, 0x31C2), (0x3400, 0x35C2), (0x31C2, 0x31C2), (0x2A00, 0x2BC2)])
def test_writing_the_afi_keeps_the_other_bits(device: R2000Device, model: R2000, before: int, after: int) -> None:
    device.field = [gen2()]
    device.field[0].pc = before
    assert model.access is not None
    model.access.write_afi(tag(), 0xC2)
    assert device.field[0].pc == after
    assert model.access.afi(tag()) == 0xC2


@pytest.mark.parametrize("size", [0, 2, 14, 16, 64, 70])
def test_the_whole_user_memory_is_read_and_no_more(device: R2000Device, model: R2000, size: int) -> None:
    memory = bytes(range(size))
    device.field = [gen2(OTHER), gen2()]
    device.field[1].user = bytearray(memory)
    assert model.access is not None
    assert model.access.memory(tag()) == memory


def test_memory_is_written_from_the_first_word_and_a_half_word_is_filled_up(device: R2000Device, model: R2000) -> None:
    device.field = [gen2()]
    device.field[0].user = bytearray(b"\xff" * 32)
    assert model.access is not None
    model.access.write_memory(tag(), bytes(range(1, 20)))
    assert bytes(device.field[0].user) == bytes(range(1, 20)) + b"\x00" + b"\xff" * 12


ATTEMPTS: dict[str, Callable[[TagAccess], object]] = {
    "ask for the AFI": lambda access: access.afi(tag()),
    "write the AFI": lambda access: access.write_afi(tag(), 0xC2),
    "read the memory": lambda access: access.memory(tag()),
    "write the memory": lambda access: access.write_memory(tag(), b"\x01"),
}


@pytest.mark.parametrize("attempt", ATTEMPTS.values(), ids=ATTEMPTS.keys())
def test_a_tag_that_left_is_an_error_of_the_tag(
    device: R2000Device, model: R2000, attempt: Callable[[TagAccess], object]
) -> None:
    device.field = [gen2(OTHER)]
    assert model.access is not None
    with pytest.raises(TagError, match="no tag"):
        attempt(model.access)


def test_a_locked_tag_is_an_error_of_the_tag(device: R2000Device, model: R2000) -> None:
    device.field = [gen2()]
    device.field[0].is_locked = True
    assert model.access is not None
    with pytest.raises(TagError, match="writing the tag failed"):
        model.access.write_afi(tag(), 0xC2)


def test_a_reader_that_forgot_which_tag_was_chosen_neither_reads_nor_writes_another(
    device: R2000Device, model: R2000
) -> None:
    device.field = [gen2(OTHER), gen2()]
    assert model.access is not None
    model.access.afi(tag())
    device.match = b""  # as after a reset
    with pytest.raises(TagError, match="another tag answered"):
        model.access.afi(tag())
    device.match = b""
    model.access.write_afi(tag(), 0xC2)
    assert [one.pc for one in device.field] == [0x3107, 0x31C2]


def test_silence_is_no_answer(device: R2000Device, port: SerialPort) -> None:
    device.is_silent = True
    with pytest.raises(NoAnswer, match="no answer within"):
        model_at(port, waits=HASTY).start()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda answer: answer[:-1] + bytes([answer[-1] ^ 1]), id="a wrong check"),
        pytest.param(lambda answer: b"\x55\xa0\x05rubbish", id="rubbish"),
        pytest.param(lambda answer: frame(0x74, "10", 5), id="the answer to another command"),
        pytest.param(lambda answer: answer[:-3], id="half an answer"),
    ],
)
def test_a_wrong_answer_is_no_answer_and_the_next_is_heard(device: R2000Device, port: SerialPort, spoil: Spoil) -> None:
    model = model_at(port, waits=Waits(PATIENCE_S, 0.3, PATIENCE_S))
    model.start()
    device.field = [gen2()]
    device.spoils = [spoil]
    with pytest.raises(NoAnswer):
        model.round()
    assert [seen.uid for seen in model.round()] == [EPC]


def test_rubbish_in_front_of_an_answer_hides_nothing(device: R2000Device, model: R2000) -> None:
    device.field = [gen2()]
    device.spoils = [lambda answer: b"\x00\xa0\x01\xff" + answer] * 8
    assert [seen.uid for seen in model.round()] == [EPC]
    assert model.access is not None
    assert model.access.afi(tag()) == 0x07


def test_a_reader_unplugged_in_mid_answer_is_an_error_of_the_port_and_comes_back(
    device: R2000Device, model: R2000, wire: Wire
) -> None:
    device.field = [gen2()]
    device.unplugs_in_answer = True
    with pytest.raises(OSError, match="usb-Made_Up") as gone:
        model.round()
    assert not isinstance(gone.value, NoAnswer)
    device.wait_until_unplugged()
    wire.plug_in()
    again = R2000Device(wire)
    again.field = [gen2()]
    with again:
        port = SerialPort(str(wire.path), BAUD, PARITY)
        back = model_at(port)
        assert back.start() == "R2000, firmware 1.9"
        assert [seen.uid for seen in back.round()] == [EPC]
        port.close()
