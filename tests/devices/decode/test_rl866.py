from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import rl866
from kiosk.devices.decode.protocols import PROTOCOLS, Printed
from kiosk.devices.decode.rl866_content import SystemInformation
from tests.devices.rfid.rl866_device import HOST_NODE, frame, inventory, report, reversed_uid
from tests.devices.streams import cuts, each_way

UID = "E00401003F3827A7"
UIDS = [UID, "E00401003F382624", "E00401003F3825A4"]

# Captures and frames in lainuri's tests/02-iblock_test.py.
THREE_TAGS = bytes.fromhex(
    "FA 33 01 00 31 00 00 00 03 00 03"
    "0E 01 01 09 A7 27 38 3F 00 01 04 E0 00"
    "0E 01 01 09 24 26 38 3F 00 01 04 E0 00"
    "0E 01 01 09 A4 25 38 3F 00 01 04 E0 00 97 FF"
)
SYSTEM = bytes.fromhex("FA 1A 01 40 34 00 00 11 0A 00 01 0F A7 27 38 3F 00 01 04 E0 00 00 1B 03 01 20 E7")
WRITE = bytes.fromhex("FA 12 FF 40 34 01 0A 04 00 0C 00 01 00 36 37 38 00 A2 DD")
READ = bytes.fromhex("FA 12 01 00 34 00 00 09 03 00 01 01 00 36 37 38 00 57 29")
CONFIGURATION = bytes.fromhex("FA 17 01 00 01 00 00 01 01 02 02 00 03 01 64 00 00 00 00 00 00 00 C0 95")
ASK_CONFIGURATION = bytes.fromhex("FA 08 FF 00 01 01 01 FF 8E")


def told(chunks: Sequence[bytes]) -> list[Printed]:
    codec = PROTOCOLS["rl866"]()
    return [said for chunk in chunks for said in codec.feed(chunk)] + codec.end()


def uids(found: Sequence[Printed]) -> list[object]:
    return [said["uid"] for said in found if "uid" in said]


def host(information: bytes, node: int = HOST_NODE) -> bytes:
    return frame(0x40, information, node)


def reader(information: bytes, node: int = 0x01) -> bytes:
    return frame(0x00, information, node)


CONNECT = b"\x32\x00\x01\x07\x09\x01" + reversed_uid(UID)
TWO_RESULTS = (
    b"\x34\x00\x00\x11\x0a\x00\x01\x0f" + reversed_uid(UID) + b"\x06\xc2\x1b\x03\x01" + b"\x05\x06\x00\x00\x1b\x04"
)
CASES: list[tuple[str, bytes, list[Printed]]] = [
    ("three tags", THREE_TAGS, [{"direction": "reader", "command": "inventory", "uid": uid} for uid in UIDS]),
    ("system information", SYSTEM, [{"direction": "reader", "uid": UID, "dsfid": "00", "blocks": 28, "block_size": 4}]),
    ("a block is written", WRITE, [{"direction": "host", "access_words": "write blocks", "handle": 1}]),
    ("a block was read", READ, [{"direction": "reader", "access": "0003", "data": "010036373800"}]),
    ("configuration", CONFIGURATION, [{"direction": "reader", "command": "read configuration", "status": "0000"}]),
    ("configuration is asked for", ASK_CONFIGURATION, [{"direction": "host", "command": "read configuration"}]),
    ("no tags", reader(inventory([])), [{"direction": "reader", "buffered": 0, "more": False}]),
    (
        "tags with antennas, and more to come",
        reader(inventory(UIDS[:2], is_unfinished=True, antenna=3)),
        [{"uid": uid, "antenna": 3, "more": True} for uid in UIDS[:2]],
    ),
    (
        "a tag with memory and embedded results",
        reader(b"\x31\x00\x00\x00\x01\x00\x01\x9e\x01\x01\x08" + reversed_uid(UID) + b"\x10\x00\xab\xcd\x02\x01\x02"),
        [{"direction": "reader", "uid": UID}],
    ),
    (
        "a tag of another kind has no UID of eight bytes",
        reader(b"\x31\x00\x00\x00\x01\x00\x01\x0e\x02\x02\x04\x11\x22\x33\x44"),
        [{"direction": "reader", "protocol": 2, "tag_type": 2}],
    ),
    ("a connect to any node", host(CONNECT), [{"direction": "host", "uid": UID, "tag_type": 7}]),
    ("a connect to node 1", host(CONNECT, 0x01), [{"direction": "host", "uid": UID, "tag_type": 7}]),
    ("a connect without address", host(b"\x32\x00\x01\x01\x01\x00"), [{"direction": "host", "tag_type": 1}]),
    ("an inventory at node 1", host(b"\x31\x08", 0x01), [{"direction": "host", "flags": "08"}]),
    (
        "an inventory with all its options at node 1",
        host(b"\x31\x07\x02\x03\x01\x01\x00\x01\x00\x02\x00\x01\x00\x00\x05\x00", 0x01),
        [{"direction": "host", "flags": "07"}],
    ),
    ("a disconnect at node 1", host(b"\x33\x01", 0x01), [{"direction": "host", "command": "disconnect", "handle": 1}]),
    (
        "two things at once",
        host(b"\x34\x01\x02\x0a\x00\x03\x06\x00\xc2", 0x01),
        [
            {
                "direction": "host",
                "operations": [
                    {"access": "000A", "access_words": "system information"},
                    {"access": "0006", "access_words": "write AFI", "data": "C2"},
                ],
            }
        ],
    ),
    (
        "two results at once",
        reader(
            b"\x34\x00\x00\x11\x0a\x00\x01\x0f" + reversed_uid(UID) + b"\x06\xc2\x1b\x03\x01\x05\x06\x00\x00\x1b\x04"
        ),
        [{"direction": "reader", "uid": UID}],
    ),
    (
        "a long answer with an extensible length",
        reader(b"\x34\x00\x00\x81\x05\x03\x00\x01\x20\x00" + bytes(128)),
        [{"direction": "reader", "access": "0003", "data": "2000" + "00" * 128}],
    ),
    (
        "a long answer with a plain length",
        reader(b"\x34\x00\x00\x85\x03\x00\x01\x20\x00" + bytes(128)),
        [{"direction": "reader", "access": "0003", "data": "2000" + "00" * 128}],
    ),
    ("no tag", reader(b"\x32\x20\x04"), [{"direction": "reader", "status": "0420", "words": "no tag found"}]),
    ("wrong sequence", reader(b"\x31\x04\x01"), [{"status": "0104", "words": "wrong sequence"}]),
    (
        "a locked block",
        reader(b"\x34\x00\x00\x05\x04\x00\x00\x1b\x04"),
        [{"access": "0004", "error": "041B", "error_words": "the block is locked or not there"}],
    ),
    ("an unknown command", reader(b"\x77\x00\x00\x12"), [{"direction": "reader", "command": "77", "data": "12"}]),
    ("an unknown command of the host", host(b"\x77"), [{"direction": "host", "command": "77"}]),
    ("more tags said than sent", reader(inventory(UIDS)[:-13]), []),
    ("fewer tags said than sent", reader(inventory(UIDS) + report(UID)), []),
    ("a result of no length", reader(b"\x34\x00\x00\x02\x0a\x00"), []),
    ("no information field", frame(0x00), []),
    ("a block of unknown kind", frame(0x90, b"\x31\x00"), []),
    ("a resync with information", frame(0xC0, b"\x00"), []),
    ("nothing but starts", b"\xfa" * 300, []),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, said, id=name) for name, data, said in CASES])
