from datetime import date, datetime
from pathlib import Path

import pytest
from peewee import DatabaseError, IntegrityError

from kiosk.circulation.events import ClockState
from kiosk.circulation.ports import StorageFailed
from kiosk.circulation.records import Code, Entry, Kind
from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.db.failures import Cause, LedgerFailed
from kiosk.db.fold import CannotFold
from tests.db.schools import DUE, NOON, ZONE, Place, ledger_on, place_at


def test_an_entry_stands_in_the_ledger_as_it_was_decided(place: Place) -> None:
    place.ledger.clock_state = ClockState.CONFIRMED
    with place.ledger.decision():
        told = place.ledger.record(
            Entry(
                NOON, Kind.REFUSED, "S501", "B001", None, Code.LIMIT_REACHED, None, "desk", "五(2)班", {"n": [1, "二"]}
            )
        )
    assert (told.kiosk, len(told.epoch), told.seq) == ("desk-1", 16, 1)
    columns = "kiosk, epoch, at_ms, boot, boot_ms, clock, kind, item, due, reason, staff, reader, klass, data"
    assert place.rows(f"SELECT {columns} FROM entry") == [  # noqa: S608
        (
            "desk-1", told.epoch, 1788754200000, "0f3a", 1000, "confirmed", "refused", "B001", None, "limit_reached",
            None, "desk", "五(2)班", '{"n":[1,"二"]}',
        )
    ]  # fmt: skip


def test_no_number_and_no_name_of_a_person_stands_in_an_entry(place: Place) -> None:
    place.lend("B001", patron="S502")
    place.record(Kind.STAFF_IN, staff="T001")
    text = str(place.rows("SELECT * FROM entry"))
    for word in ("S502", "T001", "李样本", "馆老师", "CARD"):
        assert word not in text


def test_an_alias_belongs_to_one_person_and_one_term(place: Place) -> None:
    holidays, spring = datetime(2027, 2, 1, tzinfo=ZONE), datetime(2027, 3, 1, tzinfo=ZONE)
    place.db.execute_sql(
        "INSERT INTO term_row VALUES ('2027春', '2027-02-22', '2027-07-01', '2027-06-20', '2027-06-20')"
    )
    for at in (NOON, NOON, holidays, spring):
        place.record(Kind.VISIT_STARTED, at, patron="S501")
    place.record(Kind.VISIT_STARTED, patron="S502")
    aliases = [row[0] for row in place.rows("SELECT patron FROM entry ORDER BY seq")]
    assert aliases[0] == aliases[1]
    assert len(set(aliases)) == 4
    assert [row[0] for row in place.rows("SELECT term FROM alias ORDER BY rowid")] == ["2026秋", "", "2027春", "2026秋"]


def test_a_decision_that_fails_leaves_nothing_of_itself(place: Place) -> None:
    place.lend("B001")

    def return_and_stumble() -> None:
        with place.ledger.decision():
            place.ledger.record(Entry(NOON, Kind.RETURNED, "S501", "B001"))
            assert place.shelf.loan("B001") is None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        return_and_stumble()
    assert place.shelf.loan("B001") is not None
    assert place.rows("SELECT count(*) FROM entry") == [(1,)]


def test_a_decision_inside_a_decision_joins_it(place: Place) -> None:
    def start_and_stumble() -> None:
        with place.ledger.decision():
            with place.ledger.decision():
                place.ledger.record(Entry(NOON, Kind.STARTED))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        start_and_stumble()
    assert place.rows("SELECT count(*) FROM entry") == [(0,)]


def test_recording_outside_a_decision_is_a_fault(place: Place) -> None:
    with pytest.raises(RuntimeError, match="belongs inside decision"):
        place.ledger.record(Entry(NOON, Kind.STARTED))


def test_an_item_cannot_be_lent_twice(place: Place) -> None:
    place.lend("B001", patron="S501")
    with pytest.raises(CannotFold, match="B001 is already on loan"):
        place.lend("B001", patron="S502")
    with pytest.raises(IntegrityError):
        place.db.execute_sql("INSERT INTO loan (item, patron, lent, due) VALUES ('B001', 'x', 'y', 'z')")
    assert place.rows("SELECT count(*) FROM entry") == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET reason = 'x'",
        "DELETE FROM entry",
        "DELETE FROM entry WHERE seq = 1",
        "REPLACE INTO entry SELECT * FROM entry",
        "INSERT OR REPLACE INTO entry SELECT * FROM entry",
        "UPDATE OR REPLACE entry SET seq = 2 WHERE seq = 1",
    ],
)
def test_the_ledger_can_only_be_added_to(place: Place, statement: str) -> None:
    place.lend("B001")
    place.give_back("B001")
    before = place.rows("SELECT * FROM entry")
    with pytest.raises(DatabaseError, match="the ledger is append-only"):
        place.db.execute_sql(statement)
    assert place.rows("SELECT * FROM entry") == before


