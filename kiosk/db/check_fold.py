"""The second fold: what the ledger adds up to by docs/ledger.md, in plain Python, compared with the tables.

It shares no code with `fold`, on purpose: a mistake there must not repeat itself here. `base_loan` is where it
starts, the entries are gone through once in their order, and what comes out has to be what the tables say.
"""

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.db.connect import KioskDatabase

PAGE = (
    "SELECT seq, at_ms, kind, patron, item, due, data, reason, staff FROM entry WHERE seq > ? ORDER BY seq LIMIT 5000"
)
CHARGE_COLUMNS = (
    "item", "patron", "reason", "state", "amount_fen", "paid_fen", "opened", "settled", "settled_on", "settled_by",
    "came_back",
)  # fmt: skip
CHARGES = f"SELECT id, {', '.join(CHARGE_COLUMNS)} FROM charge"  # noqa: S608
Loans = dict[str, tuple[str, str, str, int]]  # item: patron, lent, due, renewals


class SecondFold:
    """What the entries add up to so far, and what in them does not add up."""

    def __init__(self, zone: ZoneInfo, base: Loans) -> None:
        self.zone = zone
        self.loans: Loans = dict(base)
        self.states: dict[str, tuple[str, str | None]] = {}
        self.fetched: dict[str, str] = {}
        self.suspended: dict[str, str] = {}
        self.charges: dict[int, dict[str, Any]] = {}
        self.wrong: list[str] = []

    def take(self, row: tuple[Any, ...]) -> None:
        """One entry: seq, at_ms, kind, patron, item, due, data, reason, staff."""
        seq, at_ms, kind, patron, item, due, text, *_ = row
        data = json.loads(text)
        if kind == "lent":
            if item in self.loans:
                self.wrong.append(f"entry {seq} lends {item}, which was already lent")
            self.loans[item] = (patron, self._day(at_ms).isoformat(), due, 0)
            if data.get("fetched") is True:
                self.fetched[item] = patron
        if kind == "renewed":
            if item not in self.loans:
                self.wrong.append(f"entry {seq} renews {item}, which was not lent")
                return
            who, lent, _, renewals = self.loans[item]
            self.loans[item] = (who, lent, due, renewals + 1)
        if kind == "returned":
            self.loans.pop(item, None)
            until = data.get("suspended_until")
            if until and patron is not None:
                self.suspended[patron] = max(until, self.suspended.get(patron, ""))
        if kind in ("returned", "marked") and item is not None and data.get("state") is not None:
            self.states[item] = (data["state"], data.get("over"))
        if kind == "charged" and data.get("charge") is None:
            self.charges[seq] = {
                **dict.fromkeys(CHARGE_COLUMNS), "item": item, "patron": patron, "paid_fen": 0,
                "opened": self._day(at_ms).isoformat(),
            }  # fmt: skip
        if kind in ("charged", "settled") or (kind in ("returned", "marked") and "charge" in data):
            self._take_charge(row, data)

    def _take_charge(self, row: tuple[Any, ...], data: dict[str, Any]) -> None:
        """One entry that opens, changes, reopens or settles a charge."""
        seq, at_ms, kind, _, item, _, _, reason, staff = row
        charge = self.charges.get(data.get("charge", seq))
        if charge is None or charge["item"] != item:
            self.wrong.append(f"entry {seq} speaks of a charge for {item} that nobody opened")
            return
        if kind in ("returned", "marked"):
            charge["state"], charge["came_back"] = "decide", seq
        elif charge["state"] == "settled":
            self.wrong.append(f"entry {seq} changes a charge for {item} that was settled")
        elif kind == "charged":
            charge["reason"], charge["amount_fen"] = reason, data.get("amount_fen")
            if data.get("decide"):
                charge["state"] = "decide"
            else:
                charge["state"], charge["came_back"] = "open" if charge["amount_fen"] is not None else "asks", None
        else:
            charge["state"], charge["settled"], charge["settled_by"] = "settled", reason, staff
            charge["settled_on"] = self._day(at_ms).isoformat()
            if reason == "paid":
                charge["paid_fen"] += data.get("amount_fen", 0)
            elif reason == "refunded":
                charge["paid_fen"] -= data.get("amount_fen", 0)
            if data.get("ends_loan"):
                self.loans.pop(item, None)

    def _day(self, at_ms: int) -> date:
        seconds, ms = divmod(at_ms, 1000)
        return datetime.fromtimestamp(seconds, UTC).replace(microsecond=ms * 1000).astimezone(self.zone).date()


def fold_differences(db: KioskDatabase) -> list[str]:
    """Where the tables say other than the ledger, in plain words; inside the caller's transaction."""
    second = SecondFold(_zone(db), _loans(db, "base_loan"))
    seq = 0
    while rows := db.execute_sql(PAGE, (seq,)).fetchall():
        for row in rows:
            second.take(row)
        seq = rows[-1][0]
    now = db.execute_sql("SELECT item, state, over, fetched_by FROM item_now").fetchall()
    return [
        *second.wrong,
        *_differ("the loan of item", second.loans, _loans(db, "loan")),
        *_differ("the state of item", second.states, {item: (s, over) for item, s, over, _ in now if s is not None}),
        *_differ("who fetched item", second.fetched, {item: who for item, _, _, who in now if who is not None}),
        *_differ(
            "the suspension of",
            second.suspended,
            dict(db.execute_sql("SELECT patron, until FROM suspension").fetchall()),
        ),
        *_differ(
            "the charge",
            {str(seq): tuple(charge.values()) for seq, charge in second.charges.items()},
            {str(row[0]): row[1:] for row in db.execute_sql(CHARGES).fetchall()},
        ),
    ]


def _differ(what: str, ledger: dict[str, Any], table: dict[str, Any]) -> list[str]:
    names = sorted(name for name in ledger.keys() | table.keys() if ledger.get(name) != table.get(name))
    return [f"{what} {name}: {_said(ledger, name)} by the ledger, {_said(table, name)} in the table" for name in names]


def _said(facts: dict[str, Any], name: str) -> str:
    value = facts.get(name)
    if value is None:
        return "nothing"
    return " ".join(map(str, value)) if isinstance(value, tuple) else str(value)


def _loans(db: KioskDatabase, table: str) -> Loans:
    rows = db.execute_sql(f"SELECT item, patron, lent, due, renewals FROM {table}").fetchall()  # noqa: S608
    return {item: (patron, lent, due, renewals) for item, patron, lent, due, renewals in rows}


def _zone(db: KioskDatabase) -> ZoneInfo:
    rows = db.execute_sql("SELECT value FROM school_setting WHERE key = 'timezone'").fetchall()
    return ZoneInfo(rows[0][0] if rows else "Asia/Shanghai")
