"""Four soft notes that differ, small enough to keep, and silence where there is no sound card."""

import array
import os
import subprocess
import sys
import wave
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest

from kiosk.screens.sounds import NOTES, SOUND_DIR, wave_of, write_sounds
from tests.screens.conftest import ROOT

PLAY = """
from kiosk.screens.kivy_setup import GlassOptions, configure
configure(GlassOptions())
from kiosk.screens.sounds import Sounds
sounds = Sounds()
sounds.start()
sounds.play(["card", "lent", "returned", "refused", "no such sound"] * 3)
sounds.close()
sounds._thread.join(60)
print("silent" if sounds._thread.is_alive() else "played")
"""


def crossings(samples: Sequence[int]) -> int:
    return sum(1 for one, other in pairwise(samples) if one < 0 <= other)


@pytest.mark.parametrize("name", sorted(NOTES))
def test_a_sound_is_the_one_that_is_described_and_small(name: str, tmp_path: Path) -> None:
    kept = SOUND_DIR / f"{name}.wav"
    write_sounds(tmp_path)
    assert kept.read_bytes() == (tmp_path / f"{name}.wav").read_bytes()
    assert kept.stat().st_size < 30_000
    with wave.open(str(kept)) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (1, 2)


@pytest.mark.parametrize("name", sorted(NOTES))
def test_no_sound_is_loud_or_begins_or_ends_with_a_click(name: str) -> None:
    samples = array.array("h", wave_of(name))
    assert max(abs(sample) for sample in samples) < 0.5 * 32_767
    assert abs(samples[0]) < 300
    assert abs(samples[-1]) < 300


def test_lent_rises_returned_falls_and_refused_says_the_same_twice() -> None:
    first, last = {}, {}
    for name in NOTES:
        samples = array.array("h", wave_of(name))
        first[name], last[name] = crossings(samples[200:2400]), crossings(samples[-3000:-800])
    assert last["lent"] > 1.2 * first["lent"]
    assert last["returned"] < 0.8 * first["returned"]
    assert last["refused"] == pytest.approx(first["refused"], abs=3)


@pytest.mark.parametrize("driver", ["dummy", "alsa", None])
def test_a_missing_sound_card_costs_nothing(driver: str | None) -> None:
    """With a card that is not there, and with none asked for, playing ends without an error."""
    environment = {key: value for key, value in os.environ.items() if key != "SDL_AUDIODRIVER"}
    environment |= {"SDL_AUDIODRIVER": driver} if driver else {}
    done = subprocess.run(
        [sys.executable, "-c", PLAY], cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=100
    )
    assert done.stdout.split()[-1] == "played"
