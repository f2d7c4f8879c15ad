"""A serial port on which questions are asked: send a command, wait for its answer, no longer than it may take."""

import select
from collections.abc import Callable
from typing import Final, TypeVar

from kiosk.devices.decode.frames import Frames
from kiosk.devices.rfid.model import NoAnswer
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.now import monotonic_s

Frame = TypeVar("Frame")

FRAMES_KEPT_MAX: Final = 1024
DRAINED_MAX: Final = 64


class Link:
    """The reader at the other end of `port`. Whatever goes wrong with the port is an `OSError`."""

    def __init__(self, port: SerialPort, now_s: Callable[[], float] = monotonic_s) -> None:
        self._port = port
        self._now_s = now_s

    def __repr__(self) -> str:
        return f"<Link {self._port!r}>"

    def send(self, data: bytes) -> None:
        """Write all of `data`."""
        self._port.write(data)

    def receive(self, timeout_s: float) -> bytes:
        """The bytes that are there, or come within `timeout_s`; empty when none did."""
        ready, _, _ = select.select([self._port.fileno()], [], [], max(0.0, timeout_s))
        return self._port.read() if ready else b""

    def ask(self, question: bytes, codec: Frames[Frame], is_answer: Callable[[Frame], bool], timeout_s: float) -> Frame:
        """Send `question`; the first frame that is its answer. What else comes is passed over. Raises NoAnswer."""
        self.send(question)
        return self.collect(codec, is_answer, timeout_s)[-1]

    def collect(self, codec: Frames[Frame], is_last: Callable[[Frame], bool], timeout_s: float) -> list[Frame]:
        """All frames up to the one that `is_last`. Raises NoAnswer when it did not come within `timeout_s`."""
        frames: list[Frame] = []
        until_s = self._now_s() + timeout_s
        while (left_s := until_s - self._now_s()) > 0 and len(frames) < FRAMES_KEPT_MAX:
            data = self.receive(left_s)
            for frame in codec.feed(data) if data else codec.end():
                frames.append(frame)
                if is_last(frame):
                    return frames
        raise NoAnswer(f"{self._port.path}: no answer within {timeout_s:g} s ({len(frames)} other frames)")

    def listen(self, codec: Frames[Frame], for_s: float) -> list[Frame]:
        """All frames that come within `for_s`."""
        frames: list[Frame] = []
        until_s = self._now_s() + for_s
        while (left_s := until_s - self._now_s()) > 0 and len(frames) < FRAMES_KEPT_MAX:
            frames += codec.feed(self.receive(left_s))
        return frames

    def drain(self) -> None:
        """Throw away what has come and was not asked for; a device that never stops talking is left to talk."""
        for _ in range(DRAINED_MAX):
            if not self.receive(0):
                return
