"""`kiosk search` on a real database."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.db.schools import place_at

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from kiosk.office.searchterms import index_stale

    folder = tmp_path_factory.mktemp("search")
    place = place_at(folder)
    place.db.execute_sql("UPDATE item SET call_number = 'I565.88/1', location = '一楼' WHERE title_id = 'T1'")
    with place.db.atomic():
        index_stale(place.db)
    place.lend("B001")
    place.db.close()
    file = folder / "kiosk.toml"
    file.write_text(f'data = "{folder}"\n', "utf-8")
    return file


def kiosk(settings: Path, *arguments: str | bytes) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "kiosk", "search", "--settings", str(settings), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True)
    return done.returncode, done.stdout.decode(), done.stderr.decode("utf-8", "replace")


def test_a_title_is_told_with_its_copies_and_where_it_stands(settings: Path) -> None:
    assert kiosk(settings, "小王子") == (0, "3 of 4 here  小王子 / 圣埃克苏佩里  I565.88/1 一楼\n", "")


def test_json_is_one_line_a_title(settings: Path) -> None:
    code, said, _ = kiosk(settings, "xwz", "--json")
    assert code == 0
    assert [json.loads(line) for line in said.splitlines()] == [
        {
            "title_id": "T1", "title": "小王子", "author": "圣埃克苏佩里", "call_numbers": ["I565.88/1"], "copies": 4,
            "available": 3, "locations": ["一楼"], "match": "rest",
        }
    ]  # fmt: skip


def test_words_may_stand_apart_and_all_have_to_be_found(settings: Path) -> None:
    assert kiosk(settings, "王子", "shengai")[1].startswith("3 of 4 here  小王子")
    assert kiosk(settings, "王子", "nobody") == (0, "", "")


@pytest.mark.parametrize("text", ["", '"', "NEAR(", b"\xff\xfe", "title : x"])
def test_any_text_is_fine(settings: Path, text: str | bytes) -> None:
    code, _, said = kiosk(settings, text)
    assert (code, said) == (0, "")


@pytest.mark.parametrize("arguments", [(), ("x", "--limit", "0"), ("x", "--limit", "101"), ("x", "--limit", "many")])
def test_wrong_usage_is_two(settings: Path, arguments: tuple[str, ...]) -> None:
    assert kiosk(settings, *arguments)[0] == 2


def test_the_limit_is_kept(settings: Path) -> None:
    assert len(kiosk(settings, "e", "--limit", "1")[1].splitlines()) == 1


def test_a_database_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{tmp_path}"\n', "utf-8")
    code, _, said = kiosk(file, "x")
    assert (code, len(said.splitlines())) == (1, 1)
