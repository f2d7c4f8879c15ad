"""How the database fails, in the two words of the desk's ports: a storage failure is said, all else is a fault.

Peewee wraps what the driver raises while a statement starts, not while its rows are fetched, so both are sorted here.
Only what the disk or another process can do to us counts as a storage failure. A broken rule of the schema is a bug
and passes through.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

from cysqlite.exceptions import DatabaseError as DriverError
from peewee import DatabaseError

from kiosk.circulation.ports import StorageFailed


class Cause(StrEnum):
    """Why nothing could be stored or read."""

    FULL = "full"
    LOCKED = "locked"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    IO = "io"


class LedgerFailed(StorageFailed):
    """A storage failure with its cause; the text is one line for the log."""

    def __init__(self, cause: Cause, why: str) -> None:
        super().__init__(why)
        self.cause = cause


class DatabaseRefused(Exception):
    """The file cannot be used at all; the text is one line that names the file and the mend."""


# SQLite's primary result codes (sqlite3.h); the driver writes "(code=P, ext=E)" into every message.
_CAUSES = {
    5: Cause.LOCKED,  # SQLITE_BUSY
    6: Cause.LOCKED,  # SQLITE_LOCKED
    8: Cause.READ_ONLY,  # SQLITE_READONLY
    10: Cause.IO,  # SQLITE_IOERR
    11: Cause.DAMAGED,  # SQLITE_CORRUPT
    13: Cause.FULL,  # SQLITE_FULL
    14: Cause.IO,  # SQLITE_CANTOPEN
    15: Cause.LOCKED,  # SQLITE_PROTOCOL
    26: Cause.DAMAGED,  # SQLITE_NOTADB
}
_CODE = re.compile(r"\(code=(\d+), ext=\d+\)$")


def cause_of(error: BaseException) -> Cause | None:
    """Which storage failure `error` is; None if it is none."""
    found = _CODE.search(str(error))
    return _CAUSES.get(int(found.group(1))) if found else None


@contextmanager
def told() -> Iterator[None]:
    """Turn storage failures inside into LedgerFailed."""
    try:
        yield
    except (DatabaseError, DriverError) as error:
        cause = cause_of(error)
        if cause is None:
            raise
        raise LedgerFailed(cause, str(error)) from error
