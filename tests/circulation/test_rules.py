"""May this pupil have this book: one reason at a time, then all of them in their order."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.circulation import rules
from kiosk.circulation.policy import Rule
from kiosk.circulation.records import Code, Item, ItemState, PatronKind
from kiosk.circulation.rules import Facts, Granted, Refusal
from tests.circulation.people import (
    CHARLOTTE,
    DICTIONARY,
    LAO_SHI,
    MONDAY_NOON,
    XIAO_MAO,
    calendar,
    day_row,
    facts,
    loan,
    policy,
)


def codes(answer: Granted | Refusal) -> list[str]:
    return [str(code) for code in answer.codes] if isinstance(answer, Refusal) else []


def test_a_free_book_is_lent_for_fifteen_days() -> None:
    assert rules.lend(facts(), policy()) == Granted(date(2026, 12, 8))


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (facts(clock_trusted=False), "clock_untrusted"),
        (facts(XIAO_MAO, replace(CHARLOTTE, state=ItemState.WITHDRAWN)), "item_withdrawn"),
        (facts(XIAO_MAO, DICTIONARY), "not_for_loan"),
        (facts(XIAO_MAO, replace(CHARLOTTE, state=ItemState.LOST)), "item_lost"),
        (facts(XIAO_MAO, replace(CHARLOTTE, state=ItemState.DAMAGED)), "item_damaged"),
        (facts(XIAO_MAO, replace(CHARLOTTE, state=ItemState.MENDING)), "item_damaged"),
        (facts(XIAO_MAO, replace(CHARLOTTE, kept_for="5202")), "reserved"),
        (facts(holder=loan("B1", "2026-12-01", "5202")), "lent_to_other"),
        (facts(replace(XIAO_MAO, suspended_until=date(2026, 11, 23))), "suspended"),
        (facts(XIAO_MAO, CHARLOTTE, loan("B2", "2026-11-22")), "overdue_items"),
        (facts(XIAO_MAO, CHARLOTTE, loan("B2", "2026-12-01"), loan("B3", "2026-12-01")), "limit_reached"),
        (facts(now="2027-01-11 12:10"), "after_recall"),
        (facts(now="2026-11-24 12:10"), "not_your_slot"),
    ],
)
def test_each_reason_alone(case: Facts, code: str) -> None:
    assert codes(rules.lend(case, policy(rows=(MONDAY_NOON,)))) == [code]


def test_the_limits_of_each_reason() -> None:
    rows = (MONDAY_NOON,)
    kept = facts(XIAO_MAO, replace(CHARLOTTE, kept_for="5201"))
    suspended = facts(replace(XIAO_MAO, suspended_until=date(2026, 11, 22)))
    due_today = facts(XIAO_MAO, CHARLOTTE, loan("B2", "2026-11-23"))
    begun_inside = facts(now="2026-11-23 12:59", started="2026-11-23 12:49")
    last_day = facts(now="2027-01-04 12:10")
    for case in (kept, suspended, due_today, begun_inside, last_day):
        assert codes(rules.lend(case, policy(rows=rows))) == []


def test_a_closed_day_and_a_slot_that_staff_opened() -> None:
    closed = policy(rows=(MONDAY_NOON,), days=calendar(day_row("2026-11-23", is_open=False)))
    assert codes(rules.lend(facts(), closed)) == ["closed_day"]
    assert codes(rules.lend(facts(open_until="2026-11-23 12:11"), closed)) == []
    assert codes(rules.lend(facts(open_until="2026-11-23 12:10"), closed)) == ["closed_day"]


def test_all_kinds_under_one_star_row_count_together_and_an_exact_row_counts_alone() -> None:
    two_magazines = (loan("M1", "2026-12-01", kind="comic"), loan("M2", "2026-12-01", kind="comic"))
    together, alone = policy(), policy(Rule(PatronKind.PUPIL, "comic", number=3, days=7, renewals=0))
    assert codes(rules.lend(facts(XIAO_MAO, CHARLOTTE, *two_magazines), together)) == ["limit_reached"]
    assert codes(rules.lend(facts(XIAO_MAO, CHARLOTTE, *two_magazines), alone)) == []
    third = Item("M3", "画报", kind="comic")
    assert codes(rules.lend(facts(XIAO_MAO, third, *two_magazines), alone)) == []


def test_the_item_kind_beats_the_patron_kind() -> None:
    generous = policy(Rule(PatronKind.TEACHER, "*", number=99))
    assert codes(rules.lend(facts(LAO_SHI, DICTIONARY), generous)) == ["not_for_loan"]
    exact = policy(Rule(PatronKind.TEACHER, "reference", number=1, days=3))
    assert rules.lend(facts(LAO_SHI, DICTIONARY), exact) == Granted(date(2026, 11, 26))


def test_an_empty_cell_is_the_default_of_the_patrons_kind() -> None:
    terms = policy(Rule("*", "book", days=7)).terms(LAO_SHI, "book")
    assert (terms.number, terms.days, terms.renewals) == (10, 7, 2)


def test_the_order_of_refusals_is_that_of_the_codes_whatever_applies() -> None:
    school = policy(rows=(MONDAY_NOON,), days=calendar(day_row("2027-01-11", is_open=False)))
    worst = facts(
        replace(XIAO_MAO, suspended_until=date(2027, 2, 1)),
        replace(DICTIONARY, state=ItemState.LOST, kept_for="5202"),
        loan("B2", "2026-12-01", kind="reference"),
        loan("B3", "2026-12-01", kind="reference"),
        holder=loan("R1", "2027-02-01", "5202"),
        now="2027-01-11 13:00",
        clock_trusted=False,
    )
    assert codes(rules.lend(worst, school)) == [
        "clock_untrusted", "not_for_loan", "item_lost", "reserved", "lent_to_other", "suspended", "overdue_items",
        "limit_reached", "after_recall", "closed_day", "not_your_slot",
    ]  # fmt: skip


def test_the_codes_stand_in_the_order_in_which_reasons_are_shown() -> None:
    written = (
        "clock_untrusted unknown_item isbn_not_item unreadable item_withdrawn not_for_loan item_lost item_damaged "
        "parts_missing reserved lent_to_other suspended overdue_items limit_reached no_more_renewals after_recall "
        "closed_day not_your_slot"
    )
    assert [str(code) for code in Code][: len(written.split())] == written.split()


def renewal(due: str = "2026-11-25", renewals: int = 0, **changed: object) -> Facts:
    own = loan("B1", due, renewals=renewals)
    return replace(facts(XIAO_MAO, CHARLOTTE, own, holder=own), **changed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (renewal(clock_trusted=False), ["clock_untrusted"]),
        (renewal(item=replace(CHARLOTTE, kept_for="5202")), ["reserved"]),
        (renewal(patron=replace(XIAO_MAO, suspended_until=date(2026, 12, 1))), ["suspended"]),
        (renewal(due="2026-11-22"), ["overdue_items"]),
        (renewal(renewals=1), ["no_more_renewals"]),
        (renewal(due="2026-12-08"), ["no_more_renewals"]),  # the new date would not be later
        (renewal(due="2026-12-07"), []),
    ],
)
def test_when_a_loan_is_renewed(case: Facts, code: list[str]) -> None:
    assert codes(rules.renew(case, policy(rows=(MONDAY_NOON,)))) == code


def test_slot_closed_day_and_number_do_not_matter_for_a_renewal() -> None:
    closed = policy(
        Rule(PatronKind.PUPIL, "*", number=1, days=15, renewals=1),
        rows=(MONDAY_NOON,),
        days=calendar(day_row("2026-11-24", is_open=False)),
    )
    own = loan("B1", "2026-11-25")
    case = facts(XIAO_MAO, CHARLOTTE, own, loan("B2", "2026-12-01"), holder=own, now="2026-11-24 09:00")
    assert codes(rules.renew(case, closed)) == []
