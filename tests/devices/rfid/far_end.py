"""A device at the far end of a wire, in a thread of its own: what hand-written readers have in common."""

import contextlib
import os
import select
import threading
from collections.abc import Callable
from types import TracebackType

from tests.devices.ptys import Wire

Spoil = Callable[[bytes], bytes]

TICK_S = 0.003


class FarEnd:
    """Hears what the host sends and says things, until it is closed or unplugged."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        self.is_silent = False
        self.spoils: list[Spoil] = []  # what happens to the next things that it says, one after the other
        self._is_gone = False
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def hear(self, data: bytes) -> None:
        """The host sent `data`."""
        raise NotImplementedError

    def tick(self) -> None:
        """A few milliseconds have passed."""

    def power_up(self) -> None:
        """Forget everything that is lost without power."""

    def say(self, data: bytes) -> None:
        """Send `data`, unless the device is silent. What a host that does not read has no room for is lost."""
        if not self.is_silent and not self._stop.is_set():
            with contextlib.suppress(BlockingIOError):
                self.wire.send(self.spoils.pop(0)(data) if self.spoils else data)

    def unplug_in_mid_frame(self) -> None:
        """What it says next breaks off in its middle, and the device is gone."""

        def half(data: bytes) -> bytes:
            self._is_gone = True
            self._stop.set()
            return data[: len(data) // 2]

        self.spoils.append(half)

    def plug_in(self) -> None:
        self.close()
        self.wire.plug_in()
        self.start()

    def start(self) -> None:
        self.power_up()
        self._is_gone = False
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="far end", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def __enter__(self) -> "FarEnd":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self) -> None:
        far_end = self.wire.far_end
        os.set_blocking(far_end, False)  # readable may mean that the near end is closed, and it may be opened by now
        while not self._stop.is_set():
            ready, _, _ = select.select([far_end], [], [], TICK_S)
            if ready:
                try:
                    self.hear(os.read(far_end, 4096))
                except OSError:  # nobody has the near end open, or it says nothing
                    self._stop.wait(TICK_S)
            if not self._stop.is_set():
                self.tick()
        if self._is_gone:
            with contextlib.suppress(OSError):
                self.wire.unplug()
