"""Marks, charges and settlements against a real file: what becomes of loans, items and money, equal in both folds."""

import json
from collections import defaultdict
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.circulation.charges import Charge, ChargeState, Objection, Settlement, sums
from kiosk.circulation.records import ItemState, Kind
from kiosk.db.charges import ChargeDesk, Marked, charge_of, charges_of, items_in
from kiosk.db.check import check
from kiosk.db.fold import CannotFold
from tests.db.schools import NOON, Place, minutes, place_at

LIBRARIAN = "T001"


def desk_of(place: Place, factor: str = "1.0") -> ChargeDesk:
    place.db.execute_sql("UPDATE title SET price_fen = 2000 WHERE title_id = 'T1'")
    place.db.execute_sql("INSERT INTO school_setting VALUES ('lost_factor', ?)", (factor,))
    return ChargeDesk(place.db, place.shelf, place.ledger)


@pytest.fixture
def desk(place: Place) -> ChargeDesk:
    return desk_of(place)


def marked(desk: ChargeDesk, item: str, state: str, by: str = LIBRARIAN) -> Marked:
    done = desk.mark(by, item, ItemState(state), NOON)
    assert isinstance(done, Marked), done
    return done


def charge_for(desk: ChargeDesk, item: str, state: str) -> Charge:
    charge = marked(desk, item, state).charge
    assert charge is not None
    return charge


def settled(desk: ChargeDesk, charge: Charge, how: str, amount: int | None = None) -> Charge:
    done = desk.settle(LIBRARIAN, charge.id, Settlement(how), NOON, amount)
    assert isinstance(done, Charge), done
    assert done.state is ChargeState.SETTLED
    return done


def state(place: Place, item: str) -> str:
    found = place.shelf.item(item)
    assert found is not None
    return found.state.value


def whole(place: Place) -> bool:
    return check(place.db, fold=True) == []


def test_a_lost_loan_is_charged_at_price_times_factor_and_stays_open(place: Place) -> None:
    desk = desk_of(place, "1.5")
    place.lend("B001")
    charge = charge_for(desk, "B001", "lost")
    assert (charge.id, charge.number, charge.klass, charge.amount_fen) == (3, "S501", "五(2)班", 3000)
    assert (charge.reason.value, charge.state.value, charge.opened) == ("lost", "open", NOON.date())
    assert len(place.shelf.loans("S501")) == 1
    assert whole(place)


def test_the_price_of_the_copy_goes_before_that_of_the_title(place: Place, desk: ChargeDesk) -> None:
    place.db.execute_sql("UPDATE item SET price_fen = 1234 WHERE barcode = 'B001'")
    place.lend("B001")
    assert charge_for(desk, "B001", "damaged").amount_fen == 1234


def test_without_a_price_the_charge_asks_until_staff_say_how_much(place: Place, desk: ChargeDesk) -> None:
    place.lend("B002")
    charge = charge_for(desk, "B002", "lost")
    assert (charge.amount_fen, charge.state.value) == (None, "asks")
    assert desk.settle(LIBRARIAN, charge.id, Settlement.PAID, NOON) is Objection.AMOUNT_NEEDED
    said = desk.amount(LIBRARIAN, charge.id, 1800, NOON)
    assert isinstance(said, Charge)
    assert (said.amount_fen, said.state.value, said.id) == (1800, "open", charge.id)
    assert settled(desk, said, "paid").paid_fen == 1800
    assert whole(place)


def test_paying_says_how_much_where_nobody_had_said_so(place: Place, desk: ChargeDesk) -> None:
    place.lend("B002")
    done = settled(desk, charge_for(desk, "B002", "lost"), "paid", 700)
    assert (done.amount_fen, done.paid_fen) == (700, 700)
    assert whole(place)


@pytest.mark.parametrize("mark", ["lost", "damaged"])
def test_what_nobody_has_is_marked_and_not_charged(place: Place, desk: ChargeDesk, mark: str) -> None:
    assert marked(desk, "B001", mark).charge is None
    assert state(place, "B001") == mark
    assert charges_of(place.db) == []


