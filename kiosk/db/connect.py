"""Opening the database: the settings that make a commit survive a power cut, set and read back on every connection.

SQLite ignores a pragma that it does not know, so every one is read back. The library's own version is checked:
before 3.51.3 two connections that write to a WAL database at the same instant can damage it
(sqlite.org/wal.html, "the WAL-reset bug"). A file that is not ours is refused before anything in it changes.
"""

import os
from pathlib import Path
from typing import Any

from cysqlite._constants import SQLITE_DBCONFIG_ENABLE_QPSG
from cysqlite.exceptions import DatabaseError as DriverError
from peewee import DatabaseError
from playhouse.cysqlite_ext import CySqliteDatabase

from kiosk.db.failures import Cause, DatabaseRefused, LedgerFailed, cause_of, told
from kiosk.db.models import bind

APPLICATION_ID = 0x4B494F53  # "KIOS", told by file(1) and checked at every open
SCHEMA_VERSION = 4  # PRAGMA user_version of the newest migration
SQLITE_OLDEST = (3, 51, 3)
BUSY_TIMEOUT_S = 5
FILE_MODE = 0o600
WAL_PAGES_MAX = 10_000  # a net for a process that never calls `checkpoint`: 40 MB
WAL_BYTES_KEPT = 16 * 1024 * 1024

# In this order: page size and vacuum count only while the file is empty.
PRAGMAS: tuple[tuple[str, int | str], ...] = (
    ("page_size", 4096),
    ("auto_vacuum", 2),
    ("journal_mode", "wal"),
    ("synchronous", 2),
    ("foreign_keys", 1),
    ("recursive_triggers", 1),  # without it REPLACE would delete an entry past the trigger that forbids it
    ("busy_timeout", BUSY_TIMEOUT_S * 1000),
    ("trusted_schema", 0),
    ("cell_size_check", 1),
    ("secure_delete", 1),
    ("temp_store", 2),
    ("cache_size", -8000),
    ("wal_autocheckpoint", WAL_PAGES_MAX),
    ("journal_size_limit", WAL_BYTES_KEPT),
)


