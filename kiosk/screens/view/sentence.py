"""An entry as a plain sentence, for the log: who did what with which book, names masked."""

from typing import Protocol

from kiosk.circulation.records import Kind
from kiosk.words import Words


class Told(Protocol):
    """What a sentence needs of an entry."""

    @property
    def kind(self) -> str:
        """A `Kind`."""

    @property
    def patron(self) -> str | None:
        """The number of the person."""

    @property
    def item(self) -> str | None:
        """The barcode."""

    @property
    def due(self) -> str | None:
        """ISO date."""

    @property
    def reason(self) -> str | None:
        """A code or a word."""

    @property
    def staff(self) -> str | None:
        """The number of the member of staff."""

    @property
    def reader(self) -> str | None:
        """Where."""

    @property
    def klass(self) -> str | None:
        """The class as of then."""

    @property
    def title(self) -> str | None:
        """The item's title."""


def sentence(entry: Told, words: Words) -> str:
    """One sentence in the reader's language; the raw form says the rest."""
    values = {
        "who": words("log.who", number=entry.patron, klass=entry.klass or "").strip() if entry.patron else "",
        "book": words("log.book", title=entry.title or entry.item) if entry.item else words("log.code"),
        "due": entry.due or "",
        "reason": _reason(entry, words),
        "staff": entry.staff or "",
        "reader": words.part(entry.reader) if entry.reader else "",
    }
    key = f"log.{Kind(entry.kind)}"
    if entry.kind == Kind.RETURNED and entry.patron is None:
        key = "log.returned.nobody"
    elif entry.kind == Kind.REFUSED and entry.patron is None:
        key = "log.refused.nobody"
    return words(key, **values).strip()


def _reason(entry: Told, words: Words) -> str:
    if not entry.reason:
        return ""
    said = words.said(f"reason.{entry.reason}")
    return entry.reason if said is None else said
