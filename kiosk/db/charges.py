"""Marks, charges and settlements on SQLite: facts read and entries recorded in one durable transaction each.

What may be done is decided by `circulation.charges`; what an entry does to the tables by `fold`. Entries name nobody:
patron and staff are aliases, and a remark that holds a known name or number is refused, as no entry can be erased.
"""

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from kiosk.circulation import charges
from kiosk.circulation.charges import (
    CHARGED_STATES,
    WHY_CHARACTERS_MAX,
    Charge,
    ChargeReason,
    ChargeState,
    Objection,
    Paying,
    Settlement,
)
from kiosk.circulation.codes import normalise
from kiosk.circulation.ports import Ledger, Shelf
from kiosk.circulation.records import Entry, ItemState, Kind, Patron
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told
from kiosk.db.school import School

NAME_CHARACTERS_MIN = 2  # a shorter name, or number, stands in many an innocent remark
NUMBER_CHARACTERS_MIN = 4
CHARGE = """
    SELECT c.id, c.item, p.number, c.reason, c.state, c.amount_fen, c.paid_fen, c.opened, coalesce(p.klass, e.klass),
        coalesce(t.title, ''), c.settled, c.settled_on, s.number
    FROM charge c JOIN entry e ON e.seq = c.id
    LEFT JOIN alias pa ON pa.alias = c.patron LEFT JOIN person p ON p.id = pa.person_id
    LEFT JOIN alias sa ON sa.alias = c.settled_by LEFT JOIN person s ON s.id = sa.person_id
    LEFT JOIN item i ON i.barcode = c.item LEFT JOIN title t ON t.title_id = i.title_id
"""
# Whoever has the item has had it since the charge was opened, so the charge is about this very loan.
OF_THIS_LOAN = f"""
    {CHARGE} WHERE c.item = ? AND c.state <> 'settled' AND EXISTS (SELECT 1 FROM loan l WHERE l.item = c.item)
    AND NOT EXISTS (SELECT 1 FROM entry n WHERE n.item = c.item AND n.seq > c.id AND n.kind IN ('lent', 'returned'))
    ORDER BY c.id DESC LIMIT 1
"""  # noqa: S608
PRICE = (
    "SELECT coalesce(i.price_fen, t.price_fen) FROM item i JOIN title t ON t.title_id = i.title_id WHERE i.barcode = ?"
)
NOW = "iif(n.state IS NOT NULL AND n.over = i.state, n.state, i.state)"
STOCK = f"""
    SELECT i.barcode, t.title, i.call_number, {NOW}, coalesce(i.price_fen, t.price_fen),
        (SELECT max(e.at_ms) FROM entry e WHERE e.item = i.barcode AND e.kind = 'marked' AND e.reason = {NOW})
    FROM item i JOIN title t ON t.title_id = i.title_id LEFT JOIN item_now n ON n.item = i.barcode
    WHERE {NOW} IN (SELECT value FROM json_each(?)) ORDER BY 6, i.barcode
"""  # noqa: S608
NAMED = """
    SELECT 1 FROM person WHERE (length(name) >= ? AND instr(?, lower(name)) > 0)
        OR (length(number) >= ? AND lower(number) IN (SELECT value FROM json_each(?))) LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Marked:
    """An item before and after; the charge that this opened, changed or put up for decision."""

    item: str
    title: str
    before: ItemState
    state: ItemState
    charge: Charge | None


@dataclass(frozen=True, slots=True)
class Kept:
    """An item in one of the lists of stock. `since` is the day of its mark, None where the office's files say it."""

    item: str
    title: str
    call_number: str
    state: ItemState
    price_fen: int | None
    since: date | None


