import pytest

from kiosk.office.labels.designs import call_number_lines
from kiosk.office.labels.stock import Run, counted, listed


def test_barcodes_stand_in_the_order_in_which_people_count() -> None:
    given = ["TS10", "B10", "\u0663A", "B9", "9", "B009", "10"]
    assert sorted(given, key=counted) == ["9", "10", "B009", "B9", "B10", "TS10", "\u0663A"]


@pytest.mark.parametrize(
    ("first", "last", "barcode", "held"),
    [
        ("A1", "A99", "A10", True),
        ("A1", "A99", "B1", False),
        ("A1", "A99", "A100", False),
        ("a1", None, "A1", True),
        (None, "A2", "A2", True),
        (None, None, "书1", True),
    ],
)
def test_a_run_holds_what_lies_between_its_ends(first: str | None, last: str | None, barcode: str, held: bool) -> None:
    assert Run(first, last).holds(barcode) is held
    assert not Run(first, last).is_backwards


def test_a_run_that_ends_before_it_begins_is_backwards() -> None:
    assert Run("B10", "b9").is_backwards


def test_a_list_of_barcodes_knows_its_lines() -> None:
    made = listed("B1\r\n\n  B2 \n", "new.txt")
    assert (made.barcodes, made.where) == (["B1", "B2"], ["new.txt:1", "new.txt:3"])


def test_a_call_number_of_signs_only_is_none() -> None:
    assert call_number_lines(" / \u200b/ ") == []
