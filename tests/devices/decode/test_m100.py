from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import m100
from kiosk.devices.decode.m100 import Code, Command, Variant
from tests.devices.streams import cuts, each_way

# The R200 user protocol V2.3.3 prints these, with AA and DD; public code shows them with BB and 7E.
NOTICE = bytes.fromhex("BB 02 22 00 11 C9 34 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70 3A 76 EF 7E")
EPC = "30751FEB705C5904E3D50D70"
EMPTY_ROUND = bytes.fromhex("BB 01 FF 00 01 15 16 7E")
NAMED = "0E 34 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70"
# Captured from modules; their authors published them in code that handles them.
CAPTURED = [
    ("BB 02 22 00 11 C4 30 00 E2 00 00 1D 73 15 01 65 21 40 8F C6 B8 3E C2 7E", "E200001D7315016521408FC6", -60),
    ("BB 02 22 00 11 CB 34 00 E2 00 47 1B B0 00 60 13 04 45 09 D0 95 82 D4 7E", "E200471BB0006013044509D0", -53),
    ("BB 02 22 00 11 DF 30 00 E2 80 68 94 00 00 40 01 8F 22 95 8C 7C 78 A9 7E", "E2806894000040018F22958C", -33),
]


def framed(kind: int, command: int, parameters: str | bytes = b"", ends: str = "BB7E") -> bytes:
    """A frame, built by hand from the protocol."""
    parameters = bytes.fromhex(parameters) if isinstance(parameters, str) else parameters
    counted = bytes((kind, command, *divmod(len(parameters), 256))) + parameters
    head, tail = bytes.fromhex(ends)
    return bytes((head,)) + counted + bytes((sum(counted) % 256, tail))


def gen2_crc(data: bytes) -> bytes:
    """CRC-16 of EPC Gen2, bit by bit."""
    crc = 0xFFFF
    for byte in data:
        for bit in range(7, -1, -1):
            crc = (crc << 1 ^ (0x1021 if (crc >> 15 ^ byte >> bit) & 1 else 0)) & 0xFFFF
    return (crc ^ 0xFFFF).to_bytes(2, "big")


def noticed(epc: bytes, *, toggles: int = 0, rssi: int = 0xC9, ends: str = "BB7E", crc: bytes | None = None) -> bytes:
    """A notice of a tag whose PC word says the length of `epc` and has the low bits `toggles`."""
    told = (len(epc) // 2 << 11 | toggles).to_bytes(2, "big") + epc
    return framed(2, 0x22, bytes((rssi,)) + told + (gen2_crc(told) if crc is None else crc), ends)


def decoded(chunks: Sequence[bytes]) -> list[dict[str, object]]:
    codec = m100.codec()
    frames = [frame for chunk in chunks for frame in codec.feed(chunk)] + codec.end()
    return [told for frame in frames for told in frame.told()]


def epcs(chunks: Sequence[bytes]) -> list[object]:
    return [told["epc"] for told in decoded(chunks) if "epc" in told]


def meanings(chunks: Sequence[bytes]) -> list[dict[str, object]]:
    """What is told beside direction, kind and name."""
    heads = ("direction", "frame", "code", "command")
    return [{key: value for key, value in told.items() if key not in heads} for told in decoded(chunks)]


def test_a_notice_is_told_whole() -> None:
    told = {"direction": "reader", "frame": "notice", "code": "22", "command": "poll"}
    each_way(decoded, NOTICE, [told | {"epc": EPC, "pc": "3400", "rssi_dbm": -55}])


@pytest.mark.parametrize(("frame", "epc", "rssi_dbm"), CAPTURED, ids=[epc for _, epc, _ in CAPTURED])
def test_captured_notices_are_read(frame: str, epc: str, rssi_dbm: int) -> None:
    told = [(told["epc"], told["rssi_dbm"]) for told in decoded([bytes.fromhex(frame)])]
    assert told == [(epc, rssi_dbm)]


MEANINGS: list[tuple[str, bytes, dict[str, object]]] = [
    ("single poll", framed(0, 0x22), {}),
    ("many polls", framed(0, 0x27, "22 27 10"), {"rounds": 10000}),
    ("stopped", framed(1, 0x28, "00"), {"data": "00"}),
    ("set region", framed(0, 0x07, "01"), {"region": "cn"}),
    ("region", framed(1, 0x08, "06"), {"region": "kr"}),
    ("set power", framed(0, 0xB6, "07 D0"), {"power_dbm": 20.0}),
    ("power", framed(1, 0xB7, "0A 28"), {"power_dbm": 26.0}),
    ("hardware", framed(1, 0x03, b"\0M100 26dBm V1.0"), {"hardware": "M100 26dBm V1.0"}),
    ("firmware", framed(1, 0x03, b"\x01V2.3.3"), {"firmware": "V2.3.3"}),
    ("maker", framed(1, 0x03, b"\x02Made-up"), {"maker": "Made-up"}),
    ("query", framed(1, 0x0D, "10 20"), {"session": 0, "target": "A", "q": 4}),
    ("set query", framed(0, 0x0E, "11 A8"), {"session": 1, "target": "B", "q": 5}),
    ("an empty round", EMPTY_ROUND, {"error": "15", "words": "no tag answered, or with a wrong CRC"}),
    ("no such memory", framed(1, 0xFF, "A3"), {"error": "A3", "words": "read: the tag has no such memory"}),
    ("an unknown error", framed(1, 0xFF, "7F"), {"error": "7F", "words": "unknown"}),
    (
        "locked, with the tag",
        framed(1, 0xFF, "B4" + NAMED),
        {"error": "B4", "words": "write: the memory is locked", "epc": EPC, "pc": "3400"},
    ),
    ("read", framed(1, 0x39, NAMED + "12 34 56 78"), {"epc": EPC, "pc": "3400", "data": "12345678"}),
    ("written", framed(1, 0x49, NAMED + "00"), {"epc": EPC, "pc": "3400", "data": "00"}),
    ("locked", framed(1, 0x82, NAMED + "00"), {"epc": EPC, "pc": "3400", "data": "00"}),
    ("EAS changed", framed(1, 0xE3, NAMED + "00"), {"epc": EPC, "pc": "3400", "data": "00"}),
    ("EAS alarm", framed(1, 0xE4, "69 0A EC 7C D2 15 D8 F9"), {"data": "690AEC7CD215D8F9"}),
    ("select a tag", framed(0, 0x0C, "01 00 00 00 20 60 00" + EPC), {"epc": EPC}),
    ("the selected tag", framed(1, 0x0B, "01 00 00 00 20 60 00" + EPC), {"epc": EPC}),
    ("select by TID", framed(0, 0x0C, "02 00 00 00 00 10 00 E2 80"), {"data": "02000000001000E280"}),
    ("select by 12 bits", framed(0, 0x0C, "01 00 00 00 20 0C 00 30 70"), {"data": "01000000200C003070"}),
    ("an unknown command", framed(0, 0x77, "01"), {"data": "01"}),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, told, id=name) for name, data, told in MEANINGS])
