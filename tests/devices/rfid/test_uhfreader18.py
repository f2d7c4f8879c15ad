import re
from collections.abc import Callable, Iterator

import pytest

from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError
from kiosk.devices.rfid.uhfreader18 import BAUD, PARITY, UhfReader18, Waits
from kiosk.devices.serialline import SerialPort
from tests.devices.decode.test_uhfreader18 import frame
from tests.devices.ptys import Wire
from tests.devices.rfid.uhf_device import Gen2Tag, Spoil
from tests.devices.rfid.uhfreader18_device import UhfReader18Device
from tests.runtime.waiting import PATIENCE_S

PATIENT = Waits(PATIENCE_S, PATIENCE_S, PATIENCE_S)
HASTY = Waits(0.05, 0.05, 0.05)
EPC, OTHER, THIRD = "E200301666130121155074EF", "00112233445566778899AABB", "3034B708AC397E00"


@pytest.fixture(params=[False, True], ids=["18", "288"])
def device(wire: Wire, request: pytest.FixtureRequest) -> Iterator[UhfReader18Device]:
    device = UhfReader18Device(wire, is_288=request.param)
    with device:
        yield device


@pytest.fixture
def port(wire: Wire) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


def model_at(port: SerialPort, antennas: tuple[int, ...] = (0,), waits: Waits = PATIENT) -> UhfReader18:
    return UhfReader18(Link(port), -1, "cn", 20, antennas, waits)


@pytest.fixture
def model(device: UhfReader18Device, port: SerialPort) -> UhfReader18:
    model = model_at(port)
    model.start()
    return model


def tag(epc: str = EPC) -> Tag:
    return Tag(epc, Medium.UHF)


def gen2(epc: str = EPC, antenna: int = 0) -> Gen2Tag:
    return Gen2Tag(bytes.fromhex(epc), antenna=antenna)


def test_the_start_sets_what_differs_and_says_what_answered(device: UhfReader18Device, port: SerialPort) -> None:
    kind = "UHFReader288M" if device.is_288 else "UHFReader18"
    assert model_at(port).start() == f"{kind}, firmware 2.13"
    assert (device.region.hex(), device.power_dbm) == ("1340", 20)
    assert device.scan_time == (10 if device.is_288 else 3)
    assert repr(port).endswith("57600 8N1>")
    device.asked.clear()
    model_at(port).start()
    assert [asked for asked, _ in device.asked] == [0x21]


@pytest.mark.parametrize(
    ("region", "sent"), [("cn", "1340"), ("us", "3180"), ("kr", "1fc0"), ("eu", "4e00"), ("cn840", "9300")]
)
def test_each_region_has_its_band_and_its_channels(wire: Wire, port: SerialPort, region: str, sent: str) -> None:
    device = UhfReader18Device(wire)
    device.region = bytes.fromhex("D100")  # a band that no region has
    with device:
        UhfReader18(Link(port), 0, region, 30, waits=PATIENT).start()
    assert device.region.hex() == sent


def test_a_region_that_no_such_reader_has_is_refused_by_name(port: SerialPort) -> None:
    with pytest.raises(ValueError, match=re.escape("region = 'jp': a UHFReader18 has 'cn', 'us', 'kr', 'eu', 'cn840'")):
        UhfReader18(Link(port), -1, "jp", 20)


def test_a_setting_that_the_reader_refuses_is_named(device: UhfReader18Device, port: SerialPort) -> None:
    device.refuses_power = True
    with pytest.raises(NoAnswer, match="refuses the setting power_dbm: invalid parameter"):
        model_at(port).start()


def test_an_inventory_comes_in_as_many_frames_as_it_needs(device: UhfReader18Device, model: UhfReader18) -> None:
    assert model.round() == []
    device.field = [gen2(), gen2(OTHER), gen2(THIRD), gen2(EPC)]
    assert {(seen.uid, seen.medium, seen.antenna) for seen in model.round()} == {
        (uid, Medium.UHF, 0) for uid in (EPC, OTHER, THIRD)
    }
    assert len(model.round()) == 3


def test_the_288_family_is_asked_at_each_antenna(wire: Wire, port: SerialPort) -> None:
    device = UhfReader18Device(wire, is_288=True)
    device.field = [gen2(), gen2(OTHER, antenna=2), gen2(THIRD, antenna=3)]
    with device:
        model = model_at(port, (0, 2))
        model.start()
        assert [(seen.uid, seen.antenna) for seen in model.round()] == [(EPC, 0), (OTHER, 2)]