class ChargeDesk:
    """What staff do about lost and damaged items. `by` is a person's number, `why` a remark or empty."""

    def __init__(self, db: KioskDatabase, shelf: Shelf, ledger: Ledger) -> None:
        self._db = db
        self._shelf = shelf
        self._ledger = ledger

    def mark(self, by: str, barcode: str, state: ItemState, at: datetime, why: str = "") -> Marked | Objection:
        """Mark an item, known by barcode or tag. Lost or damaged while somebody has it: that becomes a charge, or the
        charge that there is for this loan changes. Raises StorageFailed.
        """
        with self._ledger.decision():
            staff, item = self._shelf.patron(by), self._shelf.item(normalise(barcode) or "")
            if staff is None or item is None:
                return Objection.NOT_STAFF if staff is None else Objection.UNKNOWN_ITEM
            objection = charges.may_mark(staff, item.state, state) or self._against(why)
            if objection is not None:
                return objection
            data: dict[str, object] = {"state": state.value, **_remark(why)}
            if charges.reopens(item.state, state):
                data["found"] = item.state.value
            marked = self._ledger.record(Entry(at, Kind.MARKED, item=item.barcode, reason=state, staff=by, data=data))
            again = marked.entry.data.get("charge")
            charge = again if isinstance(again, int) else None
            loan = self._shelf.loan(item.barcode)
            holder = self._shelf.patron(loan.number) if loan is not None and loan.number is not None else None
            if holder is not None and state in CHARGED_STATES:
                charge = self._charge(by, holder, item.barcode, CHARGED_STATES[state], at)
            shown = charge_of(self._db, charge) if charge is not None else None
            return Marked(item.barcode, item.title, item.state, state, shown)

    def amount(self, by: str, number: int, amount_fen: int, at: datetime, why: str = "") -> Charge | Objection:
        """Say how much a charge is. Raises StorageFailed."""
        with self._ledger.decision():
            charge, objection = charge_of(self._db, number), self._not_office(by) or self._against(why)
            if objection is not None:
                return objection
            if charge is None:
                return Objection.UNKNOWN_CHARGE
            objection = charges.may_amount_to(charge, amount_fen)
            if objection is not None:
                return objection
            self._amount_to(charge, amount_fen, by, at, why)
            return self._anew(charge)

    def settle(
        self, by: str, number: int, how: Settlement, at: datetime, amount_fen: int | None = None, why: str = ""
    ) -> Charge | Objection:
        """Close a charge. That ends the loan of an item that stays lost; one that the pupil mended is available again.

        Raises StorageFailed.
        """
        with self._ledger.decision():
            charge, objection = charge_of(self._db, number), self._not_office(by) or self._against(why)
            if objection is not None:
                return objection
            if charge is None:
                return Objection.UNKNOWN_CHARGE
            paying = charges.settle(charge, how, amount_fen)
            if not isinstance(paying, Paying):
                return paying
            if paying.owed_fen is not None:
                self._amount_to(charge, paying.owed_fen, by, at, "")
            item = self._shelf.item(charge.item)
            state = item.state if item is not None else None
            data: dict[str, object] = {"charge": charge.id, "amount_fen": paying.moved_fen, **_remark(why)}
            of_loan = self._all(OF_THIS_LOAN, charge.item)
            if state is ItemState.LOST and of_loan and of_loan[0].id == charge.id:
                data["ends_loan"] = True
            self._record(Kind.SETTLED, charge, how, by, at, data)
            if how is Settlement.MENDED and state in (ItemState.DAMAGED, ItemState.MENDING):
                now = ItemState.AVAILABLE
                mend = Entry(at, Kind.MARKED, item=charge.item, reason=now, staff=by, data={"state": now.value})
                self._ledger.record(mend)
            return self._anew(charge)

    def _charge(self, by: str, holder: Patron, barcode: str, reason: ChargeReason, at: datetime) -> int:
        """Open a charge or change the one for this loan; its number."""
        price = self._db.execute_sql(PRICE, (barcode,)).fetchall()[0][0]
        data: dict[str, object] = {"amount_fen": charges.amount_fen(price, _factor(self._db))}
        before = self._all(OF_THIS_LOAN, barcode)
        if before:
            data["charge"] = before[0].id
        entry = Entry(at, Kind.CHARGED, holder.number, barcode, None, reason, by, None, holder.klass, data)
        seq = self._ledger.record(entry).seq
        return before[0].id if before else seq

    def _amount_to(self, charge: Charge, amount_fen: int, by: str, at: datetime, why: str) -> None:
        data: dict[str, object] = {"charge": charge.id, "amount_fen": amount_fen, **_remark(why)}
        if charge.state is ChargeState.DECIDE:
            data["decide"] = True
        self._record(Kind.CHARGED, charge, charge.reason, by, at, data)

    def _record(self, kind: Kind, charge: Charge, reason: str, by: str, at: datetime, data: dict[str, object]) -> None:
        patron = self._shelf.patron(charge.number) if charge.number is not None else None
        klass = patron.klass if patron is not None else None
        self._ledger.record(Entry(at, kind, charge.number, charge.item, None, reason, by, None, klass, data))

    def _anew(self, charge: Charge) -> Charge:
        now = charge_of(self._db, charge.id)
        assert now is not None, "no charge is ever removed"
        return now

    def _not_office(self, by: str) -> Objection | None:
        staff = self._shelf.patron(by)
        return None if staff is not None and charges.is_office(staff) else Objection.NOT_STAFF

    def _against(self, why: str) -> Objection | None:
        """What is wrong with a remark."""
        if len(why) > WHY_CHARACTERS_MAX or not why.isprintable():
            return Objection.WHY_TOO_LONG
        text = unicodedata.normalize("NFKC", why).lower()
        words = re.findall(r"\w+", text)
        with told():
            named = self._db.execute_sql(NAMED, (NAME_CHARACTERS_MIN, text, NUMBER_CHARACTERS_MIN, json.dumps(words)))
            return Objection.WHY_NAMES if named.fetchall() else None

    def _all(self, sql: str, *values: object) -> list[Charge]:
        return [_charge_from(row) for row in self._db.execute_sql(sql, values).fetchall()]


