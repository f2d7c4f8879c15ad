"""The desk's facts, read from the database inside whatever transaction the desk has open.

Nothing is kept between two questions but the rules, and those only while their version stands. A person is everyone
behind any of their aliases, so loans and suspensions follow from one term to the next.
"""

from datetime import date, datetime
from typing import Any

from kiosk.circulation.policy import Policy
from kiosk.circulation.ports import KnownCard
from kiosk.circulation.records import Item, ItemState, Loan, Patron, PatronKind, Role
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told
from kiosk.db.school import School
from kiosk.db.sitekey import card_hash, keyed_hash
from kiosk.wire.entry import data_of

PATRON_COLUMNS = """
    p.number, p.name, p.kind, p.klass, c.grade, p.roles, p.active, p.suspended_until,
    (SELECT max(s.until) FROM alias a JOIN suspension s ON s.patron = a.alias WHERE a.person_id = p.id)
"""
PATRON = f"SELECT {PATRON_COLUMNS} FROM person p LEFT JOIN school_class c ON c.name = p.klass WHERE p.number = ?"  # noqa: S608
CARD = f"""
    SELECT {PATRON_COLUMNS}, k.lost FROM card k JOIN person p ON p.id = k.person_id
    LEFT JOIN school_class c ON c.name = p.klass WHERE k.hash = ?
"""  # noqa: S608
ITEM = """
    SELECT i.barcode, t.title, t.author, i.kind, i.state, i.call_number, i.parts, i.location, i.kept_for,
        n.state, n.over, n.fetched_by, i.tag, (SELECT group_concat(p.tag, ';') FROM part_tag p WHERE p.item = i.barcode)
    FROM item i JOIN title t ON t.title_id = i.title_id LEFT JOIN item_now n ON n.item = i.barcode
"""
BY_BARCODE = f"{ITEM} WHERE i.barcode = ?"
BY_TAG = f"{ITEM} WHERE i.tag = ?"
BY_PART_TAG = f"{ITEM} WHERE i.barcode = (SELECT item FROM part_tag WHERE tag = ?)"  # noqa: S608
LOAN_COLUMNS = "l.item, p.number, coalesce(t.title, ''), coalesce(i.kind, 'book'), l.lent, l.due, l.renewals"
LOAN_ITEM = "LEFT JOIN item i ON i.barcode = l.item LEFT JOIN title t ON t.title_id = i.title_id"
LOAN = f"""
    SELECT {LOAN_COLUMNS} FROM loan l LEFT JOIN alias a ON a.alias = l.patron
    LEFT JOIN person p ON p.id = a.person_id {LOAN_ITEM} WHERE l.item = ?
"""  # noqa: S608
LOANS = f"""
    SELECT {LOAN_COLUMNS} FROM person p CROSS JOIN alias a ON a.person_id = p.id
    CROSS JOIN loan l ON l.patron = a.alias {LOAN_ITEM} WHERE p.number = ? ORDER BY l.due, l.lent, l.item
"""  # noqa: S608
READ = """
    SELECT e.seq, e.kind, e.at_ms, e.item FROM person p CROSS JOIN alias a ON a.person_id = p.id AND a.term = ?
    CROSS JOIN entry e ON e.patron = a.alias AND e.kind IN ('lent', 'returned') WHERE p.number = ? ORDER BY e.seq
"""
OPEN_SLOT = "SELECT data FROM entry WHERE kind = 'changed' AND reason = 'open_slot' ORDER BY seq DESC LIMIT 1"
FETCHED = "SELECT 1 FROM alias a JOIN person p ON p.id = a.person_id WHERE a.alias = ? AND p.number = ?"