def test_frames_of_both_variants_are_told_with_their_meaning(stream: bytes, expected: dict[str, object]) -> None:
    each_way(meanings, stream, [expected])
    each_way(meanings, b"\xaa" + stream[1:-1] + b"\xdd", [expected])
    assert {told["direction"] for told in decoded([stream])} == {"host" if stream[1] == 0 else "reader"}


FOUND: list[tuple[str, bytes, list[str]]] = [
    ("AA and DD", noticed(bytes.fromhex(EPC), ends="AADD"), [EPC]),
    ("both variants", NOTICE + noticed(bytes.fromhex(EPC), ends="AADD"), [EPC, EPC]),
    ("64 bits", noticed(bytes(range(8))), ["0001020304050607"]),
    ("128 bits", noticed(bytes(range(16))), [bytes(range(16)).hex().upper()]),
    ("496 bits", noticed(bytes(range(62))), [bytes(range(62)).hex().upper()]),
    ("an AFI in the PC word", noticed(bytes.fromhex(EPC), toggles=0x1C2), [EPC]),
    (
        "heads and tails inside",
        noticed(bytes.fromhex("BB 7E AA DD BB 02 22 00 11 7E BB 7E")),
        ["BB7EAADDBB022200117EBB7E"],
    ),
    ("no CRC given", noticed(bytes.fromhex(EPC), crc=b"\0\0"), [EPC]),
    ("a notice of many polls", framed(2, 0x27, NOTICE[5:-2]), [EPC]),
    ("a tag without EPC", noticed(b""), []),
    ("another length of EPC read", framed(1, 0x39, "0A 24 00 11 11 00 00 00 02 11 22 E2 80"), ["1111000000021122"]),
    # from here on wrong
    ("a wrong sum, as published", bytes.fromhex("BB010300104D31303020323664426D2056312E30227E"), []),
    ("a typing error, as published", bytes.fromhex("AA013900130E340030751FEB705C7504E3D50D7012345678B0DD"), []),
    ("BB with DD", NOTICE[:-1] + b"\xdd", []),
    ("AA with 7E", b"\xaa" + NOTICE[1:], []),
    ("a wrong tail", NOTICE[:-1] + b"\x7f", []),
    ("a wrong CRC", noticed(bytes.fromhex(EPC), crc=b"\x12\x34"), []),
    ("a PC word of another length", framed(2, 0x22, "C9 2C 00" + EPC + "00 00"), []),
    ("half a word of EPC", framed(2, 0x22, "C9 2C 00" + EPC[:-2] + "00 00"), []),
    ("a notice too short", framed(2, 0x22, "C9 00 00 00"), []),
    ("an unknown type", framed(3, 0x22, NOTICE[5:-2]), []),
    ("an answer that names no tag", framed(1, 0x49, "00"), []),
    ("an answer with UL too long", framed(1, 0x49, "10" + NAMED[2:] + "00"), []),
    ("a read without data", framed(1, 0x39, NAMED), []),
    ("a read of half a word", framed(1, 0x39, NAMED + "12"), []),
    ("an error with more behind its tag", framed(1, 0xFF, "B4" + NAMED + "00"), []),
    ("an error without a code", framed(1, 0xFF), []),
    ("longer than any", framed(1, 0x39, NAMED + "00" * 1024), []),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, found, id=name) for name, data, found in FOUND])
