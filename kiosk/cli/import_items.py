"""`kiosk import items`: titles and copies out of a MARC file, with a preview before anything is stored."""

import json
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from
from kiosk.office.itemsin import BATCH, Counts, Intake, Plan
from kiosk.office.marc.charset import Encoding, encoding_named
from kiosk.office.marc.reading import MarcFile, TitleIds

if TYPE_CHECKING:
    from kiosk.app.counter import Books

Sink = Callable[[list[Plan]], None]


def items(
    file: Annotated[Path, typer.Argument(help="A MARC file (ISO 2709): MARC21 or CNMARC.", metavar="FILE")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would happen.")] = False,
    as_json: JsonOption = False,
    settings: SettingsOption = DEFAULT_SETTINGS,
    encoding: Annotated[
        str, typer.Option("--encoding", help="utf-8, gb18030 (gbk) or marc-8, instead of what the bytes say.")
    ] = "auto",
    title_id: Annotated[
        TitleIds, typer.Option("--title-id", help="What names a title: its 001 where it is usable, or its ISBN.")
    ] = TitleIds.RECORD,
    refused: Annotated[
        Path | None,
        typer.Option(
            "--refused", help="Folder for refused records; else beside the database. FILE.refused.mrc and .txt.", metavar="DIR"
        ),
    ] = None,
) -> None:
    """Bring in titles and copies. Shows what would happen to each record; good ones go in, refused ones come out.

    Copies that the file does not name stay. --dry-run needs no settings and no database; with both it compares.
    """
    from kiosk.office.findings import Finding
    from kiosk.office.marc.reading import open_marc

    named = None if encoding == "auto" else encoding_named(encoding)
    if encoding != "auto" and named is None:
        raise fail(f"--encoding {encoding}: not known (utf-8, gb18030 or marc-8)", 2)
    if not file.exists():
        raise fail(f"{file}: no such file", 2)
    if not file.is_file():
        raise fail(f"{file}: is not a file (give one file of MARC records)", 2)
    if refused is not None and not refused.is_dir():
        raise fail(f"{refused}: no such folder", 2)
    marc = open_marc(file)
    if isinstance(marc, Finding):
        if as_json:
            print_json({"file": file.name, "refused": marc.text})
        raise fail(str(marc))
    shown = Shown(marc, named, as_json)
    counts = (preview if dry_run else store)(marc, named, title_id, settings, refused, shown)
    if counts.with_refusal:
        raise typer.Exit(1)
