from pathlib import Path

import pytest

from kiosk.demo.display import own_display
from tests.crash.kills import Killer, seen

KILLS = 20


@pytest.mark.timeout(300)
def test_a_kiosk_that_is_killed_at_any_moment_has_kept_what_it_showed_and_starts_again(tmp_path: Path) -> None:
    killer = Killer(tmp_path, seed=20261122)
    with own_display():
        for number in range(KILLS):
            killer.kill(number)
    assert killer.pages > KILLS, "the pages were too few to show anything"


def test_the_log_of_pages_counts_each_loan_of_a_visit_once_and_again_in_the_next() -> None:
    mine, yours = '"who": ["张*一", "一(1)班"]', '"who": ["李*二", "一(2)班"]'
    lines = [
        '{"page": "board"}',
        f'{{"page": "visit", {mine}, "lent": ["B1"], "returned": []}}',
        '{"page": "refusal"}',
        f'{{"page": "visit", {mine}, "lent": ["B1", "B2"], "returned": ["小王子"]}}',
        f'{{"page": "visit", {yours}, "lent": ["B1"], "returned": []}}',
        '{"page": "board"}',
        f'{{"page": "visit", {yours}, "lent": ["B1"], "returned": []}}',
    ]
    found = seen(lines)
    assert found.lent == {"B1": 3, "B2": 1}
    assert found.returned == {"小王子": 1}
