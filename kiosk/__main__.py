"""The program `kiosk`. Every expected failure ends here as one line and an exit code: 1 something is wrong, 2 usage."""

import os
import sys

from kiosk.circulation.ports import StorageFailed
from kiosk.cli import app
from kiosk.db.failures import DatabaseRefused
from kiosk.db.locks import Taken
from kiosk.settings import SettingsError


def main() -> None:
    """Run the command line."""
    try:
        app()
    except SettingsError as error:
        sys.exit(_said(error, 2))
    except (DatabaseRefused, Taken, StorageFailed) as error:
        sys.exit(_said(error, 1))
    except OSError as error:
        # Nobody reads the output any more, or the disk that it goes to is full: nothing more can be written there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1 if isinstance(error, BrokenPipeError) else _said(error, 1))


def _said(error: Exception, code: int) -> int:
    sys.stderr.write(f"kiosk: {error}\n")
    return code


if __name__ == "__main__":
    main()
