"""Aliases: the random names under which persons stand in the ledger, one a person and term.

The row that ties an alias to a person can be deleted, and then the entries tell nobody's story while the chain still
holds (docs/ledger.md). An alias is made at its first use, in the transaction that uses it.
"""

from collections.abc import Callable

from kiosk.db.connect import KioskDatabase

ALIAS_BYTES = 8


def alias_of(db: KioskDatabase, number: str, term: str, random_hex: Callable[[int], str]) -> str:
    """The alias (16 hex digits) of the person with this number in `term`; "" is outside of every term.

    Only inside a transaction. Raises LookupError if nobody has the number.
    """
    rows = db.execute_sql(
        "SELECT p.id, a.alias FROM person p LEFT JOIN alias a ON a.person_id = p.id AND a.term = ? WHERE p.number = ?",
        (term, number),
    ).fetchall()
    if not rows:
        raise LookupError(f"no person has the number {number}")
    person, alias = rows[0]
    if alias is None:
        alias = random_hex(ALIAS_BYTES)
        db.execute_sql("INSERT INTO alias (alias, person_id, term) VALUES (?, ?, ?)", (alias, person, term))
    return str(alias)
