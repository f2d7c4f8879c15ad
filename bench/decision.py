"""A recorded decision: how often it waits for the disk, what the kiosk adds, whether that grows with the school.

Everything happens in memory (/dev/shm), where a flush costs nothing: so the kiosk's own work stands alone, and with
5 ms added to each flush by strace the disk is the same slow card for both sides.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.school import ROOT, SMALL, Size, school
from bench.table import Row, middle, ms, percentile, unmeasured

MEMORY = Path("/dev/shm")
FLUSHES = "fsync,fdatasync"
CARD_DELAY_US = 5000
OWN_WORK_S = 0.003
RATIO = 1.3
Times = dict[str, list[float]]


class CannotTrace(Exception):
    """strace is missing or may not trace here."""


def rows(runs: int, visits: int, large: Size, say: Callable[[str], None]) -> list[Row]:
    """All rows of this part."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-", dir=MEMORY if MEMORY.is_dir() else None) as name:
        place = Place(Path(name), visits)
        found: list[Row] = []
        for row in (flushes, own_work, slow_card):
            say(row.__name__.replace("_", " "))
            found.append(row(place, runs))
        say(f"growth: {large.entries} entries")
        return [*found, growth(place, runs, large)]


class Place:
    """Where the databases lie; each measurement works on a fresh copy."""

    def __init__(self, folder: Path, visits: int) -> None:
        self.folder = folder
        self.visits = visits

    def run(self, size: Size, *flags: str, visits: int | None = None, under: tuple[str, ...] = ()) -> Times:
        """Times of one run of `bench.desk`."""
        work = self.folder / "work"
        database = school(size, work)
        try:
            if "--no-floor" not in flags:
                shutil.copy(database, work / "floor.db")
            command = [*under, sys.executable, "-m", "bench.desk", str(work), str(visits or self.visits), *flags]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        if done.returncode or not done.stdout:
            if under:
                raise CannotTrace(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "strace failed")
            sys.exit(f"bench: {done.stderr}")
        times: Times = json.loads(done.stdout)
        return times


def strace(*more: str) -> tuple[str, ...]:
    """strace on the flushes alone; everything else runs at full speed."""
    if shutil.which("strace") is None:
        raise CannotTrace("strace is not installed")
    return ("strace", "-f", "--seccomp-bpf", "-e", f"trace={FLUSHES}", *more)


def flushes(place: Place, runs: int) -> Row:
    """Flushes a decision, as the difference between a short and a long run without checkpoints."""
    what, budget = "flushes of a recorded decision", "1"
    log = place.folder / "strace"

    def count(visits: int) -> tuple[int, int]:
        times = place.run(SMALL, "--no-floor", "--no-tidy", visits=visits, under=strace("-o", str(log)))
        return len(re.findall(r"f(?:data)?sync\(\d+\)\s+= 0", log.read_text())), int(times["decisions"][0])

    try:
        (few, few_decisions), (many, many_decisions) = count(10), count(60)
    except CannotTrace as why:
        return unmeasured(what, budget, str(why))
    each = (many - few) / (many_decisions - few_decisions)
    return Row(what, f"{each:.2f}", "1", f"{each:.2f}", budget, abs(each - 1) < 0.005)


def own_work(place: Place, runs: int) -> Row:
    """What the kiosk does between the last byte and the page when the disk takes no time."""
    done = [place.run(SMALL) for _ in range(runs)]
    p50, p99 = (middle([percentile(times["kiosk"], part) for times in done]) for part in (0.5, 0.99))
    floor = middle([percentile(times["floor"], 0.99) for times in done])
    measured = f"p50 {ms(p50)}, p99 {ms(p99)}"
    budget = f"p99 - floor <= {ms(OWN_WORK_S)}"
    return Row("last byte to page, no disk", measured, f"p99 {ms(floor)}", "", budget, p99 - floor <= OWN_WORK_S)


def slow_card(place: Place, runs: int) -> Row:
    """The same with a card's 5 ms in each flush, against the driver alone."""
    what, budget = "last byte to page, 5 ms a flush", f"<= {RATIO} x"
    delay = ("-o", "/dev/null", "-e", f"inject={FLUSHES}:delay_exit={CARD_DELAY_US}")
    try:
        done = [place.run(SMALL, under=strace(*delay)) for _ in range(runs)]
    except CannotTrace as why:
        return unmeasured(what, budget, str(why))
    pairs = [(percentile(times["kiosk"], 0.5), percentile(times["floor"], 0.5)) for times in done]
    kiosk, floor = (middle(side) for side in zip(*pairs, strict=True))
    ratio = middle([ours / theirs for ours, theirs in pairs])
    return Row(what, f"p50 {ms(kiosk)}", f"p50 {ms(floor)}", f"{ratio:.2f}", budget, ratio <= RATIO)


def growth(place: Place, runs: int, large: Size) -> Row:
    """The small and the large school in turn."""
    pairs = []
    for _ in range(runs):
        many, few = (place.run(size, "--no-floor")["kiosk"] for size in (large, SMALL))
        pairs.append((percentile(many, 0.5), percentile(few, 0.5)))
    kiosk, floor = (middle(side) for side in zip(*pairs, strict=True))
    ratio = middle([ours / theirs for ours, theirs in pairs])
    what = f"last byte to page, {large.items} items, {large.entries} entries"
    return Row(
        what, f"p50 {ms(kiosk)}", f"{SMALL.items} items: {ms(floor)}", f"{ratio:.2f}", f"<= {RATIO} x", ratio <= RATIO
    )
