import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.db.locks import Taken, kiosk_lock, visit_lock

HOLDER = """
import sys, pathlib
from kiosk.db.locks import kiosk_lock
lock = kiosk_lock(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def test_a_second_kiosk_on_the_same_database_gets_one_clear_line(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    with kiosk_lock(path), pytest.raises(Taken, match="another kiosk is running on this database"):
        kiosk_lock(path)
    kiosk_lock(path).close()


def test_the_lock_of_a_killed_kiosk_is_free_at_once(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Taken):
            kiosk_lock(path)
        holder.kill()
        holder.wait()
    kiosk_lock(path).close()


def test_the_lock_of_a_visit_is_taken_at_the_card_and_let_go_at_its_end(tmp_path: Path) -> None:
    desk, sync = visit_lock(tmp_path / "kiosk.db"), visit_lock(tmp_path / "kiosk.db")
    assert [desk.take(), desk.take(), sync.take()] == [True, True, False]
    desk.close()
    desk.close()
    assert sync.take()
    assert repr(sync).endswith("visit.lock held>")
    sync.close()
