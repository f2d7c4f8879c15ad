from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.devices.decode.uhfreader18 import codec
from tests.devices.streams import cuts, each_way

Told = dict[str, object]


def crc(data: bytes) -> bytes:
    """CRC-16 bit by bit, as the manuals print it."""
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0x8408 if value & 1 else value >> 1
    return bytes([value & 0xFF, value >> 8])


def frame(command: int, data: bytes | str = b"", address: int = 0) -> bytes:
    """A frame as the manuals describe it, apart from the code under test. An answer's data begins with the status."""
    content = bytes.fromhex(data) if isinstance(data, str) else data
    begun = bytes([len(content) + 4, address, command]) + content
    return begun + crc(begun)


def tags_18(*epcs: bytes, status: int = 1) -> bytes:
    return frame(1, bytes([status, len(epcs)]) + b"".join(bytes([len(epc)]) + epc for epc in epcs))


def tags_288(*epcs: bytes, status: int = 1, antenna: int = 1, rssi: int = 0x6B) -> bytes:
    tags = b"".join(bytes([len(epc)]) + epc + bytes([rssi]) for epc in epcs)
    return frame(1, bytes([status, antenna, len(epcs)]) + tags)


def told(chunks: Sequence[bytes]) -> list[Told]:
    cutter = codec()
    frames = [found for chunk in chunks for found in cutter.feed(chunk)] + cutter.end()
    return [said for found in frames for said in found.told()]


def said(direction: str, code: str, command: str, address: int = 0, **more: object) -> Told:
    return {"direction": direction, "address": address, "code": code, "command": command} | more


