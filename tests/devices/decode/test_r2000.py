from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.decode.r2000 import codec
from tests.devices.streams import cuts, each_way

Told = dict[str, object]


def frame(command: int, data: bytes | str = b"", address: int = 1) -> bytes:
    """A frame as the protocol's own text describes it, apart from the code under test."""
    content = bytes.fromhex(data) if isinstance(data, str) else data
    begun = bytes([0xA0, len(content) + 3, address, command]) + content
    return begun + bytes([(256 - sum(begun) % 256) % 256])


def pc_word(epc: bytes, low: int = 0) -> bytes:
    return bytes([len(epc) // 2 << 3, low])


def tag_frame(
    epc: bytes, command: int = 0x89, frequency_antenna: int = 0, rssi: int = 0x45, phase: bytes = b""
) -> bytes:
    return frame(command, bytes([frequency_antenna]) + pc_word(epc) + epc + bytes([rssi]) + phase)


def accessed(epc: bytes, tail: bytes, memory: bytes = b"") -> bytes:
    """The data of an answer that names its tag: count, length, PC, EPC, CRC, what was read, and three bytes more."""
    content = pc_word(epc) + epc + b"\xcc\xcc" + memory
    return bytes([0, 1, len(content)]) + content + tail


def told(chunks: Sequence[bytes]) -> list[Told]:
    cutter = codec()
    frames = [found for chunk in chunks for found in cutter.feed(chunk)] + cutter.end()
    return [said for found in frames for said in found.told()]


def told_hex(text: str) -> list[Told]:
    return told([bytes.fromhex(text)])


def said(direction: str, code: str, command: str, address: int = 1, **more: object) -> Told:
    return {"direction": direction, "address": address, "code": code, "command": command} | more


EPC = "E200301666130121155074EF"
TAG = bytes.fromhex(EPC)
SUCCESS: Told = {"status": 0x10, "meaning": "success"}
# ActivIoTy's checkpoint README, a race timer's log, and drivers' comments, as published.
PUBLISHED: list[tuple[str, str, Told]] = [
    ("ask for the firmware", "A0 03 01 72 EA", said("host", "72", "get firmware")),
    ("firmware 1.9", "A0 05 01 72 01 09 DE", said("reader", "72", "get firmware", firmware="1.9")),
    ("choose antenna 0", "A0 04 01 74 00 E7", said("host", "74", "set antenna", antenna=0)),
    ("antenna chosen", "A0 04 01 74 10 D7", said("reader", "74", "set antenna") | SUCCESS),
    ("take inventory", "A0 04 01 89 01 D1", said("host", "89", "real time inventory", data="01")),
    (
        "a tag",
        "A0 13 01 89 04 30 00 E2 00 30 16 66 13 01 21 15 50 74 EF 45 BF",
        said("reader", "89", "real time inventory", epc=EPC, pc="3000", antenna=0, frequency=1, rssi_dbm=-60),
    ),
    (
        "a tag with user memory",
        "A0 13 01 89 14 34 00 11 22 33 44 55 66 77 88 99 00 AA BB 60 B9",
        said("reader", "89", "real time inventory")
        | {"epc": "11223344556677889900AABB", "pc": "3400", "antenna": 0, "frequency": 5, "rssi_dbm": -33},
    ),
    (
        "the end of a round",
        "A0 0A 01 89 00 00 11 00 00 00 05 B6",
        said("reader", "89", "real time inventory", antenna=0, rate_per_s=17, total=5),
    ),
    ("inventory of a session", "A0 06 01 8B 01 00 01 CC", said("host", "8B", "session inventory", data="010001")),
    (
        "the end of a session's round",
        "A0 0A 01 8B 00 00 19 00 00 00 01 B0",
        said("reader", "8B", "session inventory", antenna=0, rate_per_s=25, total=1),
    ),
    ("ask for the power", "A0 03 01 77 E5", said("host", "77", "get power")),
    ("the power", "A0 04 01 77 17 CD", said("reader", "77", "get power", power_dbm=[23])),
    ("set the power", "A0 04 01 76 17 CE", said("host", "76", "set power", power_dbm=[23])),
    (
        "choose a tag",
        "A0 11 01 85 00 0C 11 22 33 44 55 66 77 88 99 00 AA BB 5B",
        said("host", "85", "set match", epc="11223344556677889900AABB"),
    ),
    ("tag chosen", "A0 04 01 85 10 C6", said("reader", "85", "set match") | SUCCESS),
    (
        "write a word",
        "A0 0C 01 94 00 00 00 00 01 02 01 CC DD 12",
        said("host", "94", "block write", data="00000000010201CCDD"),
    ),
]
BUILT: list[tuple[str, bytes, Told]] = [
    ("to everybody", frame(0x72, address=0xFF), said("host", "72", "get firmware", 255)),
    ("to everybody, 16 dBm", frame(0x76, "10", 0xFF), said("host", "76", "set power", 255, power_dbm=[16])),
    ("power of four antennas", frame(0x76, "1E1E1414"), said("host", "76", "set power", power_dbm=[30, 30, 20, 20])),
    ("power of 33 dBm", frame(0x77, "21"), said("reader", "77", "get power", power_dbm=[33])),
    ("region", frame(0x78, "032C34"), said("host", "78", "set region", region="CHN", data="2C34")),
    ("region told", frame(0x79, "032C34"), said("reader", "79", "get region", region="CHN", data="2C34")),
    ("below zero", frame(0x7B, "0005"), said("reader", "7B", "get temperature", temperature_c=-5)),
    (
        "an antenna is missing",
        frame(0x89, "22"),
        said("reader", "89", "real time inventory", status=0x22, meaning="the antenna is missing"),
    ),
    (
        "the second antenna is missing",
        frame(0x8A, "0122"),
        said("reader", "8A", "fast switch inventory", status=0x22, meaning="the antenna is missing", antenna=1),
    ),
    (
        "fast switching",
        frame(0x8A, "00010101FF01FF010001"),
        said("host", "8A", "fast switch inventory", data="00010101FF01FF010001"),
    ),
    (
        "the end of fast switching",
        frame(0x8A, "00000700000064"),
        said("reader", "8A", "fast switch inventory", total=7, duration_ms=100),
    ),
    (
        "a tag of fast switching, at the seventh antenna",
        tag_frame(TAG, 0x8A, 0x06, 0x80 | 0x45),
        said("reader", "8A", "fast switch inventory", epc=EPC, pc="3000", antenna=6, frequency=1, rssi_dbm=-60),
    ),
    (
        "a tag with its phase",
        tag_frame(TAG, 0x8B, 0x05, phase=b"\x12\x34"),
        said("reader", "8B", "session inventory", epc=EPC, pc="3000", antenna=1, frequency=1, rssi_dbm=-60),
    ),
    (
        "a tag without an EPC",
        tag_frame(b""),
        said("reader", "89", "real time inventory", pc="0000", antenna=0, frequency=0, rssi_dbm=-60),
    ),
    ("inventory into the buffer", frame(0x80, "01"), said("host", "80", "inventory", data="01")),
    (
        "counts of the buffer's inventory",
        frame(0x80, "000003001100000005"),
        said("reader", "80", "inventory", antenna=0, count=3, rate_per_s=17, total=5),
    ),
    (
        "a tag from the buffer",
        frame(0x90, accessed(TAG, b"\x45\x06\x03")),
        said("reader", "90", "get buffer", epc=EPC, pc="3000", antenna=2, frequency=1, rssi_dbm=-60, count=3),
    ),
    (
        "a tag from the buffer, which is then empty",
        frame(0x91, accessed(TAG, b"\x45\x06\x03")),
        said("reader", "91", "get and reset buffer", epc=EPC, pc="3000", antenna=2, frequency=1, rssi_dbm=-60, count=3),
    ),
    ("count the buffer", frame(0x92), said("host", "92", "count buffer")),
    ("the buffer's count", frame(0x92, "0103"), said("reader", "92", "count buffer", count=259)),
    ("read a word", frame(0x81, "01010100000000"), said("host", "81", "read", data="01010100000000")),
    (
        "what was read",
        frame(0x81, accessed(TAG, b"\x02\x04\x01", memory=b"\x31\x07")),
        said("reader", "81", "read", epc=EPC, pc="3000", antenna=0, frequency=1, count=1, data="3107"),
    ),
    (
        "what was read, counted in words",
        frame(0x81, accessed(TAG, b"\x02\x04\x01", memory=b"\x31\x07\xaa\xbb")),
        said("reader", "81", "read", epc=EPC, pc="3000", antenna=0, frequency=1, count=1, data="3107AABB"),
    ),
    (
        "the tag that was written",
        frame(0x82, accessed(TAG, b"\x10\x04\x01")),
        said("reader", "82", "write", epc=EPC, pc="3000", antenna=0, frequency=1, count=1) | SUCCESS,
    ),
    ("no tag to read", frame(0x81, "36"), said("reader", "81", "read", status=0x36, meaning="no tag")),
    (
        "the chosen tag",
        frame(0x86, bytes([0, len(TAG)]) + TAG),
        said("reader", "86", "get match", epc=EPC),
    ),
    ("no tag is chosen", frame(0x86, "01"), said("reader", "86", "get match", data="01")),
]
REFUSED: list[tuple[str, bytes]] = [
    ("an end of round with the check as printed", bytes.fromhex("A0 0A 01 89 00 00 1D 00 00 00 01 BC")),
    ("a question for the power as printed", bytes.fromhex("A0 03 00 77 E5")),
    ("an unknown command", frame(0x20, "01")),
    ("too short to have a command", bytes.fromhex("A0 02 01 5D")),
    ("an EPC shorter than its PC word says", frame(0x89, b"\x04\x30\x00" + TAG[:-2] + b"\x45")),
    ("an EPC longer than its PC word says", frame(0x89, b"\x04\x28\x00" + TAG + b"\xaa\xaa\x45")),
    ("a firmware of twelve bytes", frame(0x72, TAG)),
    ("an antenna out of range, and no code", frame(0x74, "1F")),
    ("a tag from the buffer with a wrong length", frame(0x90, accessed(TAG, b"\x45\x06"))),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(hexed, one, id=name) for name, hexed, one in PUBLISHED])
def test_a_published_frame_has_its_published_meaning(stream: str, expected: Told) -> None:
    each_way(told, bytes.fromhex(stream), [expected])


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, one, id=name) for name, data, one in BUILT])
def test_a_frame_of_each_layout_has_its_meaning(stream: bytes, expected: Told) -> None:
    each_way(told, stream, [expected])