@pytest.mark.parametrize("how", ["paid", "same_edition", "waived"])
def test_settling_ends_the_loan_of_a_lost_item(place: Place, desk: ChargeDesk, how: str) -> None:
    place.lend("B001")
    settled(desk, charge_for(desk, "B001", "lost"), how)
    assert place.shelf.loan("B001") is None
    assert state(place, "B001") == "lost"
    assert whole(place)


def test_settling_damage_leaves_the_loan(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    settled(desk, charge_for(desk, "B001", "damaged"), "paid", 500)
    assert place.shelf.loan("B001") is not None
    assert state(place, "B001") == "damaged"
    place.give_back("B001")
    assert state(place, "B001") == "damaged"
    assert whole(place)


def test_what_the_pupil_mended_is_available_again(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    charge = charge_for(desk, "B001", "damaged")
    place.give_back("B001")
    settled(desk, charge, "mended")
    assert state(place, "B001") == "available"
    assert whole(place)


def test_the_mending_queue_holds_what_is_damaged_until_it_is_available(place: Place, desk: ChargeDesk) -> None:
    queue = (ItemState.DAMAGED, ItemState.MENDING)
    place.db.execute_sql("UPDATE item SET state = 'mending' WHERE barcode = 'B005'")
    marked(desk, "B001", "damaged")
    marked(desk, "B003", "mending")
    marked(desk, "B001", "mending")
    assert [(kept.item, kept.state.value, kept.since) for kept in items_in(place.db, queue)] == [
        ("B005", "mending", None), ("B001", "mending", NOON.date()), ("B003", "mending", NOON.date()),
    ]  # fmt: skip
    for item in ("B001", "B003", "B005"):
        marked(desk, item, "available")
    assert items_in(place.db, queue) == []


def test_withdrawn_items_are_the_write_off_list(place: Place, desk: ChargeDesk) -> None:
    marked(desk, "B001", "lost")
    marked(desk, "B001", "withdrawn")
    (kept,) = items_in(place.db, (ItemState.WITHDRAWN,))
    assert (kept.item, kept.title, kept.price_fen) == ("B001", "小王子", 2000)


def test_a_lost_item_that_comes_back_unpaid_is_to_be_decided(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    charge = charge_for(desk, "B001", "lost")
    seq = place.give_back("B001")
    again = charge_of(place.db, charge.id)
    assert again is not None
    assert again.state is ChargeState.DECIDE
    assert state(place, "B001") == "available"
    ((data,),) = place.rows("SELECT data FROM entry WHERE seq = ?", seq)
    assert json.loads(str(data))["charge"] == charge.id
    assert settled(desk, again, "waived").paid_fen == 0
    assert whole(place)


@pytest.mark.parametrize(
    ("how", "amount", "paid"), [("refunded", None, 0), ("refunded", 1500, 500), ("paid", None, 2000)]
)
def test_a_lost_item_that_comes_back_after_it_was_paid(
    place: Place, desk: ChargeDesk, how: str, amount: int | None, paid: int
) -> None:
    place.lend("B001")
    charge = settled(desk, charge_for(desk, "B001", "lost"), "paid")
    place.give_back("B001", None)
    assert [c.state for c in charges_of(place.db, unsettled=True)] == [ChargeState.DECIDE]
    assert settled(desk, charge, how, amount).paid_fen == paid
    place.lend("B001", patron="S502")
    place.give_back("B001", patron="S502")
    assert charges_of(place.db, unsettled=True) == []
    assert whole(place)


def test_what_was_written_off_and_comes_back_stays_withdrawn_and_is_decided_once(
    place: Place, desk: ChargeDesk
) -> None:
    place.lend("B001")
    settled(desk, charge_for(desk, "B001", "lost"), "paid")
    marked(desk, "B001", "withdrawn")
    assert charges_of(place.db, unsettled=True) == []
    place.give_back("B001", None)
    (charge,) = charges_of(place.db, unsettled=True)
    assert state(place, "B001") == "withdrawn"
    settled(desk, charge, "refunded")
    place.give_back("B001", None)
    assert charges_of(place.db, unsettled=True) == []
    assert whole(place)


def test_a_mark_made_by_mistake_is_put_right_and_made_again_without_a_second_charge(
    place: Place, desk: ChargeDesk
) -> None:
    place.lend("B001")
    charge = charge_for(desk, "B001", "lost")
    found = charge_for(desk, "B001", "available")
    assert (found.id, found.state.value) == (charge.id, "decide")
    assert place.shelf.loan("B001") is not None
    again = charge_for(desk, "B001", "lost")
    assert (again.id, again.state.value, again.amount_fen) == (charge.id, "open", 2000)
    place.give_back("B001")
    assert [c.state.value for c in charges_of(place.db)] == ["decide"]
    assert whole(place)


def test_an_open_charge_is_decided_whatever_the_office_calls_the_item(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    marked(desk, "B001", "lost")
    place.db.execute_sql("UPDATE item SET state = 'damaged' WHERE barcode = 'B001'")
    place.give_back("B001")
    assert [c.state.value for c in charges_of(place.db)] == ["decide"]
    assert whole(place)


def test_a_damaged_loan_that_is_then_lost_is_one_charge(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    torn = charge_for(desk, "B001", "damaged")
    assert isinstance(desk.amount(LIBRARIAN, torn.id, 300, NOON), Charge)
    lost = charge_for(desk, "B001", "lost")
    assert (lost.id, lost.reason.value, lost.amount_fen) == (torn.id, "lost", 2000)
    assert whole(place)


def test_the_next_loan_of_the_same_pupil_has_a_charge_of_its_own(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    first = charge_for(desk, "B001", "lost")
    place.give_back("B001")
    place.lend("B001")
    second = charge_for(desk, "B001", "lost")
    assert first.id != second.id
    place.give_back("B001")
    assert [c.state.value for c in charges_of(place.db)] == ["decide", "decide"]
    assert whole(place)


def test_an_amount_that_is_said_while_the_charge_waits_leaves_it_waiting(place: Place, desk: ChargeDesk) -> None:
    place.lend("B002")
    charge = charge_for(desk, "B002", "lost")
    place.give_back("B002")
    said = desk.amount(LIBRARIAN, charge.id, 500, NOON)
    assert isinstance(said, Charge)
    assert (said.state.value, said.amount_fen) == ("decide", 500)
    assert whole(place)


def test_a_charge_outlives_the_person(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    charge = charge_for(desk, "B001", "lost")
    place.db.execute_sql("DELETE FROM person WHERE number = 'S501'")
    (found,) = charges_of(place.db, klass="五(2)班")
    assert (found.id, found.number) == (charge.id, None)
    settled(desk, found, "waived")
    assert place.shelf.loan("B001") is None
    assert whole(place)


def test_charges_are_listed_by_the_class_of_now(place: Place, desk: ChargeDesk) -> None:
    for item, patron in (("B001", "S501"), ("B003", "S101")):
        place.lend(item, patron=patron)
        marked(desk, item, "lost")
    place.db.execute_sql("UPDATE person SET klass = '一(1)班' WHERE number = 'S501'")
    assert [c.item for c in charges_of(place.db, klass="一(1)班")] == ["B001", "B003"]
    assert charges_of(place.db, klass="五(2)班") == []


@pytest.mark.parametrize(
    ("act", "objection"),
    [
        (lambda desk: desk.mark(LIBRARIAN, "X", ItemState.LOST, NOON), Objection.UNKNOWN_ITEM),
        (lambda desk: desk.mark("S502", "B001", ItemState.DAMAGED, NOON), Objection.NOT_STAFF),
        (lambda desk: desk.mark("NOBODY", "B001", ItemState.LOST, NOON), Objection.NOT_STAFF),
        (lambda desk: desk.mark(LIBRARIAN, "B001", ItemState.AVAILABLE, NOON), Objection.UNCHANGED),
        (lambda desk: desk.mark(LIBRARIAN, "B001", ItemState.LOST, NOON, "张小测弄丢"), Objection.WHY_NAMES),
        (lambda desk: desk.mark(LIBRARIAN, "B001", ItemState.LOST, NOON, "by s501."), Objection.WHY_NAMES),
        (lambda desk: desk.mark(LIBRARIAN, "B001", ItemState.LOST, NOON, "x" * 121), Objection.WHY_TOO_LONG),
        (lambda desk: desk.mark(LIBRARIAN, "B001", ItemState.LOST, NOON, "a\nb"), Objection.WHY_TOO_LONG),
        (lambda desk: desk.settle(LIBRARIAN, 99, Settlement.PAID, NOON), Objection.UNKNOWN_CHARGE),
        (lambda desk: desk.settle("S502", 99, Settlement.PAID, NOON), Objection.NOT_STAFF),
        (lambda desk: desk.amount("S502", 99, 1, NOON), Objection.NOT_STAFF),
    ],
)
def test_what_is_refused_leaves_no_entry(
    place: Place, desk: ChargeDesk, act: Callable[[ChargeDesk], object], objection: Objection
) -> None:
    assert act(desk) is objection
    assert place.rows("SELECT count(*) FROM entry") == [(0,)]


def test_a_pupil_librarian_sets_aside_for_mending(place: Place, desk: ChargeDesk) -> None:
    place.db.execute_sql("UPDATE person SET roles = 'pupil_librarian' WHERE number = 'S502'")
    assert marked(desk, "B001", "mending", by="S502").state is ItemState.MENDING
    assert desk.mark("S502", "B001", ItemState.AVAILABLE, NOON) is Objection.MENDING_ONLY


def test_an_item_is_known_by_its_tag_too(place: Place, desk: ChargeDesk) -> None:
    assert marked(desk, "e004010000000000", "lost").item == "B001"


def test_entries_of_charges_name_nobody(place: Place, desk: ChargeDesk) -> None:
    place.lend("B001")
    settled(desk, charge_for(desk, "B001", "lost"), "paid")
    text = str(place.rows("SELECT * FROM entry")) + str(place.rows("SELECT * FROM charge"))
    for word in ("S501", "T001", "张小测", "馆老师"):
        assert word not in text


@pytest.mark.parametrize(
    ("kind", "reason", "data"),
    [
        (Kind.CHARGED, "stolen", {"amount_fen": 1}),
        (Kind.CHARGED, None, {}),
        (Kind.CHARGED, "lost", {"amount_fen": -1}),
        (Kind.CHARGED, "lost", {"amount_fen": 1, "charge": 9}),
        (Kind.SETTLED, "paid", {"charge": 9, "amount_fen": 1}),
        (Kind.SETTLED, "paid", {"charge": 2, "amount_fen": 2001}),
        (Kind.SETTLED, "refunded", {"charge": 2, "amount_fen": 1}),
        (Kind.SETTLED, "forgotten", {"charge": 2}),
        (Kind.RETURNED, None, {"charge": 9}),
    ],
)
def test_an_entry_that_does_not_add_up_is_a_fault(
    place: Place, kind: Kind, reason: str | None, data: dict[str, object]
) -> None:
    place.lend("B001")
    place.record(Kind.CHARGED, patron="S501", item="B001", reason="lost", data={"amount_fen": 2000})
    with pytest.raises(CannotFold):
        place.record(kind, patron="S501", item="B001", reason=reason, data=data)
    assert whole(place)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM charge",
        "UPDATE charge SET amount_fen = 1",
        "UPDATE charge SET state = 'settled'",
        "UPDATE charge SET came_back = 1",
        "INSERT INTO charge (id, item, patron, reason, state, opened) VALUES (9, 'B001', 'x', 'lost', 'asks', 'y')",
    ],
)
def test_a_charge_that_says_other_than_the_ledger_is_found(place: Place, desk: ChargeDesk, statement: str) -> None:
    place.lend("B001")
    marked(desk, "B001", "lost")
    place.db.execute_sql(statement)
    (finding,) = check(place.db, fold=True)
    assert (finding.what, finding.words[:11]) == ("fold", "the charge ")


PEOPLE = ("S501", "S502")
STOCK = ("B001", "B002", "B003")  # B002 has no price
ACTS = st.one_of(
    st.tuples(st.just("mark"), st.sampled_from(STOCK), st.sampled_from([*ItemState, ItemState.LOST])),
    st.tuples(st.just("lend"), st.sampled_from(STOCK), st.sampled_from(PEOPLE)),
    st.tuples(st.just("return"), st.sampled_from(STOCK), st.none()),
    st.tuples(st.just("settle"), st.integers(0, 3), st.tuples(st.sampled_from(Settlement), st.integers(1, 3000))),
    st.tuples(st.just("settle all"), st.integers(0, 3), st.sampled_from(Settlement)),
    st.tuples(st.just("amount"), st.integers(0, 3), st.integers(0, 3000)),
    st.tuples(st.just("office"), st.sampled_from(STOCK), st.sampled_from(ItemState)),
)


def act(place: Place, desk: ChargeDesk, step: tuple, minute: int) -> None:  # type: ignore[type-arg]
    """One step as people do it: only what is there is lent, only what is listed is settled."""
    what, which, how = step
    at = NOON + minutes(minute)
    unsettled = charges_of(place.db, unsettled=True)
    match what:
        case "mark":
            desk.mark(LIBRARIAN, which, how, at)
        case "lend" if place.shelf.loan(which) is None:
            place.lend(which, patron=how, at=at, due=date(2026, 10, 1))
        case "return":
            loan = place.shelf.loan(which)
            place.give_back(which, loan.number if loan else None, at)
        case "settle" if which < len(unsettled):
            desk.settle(LIBRARIAN, unsettled[which].id, how[0], at, how[1])
        case "settle all" if which < len(unsettled):
            desk.settle(LIBRARIAN, unsettled[which].id, how, at)
        case "amount" if which < len(unsettled):
            desk.amount(LIBRARIAN, unsettled[which].id, how, at)
        case "office":
            place.db.execute_sql("UPDATE item SET state = ? WHERE barcode = ?", (how.value, which))


def by_the_entries(place: Place) -> tuple[int, int]:
    """What was charged and what came in, from the entries alone."""
    charged: dict[int, int] = {}
    moved: dict[str, int] = defaultdict(int)
    for seq, kind, reason, text in place.rows("SELECT seq, kind, reason, data FROM entry ORDER BY seq"):
        data = json.loads(str(text))
        if kind == "charged":
            charged[data.get("charge", seq)] = data["amount_fen"] or 0
        if kind == "settled":
            moved[str(reason)] += data["amount_fen"]
    return sum(charged.values()), moved["paid"] - moved["refunded"]


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(ACTS, max_size=25))
def test_no_fen_is_lost_and_both_folds_agree_after_every_step(
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple],  # type: ignore[type-arg]
) -> None:
    place = place_at(tmp_path_factory.mktemp("charges"))
    place.db.execute_sql("PRAGMA synchronous = OFF")
    desk = desk_of(place, "1.5")
    for minute, step in enumerate(steps):
        act(place, desk, step, minute)
        assert whole(place)
        every = charges_of(place.db)
        total = sums(every)
        assert (total.charged_fen, total.paid_fen) == by_the_entries(place)
        assert total.charged_fen == total.paid_fen + total.forgiven_fen + total.open_fen
        assert min(total.paid_fen, total.forgiven_fen, total.open_fen) >= 0
        for charge in every:
            # What is open for a lost item is out, or waits for somebody to decide; nothing is owed twice for one loan.
            undecided = [c for c in every if c.item == charge.item and c.state in (ChargeState.ASKS, ChargeState.OPEN)]
            assert len([c for c in undecided if c.reason == "lost"]) <= 1
    place.db.close()
