"""`kiosk import`: what the school hands in."""

import secrets
from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.import_items import items
from kiosk.cli.import_patrons import patrons
from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from

imports = typer.Typer(help="Bring in what the school hands in.", no_args_is_help=True)


@imports.callback()
def _group() -> None:
    """Bring in what the school hands in."""


imports.command("items")(items)
imports.command("patrons")(patrons)


@imports.command("school")
def school(
    folder: Annotated[Path, typer.Argument(help="The school's folder of CSV files.", metavar="DIR")],
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
    force: Annotated[bool, typer.Option("--force", help="Even if many people or books would vanish.")] = False,
) -> None:
    """Bring the database in step with a school's folder. Good rows go in, refused rows are listed.

    Waits until no visit is open.
    """
    from kiosk.app.counter import open_books
    from kiosk.db.locks import visit_lock
    from kiosk.office.findings import Refused
    from kiosk.office.school import read_school
    from kiosk.office.store import Office, store_school
    from kiosk.runtime.now import SystemClock

    chosen, now = settings_from(settings), SystemClock().now().wall
    if not folder.is_dir():
        raise fail(f"{folder}: no such folder", 2)
    read = read_school(folder)
    if isinstance(read, Refused):
        raise _refused(read, as_json)
    chosen.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    books = open_books(chosen.database, chosen.kiosk)
    try:
        with visit_lock(books.path) as nobody_here:
            if not nobody_here.take():
                typer.echo("waiting until nobody is at the desk", err=True)
                nobody_here.take(wait=True)
            stored = store_school(
                read, Office(books.db, books.site_key, now, secrets.token_hex, ledger=books.ledger, force=force)
            )
    finally:
        books.close()
    if isinstance(stored, Refused):
        raise _refused(stored, as_json)
    if as_json:
        print_json({"counts": stored.as_json(), "refused": [str(finding) for finding in read.refused]})
    else:
        for table, count in stored.counts.items():
            typer.echo(f"{table}: {count}")
        for finding in read.refused:
            typer.echo(str(finding), err=True)
    if read.refused:
        raise typer.Exit(1)


def _refused(refused: object, as_json: bool) -> typer.Exit:
    if as_json:
        print_json({"counts": {}, "refused": str(refused).splitlines()})
        return typer.Exit(1)
    return fail(str(refused))
