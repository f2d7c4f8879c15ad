"""What the desk asks of the world: facts from the shelf, a ledger that records, and tags that are armed in time.

Shelf and ledger declare how they fail: `StorageFailed` when the disk says no; anything else is a fault and ends the
process. A tag that cannot be armed is no failure: the desk asks for it again as an effect.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from kiosk.circulation.events import TagAt
from kiosk.circulation.policy import Policy
from kiosk.circulation.records import Entry, Item, Loan, Patron, Recorded


class StorageFailed(Exception):
    """The decision could not be made durable; nothing of it happened."""


@dataclass(frozen=True, slots=True)
class KnownCard:
    """The owner of a card, and whether the card was reported lost."""

    patron: Patron
    lost: bool


class Shelf(Protocol):
    """Reads facts. Texts are normalised by `codes`; numbers and barcodes are as imported."""

    def policy(self) -> Policy:
        """The school's rules as of now."""

    def card(self, text: str) -> KnownCard | None:
        """Whose card has this text or UID."""

    def patron(self, number: str) -> Patron | None:
        """The person with this number."""

    def item(self, text: str) -> Item | None:
        """The item with this barcode or tag, its state as of now."""

    def loan(self, barcode: str) -> Loan | None:
        """The open loan of the item."""

    def loans(self, number: str) -> tuple[Loan, ...]:
        """The patron's open loans, the earliest due first."""

    def read_in_term(self, number: str, at: date) -> int:
        """How many loans the patron made in the term that holds `at`, without those given back the same day."""

    def open_until(self) -> datetime | None:
        """Until when staff opened the desk to everybody; may lie in the past."""

    def pin_fits(self, number: str, pin: str) -> bool:
        """Whether `pin` is that of the person with this number; False where there is none."""

    def keyed_hash(self, text: str) -> str:
        """8 hex digits that tell two unknown codes apart without saying what they are."""


class Ledger(Protocol):
    """Records decisions."""

    def decision(self) -> AbstractContextManager[None]:
        """One durable transaction: facts read and entries recorded inside belong together. Raises StorageFailed."""

    def record(self, entry: Entry) -> Recorded:
        """Append `entry` and fold it into loans and marks; only inside `decision()`."""


class TagSecurity(Protocol):
    """Reaches tags that lie at a reader while the desk waits."""

    def arm(self, tags: Sequence[TagAt]) -> Collection[TagAt]:
        """Arm the tags now and read them back; those that are armed. Waits a short while at most for all together."""


class NoSecurity:
    """No reader here can arm a tag at once."""

    def arm(self, tags: Sequence[TagAt]) -> Collection[TagAt]:
        """None of them."""
        return ()
