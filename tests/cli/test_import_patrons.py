"""`kiosk import patrons`: what it says, what it changes, and with which exit code."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kiosk.cli.app import app
from kiosk.db.locks import visit_lock
from tests.db.schools import place_at
from tests.office.tables.files import csv_file, xlsx_file

ROOT = Path(__file__).parents[2]
HEADER = ("学号", "姓名", "班级", "性别")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    data = tmp_path / "data"
    data.mkdir()
    place_at(data).db.close()
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{data}"\n', "utf-8")
    return file


def kiosk(*arguments: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, ["import", "patrons", *arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stdout, done.stderr


def told(text: str) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    *rows, counts = (json.loads(line) for line in text.splitlines())
    return rows, counts


def roster(at: Path, settings: Path) -> list[tuple[str, ...]]:
    """All pupils of the school as they are, as lines of a table."""
    probe = csv_file(at / "probe.csv", HEADER, ("X", "赵", "五(2)班", ""))
    code, out, _ = kiosk(str(probe), "--settings", str(settings), "--dry-run", "--json")
    assert code == 1  # everybody else would leave
    return [(row["number"], "张小样", "五(2)班", "女") for row in told(out)[0] if row["action"] == "leaving"]


def test_a_dry_run_says_what_would_happen_and_changes_nothing(tmp_path: Path, settings: Path) -> None:
    before = (settings.parent / "data" / "kiosk.db").read_bytes()
    table = csv_file(tmp_path / "a.csv", HEADER, *roster(tmp_path, settings), ("N1", "陈新来", "5年2班", "男"))
    code, out, _ = kiosk(str(table), "--settings", str(settings), "--dry-run", "--json")
    rows, counts = told(out)
    assert code == 0
    assert rows[-1] == {"row": len(rows) + 1, "number": "N1", "action": "new", "reason": None}
    assert (counts["counts"]["new"], counts["stored"], counts["ignored"]) == (1, False, ["性别"])
    assert "陈新来" not in out
    assert (settings.parent / "data" / "kiosk.db").read_bytes() == before


def test_good_rows_go_in_and_bad_rows_come_out_as_a_file_that_can_be_mended(tmp_path: Path, settings: Path) -> None:
    lines = [HEADER, *roster(tmp_path, settings), ("N1", "陈新来", "五(2)班", "男"), ("002", "赵", "五(7)班", "男")]
    table, mend = xlsx_file(tmp_path / "a.xlsx", {"名单": lines}), tmp_path / "mend.csv"
    code, out, err = kiosk(str(table), "--settings", str(settings), "--refused", str(mend))
    assert code == 1
    assert "1 new" in out
    assert f'a.xlsx:{len(lines)}: class "五(7)班" does not exist' in err
    mended = mend.read_text("utf-8-sig").replace("五(7)班", "五(2)班")
    mend.write_text(mended, "utf-8-sig")
    code, out, err = kiosk(str(mend), "--settings", str(settings), "--add", "--json")
    rows, counts = told(out)
    assert (code, counts["stored"], [row["number"] for row in rows]) == (0, True, ["002"])


def test_too_many_leaving_stop_it_until_it_is_forced(tmp_path: Path, settings: Path) -> None:
    table = csv_file(tmp_path / "a.csv", HEADER, ("N1", "陈新来", "五(2)班", "男"))
    code, out, err = kiosk(str(table), "--settings", str(settings))
    assert (code, "would go, more than 20 %" in err, "nothing was changed" in out) == (1, True, True)
    code, out, _ = kiosk(str(table), "--settings", str(settings), "--force")
    assert code == 0
    assert "1 new" in out


def test_without_settings_and_database_a_dry_run_takes_everybody_for_new(tmp_path: Path) -> None:
    table = csv_file(tmp_path / "a.csv", HEADER, ("N1", "陈新来", "五(2)班", "男"), encoding="gb18030")
    (tmp_path / "kiosk.toml").write_text(f'data = "{tmp_path / "none"}"\n', "utf-8")
    for more in ((), ("--settings", str(tmp_path / "kiosk.toml"))):
        code, out, _ = kiosk(str(table), "--dry-run", "--json", *more)
        rows, counts = told(out)
        assert (code, rows[0]["action"], counts["told"]) == (0, "new", "GB18030, comma")
    assert not (tmp_path / "none").exists()


def test_a_file_that_is_no_table_is_one_line(tmp_path: Path, settings: Path) -> None:
    (tmp_path / "a.xls").write_bytes(b"<html><table></table></html>")
    code, out, err = kiosk(str(tmp_path / "a.xls"), "--settings", str(settings))
    assert (code, out) == (1, "")
    assert (
        err
        == "kiosk: a.xls: is a web page that was given another name (open it in Excel or WPS and save it as .xlsx)\n"
    )
    code, out, _ = kiosk(str(tmp_path / "a.xls"), "--settings", str(settings), "--json")
    assert (code, told(out)[1]["stored"]) == (1, False)


def test_it_waits_until_nobody_is_at_the_desk(tmp_path: Path, settings: Path) -> None:
    table = csv_file(tmp_path / "a.csv", HEADER, ("N1", "陈新来", "五(2)班", "男"))
    command = [sys.executable, "-m", "kiosk", "import", "patrons", str(table), "--settings", str(settings), "--add"]
    with visit_lock(settings.parent / "data" / "kiosk.db") as visit:
        assert visit.take()
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stderr is not None
        assert process.stderr.readline() == "waiting until nobody is at the desk\n"
        assert process.poll() is None
    out, _ = process.communicate()
    assert process.returncode == 0
    assert "1 new" in out


def test_rows_are_counted_on_a_terminal_only(tmp_path: Path, settings: Path) -> None:
    table = csv_file(tmp_path / "a.csv", HEADER, ("N1", "陈新来", "五(2)班", "男"))
    command = [sys.executable, "-m", "kiosk", "import", "patrons", str(table), "--settings", str(settings), "--dry-run",
               "--add"]  # fmt: skip
    quiet = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert quiet.stderr == ""
    ours, theirs = pty.openpty()
    try:
        terminal = os.environ | {"TERM": "xterm"}
        done = subprocess.run(command, cwd=ROOT, env=terminal, stdout=subprocess.PIPE, stderr=theirs, text=True)
        assert done.stdout == quiet.stdout
        assert "a.csv" in os.read(ours, 65536).decode("utf-8", "replace")
    finally:
        os.close(ours)
        os.close(theirs)