@pytest.mark.parametrize("stream", [pytest.param(data, id=name) for name, data in REFUSED])
def test_what_is_no_frame_is_refused_and_the_next_is_found(stream: bytes) -> None:
    each_way(told, stream, [])
    behind = tag_frame(TAG)
    each_way(told, stream + behind, told([behind]))


DIALOGUES: dict[str, list[tuple[str, bytes]]] = {
    "16 dBm twice, each confirmed": [
        ("host", frame(0x72)),
        ("reader", frame(0x72, "0109")),
        ("host", frame(0x76, "10")),
        ("reader", frame(0x76, "10")),
        ("host", frame(0x76, "10")),
        ("reader", frame(0x76, "10")),
    ],
    "the host speaks again before the answer came": [
        ("host", frame(0x72)),
        ("host", frame(0x66, "20")),
        ("reader", frame(0x66, "20")),
        ("host", frame(0x66, "20")),
    ],
    "inventories of 16 turns, one of which fails behind a tag": [
        ("host", frame(0x72)),
        ("host", frame(0x89, "10")),
        ("reader", tag_frame(TAG)),
        ("reader", frame(0x89, "11")),
        ("host", frame(0x89, "11")),
        ("reader", frame(0x89, "11")),
    ],
    "the baud rate, answered with the one before": [("host", frame(0x71, "04")), ("reader", frame(0x71, "04"))],
    "the address": [
        ("host", frame(0x73, "05")),
        ("reader", frame(0x73, "10", address=5)),
        ("host", frame(0x73, "10", address=5)),
        ("reader", frame(0x73, "10", address=0x10)),
    ],
    "the reader's line alone": [
        ("reader", frame(0x72, "0109")),
        ("reader", frame(0x76, "10")),
        ("reader", frame(0x66, "11")),
        ("reader", tag_frame(TAG)),
    ],
    "the host's line alone": [
        ("host", frame(0x74, "00")),
        ("host", frame(0x76, "10")),
        ("host", frame(0x89, "11")),
        ("host", frame(0x76, "14")),
    ],
}


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
def test_a_dialogue_tells_who_speaks(dialogue: list[tuple[str, bytes]]) -> None:
    stream = b"".join(data for _, data in dialogue)
    found = told([stream])
    assert [said["direction"] for said in found] == [side for side, _ in dialogue]
    each_way(told, stream, found)


