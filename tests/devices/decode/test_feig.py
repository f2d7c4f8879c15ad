from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import feig
from kiosk.devices.decode.protocols import PROTOCOLS, Printed
from tests.devices.rfid.feig_device import frame, inventory
from tests.devices.streams import cuts, each_way

UID = "E004015306A22D70"
OTHER = "E00401003F382624"
RAW_UID = bytes.fromhex(UID)
# An Arduino sketch (GL-lab) sends this frame, and FeigDotNet the same body.
PUBLISHED = bytes.fromhex("02 00 09 FF B0 01 00 18 43")

ANTENNAS = b"\x02" + b"\x01\x00\x55\x00\x00\x00\x00" + b"\x03\x00\x60\x00\x00\x00\x00"
SYSTEM = b"\x00\x06" + RAW_UID + b"\xc2\x03\x1b\x01"
BLOCKS = b"\x00\x02\x04" + b"\x00\x34\x33\x32\x31" + b"\x01\x38\x37\x36\x35"
INFO = bytes.fromhex("00 0301 00 00 4C 0008 0100 0100")


def told(chunks: Sequence[bytes]) -> list[Printed]:
    codec = PROTOCOLS["feig"]()
    return [said for chunk in chunks for said in codec.feed(chunk)] + codec.end()


def uids(found: Sequence[Printed]) -> list[object]:
    return [said["uid"] for said in found if "uid" in said]


def host(control: int, data: bytes = b"", address: int = 0xFF) -> bytes:
    return frame(control, data, address)


def reader(control: int, data: bytes, address: int = 0) -> bytes:
    return frame(control, data, address)


def standard(control: int, data: bytes = b"", address: int = 0) -> bytes:
    return frame(control, data, address, is_advanced=False)


