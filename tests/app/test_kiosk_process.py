from pathlib import Path

import pytest

from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.demo.wires import card_frame
from tests.app.kiosks import BOOKS, CARD, Place, refused, running, stop
from tests.app.noise import make_noise

NOISE_S = 5.0
HARMLESS = {"refused", "part_down", "part_up"}


def test_a_card_and_a_book_on_the_wires_are_a_loan_on_the_disk_and_a_stop_ends_the_visit_first(place: Place) -> None:
    with running(place) as process:
        place.wires.card(CARD)
        place.wait_for_kind("visit_started")
        place.wires.scan("desk", BOOKS[0])
        place.wait_for_kind("lent")
        assert stop(process) == 0
    assert place.told() == [
        ("started", None, None),
        ("visit_started", None, None),
        ("lent", BOOKS[0], None),
        ("visit_ended", None, "stopped"),
        ("stopped", None, None),
    ]
    assert {entry.patron for entry in place.ledger()[1:4]} == {"S1"}


def test_noise_on_every_port_changes_nothing_and_the_next_pupil_is_served(place: Place) -> None:
    with running(place) as process:
        make_noise(place.wires, seed=7, for_s=NOISE_S)
        place.wires.scan("desk", "THE-END")
        place.wait_for(lambda found: found[-1].kind == "refused")
        noise = place.ledger()[1:]
        assert {entry.kind for entry in noise} <= HARMLESS
        assert all(entry.patron is None and entry.item is None for entry in noise)
        place.wires.card(CARD)
        place.wait_for_kind("visit_started")
        place.wires.scan("desk", BOOKS[1])
        place.wait_for_kind("lent")
        assert stop(process) == 0
    db = open_database(place.database)
    assert check(db, fold=True) == []
    db.close()


def test_a_reader_that_is_unplugged_in_the_middle_of_a_scan_comes_back_by_itself(place: Place) -> None:
    with running(place) as process:
        place.wires["desk"].send(BOOKS[0][:2].encode())
        place.wires["card"].send(card_frame(CARD)[:6])
        place.wires["desk"].plug_in()
        place.wires["card"].plug_in()
        place.wait_for_kind("part_up", 2)
        place.wires.card(CARD)
        place.wait_for_kind("visit_started")
        place.wires.scan("desk", BOOKS[0])
        place.wait_for_kind("lent")
        assert stop(process) == 0
    told = [(entry.kind, entry.reader) for entry in place.ledger()[1:7]]
    assert sorted(told[:4]) == [("part_down", "card"), ("part_down", "desk"), ("part_up", "card"), ("part_up", "desk")]
    assert told[4:] == [("visit_started", "card"), ("lent", "desk")]


def test_a_second_kiosk_on_the_same_database_says_so_in_one_line(place: Place) -> None:
    with running(place) as process:
        assert refused(place.settings) == (1, [f"kiosk: {place.database}: another kiosk is running on this database"])
        assert stop(process) == 0


BAD_SETTINGS = {
    "visit = 3": "visit",
    "[visit]\nidle = 30": 'kiosk.toml: visit: unknown key "idle" (did you mean "idle_s"?)',
    '[visit]\nidle_s = "soon"': "visit.idle_s",
    "[readers.desk": "kiosk.toml",
    '[readers.desk]\nkind = "serial"\nbuad = 9600\ndevice = "/dev/null"': '(did you mean "baud"?)',
    '[readers.desk]\nkind = "camera"\ndevice = "/dev/null"': "camera",
    '[glass]\nlanguage = "tlh"': "tlh",
}


@pytest.mark.parametrize("text", BAD_SETTINGS)
def test_settings_that_cannot_be_used_are_told_in_one_line(tmp_path: Path, text: str) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path}"\n{text}\n', "utf-8")
    code, (line,) = refused(settings)
    assert code == 2
    assert BAD_SETTINGS[text] in line


def test_settings_that_are_not_there_are_told_in_one_line(tmp_path: Path) -> None:
    code, (line,) = refused(tmp_path / "nowhere.toml")
    assert code == 2
    assert "nowhere.toml: no such file" in line


def test_a_folder_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path / "nowhere"}"\n', "utf-8")
    code, (line,) = refused(settings)
    assert code == 1
    assert str(tmp_path / "nowhere") in line


@pytest.mark.usefixtures("display")
def test_a_file_that_is_no_database_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "kiosk.db").write_bytes(b"not a database, but long enough for a header" * 100)
    (tmp_path / "site.key").write_bytes(bytes(32))
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path}"\n[glass]\nfull_screen = false\n', "utf-8")
    code, lines = refused(settings)
    assert (code, len(lines)) == (1, 1), lines
    assert "kiosk.db: " in lines[0]
