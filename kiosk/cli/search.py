"""`kiosk search`: finds titles as the catalogue on the glass does."""

from typing import Annotated

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, print_json, settings_from

LIMIT = 20  # those of kiosk.db.search, which is imported when the command runs
LIMIT_MAX = 100


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(search)


def search(
    text: Annotated[
        list[str],
        typer.Argument(help="Words, ISBN, call number, pinyin or initials.", metavar="TEXT"),
    ],
    limit: Annotated[int, typer.Option("--limit", min=1, max=LIMIT_MAX, help="At most so many titles.")] = LIMIT,
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Find titles by all of these words: what is here now first, then the best match."""
    from kiosk.db.connect import open_database
    from kiosk.db.search import search as found

    db = open_database(settings_from(settings).database)
    try:
        for title in found(db, " ".join(text), limit):
            if as_json:
                print_json(title.as_json())
                continue
            by = f" / {title.author}" if title.author else ""
            where = " ".join((*title.call_numbers, *title.locations))
            typer.echo(f"{title.available} of {title.copies} here  {title.title}{by}  {where}".rstrip())
    finally:
        db.close()
