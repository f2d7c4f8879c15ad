"""The bench runs and prints its table; what it measures is for the bench to judge."""

import subprocess
import sys
from pathlib import Path

from bench.decode import FRAMED
from bench.table import Row, markdown, percentile, unmeasured

ROOT = Path(__file__).parents[1]


def test_a_table_says_of_every_row_whether_its_budget_was_kept() -> None:
    rows = [
        Row("start", "2 s", "1 s", "2.00", "<= 1.5 x", False),
        unmeasured("flushes", "1", "strace is not installed"),
    ]
    head, line, start, flushes = markdown(rows).splitlines()
    assert head.split("|")[1].strip() == "what"
    assert set(line) == {"|", "-"}
    assert "MISSED" in start
    assert "not measured" in flushes


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([3.0, 1.0, 2.0], part) for part in (0.0, 0.5, 0.99)] == [1.0, 2.0, 3.0]


def test_a_part_of_the_bench_runs_by_itself() -> None:
    command = [sys.executable, "-m", "bench", "--quick", "--only", "decode"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    measured = [line.split("|")[1].strip() for line in done.stdout.splitlines()[4:]]
    assert measured == [f"decode {name}" for name in ("keys", "lines", "rdm6300", *FRAMED)], done.stderr
