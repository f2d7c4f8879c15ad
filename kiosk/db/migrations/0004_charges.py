"""What is owed for lost and damaged items: a fold of the ledger, as loans are."""

CHARGE = """
CREATE TABLE charge (
    id INTEGER NOT NULL PRIMARY KEY CHECK (id > 0), item TEXT NOT NULL, patron TEXT NOT NULL,
    reason TEXT NOT NULL CHECK (reason IN ('lost', 'damaged')),
    state TEXT NOT NULL CHECK (state IN ('asks', 'open', 'decide', 'settled')),
    amount_fen INTEGER CHECK (amount_fen >= 0),
    paid_fen INTEGER NOT NULL DEFAULT 0 CHECK (paid_fen BETWEEN 0 AND coalesce(amount_fen, 0)),
    opened TEXT NOT NULL, settled TEXT, settled_on TEXT, settled_by TEXT, came_back INTEGER
) STRICT;
CREATE INDEX charge_item ON charge (item);
CREATE INDEX charge_patron ON charge (patron);
CREATE INDEX charge_unsettled ON charge (id) WHERE state <> 'settled';
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Make the table."""
    for statement in CHARGE.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 4")
