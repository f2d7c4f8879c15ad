from datetime import date, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from kiosk.circulation.policy import DEFAULT_RULES, Rule
from kiosk.circulation.records import ItemState, Kind, PatronKind, Role
from kiosk.circulation.timetable import Use, Weeks
from kiosk.db.connect import open_database
from kiosk.db.failures import Cause, LedgerFailed
from kiosk.db.notices import NewTitle, new_titles, title_of
from kiosk.db.school import who_of
from tests.db.schools import DUE, NOON, ZONE, Place


def test_a_card_leads_to_its_owner(place: Place) -> None:
    known = place.shelf.card("CARD-S501")
    assert known is not None
    assert not known.lost
    patron = known.patron
    assert (patron.number, patron.name, patron.kind) == ("S501", "张小测", PatronKind.PUPIL)
    assert (patron.klass, patron.grade, patron.active, patron.suspended_until) == ("五(2)班", 5, True, None)
    assert place.shelf.card("CARD-S999") is None
    place.db.execute_sql("UPDATE card SET lost = 1")
    lost = place.shelf.card("CARD-S501")
    assert lost is not None
    assert lost.lost


def test_no_text_of_a_card_is_in_the_file(place: Place) -> None:
    place.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    assert b"CARD-S501" not in place.path.read_bytes()


def test_roles_are_read(place: Place) -> None:
    teacher = place.shelf.patron("T001")
    assert teacher is not None
    assert teacher.roles == {Role.LIBRARIAN}
    assert place.shelf.patron("T999") is None


def test_an_item_is_found_by_barcode_and_by_tag(place: Place) -> None:
    by_code, by_tag = place.shelf.item("B003"), place.shelf.item("E004010000000002")
    assert by_code is not None
    assert by_code == by_tag
    assert (by_code.barcode, by_code.title, by_code.state) == ("B003", "小王子", ItemState.AVAILABLE)
    assert place.shelf.item("B999") is None


def test_a_kept_book_stays_kept_until_its_patron_came(place: Place) -> None:
    place.db.execute_sql("UPDATE item SET kept_for = 'S502' WHERE barcode = 'B001'")
    place.lend("B001", patron="S501")
    place.give_back("B001")
    kept = place.shelf.item("B001")
    assert kept is not None
    assert kept.kept_for == "S502"
    place.lend("B001", patron="S502")
    fetched = place.shelf.item("B001")
    assert fetched is not None
    assert fetched.kept_for is None
    place.db.execute_sql("UPDATE item SET kept_for = 'S101' WHERE barcode = 'B001'")
    again = place.shelf.item("B001")
    assert again is not None
    assert again.kept_for == "S101"


def test_loans_of_all_terms_are_the_patrons_and_the_earliest_due_comes_first(place: Place) -> None:
    last_term = datetime(2026, 6, 1, 12, tzinfo=ZONE)
    place.lend("B001", at=last_term, due=date(2026, 9, 30))
    place.lend("B002", due=date(2026, 9, 20))
    place.lend("B003", patron="S502")
    assert place.rows("SELECT count(*) FROM alias") == [(3,)]
    assert [loan.barcode for loan in place.shelf.loans("S501")] == ["B002", "B001"]
    loan = place.shelf.loan("B001")
    assert loan is not None
    assert (loan.number, loan.title, loan.lent, loan.due) == ("S501", "小王子", last_term.date(), date(2026, 9, 30))
    assert place.shelf.loan("B004") is None


def test_a_loan_of_a_forgotten_patron_has_no_number_and_can_be_given_back(place: Place) -> None:
    place.lend("B001")
    place.db.execute_sql("DELETE FROM person WHERE number = 'S501'")
    loan = place.shelf.loan("B001")
    assert loan is not None
    assert loan.number is None
    place.give_back("B001", None)
    assert place.shelf.loan("B001") is None


def test_a_loan_of_an_item_that_the_office_dropped_is_still_a_loan(place: Place) -> None:
    place.lend("B001")
    place.db.execute_sql("DELETE FROM item WHERE barcode = 'B001'")
    loans = place.shelf.loans("S501")
    assert [(loan.barcode, loan.title, loan.kind) for loan in loans] == [("B001", "", "book")]


def test_books_of_the_term_are_counted_without_those_given_back_the_same_day(place: Place) -> None:
    place.lend("B001")
    place.lend("B002")
    place.lend("B003")
    place.give_back("B002")  # the same day
    place.lend("B002")  # and out again
    place.give_back("B003", at=NOON + timedelta(days=1))
    place.give_back("B001", patron=None)  # nobody's
    assert place.shelf.read_in_term("S501", NOON.date()) == 3
    assert place.shelf.read_in_term("S502", NOON.date()) == 0
    assert place.shelf.read_in_term("S501", date(2026, 8, 20)) == 0


def test_the_longest_suspension_of_all_counts(place: Place) -> None:
    def until() -> date | None:
        patron = place.shelf.patron("S501")
        assert patron is not None
        return patron.suspended_until

    for day in ("2026-09-20", "2026-09-10"):
        place.lend("B001")
        place.give_back("B001", data={"suspended_until": day})
    assert until() == date(2026, 9, 20)
    place.db.execute_sql("UPDATE person SET suspended_until = '2026-09-30' WHERE number = 'S501'")
    assert until() == date(2026, 9, 30)
    assert place.shelf.patron("S502") is not None


