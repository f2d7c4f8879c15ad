import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.circulation.records import Kind
from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.db.failures import Cause, LedgerFailed
from tests.db.schools import Place, place_at

ROOT = Path(__file__).parents[2]


def writer(path: Path, item: str, patron: str, *times: str) -> list[str]:
    return [sys.executable, "-m", "tests.db.writer", str(path), item, patron, *times]


@pytest.mark.parametrize("acknowledged", [1, 2, 7, 30, 95])
def test_a_killed_kiosk_loses_no_entry_that_it_acknowledged(place: Place, acknowledged: int) -> None:
    place.db.close()
    with subprocess.Popen(writer(place.path, "B001", "S501"), cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(acknowledged):
            process.stdout.readline()
        process.kill()
        rest = process.stdout.read().split()
    last = int(rest[-1]) if rest else acknowledged
    db = open_database(place.path)
    kept = db.execute_sql("SELECT max(seq) FROM entry").fetchall()[0][0]
    assert kept - last in (0, 1)
    assert check(db, fold=True) == []
    assert len(db.execute_sql("SELECT * FROM loan").fetchall()) == kept % 2
    db.close()


def test_two_processes_append_to_one_chain(place: Place) -> None:
    place.db.close()
    processes = [
        subprocess.Popen(writer(place.path, item, patron, "40"), cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for item, patron in (("B001", "S501"), ("B002", "S502"))
    ]
    seqs = [process.communicate()[0].split() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert sorted(int(seq) for side in seqs for seq in side) == list(range(1, 161))
    assert check(place.db, fold=True) == []


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace counts the calls")
def test_a_decision_costs_one_sync(place: Place, tmp_path: Path) -> None:
    def syncs(times: str) -> int:
        log = tmp_path / f"strace-{times}"
        trace = ["strace", "-f", "-e", "trace=fsync,fdatasync", "-o", str(log)]
        done = subprocess.run(
            [*trace, *writer(place.path, "B001", "S501", times)], cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode:
            pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")
        return len(re.findall(r"f(?:data)?sync\(\d+\)\s+= 0", log.read_text()))

    place.db.close()
    assert syncs("8") - syncs("3") == 5 * 2


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace makes the calls fail")
def test_a_sync_that_fails_refuses_the_decision(place: Place, tmp_path: Path) -> None:
    place.db.close()
    inject = ["strace", "-f", "-o", str(tmp_path / "log"), "-e", "inject=fsync,fdatasync:error=EIO:when=9+"]
    done = subprocess.run(
        [*inject, *writer(place.path, "B001", "S501", "20")], cwd=ROOT, capture_output=True, text=True
    )
    if "refused" not in done.stderr:
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")
    assert done.stderr.endswith("refused: io\n")
    # Whether the bytes got there is unknown when the sync fails: the refused entry is there whole, or not at all.
    kept = place.rows("SELECT max(seq) FROM entry")[0][0]
    assert kept - int(done.stdout.split()[-1]) in (0, 1)  # type: ignore[operator]
    assert check(place.db, fold=True) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB in memory."""
    folder = tmp_path / "small"
    folder.mkdir()
    if (
        os.geteuid()
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True
        ).returncode
    ):
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_loses_nothing_and_is_fine_again_when_there_is_room(small_disk: Path) -> None:
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(200_000))
    place = place_at(small_disk)
    place.lend("B001")

    def fill_up() -> int:
        while True:
            place.record(Kind.REFUSED, reason="x" * 2000)

    with pytest.raises(LedgerFailed) as failed:
        fill_up()
    assert failed.value.cause is Cause.FULL
    kept = place.rows("SELECT max(seq) FROM entry")
    assert place.shelf.loan("B001") is not None
    ballast.unlink()
    assert place.give_back("B001") == kept[0][0] + 1  # type: ignore[operator]
    assert check(place.db, fold=True) == []
    place.db.close()
