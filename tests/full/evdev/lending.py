"""The kiosk's desk on a made-up school, fed by the readers that its settings name."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from kiosk.app.counter import Counter, open_books
from kiosk.app.readers import readers
from kiosk.circulation.events import ClockState, PartUp, Tick
from kiosk.circulation.records import Kind
from kiosk.runtime.inbox import STOP, Inbox
from kiosk.runtime.now import SystemClock
from kiosk.runtime.parts import Parts
from kiosk.settings import load_settings

CARD = "0126680143"
BOOKS = ("30001234", "30001242")
PATIENCE_S = 60.0


class Lending:
    """A kiosk in a folder of its own: a school with one pupil and two books, a database, the settings."""

    def __init__(self, folder: Path, device: str) -> None:
        school = folder / "school"
        school.mkdir(parents=True)
        self.settings_file = folder / "kiosk.toml"
        self.settings_file.write_text(
            f'data = "{folder}"\n[readers.desk]\nkind = "keyboard"\ndevice = "{device}"\n', "utf-8"
        )
        (school / "people.csv").write_text(f"number,name,kind,class,cards\n17,张小一,pupil,一(1)班,{CARD}\n", "utf-8")
        rows = "".join(f"{barcode},T{at}\n" for at, barcode in enumerate(BOOKS))
        (school / "items.csv").write_text(f"barcode,title_id\n{rows}", "utf-8")
        today = SystemClock().now().wall.date()
        days = "".join(f"{today + timedelta(days=at)},yes\n" for at in range(-1, 3))
        (school / "calendar.csv").write_text(f"date,open\n{days}", "utf-8")
        self._kiosk("import", "school", str(school))

    def serve(self, scan: Callable[[], None], loans: int, crash: Callable[[BaseException], None]) -> None:
        """Handle what the real readers post until `loans` are made; `scan` is called when the scanner is up."""
        settings, clock, inbox = load_settings(self.settings_file), SystemClock(), Inbox()
        books = open_books(settings.database, settings.kiosk)
        parts = Parts(readers(settings, inbox.post, crash))
        try:
            counter = Counter(books, settings)
            counter.desk.clock = ClockState.SYNCED
            parts.start()
            ends_s = time.monotonic() + PATIENCE_S
            while loans > 0:
                assert time.monotonic() < ends_s, "the desk did not get that far"
                event = inbox.get(1.0)
                assert event is not STOP
                outcome = counter.step(event or Tick(), clock.now()).outcome
                loans -= sum(recorded.entry.kind is Kind.LENT for recorded in outcome.entries)
                if isinstance(event, PartUp):
                    scan()
        finally:
            parts.close()
            books.close()

    def lent(self) -> list[str]:
        """The barcodes of all loans on the disk, the first loan first, as the command tells them."""
        said = self._kiosk("log", "--kind", "lent", "--json")
        return [entry["item"] for entry in reversed([json.loads(line) for line in said.splitlines()])]

    def check(self) -> None:
        """The ledger is whole and both folds agree."""
        self._kiosk("check", "--fold")

    def _kiosk(self, *arguments: str) -> str:
        command = [sys.executable, "-m", "kiosk", *arguments, "--settings", str(self.settings_file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{arguments}: {done.returncode} {done.stdout} {done.stderr}"
        return done.stdout
