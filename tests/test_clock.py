from pathlib import Path

from kiosk.clock import boot_id, boottime_ns, is_synchronised


def test_the_boot_id_is_the_same_twice_and_32_hex_digits() -> None:
    assert boot_id() == boot_id()
    assert len(bytes.fromhex(boot_id())) == 16


def test_the_boot_clock_does_not_step_back() -> None:
    assert boottime_ns() <= boottime_ns()


def test_the_clock_is_in_step_once_the_time_service_has_left_its_mark(tmp_path: Path) -> None:
    mark = tmp_path / "synchronized"
    assert not is_synchronised(mark)
    mark.touch()
    assert is_synchronised(mark)
