"""The table of the visit, and the diagram that the documentation draws from it."""

from pathlib import Path

from kiosk.circulation.diagram import diagram
from kiosk.circulation.records import Code
from kiosk.circulation.visit import IN_VISIT, TRANSITIONS, Cue, Deed, Done, Notice, Sitting, State

DOCS = Path(__file__).parents[2] / "docs"


def test_every_state_can_be_reached_and_left_for_idle() -> None:
    reached = {State.IDLE}
    for _ in State:
        reached |= {after for (before, _), after in TRANSITIONS.items() if before in reached}
    assert reached == set(State)
    for state in set(State) - {State.IDLE}:
        assert TRANSITIONS[state, Cue.ENDED] is State.IDLE
        assert TRANSITIONS[state, Cue.EXPIRED] is State.IDLE


def test_a_card_always_opens_a_visit() -> None:
    assert {TRANSITIONS[state, Cue.CARD] for state in State} == {State.VISIT}


def test_only_visits_ask_and_refuse_with_a_patron() -> None:
    for (before, _), after in TRANSITIONS.items():
        if after in (State.CHOICE, State.REFUSED):
            assert before in IN_VISIT


def test_the_diagram_in_the_documentation_is_drawn_from_the_table() -> None:
    assert diagram() in (DOCS / "visit.md").read_text("utf-8")


def test_nothing_of_a_patron_is_left_when_a_visit_ends() -> None:
    sitting = Sitting(State.VISIT, "5201", "desk", deeds=[Deed(Done.LENT, "B1", "夏洛的网", None)])
    sitting.refuse(Notice((Code.LIMIT_REACHED,), "desk", "B2", "草房子"))
    assert sitting.emptied(Cue.ENDED) == Sitting()


def test_a_book_given_back_was_not_lent_here_any_more() -> None:
    sitting = Sitting(State.VISIT, "5201", deeds=[Deed(Done.LENT, "B1", "夏洛的网", None)])
    assert sitting.lent_here == {"B1"}
    sitting.deeds.append(Deed(Done.RETURNED, "B1", "夏洛的网", None))
    assert sitting.lent_here == frozenset()
