"""The program `kiosk`. Every expected failure ends here as one line and an exit code: 1 something is wrong, 2 usage."""

import os
import sys

import typer

from kiosk.circulation.ports import StorageFailed
from kiosk.db.failures import DatabaseRefused
from kiosk.db.locks import Taken
from kiosk.settings import SettingsError


def main() -> None:
    """Run the command line."""
    try:
        command_line(sys.argv[1:2])()
    except SettingsError as error:
        sys.exit(_said(error, 2))
    except (DatabaseRefused, Taken, StorageFailed) as error:
        sys.exit(_said(error, 1))
    except OSError as error:
        # Nobody reads the output any more, or the disk that it goes to is full: nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1 if isinstance(error, BrokenPipeError) else _said(error, 1))


def command_line(first: list[str]) -> typer.Typer:
    """The commands; for `kiosk run` no others than its own, so that the first page comes sooner."""
    if first == ["run"]:
        from kiosk.cli import service

        return service.command_line()
    from kiosk.cli.app import app

    return app


def _said(error: Exception, code: int) -> int:
    sys.stderr.write(f"kiosk: {error}\n")
    return code


if __name__ == "__main__":
    main()