def test_a_frame_says_what_it_means_however_it_is_cut(stream: bytes, expected: list[Printed]) -> None:
    found = told([stream])
    assert [{key: said.get(key) for key in wanted} for said, wanted in zip(found, expected, strict=True)] == expected
    each_way(told, stream, found)


def test_our_own_commands_are_those_of_the_captures() -> None:
    assert rl866.resync() == bytes.fromhex("FA05FFC04239")
    assert rl866.inventory(1) == bytes.fromhex("FA07FF4031008A6C")
    assert rl866.connect(1, UID, 0, 1) == bytes.fromhex("FA13FF4032000101 0901A727383F000104E0A3BF")
    assert rl866.access(1, 1, 0x000A) == bytes.fromhex("FA0AFF403401020A00997B")
    assert rl866.access(1, 1, rl866.WRITE_BLOCKS, bytes.fromhex("0C00010036373800")) == WRITE
    assert rl866.disconnect(0, 1) == bytes.fromhex("FA07FF003301C548")


@pytest.mark.parametrize(
    ("data", "fields"),
    [
        pytest.param("0F A72738 3F000104E0 06 C2 1B 03 01", (0x06, 0xC2, 28, 4), id="everything"),
        pytest.param("04 A727383F000104E0 1B 03", (None, None, 28, 4), id="only the size"),
        pytest.param("04 A727383F000104E0 00 00 1B 03 00", (None, None, 28, 4), id="the size, and fields to be passed"),
        pytest.param("00 A727383F000104E0", (None, None, None, None), id="only the UID"),
    ],
)
def test_system_information_has_the_fields_that_its_flags_name(data: str, fields: tuple[int | None, ...]) -> None:
    found = SystemInformation.parse(bytes.fromhex(data))
    assert found is not None
    assert (found.uid, found.dsfid, found.afi, found.blocks, found.block_size) == (UID, *fields)


@pytest.mark.parametrize("data", ["", "0F", "0F A727383F000104E0 06", "00 A727383F000104E0 06 C2"])
def test_system_information_of_the_wrong_length_is_none(data: str) -> None:
    assert SystemInformation.parse(bytes.fromhex(data)) is None


some_uids = st.lists(st.binary(min_size=7, max_size=7).map(lambda data: "E0" + data.hex().upper()), max_size=5)


@given(st.lists(some_uids, min_size=1, max_size=4), st.none() | st.integers(0, 8), st.binary(max_size=60), cuts())
def test_tags_come_out_whatever_the_cuts_and_the_rubbish(
    answers: list[list[str]], antenna: int | None, rubbish: bytes, cut_at: list[int]
) -> None:
    rubbish = rubbish.replace(b"\xfa", b"\xfb")
    frames = [reader(inventory(tags, antenna=antenna)) for tags in answers]
    stream = rubbish + b"".join(one + rubbish for one in frames)
    found = told([stream])
    assert uids(found) == [uid for tags in answers for uid in tags]
    each_way(told, stream, found, cut_at)


@given(
    st.sampled_from([THREE_TAGS, SYSTEM, host(CONNECT)]), st.integers(0, 60), st.integers(0, 7), st.binary(max_size=9)
)
def test_one_wrong_bit_is_never_another_tag(frame_: bytes, at: int, bit: int, before: bytes) -> None:
    spoiled = bytearray(frame_)
    spoiled[at % len(frame_)] ^= 1 << bit
    found = uids(told([before + bytes(spoiled) + THREE_TAGS]))
    assert found == list(UIDS)


@given(st.binary(max_size=600))
def test_rubbish_leaves_little_waiting(rubbish: bytes) -> None:
    codec = rl866.codec()
    codec.feed(rubbish)
    assert codec.waiting <= 256
    codec.end()
    assert codec.waiting == 0
