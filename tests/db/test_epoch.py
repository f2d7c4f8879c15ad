from pathlib import Path

from kiosk.db.epoch import board_serial, new_epoch, settle_epoch
from tests.db.schools import Place, counted_hex


def facts(place: Place) -> dict[object, object]:
    return dict(place.rows("SELECT key, value FROM meta"))  # type: ignore[arg-type]


def test_the_same_board_and_name_keep_the_epoch(place: Place) -> None:
    before = facts(place)
    settle_epoch(place.db, "desk-1", "board-1", counted_hex())
    settle_epoch(place.db, None, "", counted_hex())
    assert facts(place) == before


def test_another_board_makes_a_new_epoch_and_is_remembered(place: Place) -> None:
    before = facts(place)
    settle_epoch(place.db, "desk-1", "board-2", lambda size: "f" * 2 * size)
    after = facts(place)
    assert (before["board"], after["board"]) == ("board-1", "board-2")
    assert (after["epoch"], before["epoch"] != after["epoch"]) == ("f" * 16, True)


def test_another_name_makes_a_new_epoch(place: Place) -> None:
    settle_epoch(place.db, "desk-2", "board-1", lambda size: "e" * 2 * size)
    assert (facts(place)["kiosk"], facts(place)["epoch"]) == ("desk-2", "e" * 16)


def test_a_board_that_could_not_be_read_before_is_only_noted(place: Place) -> None:
    place.db.execute_sql("UPDATE meta SET value = '' WHERE key = 'board'")
    before = facts(place)["epoch"]
    settle_epoch(place.db, "desk-1", "board-9", counted_hex())
    assert (facts(place)["board"], facts(place)["epoch"]) == ("board-9", before)


def test_a_restore_asks_for_a_new_epoch(place: Place) -> None:
    assert new_epoch(place.db, lambda size: "d" * 2 * size) == "d" * 16
    assert facts(place)["epoch"] == "d" * 16


def test_the_serial_comes_from_the_first_file_that_says_one(tmp_path: Path) -> None:
    missing, empty, serial = tmp_path / "missing", tmp_path / "empty", tmp_path / "serial"
    empty.write_bytes(b"\0\n")
    serial.write_bytes(b"10000000abcdef01\0")
    found = board_serial((missing, empty, serial))
    assert len(found) == 16
    assert "abcdef01" not in found
    assert board_serial((missing, empty)) == ""
