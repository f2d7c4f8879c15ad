from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.gpio.debounce import Debounce, Edge

# A contact that is open at 0 s and whose level has to stay for 20 ms; what it does, and what counts.
CASES: dict[str, tuple[list[tuple[bool, float]], list[Edge]]] = {
    "nothing happens": ([], []),
    "a clean press": ([(True, 1.0), (False, 2.0)], [Edge(True, 1.0), Edge(False, 2.0)]),
    "a press that bounces begins when it stays": (
        [(True, 1.0), (False, 1.001), (True, 1.004), (False, 1.006), (True, 1.009)],
        [Edge(True, 1.009)],
    ),
    "a spike is nothing": ([(True, 1.0), (False, 1.019)], []),
    "just long enough": ([(True, 1.0), (False, 1.02)], [Edge(True, 1.0), Edge(False, 1.02)]),
    "a gap in a press is nothing": ([(True, 1.0), (False, 1.5), (True, 1.51)], [Edge(True, 1.0)]),
    "the same level twice is once": (
        [(True, 1.0), (True, 1.015), (False, 1.021)],
        [Edge(True, 1.0), Edge(False, 1.021)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_level_counts_once_it_has_stayed(name: str) -> None:
    changes, counted = CASES[name]
    contact = Debounce(False, 0.0, 0.02, 0.02)
    assert contact.passed(0.02) == [Edge(False, 0.0, first=True)]
    edges = [edge for active, at_s in changes for edge in contact.seen(active, at_s)] + contact.passed(10.0)
    assert edges == counted


def test_the_deadline_is_when_the_level_counts_and_none_while_it_does() -> None:
    contact = Debounce(True, 5.0, 0.25, 0.5)
    assert contact.deadline_s() == 5.25
    assert contact.passed(5.125) == []
    assert contact.passed(5.25) == [Edge(True, 5.0, first=True)]
    assert contact.deadline_s() is None
    contact.seen(False, 6.0)
    assert contact.deadline_s() == 6.5


def test_without_a_time_to_stay_every_level_counts_at_once() -> None:
    contact = Debounce(False, 0.0, 0.0, 0.0)
    assert contact.passed(0.0) == [Edge(False, 0.0, first=True)]
    contact.seen(True, 1.0)
    assert contact.passed(1.0) == [Edge(True, 1.0)]


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 60)), max_size=40),
    st.integers(0, 40),
    st.integers(0, 40),
)
def test_exactly_the_runs_that_stayed_count_and_they_alternate(
    pieces: list[tuple[bool, int]], on_ms: int, off_ms: int
) -> None:
    """Time in whole milliseconds, held exactly: what counts is told by looking at each run of equal levels."""
    contact = Debounce(False, 0, on_ms, off_ms)
    now, runs, edges = 0, [(False, 0, 0)], []
    for active, length in pieces:
        edges += contact.seen(active, now)
        if runs[-1][0] != active:
            runs.append((active, now, now))
        now += length
        runs[-1] = (*runs[-1][:2], now)
    edges += contact.passed(now)
    counted: list[tuple[bool, int]] = []
    for active, since, until in runs:
        if until - since >= (on_ms if active or not counted else off_ms) and (not counted or counted[-1][0] != active):
            counted.append((active, since))
    assert [(edge.active, edge.at_s) for edge in edges] == counted
    assert all(before.active != after.active for before, after in pairwise(edges))
    assert [edge.first for edge in edges] == [at == 0 for at in range(len(edges))]