HOST: Printed = {"direction": "host"}
READER: Printed = {"direction": "reader"}
CASES: list[tuple[str, bytes, list[Printed]]] = [
    ("the published frame", PUBLISHED, [HOST | {"framing": "advanced", "command": "inventory", "mode": "00"}]),
    ("an inventory at address 0", host(0xB0, b"\x01\x00", 0), [HOST | {"address": "00", "command": "inventory"}]),
    ("an inventory for more", standard(0xB0, b"\x01\x80"), [HOST | {"framing": "standard", "mode": "80"}]),
    ("an inventory with an antenna", host(0xB0, b"\x01\x10\x03", 0), [HOST | {"mode": "10", "data": "03"}]),
    (
        "two tags",
        reader(0xB0, inventory([(UID, 6), (OTHER, 0)])),
        [
            READER | {"uid": UID, "dsfid": "06", "tag_type": "03", "tags": 2},
            {"uid": OTHER, "dsfid": "00"},
        ],
    ),
    ("two tags in a standard frame", standard(0xB0, inventory([(UID, 6), (OTHER, 0)])), [{"uid": UID}, {"uid": OTHER}]),
    ("tags and more to come", reader(0xB0, inventory([(UID, 0)], 0x94)), [{"uid": UID, "words": "more tags to come"}]),
    ("an empty set of tags", reader(0xB0, inventory([])), [READER | {"tags": 0}]),
    ("no tag", standard(0xB0, b"\x01"), [READER | {"status": "01", "words": "no tag found"}]),
    (
        "a card beside a tag",
        reader(0xB0, b"\x00\x02\x04\x00\x00" + bytes(7) + b"\x03\x00" + RAW_UID),
        [
            READER | {"tag_type": "04", "tags": 2},
            READER | {"uid": UID},
        ],
    ),
    (
        "a tag at two antennas",
        reader(0xB0, b"\x00\x01\x11\x03\x06\x08" + RAW_UID + ANTENNAS),
        [
            READER | {"uid": UID, "dsfid": "06", "antenna": 1, "rssi": 0x55},
        ],
    ),
    (
        "a tag with flags and without antennas",
        reader(0xB0, b"\x00\x01\x01\x03\x06\x08" + RAW_UID),
        [READER | {"uid": UID}],
    ),
    (
        "a tag that was felt but not identified",
        reader(0xB0, b"\x00\x01\x10\x02\x00\x44\x00\x00\x00\x00"),
        [
            READER | {"antenna": 2, "rssi": 0x44},
        ],
    ),
    (
        "system information",
        reader(0xB0, SYSTEM),
        [
            READER | {"uid": UID, "dsfid": "06", "afi": "C2", "blocks": 28, "block_size": 4},
        ],
    ),
    (
        "blocks in the tag's own order",
        reader(0xB0, BLOCKS),
        [
            READER | {"block_size": 4, "data": "3132333435363738", "security": "0001"},
        ],
    ),
    ("stay quiet", host(0xB0, b"\x02\x01" + RAW_UID, 0), [HOST | {"command": "stay quiet", "uid": UID}]),
    (
        "read blocks of one tag",
        host(0xB0, b"\x23\x01" + RAW_UID + b"\x00\x04", 0),
        [
            HOST | {"command": "read blocks", "uid": UID, "data": "0004"},
        ],
    ),
    ("read blocks of any tag", host(0xB0, b"\x23\x00\x00\x04", 0), [HOST | {"command": "read blocks", "data": "0004"}]),
    ("read blocks by a long address", host(0xB0, b"\x23\x21" + RAW_UID + b"\x00\x00\x04", 0), [HOST | {"uid": UID}]),
    (
        "write blocks",
        standard(0xB0, b"\x24\x01" + RAW_UID + b"\x00\x01\x04abcd"),
        [
            HOST | {"command": "write blocks", "uid": UID},
        ],
    ),
    ("write AFI", standard(0xB0, b"\x27\x01" + RAW_UID + b"\xc2"), [HOST | {"command": "write AFI", "uid": UID}]),
    ("a UID whose length is given", host(0xB0, b"\x2b\x11\x08" + RAW_UID, 0), [HOST | {"uid": UID}]),
    ("ask for system information", standard(0xB0, b"\x2b\x01" + RAW_UID, 0xFF), [HOST | {"uid": UID}]),
    ("set EAS of one tag", host(0xB1, b"\x04\xa2\x01" + RAW_UID, 0), [HOST | {"control": "B1", "uid": UID}]),
    ("EAS is set", reader(0xB1, b"\x00"), [READER | {"control": "B1"}]),
    ("done", reader(0xB0, b"\x00"), [READER | {"words": "ok"}]),
    ("a block could not be written", reader(0xB0, b"\x03\x05"), [READER | {"status": "03", "data": "05"}]),
    ("the tag refused", reader(0xB0, b"\x95\x12"), [READER | {"error": "12", "error_words": "locked"}]),
    ("the tag refused at a block", reader(0xB0, b"\x95\x12\x07"), [READER | {"error": "12"}]),
    ("the field was disturbed", standard(0xB0, b"\x83"), [READER | {"status": "83"}]),
    ("reset the field", standard(0x69), [HOST | {"control_words": "reset RF field"}]),
    ("the field was reset", standard(0x69, b"\x00"), [READER | {"control_words": "reset RF field"}]),
    ("reset the reader", host(0x63, b"", 0), [HOST | {"control_words": "reset reader"}]),
    ("the reader resets", reader(0x63, b"\x00"), [READER | {"control_words": "reset reader"}]),
    ("ask who it is", host(0x66, b"\x00"), [HOST | {"control_words": "reader info"}]),
    ("ask who it is at address 0", standard(0x66, b"\x00"), [HOST | {"data": "00"}]),
    ("who it is", reader(0x66, INFO), [READER | {"reader_type": "4C", "firmware": "3.01"}]),
    ("its version", standard(0x65, INFO[:8]), [READER | {"reader_type": "4C", "firmware": "3.01"}]),
    ("set outputs", standard(0x71, bytes(8)), [HOST | {"control_words": "set output"}]),
    ("a control byte that nobody knows", standard(0x99, b"\x00") + reader(0x99, b"\x00"), []),
    (
        "more tags said than sent",
        reader(0xB0, inventory([(UID, 0)]).replace(b"\x00\x01\x03", b"\x00\x02\x03")),
        [
            READER | {"status": "00"},
        ],
    ),
    ("a status that nobody knows", standard(0xB0, b"\x77"), []),
    ("a tag addressed by half its UID", standard(0xB0, b"\x23\x01" + RAW_UID[:4]), []),
    ("the longest length", b"\x02\xff\xff\x00\xb0\x00" + bytes(100), []),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, said, id=name) for name, data, said in CASES])
def test_a_frame_says_what_it_means_however_it_is_cut(stream: bytes, expected: list[Printed]) -> None:
    found = told([stream])
    assert [{key: said.get(key) for key in wanted} for said, wanted in zip(found, expected, strict=True)] == expected
    assert uids(found) == uids(expected)
    each_way(told, stream, found)


