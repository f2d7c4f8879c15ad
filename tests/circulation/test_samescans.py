"""Repeats are passed over, and what was shown longer ago is forgotten."""

from kiosk.circulation.samescans import SameScans


def test_every_sighting_starts_the_two_seconds_anew() -> None:
    scans = SameScans()
    assert [scans.is_new("desk", "C1", mono) for mono in (0.0, 1.5, 3.0, 5.5)] == [True, False, False, True]


def test_the_last_peoples_cards_are_not_kept() -> None:
    scans = SameScans()
    scans.is_new("desk", "C1", 0.0)
    scans.is_new_book("B1", 0.0, drop=False, by_tag=True)
    scans.is_new("desk", "C2", 10.0)
    scans.is_new_book("B2", 10.0, drop=False, by_tag=True)
    assert "C1" not in repr(scans)
    assert "B1" not in repr(scans)
