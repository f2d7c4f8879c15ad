import json

import pytest

from kiosk.devices.decode.protocols import PROTOCOLS
from tests.devices.decode.scanner import ESC, Scanner
from tests.devices.decode.test_rdm6300 import SEEED, SUMMED


def printed(protocol: str, *chunks: bytes) -> list[dict[str, object]]:
    codec = PROTOCOLS[protocol]()
    objects = [found for chunk in chunks for found in codec.feed(chunk)] + codec.end()
    assert json.loads(json.dumps(objects)) == objects
    return objects


def test_keys_print_their_texts_and_the_end_is_silence() -> None:
    scan = Scanner().type("9787101003048\n30").press(ESC).type("01\nB17").records()
    assert printed("keys", scan) == [{"text": "9787101003048"}, {"text": "B17"}]


def test_lines_print_their_texts_and_the_end_is_silence() -> None:
    assert printed("lines", b"3000", b"1234\r\nB17") == [{"text": "30001234"}, {"text": "B17"}]


def test_a_card_prints_all_five_bytes_and_the_numbers_that_stand_on_it() -> None:
    card = {"direction": "reader", "uid": "62E3086CED", "number": "3808980205", "wiegand": "008,27885"}
    assert printed("rdm6300", SUMMED[3:], SEEED[:5], SEEED[5:], SUMMED) == [card]


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_nothing_valid_prints_nothing(protocol: str) -> None:
    assert printed(protocol) == []
    assert printed(protocol, b"\x02\x00\r\n") in ([], [{"text": "\x02"}])