def test_the_tags_in_a_frame_are_told_and_none_is_made_up(stream: bytes, expected: list[str]) -> None:
    each_way(epcs, stream, expected)
    each_way(epcs, NOTICE + stream + NOTICE, [EPC, *expected, EPC])


BUILT: list[tuple[str, Command, str]] = [
    ("many polls", m100.poll_many(10000), "BB 00 27 00 03 22 27 10 83 7E"),
    ("stop", Command(Code.STOP), "BB 00 28 00 00 28 7E"),
    ("info", Command(Code.INFO, b"\0"), "BB 00 03 00 01 00 04 7E"),
    ("power", m100.set_power(20), "BB 00 B6 00 02 07 D0 8F 7E"),
    (
        "select",
        m100.select(bytes.fromhex(EPC)),
        "BB 00 0C 00 13 01 00 00 00 20 60 00 30 75 1F EB 70 5C 59 04 E3 D5 0D 70 AD 7E",
    ),
    ("read", m100.read(3, 0, 2), "BB 00 39 00 09 00 00 00 00 03 00 00 00 02 47 7E"),
    (
        "write",
        m100.write(3, 0, bytes.fromhex("12 34 56 78")),
        "BB 00 49 00 0D 00 00 00 00 03 00 00 00 02 12 34 56 78 6F 7E",
    ),
]


@pytest.mark.parametrize(("command", "published"), [pytest.param(*rest, id=name) for name, *rest in BUILT])
def test_commands_are_built_as_published(command: Command, published: str) -> None:
    frame = bytes.fromhex(published)
    assert command.frame(Variant.BB) == frame
    assert command.frame(Variant.AA) == b"\xaa" + frame[1:-1] + b"\xdd"


def test_no_flipped_bit_makes_another_tag() -> None:
    for stream in (NOTICE, framed(1, 0x39, NAMED + "12 34"), framed(1, 0xFF, "B4" + NAMED)):
        for bit in range(8 * len(stream)):
            flipped = bytearray(stream)
            flipped[bit // 8] ^= 1 << bit % 8
            assert epcs([bytes(flipped)]) == []


def test_no_two_flipped_bits_that_leave_the_sum_right_make_another_tag() -> None:
    for first in range(8 * 5, 8 * 22):
        for second in range(first + 8, 8 * 22, 8):
            flipped = bytearray(NOTICE)
            flipped[first // 8] ^= 1 << first % 8
            flipped[second // 8] ^= 1 << second % 8
            assert epcs([bytes(flipped)]) in ([], [EPC])  # the RSSI may be another


EPCS = st.integers(1, 31).flatmap(lambda words: st.binary(min_size=2 * words, max_size=2 * words))
RUBBISH = st.binary(max_size=40).map(lambda rubbish: rubbish.replace(b"\xaa", b"\x55").replace(b"\xbb", b"\x55"))


@given(
    st.lists(EPCS, min_size=1, max_size=4), st.integers(0, 0x1FF), st.sampled_from(["BB7E", "AADD"]), RUBBISH, cuts()
)
def test_rubbish_before_between_and_behind_makes_no_tag_and_hides_none(
    tags: list[bytes], toggles: int, ends: str, rubbish: bytes, cut_at: list[int]
) -> None:
    stream = rubbish + b"".join(noticed(tag, toggles=toggles, ends=ends) + EMPTY_ROUND + rubbish for tag in tags)
    each_way(epcs, stream, [tag.hex().upper() for tag in tags], cut_at)


@given(st.binary(max_size=60), st.sampled_from([NOTICE, EMPTY_ROUND, framed(0, 0x27, "22 27 10")]), cuts())
def test_a_good_frame_behind_anything_is_found(rubbish: bytes, frame: bytes, cut_at: list[int]) -> None:
    each_way(lambda chunks: [decoded(chunks)[-1:]], rubbish + frame, [decoded([frame])], cut_at)


@given(st.binary(max_size=100).map(lambda noise: noise.ljust(2, b"\0")), st.sampled_from([0x22, 0x39, 0x49, 0xFF]))
def test_random_parameters_with_a_right_sum_make_no_tag(noise: bytes, command: int) -> None:
    kind = 2 if command == 0x22 else 1
    names = {noise[3:-2], noise[1 + 2 : 1 + noise[0]], noise[2 + 2 : 2 + noise[1]]}
    assert set(epcs([framed(kind, command, noise)])) <= {name.hex().upper() for name in names}


def test_half_a_frame_is_given_up_at_the_end() -> None:
    codec = m100.codec()
    assert codec.feed(b"\xbb\x02\x22\x01\x00" + NOTICE) == []
    assert [frame.tag.epc for frame in codec.end() if frame.tag] == [EPC]
