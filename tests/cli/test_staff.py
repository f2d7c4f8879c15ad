"""`kiosk staff` as a librarian types it: exit codes, JSON, one line for what is refused."""

import json
import secrets
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk.app.counter import open_books
from kiosk.circulation.charges import Objection
from kiosk.circulation.records import Entry, Kind
from kiosk.cli.staff import OBJECTIONS
from kiosk.db.connect import open_database
from tests.db.schools import NOON
from tests.semantics.school import Done, command, simple

Staff = Callable[..., Done]


@pytest.fixture
def settings(tmp_path: Path) -> Path:
    """A kiosk at which pupil 1 has B1, which costs 20 yuan, and pupil 2 has B2, whose price nobody knows."""
    folder = (
        simple(tmp_path).add("titles.csv", title_id="W1", title="草房子").text("school.toml", "lost_factor = 1.5\n")
    )
    folder.pupil("3", roles="pupil_librarian").book("P1", price_fen=2000)
    folder.loan("P1", "1", "2026-09-07", "2026-09-22").loan("B2", "2", "2026-09-07", "2026-09-22")
    file = tmp_path / "kiosk.toml"
    file.write_text(f'data = "{tmp_path / "data"}"\n', "utf-8")
    done = command("import", "school", folder.write(), "--settings", file)
    assert done.returncode == 0, done.stderr
    return file


@pytest.fixture
def staff(settings: Path) -> Staff:
    def run(*arguments: str) -> Done:
        return command("staff", *arguments, "--settings", settings)

    return run


def only(done: Done) -> dict[str, Any]:
    (line,) = done.stdout.splitlines()
    value: dict[str, Any] = json.loads(line)
    return value


def charge_of(done: Done) -> str:
    return str(only(done)["charge"]["charge"])


def test_a_lost_book_from_its_mark_to_the_money_that_was_given_back(staff: Staff, settings: Path) -> None:
    done = staff("mark", "P1", "lost", "--by", "L1", "--why", "家长来电", "--json")
    assert (done.returncode, only(done)["before"], only(done)["state"]) == (0, "available", "lost")
    number = charge_of(done)
    (listed,) = [json.loads(line) for line in staff("charges", "--open", "--json").stdout.splitlines()]
    assert listed == only(done)["charge"]
    assert {key: listed[key] for key in ("item", "patron", "class", "reason", "state", "amount_fen", "open_fen")} == {
        "item": "P1", "patron": "1", "class": "三(1)班", "reason": "lost", "state": "open", "amount_fen": 3000,
        "open_fen": 3000,
    }  # fmt: skip
    paid = only(staff("settle", number, "paid", "--by", "L1", "--json"))
    assert (paid["state"], paid["settled"], paid["paid_fen"], paid["settled_by"]) == ("settled", "paid", 3000, "L1")
    assert staff("charges", "--open", "--json").stdout == ""
    found = only(staff("mark", "P1", "available", "--by", "L1", "--json"))
    assert found["charge"]["state"] == "decide"
    back = only(staff("settle", number, "refunded", "--by", "L1", "--json"))
    assert (back["state"], back["paid_fen"], back["open_fen"]) == ("settled", 0, 0)
    assert command("check", "--fold", "--settings", settings).returncode == 0
    log = command("log", "--settings", settings, "--json").stdout.splitlines()
    kinds = [(json.loads(line)["kind"], json.loads(line)["reason"], json.loads(line)["staff"]) for line in log]
    assert kinds[:5] == [
        ("settled", "refunded", "L1"), ("marked", "available", "L1"), ("settled", "paid", "L1"),
        ("charged", "lost", "L1"), ("marked", "lost", "L1"),
    ]  # fmt: skip


def test_importing_again_does_not_bring_a_settled_loan_back(staff: Staff, settings: Path, tmp_path: Path) -> None:
    number = charge_of(staff("mark", "P1", "lost", "--by", "L1", "--json"))
    assert staff("settle", number, "same-edition", "--by", "L1").returncode == 0
    assert command("import", "school", tmp_path / "school", "--settings", settings).returncode == 0
    assert command("check", "--fold", "--settings", settings).returncode == 0
    db = open_database(tmp_path / "data" / "kiosk.db")
    assert db.execute_sql("SELECT item FROM loan").fetchall() == [("B2",)]
    db.close()


