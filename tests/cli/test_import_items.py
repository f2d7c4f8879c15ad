"""`kiosk import items` from outside: a preview that needs nothing, an import that is done once, refusals as files."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.db.connect import open_database
from tests.office.marc.records import HOBBIT, JOURNEY, marc, put
from tests.office.tables.files import csv_file, xlsx_file

ROOT = Path(__file__).parents[2]
DAMAGED = b"99999" + marc(*JOURNEY)[5:]


EXAMPLE = ROOT / "examples" / "lunch"
HEADINGS = {
    "barcode": "条码", "title_id": "书目编号", "title": "书名", "author": "责任者", "clc": "中图分类号",
    "price": "定价（元）", "call_number": "索书号", "kind": "类型", "state": "状态", "location": "馆藏地",
    "added": "入藏日期", "tag": "标签",
}  # fmt: skip


def kiosk(*arguments: str | Path, what: str = "items") -> tuple[int, list[str], str]:
    command = [sys.executable, "-m", "kiosk", "import", what, *map(str, arguments)]
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


def example_rows() -> list[tuple[str, ...]]:
    """The example school's items with their titles beside them, prices in yuan, as another system would write them."""
    texts = ((EXAMPLE / name).read_text("utf-8") for name in ("titles.csv", "items.csv"))
    titles, items = (csv.DictReader(text.splitlines()) for text in texts)
    by_id = {row["title_id"]: row for row in titles}
    joined = [by_id[row["title_id"]] | row for row in items]
    yuan = [row | {"price": f"{int(row['price_fen']) / 100:.2f}"} for row in joined]
    return [tuple(HEADINGS.values()), *(tuple(row[column] for column in HEADINGS) for row in yuan)]


def test_the_example_school_as_a_table_is_what_its_folder_is(tmp_path: Path, settings: Path) -> None:
    rows = example_rows()
    files = (
        csv_file(tmp_path / "books.txt", *rows, encoding="gb18030"),
        xlsx_file(tmp_path / "books.xlsx", {"馆藏": [("馆藏清单",), *rows]}),
    )
    assert kiosk(EXAMPLE, "--settings", settings, what="school")[0] == 0
    for file, told in zip(files, ("GB18030, comma", 'XLSX, sheet "馆藏"'), strict=True):
        code, lines, error = kiosk(file, "--settings", settings, "--dry-run", "--json")
        counts = json.loads(lines[-1])
        assert (code, error, counts["encoding"], counts["flavour"]) == (0, "", told, "table")
        assert counts["counts"] == counts["items"] == {"new": 0, "changed": 0, "unchanged": len(rows) - 1, "refused": 0}
        assert counts["remarks"] == ['columns left out: "标签"']


def test_the_example_school_as_a_table_makes_the_titles_and_copies_of_its_folder(tmp_path: Path) -> None:
    table = csv_file(tmp_path / "books.csv", *example_rows(), encoding="gb18030")
    found = []
    for what, given in (("school", EXAMPLE), ("items", table)):
        settings = tmp_path / f"{what}.toml"
        settings.write_text(f'data = "{tmp_path / what}"\n', "utf-8")
        assert kiosk(given, "--settings", settings, what=what)[0] == 0
        db = open_database(tmp_path / what / "kiosk.db")
        titles = "SELECT * FROM title WHERE title_id IN (SELECT title_id FROM item) ORDER BY title_id"
        copies = "SELECT barcode, title_id, kind, call_number, price_fen, state, location FROM item ORDER BY barcode"
        found.append([db.execute_sql(sql).fetchall() for sql in (titles, copies)])
        db.close()
    assert found[0] == found[1]


def test_rows_of_a_table_go_in_once_and_refused_ones_come_out_to_mend(tmp_path: Path, settings: Path) -> None:
    rows = (("条码", "书名", "价格"), ("B1", "西游记", "47.20"), ("4.50E+12", "水浒传", ""))
    file = csv_file(tmp_path / "books.csv", *rows, encoding="gb18030")
    code, lines, _ = kiosk(file, "--settings", settings)
    assert code == 1
    assert lines[:2] == ["books.csv: GB18030, comma, table", "+ 2 西游记  [B1]"]
    mend = tmp_path / "data" / "books.refused.csv"
    assert f"refused: {mend}" in lines
    mend.write_text(mend.read_text("utf-8-sig").replace("4.50E+12,", "B2,", 1), "utf-8-sig")
    code, lines, _ = kiosk(mend, "--settings", settings)
    assert (code, lines[1]) == (0, "+ 2 水浒传  [B2]")
    code, lines, _ = kiosk(file, "--settings", settings, "--dry-run", "--json", "--refused", tmp_path)
    last = json.loads(lines[-1])
    assert last["counts"] == {"new": 0, "changed": 0, "unchanged": 1, "refused": 1}
    assert last["refused_files"] == [str(tmp_path / "books.refused.csv")]


def test_a_preview_of_a_table_needs_no_settings(tmp_path: Path) -> None:
    file = xlsx_file(tmp_path / "books.mrc", {"Sheet1": [("barcode", "title"), ("B1", "西游记")]})
    code, lines, error = kiosk(file, "--dry-run", "--json")
    assert (code, error) == (0, "")
    assert json.loads(lines[0])["items"] == [{"barcode": "B1", "action": "new", "reason": None}]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["{good}", "--dry-run", "--encoding", "latin1"], 2),
        (["{good}", "--dry-run", "--title-id", "245"], 2),
        (["{good}", "--dry-run", "--refused", "{folder}/none"], 2),
        (["{folder}/none.mrc", "--dry-run"], 2),
        (["{folder}", "--dry-run"], 2),
        (["{text}", "--dry-run"], 1),
        (["{text}", "--dry-run", "--encoding", "gbk"], 1),
        (["{text}", "--dry-run", "--settings", "{folder}/none.toml"], 1),
        (["{good}", "--dry-run", "--settings", "{folder}/none.toml"], 2),
    ],
    ids=[
        "encoding",
        "title id",
        "no such folder",
        "no such file",
        "a folder",
        "text",
        "text in GBK",
        "text first",
        "no settings",
    ],
)
def test_what_is_wrong_is_one_line_and_an_exit_code(tmp_path: Path, arguments: list[str], code: int) -> None:
    good = put(tmp_path, marc(*JOURNEY))
    text = tmp_path / "books.txt"
    text.write_text("书名,作者\n", "utf-8")
    found, lines, error = kiosk(*(word.format(good=good, folder=tmp_path, text=text) for word in arguments))
    assert (found, lines, len(error.splitlines())) == (code, [], 1), error
