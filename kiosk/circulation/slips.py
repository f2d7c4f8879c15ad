"""The slip: what was lent, renewed and given back in one visit, as a value for the printer.

It carries the masked name and only the books of this visit; what else is out is nobody's business at a printer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kiosk.circulation.names import masked
from kiosk.circulation.records import Patron
from kiosk.circulation.turn import Turn
from kiosk.circulation.visit import Deed, Done, Sitting


class SlipWhen(StrEnum):
    """When a slip is printed."""

    NEVER = "never"
    ASK = "ask"  # when the patron touches "print a slip"
    ALWAYS = "always"  # at the end of every visit in which something was done


@dataclass(frozen=True, slots=True)
class SlipLine:
    """A book and what became of it. `due` is None for a book given back."""

    title: str
    done: Done
    due: date | None


@dataclass(frozen=True, slots=True)
class Slip:
    """What is printed. `patron` is masked, `at` is the school's time, `language` is that of the visit."""

    school: str
    patron: str
    at: datetime
    lines: tuple[SlipLine, ...]
    language: str


def slip_lines(deeds: Iterable[Deed]) -> tuple[SlipLine, ...]:
    """A line a book, with what happened to it last, in the order of what happened."""
    last: dict[str, Deed] = {}
    for deed in deeds:
        last.pop(deed.barcode, None)
        last[deed.barcode] = deed
    return tuple(SlipLine(deed.title, deed.done, deed.due) for deed in last.values())


def print_slip(turn: Turn, sitting: Sitting, patron: Patron, language: str) -> None:
    """Have what was done in this visit printed, if not all of it is on a slip already."""
    if not sitting.unprinted:
        return
    sitting.printed, sitting.slip_failed = len(sitting.deeds), False
    slip = Slip(turn.policy.name, masked(patron.name), turn.local, slip_lines(sitting.deeds), language)
    turn.tell("receipt", "print", slip)
