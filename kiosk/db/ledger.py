"""The ledger on SQLite: an entry, its place in the chain and what it does to loans, in one durable transaction.

A decision is one BEGIN IMMEDIATE … COMMIT with one fsync. Nothing is remembered from one decision to the next: number,
previous hash and epoch are read each time, so any process may append.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from kiosk.circulation.events import ClockState
from kiosk.circulation.records import Entry, Recorded
from kiosk.db.aliases import alias_of
from kiosk.db.connect import KioskDatabase
from kiosk.db.epoch import settle_epoch
from kiosk.db.failures import told
from kiosk.db.fold import Line, completed, fold
from kiosk.db.school import School
from kiosk.wire.entry import FIRST_PREV, WireEntry, canonical, data_text, entry_hash

ORIGIN = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
LAST = "SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1"
FILE = "SELECT key, value FROM meta WHERE key IN ('kiosk', 'epoch')"
INSERT = """
    INSERT INTO entry (seq, epoch, kiosk, at_ms, boot, boot_ms, clock, kind, patron, item, due, reason, staff, reader,
        klass, data, prev, hash)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""


class SqliteLedger:
    """The port `Ledger` on SQLite; for the thread that made it.

    `clock_state` is set by the desk whenever the trust in the clock changes; every entry carries it. `boot` tells one
    run of the machine from the next and `boottime_ms` counts from its start, sleep included.
    """

    def __init__(
        self,
        db: KioskDatabase,
        kiosk: str | None = None,
        *,
        boot: str,
        boottime_ms: Callable[[], int],
        board: str = "",
        random_hex: Callable[[int], str] = secrets.token_hex,
    ) -> None:
        self.clock_state = ClockState.SYNCED
        self._db = db
        self._boot = boot
        self._boottime_ms = boottime_ms
        self._random_hex = random_hex
        self._school = School(db)
        settle_epoch(db, kiosk, board, random_hex)

    @contextmanager
    def decision(self) -> Iterator[None]:
        """One durable transaction; a decision inside a decision joins it. Raises LedgerFailed, a StorageFailed."""
        if self._db.in_transaction():
            yield
            return
        with told(), self._db.atomic("IMMEDIATE"):
            yield

    def record(self, entry: Entry) -> Recorded:
        """Append `entry` and fold it. Returns it as it stands in the ledger, its data completed."""
        if not self._db.in_transaction():
            raise RuntimeError("record() belongs inside decision()")
        policy = self._school.policy()
        day = entry.at.astimezone(policy.zone).date()
        term = policy.calendar.term(day)
        patron, staff = (self._alias(number, term.name if term else "") for number in (entry.patron, entry.staff))
        data = completed(self._db, entry.kind, entry.item, entry.patron, entry.data)
        wire = self._append(entry, patron, staff, dict(data))
        line = Line(wire.seq, entry.kind, day, patron, entry.item, entry.due, wire.reason, staff, data)
        fold(self._db, line)
        return Recorded(replace(entry, data=data), wire.kiosk, wire.epoch, wire.seq)

    def _append(self, entry: Entry, patron: str | None, staff: str | None, data: dict[str, object]) -> WireEntry:
        file = dict(self._db.execute_sql(FILE).fetchall())
        last = self._db.execute_sql(LAST).fetchall()
        seq, prev = (last[0][0] + 1, last[0][1]) if last else (1, FIRST_PREV)
        wire = WireEntry(
            kiosk=file["kiosk"],
            epoch=file["epoch"],
            seq=seq,
            at_ms=(entry.at - ORIGIN) // MILLISECOND,
            boot=self._boot,
            boot_ms=self._boottime_ms(),
            clock=self.clock_state.value,
            kind=entry.kind.value,
            patron=patron,
            item=entry.item,
            due=entry.due.isoformat() if entry.due else None,
            reason=None if entry.reason is None else str(entry.reason),
            staff=staff,
            reader=entry.reader,
            klass=entry.klass,
            data=data,
            prev="",
            hash="",
        )
        digest = entry_hash(prev, canonical(wire))
        self._db.execute_sql(
            INSERT,
            (
                wire.seq, wire.epoch, wire.kiosk, wire.at_ms, wire.boot, wire.boot_ms, wire.clock, wire.kind,
                wire.patron, wire.item, wire.due, wire.reason, wire.staff, wire.reader, wire.klass,
                data_text(data), prev, digest,
            ),
        )  # fmt: skip
        return wire

    def _alias(self, number: str | None, term: str) -> str | None:
        return None if number is None else alias_of(self._db, number, term, self._random_hex)