def test_the_afi_is_the_low_byte_of_the_pc_word_where_the_t_bit_is_set(
    device: UhfReader18Device, model: UhfReader18
) -> None:
    device.field = [gen2(), gen2(OTHER)]
    device.field[1].pc = 0x3007
    assert model.access is not None
    assert model.access.afi(tag()) == 0x07
    assert model.access.afi(tag(OTHER)) is None


@pytest.mark.parametrize(("before", "after"), [(0x3107, 0x31C2), (0x3400, 0x35C2), (0x31C2, 0x31C2)])
def test_writing_the_afi_keeps_the_other_bits(
    device: UhfReader18Device, model: UhfReader18, before: int, after: int
) -> None:
    device.field = [gen2(OTHER), gen2()]
    device.field[1].pc = before
    assert model.access is not None
    model.access.write_afi(tag(), 0xC2)
    assert [one.pc for one in device.field] == [0x3107, after]
    assert model.access.afi(tag()) == 0xC2


@pytest.mark.parametrize("size", [0, 2, 14, 64, 70])
def test_the_whole_user_memory_is_read_and_no_more(device: UhfReader18Device, model: UhfReader18, size: int) -> None:
    memory = bytes(range(size))
    device.field = [gen2()]
    device.field[0].user = bytearray(memory)
    assert model.access is not None
    assert model.access.memory(tag()) == memory


def test_memory_is_written_from_the_first_word_and_a_half_word_is_filled_up(
    device: UhfReader18Device, model: UhfReader18
) -> None:
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
    device: UhfReader18Device, model: UhfReader18, attempt: Callable[[TagAccess], object]
) -> None:
    device.field = [gen2(OTHER)]
    assert model.access is not None
    with pytest.raises(TagError, match="no tag"):
        attempt(model.access)


def test_a_locked_tag_is_an_error_of_the_tag(device: UhfReader18Device, model: UhfReader18) -> None:
    device.field = [gen2()]
    device.field[0].is_locked = True
    assert model.access is not None
    with pytest.raises(TagError, match="memory is locked"):
        model.access.write_afi(tag(), 0xC2)


def test_a_tag_with_an_epc_too_long_to_name_is_an_error_of_the_tag(model: UhfReader18) -> None:
    assert model.access is not None
    with pytest.raises(TagError, match="so long an EPC"):
        model.access.afi(tag("00" * 32))


def test_silence_is_no_answer(device: UhfReader18Device, port: SerialPort) -> None:
    device.is_silent = True
    with pytest.raises(NoAnswer, match="no answer within"):
        model_at(port, waits=HASTY).start()


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda answer: answer[:-1] + bytes([answer[-1] ^ 1]), id="a wrong CRC"),
        pytest.param(lambda answer: b"\xff\x00\x01rubbish", id="rubbish"),
        pytest.param(lambda answer: frame(0x2F, "00"), id="the answer to another command"),
        pytest.param(lambda answer: answer[:-3], id="half an answer"),
    ],
)
def test_a_wrong_answer_is_no_answer_and_the_next_is_heard(
    device: UhfReader18Device, port: SerialPort, spoil: Spoil
) -> None:
    model = model_at(port, waits=Waits(PATIENCE_S, 0.3, PATIENCE_S))
    model.start()
    device.field = [gen2()]
    device.spoils = [spoil]
    with pytest.raises(NoAnswer):
        model.round()
    assert [seen.uid for seen in model.round()] == [EPC]


def test_rubbish_in_front_of_an_answer_hides_nothing(device: UhfReader18Device, port: SerialPort) -> None:
    model = model_at(port, waits=Waits(PATIENCE_S, 0.3, 0.3))
    model.start()
    device.field = [gen2()]
    device.spoils = [lambda answer: b"\x00\xff\x00\x01" + answer] * 2  # the second as if a long frame came
    assert [seen.uid for seen in model.round()] == [EPC]
    assert model.access is not None
    assert model.access.afi(tag()) == 0x07


def test_a_reader_unplugged_in_mid_answer_is_an_error_of_the_port_and_comes_back(
    device: UhfReader18Device, model: UhfReader18, wire: Wire
) -> None:
    device.field = [gen2()]
    device.unplugs_in_answer = True
    with pytest.raises(OSError, match="usb-Made_Up") as gone:
        model.round()
    assert not isinstance(gone.value, NoAnswer)
    device.wait_until_unplugged()
    wire.plug_in()
    again = UhfReader18Device(wire, is_288=device.is_288)
    again.field = [gen2()]
    with again:
        port = SerialPort(str(wire.path), BAUD, PARITY)
        back = model_at(port)
        back.start()
        assert [seen.uid for seen in back.round()] == [EPC]
        port.close()
