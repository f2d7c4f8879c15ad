"""The newest page wins, and no sound is lost with an older one."""

import threading
from dataclasses import replace

from kiosk.screens.slot import SOUNDS_MAX, NewestWins
from tests.screens.gallery import sample


def test_only_the_newest_page_is_taken_and_only_once() -> None:
    slot = NewestWins()
    for serial in (1, 2, 3):
        slot.put(sample("board", "zh_CN", serial))
    taken = slot.take()
    assert taken is not None
    assert taken.serial == 3
    assert slot.take() is None


def test_an_older_page_does_not_replace_a_newer_one() -> None:
    slot = NewestWins()
    slot.put(sample("visit", "zh_CN", 5))
    slot.put(sample("board", "zh_CN", 4))
    taken = slot.take()
    assert taken is not None
    assert taken.serial == 5


def test_the_sounds_of_a_page_that_nobody_saw_are_still_played() -> None:
    slot = NewestWins()
    slot.put(replace(sample("visit", "zh_CN", 1), sounds=("card",)))
    slot.put(replace(sample("visit", "zh_CN", 2), sounds=("lent",)))
    taken = slot.take()
    assert taken is not None
    assert taken.sounds == ("card", "lent")
    for serial in range(3, 30):
        slot.put(replace(sample("visit", "zh_CN", serial), sounds=("lent",)))
    taken = slot.take()
    assert taken is not None
    assert len(taken.sounds) == SOUNDS_MAX


def test_many_threads_may_put_at_once() -> None:
    slot = NewestWins()

    def put_hundred(first: int) -> None:
        for serial in range(first, first + 100):
            slot.put(sample("board", "zh_CN", serial))

    threads = [threading.Thread(target=put_hundred, args=(100 * n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = slot.take()
    assert taken is not None
    assert taken.serial == 399
