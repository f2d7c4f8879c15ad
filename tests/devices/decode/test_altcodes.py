from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.altcodes import CODECS
from kiosk.devices.decode.framing import Dropped, Framing, Read, Text, Trouble
from kiosk.devices.decode.keys import KeyEvent, Keys
from tests.devices.decode.scanner import ENTER, F1, KP, LEFT_ALT, LEFT_CTRL, PLAIN, A, Scanner

ALT_MODE: list[Read] = [Dropped(Trouble.ALT_MODE)]
UNREADABLE: list[Read] = [Dropped(Trouble.UNREADABLE)]


def reads_of(scanner: Scanner, alt: str = "gbk", framing: Framing = Framing.SUFFIX) -> list[Read]:
    keys = Keys(framing, alt=alt)
    return keys.feed(scanner.events) + keys.end()


def codes_of(text: str, encoding: str) -> list[str]:
    """Each byte as a code of the ANSI code page."""
    return [f"{byte:04}" for byte in text.encode(encoding)]


CASES: list[tuple[str, str, Callable[[Scanner], Scanner], list[Read]]] = [
    ("three digits", "gbk", lambda s: s.alt("083", "048", "055").type("\n"), [Text("S07")]),
    ("four digits", "gbk", lambda s: s.alt("0083").type("\n"), [Text("S")]),
    ("two codes a Hanzi", "gbk", lambda s: s.alt("0214", "0208", "0185", "0250").type("\n"), [Text("中国")]),
    ("two codes without the 0", "gbk", lambda s: s.alt("214", "208").type("\n"), [Text("中")]),
    ("both bytes in one code", "gbk", lambda s: s.alt("54992", "47610").type("\n"), [Text("中国")]),
    ("UTF-8", "utf-8", lambda s: s.alt(*codes_of("张小一", "utf-8")).type("\n"), [Text("张小一")]),
    ("cp1252", "cp1252", lambda s: s.alt("0233", "0128", "101").type("\n"), [Text("é€e")]),
    ("plain keys between codes", "gbk", lambda s: s.type("B").alt("0214", "0208").type("17\n"), [Text("B中17")]),
    ("GS stays, as in every text", "gbk", lambda s: s.type("01").alt("029").type("10\n"), [Text("01\x1d10")]),
    ("carriage return as a code", "gbk", lambda s: s.alt("083", "013", "010", "084", "013"), [Text("S"), Text("T")]),
    ("Tab as a code", "gbk", lambda s: s.alt("083", "009"), [Text("S")]),
    ("Num Lock inside", "gbk", lambda s: s.press(69).alt("083").press(69).type("\n"), [Text("S")]),
    ("right Alt", "gbk", lambda s: s.key(100, 1).report().press(KP["0"]).press(KP["8"]).press(KP["3"]).key(100, 0)
        .report().type("\n"), [Text("S")]),
    ("two digits", "gbk", lambda s: s.alt("083", "83").type("\n3001\n"), [*ALT_MODE, Text("3001")]),
    ("six digits", "gbk", lambda s: s.alt("054992").type("\n"), ALT_MODE),
    ("a lone Alt", "gbk", lambda s: s.alt("").type("\n"), ALT_MODE),
    ("not on the keypad", "gbk", lambda s: s.press(LEFT_ALT, PLAIN["8"]).type("\n"), ALT_MODE),
    ("an F key", "gbk", lambda s: s.type("30").press(LEFT_ALT, F1).type("01\n"), ALT_MODE),
    ("Enter inside", "gbk", lambda s: s.press(LEFT_ALT, ENTER).type("01\n"), ALT_MODE),
    ("Ctrl and Alt", "gbk", lambda s: s.press(LEFT_CTRL, LEFT_ALT, KP["8"]).type("01\n"),
        [Dropped(Trouble.CONTROL_KEYS)]),
    ("half a Hanzi and Enter", "gbk", lambda s: s.alt("0214").type("\n3001\n"), [*UNREADABLE, Text("3001")]),
    ("half a Hanzi and a key", "gbk", lambda s: s.alt("0214").type("17\n"), UNREADABLE),
    ("no text in GBK", "gbk", lambda s: s.alt("0255", "0255").type("\n"), UNREADABLE),
    ("no text in UTF-8", "utf-8", lambda s: s.alt("0214", "0208").type("\n"), UNREADABLE),
    ("a code point is no byte", "utf-8", lambda s: s.alt("20013").type("\n"), UNREADABLE),
    ("more than two bytes", "gbk", lambda s: s.alt("99999").type("\n"), UNREADABLE),
    ("an unknown OEM code page", "cp1252", lambda s: s.alt("233").type("\n"), UNREADABLE),
    ("a hole in cp1252", "cp1252", lambda s: s.alt("0129").type("\n"), UNREADABLE),
    ("no mode, as before", "", lambda s: s.alt("083").type("\n"), ALT_MODE),
]  # fmt: skip


