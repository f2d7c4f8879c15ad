"""Shows a trace on the glass in its own time: the real kiosk with nothing plugged in, fed by the trace."""

import threading
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.app.trace import Cue
from kiosk.circulation.events import Event, Tick
from kiosk.demo.clock import DemoClock

STEP_S: Final = 0.1
END_S: Final = 5.0


class Replay:
    """The part that posts each cue when the demo's clock has come to it, which runs `speed` times as fast as the world.

    A cue that is earlier than the one before sets the wall clock back, as it was when the trace was made.
    """

    name = "trace"

    def __init__(self, cues: Sequence[Cue], clock: DemoClock, speed: float) -> None:
        assert speed >= 1, "the demo's clock runs at least as fast as the world"
        self._cues, self._clock, self._speed = cues, clock, speed
        self._post: Callable[[Event], bool] = _nobody
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)

    def __repr__(self) -> str:
        return f"<Replay {len(self._cues)} cues at {self._speed:g} ×>"

    def feed(self, post: Callable[[Event], bool]) -> None:
        """Where the cues go; said once, before the start."""
        self._post = post

    def start(self) -> None:
        """Begin with the first cue."""
        assert self._post is not _nobody, "nobody takes the cues"
        self._thread.start()

    def close(self) -> None:
        """Stop, wherever the trace is."""
        self._stopped.set()
        if self._thread.is_alive():
            self._thread.join(END_S)

    def _run(self) -> None:
        before = self._cues[0].at if self._cues else None
        for cue in self._cues:
            if before is not None and cue.at < before:
                self._clock.set(cue.at)
            before = cue.at
            if not self._wait_for(cue):
                return
            self._post(cue.event)

    def _wait_for(self, cue: Cue) -> bool:
        """Let time pass until the cue; False when it was stopped meanwhile."""
        while (left_s := (cue.at - self._clock.now().wall).total_seconds()) > 0:
            real_s = min(STEP_S, left_s / self._speed)
            if self._stopped.wait(real_s):
                return False
            self._clock.advance(real_s * (self._speed - 1))
            if self._speed > 1:
                self._post(Tick())  # the desk waits for its deadlines at the pace of the world
        return not self._stopped.is_set()


def _nobody(_: Event) -> bool:
    return False
