"""A kiosk in a process of its own: lends and takes back for ever (or N times), and says each entry that is on the disk.

Run as `python -m tests.db.writer DATABASE ITEM PATRON [TIMES]`.
"""

import sys
from itertools import count
from pathlib import Path

from kiosk.circulation.records import Entry, Kind
from kiosk.db.connect import checkpoint, open_database
from kiosk.db.failures import LedgerFailed
from tests.db.schools import DUE, NOON, ledger_on


def main(path: str, item: str, patron: str, times: str = "0") -> None:
    db = open_database(Path(path))
    ledger = ledger_on(db)
    for number in count(1):
        if number == int(times) + 1 > 1:
            break
        with ledger.decision():
            out = ledger.record(Entry(NOON, Kind.LENT, patron, item, DUE))
        print(out.seq, flush=True)
        with ledger.decision():
            back = ledger.record(Entry(NOON, Kind.RETURNED, patron, item))
        print(back.seq, flush=True)
        if number % 10 == 0:
            checkpoint(db)
    db.close()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except LedgerFailed as failed:
        sys.exit(f"refused: {failed.cause}")