@pytest.mark.parametrize(("byte", "direction"), [("14", "host"), ("10", "reader"), ("11", "reader"), ("12", "host")])
def test_alone_a_byte_that_is_an_error_code_is_the_reader_s(byte: str, direction: str) -> None:
    assert [said["direction"] for said in told([frame(0x76, byte)])] == [direction]


words = st.integers(0, 31)
epcs = words.flatmap(lambda count: st.binary(min_size=2 * count, max_size=2 * count))
tag_frames = st.builds(
    tag_frame,
    epcs,
    st.sampled_from([0x89, 0x8A, 0x8B]),
    st.integers(0, 255),
    st.integers(0, 255),
    st.sampled_from([b"", b"\x01\x02"]),
)


def epcs_in(found: Sequence[Told]) -> list[object]:
    return [said["epc"] for said in found if "epc" in said]


@given(st.lists(tag_frames, min_size=1, max_size=5), st.binary(max_size=60), cuts())
@settings(deadline=None)
def test_rubbish_before_between_and_behind_makes_no_tag_and_hides_none(
    frames: list[bytes], rubbish: bytes, cut_at: list[int]
) -> None:
    rubbish = rubbish.replace(b"\xa0", b"\x0a")
    expected = [said for data in frames for said in told([data])]
    assert [said["direction"] for said in expected] == ["reader"] * len(frames)
    each_way(told, rubbish + b"".join(data + rubbish for data in frames), expected, cut_at)


@given(epcs.filter(bool), st.data())
@settings(deadline=None)
def test_one_wrong_bit_is_never_another_tag(epc: bytes, data: st.DataObject) -> None:
    spoiled = bytearray(tag_frame(epc))
    at = data.draw(st.integers(0, len(spoiled) - 1))
    spoiled[at] ^= 1 << data.draw(st.integers(0, 7))
    assert set(epcs_in(told([bytes(spoiled), tag_frame(epc)]))) <= {epc.hex().upper()}


@given(st.binary(max_size=600))
@settings(deadline=None)
def test_random_bytes_do_no_harm(data: bytes) -> None:
    cutter = codec()
    cutter.feed(data)
    assert cutter.waiting <= 257
    cutter.end()
    assert cutter.waiting == 0
