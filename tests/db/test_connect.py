import sqlite3
import threading
from pathlib import Path

import pytest
from cysqlite._constants import SQLITE_DBCONFIG_ENABLE_QPSG

from kiosk.db import connect as connecting
from kiosk.db.connect import PRAGMAS, SCHEMA_VERSION, checkpoint, connect, open_database, wal_bytes
from kiosk.db.failures import DatabaseRefused
from kiosk.db.prepare import prepare
from tests.db.schools import Place


def test_every_pragma_reads_back_as_it_was_set(place: Place) -> None:
    assert {name: place.db.pragma(name) for name, _ in PRAGMAS} == dict(PRAGMAS)


def test_a_connection_of_another_thread_has_the_same_pragmas(place: Place) -> None:
    found: list[dict[str, object]] = []

    def look() -> None:
        found.append({name: place.db.pragma(name) for name, _ in PRAGMAS})
        place.db.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert found == [dict(PRAGMAS)]


def test_a_join_is_planned_once_and_not_for_every_value(place: Place) -> None:
    assert place.db.connection().db_config(SQLITE_DBCONFIG_ENABLE_QPSG, -1) == 1


def test_a_pragma_that_does_not_take_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "PRAGMAS", (*PRAGMAS, ("no_such_pragma", 1)))
    with pytest.raises(DatabaseRefused, match="PRAGMA no_such_pragma is None and not 1"):
        connect(tmp_path / "kiosk.db")


def test_only_the_owner_may_read_the_file_and_its_side_files(place: Place) -> None:
    place.lend("B001")
    files = [place.path, *place.path.parent.glob("kiosk.db-*"), place.path.with_name("site.key")]
    assert len(files) == 4
    assert {oct(file.stat().st_mode & 0o777) for file in files} == {"0o600"}


def test_a_file_that_others_may_read_is_closed_to_them(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    prepare(path).close()
    path.chmod(0o644)
    open_database(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    path.write_bytes(b"not a database, though long enough " * 200)
    before = path.read_bytes()
    with pytest.raises(DatabaseRefused, match="not a database, or damaged; restore the last backup"):
        open_database(path)
    assert path.read_bytes() == before


def test_another_programs_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(DatabaseRefused, match="of another program"):
        open_database(path)
    assert path.read_bytes() == before


def test_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    db = prepare(path)
    db.user_version = SCHEMA_VERSION + 1
    db.close()
    with pytest.raises(DatabaseRefused, match="made by a newer version"):
        open_database(path)
    with pytest.raises(DatabaseRefused, match="made by a newer version"):
        prepare(path)


def test_a_missing_file_or_folder_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(DatabaseRefused, match="there is no database"):
        open_database(tmp_path / "kiosk.db")
    with pytest.raises(DatabaseRefused, match=r"the folder .* is missing"):
        prepare(tmp_path / "nowhere" / "kiosk.db")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_another_program_holds_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kiosk.db"
    prepare(path).close()
    monkeypatch.setattr(connecting, "BUSY_TIMEOUT_S", 0)
    holder = open_database(path)
    holder.execute_sql("PRAGMA locking_mode = EXCLUSIVE").fetchall()
    holder.execute_sql("UPDATE meta SET value = value")
    with pytest.raises(DatabaseRefused, match="locked by another program"):
        open_database(path)
    holder.close()


def test_a_library_with_the_wal_reset_bug_is_refused() -> None:
    connecting.check_library((3, 51, 3))
    with pytest.raises(DatabaseRefused, match=r"SQLite 3\.51\.2 can damage a database: 3\.51\.3 or newer"):
        connecting.check_library((3, 51, 2))


def test_a_checkpoint_empties_the_log_and_loses_nothing(place: Place) -> None:
    for item in ("B001", "B002", "B003"):
        place.lend(item)
    assert wal_bytes(place.db) > 0
    assert checkpoint(place.db, truncate=True) == 0
    assert len(place.shelf.loans("S501")) == 3


def test_no_checkpoint_runs_by_itself_during_a_long_visit(place: Place) -> None:
    sizes = [place.lend(item) and wal_bytes(place.db) for item in ("B001", "B002", "B003")]
    assert sizes == sorted(set(sizes))
