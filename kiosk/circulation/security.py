"""The order of tag security: disarmed after the entry, armed before a return, and put right when it does not fit.

Arming waits for the tag, so it never happens inside a transaction. What could not be armed at once is asked for as an
effect, which the reader's own thread tries for as long as the tag lies there.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from kiosk.circulation.events import DROP, TagAt
from kiosk.circulation.ports import StorageFailed
from kiosk.circulation.turn import Turn

TAG, ARM, DISARM = "tag", "arm", "disarm"


def arm(turn: Turn, tags: Sequence[TagAt]) -> None:
    """Arm `tags`, now if that can be; no transaction may be open."""
    turn.secured.update(tags)
    armed = turn.security.arm(tags) if tags else ()
    for tag in tags:
        if tag not in armed:
            turn.tell(TAG, ARM, tag)


def disarm(turn: Turn, tags: Iterable[TagAt]) -> None:
    """Disarm `tags` of an item that is on loan by an entry on the disk."""
    for tag in tags:
        turn.secured.add(tag)
        turn.take_back(TAG, ARM, tag)
        turn.tell(TAG, DISARM, tag)


@contextmanager
def armed_before(turn: Turn, barcode: str, tags: tuple[TagAt, ...]) -> Iterator[None]:
    """Arm before the return that is recorded inside; a return that the disk refuses leaves a loan, and no alarm."""
    arm(turn, tags)
    try:
        yield
    except StorageFailed:
        if turn.shelf.loan(barcode) is not None:
            disarm(turn, tags)
        raise


def repair(turn: Turn, opened_for: str | None) -> None:
    """Put tags right that say something else than the loans do, unless this turn has seen to them already.

    A book that may fall any moment (`opened_for`) is armed although it is still on loan.
    """
    for seen in turn.arrived:
        if seen.label is None or seen.label.armed is None or seen.at in turn.secured:
            continue
        if seen.at.reader == DROP and seen.barcode == opened_for:
            continue
        on_loan = turn.shelf.loan(seen.barcode) is not None
        if on_loan == seen.label.armed:
            turn.tell(TAG, DISARM if on_loan else ARM, seen.at)
