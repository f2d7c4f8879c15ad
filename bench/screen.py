"""Start, memory and idle work of `kiosk run` beside a Kivy window with one word, on one Xvfb.

Both are looked at in the same way: from the start of the process to the first frame with something on it, then the
memory that is theirs (PSS) and the processor time of the same number of seconds.
"""

import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep

from bench.school import ROOT, SMALL, school
from bench.table import Row, middle, unmeasured

SETTLE_S = 4.0
PATIENCE_S = 60.0
START_RATIO = 1.5
MEMORY_MB = 60.0
IDLE_PERCENT = 3.0
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
BUDGETS = {
    "start to first page": f"<= {START_RATIO} x",
    "memory, idle": f"floor + {MEMORY_MB:.0f} MB",
    "processor, idle": f"< {IDLE_PERCENT:.0f} %",
}


@dataclass(frozen=True, slots=True)
class Look:
    """What one start showed."""

    start_s: float
    memory_mb: float
    percent: float


def rows(runs: int, idle_s: float, say: Callable[[str], None]) -> list[Row]:
    """All rows of this part."""
    if shutil.which("Xvfb") is None:
        return [unmeasured(what, budget, "Xvfb is not installed") for what, budget in BUDGETS.items()]
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as name, screen() as display:
        database = school(SMALL, Path(name) / "data")
        settings = Path(name) / "kiosk.toml"
        settings.write_text(f'data = "{database.parent}"\n[clock]\ntrust = "always"\n[glass]\nfull_screen = false\n')
        hello, kiosk = [], []
        for run in range(runs):
            say(f"start and idle, {run + 1} of {runs}")
            hello.append(look(display, "bench.hello", idle_s=SETTLE_S))
            kiosk.append(look(display, "bench.running", str(settings), idle_s=idle_s if run == 0 else SETTLE_S))
        return [start(kiosk, hello), memory(kiosk, hello), idle(kiosk[0], hello, idle_s)]


def start(kiosk: list[Look], hello: list[Look]) -> Row:
    """Medians of both."""
    ours, floor = (middle([found.start_s for found in side]) for side in (kiosk, hello))
    what, ratio = "start to first page", ours / floor
    return Row(what, f"{ours:.2f} s", f"{floor:.2f} s", f"{ratio:.2f}", BUDGETS[what], ratio <= START_RATIO)


def memory(kiosk: list[Look], hello: list[Look]) -> Row:
    """Medians of both."""
    ours, floor = (middle([found.memory_mb for found in side]) for side in (kiosk, hello))
    what, more = "memory, idle", ours - floor
    return Row(what, f"{ours:.0f} MB", f"{floor:.0f} MB", f"+{more:.0f} MB", BUDGETS[what], more <= MEMORY_MB)


def idle(kiosk: Look, hello: list[Look], idle_s: float) -> Row:
    """One long look at the kiosk."""
    floor = middle([found.percent for found in hello])
    what = "processor, idle"
    measured = f"{kiosk.percent:.1f} % of one core in {idle_s:.0f} s"
    return Row(what, measured, f"{floor:.1f} %", "", BUDGETS[what], kiosk.percent < IDLE_PERCENT)


@contextmanager
def screen() -> Iterator[str]:
    """A display of its own; gives its name."""
    ours, theirs = os.pipe()
    command = ["Xvfb", "-displayfd", str(theirs), "-screen", "0", "1280x800x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[theirs], stderr=subprocess.DEVNULL) as server:
        os.close(theirs)
        try:
            with os.fdopen(ours) as number:
                yield ":" + number.readline().strip()
        finally:
            server.terminate()


def look(display: str, module: str, *arguments: str, idle_s: float) -> Look:
    """Start the program, let it settle, watch it for `idle_s`, end it."""
    environment = {**os.environ, "DISPLAY": display, "SDL_AUDIODRIVER": "dummy"}
    began = monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            if not select.select([process.stdout], [], [], PATIENCE_S)[0]:
                sys.exit(f"bench: {module} drew nothing in {PATIENCE_S:.0f} s")
            said = process.stdout.readline().split()
            if not said:
                sys.exit(f"bench: {module} ended before its first frame")
            sleep(SETTLE_S)
            used = _used_s(process.pid)
            sleep(idle_s)
            percent = (_used_s(process.pid) - used) / idle_s * 100
            return Look(float(said[0]) - began, _pss_mb(process.pid), percent)
        finally:
            process.kill()


def _pss_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def _used_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND
