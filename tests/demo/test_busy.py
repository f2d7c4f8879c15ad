"""The busy counter can be killed and goes on where it was."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo.stand import Stand, school_at

ROOT = Path(__file__).resolve().parents[2]
LENT_ROWS = 3


def run_until_it_lends(data: Path, log: Path, seed: int, end: signal.Signals) -> int:
    """Start it, wait until the glass has shown some loans, end it."""
    with log.open("a+") as lines:
        lines.seek(0, os.SEEK_END)
        busy = subprocess.Popen([sys.executable, "-m", "kiosk.demo.busy", str(data), str(log), str(seed)], cwd=ROOT)
        shown = 0
        while shown < LENT_ROWS and busy.poll() is None:
            line = lines.readline()
            shown += '"mark": "lent"' in line
        busy.send_signal(end)
        return busy.wait(60)


@pytest.mark.timeout(120)
def test_killed_in_the_middle_it_goes_on_with_a_ledger_that_holds(tmp_path: Path) -> None:
    data, log = tmp_path / "data", tmp_path / "log"
    assert run_until_it_lends(data, log, 1, signal.SIGKILL) == -signal.SIGKILL
    assert run_until_it_lends(data, log, 2, signal.SIGTERM) == 0
    stand = Stand(school_at(None), data)
    assert stand.findings() == []
    kinds = [entry.kind for entry in stand.ledger()]
    stand.close()
    assert kinds.count("imported") == 1
    assert kinds.count("started") == 2
    assert kinds[-1] == "stopped"
    drawn = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    rows = [row for line in drawn for row in line.get("rows", [])]
    assert {row["barcode"] for row in rows if row["mark"] == "lent"} <= {
        line["text"] for line in drawn if line.get("sent") == "desk"
    }
