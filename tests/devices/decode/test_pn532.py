from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import pn532
from kiosk.devices.decode.pn532 import ACK, FAULT_FRAME, NACK, Kind, Pn532Frame
from tests.devices.streams import cuts, each_way

ACK_FRAME = bytes.fromhex("00 00 FF 00 FF 00")
NACK_FRAME = bytes.fromhex("00 00 FF FF 00 00")
ERROR = bytes.fromhex("00 00 FF 01 FF 7F 81 00")
# A DFRobot DFR0231 sketch prints these: wake-up running into SAMConfiguration, and its author's own card.
WOKEN = bytes.fromhex("55 55 00 00 00 00 00 00 00 00 00 00 00 00 00 00 FF 03 FD D4 14 01 17 00")
ONE_CARD = bytes.fromhex("00 00 FF 0C F4 D5 4B 01 01 00 04 08 04 07 8C FC 4F F0 00")
FIRMWARE = bytes.fromhex("00 00 FF 06 FA D5 03 32 01 06 07 E8 00")

CLASSIC = "00 04 08 04 07 8C FC 4F"
NTAG = "00 44 00 07 04 A1 B2 C3 D4 E5 F6"
TRIPLE = "00 84 00 0A 04 01 02 03 04 05 06 07 08 09"
DESFIRE = "03 44 20 07 04 11 22 33 44 55 66 06 75 77 81 02 80"
PHONE = "00 04 20 04 08 12 34 56"
FELICA = "12 01 01 01 02 03 04 05 06 07 0A 0B 0C 0D 0E 0F 10 11"
FELICA_WITH_SYSTEM = "14 01 01 01 02 03 04 05 06 07 0A 0B 0C 0D 0E 0F 10 11 88 B4"
TYPE_B = "50 A1 A2 A3 A4 00 00 00 00 80 81 71 01 10"
JEWEL = "0C 00 12 34 56 78"


def framed(body: str | bytes, *, extended: bool = False, preamble: int = 1, postamble: int = 1) -> bytes:
    """A frame around TFI and data, built by hand from the manual."""
    body = bytes.fromhex(body) if isinstance(body, str) else body
    if extended:
        high, low = divmod(len(body), 256)
        sizes = b"\xff\xff" + bytes((high, low, -(high + low) % 256))
    else:
        sizes = bytes((len(body), -len(body) % 256))
    return bytes(preamble) + b"\x00\xff" + sizes + body + bytes((-sum(body) % 256,)) + bytes(postamble)


def listed(*targets: str) -> bytes:
    """The answer to InListPassiveTarget with `targets`."""
    numbered = b"".join(bytes((number,)) + bytes.fromhex(target) for number, target in enumerate(targets, 1))
    return framed(bytes((0xD5, 0x4B, len(targets))) + numbered)


def decoded(chunks: Sequence[bytes]) -> list[dict[str, object]]:
    codec = pn532.codec()
    frames = [frame for chunk in chunks for frame in codec.feed(chunk)] + codec.end()
    return [told for frame in frames for told in frame.told()]


def uids(chunks: Sequence[bytes]) -> list[object]:
    return [told["uid"] for told in decoded(chunks) if "uid" in told]


TOLD: list[tuple[str, bytes, list[dict[str, object]]]] = [
    ("an acknowledgement", ACK_FRAME, [{"direction": "reader", "frame": "ack"}]),
    ("a request to say it again", NACK_FRAME, [{"direction": "host", "frame": "nack"}]),
    ("an error frame", ERROR, [{"direction": "reader", "frame": "fault"}]),
    (
        "wake-up running into a command",
        WOKEN,
        [{"direction": "host", "frame": "command", "code": "14", "command": "SAMConfiguration", "data": "01"}],
    ),
    (
        "the firmware",
        FIRMWARE,
        [
            {
                "direction": "reader",
                "frame": "answer",
                "code": "02",
                "command": "GetFirmwareVersion",
                "firmware": "PN532 1.6",
                "data": "32010607",
            }
        ],
    ),
    (
        "a card",
        ONE_CARD,
        [
            {
                "direction": "reader",
                "frame": "answer",
                "code": "4A",
                "command": "InListPassiveTarget",
                "uid": "078CFC4F",
                "layout": "A",
                "sel_res": "08",
            }
        ],
    ),
    (
        "a failed exchange",
        framed("D5 41 54"),
        [
            {
                "direction": "reader",
                "frame": "answer",
                "code": "40",
                "command": "InDataExchange",
                "status": 0x14,
                "error": "MIFARE authentication",
                "data": "54",
            }
        ],
    ),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, told, id=name) for name, data, told in TOLD])