class SqliteShelf:
    """The port `Shelf` on SQLite; for the thread that made it."""

    def __init__(self, db: KioskDatabase, site_key: bytes) -> None:
        self._db = db
        self._key = site_key
        self._school = School(db)

    def policy(self) -> Policy:
        """The school's rules as of now."""
        return self._school.policy()

    def card(self, text: str) -> KnownCard | None:
        """Whose card has this text or UID."""
        row = self._one(CARD, card_hash(self._key, text))
        return KnownCard(_patron(row[:-1]), bool(row[-1])) if row else None

    def patron(self, number: str) -> Patron | None:
        """The person with this number."""
        row = self._one(PATRON, number)
        return _patron(row) if row else None

    def item(self, text: str) -> Item | None:
        """The item with this barcode or tag, with what the entries say about it laid over what the office says."""
        row = self._one(BY_BARCODE, text) or self._one(BY_TAG, text) or self._one(BY_PART_TAG, text)
        if row is None:
            return None
        barcode, title, author, kind, state, call_number, parts, location, kept_for, now, over, fetched_by = row[:-2]
        if kept_for is not None and fetched_by is not None and self._one(FETCHED, fetched_by, kept_for):
            kept_for = None
        state = now if now is not None and over == state else state
        tags = frozenset(";".join(filter(None, row[-2:])).split(";")) - {""}
        return Item(barcode, title, author, kind, ItemState(state), call_number, parts, location, kept_for, tags)

    def loan(self, barcode: str) -> Loan | None:
        """The open loan of the item."""
        row = self._one(LOAN, barcode)
        return _loan(row) if row else None

    def loans(self, number: str) -> tuple[Loan, ...]:
        """The patron's open loans, the earliest due first."""
        return tuple(map(_loan, self._all(LOANS, number)))

    def read_in_term(self, number: str, at: date) -> int:
        """How many loans the patron made in the term that holds `at`, without those given back the same day."""
        policy = self.policy()
        term = policy.calendar.term(at)
        lent_on: dict[str, date] = {}
        count = 0
        for _, kind, at_ms, item in self._all(READ, term.name if term else "", number):
            day = datetime.fromtimestamp(at_ms / 1000, policy.zone).date()
            if kind == "lent":
                lent_on[item] = day
                count += 1
            elif lent_on.pop(item, None) == day:
                count -= 1
        return count

    def open_until(self) -> datetime | None:
        """Until when staff opened the desk to everybody, by the newest entry that says so."""
        row = self._one(OPEN_SLOT)
        until = data_of(row[0]).get("until") if row else None
        return datetime.fromisoformat(until) if isinstance(until, str) else None

    def pin_fits(self, number: str, pin: str) -> bool:
        """Whether `pin` is that of the person with this number (Argon2id); False where there is none."""
        row = self._one("SELECT pin FROM person WHERE number = ?", number)
        if row is None or not row[0]:
            return False
        from argon2.exceptions import InvalidHashError, VerificationError

        from kiosk.db.pins import pin_hasher  # here, as it costs the start and few visits need it

        try:
            return pin_hasher().verify(row[0], pin)
        except (VerificationError, InvalidHashError):
            return False

    def keyed_hash(self, text: str) -> str:
        """8 hex digits that tell two unknown codes apart without saying what they are."""
        return keyed_hash(self._key, text)

    def _all(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        # Always to the last row: a statement left half read would pin an old snapshot.
        with told():
            rows: list[tuple[Any, ...]] = self._db.execute_sql(sql, values).fetchall()
            return rows

    def _one(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        rows = self._all(sql, *values)
        return rows[0] if rows else None


def _patron(row: tuple[Any, ...]) -> Patron:
    number, name, kind, klass, grade, roles, active, by_office, by_return = row
    until = max(filter(None, (by_office, by_return)), default=None)
    return Patron(
        number=number,
        name=name,
        kind=PatronKind(kind),
        klass=klass,
        grade=grade,
        roles=frozenset(Role(role) for role in roles.split(";") if role),
        active=bool(active),
        suspended_until=date.fromisoformat(until) if until else None,
    )


def _loan(row: tuple[Any, ...]) -> Loan:
    barcode, number, title, kind, lent, due, renewals = row
    return Loan(barcode, number, title, kind, date.fromisoformat(lent), date.fromisoformat(due), renewals)
