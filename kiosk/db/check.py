"""`kiosk check`: is the file whole, is every entry the one that was written, does the fold hold.

The chain is verified with the standard library's JSON and SHA-256 from what docs/ledger.md says, not with the code
that wrote it. Everything is read in one transaction, so that a kiosk at work next door changes nothing meanwhile.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from kiosk.db.check_fold import fold_differences
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import Cause, LedgerFailed, told

FINDINGS_MAX = 20  # of one sort; a damaged file would fill the screen
SELECT = """
    SELECT seq, epoch, kiosk, at_ms, boot, boot_ms, clock, kind, patron, item, due, reason, staff, reader,
        klass AS class, data, prev, hash
    FROM entry WHERE seq > ? ORDER BY seq LIMIT 1000
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, in plain words. `what` is `file`, `keys`, `chain` or `fold`."""

    what: str
    words: str


def check(db: KioskDatabase, *, fold: bool = False) -> list[Finding]:
    """Everything that is wrong; an empty list is a clean bill. Raises LedgerFailed for a lock or a failing disk."""
    found: list[Finding] = []
    try:
        with told(), db.atomic("DEFERRED"):
            found += _file(db)
            found += _keys(db)
            chain = _chain(db)
            found += chain
            if fold and chain:
                found.append(Finding("fold", "not folded: what the entries say is not what was written"))
            elif fold:
                found += [Finding("fold", words) for words in _limited(fold_differences(db))]
    except LedgerFailed as error:
        if error.cause is not Cause.DAMAGED:
            raise
        found.append(Finding("file", f"the file is damaged: {error}"))
    except UnicodeDecodeError:
        found.append(Finding("file", "the file is damaged: it holds text that is not UTF-8"))
    return found


def _file(db: KioskDatabase) -> list[Finding]:
    rows = db.execute_sql(f"PRAGMA integrity_check({FINDINGS_MAX})").fetchall()
    return [Finding("file", f"the file is damaged: {row[0]}") for row in rows if row[0] != "ok"]


def _keys(db: KioskDatabase) -> list[Finding]:
    rows = db.execute_sql("PRAGMA foreign_key_check").fetchall()
    words = [f"a row of {table} points at a row of {parent} that is missing" for table, _, parent, _ in rows]
    return [Finding("keys", text) for text in _limited(words)]


def _chain(db: KioskDatabase) -> list[Finding]:
    found: list[str] = []
    seq, prev = 0, bytes(32)
    while rows := _entries(db, seq):
        for row in rows:
            if row["seq"] != seq + 1:
                found.append(f"entries {seq + 1} to {row['seq'] - 1} are missing")
            elif row["prev"] != prev:
                found.append(f"entry {row['seq']} does not follow entry {seq}")
            if not _as_written(row):
                found.append(f"entry {row['seq']} is not as it was written")
            seq, prev = row["seq"], row["hash"]
        if len(found) > FINDINGS_MAX:
            break
    return [Finding("chain", words) for words in _limited(found)]


def _entries(db: KioskDatabase, after: int) -> list[dict[str, Any]]:
    cursor = db.execute_sql(SELECT, (after,))
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _as_written(row: dict[str, Any]) -> bool:
    try:
        return bool(row["hash"] == sha256(row["prev"] + _canonical(row)).digest())
    except ValueError:  # its data is not JSON
        return False


def _canonical(row: dict[str, Any]) -> bytes:
    """RFC 8785 as far as entries go: sorted names, no spaces, UTF-8, integers only."""
    form = {name: value for name, value in row.items() if name not in ("prev", "hash")}
    form["data"] = json.loads(row["data"])
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _limited(words: list[str]) -> list[str]:
    more = len(words) - FINDINGS_MAX
    return words if more <= 0 else [*words[:FINDINGS_MAX], f"and {more} more like these"]
