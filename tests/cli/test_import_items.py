"""`kiosk import items` from outside: a preview that needs nothing, an import that is done once, refusals as files."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.db.connect import open_database
from tests.office.marc.records import HOBBIT, JOURNEY, marc, put

ROOT = Path(__file__).parents[2]
DAMAGED = b"99999" + marc(*JOURNEY)[5:]


def kiosk(*arguments: str | Path) -> tuple[int, list[str], str]:
    command = [sys.executable, "-m", "kiosk", "import", "items", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    return done.returncode, done.stdout.decode("utf-8").splitlines(), done.stderr.decode("utf-8")


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{tmp_path / "data"}"\n', "utf-8")
    return file


def test_a_preview_as_json_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    code, lines, error = kiosk(put(tmp_path, marc(*JOURNEY, codec="gbk"), DAMAGED), "--dry-run", "--json")
    first, second, counts = map(json.loads, lines)
    assert (code, error) == (1, "")
    assert (first["record"], first["title"], first["action"], first["reason"]) == (1, "西游记：青少版", "new", None)
    assert first["items"] == [{"barcode": "B0001", "action": "new", "reason": None}]
    assert (second["record"], second["action"]) == (2, "refused")
    assert "leader says 99999" in second["reason"]
    assert counts["counts"] == {"new": 1, "changed": 0, "unchanged": 0, "refused": 1}
    assert (counts["encoding"], counts["flavour"]) == ("gb18030", "cnmarc")


def test_good_records_go_in_once_and_refused_ones_come_out(tmp_path: Path, settings: Path) -> None:
    file = put(tmp_path, marc(*JOURNEY), DAMAGED, marc(*HOBBIT))
    code, lines, _ = kiosk(file, "--settings", settings)
    assert code == 1
    assert lines[0] == "books.mrc: utf-8, cnmarc, marc21"
    assert "+ 1 西游记：青少版  [B0001]" in lines
    assert (tmp_path / "data" / "books.refused.mrc").read_bytes() == DAMAGED
    assert "books.mrc:2: its leader says" in (tmp_path / "data" / "books.refused.txt").read_text("utf-8")
    db = open_database(tmp_path / "data" / "kiosk.db")
    count = "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM item), (SELECT count(*) FROM search_stale)"
    before = db.execute_sql(count).fetchall()
    assert before[0][1:] == (2, 0)
    code, lines, _ = kiosk(file, "--settings", settings)
    assert "= 1 西游记：青少版  [B0001]" in lines
    assert db.execute_sql(count).fetchall() == before
    db.close()
    code, lines, _ = kiosk(file, "--settings", settings, "--dry-run", "--json")
    assert json.loads(lines[-1])["counts"] == {"new": 0, "changed": 0, "unchanged": 2, "refused": 1}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["{good}", "--dry-run", "--encoding", "latin1"], 2),
        (["{good}", "--dry-run", "--title-id", "245"], 2),
        (["{good}", "--dry-run", "--refused", "{folder}/none"], 2),
        (["{folder}/none.mrc", "--dry-run"], 2),
        (["{folder}", "--dry-run"], 2),
        (["{text}", "--dry-run"], 1),
        (["{text}", "--dry-run", "--settings", "{folder}/none.toml"], 1),
        (["{good}", "--dry-run", "--settings", "{folder}/none.toml"], 2),
    ],
    ids=["encoding", "title id", "no such folder", "no such file", "a folder", "text", "text first", "no settings"],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(tmp_path: Path, arguments: list[str], code: int) -> None:
    good = put(tmp_path, marc(*JOURNEY))
    text = tmp_path / "books.txt"
    text.write_text("书名,作者\n", "utf-8")
    found, lines, error = kiosk(*(word.format(good=good, folder=tmp_path, text=text) for word in arguments))
    assert (found, lines, len(error.splitlines())) == (code, [], 1), error