def test_both_sides_are_read(stream: bytes, expected: list[dict[str, object]]) -> None:
    each_way(decoded, stream, expected)


FOUND: list[tuple[str, bytes, list[str]]] = [
    ("nobody", listed(), []),
    ("4 bytes", listed(CLASSIC), ["078CFC4F"]),
    ("7 bytes", listed(NTAG), ["04A1B2C3D4E5F6"]),
    ("10 bytes", listed(TRIPLE), ["04010203040506070809"]),
    ("an ATS", listed(DESFIRE), ["04112233445566"]),
    ("ISO-DEP without an ATS", listed(PHONE), ["08123456"]),
    ("two cards", listed(CLASSIC, NTAG), ["078CFC4F", "04A1B2C3D4E5F6"]),
    ("an ATS in the middle", listed(DESFIRE, CLASSIC), ["04112233445566", "078CFC4F"]),
    ("an ATS at the end", listed(CLASSIC, DESFIRE), ["078CFC4F", "04112233445566"]),
    ("an ATS left out in the middle", listed(PHONE, NTAG), ["08123456", "04A1B2C3D4E5F6"]),
    ("FeliCa", listed(FELICA), ["0101020304050607"]),
    ("two FeliCa", listed(FELICA_WITH_SYSTEM, FELICA), ["0101020304050607"] * 2),
    ("type B", listed(TYPE_B), ["A1A2A3A4"]),
    ("Jewel", listed(JEWEL), ["12345678"]),
    ("an extended frame", framed("D5 4B 01 01" + CLASSIC, extended=True), ["078CFC4F"]),
    ("an extended frame from the host", framed("D4 4A 01 00 07 8C FC 4F", extended=True), ["078CFC4F"]),
    ("many zeros around", framed("D5 4B 01 01" + CLASSIC, preamble=9, postamble=7), ["078CFC4F"]),
    ("no preamble", framed("D5 4B 01 01" + CLASSIC, preamble=0), ["078CFC4F"]),
    ("an acknowledgement that lends its last zero", ACK_FRAME[:-1] + ONE_CARD[1:], ["078CFC4F"]),
    ("auto poll", framed("D5 61 01 10 09 01" + CLASSIC), ["078CFC4F"]),
    (
        "auto poll of two",
        framed("D5 61 02 20 12 01" + DESFIRE + "11 13 02" + FELICA),
        ["04112233445566", "0101020304050607"],
    ),
    ("auto poll of a kind unknown", framed("D5 61 01 40 03 01 02 03"), []),
    ("a card that is asked for", framed("D4 4A 01 00 07 8C FC 4F"), ["078CFC4F"]),
    ("one of 7 bytes", framed("D4 4A 01 00 88 04 A1 B2 C3 D4 E5 F6"), ["04A1B2C3D4E5F6"]),
    ("one of 10 bytes", framed("D4 4A 01 00 88 04 01 02 88 03 04 05 06 07 08 09"), ["04010203040506070809"]),
    ("FeliCa that is asked for", framed("D4 4A 01 01 00 FF FF 00 00"), []),
    # from here on wrong
    ("wrong sum", ONE_CARD[:-2] + b"\xf1\x00", []),
    ("wrong length sum", ONE_CARD[:4] + b"\xf5" + ONE_CARD[5:], []),
    ("wrong zero behind", ONE_CARD[:-1] + b"\x01", []),
    ("no zero behind", ONE_CARD[:-1], []),
    ("a target too few", framed("D5 4B 02 01" + CLASSIC), []),
    ("a target too many", framed("D5 4B 01 01" + CLASSIC + "02" + NTAG), []),
    ("three targets", listed(CLASSIC, CLASSIC, CLASSIC), []),
    ("a target that is numbered wrong", framed("D5 4B 01 02" + CLASSIC), []),
    ("a UID of 5 bytes", framed("D5 4B 01 01 00 04 08 05 01 02 03 04 05"), []),
    ("a UID cut short", framed("D5 4B 01 01 00 44 00 07 04 A1 B2 C3"), []),
    ("bytes behind a card without ATS", framed("D5 4B 01 01" + CLASSIC + "02 00"), []),
    ("an even code from the reader", framed("D5 4A 01 01" + CLASSIC), []),
    ("an unknown sender", framed("D6 4B 01 01" + CLASSIC), []),
    ("auto poll cut short", framed("D5 61 01 10 0A 01" + CLASSIC), []),
    ("longer than the chip can send", framed(b"\xd4\x4a" + bytes(264), extended=True), []),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, found, id=name) for name, data, found in FOUND])
