"""What the hand-written HF pads have in common: ISO 15693 tags in a field, and a thread at the far end of a wire."""

import contextlib
import os
import select
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from tests.devices.ptys import Wire

Spoil = Callable[[bytes], bytes]


def crc16(data: bytes) -> bytes:
    """CRC-16 bit by bit: polynomial 8408 reflected, begun with FFFF, low byte first."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0x8408 if crc & 1 else crc >> 1
    return bytes((crc & 0xFF, crc >> 8))


@dataclass
class IsoTag:
    """A tag of 28 blocks of four bytes, as an ICODE SLIX has them. A locked one refuses writing, one that fails to
    write says that it did and keeps what it had.
    """

    uid: str
    afi: int = 0x07
    dsfid: int = 0x00
    memory: bytearray = field(default_factory=lambda: bytearray(112))
    block_size: int = 4
    is_locked: bool = False
    fails_writes: bool = False

    @property
    def blocks(self) -> int:
        return len(self.memory) // self.block_size

    def read(self, start: int, blocks: int) -> bytes | None:
        """The blocks; None where one is not there."""
        if start + blocks > self.blocks:
            return None
        return bytes(self.memory[start * self.block_size : (start + blocks) * self.block_size])

    def write(self, start: int, data: bytes) -> bool:
        """Whether the tag says that it wrote."""
        at = start * self.block_size
        if self.is_locked or at + len(data) > len(self.memory) or len(data) % self.block_size:
            return False
        if not self.fails_writes:
            self.memory[at : at + len(data)] = data
        return True

    def write_afi(self, afi: int) -> bool:
        """Whether the tag says that it wrote."""
        if not self.is_locked and not self.fails_writes:
            self.afi = afi
        return not self.is_locked


class HfDevice:
    """A pad with a field of tags. It answers in a thread of its own until it is closed or unplugged."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.field: dict[str, IsoTag] = {}
        self.is_silent = False
        self.spoils: list[Spoil] = []  # what happens to the next answers, one after the other
        self.before: Callable[[str], None] = lambda _: None  # called with each command before it is carried out
        self.asked: list[str] = []
        self._buffer = bytearray()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def put(self, *tags: IsoTag) -> None:
        """Lay tags on the pad."""
        self.field = self.field | {tag.uid: tag for tag in tags}

    def lift(self, uid: str) -> None:
        """Take a tag away."""
        self.field = {other: tag for other, tag in self.field.items() if other != uid}

    def take_frame(self, buffer: bytearray) -> bytes | None:
        """Cut the next whole frame off `buffer`."""
        raise NotImplementedError

    def answer(self, frame: bytes) -> bytes | None:
        """What the pad says to `frame`."""
        raise NotImplementedError

    def power_up(self) -> None:
        """Forget everything that is lost without power."""

    def heard(self, command: str) -> None:
        """Count a command, and let a test change the world before it is carried out."""
        self.asked.append(command)
        self.before(command)

    def start(self) -> None:
        self.power_up()
        self._buffer.clear()
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="HF pad", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def unplug(self) -> None:
        self.close()
        self.wire.unplug()

    def plug_in(self) -> None:
        self.close()
        self.wire.plug_in()
        self.start()

    def unplug_in_mid_frame(self) -> None:
        """The next answer breaks off in its middle, and the pad is gone."""

        def half(answer: bytes) -> bytes:
            self._stop.set()
            return answer[: len(answer) // 2]

        self.spoils.append(half)

    def __enter__(self) -> "HfDevice":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        os.set_blocking(self.wire.far_end, False)  # select may speak of a near end that is only just being opened
        while not self._stop.is_set():
            ready, _, _ = select.select([self.wire.far_end], [], [], 0.02)
            if ready:
                try:
                    self._buffer += os.read(self.wire.far_end, 4096)
                except OSError:  # nobody has the near end open
                    time.sleep(0.005)
            while not self._stop.is_set() and (frame := self.take_frame(self._buffer)) is not None:
                self._say(self.answer(frame))

    def _say(self, answer: bytes | None) -> None:
        if answer is None or self.is_silent:
            return
        said = self.spoils.pop(0)(answer) if self.spoils else answer
        with contextlib.suppress(BlockingIOError):
            self.wire.send(said)
        if self._stop.is_set():
            with contextlib.suppress(OSError):
                self.wire.unplug()