def test_every_transaction_that_writes_begins_immediate(tmp_path: Path) -> None:
    seen: list[str] = []
    place = place_at(tmp_path)
    place.db.trace(lambda _event, _statement, sql, _ns: seen.append(sql), mask=1, expand_sql=False)
    place.lend("B001")
    place.give_back("B001")
    with place.db.atomic():
        place.db.execute_sql("DELETE FROM card")
    place.db.trace(None)
    place.db.close()
    begun = [sql.upper() for sql in seen if sql.upper().startswith("BEGIN")]
    assert begun == ["BEGIN IMMEDIATE"] * 3


def test_a_full_disk_refuses_the_decision_and_the_rest_goes_on(place: Place) -> None:
    place.lend("B001")
    pages = place.db.pragma("page_count")
    place.db.pragma("max_page_count", pages)

    def fill_up() -> None:
        for _ in range(200):
            place.record(Kind.REFUSED, reason="x" * 500)

    with pytest.raises(StorageFailed) as failed:
        fill_up()
    assert isinstance(failed.value, LedgerFailed)
    assert failed.value.cause is Cause.FULL
    assert not place.db.in_transaction()
    assert place.shelf.loan("B001") is not None
    place.db.pragma("max_page_count", 1_000_000)
    place.give_back("B001")
    assert check(place.db, fold=True) == []


def test_a_database_that_another_process_holds_refuses_the_decision(place: Place) -> None:
    other = open_database(place.path)
    place.db.pragma("busy_timeout", 50)
    with other.atomic("IMMEDIATE"), pytest.raises(LedgerFailed) as failed:
        place.lend("B001")
    assert failed.value.cause is Cause.LOCKED
    other.close()
    place.lend("B001")


def test_a_read_only_database_refuses_the_decision(place: Place) -> None:
    place.db.pragma("query_only", 1)
    with pytest.raises(LedgerFailed) as failed:
        place.lend("B001")
    assert failed.value.cause is Cause.READ_ONLY


def test_a_person_whom_nobody_knows_is_a_fault(place: Place) -> None:
    with pytest.raises(LookupError, match="no person has the number S999"):
        place.lend("B001", patron="S999")


def test_a_cloned_card_gets_a_new_epoch_and_the_chain_goes_on(place: Place) -> None:
    place.lend("B001")
    same = ledger_on(place.db, board="board-1")
    unread = ledger_on(place.db, board="")
    clone = ledger_on(place.db, board="board-2")
    for ledger in (same, unread, clone):
        with ledger.decision():
            ledger.record(Entry(NOON, Kind.STARTED))
    rows = place.rows("SELECT seq, epoch FROM entry ORDER BY seq")
    assert [seq for seq, _ in rows] == [1, 2, 3, 4]
    # The file has one epoch at a time, so that the first two ledgers follow it too.
    assert len({epoch for _, epoch in rows}) == 2
    assert check(place.db, fold=True) == []


def test_a_kept_book_is_fetched_and_a_lost_book_is_found(place: Place) -> None:
    place.db.execute_sql("UPDATE item SET kept_for = 'S501' WHERE barcode = 'B001'")
    place.db.execute_sql("UPDATE item SET state = 'lost' WHERE barcode = 'B002'")
    place.db.execute_sql("UPDATE item SET state = 'withdrawn' WHERE barcode = 'B003'")
    place.lend("B001")
    for item in ("B001", "B002", "B003"):
        place.give_back(item, None)
    found = {item: place.shelf.item(item) for item in ("B001", "B002", "B003")}
    assert [item.kept_for for item in found.values() if item] == [None, None, None]
    assert [item.state.value for item in found.values() if item] == ["available", "available", "withdrawn"]


def test_the_offices_newer_word_on_an_item_counts_again(place: Place) -> None:
    place.record(Kind.MARKED, item="B001", data={"state": "damaged"})
    place.record(Kind.MARKED, item="B001", data={"state": "mending"})
    item = place.shelf.item("B001")
    assert item is not None
    assert item.state == "mending"
    place.db.execute_sql("UPDATE item SET state = 'withdrawn' WHERE barcode = 'B001'")
    item = place.shelf.item("B001")
    assert item is not None
    assert item.state == "withdrawn"
    assert check(place.db, fold=True) == []


def test_a_renewal_moves_the_due_date_and_counts(place: Place) -> None:
    place.lend("B001")
    place.record(Kind.RENEWED, patron="S501", item="B001", due=date(2026, 10, 7))
    loan = place.shelf.loan("B001")
    assert loan is not None
    assert (loan.lent, loan.due, loan.renewals) == (NOON.date(), date(2026, 10, 7), 1)
    with pytest.raises(CannotFold, match="B002 is not on loan"):
        place.record(Kind.RENEWED, patron="S501", item="B002", due=DUE)
