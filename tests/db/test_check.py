from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.circulation.records import Kind
from kiosk.db.check import check
from kiosk.db.fold import CannotFold
from tests.db.schools import ITEMS, NOON, PUPILS, Place, minutes, place_at

DAYS = st.dates(date(2026, 9, 1), date(2027, 1, 8))
STATES = st.sampled_from(["available", "lost", "damaged", "mending", "withdrawn"])
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["lent", "renewed", "returned", "marked", "refused", "visit_started", "office"]),
        st.sampled_from(ITEMS[:4]),
        st.sampled_from([*(number for number, _, _ in PUPILS), None]),
        DAYS,
        STATES | st.none(),
        st.integers(0, 200_000),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_both_folds_agree_on_any_ledger(tmp_path_factory: pytest.TempPathFactory, steps: list[tuple]) -> None:  # type: ignore[type-arg]
    place = place_at(tmp_path_factory.mktemp("fold"))
    place.db.execute_sql("PRAGMA synchronous = OFF")
    place.db.execute_sql("INSERT INTO base_loan VALUES ('B001', 'ffffffffffffffff', '2026-08-30', '2026-09-20', 0)")
    place.db.execute_sql("INSERT INTO loan SELECT * FROM base_loan")
    place.db.execute_sql("UPDATE item SET kept_for = 'S501', state = 'lost' WHERE barcode = 'B002'")
    for kind, item, patron, day, state, late in steps:
        fields: dict[str, object] = {"item": item, "patron": patron, "due": day}
        if kind == "office":
            place.db.execute_sql("UPDATE item SET state = ? WHERE barcode = ?", (state or "available", item))
            continue
        if kind == "returned" and late % 2:
            fields["data"] = {"suspended_until": day.isoformat()}
        if kind == "marked" and state:
            fields["data"] = {"state": state}
        before = place.rows("SELECT count(*) FROM entry")
        try:
            place.record(Kind(kind), NOON + minutes(late), **fields)
        except CannotFold:
            assert place.rows("SELECT count(*) FROM entry") == before
    assert check(place.db, fold=True) == []
    place.db.close()


def busy(place: Place) -> None:
    place.lend("B001")
    place.lend("B002", patron="S502")
    place.give_back("B001")
    place.record(Kind.REFUSED, item="B002", patron="S101", reason="lent_to_other")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE entry SET reason = 'x' WHERE seq = 2", "chain: entry 2 is not as it was written"),
        ("UPDATE entry SET data = '{\"a\":1}' WHERE seq = 4", "chain: entry 4 is not as it was written"),
        ("DELETE FROM entry WHERE seq = 2", "chain: entries 2 to 2 are missing"),
        ("DELETE FROM entry WHERE seq = 1", "chain: entries 1 to 1 are missing"),
        (
            "UPDATE entry SET prev = (SELECT hash FROM entry WHERE seq = 1) WHERE seq = 4",
            "chain: entry 4 does not follow entry 3",
        ),
    ],
)
def test_a_ledger_that_was_tampered_with_is_found_out(place: Place, statement: str, words: str) -> None:
    busy(place)
    for trigger in ("entry_no_update", "entry_no_delete"):
        place.db.execute_sql(f"DROP TRIGGER {trigger}")
    assert check(place.db) == []
    place.db.execute_sql(statement)
    assert words in [f"{finding.what}: {finding.words}" for finding in check(place.db)]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM loan", "the loan of item B002: 000000000000000"),
        ("UPDATE loan SET due = '2030-01-01'", "in the table"),
        ("INSERT INTO loan VALUES ('B007', 'x', '2026-09-01', '2026-09-02', 0)", "the loan of item B007: nothing by"),
        ("INSERT INTO suspension VALUES ('x', '2026-09-02')", "the suspension of x: nothing by the ledger"),
        ("INSERT INTO item_now VALUES ('B003', 'lost', NULL, NULL)", "the state of item B003: nothing by the ledger"),
        ("INSERT INTO item_now VALUES ('B003', NULL, NULL, 'x')", "who fetched item B003: nothing by the ledger"),
    ],
)
def test_a_table_that_says_other_than_the_ledger_is_found(place: Place, statement: str, words: str) -> None:
    busy(place)
    place.db.execute_sql(statement)
    assert check(place.db) == []
    assert [finding.what for finding in check(place.db, fold=True)] == ["fold"]
    assert words in check(place.db, fold=True)[0].words


def test_a_row_that_points_nowhere_is_found(place: Place) -> None:
    place.db.pragma("foreign_keys", 0)
    place.db.execute_sql("UPDATE item SET title_id = 'T9' WHERE barcode = 'B001'")
    assert [(f.what, f.words) for f in check(place.db)] == [
        ("keys", "a row of item points at a row of title that is missing")
    ]


def test_a_damaged_file_is_a_finding_and_no_crash(place: Place) -> None:
    for number in range(40):
        place.record(Kind.REFUSED, reason=f"{number}" * 100)
    place.db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    place.db.close()
    content = bytearray(place.path.read_bytes())
    # The last pages hold entries.
    content[-4096:-2048] = b"\xa5" * 2048
    place.path.write_bytes(content)
    found = check(place.db, fold=True)
    assert found
    assert found[0].what == "file"
    assert "damaged" in found[0].words


def test_many_findings_are_counted_and_not_listed(place: Place) -> None:
    for number in range(40):
        place.db.execute_sql("INSERT INTO suspension VALUES (?, '2026-09-02')", (f"{number}",))
    assert check(place.db, fold=True)[-1].words == "and 20 more like these"
