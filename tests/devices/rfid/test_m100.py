import termios
from collections.abc import Callable, Iterator

import pytest

from kiosk.circulation.events import Lifted, PartDown, PartUp, Tags
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.m100 import BAUD, M100, PARITY, Waits
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagError
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.reader import Reader, Why
from tests.devices.ptys import Settings, Wire
from tests.devices.rfid.m100_device import (
    ANSWER,
    ERROR,
    GET_POWER,
    INFO,
    POLL_MANY,
    READ,
    SET_POWER,
    SET_REGION,
    STOP,
    WRITE,
    M100Device,
    UhfTag,
)
from tests.runtime.waiting import Posted

WAITS = Waits(answer_s=0.25, tag_s=0.25, listen_s=0.1)
EPC = "30751FEB705C5904E3D50D70"
OTHER = "E2801170000002021D35AE40"
SHORT = "1111000000021122"


@pytest.fixture
def module(wire: Wire, request: pytest.FixtureRequest) -> Iterator[M100Device]:
    module = M100Device(wire, getattr(request, "param", "BB7E"))
    with module:
        yield module


@pytest.fixture
def port(wire: Wire, module: M100Device) -> Iterator[SerialPort]:
    port = SerialPort(str(wire.path), BAUD, PARITY)
    yield port
    port.close()


@pytest.fixture
def model(port: SerialPort) -> M100:
    return M100(Link(port), "cn", 20, WAITS)


@pytest.fixture
def started(model: M100, module: M100Device) -> M100:
    model.start()
    module.heard.clear()
    return model


def rounds(model: M100, times: int) -> None:
    for _ in range(times):
        model.round()


def seen(tag: UhfTag) -> Tag:
    return Tag(tag.epc, Medium.UHF, pc=tag.pc, rssi_dbm=-55)


def test_the_port_has_the_modules_speed_and_no_parity(port: SerialPort) -> None:
    assert termios.tcgetattr(port.fileno())[4:6] == [termios.B115200, termios.B115200]
    assert repr(port).endswith(" 115200 8N1>")


@pytest.mark.parametrize("module", ["BB7E", "AADD"], indirect=True)
def test_both_variants_are_found_and_get_their_region_and_power(model: M100, module: M100Device) -> None:
    assert model.start() == "M100 26dBm V1.0, firmware V2.3.3, region cn, 20 dBm"
    assert (module.region, module.power) == (1, 2000)
    tag = UhfTag(EPC)
    module.tags = [tag]
    assert model.round() == [seen(tag)]
    assert "cn 20 dBm" in repr(model)


def test_a_module_that_already_has_its_settings_is_not_written_to(model: M100, module: M100Device) -> None:
    module.region, module.power = 1, 2000
    model.start()
    assert not {SET_REGION, SET_POWER} & set(module.heard)


@pytest.mark.parametrize("module", ["BB7E", "AADD"], indirect=True)
@pytest.mark.parametrize("tags", [[], [UhfTag(EPC)]], ids=["without tags", "with a tag"])
def test_a_module_that_polls_for_an_earlier_program_is_stopped(
    model: M100, module: M100Device, tags: list[UhfTag]
) -> None:
    module.tags = tags
    module.polls_left = 65535
    assert model.start().startswith("M100")
    assert (module.region, module.power, module.polls_left) == (1, 2000, 0)


def test_a_module_that_sleeps_is_woken(model: M100, module: M100Device) -> None:
    module.is_asleep = True
    assert model.start().startswith("M100")


def test_a_module_that_says_no_firmware_works_all_the_same(model: M100, module: M100Device) -> None:
    module.spoils = [bytes, bytes, *[bytes] * 7, lambda answer: b""]
    assert model.start() == "M100 26dBm V1.0, region cn, 20 dBm"


def test_a_power_that_the_module_does_not_take_is_said(port: SerialPort, module: M100Device) -> None:
    with pytest.raises(NoAnswer, match="the module does not take a power of 31 dBm"):
        M100(Link(port), "cn", 31, WAITS).start()


def test_tags_are_told_once_a_round_and_polling_goes_on(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC, 0x1C2), UhfTag(SHORT), UhfTag(bytes(62).hex()), UhfTag("")]
    for _ in range(3):
        found = started.round()
        assert len(found) == 3
        assert all(seen(tag) in found for tag in module.tags[:3])
    module.tags = []
    started.round()
    assert started.round() == []
    assert module.heard == [POLL_MANY]


def test_twenty_tags_on_a_pad_are_all_told(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(f"{number:024X}") for number in range(20)]
    found = {tag.uid for _ in range(2) for tag in started.round()}
    assert found == {tag.epc for tag in module.tags}


