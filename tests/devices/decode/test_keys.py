from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode.framing import STALE_S, Dropped, Framing, Read, Text, Trouble
from kiosk.devices.decode.keys import PAUSE_S, SCAN_CHARACTERS_MAX, KeyEvent, Keys, Records
from tests.devices.decode.scanner import (
    CAPS,
    ENTER,
    ESC,
    EVERY_CHARACTER,
    F1,
    KP,
    KP_ENTER,
    LEFT_ALT,
    LEFT_CTRL,
    LEFT_META,
    LEFT_SHIFT,
    PLAIN,
    TAB,
    A,
    J,
    O,
    Scanner,
)
from tests.devices.streams import cuts, each_way


def reads_of(scanner: Scanner, framing: Framing = Framing.LEARN) -> list[Read]:
    keys = Keys(framing)
    return keys.feed(scanner.events) + keys.end()


def records_decoded(chunks: Sequence[bytes]) -> list[Read]:
    records, keys = Records(), Keys(Framing.PAUSE)
    reads = [read for chunk in chunks for read in keys.feed(records.feed(chunk))]
    return reads + keys.end()


CASES: list[tuple[str, Callable[[Scanner], Scanner], list[Read]]] = [
    ("a barcode with Enter", lambda s: s.type("9787101003048\n"), [Text("9787101003048")]),
    ("every character of the US layout", lambda s: s.type(EVERY_CHARACTER + "\n"), [Text(EVERY_CHARACTER)]),
    ("keypad Enter", lambda s: s.type("B17").press(KP_ENTER), [Text("B17")]),
    ("Tab", lambda s: s.type("B17").press(TAB), [Text("B17")]),
    ("two Enters", lambda s: s.type("B17\n\nB18\n\n"), [Text("B17"), Text("B18")]),
    (
        "carriage return and line feed",
        lambda s: s.type("B17\n").press(LEFT_CTRL, J).type("B18\n"),
        [Text("B17"), Text("B18")],
    ),
    ("Enter before the data", lambda s: s.type("\nB17"), [Text("B17")]),
    ("only Enter", lambda s: s.type("\n\n\n"), []),
    ("a lone Shift", lambda s: s.press(LEFT_SHIFT).type("b17\n"), [Text("b17")]),
    ("no suffix", lambda s: s.type("B17"), [Text("B17")]),
    ("no suffix, two scans", lambda s: s.type("B17").wait(0.2).type("B18"), [Text("B17"), Text("B18")]),
    ("keypad digits", lambda s: s.press(KP["3"]).press(KP["0"]).press(KP["7"]).press(ENTER), [Text("307")]),
    ("keypad signs", lambda s: s.press(55).press(74).press(78).press(83).press(98).press(ENTER), [Text("*-+./")]),
    ("Num Lock around the scan", lambda s: s.press(69).type("17").press(69).type("\n"), [Text("17")]),
    ("Caps Lock", lambda s: s.press(CAPS).type("b1").press(CAPS).type("b\n"), [Text("B1b")]),
    ("Caps Lock and Shift", lambda s: s.press(CAPS).type("aB1\n"), [Text("Ab1")]),
    ("Caps Lock is forgotten after the scan", lambda s: s.press(CAPS).type("b\nb\n"), [Text("B"), Text("b")]),
    ("Esc", lambda s: s.type("30").press(ESC).type("01\n3002\n"), [Dropped(Trouble.CONTROL_KEYS), Text("3002")]),
    ("an F key", lambda s: s.type("30").press(F1).type("01\n"), [Dropped(Trouble.CONTROL_KEYS)]),
    ("Ctrl", lambda s: s.type("30").press(LEFT_CTRL, O).type("01\n"), [Dropped(Trouble.CONTROL_KEYS)]),
    ("Ctrl at the start", lambda s: s.press(LEFT_CTRL, O).type("01\n"), [Dropped(Trouble.CONTROL_KEYS)]),
    ("line feed inside", lambda s: s.type("30").press(LEFT_CTRL, J).type("01\n"), [Dropped(Trouble.CONTROL_KEYS)]),
    ("Meta", lambda s: s.type("30").press(LEFT_META, A).type("\n"), [Dropped(Trouble.CONTROL_KEYS)]),
    (
        "Alt and keypad digits",
        lambda s: s.press(LEFT_ALT, KP["0"], KP["8"], KP["3"]).type("\n"),
        [Dropped(Trouble.ALT_MODE)],
    ),
    (
        "an overrun and the rest of the scan",
        lambda s: s.type("97").overrun().type("48\n9787\n"),
        [Dropped(Trouble.OVERRUN), Text("9787")],
    ),
    (
        "an overrun that took the suffix",
        lambda s: s.type("97").overrun().type("48").wait(0.2).type("9787\n"),
        [Dropped(Trouble.OVERRUN), Text("9787")],
    ),
    ("the longest scan", lambda s: s.type("7" * SCAN_CHARACTERS_MAX + "\n"), [Text("7" * SCAN_CHARACTERS_MAX)]),
    (
        "one character more",
        lambda s: s.type("7" * (SCAN_CHARACTERS_MAX + 1) + "\n8\n"),
        [Dropped(Trouble.TOO_LONG), Text("8")],
    ),
    ("four thousand characters", lambda s: s.type("7" * 4096 + "\n8\n"), [Dropped(Trouble.TOO_LONG), Text("8")]),
]


