"""What a keyboard scanner's input device gives: 24-byte little-endian input_event records, as Linux lays them out.

Codes are those of linux/input-event-codes.h; the order of events is the kernel's for a HID boot keyboard.
"""

import struct

EV_SYN, EV_KEY, EV_MSC = 0, 1, 4
SYN_REPORT, SYN_DROPPED, MSC_SCAN = 0, 3, 4
ENTER, KPENTER, TAB, SPACE, CAPS = 28, 96, 15, 57, 58
LEFTSHIFT, RIGHTSHIFT, LEFTCTRL, LEFTALT, J = 42, 54, 29, 56, 36

PLAIN = {
    **dict(zip("1234567890-=", range(2, 14), strict=True)),
    **dict(zip("qwertyuiop[]", range(16, 28), strict=True)),
    **dict(zip("asdfghjkl;'`", range(30, 42), strict=True)),
    **dict(zip("\\zxcvbnm,./", range(43, 54), strict=True)),
    " ": SPACE,
}
SHIFTED = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./", strict=True))
KEYPAD = dict(zip("*789-456+1230./", (55, 71, 72, 73, 74, 75, 76, 77, 78, 79, 80, 81, 82, 83, 98), strict=True))


def event(kind: int, code: int, value: int, at_us: int = 0) -> bytes:
    return struct.pack("<qqHHi", 1_700_000_000 + at_us // 1_000_000, at_us % 1_000_000, kind, code, value)


def syn(at_us: int = 0) -> bytes:
    return event(EV_SYN, SYN_REPORT, 0, at_us)


def down(*codes: int, at_us: int = 0) -> bytes:
    """One report in which keys go down."""
    return b"".join(event(EV_MSC, MSC_SCAN, 0x70000 + code) + event(EV_KEY, code, 1, at_us) for code in codes) + syn(
        at_us
    )


def up(*codes: int, at_us: int = 0) -> bytes:
    return b"".join(event(EV_MSC, MSC_SCAN, 0x70000 + code) + event(EV_KEY, code, 0, at_us) for code in codes) + syn(
        at_us
    )


def press(*codes: int, at_us: int = 0) -> bytes:
    return down(*codes, at_us=at_us) + up(*codes, at_us=at_us)


def repeat(code: int) -> bytes:
    return event(EV_KEY, code, 2) + syn()


def dropped() -> bytes:
    return event(EV_SYN, SYN_DROPPED, 0)


def typed(text: str, shift: int = LEFTSHIFT, step_us: int = 2000) -> bytes:
    """A text as a scanner types it, shift in the same report as the key."""
    out = b""
    for number, letter in enumerate(text):
        at_us = number * step_us
        plain = SHIFTED.get(letter, letter.lower())
        is_shifted = plain != letter
        out += press(*([shift] if is_shifted else []), PLAIN[plain], at_us=at_us)
    return out


def keypad(text: str) -> bytes:
    return b"".join(press(KEYPAD[letter]) for letter in text)
