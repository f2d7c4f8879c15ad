"""The real `kiosk run` in a process of its own, with its readers on pseudo-terminals, watched through its ledger."""

import csv
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.app.counter import open_books
from kiosk.db.connect import open_database
from kiosk.db.history import Filters, ShownEntry, entries
from kiosk.demo.wires import Wires
from kiosk.office.findings import Refused
from kiosk.office.school import read_school
from kiosk.office.store import Office, store_school

ROOT = Path(__file__).parents[2]
PATIENCE_S = 40.0
CARD, OTHER_CARD, LIBRARIAN_CARD = "0A05F1357D", "7000000002", "7000000003"
LIBRARIAN, PIN = "T1", "4711"
BOOKS = ("B001", "B002", "B003")


class Place:
    """A folder with settings, a small school that is open today, and three readers. `write_school` writes another."""

    def __init__(self, folder: Path, write_school: Callable[[Path], object] | None = None) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.wires = Wires(folder)
        self.settings = folder / "kiosk.toml"
        self.settings.write_text(_settings(self), "utf-8")
        school = folder / "school"
        school.mkdir()
        (write_school or _school)(school)
        read = read_school(school)
        assert not isinstance(read, Refused), read
        books = open_books(self.database, "kiosk")
        store_school(read, Office(books.db, books.site_key, datetime.now(UTC), secrets.token_hex))
        books.close()

    @property
    def database(self) -> Path:
        return self.data / "kiosk.db"

    def ledger(self) -> list[ShownEntry]:
        """All entries, oldest first."""
        db = open_database(self.database)
        try:
            return list(entries(db, Filters()))[::-1]
        finally:
            db.close()

    def told(self) -> list[tuple[str, str | None, str | None]]:
        """Kind, item and reason of all entries."""
        return [(entry.kind, entry.item, entry.reason) for entry in self.ledger()]

    def wait_for(self, there: Callable[[list[ShownEntry]], bool]) -> list[ShownEntry]:
        """The ledger, as soon as it is so."""
        until = time.monotonic() + PATIENCE_S
        while not there(found := self.ledger()):
            assert time.monotonic() < until, [(entry.kind, entry.item, entry.reason) for entry in found]
            time.sleep(0.05)
        return found

    def wait_for_kind(self, kind: str, times: int = 1) -> list[ShownEntry]:
        """The ledger, as soon as it holds so many entries of `kind`."""
        return self.wait_for(lambda found: sum(entry.kind == kind for entry in found) >= times)


def command(settings: Path, *python: str, module: str = "kiosk") -> list[str]:
    return [sys.executable, *python, "-m", module, "run", "--settings", str(settings)]


def refused(settings: Path) -> tuple[int, list[str]]:
    """Exit code and lines of a kiosk that does not start."""
    done = subprocess.run(command(settings), cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S)
    return done.returncode, done.stderr.splitlines()


@contextmanager
def running(place: Place, *python: str, module: str = "kiosk") -> Iterator[subprocess.Popen[str]]:
    """The kiosk, from the moment at which it tells systemd that it is ready; killed if the block did not stop it.

    `module` is what python runs; it may talk on its standard input and output.
    """
    folder = place.data.parent
    address = folder / "notify"
    address.unlink(missing_ok=True)
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd,
        (folder / "log").open("w") as stderr,
    ):
        systemd.bind(str(address))
        systemd.settimeout(PATIENCE_S)
        environment = {**os.environ, "NOTIFY_SOCKET": str(address)}
        with subprocess.Popen(
            command(place.settings, *python, module=module),
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
        ) as process:
            try:
                assert systemd.recv(100) == b"READY=1"
                _wait_for_readers(place, folder / "log")
                yield process
            finally:
                process.kill()


def stop(process: subprocess.Popen[str]) -> int:
    """As systemd does it; the exit code."""
    process.send_signal(signal.SIGTERM)
    return process.wait(PATIENCE_S)


def _wait_for_readers(place: Place, log: Path) -> None:
    """Until every port is open: what comes before that is thrown away, as on a real one."""
    until = time.monotonic() + PATIENCE_S
    while not all(f"reader {name}: <" in log.read_text("utf-8") for name in place.wires.wires):
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(0.02)


def _settings(place: Place) -> str:
    readers = "".join(
        f'[readers.{name}]\nkind = "{entry.kind}"\ndevice = "{entry.device}"\n'
        for name, entry in place.wires.readers().items()
    )
    return f'data = "{place.data}"\n[clock]\ntrust = "always"\n[glass]\nfull_screen = false\n{readers}'


def _school(folder: Path) -> None:
    today = datetime.now(UTC).date()
    tables: dict[str, list[list[str]]] = {
        "people.csv": [
            ["number", "name", "kind", "class", "cards", "roles", "pin"],
            ["S1", "张小测", "pupil", "五(2)班", f"uid:{CARD}", "", ""],
            ["S2", "李样本", "pupil", "五(2)班", OTHER_CARD, "", ""],
            [LIBRARIAN, "馆老师", "teacher", "", LIBRARIAN_CARD, "librarian", PIN],
        ],
        "items.csv": [["barcode", "title_id"], *([book, f"title of {book}"] for book in BOOKS)],
        "calendar.csv": [
            ["date", "open"], *([(today + timedelta(days=day)).isoformat(), "yes"] for day in range(-1, 3))
        ],
    }  # fmt: skip
    for name, rows in tables.items():
        with (folder / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
