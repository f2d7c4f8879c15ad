"""`kiosk staff`: what librarians do about lost and damaged items; also while the kiosk runs.

Every act is an entry with the number of who did it, and either whole on the disk or not at all. What is refused is one
line and exit 1, with `--json` a code. Money is in fen, as in the files of the school.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.circulation.charges import AMOUNT_FEN_MAX, WHY_CHARACTERS_MAX, Charge, Objection, Settlement
from kiosk.circulation.records import ItemState
from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from kiosk.db.charges import ChargeDesk, Kept
    from kiosk.db.connect import KioskDatabase

staff = typer.Typer(help="Lost and damaged items: marks, charges, settlements.", no_args_is_help=True)

OBJECTIONS = {
    Objection.UNKNOWN_ITEM: "no item has that barcode or tag",
    Objection.UNKNOWN_CHARGE: "there is no such charge; `kiosk staff charges` lists them",
    Objection.NOT_STAFF: "--by has to be the number of an active librarian or member of staff",
    Objection.MENDING_ONLY: "pupil librarians may only mark for mending, and only what is available or damaged",
    Objection.UNCHANGED: "it is so already",
    Objection.SETTLED_ALREADY: "the charge is settled already",
    Objection.AMOUNT_NEEDED: "nobody has said how much yet: add --amount",
    Objection.AMOUNT_NOT_TAKEN: "--amount goes with paid and refunded only",
    Objection.TOO_MUCH: "that is more than there is; `kiosk staff amount` changes what a charge amounts to",
    Objection.LESS_THAN_PAID: "more than that has been paid already",
    Objection.PAID_ALREADY: "it has been paid: refunded gives the money back, paid without --amount keeps it",
    Objection.NOTHING_PAID: "nothing was paid that could be refunded",
    Objection.LOST_NOT_MENDED: "a lost item cannot be mended; mark it when it is there again",
    Objection.WHY_TOO_LONG: f"--why takes one line of at most {WHY_CHARACTERS_MAX} characters",
    Objection.WHY_NAMES: "--why must not name anybody: what it says can never be erased",
}


def _settlement(text: str) -> Settlement:
    try:
        return Settlement(text.replace("-", "_"))
    except ValueError:
        known = ", ".join(how.replace("_", "-") for how in Settlement)
        raise typer.BadParameter(f"{text!r} is not one of {known}.") from None


ByOption = Annotated[str, typer.Option("--by", help="The number of who does it.", metavar="NUMBER")]
WhyOption = Annotated[str, typer.Option("--why", help="A remark, without names.", metavar="TEXT")]
ChargeArgument = Annotated[int, typer.Argument(help="The number of the charge.", metavar="CHARGE")]


@staff.callback()
def _group() -> None:
    """Lost and damaged items: marks, charges, settlements."""


@staff.command("mark")
def mark(
    barcode: Annotated[str, typer.Argument(help="The item's barcode or tag.", metavar="BARCODE")],
    state: Annotated[ItemState, typer.Argument(help="What it is from now on.")],
    by: ByOption,
    why: WhyOption = "",
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Mark an item. Lost or damaged while somebody has it opens a charge; found again reopens its charge."""
    with _desk(settings) as (desk, at):
        done = desk.mark(by, barcode, state, at, why)
    if isinstance(done, Objection):
        raise _refused(done, as_json)
    if as_json:
        charge = _plain(done.charge) if done.charge is not None else None
        print_json({"item": done.item, "before": done.before, "state": done.state, "charge": charge})
        return
    typer.echo(f"{done.title} ({done.item}): {done.before} -> {done.state}")
    if done.charge is not None:
        typer.echo(_line(done.charge))


