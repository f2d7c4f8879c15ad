"""`kiosk run` and `kiosk demo`: the kiosk itself."""

import typer


def register(app: typer.Typer) -> None:
    """Add the commands."""
