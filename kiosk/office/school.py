"""Reads a school's folder: all its files, in the order in which they refer to each other.

Good rows of people, titles, items and loans are taken, bad ones are listed by file and line. A file that cannot be
read, an unknown column, or anything wrong in the school's own rules refuses the folder whole.
"""

import re
from pathlib import Path

from kiosk.circulation.codes import CHECKS
from kiosk.office.findings import Finding, Refused
from kiosk.office.folder import ItemLine, SchoolFolder, TitleLine
from kiosk.office.plan import read_classes, read_plan, with_known_teachers
from kiosk.office.roster import PEOPLE, PEOPLE_FILE, Roster, Texts
from kiosk.office.sheet import Reading, Row
from kiosk.office.stock import ITEMS, ITEMS_FILE, LOANS, LOANS_FILE, TITLES, TITLES_FILE, Stock, plain_barcode


def read_school(folder: Path) -> SchoolFolder | Refused:
    """Everything that the folder says, with the rows that were left out; or why nothing of it can be taken."""
    if not folder.is_dir():
        return Refused((Finding(str(folder), 0, "no such folder (name the folder that holds people.csv)"),))
    reading = Reading(folder)
    classes = read_classes(reading)
    people_rows, item_rows = reading.rows(PEOPLE_FILE, PEOPLE), reading.rows(ITEMS_FILE, ITEMS)
    for file, rows in ((PEOPLE_FILE, people_rows), (ITEMS_FILE, item_rows)):
        if rows is None:
            reading.broken.append(
                Finding(file, 0, "no such file in the folder (people.csv and items.csv must be there)")
            )
    people_rows, item_rows = people_rows or [], item_rows or []
    title_rows, loan_rows = reading.rows(TITLES_FILE, TITLES), reading.rows(LOANS_FILE, LOANS)

    names = {line.name for line in classes} if classes is not None else {r.cells.get("class", "") for r in people_rows}
    plan = read_plan(reading, classes or (), names - {""})
    numbers = {row.cells["number"] for row in people_rows}
    plan = with_known_teachers(reading, plan, numbers)
    refused = reading.result()
    if refused is not None:
        return refused

    texts = Texts(plan.settings.commands)
    roster = Roster(texts, None if classes is None else names)
    people = tuple(reading.each(people_rows, roster.person, whole=False))
    stock = Stock(texts, roster.taken)
    titles = () if title_rows is None else stock.read_titles(reading, title_rows)
    items = tuple(reading.each(item_rows, stock.item, whole=False))
    loans = None if loan_rows is None else tuple(reading.each(loan_rows, stock.loan, whole=False))
    return SchoolFolder(
        plan=plan,
        people=people,
        titles=titles if title_rows is not None else _titles_of(items),
        items=items,
        loans=loans,
        pins_said=bool(people_rows) and "pin" in people_rows[0].cells,
        item_check=item_check(plan.settings.item_pattern, items),
        refused=tuple(sorted(reading.refused)),
        held_numbers=frozenset(numbers - roster.taken),
        held_barcodes=_held_barcodes(item_rows, loan_rows or [], stock, {loan.barcode for loan in loans or ()}),
    )


def item_check(pattern: str | None, items: tuple[ItemLine, ...]) -> str | None:
    """Which check digit the barcodes of the school's own kind carry: the first that all of them pass.

    >>> item_check(None, ()) is None
    True
    """
    if pattern is None:
        return None
    own = [item.barcode for item in items if re.fullmatch(pattern, item.barcode)]
    return next((key for key, check in CHECKS.items() if own and all(check(text) for text in own)), None)


def _titles_of(items: tuple[ItemLine, ...]) -> tuple[TitleLine, ...]:
    return tuple(TitleLine(title_id, title_id) for title_id in dict.fromkeys(item.title_id for item in items))


def _held_barcodes(items: list[Row], loans: list[Row], stock: Stock, lent: set[str]) -> frozenset[str]:
    refused_items = {plain_barcode(row) for row in items} - stock.barcodes
    refused_loans = {plain_barcode(row) for row in loans} - lent
    return frozenset(text for text in refused_items | refused_loans if text)
