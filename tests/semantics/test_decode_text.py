"""`kiosk decode keys` and `kiosk decode lines`: what scanners type and what they send."""

from itertools import pairwise
from random import Random

import pytest

from tests.semantics.frames.command import decode
from tests.semantics.frames.keyboard import (
    CAPS,
    ENTER,
    KPENTER,
    LEFTALT,
    LEFTCTRL,
    LEFTSHIFT,
    PLAIN,
    RIGHTSHIFT,
    SHIFTED,
    TAB,
    J,
    down,
    dropped,
    event,
    keypad,
    press,
    repeat,
    typed,
    up,
)

ISBN = "9787020002207"


def texts(protocol: str, *pieces: bytes) -> list[str]:
    said = decode(protocol, *pieces)
    assert said.status == (0 if said.rows else 1)
    assert all(set(row) == {"text"} for row in said.rows)
    return [row["text"] for row in said.rows]


@pytest.mark.parametrize(
    "text", [ISBN, "AB-17", "Ab-17", "s0012345", "0086466564", "http://lib/x?a=1&b=2", "{\"id\": \"42\"}", " x ",
             "".join(PLAIN), "".join(SHIFTED), "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
)  # fmt: skip
@pytest.mark.parametrize("shift", [LEFTSHIFT, RIGHTSHIFT])
def test_every_key_and_its_shifted_sign(text: str, shift: int) -> None:
    assert texts("keys", typed(text, shift) + press(ENTER)) == [text]


def test_shift_in_a_report_of_its_own_and_held() -> None:
    held = down(LEFTSHIFT) + press(PLAIN["a"]) + press(PLAIN["b"]) + up(LEFTSHIFT) + press(PLAIN["c"])
    assert texts("keys", held + press(ENTER)) == ["ABc"]


def test_shift_let_go_before_the_key_in_the_same_report() -> None:
    data = down(LEFTSHIFT, PLAIN["a"]) + up(LEFTSHIFT, PLAIN["a"]) + press(PLAIN["b"]) + press(ENTER)
    assert texts("keys", data) == ["Ab"]


def test_caps_lock_turns_the_case_of_letters_only() -> None:
    caps = press(CAPS)
    assert texts("keys", caps + typed("ab1-") + caps + typed("c") + press(ENTER)) == ["AB1-c"]
    assert texts("keys", caps + typed("aB!") + press(ENTER)) == ["Ab!"]


def test_caps_lock_is_forgotten_with_the_scan() -> None:
    assert texts("keys", press(CAPS) + typed("a") + press(ENTER) + typed("b") + press(ENTER)) == ["A", "b"]


def test_the_keypad_whatever_num_lock_says() -> None:
    for lock in (b"", press(69)):
        assert texts("keys", lock + keypad("0123456789*-+./") + press(KPENTER)) == ["0123456789*-+./"]


@pytest.mark.parametrize("end", [press(ENTER), press(KPENTER), press(TAB), press(ENTER) * 2, b"",
                                 press(ENTER) + down(LEFTCTRL) + press(J) + up(LEFTCTRL)])  # fmt: skip
def test_each_way_to_end_a_scan(end: bytes) -> None:
    assert texts("keys", typed(ISBN) + end) == [ISBN]
    assert texts("keys", press(ENTER) + typed(ISBN) + end) == [ISBN]


def test_scans_come_one_by_one_in_order() -> None:
    assert texts("keys", b"".join(typed(str(number)) + press(ENTER) for number in range(40))) == [*map(str, range(40))]


def test_autorepeat_is_no_second_letter() -> None:
    stuck = down(PLAIN["1"]) + repeat(PLAIN["1"]) * 30 + up(PLAIN["1"])
    assert texts("keys", stuck + typed("2") + press(ENTER)) == ["12"]


def test_a_scanner_that_rolls_over_its_keys() -> None:
    roll = down(PLAIN["1"]) + event(1, PLAIN["1"], 0) + event(1, PLAIN["2"], 1) + event(0, 0, 0) + up(PLAIN["2"])
    assert texts("keys", roll + press(ENTER)) == ["12"]


def test_a_code_of_which_the_kernel_lost_some_is_never_shown() -> None:
    lost = typed(ISBN[:5]) + dropped() + event(1, PLAIN["9"], 1) + event(0, 0, 0)
    assert texts("keys", lost + press(ENTER)) == []
    assert texts("keys", lost + typed(ISBN[7:]) + press(ENTER)) == []
    assert texts("keys", lost + typed(ISBN[7:]) + press(ENTER) + typed("AB-17") + press(ENTER)) == ["AB-17"]


@pytest.mark.parametrize("code", [1, 59, 68, 87, 102, 103, 105, 106, 107, 111, 125])
def test_other_keys_write_nothing(code: int) -> None:
    assert texts("keys", typed("AB") + press(code) + typed("12") + press(ENTER)) in (["AB12"], [])


def alt(code: str) -> bytes:
    return down(LEFTALT) + keypad(code) + up(LEFTALT)


@pytest.mark.parametrize(("text", "encoding"), [("AB-17", "ascii"), ("书", "gbk"), ("书", "utf-8"), ("五(2)班", "gbk"),
                                                ("五(2)班", "utf-8"), ("Ab 1", "ascii")])  # fmt: skip
def test_alt_codes_typed_one_digit_after_the_other(text: str, encoding: str) -> None:
    data = b"".join(alt(f"0{byte:03d}") for byte in text.encode(encoding))
    assert texts("keys", data + press(ENTER)) == [text]
    assert texts("keys", alt("083") + alt("065") + press(ENTER)) == ["SA"]


def test_alt_codes_packed_into_one_report_are_not_guessed_at() -> None:
    packed = down(LEFTALT, 82, 72) + up(LEFTALT, 82, 72)
    assert texts("keys", packed + press(ENTER)) == []
    assert texts("keys", packed + press(ENTER) + typed("AB-17") + press(ENTER)) == ["AB-17"]


def test_a_pause_ends_a_scan_that_has_no_end_of_its_own() -> None:
    def burst(text: str, at_us: int) -> bytes:
        return b"".join(press(PLAIN[letter], at_us=at_us + place * 2000) for place, letter in enumerate(text))

    assert texts("keys", burst("123", 0) + burst("456", 50_000)) == ["123456"]
    assert texts("keys", burst("123", 0) + burst("456", 500_000)) == ["123", "456"]


def test_records_may_be_cut_anywhere() -> None:
    data, rng = typed("AB-17") + press(ENTER) + typed(ISBN) + press(ENTER), Random(24)
    for _ in range(30):
        cuts = [0, *sorted({rng.randrange(1, len(data)) for _ in range(rng.randrange(1, 40))}), len(data)]
        assert texts("keys", *(data[a:b] for a, b in pairwise(cuts))) == ["AB-17", ISBN]
    assert texts("keys", *(data[at : at + 1] for at in range(len(data)))) == ["AB-17", ISBN]
    assert texts("keys", data + data[:17]) == ["AB-17", ISBN]


@pytest.mark.parametrize("data", [b"", b"\x00", bytes(24), bytes(240), press(ENTER), press(TAB) * 3, press(LEFTSHIFT),
                                  up(PLAIN["1"])])  # fmt: skip
def test_no_text_is_exit_1(data: bytes) -> None:
    assert decode("keys", data).status == 1


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\t", b"\x00", b"", b"\r\n\r\n", b"\x03"])
@pytest.mark.parametrize("begin", [b"", b"\x02", b"\r\n", b"\n\n"])
def test_each_end_of_a_line(begin: bytes, end: bytes) -> None:
    assert texts("lines", begin + ISBN.encode() + end) == [ISBN]


@pytest.mark.parametrize(
    "text", ["AB-17", "五年级二班 王小明", "西游记（上）", "Bücher", "学号：0042", "𠮷野家", "a b", "]C1010123"]
)
def test_lines_in_utf_8_and_gb18030(text: str) -> None:
    assert texts("lines", text.encode() + b"\r\n") == [text]
    if text != "Bücher":
        assert texts("lines", text.encode("gb18030") + b"\r\n") == [text]


def test_lines_come_in_order_however_they_are_cut() -> None:
    rows, rng = ["AB-17", ISBN, "五年级", "x"], Random(8)
    data = b"\x02AB-17\x03\r\n" + ISBN.encode() + b"\t" + "五年级".encode() + b"\x00" + "x".encode("gb18030") + b"\r"
    assert texts("lines", data) == rows
    assert texts("lines", *(data[at : at + 1] for at in range(len(data)))) == rows
    for _ in range(20):
        cut = rng.randrange(1, len(data))
        assert texts("lines", data[:cut], data[cut:]) == rows


@pytest.mark.parametrize("data", [b"", b"\r\n", b"\n\n\t\x00", b"\x02\x03"])
def test_no_line_is_exit_1(data: bytes) -> None:
    assert decode("lines", data).status == 1