def charge_of(db: KioskDatabase, number: int) -> Charge | None:
    """The charge with this number."""
    with told():
        rows = db.execute_sql(f"{CHARGE} WHERE c.id = ?", (number,)).fetchall()
    return _charge_from(rows[0]) if rows else None


def charges_of(db: KioskDatabase, *, unsettled: bool = False, klass: str | None = None) -> list[Charge]:
    """The charges, oldest first; those of persons who are in `klass` now, or were then if nobody knows any more."""
    asked = [f"{CHARGE} WHERE 1"]
    if unsettled:
        asked.append("c.state <> 'settled'")
    if klass is not None:
        asked.append("coalesce(p.klass, e.klass) = ?")
    with told():
        rows = db.execute_sql(f"{' AND '.join(asked)} ORDER BY c.id", () if klass is None else (klass,)).fetchall()
    return [_charge_from(row) for row in rows]


def items_in(db: KioskDatabase, states: Iterable[ItemState]) -> list[Kept]:
    """The items in one of `states`, as of now, the longest there first."""
    zone = School(db).policy().zone
    with told():
        rows = db.execute_sql(STOCK, (json.dumps([state.value for state in states]),)).fetchall()
    return [
        Kept(item, title, call_number, ItemState(state), price, _day(at_ms, zone))
        for item, title, call_number, state, price, at_ms in rows
    ]


def _day(at_ms: int | None, zone: Any) -> date | None:
    return None if at_ms is None else datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(zone).date()


def _factor(db: KioskDatabase) -> Decimal:
    rows = db.execute_sql("SELECT value FROM school_setting WHERE key = 'lost_factor'").fetchall()
    return Decimal(rows[0][0] if rows else "1")


def _remark(why: str) -> dict[str, object]:
    return {"why": why} if why else {}


def _charge_from(row: tuple[Any, ...]) -> Charge:
    number, item, patron, reason, state, amount, paid, opened, klass, title, settled, settled_on, settled_by = row
    return Charge(
        number,
        item,
        patron,
        ChargeReason(reason),
        ChargeState(state),
        amount,
        paid,
        date.fromisoformat(opened),
        klass,
        title,
        Settlement(settled) if settled else None,
        date.fromisoformat(settled_on) if settled_on else None,
        settled_by,
    )
