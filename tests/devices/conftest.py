from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kiosk.devices.readers import reader
from kiosk.runtime.reader import Reader
from tests.devices.ptys import Settings, Wire
from tests.runtime.waiting import Crashes, Posted


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(tmp_path)
    yield wire
    wire.unplug()


@pytest.fixture
def posted() -> Posted:
    return Posted()


@pytest.fixture
def start(posted: Posted) -> Iterator[Callable[[Settings], Reader]]:
    """Starts the real driver of a reader, closes it after the test and lets no crash pass."""
    crashes, readers = Crashes(), list[Reader]()

    def start(settings: Settings) -> Reader:
        part = reader("desk", settings, posted.post, crashes)
        part.start()
        readers.append(part)
        return part

    yield start
    for part in readers:
        part.close()
    assert crashes.errors == []
