"""All tables of the first version, with what the schema itself keeps: STRICT types, an append-only ledger, one loan
an item, and a school_version that rises whenever a rule changes.
"""

SCHOOL = """
CREATE TABLE meta (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE school_setting (key TEXT NOT NULL PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE school_class (
    name TEXT NOT NULL PRIMARY KEY, grade INTEGER NOT NULL, teacher TEXT, place INTEGER NOT NULL
) STRICT;
CREATE TABLE person (
    id INTEGER NOT NULL PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('pupil', 'teacher', 'staff')), klass TEXT, roles TEXT NOT NULL DEFAULT '',
    active INTEGER NOT NULL DEFAULT 1 CHECK (active IN (0, 1)), suspended_until TEXT, pin TEXT
) STRICT;
CREATE INDEX person_klass ON person (klass);
CREATE TABLE card (
    hash BLOB NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    lost INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1))
) STRICT;
CREATE INDEX card_person_id ON card (person_id);
CREATE TABLE title (
    title_id TEXT NOT NULL PRIMARY KEY, title TEXT NOT NULL, author TEXT NOT NULL DEFAULT '',
    isbn TEXT NOT NULL DEFAULT '', publisher TEXT NOT NULL DEFAULT '', year TEXT NOT NULL DEFAULT '',
    clc TEXT NOT NULL DEFAULT '', price_fen INTEGER, added TEXT, summary TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX title_added ON title (added);
CREATE TABLE item (
    barcode TEXT NOT NULL PRIMARY KEY, title_id TEXT NOT NULL REFERENCES title (title_id),
    kind TEXT NOT NULL DEFAULT 'book', call_number TEXT NOT NULL DEFAULT '', price_fen INTEGER,
    state TEXT NOT NULL DEFAULT 'available'
        CHECK (state IN ('available', 'lost', 'damaged', 'mending', 'withdrawn')),
    tag TEXT UNIQUE, parts INTEGER NOT NULL DEFAULT 1, location TEXT NOT NULL DEFAULT '', kept_for TEXT
) STRICT;
CREATE INDEX item_title_id ON item (title_id);
CREATE TABLE slot_row (
    id INTEGER NOT NULL PRIMARY KEY, weekday INTEGER NOT NULL CHECK (weekday BETWEEN 1 AND 7),
    start TEXT NOT NULL, "end" TEXT NOT NULL,
    weeks TEXT NOT NULL DEFAULT 'every' CHECK (weeks IN ('every', 'odd', 'even')),
    use TEXT NOT NULL DEFAULT 'class' CHECK (use IN ('class', 'free')), who TEXT NOT NULL
) STRICT;
CREATE TABLE term_row (
    term TEXT NOT NULL PRIMARY KEY, start TEXT NOT NULL, "end" TEXT NOT NULL,
    last_loan_day TEXT NOT NULL, recall_day TEXT NOT NULL
) STRICT;
CREATE TABLE calendar_row (
    date TEXT NOT NULL PRIMARY KEY, open INTEGER NOT NULL CHECK (open IN (0, 1)),
    runs_as INTEGER CHECK (runs_as BETWEEN 1 AND 7), why TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE rule_row (
    id INTEGER NOT NULL PRIMARY KEY, patron_kind TEXT NOT NULL, item_kind TEXT NOT NULL,
    loanable INTEGER NOT NULL DEFAULT 1 CHECK (loanable IN (0, 1)), number INTEGER, days INTEGER, renewals INTEGER,
    suspension_days INTEGER NOT NULL DEFAULT 0,
    recall_exempt INTEGER NOT NULL DEFAULT 0 CHECK (recall_exempt IN (0, 1))
) STRICT;
"""

LEDGER = """
CREATE TABLE alias (
    alias TEXT NOT NULL PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
    term TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX alias_person_id_term ON alias (person_id, term);
CREATE TABLE base_loan (
    item TEXT NOT NULL PRIMARY KEY, patron TEXT NOT NULL, lent TEXT NOT NULL, due TEXT NOT NULL,
    renewals INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE loan (
    item TEXT NOT NULL PRIMARY KEY, patron TEXT NOT NULL, lent TEXT NOT NULL, due TEXT NOT NULL,
    renewals INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX loan_patron ON loan (patron);
CREATE TABLE item_now (
    item TEXT NOT NULL PRIMARY KEY, state TEXT, over TEXT, fetched_by TEXT
) STRICT;
CREATE TABLE suspension (patron TEXT NOT NULL PRIMARY KEY, until TEXT NOT NULL) STRICT;
CREATE TABLE entry (
    seq INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0), epoch TEXT NOT NULL CHECK (length(epoch) = 16),
    kiosk TEXT NOT NULL, at_ms INTEGER NOT NULL, boot TEXT NOT NULL, boot_ms INTEGER NOT NULL, clock TEXT NOT NULL,
    kind TEXT NOT NULL, patron TEXT, item TEXT, due TEXT, reason TEXT, staff TEXT, reader TEXT, klass TEXT,
    data TEXT NOT NULL DEFAULT '{}', prev BLOB NOT NULL CHECK (length(prev) = 32),
    hash BLOB NOT NULL CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX entry_at_ms ON entry (at_ms);
CREATE INDEX entry_kind ON entry (kind);
CREATE INDEX entry_patron ON entry (patron, kind, at_ms, item) WHERE patron IS NOT NULL;
CREATE INDEX entry_item ON entry (item) WHERE item IS NOT NULL;
CREATE INDEX entry_klass ON entry (klass) WHERE klass IS NOT NULL;
CREATE INDEX entry_open_slot ON entry (seq) WHERE kind = 'changed' AND reason = 'open_slot';
"""

FORBIDDEN = ("UPDATE", "DELETE")
COUNTED = ("school_setting", "school_class", "slot_row", "term_row", "calendar_row", "rule_row")


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Make everything; `user_version` is part of the same transaction and decides what a file is."""
    for statement in (SCHOOL + LEDGER).split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for act in FORBIDDEN:
        db.execute_sql(
            f"CREATE TRIGGER entry_no_{act.lower()} BEFORE {act} ON entry "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END"
        )
    for table in COUNTED:
        for act in ("INSERT", "UPDATE", "DELETE"):
            db.execute_sql(
                f"CREATE TRIGGER {table}_{act.lower()} AFTER {act} ON {table} BEGIN "  # noqa: S608
                "UPDATE meta SET value = CAST(value AS INTEGER) + 1 WHERE key = 'school_version'; END"
            )
    db.execute_sql("INSERT INTO meta (key, value) VALUES ('school_version', '1')")
    db.execute_sql("PRAGMA user_version = 1")
