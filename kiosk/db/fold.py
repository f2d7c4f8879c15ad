"""What each kind of entry does to loans, item states, suspensions and charges; everything else changes nothing.

| kind     | loan                         | item_now                        | suspension   | charge                  |
|----------|------------------------------|---------------------------------|--------------|-------------------------|
| lent     | a row; one there is an error | fetched_by, if `data.fetched`   |              |                         |
| renewed  | due, renewals + 1            |                                 |              |                         |
| returned | row gone, if there was one   | state and over, if `data.state` | `data.susp…` | decide: `data.charge`   |
| marked   |                              | state and over, if `data.state` |              | decide: `data.charge`   |
| charged  |                              |                                 |              | new, or `data.charge`   |
| settled  | gone, if `data.ends_loan`    |                                 |              | settled: `data.charge`  |

The fold looks at the entry alone and never at a rule. What it needs and the desk did not say is put into the entry's
data by `completed` before the entry is hashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.circulation.charges import GONE, ChargeReason, Settlement, reopens
from kiosk.circulation.records import ItemState, Kind
from kiosk.db.connect import KioskDatabase

# The charge that a lost item's coming back puts up for decision again: the newest, and each only once.
REOPENED = (
    "SELECT id, state FROM charge WHERE item = ? AND reason = 'lost' AND came_back IS NULL ORDER BY id DESC LIMIT 1"
)


class CannotFold(Exception):
    """The entry contradicts what earlier entries add up to: a fault, not a refusal."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the fold sees it. `patron` and `staff` are aliases and `day` the local date."""

    seq: int
    kind: Kind
    day: date
    patron: str | None
    item: str | None
    due: date | None
    reason: str | None
    staff: str | None
    data: Mapping[str, object]


def completed(
    db: KioskDatabase, kind: Kind, item: str | None, number: str | None, data: Mapping[str, object]
) -> Mapping[str, object]:
    """`data` with what the fold will need: the state of a lost item that came back and its charge, which is to be
    decided again, and whether a kept item was fetched.

    `over` is the office's own word for the item's state; as soon as the office says another, that counts.
    """
    if item is None or kind not in (Kind.LENT, Kind.RETURNED, Kind.MARKED):
        return data
    rows = db.execute_sql(
        "SELECT i.state, i.kept_for, n.state, n.over FROM item i LEFT JOIN item_now n ON n.item = i.barcode "
        "WHERE i.barcode = ?",
        (item,),
    ).fetchall()
    if not rows:
        return data
    by_office, kept_for, now, over = rows[0]
    state = now if now is not None and over == by_office else by_office
    if kind is Kind.LENT:
        return {**data, "fetched": True} if number is not None and kept_for == number else data
    if kind is Kind.RETURNED and state == "lost":
        data = {"state": "available", **data}
    if kind is Kind.RETURNED or reopens(ItemState(state), ItemState(str(data.get("state", state)))):
        again = db.execute_sql(REOPENED, (item,)).fetchall()
        # One that is not settled waits for the item, whatever the office's files call it meanwhile.
        if again and (state in GONE or again[0][1] != "settled"):
            data = {"charge": again[0][0], **data}
    return {"over": by_office, **data} if "state" in data else data


def fold(db: KioskDatabase, line: Line) -> None:
    """Apply one entry to the tables. Raises CannotFold."""
    match line.kind:
        case Kind.LENT:
            _lend(db, line)
        case Kind.RENEWED:
            _renew(db, line)
        case Kind.RETURNED:
            db.execute_sql("DELETE FROM loan WHERE item = ?", (line.item,))
            _mark(db, line)
            _suspend(db, line)
            _reopen(db, line)
        case Kind.MARKED:
            _mark(db, line)
            _reopen(db, line)
        case Kind.CHARGED:
            _charge(db, line)
        case Kind.SETTLED:
            _settle(db, line)
        case _:
            pass


def _lend(db: KioskDatabase, line: Line) -> None:
    if line.item is None or line.patron is None or line.due is None:
        raise CannotFold("lent: item, patron and due are needed")
    there = db.execute_sql("SELECT 1 FROM loan WHERE item = ?", (line.item,)).fetchall()
    if there:
        raise CannotFold(f"lent: item {line.item} is already on loan")
    db.execute_sql(
        "INSERT INTO loan (item, patron, lent, due, renewals) VALUES (?, ?, ?, ?, 0)",
        (line.item, line.patron, line.day.isoformat(), line.due.isoformat()),
    )
    if line.data.get("fetched") is True:
        db.execute_sql(
            "INSERT INTO item_now (item, fetched_by) VALUES (?, ?) "
            "ON CONFLICT (item) DO UPDATE SET fetched_by = excluded.fetched_by",
            (line.item, line.patron),
        )


