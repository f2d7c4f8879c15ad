"""The tables as peewee sees them; the migrations make them, and a test holds the two together.

What the school says (people, titles, items, rules) is edited; what happened (entry) is only appended; loans, item
states, suspensions and charges are a fold of the entries on top of what the office brought in (`base_loan`).
All tables are STRICT. Dates are ISO texts, instants are UTC milliseconds, money is in fen.
"""

from peewee import (
    AutoField,
    BigIntegerField,
    BlobField,
    BooleanField,
    Database,
    DatabaseProxy,
    ForeignKeyField,
    IntegerField,
    Model,
    TextField,
)

DATABASE = DatabaseProxy()


def bind(db: Database) -> None:
    """Let the models speak to `db`; one database a process."""
    DATABASE.initialize(db)


class Table(Model):
    """All tables share one database and are STRICT."""

    class Meta:
        database = DATABASE
        strict_tables = True
        legacy_table_names = False


class Meta(Table):
    """Facts about this file: kiosk, epoch, board, school_version (triggers raise it with every change of a rule)."""

    key = TextField(primary_key=True)
    value = TextField()


class SchoolSetting(Table):
    """school.toml by its own keys, and `item_check`: plain texts, numbers in digits, `commands` a JSON list."""

    key = TextField(primary_key=True)
    value = TextField()


class SchoolClass(Table):
    """A class. `place` keeps the order of the file."""

    name = TextField(primary_key=True)
    grade = IntegerField()
    teacher = TextField(null=True)  # a person's number
    place = IntegerField()


class Person(Table):
    """A person with a card. `roles` are joined by `;`. `pin` is an Argon2id hash."""

    id = AutoField()
    number = TextField(unique=True)
    name = TextField()
    kind = TextField()
    klass = TextField(null=True, index=True)
    roles = TextField(default="")
    active = BooleanField(default=True)
    suspended_until = TextField(null=True)
    pin = TextField(null=True)


class Card(Table):
    """A card as the keyed hash of its normalised text or UID, never the text itself."""

    hash = BlobField(primary_key=True)
    person = ForeignKeyField(Person, backref="cards", on_delete="CASCADE")
    lost = BooleanField(default=False)


class Title(Table):
    """The work that copies are copies of."""

    title_id = TextField(primary_key=True)
    title = TextField()
    author = TextField(default="")
    isbn = TextField(default="")
    publisher = TextField(default="")
    year = TextField(default="")
    clc = TextField(default="")
    price_fen = IntegerField(null=True)
    added = TextField(null=True, index=True)
    summary = TextField(default="")


class Item(Table):
    """One physical copy as the office knows it."""

    barcode = TextField(primary_key=True)
    title = ForeignKeyField(Title, column_name="title_id", backref="items")
    kind = TextField(default="book")
    call_number = TextField(default="")
    price_fen = IntegerField(null=True)
    state = TextField(default="available")
    tag = TextField(null=True, unique=True)
    parts = IntegerField(default=1)
    location = TextField(default="")
    kept_for = TextField(null=True)  # a person's number


class PartTag(Table):
    """A further tag of an item that has several: one for each part of a set."""

    tag = TextField(primary_key=True)
    item = ForeignKeyField(Item, column_name="item", backref="part_tags", on_delete="CASCADE")


class SlotRow(Table):
    """A row of the timetable."""

    id = AutoField()
    weekday = IntegerField()
    start = TextField()
    end = TextField()
    weeks = TextField(default="every")
    use = TextField(default="class")
    who = TextField()


class TermRow(Table):
    """A term."""

    term = TextField(primary_key=True)
    start = TextField()
    end = TextField()
    last_loan_day = TextField()
    recall_day = TextField()


class CalendarRow(Table):
    """A day that is not as its weekday says."""

    date = TextField(primary_key=True)
    open = BooleanField()
    runs_as = IntegerField(null=True)
    why = TextField(default="")


