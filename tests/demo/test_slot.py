"""When the demo takes place."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.demo.stand import START, Stand, school_at

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize(
    ("school", "at", "begins"),
    [
        ("lunch", "2026-11-23T04:05:00", "2026-11-23T04:05:01"),  # in the slot; the import is an entry
        ("lunch", "2026-11-23T04:46:00", "2026-11-24T04:05:00"),  # it ends too soon
        ("lunch", "2026-11-21T20:00:00", "2026-11-23T04:05:00"),  # at night, before a Sunday
        ("lunch", "2026-11-23T00:00:00", "2026-11-23T04:05:00"),  # the slot for teachers is not meant
        ("all-day", "2026-11-26T10:00:00", "2026-11-28T00:45:00"),  # a closed Friday, then a Saturday that runs as one
    ],
)
def test_the_demo_begins_in_a_slot_for_pupils(tmp_path: Path, school: str, at: str, begins: str) -> None:
    stand = Stand(school_at(EXAMPLES / school), tmp_path)
    begin = stand.bring_in(datetime.fromisoformat(at).replace(tzinfo=UTC))
    assert begin.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") == begins
    stand.close()


def test_a_kept_folder_goes_on_after_its_last_entry_and_is_not_brought_in_twice(tmp_path: Path) -> None:
    for _ in range(2):
        stand = Stand(school_at(None), tmp_path)
        assert stand.bring_in(START) > START
        assert [entry.kind for entry in stand.ledger()] == ["imported"]
        assert stand.findings() == []
        stand.close()
