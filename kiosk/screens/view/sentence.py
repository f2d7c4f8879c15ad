"""An entry as a plain sentence, for the log: who did what with which book, names masked."""

from collections.abc import Mapping
from typing import Protocol

from kiosk.circulation.charges import Settlement
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
    def data(self) -> Mapping[str, object]:
        """More facts, by name."""

    @property
    def title(self) -> str | None:
        """The item's title."""


def sentence(entry: Told, words: Words) -> str:
    """One sentence in the reader's language; the raw form says the rest."""
    values = {
        "who": _who(entry, words),
        "book": words("log.book", title=entry.title or entry.item) if entry.item else words("log.code"),
        "due": entry.due or "",
        "reason": _reason(entry, words),
        "staff": entry.staff or "",
        "reader": words.part(entry.reader) if entry.reader else "",
        "amount": _amount(entry, words),
    }
    said = words(_key(entry), **values).strip()
    again = entry.kind in (Kind.RETURNED, Kind.MARKED) and "charge" in entry.data
    return f"{said}{words('log.decide_again')}" if again else said


def _who(entry: Told, words: Words) -> str:
    """The person of the entry; whoever was forgotten still owed and paid."""
    if entry.patron:
        return words("log.who", number=entry.patron, klass=entry.klass or "").strip()
    return words("log.somebody") if entry.kind in (Kind.CHARGED, Kind.SETTLED) else ""


def _key(entry: Told) -> str:
    """Which sentence fits the entry."""
    key = f"log.{Kind(entry.kind)}"
    amount = entry.data.get("amount_fen")
    match entry.kind:
        case Kind.RETURNED | Kind.REFUSED if entry.patron is None:
            return f"{key}.nobody"
        case Kind.CHARGED if amount is None:
            return f"{key}.asks"
        case Kind.SETTLED if amount and entry.reason == Settlement.PAID:
            return f"{key}.paid"
        case Kind.SETTLED if entry.reason == Settlement.REFUNDED:
            return f"{key}.refunded"
        case _:
            return key


def _amount(entry: Told, words: Words) -> str:
    fen = entry.data.get("amount_fen")
    return words("log.yuan", yuan=f"{fen // 100}.{fen % 100:02}") if isinstance(fen, int) else ""


def _reason(entry: Told, words: Words) -> str:
    if not entry.reason:
        return ""
    said = words.said(f"reason.{entry.reason}")
    return entry.reason if said is None else said
