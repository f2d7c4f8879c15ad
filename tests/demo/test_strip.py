"""The strip of the demo's window: clicks and keys reach the ledger, down pseudo-terminals and through the drivers."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.demo.window import window_size

CLICKING = Path(__file__).with_name("clicking.py")
ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.timeout(120)
def test_a_click_on_a_card_and_a_book_and_a_typed_barcode_are_in_the_ledger(tmp_path: Path) -> None:
    played = subprocess.run(
        [sys.executable, str(CLICKING), str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert played.stdout.splitlines() == [
        "imported None None",
        "started None None",
        "visit_started 20260101 None",
        "lent 20260101 39999000001873",
        "visit_ended 20260101 None",
        "visit_started 20260105 None",
        "refused 20260105 39999000043529",
        "lent 20260105 39999000016830",
        "returned 20250101 39999000018364",
        "visit_ended 20260105 None",
        "stopped None None",
        "[] []",
    ]


@pytest.mark.parametrize(
    ("status", "modes", "size"),
    [
        ("connected", "1920x1080\n1280x720\n", (1024, 800)),
        ("connected", "1366x768\n", (842, 658)),
        ("connected", "1920x1080i\n", (1024, 800)),
        ("disconnected", "", (1024, 800)),
    ],
)
def test_the_window_is_as_high_as_the_screen_allows(
    tmp_path: Path, status: str, modes: str, size: tuple[int, int]
) -> None:
    connector = tmp_path / "card0-HDMI-A-1"
    connector.mkdir()
    (connector / "status").write_text(status + "\n")
    (connector / "modes").write_text(modes)
    assert window_size(tmp_path) == size