FIRST, SECOND = "000000000000000000000313", "000000000000000000000314"
MORE = said("reader", "01", "inventory", status=3, meaning="more frames follow")
DONE = said("reader", "01", "inventory", status=1, meaning="inventory finished")
OK: Told = {"status": 0, "meaning": "success"}
INFO: Told = {
    "firmware": "0.22",
    "type": "UHFReader288M",
    "series": 288,
    "band": "EU",
    "power_dbm": 30,
    "scan_time_ms": 1000,
}
# wabson/chafon-rfid, tests; the questions are built from its command table.
PUBLISHED: list[tuple[str, str, list[Told]]] = [
    ("ask what the reader is", "04 FF 21 19 95", [said("host", "21", "get info", 255)]),
    (
        "what the reader is",
        "11 00 21 00 00 16 0C 03 4E 00 1E 0A 01 00 00 00 E6 51",
        [said("reader", "21", "get info") | OK | INFO],
    ),
    ("take inventory", "04 00 01 DB 4B", [said("host", "01", "inventory")]),
    (
        "a tag of the 18 series",
        "13 00 01 03 01 0C 00 00 00 00 00 00 00 00 00 00 03 13 3F 39",
        [MORE | {"epc": FIRST}],
    ),
    (
        "two tags of the 18 series",
        "20000103020c0000000000000000000003130c0000000000000000000003149ac9",
        [MORE | {"epc": FIRST}, MORE | {"epc": SECOND}],
    ),
    (
        "a tag of the 288 series",
        "1500010301010c0000000000000000000003136bb1a5",
        [MORE | {"epc": FIRST, "antenna": 0, "rssi": 0x6B}],
    ),
    (
        "a tag at the third antenna",
        "1500010304010c49440000000000000a0003346425c0",
        [MORE | {"epc": "49440000000000000A000334", "antenna": 2, "rssi": 0x64}],
    ),
    ("a short EPC", "0d000103010104003230386da3d2", [MORE | {"epc": "00323038", "antenna": 0, "rssi": 0x6D}]),
    ("no tags", "0700010101001e4b", [DONE | {"series": 288, "count": 0}]),
    (
        "two tags of the 288 series",
        "2300010301020c0000000000000000000003136b0c0000000000000000000003146c70f2",
        [MORE | {"epc": FIRST, "antenna": 0, "rssi": 0x6B}, MORE | {"epc": SECOND, "antenna": 0, "rssi": 0x6C}],
    ),
]
TAG = bytes.fromhex("E200301666130121155074EF")
EPC = TAG.hex().upper()
BUILT: list[tuple[str, bytes, list[Told]]] = [
    ("inventory of the 288 series", frame(1, "0F0001000000008014"), [said("host", "01", "inventory")]),
    ("inventory with a mask", frame(1, "0401010020109ABC008014"), [said("host", "01", "inventory")]),
    ("inventory of TIDs", frame(1, "0206"), [said("host", "01", "inventory")]),
    ("no tag", frame(1, "FB"), [said("reader", "01", "inventory", status=0xFB, meaning="no tag")]),
    (
        "read the PC word",
        frame(2, b"\x06" + TAG + bytes.fromhex("010101 00000000")),
        [said("host", "02", "read", epc=EPC)],
    ),
    (
        "read with a mask",
        frame(2, b"\x06" + TAG + bytes.fromhex("010101 00000000 0000")),
        [said("host", "02", "read", epc=EPC)],
    ),
    ("read whatever tag", frame(2, "00 010101 00000000"), [said("host", "02", "read")]),
    ("what was read", frame(2, "00 3107"), [said("reader", "02", "read", data="3107") | OK]),
    (
        "no such memory",
        frame(2, "FC 03"),
        [said("reader", "02", "read", status=0xFC, meaning="the tag reports an error", error="no such memory")],
    ),
    (
        "write the PC word",
        frame(3, b"\x01\x06" + TAG + bytes.fromhex("0101 31C2 00000000")),
        [said("host", "03", "write", epc=EPC)],
    ),
    ("written", frame(3, "00"), [said("reader", "03", "write") | OK]),
    ("write an EPC", frame(4, b"\x06\0\0\0\0" + TAG), [said("host", "04", "write epc", epc=EPC)]),
    (
        "switch EAS on",
        frame(0x0C, b"\x06" + TAG + bytes.fromhex("00000001 01")),
        [said("host", "0C", "set eas", epc=EPC)],
    ),
    ("EAS alarm", frame(0x0D, "00"), [said("reader", "0D", "check eas") | OK]),
    (
        "an 18 series reader",
        frame(0x21, "00 0203 09 03 13 40 14 0A"),
        [
            said("reader", "21", "get info", firmware="2.3", type="UHFReader18", series=18, band="China 920")
            | {"power_dbm": 20, "scan_time_ms": 1000}
            | OK
        ],
    ),
    ("set the region", frame(0x22, "1340"), [said("host", "22", "set region", data="1340")]),
    ("region set", frame(0x22, "00"), [said("reader", "22", "set region") | OK]),
    ("set the power", frame(0x2F, "14"), [said("host", "2F", "set power", data="14")]),
    ("light and buzzer", frame(0x33, "010103"), [said("host", "33", "signal", data="010103")]),
    ("buzzer off", frame(0x35, "80"), [said("host", "35", "set work mode", data="80")]),
    (
        "an active reader's tag",
        frame(0xEE, b"\x00\x04\x0c" + TAG + b"\x60"),
        [said("reader", "EE", "report", epc=EPC, antenna=2, rssi=0x60) | OK],
    ),
    (
        "an active reader's sign of life",
        frame(0xEE, b"\x28" + bytes(16)),
        [said("reader", "EE", "report", status=0x28, meaning="no tag, heartbeat", data="00" * 16)],
    ),
]
REFUSED: list[tuple[str, bytes]] = [
    ("a published frame with a wrong CRC", bytes.fromhex("1500010301010c0000000000000000000003136bb1a6")),
    ("an unknown command", frame(0x99, "00")),
    ("a setting longer than any", frame(0x22, "134000")),
    ("an info cut short", frame(0x21, "00 0203")),
    ("an odd number of bytes read", frame(2, "00 310701")),
    ("tags that end too early", frame(1, "03 01 0C 0000")),
    ("tags of odd length", frame(1, "01 02 03 AABBCC 03 AABBCC")),
    ("too short to be a frame", b"\x03\x00\x01" + crc(b"\x03\x00\x01")),
]


@pytest.mark.parametrize(
    ("stream", "expected"), [pytest.param(hexed, all_, id=name) for name, hexed, all_ in PUBLISHED]
)
def test_a_published_frame_has_its_published_meaning(stream: str, expected: list[Told]) -> None:
    each_way(told, bytes.fromhex(stream), expected)


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, all_, id=name) for name, data, all_ in BUILT])
def test_a_frame_of_each_layout_has_its_meaning(stream: bytes, expected: list[Told]) -> None:
    found = told([stream])
    assert [{key: one.get(key) for key in wanted} for one, wanted in zip(found, expected, strict=True)] == expected
    assert ["epc" in one for one in found] == ["epc" in wanted for wanted in expected]
    each_way(told, stream, found)


