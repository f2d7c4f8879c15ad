"""`kiosk import items`: titles and copies out of a MARC file or a table, with a preview before anything is stored."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail


def items(
    file: Annotated[Path, typer.Argument(help="MARC records (ISO 2709) or a table: CSV, XLSX.", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
    as_json: JsonOption = False,
    settings: SettingsOption = DEFAULT_SETTINGS,
    encoding: Annotated[
        str, typer.Option("--encoding", help="utf-8, gb18030 (gbk) or marc-8 for MARC, not what its bytes say.")
    ] = "auto",
    title_id: Annotated[
        str, typer.Option("--title-id", help="What names a title: 001 (or title_id), or isbn.")
    ] = "001",
    refused: Annotated[
        Path | None,
        typer.Option(
            "--refused",
            help="Folder for what is refused, FILE.refused.mrc and .txt, or .csv; else by the database.",
            metavar="DIR",
        ),
    ] = None,
) -> None:
    """Bring in titles and copies. Shows what would happen to each record; good ones go in, refused ones come out.

    A table is known by Chinese or English headings. Copies that the file does not name stay.
    --dry-run needs no settings and no database; where they are, it compares.
    """
    from kiosk.cli.itemsfile import Asked, bring_in
    from kiosk.office.marc.charset import encoding_named
    from kiosk.office.marc.reading import TitleIds

    named = encoding_named(encoding)
    if encoding != "auto" and named is None:
        raise fail(f"--encoding {encoding}: not known (auto, utf-8, gb18030 or marc-8)", 2)
    if title_id not in list(TitleIds):
        raise fail(f"--title-id {title_id}: not known (001 or isbn)", 2)
    if not file.exists():
        raise fail(f"{file}: no such file", 2)
    if not file.is_file():
        raise fail(f"{file}: is not a file (name one file of books)", 2)
    if refused is not None and not refused.is_dir():
        raise fail(f"{refused}: no such folder", 2)
    asked = Asked(file, settings, named, TitleIds(title_id), refused, dry_run, as_json)
    raise typer.Exit(bring_in(asked))
