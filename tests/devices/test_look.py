import threading
import time
from collections.abc import Callable

import pytest

from kiosk.devices.look import Fault, Seen, Wrong, look
from kiosk.devices.serialline import SerialPort
from kiosk.devices.shapes import Kind, Shape, shape_of_tag, shape_of_text
from tests.devices.ptys import Settings, Wire

WAIT_S = 1.0


def seen_at(
    wire: Wire,
    settings: Settings,
    send: bytes = b"",
    *,
    kiosk_runs: bool = False,
    act: Callable[[], None] | None = None,
) -> Seen:
    """What is seen of a reader whose device sends this once somebody listens."""

    def ready() -> None:
        if act is not None:
            act()
        if send:
            threading.Thread(target=wire.send, args=(send,), daemon=True).start()

    (seen,) = look(
        {"desk": settings}, WAIT_S if send or act else 0.0, time.monotonic, kiosk_runs=kiosk_runs, ready=ready
    )
    return seen


def test_a_scanner_that_is_well_is_told_with_the_form_of_what_it_read(wire: Wire) -> None:
    seen = seen_at(wire, Settings(str(wire.path)), b"9787101003048\r\n30001234\r\n")
    assert (seen.is_open, seen.wrong) == (True, [])
    assert [shape for _, shape in seen.reads] == [Shape(Kind.ISBN, 13), Shape(Kind.DIGITS, 8)]


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        pytest.param(b"\xff\xfe" * 40 + b"\r", Fault.NOISE, id="wrong speed"),
        pytest.param(b"30\x1b\x0101234\r", Fault.NOISE, id="control characters"),
        pytest.param(b"30001234", Fault.NO_SUFFIX, id="no suffix"),
        pytest.param(b"9787101003047\r", Fault.CHECK_DIGIT, id="a digit was lost"),
        pytest.param(b"7" * 3000 + b"\r", Fault.DROPPED, id="far too long"),
    ],
)
def test_what_is_wrong_with_what_came_has_a_name(wire: Wire, sent: bytes, fault: Fault) -> None:
    assert fault in [wrong.fault for wrong in seen_at(wire, Settings(str(wire.path)), sent).wrong]


def test_a_scanner_that_is_meant_to_send_no_suffix_is_well(wire: Wire) -> None:
    assert seen_at(wire, Settings(str(wire.path), framing="pause"), b"30001234").wrong == []


def test_a_card_reader_tells_the_size_of_the_uid(wire: Wire) -> None:
    seen = seen_at(wire, Settings(str(wire.path), kind="rdm6300"), b"\x0262E3086CED08\x03")
    assert (seen.reads, seen.wrong) == ([("62E3086CED", Shape(Kind.CARD, 5))], [])


def test_a_device_that_is_not_there_is_absent(wire: Wire) -> None:
    wire.unplug()
    seen = seen_at(wire, Settings(str(wire.path)))
    assert (seen.place, seen.is_open) == (None, False)
    assert [wrong.fault for wrong in seen.wrong] == [Fault.ABSENT]


@pytest.mark.parametrize(("kiosk_runs", "fault"), [(False, Fault.HELD), (True, Fault.HELD_BY_KIOSK)])
def test_a_port_that_is_taken_is_held_by_the_kiosk_or_another_program(
    wire: Wire, kiosk_runs: bool, fault: Fault
) -> None:
    port = SerialPort(str(wire.path), 9600)
    seen = seen_at(wire, Settings(str(wire.path)), kiosk_runs=kiosk_runs)
    port.close()
    assert [wrong.fault for wrong in seen.wrong] == [fault]


def test_a_device_that_is_pulled_out_meanwhile_is_unplugged(wire: Wire) -> None:
    seen = seen_at(wire, Settings(str(wire.path)), act=wire.unplug)
    assert [wrong.fault for wrong in seen.wrong] == [Fault.UNPLUGGED]


def test_a_reader_that_does_not_answer_says_so(wire: Wire) -> None:
    seen = seen_at(wire, Settings(str(wire.path), kind="rl866"))
    assert [wrong.fault for wrong in seen.wrong] == [Fault.NO_ANSWER]
    assert not seen.is_open


def test_settings_that_cannot_work_are_told_and_nothing_is_opened(wire: Wire) -> None:
    seen = seen_at(wire, Settings(str(wire.path), card_from="3D5D", card_to="10D"))
    assert [wrong.fault for wrong in seen.wrong] == [Fault.SETTINGS]


def test_a_reader_without_a_kind_is_passed_over(wire: Wire) -> None:
    assert look({"desk": Settings(str(wire.path), kind="")}, 0.0, time.monotonic, kiosk_runs=False) == []


def test_the_first_read_can_end_it(wire: Wire) -> None:
    (seen,) = look(
        {"desk": Settings(str(wire.path))},
        60.0,
        time.monotonic,
        kiosk_runs=False,
        ready=lambda: wire.send(b"30001234\r"),
        only_one=True,
    )
    assert [text for text, _ in seen.reads] == ["30001234"]


def test_the_same_fault_is_told_once() -> None:
    seen = Seen("desk", Settings("/dev/ttyS0"))
    seen.add(Fault.ALT_MODE)
    seen.add(Fault.ALT_MODE)
    assert seen.wrong == [Wrong(Fault.ALT_MODE)]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("9787101003048", Shape(Kind.ISBN, 13)),
        ("6901028225168", Shape(Kind.EAN, 13)),
        ("30234000517861", Shape(Kind.LUHN, 14)),
        ("0126680143", Shape(Kind.DIGITS, 10)),
        ("62E3086CED", Shape(Kind.HEX, 10)),
        ("I247.5/17", Shape(Kind.TEXT, 9)),
        ("五(2)班 17", Shape(Kind.CHINESE, 8)),
        ("30\x1d01", Shape(Kind.CONTROL, 5)),
        ("", Shape(Kind.CONTROL, 0)),
    ],
)
def test_the_form_of_a_text(text: str, shape: Shape) -> None:
    assert shape_of_text(text) == shape


@pytest.mark.parametrize(
    ("uid", "shape"),
    [
        ("078CFC4F", Shape(Kind.CARD, 4)),
        ("04A1B2C3D4E5F6", Shape(Kind.CARD, 7)),
        ("E004010012345678", Shape(Kind.TAG, 8)),
        ("E2801160600002084D3F5A11", Shape(Kind.EPC, 12)),
    ],
)
def test_the_form_of_a_tag(uid: str, shape: Shape) -> None:
    assert shape_of_tag(uid) == shape
