"""`kiosk trace record` on a real process: what is said is in the file, whatever ends it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from kiosk.circulation.ports import StorageFailed
from kiosk.db.connect import open_database
from kiosk.db.failures import DatabaseRefused
from kiosk.db.history import Filters, entries
from kiosk.demo.display import own_display
from tests.devices.ptys import Wire

ROOT = Path(__file__).parents[2]
PATIENCE_S = 30.0
CARD = "0126680143"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(tmp_path)
    yield wire
    wire.unplug()


class Recording:
    """A `kiosk trace record` that is under way, with its reader open."""

    def __init__(self, folder: Path, wire: Wire, *options: str) -> None:
        settings = folder / "kiosk.toml"
        lines = f'data = "{folder}"\n[readers.desk]\nkind = "serial"\ndevice = "{wire.path}"\n'
        settings.write_text(lines, "utf-8")
        self.file = folder / "monday.jsonl"
        # As a shell starts it in the background: with SIGINT ignored.
        shell = ["sh", "-c", 'trap "" INT; exec "$@"', "sh"]
        command = [sys.executable, "-m", "kiosk", "trace", "record", str(self.file), "--settings", str(settings)]
        self.process = subprocess.Popen([*shell, *command, *options], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        assert self.process.stderr is not None
        assert self.process.stderr.readline() == "desk: ready\n"

    def texts(self, count: int) -> list[str]:
        """The texts in the file as soon as there are so many."""
        until_s = monotonic() + PATIENCE_S
        while monotonic() < until_s:
            lines = self.file.read_text("utf-8").splitlines()
            if len(lines) >= count:
                return [json.loads(line)["text"] for line in lines]
            sleep(0.02)
        raise AssertionError(f"there are only {lines}")

    def end(self, how: signal.Signals) -> tuple[int, str]:
        self.process.send_signal(how)
        said = self.process.communicate(timeout=PATIENCE_S)[1]
        return self.process.returncode, said


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_what_is_scanned_is_recorded_under_pseudonyms_until_it_is_ended(
    wire: Wire, tmp_path: Path, how: signal.Signals
) -> None:
    recording = Recording(tmp_path, wire)
    wire.send(f"{CARD}\r30001234\r{CARD}\r".encode())
    first, book, again = recording.texts(3)
    assert recording.end(how) == (0, f"3 lines in {recording.file}\n")
    assert first == again != CARD
    assert (len(first), first.isdigit(), len(book), book.isdigit()) == (10, True, 8, True)
    assert CARD not in recording.file.read_text("utf-8")


def test_a_recording_that_is_killed_leaves_whole_lines(wire: Wire, tmp_path: Path) -> None:
    recording = Recording(tmp_path, wire, "--with-ids")
    wire.send(f"{CARD}\r30001234\r".encode())
    assert recording.texts(2) == [CARD, "30001234"]
    assert recording.end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert recording.file.read_bytes().endswith(b"\n")


def test_while_it_records_no_kiosk_and_no_second_recording_can_start(wire: Wire, tmp_path: Path) -> None:
    recording = Recording(tmp_path, wire)
    command = [sys.executable, "-m", "kiosk", "trace", "record", str(tmp_path / "other.jsonl")]
    done = subprocess.run(
        [*command, "--settings", str(tmp_path / "kiosk.toml")], cwd=ROOT, capture_output=True, text=True
    )
    recording.end(signal.SIGTERM)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "other.jsonl").exists()


def test_it_ends_by_itself_and_what_cannot_be_recorded_is_wrong_usage(wire: Wire, tmp_path: Path) -> None:
    recording = Recording(tmp_path, wire, "--for", "0.2")
    said = recording.process.communicate(timeout=PATIENCE_S)[1]
    assert (recording.process.returncode, said) == (0, f"0 lines in {recording.file}\n")
    settings = str(tmp_path / "kiosk.toml")
    for arguments in (
        [str(recording.file), "--settings", settings],  # it is there already
        [os.devnull + "/x", "--settings", settings],
        [str(tmp_path / "new.jsonl"), "--settings", str(tmp_path / "nothing.toml")],
    ):
        command = [sys.executable, "-m", "kiosk", "trace", "record", *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def kinds(folder: Path) -> list[str]:
    """The kinds of all entries of the one kiosk that has its database below `folder`, oldest first."""
    for path in folder.glob("kiosk-trace-*/kiosk.db"):
        try:
            db = open_database(path)
        except (DatabaseRefused, StorageFailed):  # it is being made
            return []
        try:
            return [entry.kind for entry in entries(db, Filters())][::-1]
        finally:
            db.close()
    return []


def test_a_trace_is_shown_by_the_real_kiosk_and_leaves_nothing_behind(tmp_path: Path) -> None:
    trace = tmp_path / "monday.jsonl"
    trace.write_text(
        """{"at": "2026-11-23T12:00:00+08:00"}
{"at": "2026-11-23T12:00:30+08:00", "reader": "desk", "text": "0086466564"}
{"at": "2026-11-23T12:00:40+08:00", "reader": "desk", "text": "39999000000172"}
{"at": "2026-11-23T12:05:00+08:00"}
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "kiosk", "trace", "play", str(trace), "--speed", "50"]
    with own_display():
        environment = os.environ | {"TMPDIR": str(tmp_path), "KIVY_HOME": str(tmp_path / "kivy")}
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)
        until_s = monotonic() + PATIENCE_S
        while "visit_ended" not in (found := kinds(tmp_path)):
            assert monotonic() < until_s, found
            sleep(0.1)
        process.terminate()
        said = process.communicate(timeout=PATIENCE_S)[1]
    assert (process.returncode, "Traceback" in said) == (0, False), said
    assert found == ["started", "visit_started", "lent", "visit_ended"]
    assert list(tmp_path.glob("kiosk-trace-*")) == []


def test_a_trace_without_lines_or_with_a_wrong_one_is_one_line(tmp_path: Path) -> None:
    trace = tmp_path / "monday.jsonl"
    for text, code in (("", 1), ('{"at": "noon"}\n', 1)):
        trace.write_text(text, "utf-8")
        command = [sys.executable, "-m", "kiosk", "trace", "play", str(trace)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        assert (done.returncode, len(done.stderr.splitlines())) == (code, 1), done.stderr
