"""Brings in what was out when the school came to the kiosk: the ground that the fold of the ledger starts from.

Where the ledger already speaks of an item, the kiosk knows better and the file's row is skipped. A loan belongs to an
alias, random per person and term, as in the ledger.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from kiosk.circulation.records import Kind
from kiosk.db.aliases import alias_of
from kiosk.db.connect import KioskDatabase
from kiosk.db.models import Alias, BaseLoan, LedgerEntry, Loan, Person
from kiosk.office.folder import LoanLine, SchoolFolder
from kiosk.office.merge import Count, chunks, merge, stored

_COLUMNS = ("patron", "lent", "due", "renewals")
_CIRCULATION = (Kind.LENT, Kind.RETURNED, Kind.RENEWED, Kind.COLLECTED, Kind.CHARGED, Kind.SETTLED)


def store_loans(
    db: KioskDatabase, loans: Sequence[LoanLine], school: SchoolFolder, random_hex: Callable[[int], str]
) -> Count:
    """Bring base_loan, and loan with it, in step with loans.csv."""
    before = stored(BaseLoan, "item", _COLUMNS)
    named = {line.barcode for line in loans}
    gone = [item for item in before if item not in named and item not in school.held_barcodes]
    decided = _decided([*named, *gone])
    owners = _owners()
    rows: dict[str, tuple[Any, ...]] = {}
    for line in loans:
        if line.barcode not in decided:
            alias = before[line.barcode][0] if line.barcode in before else ""
            if owners.get(alias) != line.number:
                alias = alias_of(db, line.number, school.plan.term(line.lent), random_hex)
            rows[line.barcode] = (alias, line.lent.isoformat(), line.due.isoformat(), line.renewals)
    gone = [item for item in gone if item not in decided]
    count = merge(db, BaseLoan, "item", _COLUMNS, rows, before, gone)
    merge(db, Loan, "item", _COLUMNS, rows, stored(Loan, "item", _COLUMNS), gone)
    return count


def _owners() -> dict[str, str]:
    """The number of the person behind every alias."""
    numbers = {row[0]: number for number, row in stored(Person, "number", ("id",)).items()}
    return {alias: numbers[row[0]] for alias, row in stored(Alias, "alias", ("person",)).items()}


def _decided(items: Iterable[str]) -> set[str]:
    """Which of `items` the ledger has lent, taken back or renewed, or whose loan a charge is about."""
    kinds = [kind.value for kind in _CIRCULATION]
    found: set[str] = set()
    for chunk in chunks(items):
        query: Any = LedgerEntry.select(LedgerEntry.item).distinct()
        rows = query.where(LedgerEntry.item.in_(chunk) & LedgerEntry.kind.in_(kinds)).tuples()
        found |= {row[0] for row in rows}
    return found