def test_the_newest_opening_of_the_desk_counts(place: Place) -> None:
    assert place.shelf.open_until() is None
    for until in ("2026-09-07T13:00:00+08:00", "2026-09-07T13:30:00+08:00"):
        place.record(Kind.CHANGED, reason="open_slot", staff="T001", data={"until": until})
    place.record(Kind.CHANGED, reason="something_else", staff="T001")
    assert place.shelf.open_until() == datetime(2026, 9, 7, 13, 30, tzinfo=ZONE)


def test_only_the_right_pin_fits(place: Place) -> None:
    assert not place.shelf.pin_fits("T001", "1234")
    made = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("1234")
    place.db.execute_sql("UPDATE person SET pin = ? WHERE number = 'T001'", (made,))
    assert place.shelf.pin_fits("T001", "1234")
    assert not place.shelf.pin_fits("T001", "4321")
    assert not place.shelf.pin_fits("T999", "1234")
    place.db.execute_sql("UPDATE person SET pin = 'no hash' WHERE number = 'T001'")
    assert not place.shelf.pin_fits("T001", "1234")


def test_an_unknown_code_is_told_by_eight_digits(place: Place) -> None:
    one, other = place.shelf.keyed_hash("SOMECODE"), place.shelf.keyed_hash("OTHERCODE")
    assert len(one) == 8
    assert one != other
    assert one == place.shelf.keyed_hash("SOMECODE")


def test_the_policy_is_what_the_tables_say(place: Place) -> None:
    for statement in (
        "INSERT INTO school_setting VALUES ('name', '样例小学'), ('timezone', 'Asia/Shanghai'), "
        "('card_pattern', 'C[0-9]+'), ('item_check', 'ean8'), ('commands', '[\"RESET\"]'), ('target_pupil_books', '5')",
        'INSERT INTO slot_row (weekday, start, "end", weeks, use, who) '
        "VALUES (1, '12:00', '12:50', 'odd', 'free', 'grade:5;class:五(2)班')",
        "INSERT INTO calendar_row VALUES ('2026-10-10', 1, 3, '调休')",
        "INSERT INTO rule_row (patron_kind, item_kind, number) VALUES ('pupil', '*', 3)",
    ):
        place.db.execute_sql(statement)
    policy = place.shelf.policy()
    assert (policy.name, policy.item_check, policy.target_pupil_books) == ("样例小学", "ean8", 5)
    assert policy.commands == {"RESET"}
    assert policy.card_pattern is not None
    assert policy.card_pattern.fullmatch("C12")
    assert policy.item_pattern is None
    (row,) = policy.timetable.rows
    assert (row.weekday, row.start.hour, row.end.minute, row.weeks, row.use) == (1, 12, 50, Weeks.ODD, Use.FREE)
    assert row.who.grades == {5}
    assert row.who.classes == {"五(2)班"}
    assert policy.calendar.weekday(date(2026, 10, 10)) == 3
    assert [term.name for term in policy.calendar.terms] == ["2026秋"]
    assert Rule("pupil", "*", number=3) in policy.rules
    assert len(policy.rules) == len(DEFAULT_RULES)
    assert policy.classes == (("五(2)班", 5), ("一(1)班", 1))


def test_a_rule_changed_by_another_process_counts_from_the_next_question(place: Place) -> None:
    before = place.shelf.policy()
    assert place.shelf.policy() is before
    other = open_database(place.path)
    other.execute_sql("INSERT INTO rule_row (patron_kind, item_kind, number) VALUES ('pupil', '*', 7)")
    other.close()
    assert Rule("pupil", "*", number=7) in place.shelf.policy().rules


@pytest.mark.parametrize(
    ("text", "field", "meant"),
    [
        ("all", "everybody", True),
        ("grade:5;grade:6", "grades", {5, 6}),
        ("class:五(2)班", "classes", {"五(2)班"}),
        ("kind:teacher; all", "kinds", {"teacher"}),
        ("", "everybody", False),
    ],
)
def test_who_a_row_of_the_timetable_means(text: str, field: str, meant: object) -> None:
    assert getattr(who_of(text), field) == meant


def test_a_disk_that_fails_while_reading_is_a_storage_failure(place: Place) -> None:
    place.lend("B001", due=DUE)
    place.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    place.db.close()
    content = bytearray(place.path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    place.path.write_bytes(content)
    with pytest.raises(LedgerFailed) as failed:
        place.shelf.loan("B001")
    assert failed.value.cause is Cause.DAMAGED


def test_new_titles_are_shown_newest_first(place: Place) -> None:
    little_prince, vital = (
        NewTitle("小王子", "圣埃克苏佩里", date(2026, 9, 1)),
        NewTitle("Élan vital", "Nobody", date(2026, 9, 3)),
    )
    assert new_titles(place.db) == (vital, little_prince)
    assert new_titles(place.db, limit=1) == (vital,)
    assert new_titles(place.db, since=date(2026, 9, 2)) == (vital,)
    assert title_of(place.db, "B001") == "小王子"
    assert title_of(place.db, "B999") is None
