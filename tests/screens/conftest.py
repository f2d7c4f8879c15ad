"""A display and glasses for the tests of this folder; the Chinese font is extracted once if it is not there yet."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from kiosk.screens.fonts import extract
from tests.screens.xvfb import xvfb

ROOT = Path(__file__).resolve().parents[2]
TRIES = 200


class Told:
    """The other end of a `performer`."""

    def __init__(self, display: int, *arguments: str, **environment: str) -> None:
        self.display = display
        keys = ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        kept = {key: os.environ[key] for key in keys if key in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.screens.performer", *arguments],
            cwd=ROOT,
            env=kept | {"DISPLAY": f":{display}"} | environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def tell(self, do: str, **what: Any) -> Any:
        """One command and its answer."""
        into, out = self.process.stdin, self.process.stdout
        assert into is not None
        assert out is not None
        into.write(json.dumps({"do": do, **what}) + "\n")
        into.flush()
        return self._answer(out)

    def _answer(self, out: IO[str]) -> Any:
        line = out.readline()
        assert line, f"the glass ended with {self.process.wait()}"
        return json.loads(line)

    def until(self, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        """Waits for a state of the glass; each question takes a frame."""
        for _ in range(TRIES):
            state: dict[str, Any] = self.tell("state")
            if holds(state):
                return state
        raise AssertionError(f"never so: {state}")

    def show(self, page: str, serial: int, language: str = "zh_CN") -> dict[str, Any]:
        """Shows a sample page and waits until it is drawn and stands still."""
        self.tell("show", page=page, language=language, serial=serial)
        return self.until(lambda state: serial in state["drawn"] and state["still"])

    def close(self) -> None:
        """Ends the process."""
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                stream.close()
        self.process.terminate()
        self.process.wait()


@pytest.fixture(scope="session")
def fonts() -> None:
    """The Simplified face, taken out of the collection."""
    extract()


@pytest.fixture(scope="session")
def display(fonts: None) -> Iterator[int]:
    """An X server."""
    with xvfb() as number:
        yield number


@pytest.fixture
def glass(display: int) -> Iterator[Told]:
    """A glass of 1024×600."""
    told = Told(display, "1024x600")
    yield told
    told.close()
