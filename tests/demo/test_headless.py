"""The demo that plays by itself, as a program of its own: one window is all that a process may have."""

import subprocess
import sys
from pathlib import Path

import pytest

from kiosk.screens.pages import (
    Board,
    Drop,
    Message,
    OutOfService,
    Pin,
    Staff,
    Visit,
    Waiting,
)

# Every page of kiosk.screens.pages, and the picture that shows it.
PICTURES = {
    Board: ["board", "board-open-to-all"],
    Visit: ["visit-begins", "visit-lent", "visit-renewed", "visit-overdue", "visit-ends-soon"],
    Message: [
        "refusal-limit", "refusal-reference", "refusal-overdue", "refusal-slot", "refusal-card", "refusal-isbn",
        "refusal-misread", "own-book", "own-book-here", "other-book", "returned", "clock",
    ],
    Waiting: ["books-wait"],
    Drop: ["drop-open", "drop-busy", "drop-returned", "drop-refused"],
    Pin: ["pin"],
    Staff: ["staff", "staff-clock"],
    OutOfService: ["out-of-service"],
}  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.timeout(180)
def test_the_lunch_slot_ends_well_with_a_picture_of_every_page_in_both_languages(tmp_path: Path) -> None:
    shots = tmp_path / "shots"
    played = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", "--headless", "--shots", str(shots)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert played.returncode == 0, played.stdout + played.stderr
    assert "the fold holds" in played.stdout
    assert "借走《小马过河》" in played.stdout
    names = {path.name.partition("-")[2] for path in shots.iterdir()}
    assert names == {
        f"{name}.{language}.png" for kind in PICTURES.values() for name in kind for language in ("zh_CN", "en")
    }
    assert all(path.read_bytes().startswith(PNG) for path in shots.iterdir())


@pytest.mark.parametrize(("option", "says"), [(["--headless"], ""), ([], "no display")])
def test_a_folder_that_is_no_school_is_refused_and_no_display_means_headless(
    tmp_path: Path, option: list[str], says: str
) -> None:
    played = subprocess.run(
        [sys.executable, "-m", "kiosk", "demo", *option, "--school", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    assert played.returncode == 1
    assert says in played.stdout
    assert "people.csv" in played.stdout
    assert "Traceback" not in played.stderr
