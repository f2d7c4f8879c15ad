"""What stands on a slip, in the language of the visit."""

from kiosk.circulation.slips import Slip, SlipLine
from kiosk.circulation.visit import Done
from kiosk.devices.receipt.paper import Line, Style
from kiosk.words import Words, words


def slip_paper(slip: object) -> list[Line]:
    """The lines of a slip."""
    assert isinstance(slip, Slip), "only slips are printed"
    said = words(slip.language)
    head = [Line(slip.school or said("slip.head"), style=Style.HEAD)]
    who = Line(slip.patron, f"{said.day(slip.at.date())} {said.time(slip.at.time())}")
    books = [line for book in slip.lines for line in _book(book, said)]
    return [*head, Line(""), who, Line(""), *books, Line(""), Line(said("slip.end"))]


def _book(book: SlipLine, said: Words) -> list[Line]:
    what = said("row.returned") if book.due is None or book.done is Done.RETURNED else _due(book, said)
    return [Line(book.title, style=Style.STRONG), Line("", what)]


def _due(book: SlipLine, said: Words) -> str:
    assert book.due is not None
    due = said("due.by", day=said.day(book.due))
    return said("row.both", said=said("row.renewed"), due=due) if book.done is Done.RENEWED else due
