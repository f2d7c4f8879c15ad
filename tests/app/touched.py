"""`kiosk run` whose glass can be touched and read from outside.

Run as `python -m tests.app.touched run --settings FILE`. Each line on standard input is a touch by its name, or `page`;
it is answered with every word of the page that was drawn last.
"""

import json
import sys
import threading
from dataclasses import fields, is_dataclass
from typing import Any

from kiosk.__main__ import main
from kiosk.app import kiosk as program
from kiosk.circulation.events import Touch, TouchAct
from kiosk.screens.pages import Shown


def texts(value: object) -> list[str]:
    """Every word of a page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


class Touched(program.Kiosk):
    """The kiosk, and a thread that obeys."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        self._page: object = None
        super().__init__(*arguments, **{**more, "drawn": self._keep})
        threading.Thread(target=self._obey, daemon=True).start()

    def _keep(self, shown: Shown) -> None:
        self._page = shown.page

    def _obey(self) -> None:
        for line in sys.stdin:
            if (word := line.strip()) != "page":
                self.inbox.post(Touch(TouchAct(word)))
            print(json.dumps(texts(self._page)), flush=True)


if __name__ == "__main__":
    program.Kiosk = Touched  # type: ignore[misc]
    main()
