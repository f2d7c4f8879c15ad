"""`kiosk import patrons`: the people in a table that the school hands in.

Says first what the table would change and, but for `--dry-run`, changes it. With `--json` there is one object for each
person, by row and number and never by name, and the counts in the last one.
"""

import secrets
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from

if TYPE_CHECKING:
    from kiosk.office.findings import Refused
    from kiosk.office.knownschool import KnownSchool
    from kiosk.office.patronsin import Preview
    from kiosk.office.store import Office
    from kiosk.office.tables.table import Table


def patrons(
    file: Annotated[Path, typer.Argument(help="A table of people: CSV or XLSX.", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, change nothing.")] = False,
    add: Annotated[bool, typer.Option("--add", help="Not the whole list: who is missing in it stays.")] = False,
    to_mend: Annotated[
        Path | None, typer.Option("--refused", help="Write the refused rows to this CSV file, to mend.", metavar="FILE")
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The workbook's sheet to read.", metavar="NAME")] = None,
    force: Annotated[bool, typer.Option("--force", help="Even if many people would leave.")] = False,
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Bring in the people in a table: pupils, teachers or both, by Chinese or English headings.

    Good rows go in, refused rows are listed. Whoever of the same kinds is missing leaves. Waits until no visit is open.
    """
    from kiosk.office.findings import Finding, Refused
    from kiosk.office.patronsin import preview_patrons, store_patrons
    from kiosk.office.tables.mend import write_refused
    from kiosk.office.tables.peoplewords import PEOPLE_HEADINGS
    from kiosk.office.tables.read import read_table
    from kiosk.runtime.now import SystemClock

    table = read_table(file, PEOPLE_HEADINGS, sheet)
    if isinstance(table, Finding):
        raise _stopped(str(table), as_json)
    now = SystemClock().now().wall
    with _known(settings) if dry_run else _desk(settings, now, force) as (known, site_key, office):
        today = now.astimezone(ZoneInfo(known.timezone)).date()
        with _counted(table) as counted:
            preview = preview_patrons(counted, known, site_key, today, add=add, covers=_glass_covers())
        if isinstance(preview, Refused):
            raise _stopped(str(preview), as_json)
        stopped = Refused((preview.too_many,)) if preview.too_many is not None and not force else None
        if stopped is None and office is not None:
            stopped = store_patrons(preview, known, office)
    _show(table, preview, stopped, as_json, stored=office is not None and stopped is None)
    if to_mend is not None and preview.refused:
        write_refused(to_mend, table.header.cells, preview.refused)
    elif preview.refused and not as_json:
        typer.echo("--refused FILE writes the refused rows to a file to mend", err=True)
    if preview.refused or stopped is not None:
        raise typer.Exit(1)


@contextmanager
def _known(settings: Path) -> "Iterator[tuple[KnownSchool, bytes, Office | None]]":
    """What is known of the school, only to look at; nothing where there is neither settings file nor database."""
    from kiosk.db.connect import open_database
    from kiosk.db.sitekey import load_site_key
    from kiosk.office.knownschool import KnownSchool, known_school

    no_settings = settings == DEFAULT_SETTINGS and not settings.exists()
    path = None if no_settings else settings_from(settings).database
    if path is None or not path.exists():
        yield KnownSchool(), b"", None
        return
    site_key = load_site_key(path)
    db = open_database(path)
    try:
        yield known_school(), site_key, None
    finally:
        db.close()


@contextmanager
def _desk(settings: Path, now: datetime, force: bool) -> "Iterator[tuple[KnownSchool, bytes, Office | None]]":
    """The database, to be written while nobody is at the desk."""
    from kiosk.app.counter import open_books
    from kiosk.db.locks import visit_lock
    from kiosk.office.knownschool import known_school
    from kiosk.office.store import Office

    chosen = settings_from(settings)
    chosen.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    books = open_books(chosen.database, chosen.kiosk)
    try:
        with visit_lock(books.path) as nobody_here:
            if not nobody_here.take():
                typer.echo("waiting until nobody is at the desk", err=True)
                nobody_here.take(wait=True)
            office = Office(books.db, books.site_key, now, secrets.token_hex, ledger=books.ledger, force=force)
            yield known_school(), books.site_key, office
    finally:
        books.close()


def _glass_covers() -> Callable[[str], bool] | None:
    """Whether the glass's font has a character; None where the font was not set up."""
    from kiosk.screens.fonts import FontMissing, font_paths

    try:
        return font_paths().covers
    except FontMissing:
        return None


@contextmanager
def _counted(table: "Table") -> "Iterator[Table]":
    """The table with its rows counted on a terminal as they are read."""
    if not sys.stderr.isatty():
        yield table
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

    columns = (SpinnerColumn(), TextColumn(table.file, markup=False), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield replace(table, rows=iter(progress.track(table.rows, total=None)))


def _show(table: "Table", preview: "Preview", stopped: "Refused | None", as_json: bool, *, stored: bool) -> None:
    if as_json:
        for outcome in preview.outcomes:
            print_json(
                {
                    "row": outcome.row or None,
                    "number": outcome.number,
                    "action": outcome.action.value,
                    "reason": outcome.reason,
                }
            )
        print_json(
            {
                "counts": preview.counts,
                "stored": stored,
                "told": table.told,
                "header": table.header.line,
                "ignored": list(table.header.ignored),
                "remarks": [str(remark) for remark in preview.remarks],
                "stopped": str(stopped) if stopped is not None else None,
            }
        )
        return
    typer.echo(f"{table.file}: {table.told}, header in row {table.header.line}")
    if table.header.ignored:
        typer.echo(f"columns that are not needed: {', '.join(table.header.ignored)}")
    typer.echo(", ".join(f"{count} {action}" for action, count in preview.counts.items()))
    for finding in (*preview.remarks, *preview.findings):
        typer.echo(str(finding), err=True)
    if stopped is not None:
        typer.echo(f"kiosk: {stopped}", err=True)
    if not stored:
        typer.echo("nothing was changed")


def _stopped(text: str, as_json: bool) -> typer.Exit:
    """Nothing was taken from the table, and why."""
    if as_json:
        print_json({"counts": {}, "stored": False, "stopped": text})
        return typer.Exit(1)
    return fail(text)
