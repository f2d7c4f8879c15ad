"""Amounts, who may mark, how a charge is settled, and that no fen is lost."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from kiosk.circulation.charges import (
    Charge,
    ChargeReason,
    ChargeState,
    Objection,
    Paying,
    Settlement,
    Sums,
    amount_fen,
    may_amount_to,
    may_mark,
    reopens,
    settle,
    sums,
)
from kiosk.circulation.records import ItemState, Patron, PatronKind, Role

OPEN = Charge(7, "B1", "S1", ChargeReason.LOST, ChargeState.OPEN, 2000, 0, date(2026, 9, 7))
ASKS = replace(OPEN, state=ChargeState.ASKS, amount_fen=None)
TORN = replace(OPEN, reason=ChargeReason.DAMAGED)
FOUND = replace(OPEN, state=ChargeState.DECIDE)
PAID = replace(OPEN, state=ChargeState.SETTLED, paid_fen=2000, settled=Settlement.PAID)
FOUND_PAID = replace(PAID, state=ChargeState.DECIDE)
FOUND_UNKNOWN = replace(ASKS, state=ChargeState.DECIDE)


@pytest.mark.parametrize(
    ("price", "factor", "amount"),
    [
        (2800, "1", 2800),
        (2800, "1.0", 2800),
        (1999, "1.5", 2999),  # 2998.5
        (1, "0.5", 1),  # a half is rounded up
        (3, "0.5", 2),
        (1, "0.4999", 0),
        (2500, "3", 7500),
        (2500, "0", 0),
        (0, "2", 0),
        (None, "2", None),
    ],
)
def test_a_charge_is_price_times_factor_in_whole_fen(price: int | None, factor: str, amount: int | None) -> None:
    assert amount_fen(price, Decimal(factor)) == amount


@pytest.mark.parametrize(
    ("charge", "how", "asked", "answer"),
    [
        (OPEN, "paid", None, Paying(2000)),
        (OPEN, "paid", 1500, Paying(1500)),
        (OPEN, "paid", 2001, Objection.TOO_MUCH),
        (OPEN, "same_edition", None, Paying(0)),
        (OPEN, "waived", None, Paying(0)),
        (OPEN, "waived", 100, Objection.AMOUNT_NOT_TAKEN),
        (OPEN, "mended", None, Objection.LOST_NOT_MENDED),
        (OPEN, "refunded", None, Objection.NOTHING_PAID),
        (TORN, "mended", None, Paying(0)),
        (ASKS, "paid", None, Objection.AMOUNT_NEEDED),
        (ASKS, "paid", 900, Paying(900, 900)),
        (ASKS, "waived", None, Paying(0)),
        (PAID, "refunded", None, Objection.SETTLED_ALREADY),
        (FOUND, "mended", None, Paying(0)),
        (FOUND, "waived", None, Paying(0)),
        (FOUND, "paid", 500, Paying(500)),
        (FOUND_PAID, "refunded", None, Paying(2000)),
        (FOUND_PAID, "refunded", 800, Paying(800)),
        (FOUND_PAID, "refunded", 2001, Objection.TOO_MUCH),
        (FOUND_PAID, "paid", None, Paying(0)),
        (FOUND_PAID, "paid", 100, Objection.PAID_ALREADY),
        (FOUND_PAID, "waived", None, Objection.PAID_ALREADY),
        (FOUND_PAID, "same_edition", None, Objection.PAID_ALREADY),
        (FOUND_UNKNOWN, "paid", None, Objection.AMOUNT_NEEDED),
        (FOUND_UNKNOWN, "waived", None, Paying(0)),
    ],
)
def test_a_settlement_fits_the_charge_or_is_refused(
    charge: Charge, how: str, asked: int | None, answer: Paying | Objection
) -> None:
    assert settle(charge, Settlement(how), asked) == answer


LIBRARIAN = Patron("L1", "馆老师", PatronKind.TEACHER, roles=frozenset({Role.LIBRARIAN}))
CLERK = Patron("W1", "工老师", PatronKind.STAFF)
TEACHER = Patron("T1", "教老师", PatronKind.TEACHER)
HELPER = Patron("S1", "张小测", PatronKind.PUPIL, roles=frozenset({Role.PUPIL_LIBRARIAN}))
PUPIL = Patron("S2", "李样本", PatronKind.PUPIL)


@pytest.mark.parametrize(
    ("who", "before", "to", "objection"),
    [
        (LIBRARIAN, "available", "lost", None),
        (CLERK, "lost", "withdrawn", None),
        (LIBRARIAN, "lost", "lost", Objection.UNCHANGED),
        (replace(CLERK, active=False), "available", "lost", Objection.NOT_STAFF),
        (TEACHER, "available", "mending", Objection.NOT_STAFF),
        (PUPIL, "available", "mending", Objection.NOT_STAFF),
        (HELPER, "available", "mending", None),
        (HELPER, "damaged", "mending", None),
        (HELPER, "lost", "mending", Objection.MENDING_ONLY),
        (HELPER, "withdrawn", "mending", Objection.MENDING_ONLY),
        (HELPER, "available", "damaged", Objection.MENDING_ONLY),
        (HELPER, "mending", "available", Objection.MENDING_ONLY),
        (replace(HELPER, active=False), "available", "mending", Objection.NOT_STAFF),
    ],
)
def test_librarians_mark_and_pupil_librarians_only_set_aside_for_mending(
    who: Patron, before: str, to: str, objection: Objection | None
) -> None:
    assert may_mark(who, ItemState(before), ItemState(to)) is objection


@pytest.mark.parametrize(
    ("before", "to", "again"),
    [
        ("lost", "available", True),
        ("lost", "damaged", True),
        ("withdrawn", "available", True),
        ("lost", "withdrawn", False),
        ("withdrawn", "lost", False),
        ("available", "lost", False),
        ("damaged", "available", False),
    ],
)
def test_only_what_was_gone_and_is_there_reopens_a_charge(before: str, to: str, again: bool) -> None:
    assert reopens(ItemState(before), ItemState(to)) is again


@pytest.mark.parametrize(
    ("charge", "asked", "objection"),
    [
        (OPEN, 500, None),
        (OPEN, 2000, Objection.UNCHANGED),
        (ASKS, 0, None),
        (PAID, 500, Objection.SETTLED_ALREADY),
        (FOUND_PAID, 1999, Objection.LESS_THAN_PAID),
    ],
)
def test_an_amount_changes_until_the_charge_is_settled(charge: Charge, asked: int, objection: Objection | None) -> None:
    assert may_amount_to(charge, asked) is objection


def test_what_was_charged_is_paid_forgiven_or_open() -> None:
    partly = replace(PAID, paid_fen=1500)
    assert sums([OPEN, ASKS, PAID, partly, FOUND_PAID]) == Sums(8000, 5500, 500, 2000, 1)
    assert sums([]) == Sums(0, 0, 0, 0, 0)
