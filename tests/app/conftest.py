from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.demo.display import own_display
from tests.app.kiosks import Place


@pytest.fixture(scope="module")
def display() -> Iterator[None]:
    with own_display():
        yield


@pytest.fixture
def place(tmp_path: Path, display: None) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.wires.close()