def test_the_cards_in_a_frame_are_told_and_none_is_made_up(stream: bytes, expected: list[str]) -> None:
    each_way(uids, stream, expected)
    each_way(uids, ONE_CARD + b"U" + stream + b"U" + ONE_CARD, ["078CFC4F", *expected, "078CFC4F"])


def test_the_longest_frame_is_read() -> None:
    body = b"\xd5\x41\x00" + bytes(range(256)) + bytes(6)
    each_way(
        lambda chunks: [told["data"] for told in decoded(chunks)],
        framed(body, extended=True),
        [body[2:].hex().upper()],
    )


@pytest.mark.parametrize(
    ("code", "data", "bytes_hex"),
    [
        pytest.param(0x02, "", "00 00 FF 02 FE D4 02 2A 00", id="GetFirmwareVersion"),
        pytest.param(0x4A, "01 00", "00 00 FF 04 FC D4 4A 01 00 E1 00", id="InListPassiveTarget"),
    ],
)
def test_commands_are_built_as_published(code: int, data: str, bytes_hex: str) -> None:
    assert pn532.command(code, bytes.fromhex(data)) == bytes.fromhex(bytes_hex)


@pytest.mark.parametrize("size", [0, 1, 252, 253, 254, 263])
def test_a_command_of_any_length_is_read_back(size: int) -> None:
    data = bytes(index % 256 for index in range(size))
    assert pn532.codec().feed(pn532.command(0x40, data)) == [Pn532Frame(Kind.COMMAND, 0x40, data)]


def test_a_frame_of_255_bytes_is_not_extended() -> None:
    assert pn532.command(0x40, bytes(253))[:5] == bytes.fromhex("00 00 FF FF 01")
    assert pn532.command(0x40, bytes(254))[:8] == bytes.fromhex("00 00 FF FF FF 01 00 FF")


def test_no_flipped_bit_makes_another_card() -> None:
    for stream in (ONE_CARD, listed(DESFIRE, CLASSIC)):
        before = uids([stream])
        for bit in range(8 * len(stream)):
            flipped = bytearray(stream)
            flipped[bit // 8] ^= 1 << bit % 8
            assert uids([bytes(flipped)]) == ([] if bit >= 8 else before)  # the preamble is worth nothing


CARDS = st.sampled_from([CLASSIC, NTAG, TRIPLE, DESFIRE, PHONE])
RUBBISH = st.binary(max_size=40).map(lambda rubbish: rubbish.replace(b"\x00", b"\x55"))


@given(st.lists(st.lists(CARDS, max_size=2), min_size=1, max_size=4), RUBBISH, RUBBISH, st.booleans(), cuts())
def test_rubbish_before_between_and_behind_makes_no_card_and_hides_none(
    answers: list[list[str]], before: bytes, between: bytes, acknowledged: bool, cut_at: list[int]
) -> None:
    stream = before
    expected: list[str] = []
    for cards in answers:
        stream += (ACK_FRAME if acknowledged else b"") + listed(*cards) + between
        for card in cards:
            expected.append(bytes.fromhex(card)[4 : 4 + bytes.fromhex(card)[3]].hex().upper())
    each_way(uids, stream, expected, cut_at)


@given(st.binary(max_size=60), st.sampled_from([ONE_CARD, FIRMWARE, ACK_FRAME]), cuts())
def test_a_good_frame_behind_anything_is_found(rubbish: bytes, frame: bytes, cut_at: list[int]) -> None:
    each_way(lambda chunks: [decoded(chunks)[-1:]], rubbish + frame, [decoded([frame])], cut_at)


@given(st.binary(max_size=300))
def test_random_bytes_make_no_card(noise: bytes) -> None:
    assert uids([noise.replace(b"\x00\xff", b"\x00\xfe")]) == []


def test_halves_of_frames_are_given_up_at_the_end() -> None:
    codec = pn532.codec()
    assert codec.feed(ONE_CARD[:9]) == []
    assert codec.waiting
    assert codec.end() == []
    assert codec.feed(ACK_FRAME + NACK_FRAME + ERROR) == [ACK, NACK, FAULT_FRAME]
