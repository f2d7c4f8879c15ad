from datetime import timedelta

import pytest

from kiosk.circulation.records import Kind
from kiosk.db import history
from kiosk.db.history import Filters, entries
from tests.db.schools import NOON, Place

DAY = timedelta(days=1)


@pytest.fixture
def told(place: Place) -> Place:
    place.record(Kind.STARTED, NOON)
    place.lend("B001", at=NOON + DAY)
    place.lend("B002", patron="S502", at=NOON + DAY)
    place.record(Kind.REFUSED, NOON + 2 * DAY, patron="S101", item="B002", reason="lent_to_other", reader="desk")
    place.give_back("B001", at=NOON + 3 * DAY)
    place.record(Kind.STAFF_IN, NOON + 3 * DAY, staff="T001")
    return place


@pytest.mark.parametrize(
    ("filters", "seqs"),
    [
        (Filters(), [6, 5, 4, 3, 2, 1]),
        (Filters(limit=2), [6, 5]),
        (Filters(limit=0), []),
        (Filters(start=NOON + DAY), [6, 5, 4, 3, 2]),
        (Filters(end=NOON + DAY), [3, 2, 1]),
        (Filters(start=NOON + DAY, end=NOON + 2 * DAY), [4, 3, 2]),
        (Filters(start=NOON + 9 * DAY), []),
        (Filters(kind=Kind.LENT), [3, 2]),
        (Filters(patron="S501"), [5, 2]),
        (Filters(patron="S999"), []),
        (Filters(item="B002"), [4, 3]),
        (Filters(klass="五(2)班"), [3, 2]),
        (Filters(reader="desk"), [4, 3, 2]),
        (Filters(text="小王"), [5, 2]),
        (Filters(text="élan"), [4, 3]),
        (Filters(text="s101"), [4]),
        (Filters(text="b002"), [4, 3]),
        (Filters(text="TO_OTHER"), [4]),
        (Filters(text="b00", limit=1), [5]),
        (Filters(reader="desk", patron="S502"), [3]),
        (Filters(kind=Kind.LENT, text="小王", start=NOON + DAY, end=NOON + DAY), [2]),
    ],
    ids=str,
)
@pytest.mark.parametrize("page", [1, 2, 500])
def test_every_filter_alone_and_together(
    told: Place, monkeypatch: pytest.MonkeyPatch, filters: Filters, seqs: list[int], page: int
) -> None:
    monkeypatch.setattr(history, "PAGE_ROWS", page)
    assert [entry.seq for entry in entries(told.db, filters)] == seqs


def test_an_entry_is_shown_with_numbers_and_public_names(told: Place) -> None:
    shown = next(iter(entries(told.db, Filters(kind=Kind.LENT, patron="S501"))))
    assert shown.title == "小王子"
    assert shown.as_json() == {
        "at": "2026-09-08T12:10:00+08:00",
        "kind": "lent",
        "patron": "S501",
        "item": "B001",
        "due": "2026-09-22",
        "reason": None,
        "staff": None,
        "reader": "desk",
        "class": "五(2)班",
        "kiosk": "desk-1",
        "epoch": shown.epoch,
        "seq": 2,
        "data": {},
    }
    newest = next(entries(told.db))
    assert (newest.staff, newest.patron) == ("T001", None)


def test_a_forgotten_patron_is_nobody(told: Place) -> None:
    told.db.execute_sql("DELETE FROM alias WHERE person_id = (SELECT id FROM person WHERE number = 'S501')")
    assert [entry.patron for entry in entries(told.db, Filters(item="B001"))] == [None, None]


def test_an_empty_ledger_shows_nothing(place: Place) -> None:
    assert list(entries(place.db)) == []


@pytest.mark.parametrize(
    ("filters", "index"),
    [
        (Filters(kind=Kind.LENT), "entry_kind"),
        (Filters(patron="S501"), "entry_patron"),
        (Filters(item="B001"), "entry_item"),
        (Filters(klass="五(2)班"), "entry_klass"),
    ],
    ids=str,
)
def test_a_filter_with_an_index_uses_it(told: Place, filters: Filters, index: str) -> None:
    plans: list[str] = []
    told.db.trace(lambda _e, _s, sql, _ns: plans.append(sql) if "FROM entry e" in sql else None, mask=1)
    list(entries(told.db, filters))
    told.db.trace(None)
    assert index in str(told.rows(f"EXPLAIN QUERY PLAN {plans[0]}"))
