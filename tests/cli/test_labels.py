"""`kiosk labels` on a small school: what is printed, what is left out, and what the ledger keeps of it."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli import labeloptions
from kiosk.cli.app import app
from kiosk.db.prepare import prepare
from kiosk.db.shelf import SqliteShelf
from kiosk.db.sitekey import load_site_key
from kiosk.office.labels.bars import Symbology
from kiosk.office.labels.sheets import OFFSET_MAX_MM, SheetName
from tests.office.folders import SCHOOL, counter_at, read
from tests.office.labels.pdf_reader import barcodes, pages

FILES = {
    **SCHOOL,
    "people.csv": "number,name,kind,class,cards,lost_cards,active\n"
    "P1,张小样,pupil,五(1)班,P1,,\nP2,李试,pupil,五(2)班,0002,,\nP10,赵新来,pupil,五(2)班,,,\n"
    "P3,王离开,pupil,五(2)班,0003,,no\nP4,孙丢卡,pupil,五(2)班,,P4,\nP5,钱重号,pupil,五(2)班,0005,,\n"
    "P6,吴借号,pupil,五(1)班,P5,,\nRESET-1,郑口令,pupil,五(1)班,0007,,\nB2,冯撞书,pupil,五(1)班,0008,,\n"
    "学号九,陈汉字,pupil,五(1)班,学号九,,\nT1,周老师,teacher,,T-1,,\n",
    "titles.csv": "title_id,title,added\nW1,西游记,2026-11-01\nW2,小王子,\n",
    "items.csv": "barcode,title_id,call_number,state\nB9,W1,I242/1,\nB10,W1,I242/1,\nB2,W2,I565/2,\nB3,W2,,\n"
    "B4,W1,I242/1,withdrawn\n图7,W2,I565/2,\n",
}
NAMES = ("张小样", "李试", "赵新来", "孙丢卡", "钱重号", "陈汉字")

Labels = Callable[..., Result]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    counter = counter_at(tmp_path / "data")
    files = {name: content for name, content in FILES.items() if name not in ("loans.csv", "classes.csv")}
    counter.store(
        read(tmp_path / "school", {**files, "classes.csv": "class,grade,teacher\n五(1)班,5,T1\n五(2)班,5,\n"})
    )
    counter.db.close()
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{tmp_path / "data"}"\n', "utf-8")
    return file


@pytest.fixture
def labels(settings: Path, tmp_path: Path) -> Labels:
    def run(*arguments: str) -> Result:
        out = ("--out", str(tmp_path / "out.pdf")) if "--out" not in arguments else ()
        return CliRunner().invoke(app, ["labels", *arguments, *out, "--settings", str(settings)])

    return run


@pytest.fixture
def printed(tmp_path: Path) -> Callable[[], list[str]]:
    return lambda: [text for page in pages(tmp_path / "out.pdf") for text in barcodes(page, 80)]


def rows(tmp_path: Path, sql: str) -> list[tuple[object, ...]]:
    db = prepare(tmp_path / "data" / "kiosk.db")
    try:
        found: list[tuple[object, ...]] = db.execute_sql(sql).fetchall()
    finally:
        db.close()
    return found


def test_all_items_but_withdrawn_ones_in_the_order_of_counting(
    labels: Labels, printed: Callable[[], list[str]]
) -> None:
    done = labels("items")
    assert done.exit_code == 1
    assert printed() == ["B2", "B3", "B9", "B10"]
    assert done.stderr.splitlines() == [
        '"图7" has no label: it has characters that Code 128 lacks (only Latin letters, digits and signs)'
    ]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        (("--barcode", "b10", "--barcode", "B4", "--barcode", "B10"), ["B10", "B4"]),
        (("--from", "B3", "--to", "B9"), ["B3", "B9"]),
        (("--to", "b2"), ["B2"]),
        (("--from", "b3", "--to", "B9"), ["B3", "B9"]),
        (("--new-since", "2026-11-01"), ["B9", "B10"]),
        (
            ("--from", "B2", "--to", "B10", "--code", "code39", "--sheet", "5x13", "--start", "65"),
            ["B2", "B3", "B9", "B10"],
        ),
    ],
)
def test_items_are_chosen(
    labels: Labels, printed: Callable[[], list[str]], arguments: tuple[str, ...], wanted: list[str]
) -> None:
    done = labels("items", *arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    assert printed() == wanted


def test_a_file_names_items_and_its_lines_are_told(
    labels: Labels, printed: Callable[[], list[str]], tmp_path: Path
) -> None:
    (tmp_path / "new.txt").write_bytes("\ufeffB10\r\n\r\nNOBODY\r\n b2 \r\n".encode())
    done = labels("items", "--file", str(tmp_path / "new.txt"), "--json")
    assert done.exit_code == 1
    assert printed() == ["B10", "B2"]
    told = json.loads(done.stdout)
    assert (told["labels"], told["pages"]) == (2, 1)
    assert told["left_out"] == ['new.txt:3: no item has the barcode "NOBODY"']


def test_nothing_new_is_nothing_wrong_and_makes_no_file(labels: Labels, tmp_path: Path) -> None:
    done = labels("items", "--new-since", "2030-01-01")
    assert (done.exit_code, done.stdout) == (0, "nothing to print\n")
    assert not (tmp_path / "out.pdf").exists()


def test_items_without_a_call_number_have_no_spine_label(labels: Labels) -> None:
    done = labels("spines", "--json")
    assert done.exit_code == 1
    assert json.loads(done.stdout)["labels"] == 4
    assert json.loads(done.stdout)["left_out"] == ['"B3" has no call number']


@pytest.mark.parametrize(
    "arguments",
    [
        ("items", "--barcode", "B2", "--new-since", "2026-11-01"),
        ("items", "--from", "B10", "--to", "B9"),
        ("items", "--new-since", "yesterday"),
        ("items", "--start", "22"),
        ("items", "--start", "0"),
        ("items", "--sheet", "4x4"),
        ("items", "--up", "11"),
        ("cards", "--class", "五(1)班", "--number", "P1"),
    ],
)
def test_wrong_usage(labels: Labels, arguments: tuple[str, ...]) -> None:
    assert labels(*arguments).exit_code == 2


def test_a_card_is_printed_only_where_the_kiosk_knows_it(labels: Labels, printed: Callable[[], list[str]]) -> None:
    done = labels("cards", "--class", "五(2)班")
    assert done.exit_code == 1
    assert "nothing to print" in done.stdout
    assert [line.split(" (")[0] for line in done.stderr.splitlines()] == [
        '"P2" is not a card of this person',
        '"P4" was reported lost as a card',
        '"P5" is another\'s card, an item or a command',
        '"P10" is not a card of this person',
    ]
    assert labels("cards", "--number", "P1").exit_code == 0
    assert printed() == ["P1"]


def test_a_number_becomes_a_card_in_the_same_act_and_the_ledger_names_nobody(
    labels: Labels, printed: Callable[[], list[str]], tmp_path: Path
) -> None:
    done = labels("cards", "--class", "五(2)班", "--register")
    assert done.exit_code == 1
    assert printed() == ["P2", "P10"]
    db = prepare(tmp_path / "data" / "kiosk.db")
    shelf = SqliteShelf(db, load_site_key(tmp_path / "data" / "kiosk.db"))
    known = {text: shelf.card(text) for text in ("P2", "0002", "P10", "P5", "P4")}
    db.close()
    owners = {text: (card.patron.number, card.lost) for text, card in known.items() if card is not None}
    assert owners == {"P2": ("P2", False), "0002": ("P2", False), "P10": ("P10", False), "P5": ("P6", False),
                      "P4": ("P4", True)}  # fmt: skip
    assert rows(tmp_path, "SELECT patron, item, reason, data FROM entry WHERE kind = 'changed'") == [
        (None, None, "cards_registered", '{"cards":2}')
    ]
    again = labels("cards", "--class", "五(2)班", "--register")
    assert again.stdout == done.stdout
    assert len(rows(tmp_path, "SELECT 1 FROM entry WHERE kind = 'changed'")) == 1


def test_a_number_that_is_a_book_or_a_command_or_no_bars_never_becomes_a_card(labels: Labels, tmp_path: Path) -> None:
    before = rows(tmp_path, "SELECT count(*) FROM card")
    numbers = [word for number in ("B2", "RESET-1", "学号九", "P3", "X") for word in ("--number", number)]
    done = labels("cards", *numbers, "--register")
    assert done.exit_code == 1
    assert len(done.stderr.splitlines()) == 5
    assert rows(tmp_path, "SELECT count(*) FROM card") == before


def test_a_class_sheet_has_the_pupils_and_the_code_that_ends_a_visit(
    labels: Labels, printed: Callable[[], list[str]]
) -> None:
    assert labels("class", "五(2)班", "--register").exit_code == 1
    assert sorted(printed()) == ["P10", "P2", "RESET-1"]
    assert labels("class", "五(2)班", "--without-cards").exit_code == 1
    assert sorted(printed()) == ["P10", "RESET-1"]


def test_a_class_that_is_not_there_is_said_with_the_nearest(labels: Labels) -> None:
    done = labels("class", "五(3)班")
    assert done.exit_code == 1
    assert "did you mean" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("kind", [("cards", "--register"), ("class", "五(2)班"), ("cards", "--json")])
def test_no_name_is_ever_said(labels: Labels, kind: tuple[str, ...]) -> None:
    done = labels(*kind)
    assert not [name for name in NAMES if name in done.output]


def test_a_folder_that_is_not_there_is_no_traceback(labels: Labels, tmp_path: Path) -> None:
    done = labels("items", "--barcode", "B2", "--out", str(tmp_path / "missing" / "out.pdf"))
    assert isinstance(done.exception, FileNotFoundError)  # __main__ says it in one line


def test_the_words_of_the_options_are_those_of_the_labels() -> None:
    assert get_args(get_args(labeloptions.SheetOption)[0]) == tuple(SheetName)
    assert get_args(get_args(labeloptions.CodeOption)[0]) == tuple(Symbology)
    assert labeloptions.OFFSET_MAX_MM == OFFSET_MAX_MM
