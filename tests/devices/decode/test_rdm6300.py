from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.rdm6300 import Card, Checksum, Rdm6300, codec
from tests.devices.streams import cuts, each_way

# Seeed's wiki page "125Khz RFID module - UART" prints this frame and its tag.
SEEED = bytes.fromhex("02 36 32 45 33 30 38 36 43 45 44 30 38 03")
SEEED_CARD = Card("62E3086CED")
# A sample in lomassubedi/rfid_attendance, RFID_NODE.ino, whose last two digits are the sum of the bytes, not the XOR.
SUMMED = bytes.fromhex("02 32 45 30 30 41 46 30 45 43 39 42 34 03")


def frame(uid: str, *, crlf: bool = False) -> bytes:
    checksum = 0
    for byte in bytes.fromhex(uid):
        checksum ^= byte
    return b"\x02" + f"{uid}{checksum:02X}".encode() + (b"\r\n" if crlf else b"") + b"\x03"


def decoded(chunks: Sequence[bytes]) -> list[Card]:
    codec = Rdm6300()
    return [card for chunk in chunks for card in codec.feed(chunk, 0.0)]


CASES: list[tuple[str, bytes, list[Card]]] = [
    ("the published frame", SEEED, [SEEED_CARD]),
    ("the published frame with a sum", SUMMED, []),
    ("an ID-12LA's frame", frame("1A2B3C4D5E", crlf=True), [Card("1A2B3C4D5E")]),
    ("both kinds glued", SEEED + frame("1A2B3C4D5E", crlf=True) + SEEED, [SEEED_CARD, Card("1A2B3C4D5E"), SEEED_CARD]),
    ("lower-case digits", SEEED.lower(), [SEEED_CARD]),
    ("half a frame before", SEEED[:7] + SEEED, [SEEED_CARD]),
    ("all but the end before", SEEED[:13] + SEEED, [SEEED_CARD]),
    ("a start too many", b"\x02" + SEEED, [SEEED_CARD]),
    ("half a frame behind", SEEED + SEEED[:9], [SEEED_CARD]),
    ("a wrong end", SEEED[:13] + b"\x04" + SEEED, [SEEED_CARD]),
    ("a carriage return without line feed", SEEED[:13] + b"\r\x03" + SEEED, [SEEED_CARD, SEEED_CARD]),
    ("the frame with a sum between", SEEED + SUMMED + SEEED, [SEEED_CARD, SEEED_CARD]),
    ("nothing but starts", b"\x02" * 100, []),
    ("nothing", b"", []),
]


@pytest.mark.parametrize(("stream", "expected"), [pytest.param(data, cards, id=name) for name, data, cards in CASES])
def test_a_frame_is_found_however_it_is_cut(stream: bytes, expected: list[Card]) -> None:
    each_way(decoded, stream, expected)


@given(
    st.lists(st.binary(min_size=5, max_size=5), min_size=1, max_size=5), st.booleans(), st.binary(max_size=60), cuts()
)
def test_rubbish_before_between_and_behind_makes_no_tag_and_hides_none(
    uids: list[bytes], crlf: bool, rubbish: bytes, cut_at: list[int]
) -> None:
    rubbish = rubbish.replace(b"\x02", b"\xff")
    cards = [Card(uid.hex().upper()) for uid in uids]
    stream = rubbish + b"".join(frame(card.uid, crlf=crlf) + rubbish for card in cards)
    each_way(decoded, stream, cards, cut_at)


@given(st.integers(0, len(SEEED) - 1), st.integers(0, 7))
def test_one_wrong_bit_is_never_another_card(at: int, bit: int) -> None:
    spoiled = bytearray(SEEED)
    spoiled[at] ^= 1 << bit
    # Bit 5 of a letter is its case: the same digit.
    assert decoded([bytes(spoiled), SEEED]) in ([SEEED_CARD], [SEEED_CARD, SEEED_CARD])


def test_half_a_frame_and_silence_leave_nothing_behind() -> None:
    codec = Rdm6300()
    codec.feed(SEEED[:9], 5.0)
    due_s = codec.deadline_s()
    assert due_s is not None
    codec.silence(due_s)
    assert codec.deadline_s() is None
    assert codec.feed(SEEED[9:], 6.0) == []
    assert codec.feed(SEEED, 6.1) == [SEEED_CARD]
    assert codec.bad_frames == 1


def test_a_card_shows_the_numbers_that_are_printed_on_it() -> None:
    assert SEEED_CARD.number == "3808980205"
    assert SEEED_CARD.wiegand == "008,27885"


def test_a_clone_s_sum_is_read_only_where_the_settings_say_so() -> None:
    clone = Rdm6300(Checksum.SUM)
    assert clone.feed(SUMMED + SEEED, 0.0) == [Card("2E00AF0EC9")]
    assert Rdm6300().feed(SUMMED + SEEED, 0.0) == [SEEED_CARD]


def test_a_card_is_told_with_all_its_numbers() -> None:
    (card,) = codec().feed(SEEED)
    assert card.told() == [{"direction": "reader", "uid": "62E3086CED", "number": "3808980205", "wiegand": "008,27885"}]
