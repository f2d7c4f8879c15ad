import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.rfid.model import Medium, Tag
from kiosk.devices.rfid.presence import LIFTED_AFTER_S, LYING_MAX, MISSED_ROUNDS, Change, Presence, is_card

ATLAS = Tag("E004010012345678", Medium.HF)
FABLES = Tag("E004010012345679", Medium.HF)
EPC = Tag("31C20000000000000000AAAA", Medium.UHF, pc=0x31C2)
LI_NA = Tag("078CFC4F", Medium.CARD)
WANG_WEI = Tag("04A1B2C3D4E5F6", Medium.CARD)
EVERY_S = 0.2


class Clocked:
    """A presence that is asked every 200 ms."""

    def __init__(self) -> None:
        self.presence = Presence()
        self.now_s = 100.0

    def round(self, *tags: Tag) -> Change:
        self.now_s += EVERY_S
        return self.presence.round(tags, self.now_s)

    def rounds(self, count: int, *tags: Tag) -> list[Change]:
        return [change for change in (self.round(*tags) for _ in range(count)) if change != Change()]

    def rounds_until_lifted(self, *tags: Tag) -> Change:
        changes = self.rounds(12, *tags)
        assert len(changes) == 1
        return changes[0]


def test_a_stack_is_a_set_and_what_is_added_comes_as_it_comes() -> None:
    pad = Clocked()
    assert pad.round(ATLAS, FABLES) == Change(arrived=(ATLAS, FABLES))
    assert pad.round(ATLAS, FABLES) == Change()
    assert pad.round(ATLAS, FABLES, EPC) == Change(arrived=(EPC,))


def test_a_tag_that_answers_twice_in_a_round_is_one() -> None:
    assert Clocked().round(ATLAS, ATLAS) == Change(arrived=(ATLAS,))


@pytest.mark.parametrize("tag", [ATLAS, EPC, LI_NA], ids=lambda tag: tag.medium)
def test_a_tag_leaves_once_and_may_come_again(tag: Tag) -> None:
    pad = Clocked()
    pad.round(tag)
    assert pad.rounds_until_lifted() == Change(lifted=(tag,))
    assert pad.presence.lying(tag.uid) is None
    assert pad.round(tag) == Change(arrived=(tag,))


@pytest.mark.parametrize("tag", [ATLAS, EPC, LI_NA], ids=lambda tag: tag.medium)
def test_a_tag_that_misses_every_other_round_has_not_left(tag: Tag) -> None:
    pad = Clocked()
    pad.round(tag)
    for _ in range(20):
        assert pad.round() == Change()
        assert pad.round(tag) == Change()


def test_a_long_time_without_rounds_is_no_departure() -> None:
    pad = Clocked()
    pad.round(ATLAS)
    pad.now_s += 3600.0
    assert pad.round(ATLAS) == Change()
    pad.now_s += 3600.0
    assert pad.round() == Change()
    assert pad.rounds(MISSED_ROUNDS - 1) == [Change(lifted=(ATLAS,))]


def test_two_cards_are_told_once_and_the_one_that_stays_arrives() -> None:
    pad = Clocked()
    assert pad.round(LI_NA, WANG_WEI) == Change(two_cards=True)
    assert pad.rounds(5, LI_NA, WANG_WEI) == []
    assert pad.rounds_until_lifted(WANG_WEI) == Change(arrived=(WANG_WEI,))


def test_a_card_beside_the_one_that_lies_there_is_not_taken() -> None:
    pad = Clocked()
    assert pad.round(LI_NA) == Change(arrived=(LI_NA,))
    assert pad.round(LI_NA, WANG_WEI) == Change(two_cards=True)
    assert pad.rounds(12, LI_NA) == []
    assert pad.round(LI_NA, WANG_WEI) == Change(two_cards=True)
    assert pad.rounds_until_lifted(WANG_WEI) == Change(lifted=(LI_NA,), arrived=(WANG_WEI,))


def test_two_cards_that_are_taken_away_together_never_were_there() -> None:
    pad = Clocked()
    pad.round(LI_NA, WANG_WEI)
    assert pad.round(WANG_WEI) == Change()
    assert pad.rounds(12) == []


def test_a_card_that_follows_another_at_once_is_no_second_one() -> None:
    pad = Clocked()
    pad.round(LI_NA)
    assert pad.round(WANG_WEI) == Change(arrived=(WANG_WEI,))
    assert pad.rounds_until_lifted(WANG_WEI) == Change(lifted=(LI_NA,))


def test_two_cards_that_answer_in_turns_are_two() -> None:
    pad = Clocked()
    pad.round(LI_NA)
    pad.round(WANG_WEI)
    assert pad.round(LI_NA) == Change(two_cards=True)
    assert pad.round(WANG_WEI) == Change()


def test_a_card_may_lie_among_books() -> None:
    assert Clocked().round(LI_NA, ATLAS, FABLES) == Change(arrived=(LI_NA, ATLAS, FABLES))
    assert Clocked().round(LI_NA, WANG_WEI, ATLAS) == Change(arrived=(ATLAS,), two_cards=True)


def test_a_reader_that_speaks_by_itself_lifts_a_card_by_silence() -> None:
    presence = Presence(missed_rounds=0)
    presence.round([LI_NA], 1.0)
    due_s = presence.deadline_s()
    assert due_s == 1.0 + LIFTED_AFTER_S[Medium.CARD]
    assert presence.round([], due_s - 0.01) == Change()
    assert presence.round([], due_s) == Change(lifted=(LI_NA,))
    assert presence.deadline_s() is None


def test_what_was_forgotten_arrives_anew() -> None:
    pad = Clocked()
    pad.round(ATLAS)
    pad.presence.forget(ATLAS.uid)
    assert pad.round(ATLAS) == Change(arrived=(ATLAS,))


def test_no_field_is_so_full_that_memory_grows() -> None:
    pad = Clocked()
    tags = [Tag(f"{number:024X}", Medium.UHF) for number in range(2 * LYING_MAX)]
    assert len(pad.round(*tags).arrived) == LYING_MAX


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from([ATLAS, FABLES, EPC, LI_NA, WANG_WEI])), st.floats(0.0, 1.5)), max_size=40
    ),
    st.sampled_from([0, MISSED_ROUNDS]),
)
def test_what_arrives_leaves_before_it_arrives_again_and_two_cards_never_arrive_in_one_round(
    rounds: list[tuple[set[Tag], float]], missed_rounds: int
) -> None:
    presence, lying, now_s = Presence(missed_rounds), set[Tag](), 0.0
    for seen, later_s in rounds:
        now_s += later_s
        change = presence.round(seen, now_s)
        assert set(change.lifted) <= lying
        assert not set(change.lifted) & seen
        lying -= set(change.lifted)
        assert set(change.arrived) <= seen - lying
        assert sum(is_card(tag) for tag in change.arrived) <= 1
        assert all(tag in lying or is_card(tag) for tag in seen - set(change.arrived))
        lying |= set(change.arrived)


@pytest.mark.parametrize(
    ("tag", "card"),
    [
        (LI_NA, True),
        (Tag("62E3086CED", Medium.CARD), True),
        (Tag("E004010012345678", Medium.CARD), True),
        (Tag("04A1B2C3D4E5F6", Medium.HF), True),
        (ATLAS, False),
        (Tag("078CFC4F", Medium.UHF), False),
    ],
)
def test_a_card_is_known_by_its_medium_or_by_the_length_of_its_uid(tag: Tag, card: bool) -> None:
    assert is_card(tag) is card
