from collections.abc import Callable

import pytest

from kiosk.circulation.events import Event, Misread, PartUp, Scan, Tags
from kiosk.devices.decode.framing import Dropped, Text, Trouble
from kiosk.devices.part import is_at_port
from kiosk.devices.readers import reader
from kiosk.devices.typed import Typed
from kiosk.runtime.reader import Reader
from tests.devices.ptys import Settings, Wire
from tests.runtime.waiting import Crashes, Posted

PORT = "/dev/ttyS0"


@pytest.mark.parametrize(
    ("settings", "text", "event"),
    [
        (Settings(PORT), "]E09787101003048", Scan("desk", "]E09787101003048")),
        (Settings(PORT, aim=True), "]E09787101003048]E112", Scan("desk", "9787101003048")),
        (Settings(PORT, aim=True), "30001234", Scan("desk", "30001234")),
        (Settings(PORT, card_from="10D", card_to="8H"), "0126680143", Scan("desk", "078CFC4F")),
        (Settings(PORT, card_from="10D", card_to="8H"), " 0126680143 ", Scan("desk", "078CFC4F")),
        (Settings(PORT, card_from="10D", card_to="uid"), "0126680143", Tags("desk", ("078CFC4F",))),
        (Settings(PORT, card_from="10D", card_to="uid"), "9787101003048", Scan("desk", "9787101003048")),
        (Settings(PORT, aim=True, card_from="8H", card_to="10D"), "]C0078CFC4F", Scan("desk", "0126680143")),
    ],
)
def test_a_text_becomes_what_the_settings_say(settings: Settings, text: str, event: Event) -> None:
    assert Typed("desk", settings).events([Text(text), Dropped(Trouble.ALT_MODE)]) == [
        event,
        Misread("desk", "alt_mode"),
    ]


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (Settings(PORT, card_from="3D5D", card_to="10D"), "readers.desk: card_from = .3D5D. tells 3 bytes of a card"),
        (Settings(PORT, card_from="10D"), "readers.desk: card_to is missing"),
        (Settings(PORT, card_to="10D"), "readers.desk: card_from is missing"),
        (Settings(PORT, kind="rdm6300", card_from="10D", card_to="8H"), "readers.desk: card_from is for readers that"),
        (Settings(PORT, kind="rdm6300", card_to="8h"), "readers.desk: card_to = .8h. is no card number format"),
    ],
)
def test_formats_that_cannot_be_are_refused_at_the_start(settings: Settings, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        reader("desk", settings, Posted().post, Crashes())


def test_a_card_reader_on_a_serial_line_gives_the_number_of_the_files(
    wire: Wire, posted: Posted, start: Callable[[Settings], Reader]
) -> None:
    start(Settings(str(wire.path), aim=True, card_from="10D", card_to="10D-reversed"))
    posted.wait_until(PartUp("desk"))
    wire.send(b"0126680143\r\n]C030001234\r\n")
    assert posted.wait_until(Scan("desk", "30001234"))[1:] == [Scan("desk", "1341950983"), Scan("desk", "30001234")]


@pytest.mark.parametrize(
    ("place", "port", "is_there"),
    [
        ("usb-0000:01:00.0-1.1/input0", "usb-0000:01:00.0-1.1", True),
        ("usb-0000:01:00.0-1.1/input0", "usb-0000:01:00.0-1.1/", True),
        ("usb-0000:01:00.0-1.10/input0", "usb-0000:01:00.0-1.1", False),
        ("usb-0000:01:00.0-1.1.2/input0", "usb-0000:01:00.0-1.1", False),
        ("1-1.2:1.0", "1-1.2", True),
        ("1-1.2", "1-1.2", True),
        ("1-1.20", "1-1.2", False),
        ("", "1-1.2", False),
    ],
)
def test_a_port_is_that_port_and_none_behind_it(place: str, port: str, is_there: bool) -> None:
    assert is_at_port(place, port) is is_there
