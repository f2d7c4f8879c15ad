"""`kiosk run` with its settings file, as the command does it, and one line when the first page was drawn.

`python -m bench.running SETTINGS`.
"""

import sys
from pathlib import Path
from time import monotonic

import kiosk.__main__  # noqa: F401  the command's own imports count
from kiosk.cli.options import settings_from
from kiosk.screens.pages import Shown


def main(path: str) -> None:
    """What `kiosk.cli.service.run` does."""
    settings = settings_from(Path(path))
    from kiosk import logs
    from kiosk.app.kiosk import Kiosk
    from kiosk.screens.fonts import font_paths

    logs.configure()

    def drawn(shown: Shown) -> None:
        print(monotonic(), shown.page.name, flush=True)

    Kiosk(settings, font_paths(), drawn=drawn).run()


if __name__ == "__main__":
    main(sys.argv[1])
