"""The site key: 32 random bytes beside the database that turn a card's text into what the database keeps of it.

So the file alone tells nobody which card is whose, and an unknown code can be told apart in the log without being
written there. The key is made with the database. A database without its key knows no card any more, so that is
refused and never mended by making a new one.
"""

import hmac
import os
from collections.abc import Callable
from pathlib import Path

from kiosk.db.failures import DatabaseRefused

KEY_BYTES = 32
FILE_MODE = 0o600
KEYED_HASH_DIGITS = 8
FILE_NAME = "site.key"


def make_site_key(database: Path, random_bytes: Callable[[int], bytes]) -> None:
    """Write a new key beside `database` unless there is one; it is whole on the disk when this returns."""
    path = database.with_name(FILE_NAME)
    if path.exists():
        return
    part = path.with_name(FILE_NAME + ".part")
    part.unlink(missing_ok=True)
    fd = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE)
    try:
        os.write(fd, random_bytes(KEY_BYTES))
        os.fsync(fd)
    finally:
        os.close(fd)
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def load_site_key(database: Path) -> bytes:
    """The key beside `database`. Raises DatabaseRefused with one line."""
    path = database.with_name(FILE_NAME)
    try:
        key = path.read_bytes()
    except FileNotFoundError:
        raise DatabaseRefused(f"{path}: the site key is missing; restore it with the database's backup") from None
    except OSError as error:
        raise DatabaseRefused(f"{path}: {error.strerror}") from error
    if len(key) != KEY_BYTES:
        raise DatabaseRefused(f"{path}: {len(key)} bytes instead of {KEY_BYTES}; restore it from a backup")
    return key


def card_hash(key: bytes, text: str) -> bytes:
    """What the database keeps of a card with this normalised text or UID: HMAC-SHA256, 32 bytes."""
    return hmac.digest(key, text.encode(), "sha256")


def keyed_hash(key: bytes, text: str) -> str:
    """8 hex digits that tell two unknown codes apart; not the beginning of the same text's `card_hash`."""
    return hmac.digest(key, b"code:" + text.encode(), "sha256").hex()[:KEYED_HASH_DIGITS]
