"""The index for finding titles. Those that are there are indexed by their words; the next import adds how they sound.

`search_title` gives each title a `place` in the order of titles; `search_text`, which holds no text of its own, knows
the words that stand at a place. `search_stale` lists titles that changed and were not indexed since; triggers fill it,
and take away what a deleted title leaves.
"""

from kiosk.db.searchindex import index

TABLES = """
CREATE TABLE search_title (
    place INTEGER NOT NULL PRIMARY KEY, title_id TEXT NOT NULL UNIQUE REFERENCES title (title_id) ON DELETE CASCADE,
    key TEXT NOT NULL
) STRICT;
CREATE INDEX search_title_key ON search_title (key, place);
CREATE TABLE search_stale (
    title_id TEXT NOT NULL PRIMARY KEY REFERENCES title (title_id) ON DELETE CASCADE
) STRICT;
CREATE VIRTUAL TABLE search_text USING fts5 (
    title, author, number, sound, content = '', contentless_delete = 1, tokenize = 'ascii'
);
"""
STALE = "INSERT INTO search_stale (title_id) SELECT title_id FROM title WHERE title_id = {} ON CONFLICT DO NOTHING"
TRIGGERS = {
    "search_title_delete": ("DELETE ON search_title", "DELETE FROM search_text WHERE rowid = old.place"),
    "search_title_new": ("INSERT ON title", STALE.format("new.title_id")),
    "search_title_changed": (
        "UPDATE OF title, author, isbn ON title "
        "WHEN (old.title, old.author, old.isbn) IS NOT (new.title, new.author, new.isbn)",
        STALE.format("new.title_id"),
    ),
    "search_item_new": ("INSERT ON item WHEN new.call_number <> ''", STALE.format("new.title_id")),
    "search_item_changed": (
        "UPDATE OF title_id, call_number ON item "
        "WHEN (old.title_id, old.call_number) IS NOT (new.title_id, new.call_number)",
        f"{STALE.format('new.title_id')}; {STALE.format('old.title_id')}",
    ),
    "search_item_gone": ("DELETE ON item", STALE.format("old.title_id")),
}


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Make the tables and the triggers, and index what is there."""
    for statement in TABLES.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    for name, (event, act) in TRIGGERS.items():
        db.execute_sql(f"CREATE TRIGGER {name} AFTER {event} BEGIN {act}; END")
    titles = [row[0] for row in db.execute_sql("SELECT title_id FROM title").fetchall()]
    index(db, titles)
    db.execute_sql("PRAGMA user_version = 3")