def test_a_charge_without_a_price_asks(staff: Staff) -> None:
    done = staff("mark", "B2", "lost", "--by", "L1", "--json")
    assert only(done)["charge"]["state"] == "asks"
    number = charge_of(done)
    refused = staff("settle", number, "paid", "--by", "L1")
    assert (refused.returncode, refused.stderr) == (1, f"kiosk: {OBJECTIONS[Objection.AMOUNT_NEEDED]}\n")
    assert "how much?" in staff("charges").stdout
    assert only(staff("amount", number, "1250", "--by", "L1", "--json"))["state"] == "open"
    assert "12.50 yuan" in staff("charges", "--open", "--class", "三(1)班").stdout
    assert staff("charges", "--class", "四(1)班", "--json").stdout == ""
    assert staff("settle", number, "paid", "--by", "L1", "--amount", "1250").returncode == 0


def test_the_list_adds_up(staff: Staff) -> None:
    for item in ("P1", "B2"):
        staff("mark", item, "lost", "--by", "L1")
    assert staff("charges").stdout.splitlines()[-1] == (
        "charges: 2; 30.00 yuan charged, 0.00 yuan paid, 0.00 yuan forgiven, 30.00 yuan open; 1 without an amount"
    )


def test_mending_and_write_off_are_lists(staff: Staff) -> None:
    staff("mark", "B3", "mending", "--by", "3")
    staff("mark", "B4", "damaged", "--by", "L1")
    staff("mark", "B5", "withdrawn", "--by", "L1")
    queue = [json.loads(line) for line in staff("mending", "--json").stdout.splitlines()]
    assert [(kept["item"], kept["state"], kept["title"]) for kept in queue] == [
        ("B3", "mending", "草房子"), ("B4", "damaged", "草房子"),
    ]  # fmt: skip
    assert staff("mending").stdout.splitlines()[-1] == "items: 2"
    assert only(staff("write-off", "--json"))["item"] == "B5"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("mark", "P1", "lost", "--by", "1"), "not_staff"),
        (("mark", "P1", "lost", "--by", "T1"), "not_staff"),
        (("mark", "P1", "lost", "--by", "NOBODY"), "not_staff"),
        (("mark", "P1", "damaged", "--by", "3"), "mending_only"),
        (("mark", "P9", "lost", "--by", "L1"), "unknown_item"),
        (("mark", "P1", "available", "--by", "L1"), "unchanged"),
        (("mark", "P1", "lost", "--by", "L1", "--why", "某L1"), "why_names"),
        (("settle", "99", "waived", "--by", "L1"), "unknown_charge"),
        (("settle", "99", "waived", "--by", "3"), "not_staff"),
        (("amount", "99", "5", "--by", "L1"), "unknown_charge"),
    ],
)
def test_what_is_refused_is_one_line_and_a_code(
    staff: Staff, settings: Path, arguments: tuple[str, ...], code: str
) -> None:
    done = staff(*arguments)
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
    assert only(staff(*arguments, "--json")) == {"refused": code}


@pytest.mark.parametrize(
    "arguments",
    [
        ("mark", "P1", "lost"),
        ("mark", "P1", "gone", "--by", "L1"),
        ("settle", "1", "stolen", "--by", "L1"),
        ("settle", "x", "paid", "--by", "L1"),
        ("settle", "1", "paid", "--by", "L1", "--amount", "0"),
        ("amount", "1", "-5", "--by", "L1"),
        ("amount", "1", "100000001", "--by", "L1"),
    ],
)
def test_wrong_usage_is_exit_2(staff: Staff, arguments: tuple[str, ...]) -> None:
    assert staff(*arguments).returncode == 2


def test_a_database_that_is_missing_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "kiosk.toml").write_text(f'data = "{tmp_path / "data"}"\n', "utf-8")
    done = command("staff", "mark", "B1", "lost", "--by", "L1", "--settings", tmp_path / "kiosk.toml")
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert not (tmp_path / "data").exists()


def test_every_objection_has_its_words() -> None:
    assert set(OBJECTIONS) == set(Objection)


def test_marks_are_taken_while_the_kiosk_writes(staff: Staff, settings: Path, tmp_path: Path) -> None:
    """The ledger that is open here stands for the running kiosk: its chain goes on behind what the command wrote."""
    books = open_books(tmp_path / "data" / "kiosk.db", "kiosk")
    done: list[Done] = []
    with books.ledger.decision():
        books.ledger.record(Entry(NOON, Kind.STARTED))
        marking = threading.Thread(target=lambda: done.append(staff("mark", "P1", "lost", "--by", "L1")))
        marking.start()
        books.ledger.record(Entry(NOON, Kind.PART_DOWN, reason=secrets.token_hex(4), reader="desk"))
    marking.join()
    with books.ledger.decision():
        books.ledger.record(Entry(NOON, Kind.STOPPED))
    assert done[0].returncode == 0
    assert books.shelf.loan("P1") is not None
    books.close()
    assert command("check", "--fold", "--settings", settings).returncode == 0