def _renew(db: KioskDatabase, line: Line) -> None:
    if line.due is None:
        raise CannotFold("renewed: due is needed")
    done = db.execute_sql(
        "UPDATE loan SET due = ?, renewals = renewals + 1 WHERE item = ? RETURNING 1", (line.due.isoformat(), line.item)
    ).fetchall()
    if not done:
        raise CannotFold(f"renewed: item {line.item} is not on loan")


def _mark(db: KioskDatabase, line: Line) -> None:
    state = line.data.get("state")
    if state is None or line.item is None:
        return
    db.execute_sql(
        "INSERT INTO item_now (item, state, over) VALUES (?, ?, ?) "
        "ON CONFLICT (item) DO UPDATE SET state = excluded.state, over = excluded.over",
        (line.item, state, line.data.get("over")),
    )


def _suspend(db: KioskDatabase, line: Line) -> None:
    until = line.data.get("suspended_until")
    if until is None or line.patron is None:
        return
    db.execute_sql(
        "INSERT INTO suspension (patron, until) VALUES (?, ?) "
        "ON CONFLICT (patron) DO UPDATE SET until = max(until, excluded.until)",
        (line.patron, until),
    )


def _charge(db: KioskDatabase, line: Line) -> None:
    """Open a charge; with `data.charge`, say anew what an unsettled one is for and how much it is. With `data.decide`
    its item came back, and it still waits to be decided again.
    """
    amount, charge = line.data.get("amount_fen"), line.data.get("charge")
    if line.item is None or line.reason not in set(ChargeReason) or (line.patron is None and charge is None):
        raise CannotFold("charged: patron, item and a reason are needed")
    if amount is not None and (not isinstance(amount, int) or amount < 0):
        raise CannotFold("charged: amount_fen is a whole number or null")
    state = "decide" if line.data.get("decide") is True else "asks" if amount is None else "open"
    if charge is None:
        db.execute_sql(
            "INSERT INTO charge (id, item, patron, reason, state, amount_fen, opened) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (line.seq, line.item, line.patron, line.reason, state, amount, line.day.isoformat()),
        )
        return
    done = db.execute_sql(
        "UPDATE charge SET reason = ?1, amount_fen = ?2, state = ?3, came_back = iif(?3 = 'decide', came_back, NULL) "
        "WHERE id = ?4 AND item = ?5 AND state <> 'settled' AND paid_fen <= coalesce(?2, 0) RETURNING 1",
        (line.reason, amount, state, charge, line.item),
    ).fetchall()
    if not done:
        raise CannotFold(f"charged: item {line.item} has no charge {charge} that can be changed")


def _settle(db: KioskDatabase, line: Line) -> None:
    moved, charge = line.data.get("amount_fen", 0), line.data.get("charge")
    if line.reason not in set(Settlement) or not isinstance(moved, int) or moved < 0:
        raise CannotFold("settled: a reason and an amount are needed")
    paid = {Settlement.PAID: moved, Settlement.REFUNDED: -moved}.get(Settlement(line.reason), 0)
    done = db.execute_sql(
        "UPDATE charge SET state = 'settled', settled = ?1, settled_on = ?2, settled_by = ?3, paid_fen = paid_fen + ?4 "
        "WHERE id = ?5 AND item = ?6 AND state <> 'settled' "
        "AND paid_fen + ?4 BETWEEN 0 AND coalesce(amount_fen, 0) RETURNING 1",
        (line.reason, line.day.isoformat(), line.staff, paid, charge, line.item),
    ).fetchall()
    if not done:
        raise CannotFold(f"settled: item {line.item} has no charge {charge} that can be settled so")
    if line.data.get("ends_loan") is True:
        db.execute_sql("DELETE FROM loan WHERE item = ?", (line.item,))


def _reopen(db: KioskDatabase, line: Line) -> None:
    charge = line.data.get("charge")
    if charge is None:
        return
    done = db.execute_sql(
        "UPDATE charge SET state = 'decide', came_back = ? WHERE id = ? AND item = ? RETURNING 1",
        (line.seq, charge, line.item),
    ).fetchall()
    if not done:
        raise CannotFold(f"{line.kind}: item {line.item} has no charge {charge}")
