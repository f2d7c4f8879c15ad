"""Locks between processes, kept beside the database and let go by the kernel when their holder dies.

One kiosk a database; and an open visit, which a checkpoint or the swap of a snapshot waits for. The files stay:
removing one while another process opens it would give the same lock to both.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

FILE_MODE = 0o600
KIOSK_LOCK = "kiosk.lock"


class Taken(Exception):
    """The lock cannot be had, mostly because another process holds it; the text is one line."""


class FileLock:
    """An exclusive lock on a file. Closing twice does no harm."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._fd: int | None = None

    def __repr__(self) -> str:
        return f"<FileLock {self.path} {'free' if self._fd is None else 'held'}>"

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def take(self, *, wait: bool = False) -> bool:
        """Take the lock; False if another holds it and `wait` is not asked for. Taking it twice is once.

        Raises Taken if the file cannot be made or opened.
        """
        if self._fd is not None:
            return True
        try:
            fd = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, FILE_MODE)
        except OSError as error:
            raise Taken(f"{self.path}: cannot be locked: {error.strerror}") from error
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            os.close(fd)
            return False
        except BaseException:
            os.close(fd)
            raise
        self._fd = fd
        return True

    def close(self) -> None:
        """Let go."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> "FileLock":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def kiosk_lock(database: Path) -> FileLock:
    """The lock of the one kiosk that runs on `database`, taken. Raises Taken."""
    lock = FileLock(database.with_name(KIOSK_LOCK))
    if not lock.take():
        raise Taken(f"{database}: another kiosk is running on this database")
    return lock


def kiosk_runs(database: Path) -> bool:
    """Whether a kiosk runs on `database`. Leaves no file behind, whoever asks."""
    try:
        fd = os.open(database.with_name(KIOSK_LOCK), os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
    return False


def visit_lock(database: Path) -> FileLock:
    """The advisory lock of an open visit, not taken yet: the desk takes it at a card and closes it at the end."""
    return FileLock(database.with_name("visit.lock"))


@contextmanager
def waiting_lock(path: Path) -> Iterator[None]:
    """Hold the lock `path` for the block, after whoever has it."""
    with FileLock(path) as lock:
        lock.take(wait=True)
        yield