@staff.command("charges")
def charges(
    is_open: Annotated[bool, typer.Option("--open", help="Only those that are not settled.")] = False,
    klass: Annotated[str | None, typer.Option("--class", help="Only this class, as of now.")] = None,
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """List charges, oldest first, and add them up."""
    from kiosk.circulation.charges import sums
    from kiosk.db.charges import charges_of

    with _database(settings) as db:
        found = charges_of(db, unsettled=is_open, klass=klass)
    if as_json:
        for charge in found:
            print_json(_plain(charge))
        return
    for charge in found:
        typer.echo(_line(charge))
    total = sums(found)
    typer.echo(
        f"charges: {len(found)}; {_yuan(total.charged_fen)} charged, {_yuan(total.paid_fen)} paid, "
        f"{_yuan(total.forgiven_fen)} forgiven, {_yuan(total.open_fen)} open; {total.asking} without an amount"
    )


@staff.command("amount")
def amount(
    charge: ChargeArgument,
    amount_fen: Annotated[int, typer.Argument(help="In fen.", min=0, max=AMOUNT_FEN_MAX, metavar="FEN")],
    by: ByOption,
    why: WhyOption = "",
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Say how much a charge is: where no price is known, or where damage is small."""
    with _desk(settings) as (desk, at):
        done = desk.amount(by, charge, amount_fen, at, why)
    _show(done, as_json)


@staff.command("settle")
def settle(
    charge: ChargeArgument,
    how: Annotated[Settlement, typer.Argument(parser=_settlement, metavar="paid|same-edition|waived|mended|refunded")],
    by: ByOption,
    amount_fen: Annotated[
        int | None,
        typer.Option("--amount", help="How much, in fen; all of it if not said.", min=1, max=AMOUNT_FEN_MAX),
    ] = None,
    why: WhyOption = "",
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Close a charge. What is not paid is forgiven; the loan of an item that stays lost ends."""
    with _desk(settings) as (desk, at):
        done = desk.settle(by, charge, how, at, amount_fen, why)
    _show(done, as_json)


@staff.command("mending")
def mending(settings: SettingsOption = DEFAULT_SETTINGS, as_json: JsonOption = False) -> None:
    """List what is damaged or being mended, the longest there first."""
    _list(settings, (ItemState.DAMAGED, ItemState.MENDING), as_json)


@staff.command("write-off")
def write_off(settings: SettingsOption = DEFAULT_SETTINGS, as_json: JsonOption = False) -> None:
    """List what was withdrawn, the longest ago first."""
    _list(settings, (ItemState.WITHDRAWN,), as_json)


@contextmanager
def _desk(settings: "Path") -> "Iterator[tuple[ChargeDesk, datetime]]":
    """The open database with the ledger, and the time."""
    from kiosk.app.counter import open_books
    from kiosk.db.charges import ChargeDesk
    from kiosk.runtime.now import SystemClock

    chosen = settings_from(settings)
    with _database(settings):  # a database that is missing is not made here
        pass
    books = open_books(chosen.database, chosen.kiosk)
    try:
        yield ChargeDesk(books.db, books.shelf, books.ledger), SystemClock().now().wall
    finally:
        books.close()


@contextmanager
def _database(settings: "Path") -> "Iterator[KioskDatabase]":
    from kiosk.db.connect import open_database

    db = open_database(settings_from(settings).database)
    try:
        yield db
    finally:
        db.close()


def _show(done: Charge | Objection, as_json: bool) -> None:
    if isinstance(done, Objection):
        raise _refused(done, as_json)
    if as_json:
        print_json(_plain(done))
    else:
        typer.echo(_line(done))


def _refused(objection: Objection, as_json: bool) -> typer.Exit:
    if as_json:
        print_json({"refused": objection})
        return typer.Exit(1)
    return fail(OBJECTIONS[objection])


def _list(settings: "Path", states: tuple[ItemState, ...], as_json: bool) -> None:
    from kiosk.db.charges import items_in

    with _database(settings) as db:
        found = items_in(db, states)
    for kept in found:
        if as_json:
            print_json(_kept(kept))
            continue
        price = "" if kept.price_fen is None else _yuan(kept.price_fen)
        typer.echo("  ".join(filter(None, (str(kept.since or "-"), kept.state, kept.item, kept.title, price))))
    if not as_json:
        typer.echo(f"items: {len(found)}")


def _kept(kept: "Kept") -> dict[str, object]:
    return {
        "item": kept.item,
        "title": kept.title,
        "call_number": kept.call_number,
        "state": kept.state,
        "price_fen": kept.price_fen,
        "since": kept.since.isoformat() if kept.since is not None else None,
    }


def _plain(charge: Charge) -> dict[str, object]:
    return {
        "charge": charge.id,
        "item": charge.item,
        "title": charge.title,
        "patron": charge.number,
        "class": charge.klass,
        "reason": charge.reason,
        "state": charge.state,
        "amount_fen": charge.amount_fen,
        "paid_fen": charge.paid_fen,
        "open_fen": charge.open_fen,
        "opened": charge.opened.isoformat(),
        "settled": charge.settled,
        "settled_on": charge.settled_on.isoformat() if charge.settled_on is not None else None,
        "settled_by": charge.settled_by,
    }


def _line(charge: Charge) -> str:
    much = "how much?" if charge.amount_fen is None else _yuan(charge.amount_fen)
    paid = f"paid {_yuan(charge.paid_fen)}" if charge.paid_fen else ""
    how = f"{charge.settled} {charge.settled_on}" if charge.settled is not None else ""
    who = " ".join(filter(None, (charge.klass, charge.number or "-")))
    parts = (f"{charge.id}", str(charge.opened), who, f"{charge.title} ({charge.item})", charge.reason, much)
    return "  ".join(filter(None, (*parts, charge.state, paid, how)))


def _yuan(amount_fen: int) -> str:
    return f"{amount_fen // 100}.{amount_fen % 100:02} yuan"