@pytest.mark.parametrize(
    ("alt", "scan", "expected"), [pytest.param(alt, scan, reads, id=name) for name, alt, scan, reads in CASES]
)
def test_alt_codes_are_read_whole_or_not_at_all(
    alt: str, scan: Callable[[Scanner], Scanner], expected: list[Read]
) -> None:
    assert reads_of(scan(Scanner()), alt) == expected


@pytest.mark.parametrize("digits", ["083", "080", "000", "0214"])
def test_the_packed_form_is_a_fault_because_the_kernel_loses_repeated_digits(digits: str) -> None:
    seen = list(dict.fromkeys(digits))  # what the kernel makes of one report
    scanner = Scanner().press(LEFT_ALT, *(KP[digit] for digit in seen)).type("\n3001\n")
    assert reads_of(scanner) == [*ALT_MODE, Text("3001")]


def test_digits_that_roll_over_are_a_fault_because_repeated_ones_would_be_lost() -> None:
    scanner = Scanner().key(LEFT_ALT, 1).report().key(KP["0"], 1).report()
    for before, digit in (("0", "8"), ("8", "3")):
        scanner.key(KP[before], 0).key(KP[digit], 1).report()
    scanner.key(KP["3"], 0).report().key(LEFT_ALT, 0).report().type("\n")
    assert reads_of(scanner) == ALT_MODE


def test_the_first_digit_may_come_with_alt_and_the_last_go_with_it() -> None:
    scanner = Scanner().key(LEFT_ALT, 1).key(KP["0"], 1).report().key(KP["0"], 0).report().press(KP["8"])
    scanner.key(KP["3"], 1).report().key(LEFT_ALT, 0).key(KP["3"], 0).report().type("\n")
    assert reads_of(scanner) == [Text("S")]


def test_a_pause_inside_a_code_drops_it_and_its_rest_is_no_other_code() -> None:
    scanner = Scanner().key(LEFT_ALT, 1).report().press(KP["1"]).wait(5.0)
    scanner.press(KP["0"]).press(KP["8"]).press(KP["3"]).key(LEFT_ALT, 0).report().type("\n3001\n")
    reads = reads_of(scanner)
    assert reads[-1] == Text("3001")
    assert [read for read in reads if isinstance(read, Text)] == [Text("3001")]


def test_after_an_overrun_what_is_left_of_a_code_does_not_end_the_scan() -> None:
    scanner = Scanner().type("97").key(LEFT_ALT, 1).report().press(KP["0"]).overrun()
    scanner.press(KP["1"]).press(KP["3"]).key(LEFT_ALT, 0).report().type("0048\n9787\n")
    keys = Keys(Framing.SUFFIX, alt="gbk")
    reads: list[Read] = []
    for event in scanner.events:
        reads += keys.feed([event])
        if keys.was_overrun:
            keys.resync([LEFT_ALT])
    assert reads == [Dropped(Trouble.OVERRUN), Text("9787")]


def test_without_a_suffix_silence_ends_a_scan_of_codes_but_not_half_a_character() -> None:
    assert reads_of(Scanner().alt("0214", "0208"), framing=Framing.PAUSE) == [Text("中")]
    assert reads_of(Scanner().alt("0214"), framing=Framing.PAUSE) == UNREADABLE
    assert reads_of(Scanner().alt("0214"), framing=Framing.SUFFIX) == [Dropped(Trouble.UNFINISHED)]


@pytest.mark.parametrize("alt", CODECS)
@given(text=st.text("0123456789ABC-/ é", min_size=1, max_size=20))
def test_what_is_encoded_comes_back(alt: str, text: str) -> None:
    scanner = Scanner().alt(*codes_of(text, CODECS[alt])).type("\n")
    assert reads_of(scanner, alt) == [Text(text)]


@pytest.mark.parametrize("alt", CODECS)
@given(
    events=st.lists(
        st.builds(
            KeyEvent,
            st.integers(0, 1),
            st.sampled_from([0, 3, LEFT_ALT, ENTER, A, *KP.values()]),
            st.integers(0, 2),
            st.floats(0, 10),
        ),
        max_size=80,
    )
)
def test_random_events_around_alt_are_survived_and_nothing_waits_for_ever(alt: str, events: list[KeyEvent]) -> None:
    keys = Keys(alt=alt)
    keys.feed(events)
    keys.silence(1_000.0)
    assert keys.deadline_s() is None