class RuleRow(Table):
    """A row of the rules; null is "as by default"."""

    id = AutoField()
    patron_kind = TextField()
    item_kind = TextField()
    loanable = BooleanField(default=True)
    number = IntegerField(null=True)
    days = IntegerField(null=True)
    renewals = IntegerField(null=True)
    suspension_days = IntegerField(default=0)
    recall_exempt = BooleanField(default=False)


class Alias(Table):
    """Who an entry's patron is: random per person and term, and deleted after the dispute window."""

    alias = TextField(primary_key=True)  # type: ignore[assignment]
    person = ForeignKeyField(Person, backref="aliases", on_delete="CASCADE")
    term = TextField(default="")

    class Meta:
        indexes = ((("person", "term"), True),)


class BaseLoan(Table):
    """What was out when the office brought the school in: the ground that the fold starts from."""

    item = TextField(primary_key=True)
    patron = TextField()  # an alias
    lent = TextField()
    due = TextField()
    renewals = IntegerField(default=0)


class Loan(Table):
    """Who has what now, keyed by item: lent twice is impossible."""

    item = TextField(primary_key=True)
    patron = TextField(index=True)  # an alias
    lent = TextField()
    due = TextField()
    renewals = IntegerField(default=0)


class ItemNow(Table):
    """What entries say about an item. `state` counts as long as the office still says `over`; `fetched_by` is the alias
    of the patron who came for a book that was kept for them.
    """

    item = TextField(primary_key=True)
    state = TextField(null=True)
    over = TextField(null=True)
    fetched_by = TextField(null=True)


class Suspension(Table):
    """Until when a late return keeps a patron from borrowing; the longest wins."""

    patron = TextField(primary_key=True)  # an alias
    until = TextField()


class Charge(Table):
    """What is owed for a lost or damaged item. `id` is the number of the entry that opened it, `came_back` that of the
    entry that put it up for decision again; `settled` is how it was closed last.
    """

    id = IntegerField(primary_key=True)
    item = TextField(index=True)
    patron = TextField(index=True)  # an alias
    reason = TextField()
    state = TextField()
    amount_fen = IntegerField(null=True)
    paid_fen = IntegerField(default=0)
    opened = TextField()
    settled = TextField(null=True)
    settled_on = TextField(null=True)
    settled_by = TextField(null=True)  # an alias
    came_back = IntegerField(null=True)


class LedgerEntry(Table):
    """The ledger. `seq` counts on through every epoch of this file, so its order is the order of events."""

    seq = IntegerField(primary_key=True)
    epoch = TextField()
    kiosk = TextField()
    at_ms = BigIntegerField(index=True)
    boot = TextField()
    boot_ms = BigIntegerField()
    clock = TextField()
    kind = TextField(index=True)
    patron = TextField(null=True)
    item = TextField(null=True)
    due = TextField(null=True)
    reason = TextField(null=True)
    staff = TextField(null=True)
    reader = TextField(null=True)
    klass = TextField(null=True)
    data = TextField(default="{}")
    prev = BlobField()
    hash = BlobField()

    class Meta:
        table_name = "entry"


class SearchTitle(Table):
    """Where a title stands in the index `search_text`: places are in the order of titles, `key` is what is compared."""

    place = BigIntegerField(primary_key=True)
    title = ForeignKeyField(Title, column_name="title_id", unique=True, on_delete="CASCADE")
    key = TextField()

    class Meta:
        indexes = ((("key", "place"), False),)


class SearchStale(Table):
    """A title that changed since it was indexed, or whose sound was not computed yet; triggers add it."""

    title = ForeignKeyField(Title, column_name="title_id", primary_key=True, on_delete="CASCADE")


TABLES: tuple[type[Table], ...] = (
    Meta, SchoolSetting, SchoolClass, Person, Card, Title, Item, PartTag, SlotRow, TermRow, CalendarRow, RuleRow,
    Alias, BaseLoan, Loan, ItemNow, Suspension, Charge, LedgerEntry, SearchTitle, SearchStale,
)  # fmt: skip
