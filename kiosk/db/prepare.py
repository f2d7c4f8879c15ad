"""Bringing a database to the newest schema: made if missing, migrated, and looked at once more.

Each migration and its record share one transaction, so a power cut leaves the old schema or the new one. Two
processes that start at once take turns by a lock file.
"""

import secrets
from collections.abc import Callable
from pathlib import Path

from cysqlite.exceptions import DatabaseError as DriverError
from peewee import DatabaseError
from playhouse.migrations import MigrationError, Runner

from kiosk.db.connect import SCHEMA_VERSION, KioskDatabase, connect
from kiosk.db.failures import DatabaseRefused, told
from kiosk.db.locks import Taken, waiting_lock
from kiosk.db.models import bind
from kiosk.db.sitekey import keyed_hash, load_site_key, make_site_key

MIGRATIONS = Path(__file__).with_name("migrations")
HISTORY = "schema_migration"
KEY_MARK = "kiosk"


def prepare(path: Path, random_bytes: Callable[[int], bytes] = secrets.token_bytes) -> KioskDatabase:
    """The database at `path`, made with its site key or brought up to date. Raises DatabaseRefused with one line."""
    try:
        if not path.parent.is_dir():
            raise DatabaseRefused(f"{path}: the folder {path.parent} is missing")
        with waiting_lock(path.with_name("prepare.lock")):
            if not path.exists():
                make_site_key(path, random_bytes)
            key = load_site_key(path)
            db = _migrated(path)
            _know_key(db, key)
    except Taken as error:
        raise DatabaseRefused(str(error)) from error
    except OSError as error:
        raise DatabaseRefused(f"{path}: {error.strerror}") from error
    bind(db)
    return db


def _know_key(db: KioskDatabase, key: bytes) -> None:
    """Refuse a key that is not the one that the cards were hashed with: every card would be a stranger's."""
    mine = keyed_hash(key, KEY_MARK)
    with told():
        known = db.execute_sql("SELECT value FROM meta WHERE key = 'site_key'").fetchall()
        if not known:
            with db.atomic("IMMEDIATE"):
                db.execute_sql("INSERT OR IGNORE INTO meta (key, value) VALUES ('site_key', ?)", (mine,))
    if known and known[0][0] != mine:
        db.close()
        raise DatabaseRefused(f"{db.path}: site.key is not this database's; restore it from the same backup")


def _migrated(path: Path) -> KioskDatabase:
    db = connect(path)
    try:
        if db.user_version < SCHEMA_VERSION:
            _migrate(db)
        _verify(db)
    except BaseException:
        db.close()
        raise
    return db


def _migrate(db: KioskDatabase) -> None:
    # The runner would make its table with types that STRICT does not know.
    db.execute_sql(
        f"CREATE TABLE IF NOT EXISTS {HISTORY} "
        "(id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL UNIQUE, applied TEXT NOT NULL) STRICT"
    )
    try:
        Runner(db, str(MIGRATIONS), HISTORY).up()
    except (MigrationError, DatabaseError, DriverError) as error:
        raise DatabaseRefused(f"{db.path}: cannot be brought up to date: {error}") from error


def _verify(db: KioskDatabase) -> None:
    """After migrating, and at every start: what the runner or a crash may have left."""
    if db.user_version != SCHEMA_VERSION:
        raise DatabaseRefused(f"{db.path}: schema {db.user_version} after migrating to {SCHEMA_VERSION}")
    if not db.foreign_keys:
        raise DatabaseRefused(f"{db.path}: foreign keys are off")
