"""The tags of the further parts of a set: one item may carry several tags, and `item.tag` is the first of them."""

PART_TAG = """
CREATE TABLE part_tag (
    tag TEXT NOT NULL PRIMARY KEY, item TEXT NOT NULL REFERENCES item (barcode) ON DELETE CASCADE
) STRICT;
CREATE INDEX part_tag_item ON part_tag (item);
"""


def up(migrator, db):  # type: ignore[no-untyped-def]
    """Make the table."""
    for statement in PART_TAG.split(";\n"):
        if statement.strip():
            db.execute_sql(statement)
    db.execute_sql("PRAGMA user_version = 2")
