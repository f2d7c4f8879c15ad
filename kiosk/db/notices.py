"""What the notice board and the librarian's pages show of the stock, as small frozen values."""

from dataclasses import dataclass
from datetime import date

from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told

NEW_TITLES_MAX = 24


@dataclass(frozen=True, slots=True)
class NewTitle:
    """A title that the library got lately."""

    title: str
    author: str
    added: date


def new_titles(db: KioskDatabase, limit: int = NEW_TITLES_MAX, since: date | None = None) -> tuple[NewTitle, ...]:
    """The titles added last that one may borrow or read here, newest first; added on or after `since` if given."""
    with told():
        rows = db.execute_sql(
            "SELECT title, author, added FROM title t WHERE added IS NOT NULL AND added >= ? AND EXISTS "
            "(SELECT 1 FROM item i WHERE i.title_id = t.title_id AND i.kind <> 'textbook' AND i.state <> 'withdrawn') "
            "ORDER BY added DESC, title_id LIMIT ?",
            (since.isoformat() if since else "", limit),
        ).fetchall()
    return tuple(NewTitle(title, author, date.fromisoformat(added)) for title, author, added in rows)


def title_of(db: KioskDatabase, barcode: str) -> str | None:
    """The title of the item with this barcode."""
    with told():
        rows = db.execute_sql(
            "SELECT t.title FROM item i JOIN title t ON t.title_id = i.title_id WHERE i.barcode = ?", (barcode,)
        ).fetchall()
    return rows[0][0] if rows else None