@pytest.mark.parametrize(("scan", "expected"), [pytest.param(scan, reads, id=name) for name, scan, reads in CASES])
def test_a_scan_comes_whole_or_not_at_all(scan: Callable[[Scanner], Scanner], expected: list[Read]) -> None:
    assert reads_of(scan(Scanner()), Framing.PAUSE) == expected
    each_way(records_decoded, scan(Scanner()).records(), expected)


@given(st.text("0123456789ABCXYZabcxyz-./ $", min_size=1, max_size=40), cuts())
def test_records_may_be_cut_anywhere(text: str, cut_at: list[int]) -> None:
    each_way(records_decoded, Scanner().type(f"{text}\n").records(), [Text(text)], cut_at)


@given(st.binary(max_size=400))
def test_rubbish_before_a_scan_costs_no_more_than_that_it_is_scanned_again(rubbish: bytes) -> None:
    rubbish += bytes(-len(rubbish) % 24)
    scan = Scanner().type("\n3001\n").records()
    assert Text("3001") in records_decoded([rubbish, scan, scan])


def test_a_held_key_counts_once() -> None:
    scanner = Scanner().key(PLAIN["7"], 1).report()
    for _ in range(20):
        scanner.key(PLAIN["7"], 2).report()
    assert reads_of(scanner.key(PLAIN["7"], 0).report().type("\n")) == [Text("7")]


def test_rollover_without_an_all_up_report_is_read() -> None:
    one, two = PLAIN["1"], PLAIN["2"]
    scanner = Scanner().key(one, 1).report().key(one, 0).key(two, 1).report().key(two, 0).report()
    assert reads_of(scanner.type("\n")) == [Text("12")]


def test_shift_released_before_its_key_in_the_same_report_does_not_reach_the_next_key() -> None:
    scanner = Scanner().key(LEFT_SHIFT, 1).key(A, 1).report().key(LEFT_SHIFT, 0).key(A, 0).key(PLAIN["b"], 1).report()
    assert reads_of(scanner.key(PLAIN["b"], 0).report().type("\n")) == [Text("Ab")]


def test_a_scanner_without_suffix_is_read_by_silence() -> None:
    scanner, keys = Scanner().type("3001"), Keys()
    assert keys.feed(scanner.events) == []
    due_s = keys.deadline_s()
    assert due_s is not None
    assert keys.silence(due_s - 0.001) == []
    assert keys.silence(due_s) == [Text("3001")]
    assert keys.deadline_s() is None


def test_after_the_first_suffix_a_hiccup_does_not_cut_a_code_in_two() -> None:
    scanner = Scanner().type("3001\n").type("30").wait(PAUSE_S * 3).type("02\n")
    assert reads_of(scanner) == [Text("3001"), Text("3002")]


def test_after_the_first_suffix_an_unfinished_scan_is_dropped_after_a_second() -> None:
    scanner = Scanner().type("3001\n").type("30").wait(STALE_S * 2).type("3002\n")
    assert reads_of(scanner) == [Text("3001"), Dropped(Trouble.UNFINISHED), Text("3002")]
    assert reads_of(Scanner().type("3001\n").type("30")) == [Text("3001"), Dropped(Trouble.UNFINISHED)]


def test_a_scanner_set_to_a_suffix_never_ends_by_a_pause() -> None:
    assert reads_of(Scanner().type("30").wait(0.5).type("01\n"), Framing.SUFFIX) == [Text("3001")]
    assert reads_of(Scanner().type("30"), Framing.SUFFIX) == [Dropped(Trouble.UNFINISHED)]


def test_a_suffix_that_comes_before_the_data_is_not_taken_for_one_behind_it() -> None:
    scanner = Scanner().type("\n3001").wait(0.2).type("\n3002")
    assert reads_of(scanner) == [Text("3001"), Text("3002")]


def test_a_clock_that_steps_back_is_no_pause() -> None:
    assert reads_of(Scanner().type("30").wait(-3600.0).type("01\n")) == [Text("3001")]


def test_caps_lock_after_the_suffix_does_not_reach_the_next_scan() -> None:
    scanner = Scanner().press(CAPS).type("b17\n").press(CAPS).wait(2.0).press(CAPS).type("b18\n").press(CAPS)
    assert reads_of(scanner) == [Text("B17"), Text("B18")]


def test_a_modifier_lost_in_an_overrun_does_not_stick() -> None:
    scanner = Scanner().key(LEFT_SHIFT, 1).report().overrun().type("\nb17\n")
    assert reads_of(scanner) == [Dropped(Trouble.OVERRUN), Text("b17")]


def test_a_modifier_that_is_down_when_the_device_is_asked_counts() -> None:
    keys = Keys()
    keys.resync([LEFT_SHIFT, PLAIN["7"]])
    assert keys.feed(Scanner().type("b\n").events) == [Text("B")]


@given(st.lists(st.builds(KeyEvent, st.integers(0, 5), st.integers(0, 200), st.integers(-1, 2), st.floats(0, 10))))
def test_random_events_are_survived_and_nothing_waits_for_ever(events: list[KeyEvent]) -> None:
    keys = Keys()
    keys.feed(events)
    keys.silence(1_000.0)
    assert keys.deadline_s() is None