class KioskDatabase(CySqliteDatabase):
    """Peewee's database on cysqlite, one connection a thread, every write transaction BEGIN IMMEDIATE.

    A deferred transaction that reads and then writes fails at once when another process wrote in between, whatever
    the busy timeout says; so `lock_type` is IMMEDIATE wherever nothing else is asked for.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(str(path), rank_functions=False, lock_type="IMMEDIATE", timeout=BUSY_TIMEOUT_S)
        self.path = path

    def _set_pragmas(self, conn: Any) -> None:
        """Called by peewee for every new connection."""
        _refuse_strangers(conn, self.path)
        for name, value in PRAGMAS:
            if conn.pragma(name) != value:  # auto_vacuum set to what it is would write: not on a full or locked disk
                conn.pragma(name, value)
        for name, value in PRAGMAS:
            found = conn.pragma(name)
            if found != value:
                raise DatabaseRefused(f"{self.path}: PRAGMA {name} is {found!r} and not {value!r}")
        # Without it this build of SQLite plans every join anew whenever a bound value changes: 20 times the work.
        if conn.db_config(SQLITE_DBCONFIG_ENABLE_QPSG, 1) != 1:
            raise DatabaseRefused(f"{self.path}: query plans cannot be kept stable")

    def _add_conn_hooks(self, conn: Any) -> None:
        self._set_pragmas(conn)
        super()._add_conn_hooks(conn)

    def rollback(self) -> None:
        """Roll back; after a full disk SQLite has done so by itself and would complain."""
        if not self.autocommit:
            super().rollback()


def open_database(path: Path) -> KioskDatabase:
    """The database at `path`, which must be there and of this version. Raises DatabaseRefused with one line."""
    try:
        there = path.exists()
    except OSError as error:
        raise DatabaseRefused(f"{path}: {error.strerror}") from error
    if not there:
        raise DatabaseRefused(f"{path}: there is no database; `kiosk import school FOLDER` makes one")
    db = connect(path)
    version = db.user_version
    if version != SCHEMA_VERSION:
        db.close()
        raise DatabaseRefused(_wrong_version(path, version))
    bind(db)
    return db


def connect(path: Path) -> KioskDatabase:
    """A connected database whatever its version, made empty if missing. For `prepare`; others use `open_database`."""
    check_library(CySqliteDatabase.server_version)
    if not path.parent.is_dir():
        raise DatabaseRefused(f"{path}: the folder {path.parent} is missing")
    _set_mode(path)
    db = KioskDatabase(path)
    try:
        db.connect()
    except (DatabaseError, DriverError) as error:
        raise DatabaseRefused(f"{path}: {_why(error)}") from error
    if db.user_version > SCHEMA_VERSION:
        version = db.user_version
        db.close()
        raise DatabaseRefused(_wrong_version(path, version))
    return db


def checkpoint(db: KioskDatabase, *, truncate: bool = False) -> int:
    """Move the WAL into the database; call it only without an open visit. Returns the bytes left in the WAL file.

    Without `truncate` nobody is waited for and readers may keep a part of it for the next time. With it the file is
    cut to nothing, which waits up to the busy timeout for readers: for the night. On a full disk the WAL stays as it
    is, and nothing is lost. Raises LedgerFailed for a disk that fails.
    """
    try:
        with told():
            db.execute_sql(f"PRAGMA wal_checkpoint({'TRUNCATE' if truncate else 'PASSIVE'})").fetchall()
    except LedgerFailed as error:
        if error.cause in (Cause.IO, Cause.DAMAGED):
            raise
    return wal_bytes(db)


def wal_bytes(db: KioskDatabase) -> int:
    """How large the WAL file is now."""
    wal = db.path.with_name(db.path.name + "-wal")
    return wal.stat().st_size if wal.exists() else 0


def check_library(version: tuple[int, int, int]) -> None:
    """Refuse a SQLite that can damage what it stores."""
    if version < SQLITE_OLDEST:
        have, need = (".".join(map(str, v)) for v in (version, SQLITE_OLDEST))
        raise DatabaseRefused(f"SQLite {have} can damage a database: {need} or newer is needed (install cysqlite)")


def _refuse_strangers(conn: Any, path: Path) -> None:
    """Refuse another program's file; an empty one becomes ours."""
    application = conn.pragma("application_id")
    if application == APPLICATION_ID:
        return
    tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchall()[0][0]
    if application or tables:
        raise DatabaseRefused(f"{path}: a database of another program (application id {application:#x})")
    conn.pragma("page_size", 4096)
    conn.pragma("auto_vacuum", 2)
    conn.pragma("application_id", APPLICATION_ID)


def _set_mode(path: Path) -> None:
    """Make the file readable by its owner only; SQLite gives its side files the same mode."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, FILE_MODE))
    except FileExistsError:
        status = path.stat()
        if status.st_mode & 0o077 and status.st_uid == os.geteuid():
            path.chmod(FILE_MODE)
    except OSError as error:
        raise DatabaseRefused(f"{path}: {error.strerror}") from error


def _wrong_version(path: Path, version: Any) -> str:
    if version > SCHEMA_VERSION:
        return f"{path}: made by a newer version (schema {version}, this one knows {SCHEMA_VERSION}); upgrade first"
    return f"{path}: schema {version} instead of {SCHEMA_VERSION}; start the kiosk once, or import, to bring it up"


def _why(error: Exception) -> str:
    match cause_of(error):
        case Cause.LOCKED:
            return f"locked by another program for more than {BUSY_TIMEOUT_S} s"
        case Cause.DAMAGED:
            return "not a database, or damaged; restore the last backup"
        case Cause.READ_ONLY:
            return "may not be written to"
        case _:
            return f"cannot be opened ({error})"
