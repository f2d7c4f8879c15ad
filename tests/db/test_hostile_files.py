import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.circulation.records import Kind
from kiosk.db.check import check
from kiosk.db.connect import checkpoint, open_database
from kiosk.db.epoch import settle_epoch
from kiosk.db.failures import Cause, DatabaseRefused, LedgerFailed
from kiosk.db.history import Filters, entries
from tests.db.schools import Place, place_at


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = place_at(tmp_path)
    place.lend("B001")
    yield place
    place.db.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 1 MB in memory."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.geteuid() or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("only root may mount a small disk")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_the_log_and_the_check_are_read_while_another_process_writes(place: Place) -> None:
    place.db.execute_sql("BEGIN IMMEDIATE")
    reader = open_database(place.path)
    reader.connect(reuse_if_open=True)
    assert [shown.kind for shown in entries(reader, Filters(limit=1))] == ["lent"]
    assert check(reader, fold=True) == []
    reader.close()
    place.db.execute_sql("ROLLBACK")


def test_an_epoch_that_cannot_be_settled_is_a_storage_failure(place: Place) -> None:
    place.db.execute_sql("BEGIN IMMEDIATE")
    other = open_database(place.path)
    other.connect(reuse_if_open=True)
    other.execute_sql("PRAGMA busy_timeout = 0")
    with pytest.raises(LedgerFailed) as failed:
        settle_epoch(other, None, "", lambda size: "0" * 2 * size)
    assert failed.value.cause is Cause.LOCKED
    other.close()
    place.db.execute_sql("ROLLBACK")


def test_a_full_disk_lets_the_checkpoint_and_every_reader_be(small_disk: Path) -> None:
    place = place_at(small_disk)

    def fill_up() -> int:
        while True:
            place.record(Kind.REFUSED, reason="x" * 2000)

    with pytest.raises(LedgerFailed):
        fill_up()
    assert checkpoint(place.db) > 0
    reader = open_database(place.path)
    assert check(reader, fold=True) == []
    reader.close()
    place.db.close()


@pytest.mark.parametrize(
    "change",
    [
        "data = 'not JSON'",
        "data = '[1]'",
        "data = '{\"suspended_until\":5}', kind = 'returned'",
        "item = NULL",
        "due = NULL",
        "at_ms = 9000000000000000",
        "kind = 'nothing that is known'",
        "reason = CAST(x'ff' AS TEXT)",
    ],
)
@pytest.mark.parametrize("fold", [False, True])
def test_the_check_names_every_way_in_which_an_entry_was_changed(place: Place, change: str, fold: bool) -> None:
    place.db.execute_sql("DROP TRIGGER entry_no_update")
    place.db.execute_sql(f"UPDATE entry SET {change} WHERE seq = 1")  # noqa: S608
    found = check(place.db, fold=fold)
    assert found
    assert found[0].what in ("chain", "file")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_a_folder_that_may_not_be_read_is_one_line(tmp_path: Path) -> None:
    """As an administrator without sudo meets it: the folder is the kiosk's alone."""
    tmp_path.chmod(0o700)
    child = os.fork()
    if child == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
        try:
            open_database(tmp_path / "kiosk.db")
        except DatabaseRefused:
            os._exit(0)
        except BaseException:
            os._exit(1)
        os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
