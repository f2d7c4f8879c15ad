"""The epoch: 16 random hex digits that this file's entries carry, new whenever the file may have been copied.

Two files that count on from the same entry must never give one number to two entries. So a file that wakes up on
another board (a cloned card) or under another kiosk's name gets a new epoch before its first entry; the chain and the
numbers go on. A board that cannot be read changes nothing: on a PC the product UUID is for root only.
"""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told

EPOCH_BYTES = 8
DEFAULT_KIOSK = "kiosk"
# A Raspberry Pi's serial number; on a PC the product UUID.
BOARD_FILES = (Path("/proc/device-tree/serial-number"), Path("/sys/class/dmi/id/product_uuid"))


def board_serial(files: tuple[Path, ...] = BOARD_FILES) -> str:
    """A fingerprint of this board, 16 hex digits; empty if it cannot be read."""
    for path in files:
        try:
            serial = path.read_bytes().strip(b"\0 \n")
        except OSError:
            continue
        if serial:
            return sha256(serial).hexdigest()[:16]
    return ""


def settle_epoch(db: KioskDatabase, kiosk: str | None, board: str, random_hex: Callable[[int], str]) -> None:
    """Make sure that the file has a kiosk's name and an epoch that is its own. `kiosk` None keeps the file's name.

    Raises LedgerFailed.
    """
    with told(), db.atomic("IMMEDIATE"):
        known = dict(db.execute_sql("SELECT key, value FROM meta").fetchall())
        name = kiosk or known.get("kiosk", DEFAULT_KIOSK)
        moved = bool(board) and known.get("board", "") not in ("", board)
        facts = {"kiosk": name, "board": board or known.get("board", "")}
        if "epoch" not in known or moved or name != known.get("kiosk"):
            facts["epoch"] = random_hex(EPOCH_BYTES)
        for key, value in facts.items():
            if known.get(key) != value:
                _put(db, key, value)


def new_epoch(db: KioskDatabase, random_hex: Callable[[int], str]) -> str:
    """Give the file a new epoch, as after a restore; returns it. Raises LedgerFailed."""
    epoch = random_hex(EPOCH_BYTES)
    with told(), db.atomic("IMMEDIATE"):
        _put(db, "epoch", epoch)
    return epoch


def _put(db: KioskDatabase, key: str, value: str) -> None:
    db.execute_sql(
        "INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (key, value),
    )
