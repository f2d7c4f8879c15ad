"""The commands with what a hurried or a hostile person hands them: one line and an exit code, no traceback."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.db.prepare import prepare
from tests.db.schools import place_at
from tests.semantics.school import simple

ROOT = Path(__file__).parents[2]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    place = place_at(data)
    place.lend("B001")
    place.db.close()
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{data}"\n', "utf-8")
    return file


def kiosk(*arguments: str | bytes, given: bytes = b"") -> tuple[int, str]:
    command: Sequence[str | bytes] = [sys.executable, "-m", "kiosk", *arguments]
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True)
    return done.returncode, done.stderr.decode("utf-8", "replace")


def test_a_filter_that_is_not_text_is_wrong_usage_or_finds_nothing(settings: Path) -> None:
    code, said = kiosk("log", "--settings", str(settings), "--patron", b"\xff")
    assert code in (0, 2)
    assert "Traceback" not in said


def test_bytes_instead_of_hex_are_wrong_usage() -> None:
    code, said = kiosk("decode", "rdm6300", given=b"\x02\xff\xfe\x03")
    assert (code, len(said.splitlines())) == (2, 1)


def test_a_language_without_words_is_a_wrong_setting(settings: Path, tmp_path: Path) -> None:
    settings.write_text(settings.read_text("utf-8") + '[glass]\nlanguage = "fr"\n', "utf-8")
    trace = tmp_path / "trace.jsonl"
    trace.write_text('{"at": "2026-09-07T12:00:00+08:00"}\n', "utf-8")
    code, said = kiosk("play", str(trace), "--settings", str(settings))
    assert (code, len(said.splitlines())) == (2, 1)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_output_that_is_full_is_one_line(settings: Path, tmp_path: Path) -> None:
    school = simple(tmp_path).write()
    trace = tmp_path / "trace.jsonl"
    trace.write_text('{"at": "2026-09-07T12:00:00+08:00"}\n', "utf-8")
    command = [sys.executable, "-m", "kiosk", "play", str(trace), "--school", str(school), "--json"]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_database_that_another_process_writes_to_is_one_line(settings: Path, tmp_path: Path) -> None:
    folder = simple(tmp_path).write()
    db = prepare(settings.parent / "data" / "kiosk.db")
    db.execute_sql("BEGIN IMMEDIATE")
    code, said = kiosk("import", "school", str(folder), "--settings", str(settings))
    db.execute_sql("ROLLBACK")
    db.close()
    assert (code, len(said.splitlines())) == (1, 1)


@pytest.mark.parametrize("change", ["data = 'no json'", "at_ms = 9000000000000000000", "data = '[1]'"])
def test_a_log_with_an_entry_that_was_tampered_with_is_one_line(settings: Path, change: str) -> None:
    db = prepare(settings.parent / "data" / "kiosk.db")
    db.execute_sql("DROP TRIGGER entry_no_update")
    db.execute_sql(f"UPDATE entry SET {change} WHERE seq = 1")  # noqa: S608
    db.close()
    code, said = kiosk("log", "--settings", str(settings))
    assert (code, len(said.splitlines())) == (1, 1)
    assert "kiosk check" in said