def test_polling_begins_anew_when_its_rounds_are_used_up(started: M100, module: M100Device) -> None:
    started.round()
    module.polls_left = 0
    started.round()
    module.tags = [UhfTag(EPC)]
    while not started.round():
        pass
    assert module.heard.count(POLL_MANY) == 2
    assert not {SET_REGION, SET_POWER} & set(module.heard)


def test_a_module_that_was_reset_gets_its_settings_back(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC)]
    assert started.round()
    module.power_up()
    while (module.region, module.power) != (1, 2000):
        started.round()
    assert started.round() == [seen(module.tags[0])]


def test_a_module_without_heartbeat_is_alive_as_long_as_it_answers(started: M100, module: M100Device) -> None:
    module.heartbeat = False
    assert started.round() == []
    assert started.round() == []
    module.tags = [UhfTag(EPC)]
    assert started.round()


def test_a_module_that_falls_silent_is_no_answer(started: M100, module: M100Device) -> None:
    assert started.round() == []
    module.is_silent = True
    with pytest.raises(NoAnswer):
        rounds(started, 3)
    module.is_silent = False
    module.tags = [UhfTag(EPC)]
    assert started.start().startswith("M100")
    assert started.round()


def test_noise_between_notices_makes_no_tag(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC)]
    module.spoils = [
        lambda notice: notice[:9] + b"\x00" + notice[10:],
        lambda notice: b"\xbb\x02\x22\x00\x11" + notice,
        lambda notice: notice[:12],
    ] * 3
    for _ in range(3):
        assert {tag.uid for tag in started.round()} <= {EPC}
    assert started.round() == [seen(module.tags[0])]


def test_the_afi_is_read_from_the_tag_and_only_where_its_t_bit_is_set(started: M100, module: M100Device) -> None:
    library, shop = UhfTag(EPC, 0x107), UhfTag(OTHER, 0x0C2)
    module.tags = [library, shop]
    assert started.access is started
    started.round()
    assert started.afi(seen(library)) == 0x07
    assert started.afi(seen(shop)) is None
    assert module.heard.count(STOP) == 1
    assert {tag.uid for tag in started.round()} == {EPC, OTHER}


def test_an_afi_is_written_without_changing_the_rest_of_the_pc_word(started: M100, module: M100Device) -> None:
    tag, other = UhfTag(EPC, 0x407), UhfTag(OTHER, 0x107)
    module.tags = [other, tag]
    started.write_afi(seen(tag), 0xC2)
    assert tag.pc == 0x35C2
    assert started.afi(seen(tag)) == 0xC2
    assert (tag.told[2:].hex().upper(), other.pc) == (EPC, 0x3107)


@pytest.mark.parametrize("size", [0, 2, 16, 34, 64, 128])
def test_the_whole_user_memory_is_read(started: M100, module: M100Device, size: int) -> None:
    module.tags = [UhfTag(EPC, user=bytearray(range(size)))]
    assert started.memory(seen(module.tags[0])) == bytes(range(size))


def test_user_memory_is_written_from_its_beginning_in_whole_words(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC, user=bytearray(b"\xff" * 64))]
    started.write_memory(seen(module.tags[0]), bytes(range(33)))
    assert module.tags[0].user == bytes(range(33)) + b"\0" + b"\xff" * 30
    assert module.heard.count(WRITE) == 3


def test_a_tag_that_missed_an_access_is_asked_again(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC, 0x107, deaf=2)]
    assert started.afi(seen(module.tags[0])) == 0x07
    assert module.heard.count(READ) == 3


def test_a_tag_longer_than_a_mask_is_still_the_one_that_is_meant(started: M100, module: M100Device) -> None:
    long = UhfTag(bytes(range(62)).hex().upper(), 0x1C2)
    module.tags = [long]
    assert started.afi(seen(long)) == 0xC2


def test_a_tag_that_left_is_an_error_of_the_tag(started: M100, module: M100Device) -> None:
    tag = seen(UhfTag(EPC))
    with pytest.raises(TagError, match="read: no tag answered"):
        started.afi(tag)
    assert module.heard.count(READ) == 3


def test_a_locked_tag_says_so(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC, 0x107, is_locked=True)]
    with pytest.raises(TagError, match="write: the memory is locked"):
        started.write_afi(seen(module.tags[0]), 0xC2)


def test_memory_that_is_not_there_is_not_written(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC)]
    with pytest.raises(TagError, match="write: the tag has no such memory"):
        started.write_memory(seen(module.tags[0]), b"\1\2")