@pytest.mark.parametrize("stream", [pytest.param(data, id=name) for name, data in REFUSED])
def test_what_is_no_frame_is_refused_and_the_next_is_found(stream: bytes) -> None:
    each_way(told, stream, [])
    behind = tags_18(TAG)
    each_way(told, stream + behind, told([behind]))


DIALOGUES: dict[str, list[tuple[str, bytes]]] = {
    "settings whose answers look like settings": [
        ("host", frame(0x21)),
        ("reader", frame(0x21, "00 0203 09 03 13 40 14 0A")),
        ("host", frame(0x24, "00")),
        ("reader", frame(0x24, "00")),
        ("host", frame(0x28, "00")),
        ("reader", frame(0x28, "00")),
        ("host", frame(0x2F, "00")),
        ("reader", frame(0x2F, "00")),
    ],
    "an inventory in three frames, and an inventory of the first TID word": [
        ("host", frame(1)),
        ("reader", tags_18(TAG, status=3)),
        ("reader", tags_18(TAG[::-1], status=3)),
        ("reader", frame(1, "0100")),
        ("host", frame(1, "0100")),
        ("reader", frame(1, "0100")),
    ],
    "the reader's line alone": [("reader", frame(0x24, "00")), ("reader", frame(1, "0100")), ("reader", tags_288(TAG))],
    "to everybody": [("host", frame(0x24, "00", 0xFF)), ("reader", frame(0x24, "00"))],
}


@pytest.mark.parametrize("dialogue", DIALOGUES.values(), ids=DIALOGUES.keys())
def test_a_dialogue_tells_who_speaks(dialogue: list[tuple[str, bytes]]) -> None:
    stream = b"".join(data for _, data in dialogue)
    found = told([stream])
    assert [said["direction"] for said in found] == [side for side, _ in dialogue]
    each_way(told, stream, found)


def test_where_both_series_fit_three_tags_are_meant_and_not_two_antennas() -> None:
    # As the other series it would be antennas 1 and 2 (mask 03) and two tags, AA02 and 0222.
    assert epcs_in(told([frame(1, "01 03 02 02 AA 02 11 02 02 22 33")])) == ["02AA", "1102", "2233"]
    assert epcs_in(told([frame(1, "01 01 02 02 AA 02 11 02 02 22 33")])) == ["AA02", "0222"]


epcs = st.integers(1, 31).flatmap(lambda count: st.binary(min_size=2 * count, max_size=2 * count))
stacks = st.lists(epcs, min_size=1, max_size=3)
series = st.sampled_from([tags_18, tags_288])


def epcs_in(found: Sequence[Told]) -> list[object]:
    return [said["epc"] for said in found if "epc" in said]


@given(series, st.lists(stacks, min_size=1, max_size=4), st.binary(max_size=60), cuts())
@settings(deadline=None)
def test_rubbish_before_between_and_behind_makes_no_tag_and_hides_none(
    build: Callable[..., bytes], rounds: list[list[bytes]], rubbish: bytes, cut_at: list[int]
) -> None:
    stream = rubbish + b"".join(build(*stack) + rubbish for stack in rounds)
    found = told([stream])
    assert epcs_in(found) == [epc.hex().upper() for stack in rounds for epc in stack]
    each_way(told, stream, found, cut_at)


@given(series, stacks, st.data())
@settings(deadline=None)
def test_one_wrong_bit_is_never_another_tag(
    build: Callable[..., bytes], stack: list[bytes], data: st.DataObject
) -> None:
    good = build(*stack)
    spoiled = bytearray(good)
    at = data.draw(st.integers(0, len(spoiled) - 1))
    spoiled[at] ^= 1 << data.draw(st.integers(0, 7))
    assert set(epcs_in(told([bytes(spoiled), good]))) <= {epc.hex().upper() for epc in stack}


@given(st.binary(max_size=600))
@settings(deadline=None)
def test_random_bytes_do_no_harm(data: bytes) -> None:
    cutter = codec()
    cutter.feed(data)
    assert cutter.waiting <= 256
    cutter.end()
    assert cutter.waiting == 0
