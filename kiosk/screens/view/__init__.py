"""From the desk's state to a page: pure, so that every page can be made and tested without a screen."""

from typing import assert_never

from kiosk.circulation.desk import Desk
from kiosk.circulation.visit import State
from kiosk.screens.pages import Page
from kiosk.screens.view.board import board, out_of_service
from kiosk.screens.view.drop import drop
from kiosk.screens.view.message import choice, refusal, returned, waiting
from kiosk.screens.view.seen import NewBook, Seen
from kiosk.screens.view.staff import pin, staff
from kiosk.screens.view.visit import visit
from kiosk.words import Words

__all__ = ["NewBook", "Seen", "view"]


def view(desk: Desk, seen: Seen, words: Words) -> Page:
    """The page for the desk as it stands now."""
    if seen.broken or desk.storage_failed is not None:
        return out_of_service(desk, seen, words)
    if desk.staff.asked is not None:
        return pin(desk, words)
    sitting = desk.sitting
    if desk.staff.page and sitting.state is not State.REFUSED:
        return staff(desk, seen, words)
    match sitting.state:
        case State.IDLE:
            return drop(desk, seen, words) if desk.drop.said is not None else board(desk, seen, words)
        case State.STRAY:
            return returned(desk, words) if sitting.given_back else refusal(desk, seen, words)
        case State.BOOKS_WAIT:
            return refusal(desk, seen, words) if sitting.notice is not None else waiting(desk, seen, words)
        case State.VISIT:
            return visit(desk, seen, words)
        case State.CHOICE:
            return choice(desk, seen, words)
        case State.REFUSED:
            return refusal(desk, seen, words)
        case _:
            assert_never(sitting.state)
