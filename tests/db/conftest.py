from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.db.schools import Place, place_at


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = place_at(tmp_path)
    yield place
    place.db.close()