def test_another_tag_that_answers_is_not_taken_for_the_one_that_is_meant(started: M100, module: M100Device) -> None:
    module.names_another = UhfTag(OTHER, 0x1C2)
    with pytest.raises(TagError, match="another tag"):
        started.afi(seen(UhfTag(EPC)))
    with pytest.raises(TagError, match="another tag"):
        started.write_memory(seen(UhfTag(EPC)), b"\1\2")
    assert WRITE not in module.heard


NAMED = bytes.fromhex("0E3400" + EPC)


def answer(module: M100Device, code: int, parameters: bytes) -> bytes:
    return module.frame(ANSWER, code, parameters)


@pytest.mark.parametrize(
    ("code", "parameters", "words"),
    [
        pytest.param(READ, NAMED + bytes(4), "too much or too little", id="more than asked"),
        pytest.param(ERROR, b"\x16" + NAMED, "the access password is wrong", id="a password"),
        pytest.param(ERROR, b"\xa0", "read: the tag reports an error", id="an error of the tag"),
    ],
)
def test_what_the_tag_answers_wrongly_is_said(
    started: M100, module: M100Device, code: int, parameters: bytes, words: str
) -> None:
    module.answers_for[READ] = answer(module, code, parameters)
    with pytest.raises(TagError, match=words):
        started.afi(seen(UhfTag(EPC)))


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xbb\x01\x39\x00", id="a beginning"),
        pytest.param(bytes.fromhex("BB0139001100") + NAMED + bytes(4), id="rubbish"),
        pytest.param(bytes.fromhex("BB 01 B7 00 02 07 D0 91 7E"), id="the answer to another command"),
        pytest.param(bytes.fromhex("BB 01 39 00 01 00 3C 7E"), id="a wrong sum and no tag"),
    ],
)
def test_what_is_no_answer_is_not_taken_for_one(started: M100, module: M100Device, wrong: bytes) -> None:
    module.answers_for[READ] = wrong
    with pytest.raises(NoAnswer):
        started.afi(seen(UhfTag(EPC)))
    del module.answers_for[READ]
    module.tags = [UhfTag(EPC, 0x107)]
    assert started.afi(seen(module.tags[0])) == 0x07


def test_a_write_that_the_tag_does_not_confirm_is_an_error(started: M100, module: M100Device) -> None:
    module.tags = [UhfTag(EPC)]
    module.answers_for[WRITE] = answer(module, WRITE, bytes((14,)) + module.tags[0].told + b"\x10")
    with pytest.raises(TagError, match="did not confirm"):
        started.write_afi(seen(module.tags[0]), 0xC2)


@pytest.mark.parametrize("code", [INFO, GET_POWER])
def test_a_module_that_does_not_answer_is_not_started(model: M100, module: M100Device, code: int) -> None:
    module.answers_for[code] = b"\xbb\x01"
    with pytest.raises(NoAnswer):
        model.start()


def test_a_module_unplugged_in_mid_frame_is_an_error_of_the_port_and_comes_back(
    started: M100, module: M100Device, port: SerialPort, wire: Wire
) -> None:
    module.tags = [UhfTag(EPC, 0x107)]
    started.round()
    module.unplug_in_mid_frame()
    with pytest.raises(OSError, match=r"Errno") as raised:
        rounds(started, 10)
    assert not isinstance(raised.value, NoAnswer)
    port.close()
    module.plug_in()
    again = SerialPort(str(wire.path), BAUD, PARITY)
    model = M100(Link(again), "cn", 20, WAITS)
    assert model.start().startswith("M100")
    assert (module.region, module.power) == (1, 2000)
    assert model.round() == [seen(module.tags[0])]
    again.close()


def test_the_drivers_own_thread_tells_a_tag_and_that_it_was_lifted(
    wire: Wire, module: M100Device, posted: Posted, start: Callable[[Settings], Reader]
) -> None:
    module.tags = [UhfTag(EPC, 0x107)]
    start(Settings(str(wire.path), kind="m100"))
    posted.wait_for(lambda events: any(isinstance(event, Tags) and event.tags == (EPC,) for event in events))
    module.tags = []
    events = posted.wait_until(Lifted("desk", EPC))
    assert [type(event) for event in events] == [PartUp, Tags, Lifted]


def test_the_drivers_own_thread_finds_a_module_again_that_was_unplugged_in_mid_frame(
    wire: Wire, module: M100Device, posted: Posted, start: Callable[[Settings], Reader]
) -> None:
    start(Settings(str(wire.path), kind="m100"))
    posted.wait_until(PartUp("desk"))
    module.unplug_in_mid_frame()
    posted.wait_until(PartDown("desk", Why.UNPLUGGED))
    module.tags = [UhfTag(EPC, 0x107)]
    module.plug_in()
    posted.wait_for(lambda events: any(isinstance(event, Tags) and event.tags == (EPC,) for event in events))
