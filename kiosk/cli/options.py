"""Options that several commands share, and how they print."""

import json
from pathlib import Path
from typing import Annotated

import typer

from kiosk.settings import DEFAULT_PATH, Settings, load_settings

SettingsOption = Annotated[
    Path, typer.Option("--settings", help="The settings file.", show_default=True, metavar="FILE")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
DEFAULT_SETTINGS = DEFAULT_PATH


def settings_from(path: Path) -> Settings:
    """The settings in `path`. Raises SettingsError."""
    return load_settings(path)


def print_json(value: object) -> None:
    """One JSON value, on a line of its own."""
    typer.echo(json.dumps(value, ensure_ascii=False, separators=(", ", ": ")))


def fail(text: str, code: int = 1) -> typer.Exit:
    """Say `text` on standard error; raise what this gives."""
    typer.echo(f"kiosk: {text}", err=True)
    return typer.Exit(code)
