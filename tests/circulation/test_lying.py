"""What lies at a reader: kept small, and counted by tags or by labels."""

import pytest

from kiosk.circulation.events import Label, TagAt
from kiosk.circulation.lying import LYING_MAX, Lying
from kiosk.circulation.records import WHOLE, Item, Parts

SET = Item("S1", "三毛流浪记", tags=frozenset({"A1", "A2", "A3"}))
PLAIN = Item("P1", "草房子")


def lying(item: Item, *labels: Label, reader: str = "pad") -> Lying:
    found = Lying()
    for label in labels:
        found.arrived(TagAt(reader, label.uid), item, label)
    return found


@pytest.mark.parametrize(
    ("item", "labels", "parts"),
    [
        (PLAIN, (), WHOLE),
        (PLAIN, (Label("P1"),), WHOLE),
        (SET, (Label("A1"), Label("A3")), Parts(2, 3)),
        (SET, (Label("A1"), Label("A2"), Label("A3")), Parts(3, 3)),
        (PLAIN, (Label("X", part=1, parts=2), Label("Y", part=1, parts=2)), Parts(1, 2)),
        (PLAIN, (Label("X", part=1, parts=2), Label("Y", part=2, parts=2)), Parts(2, 2)),
        (SET, (Label("X", part=1, parts=2), Label("Y", part=2, parts=2)), Parts(2, 2)),
    ],
    ids=[
        "nothing there", "one tag", "two of its tags", "all of its tags", "the same part twice", "all by the labels",
        "new tags that items.csv does not know",
    ],
)  # fmt: skip
def test_how_many_parts_are_seen(item: Item, labels: tuple[Label, ...], parts: Parts) -> None:
    assert lying(item, *labels).parts(item, "pad") == parts


def test_parts_count_at_one_reader_only() -> None:
    assert lying(SET, Label("A1"), reader="other").parts(SET, "pad") == WHOLE


def test_no_more_than_the_limit_is_remembered() -> None:
    found = Lying()
    for number in range(LYING_MAX + 10):
        found.arrived(TagAt("pad", f"{number:04X}"), PLAIN, None)
    tags = found.tags("P1")
    assert len(tags) == LYING_MAX
    assert tags[-1].uid == f"{LYING_MAX + 9:04X}"


def test_what_left_does_not_lie_there() -> None:
    found = lying(SET, Label("A1"), Label("A2"))
    found.left("other", "")
    found.left("pad", "A1")
    assert found.tags("S1") == (TagAt("pad", "A2"),)
    found.left("pad", "")
    assert found.tags("S1") == ()


def test_what_the_last_people_left_at_the_desk_can_be_reached_and_does_not_count() -> None:
    found = lying(SET, Label("A1"), Label("A2"))
    found.desk_is_left(but=[TagAt("pad", "A2")])
    assert found.tags("S1") == (TagAt("pad", "A1"), TagAt("pad", "A2"))
    assert found.parts(SET, "pad") == Parts(1, 3)
    found.arrived(TagAt("pad", "A1"), SET, None)
    assert found.parts(SET, "pad") == Parts(2, 3)


def test_desk_and_drop_point_are_apart() -> None:
    found = lying(SET, Label("A1"))
    found.arrived(TagAt("drop", "A2"), SET, None)
    found.left("drop", "A2")
    found.desk_is_left()
    assert (found.tags("S1"), found.tags("S1", drop=True)) == ((TagAt("pad", "A1"),), (TagAt("drop", "A2"),))
    assert found.parts(SET, "drop") == Parts(1, 3)
    found.forget_drop()
    assert found.tags("S1", drop=True) == ()
