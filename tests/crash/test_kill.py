from pathlib import Path

import pytest

from kiosk.demo.display import own_display
from tests.crash.kills import Killer, assert_kept, seen

KILLS = 20


@pytest.mark.timeout(300)
def test_a_kiosk_that_is_killed_at_any_moment_has_kept_what_it_showed_and_starts_again(tmp_path: Path) -> None:
    killer = Killer(tmp_path, seed=20261122)
    with own_display():
        for number in range(KILLS):
            killer.kill(number)
    assert killer.pages > KILLS, "the pages were too few to show anything"


def test_the_log_of_pages_counts_each_loan_of_a_visit_once_and_again_in_the_next() -> None:
    mine, yours = '"who": "张*一"', '"who": "李*二"'
    first = '{"mark": "lent", "title": "团圆", "barcode": "B1"}'
    second = '{"mark": "lent", "title": "团圆", "barcode": "B2"}'
    back = '{"mark": "returned", "title": "小王子", "barcode": null}'
    lines = [
        '{"page": "board"}',
        '{"sent": "desk", "text": "B1"}',
        f'{{"page": "visit", {mine}, "rows": [{first}]}}',
        '{"page": "refusal", "title": "", "headline": ""}',
        f'{{"page": "visit", {mine}, "rows": [{back}, {second}, {first}]}}',
        f'{{"page": "visit", {yours}, "rows": [{first}]}}',
        '{"page": "board"}',
        f'{{"page": "visit", {yours}, "rows": [{first}]}}',
    ]
    found = seen(lines)
    assert found.lent == {"B1": 3, "B2": 1}
    assert found.returned == {"小王子": 1}


def test_a_loan_that_was_shown_and_is_not_in_the_ledger_is_found() -> None:
    shown = seen(['{"page": "visit", "who": "张*一", "rows": [{"mark": "lent", "title": "团圆", "barcode": "B1"}]}'])
    with pytest.raises(AssertionError, match="shown as lent"):
        assert_kept(shown, [], {"B1": "团圆"})
