"""The four notes, played without ever making the glass wait; without a sound card there is silence and no error.

`python -m kiosk.screens.sounds [DEST]` makes the files again. Rising means lent, falling returned, twice the same
refused, one note a card.
"""

import array
import contextlib
import logging
import math
import os
import queue
import sys
import threading
import wave
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

SOUND_DIR: Final = Path(__file__).resolve().parent.parent / "sounds"
SOUND_CARDS: Final = Path("/dev/snd")
RATE_HZ: Final = 22_050
WAITING_MAX: Final = 8
LOUDNESS: Final = 0.28
# Each note: the pitch in hertz, when it begins and how long it rings, in seconds.
NOTES: Final[dict[str, tuple[tuple[float, float, float], ...]]] = {
    "card": ((659.26, 0.0, 0.30),),
    "lent": ((523.25, 0.0, 0.26), (783.99, 0.13, 0.40)),
    "returned": ((659.26, 0.0, 0.26), (440.00, 0.13, 0.40)),
    "refused": ((329.63, 0.0, 0.20), (329.63, 0.22, 0.28)),
}
log = logging.getLogger(__name__)


def wave_of(name: str) -> bytes:
    """The samples of a sound, 16 bits little-endian, one channel: sine tones with a soft octave, fading out."""
    notes = NOTES[name]
    samples = array.array("h", bytes(2 * round(RATE_HZ * max(start + length for _, start, length in notes))))
    for pitch, start, length in notes:
        first = round(start * RATE_HZ)
        for step in range(round(length * RATE_HZ)):
            t = step / RATE_HZ
            rise, fade = min(1.0, t / 0.008), math.exp(-5.5 * t / length) * min(1.0, (length - t) / 0.03)
            tone = math.sin(math.tau * pitch * t) + 0.22 * math.sin(2 * math.tau * pitch * t)
            samples[first + step] += round(32_767 * LOUDNESS * rise * fade * tone / 1.22)
    if sys.byteorder == "big":
        samples.byteswap()
    return samples.tobytes()


def write_sounds(folder: Path) -> None:
    """Makes the four files in `folder`."""
    for name in NOTES:
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(wave_of(name))


class Sounds:
    """Plays sounds by name on a thread of its own, through Kivy. What cannot be played is left out."""

    def __init__(self, folder: Path = SOUND_DIR) -> None:
        self._folder = folder
        self._names: queue.Queue[str | None] = queue.Queue(WAITING_MAX)
        self._thread = threading.Thread(target=self._run, name="sounds", daemon=True)

    def start(self) -> None:
        """Begins to load the files; the first page need not wait for them."""
        self._thread.start()

    def play(self, names: Iterable[str]) -> None:
        """Plays each of `names` soon; too many at once are dropped."""
        for name in names:
            if not self._names.full():
                self._names.put_nowait(name)

    def close(self) -> None:
        """Ends the thread after the sound that it plays; nobody waits for it, as a sound card may hang."""
        with contextlib.suppress(queue.Empty):
            while self._names.full():
                self._names.get_nowait()
        self._names.put_nowait(None)

    def _run(self) -> None:
        loaded = self._load()
        while (name := self._names.get()) is not None:
            sound = loaded.get(name)
            if sound is None:
                log.debug("no sound %s", name)
                continue
            sound.stop()
            sound.play()

    def _load(self) -> dict[str, Any]:
        if not (SOUND_CARDS.is_dir() or os.environ.get("SDL_AUDIODRIVER")):
            return {}
        from kivy.core.audio import SoundLoader  # asks the sound card, which may take seconds: not at the import

        return {name: SoundLoader.load(str(self._folder / f"{name}.wav")) for name in NOTES}


if __name__ == "__main__":
    write_sounds(Path(sys.argv[1]) if len(sys.argv) > 1 else SOUND_DIR)
