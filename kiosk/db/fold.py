"""What each kind of entry does to loans, item states and suspensions; everything else in the ledger changes nothing.

| kind     | loan                         | item_now                          | suspension                |
|----------|------------------------------|-----------------------------------|---------------------------|
| lent     | a row; one there is an error | fetched_by, if `data.fetched`     |                           |
| renewed  | due, renewals + 1            |                                   |                           |
| returned | row gone, if there was one   | state and over, if `data.state`   | `data.suspended_until`    |
| marked   |                              | state and over, if `data.state`   |                           |

The fold looks at the entry alone and never at a rule. What it needs and the desk did not say is put into the entry's
data by `completed` before the entry is hashed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.circulation.records import Kind
from kiosk.db.connect import KioskDatabase


class CannotFold(Exception):
    """The entry contradicts what earlier entries add up to: a fault, not a refusal."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the fold sees it. `patron` is an alias and `day` the local date."""

    kind: Kind
    day: date
    patron: str | None
    item: str | None
    due: date | None
    data: Mapping[str, object]


def completed(
    db: KioskDatabase, kind: Kind, item: str | None, number: str | None, data: Mapping[str, object]
) -> Mapping[str, object]:
    """`data` with what the fold will need: the state of a lost item that came back, whether a kept item was fetched.

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
        case Kind.MARKED:
            _mark(db, line)
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
