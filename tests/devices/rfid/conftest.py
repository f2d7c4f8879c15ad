from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.rfid.driver import Pad, RfidFeed, start_feed
from kiosk.devices.rfid.link import Link
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.reader import Reader
from tests.devices.ptys import Settings
from tests.devices.rfid.linepad import LineModel, LinePad
from tests.runtime.waiting import Crashes, Posted


@pytest.fixture
def pad(tmp_path: Path) -> Iterator[LinePad]:
    pad = LinePad(tmp_path)
    yield pad
    pad.unplug()


@pytest.fixture
def read_pad(pad: LinePad, posted: Posted) -> Iterator[Callable[..., Reader]]:
    """Starts the driver over the line pad as the reader `pad`, closes it after the test and lets no crash pass."""
    crashes, readers = Crashes(), list[Reader]()

    def read_pad(*, security: str = "none", card_to: str = "", can_reach_tags: bool = True) -> Reader:
        settings = Settings(str(pad.path), kind="rl866", security=security, card_to=card_to)
        kept = Pad("pad", settings, posted.post)

        def open_feed() -> RfidFeed:
            port = SerialPort(settings.device, settings.baud)
            return start_feed(port, LineModel(Link(port), can_reach_tags=can_reach_tags), kept)

        part = Reader("pad", open_feed, posted.post, crashes)
        readers.append(part)
        part.start()
        return part

    yield read_pad
    for part in readers:
        part.close()
    assert crashes.errors == []
