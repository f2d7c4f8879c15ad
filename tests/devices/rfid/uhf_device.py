"""What the hand-written UHF readers have in common: Gen2 tags in a field, and a thread at the far end of a wire."""

import contextlib
import os
import select
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

from tests.devices.ptys import Wire

Spoil = Callable[[bytes], bytes]


@dataclass
class Gen2Tag:
    """A tag with its EPC bank (CRC, PC, EPC) and user bank."""

    epc: bytes
    pc: int = 0x3107
    user: bytearray = field(default_factory=lambda: bytearray(32))
    antenna: int = 0
    is_locked: bool = False

    def bank(self, number: int) -> bytearray:
        return bytearray(b"\xcc\xcc" + self.pc.to_bytes(2) + self.epc) if number == 1 else self.user

    def read(self, bank: int, start: int, words: int) -> bytes | None:
        """The words; None where one is not there."""
        content = self.bank(bank)
        return bytes(content[2 * start : 2 * (start + words)]) if 2 * (start + words) <= len(content) else None

    def write(self, bank: int, start: int, data: bytes) -> bool:
        """Whether the tag wrote."""
        content = self.bank(bank)
        if self.is_locked or 2 * start + len(data) > len(content):
            return False
        content[2 * start : 2 * start + len(data)] = data
        if bank == 1:
            self.pc, self.epc = int.from_bytes(content[2:4]), bytes(content[4:])
        return True


class UhfDevice:
    """A reader with a field of tags. It answers in a thread of its own until it is closed or unplugged."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.field: list[Gen2Tag] = []
        self.asked: list[tuple[int, bytes]] = []
        self.is_silent = False
        self.unplugs_in_answer = False
        self.spoils: list[Spoil] = []  # what happens to the next answers, one after the other
        self._stop_end, self._end_of_stop = os.pipe()
        self._thread = threading.Thread(target=self._run, name="UHF device")

    def __enter__(self) -> "UhfDevice":
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._end_of_stop)
        self._thread.join()
        os.close(self._stop_end)

    def wait_until_unplugged(self) -> None:
        """Wait until the device has let go of the wire."""
        self._thread.join()

    def count(self, command: int) -> int:
        """How often that was asked."""
        return [asked for asked, _ in self.asked].count(command)

    def cut(self, waiting: bytes) -> tuple[bytes, bytes]:
        """The first whole command in `waiting`, empty if there is none, and the rest."""
        raise NotImplementedError

    def answer(self, command: bytes) -> bytes:
        """All frames of the answer to a whole command."""
        raise NotImplementedError

    def _run(self) -> None:
        waiting = b""
        os.set_blocking(self.wire.far_end, False)  # select may speak of a near end that is only just being opened
        while True:
            ready, _, _ = select.select([self.wire.far_end, self._stop_end], [], [])
            if self._stop_end in ready:
                return
            try:
                waiting += os.read(self.wire.far_end, 512)
            except OSError:  # nobody has opened the near end yet
                select.select([self._stop_end], [], [], 0.01)
            while True:
                command, waiting = self.cut(waiting)
                if not command:
                    break
                answer = self.answer(command)
                if self.unplugs_in_answer:
                    self.wire.send(answer[: len(answer) // 2])
                    self.wire.unplug()
                    return
                if self.spoils:
                    answer = self.spoils.pop(0)(answer)
                if not self.is_silent:
                    with contextlib.suppress(BlockingIOError):
                        self.wire.send(answer)