ASK_INFO, REFUSED_INFO = standard(0x66, b"\x80"), standard(0x66, b"\x80")
DIALOGUES: list[tuple[str, bytes, list[str]]] = [
    ("the same bytes ask and answer", ASK_INFO + REFUSED_INFO, ["host", "reader"]),
    ("and again", (ASK_INFO + REFUSED_INFO) * 2, ["host", "reader"] * 2),
    ("a command in between is not an answer", standard(0x6A, b"\x00") + ASK_INFO, ["host", "host"]),
    ("an answer to everybody's command", host(0x82, b"\x00") + standard(0x82, b"\x00"), ["host", "reader"]),
    (
        "a whole round",
        host(0x69)
        + reader(0x69, b"\x00")
        + host(0xB0, b"\x01\x00", 0)
        + reader(0xB0, inventory([(UID, 0)], 0x94))
        + host(0xB0, b"\x01\x80", 0)
        + reader(0xB0, b"\x01"),
        ["host", "reader"] * 3,
    ),
]


@pytest.mark.parametrize(("stream", "sides"), [pytest.param(data, sides, id=name) for name, data, sides in DIALOGUES])
def test_in_a_dialogue_what_was_asked_tells_who_answers(stream: bytes, sides: list[str]) -> None:
    found = told([stream])
    assert [said["direction"] for said in found] == sides
    each_way(told, stream, found)


def test_an_answer_is_read_by_the_command_that_it_answers() -> None:
    # Alone this might be a UHF tag; to a command for blocks it is one block of 132 bytes.
    either = reader(0xB0, b"\x00\x01\x84\x00\x83" + bytes(131))
    assert told([either])[0]["tags"] == 1
    assert told([host(0xB0, b"\x23\x00\x00\x01") + either])[1]["block_size"] == 132


def test_an_answer_to_another_command_is_read_by_its_lengths() -> None:
    with_antenna = reader(0xB0, b"\x00\x01\x01\x03\x06\x08" + RAW_UID)
    assert uids(told([host(0xB0, b"\x01\x10\x01") + with_antenna])) == [UID]
    assert uids(told([host(0xB0, b"\x01\x00") + with_antenna])) == [UID]
    assert uids(told([host(0xB0, b"\x23\x00\x00\x01") + reader(0xB0, SYSTEM)])) == [UID]


def test_our_own_commands_are_those_of_the_published_frame() -> None:
    assert feig.command(0xB0, b"\x01\x00") == PUBLISHED
    assert feig.command(0xB0, b"\x01\x00", is_advanced=False) == bytes.fromhex("07 FF B0 01 00 1C 56")
    assert feig.command(0x69, address=3) == host(0x69, b"", 3)


some_tags = st.lists(
    st.tuples(st.binary(min_size=7, max_size=7).map(lambda data: "E0" + data.hex().upper()), st.integers(0, 255)),
    max_size=4,
)


@given(
    st.lists(st.tuples(some_tags, st.booleans()), min_size=1, max_size=4), st.binary(max_size=60), st.booleans(), cuts()
)
def test_tags_come_out_whatever_the_cuts_and_the_rubbish(
    answers: list[tuple[list[tuple[str, int]], bool]], rubbish: bytes, is_asked: bool, cut_at: list[int]
) -> None:
    ask = PUBLISHED if is_asked else b""
    frames = [ask + frame(0xB0, inventory(tags), is_advanced=is_advanced) for tags, is_advanced in answers]
    stream = rubbish + b"".join(one + rubbish for one in frames)
    found = told([stream])
    assert uids(found) == [uid for tags, _ in answers for uid, _ in tags]
    each_way(told, stream, found, cut_at)


@given(
    st.sampled_from([reader(0xB0, inventory([(UID, 0)])), standard(0xB0, SYSTEM), host(0xB0, b"\x02\x01" + RAW_UID)]),
    st.integers(0, 60),
    st.integers(0, 7),
)
def test_one_wrong_bit_is_never_another_tag(frame_: bytes, at: int, bit: int) -> None:
    spoiled = bytearray(frame_)
    spoiled[at % len(frame_)] ^= 1 << bit
    assert uids(told([bytes(spoiled) + frame_])) == [UID]


@given(st.binary(max_size=600))
def test_rubbish_leaves_little_waiting(rubbish: bytes) -> None:
    codec = feig.codec()
    codec.feed(rubbish)
    assert codec.waiting <= feig.ADVANCED_BYTES_MAX
    codec.end()
    assert codec.waiting == 0
