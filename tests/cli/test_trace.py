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
        command = [sys.executable, "-m", "kiosk", "trace", "record", str(self.file), "--settings", str(settings)]
        self.process = subprocess.Popen([*command, *options], cwd=ROOT, stderr=subprocess.PIPE, text=True)
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
