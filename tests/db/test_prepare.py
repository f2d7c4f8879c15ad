import re
from pathlib import Path

import pytest
from peewee import IntegerField
from playhouse.migrations import Runner

from kiosk.db.connect import connect
from kiosk.db.failures import DatabaseRefused
from kiosk.db.models import TABLES
from kiosk.db.prepare import MIGRATIONS, prepare
from kiosk.db.shelf import SqliteShelf
from kiosk.db.sitekey import load_site_key
from tests.db.schools import Place


def schema(path: Path) -> list[tuple[str, str]]:
    db = connect(path)
    rows: list[tuple[str, str]] = db.execute_sql("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()
    db.close()
    return rows


def test_preparing_twice_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    prepare(path).close()
    key, before = path.with_name("site.key").read_bytes(), schema(path)
    prepare(path).close()
    assert schema(path) == before
    assert path.with_name("site.key").read_bytes() == key


def test_a_migration_that_fails_half_way_leaves_the_old_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kiosk.db"
    create = Runner._run

    def broken(self: Runner, name: str, module: object, direction: str, fake: bool = False) -> None:
        real = module.up  # type: ignore[attr-defined]

        def up(migrator: object, db: object) -> None:
            real(migrator, db)
            raise KeyboardInterrupt

        module.up = up  # type: ignore[attr-defined]
        create(self, name, module, direction, fake)

    monkeypatch.setattr(Runner, "_run", broken)
    with pytest.raises(KeyboardInterrupt):
        prepare(path)
    monkeypatch.undo()
    db = connect(path)
    assert db.user_version == 0
    assert [name for name in db.get_tables() if name != "schema_migration"] == []
    db.close()
    prepare(path).close()


def test_a_database_of_the_first_version_keeps_its_tags(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kiosk.db"
    up = Runner.up
    monkeypatch.setattr(Runner, "up", lambda self: up(self, "0001_initial"))
    monkeypatch.setattr("kiosk.db.prepare.SCHEMA_VERSION", 1)
    db = prepare(path)
    db.execute_sql("INSERT INTO title (title_id, title) VALUES ('T1', '小王子')")
    db.execute_sql("INSERT INTO item (barcode, title_id, tag) VALUES ('B1', 'T1', 'E001')")
    db.close()
    monkeypatch.undo()
    db = prepare(path)
    db.execute_sql("INSERT INTO part_tag VALUES ('E002', 'B1')")
    shelf = SqliteShelf(db, load_site_key(path))
    for text in ("B1", "E001", "E002"):
        item = shelf.item(text)
        assert item is not None, text
        assert (item.barcode, item.tags) == ("B1", frozenset({"E001", "E002"}))
    db.close()


def test_every_table_is_strict(place: Place) -> None:
    tables = place.rows("SELECT name, strict FROM pragma_table_list WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    assert {name for name, strict in tables if not strict} == set()
    assert len(tables) == len(TABLES) + 1  # the runner's own


@pytest.mark.parametrize("model", TABLES, ids=lambda model: model._meta.table_name)
def test_the_models_are_what_the_migrations_make(place: Place, model: type) -> None:
    meta = model._meta  # type: ignore[attr-defined]
    made = {
        name: (kind, not notnull, bool(key))
        for name, kind, notnull, key in place.rows(
            f"SELECT name, type, \"notnull\", pk FROM pragma_table_info('{meta.table_name}')"  # noqa: S608
        )
    }
    meant = {}
    for field in meta.sorted_fields:
        target = field.rel_field if field.field_type == "INT" and hasattr(field, "rel_field") else field
        kind = {"TEXT": "TEXT", "BLOB": "BLOB"}.get(target.field_type, "INTEGER")
        if hasattr(field, "rel_field"):
            kind = "INTEGER" if isinstance(field.rel_field, IntegerField) else "TEXT"
        meant[field.column_name] = (kind, field.null, field.primary_key)
    assert made == meant


def test_numbers_of_migrations_are_in_order_and_once_each() -> None:
    names = sorted(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))
    assert [int(re.match(r"\d{4}", name).group()) for name in names] == list(range(1, len(names) + 1))  # type: ignore[union-attr]


def test_a_database_without_its_site_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "kiosk.db"
    prepare(path).close()
    path.with_name("site.key").unlink()
    with pytest.raises(DatabaseRefused, match=r"site\.key: the site key is missing"):
        prepare(path)
    path.with_name("site.key").write_bytes(b"short")
    with pytest.raises(DatabaseRefused, match="5 bytes instead of 32"):
        prepare(path)


def test_a_place_that_cannot_be_written_gets_one_line(tmp_path: Path) -> None:
    (tmp_path / "prepare.lock").mkdir()
    with pytest.raises(DatabaseRefused, match=r"prepare\.lock: cannot be locked: Is a directory"):
        prepare(tmp_path / "kiosk.db")
    assert [path.name for path in tmp_path.iterdir()] == ["prepare.lock"]


def test_a_change_of_any_rule_raises_the_schools_version(place: Place) -> None:
    version = "SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'school_version'"
    statements = (
        "INSERT INTO school_setting VALUES ('name', '样例小学')",
        "UPDATE school_class SET grade = 6 WHERE grade = 5",
        "INSERT INTO slot_row (weekday, start, \"end\", who) VALUES (1, '12:00', '12:50', 'all')",
        "DELETE FROM term_row",
        "INSERT INTO calendar_row (date, open) VALUES ('2026-10-01', 0)",
        "INSERT INTO rule_row (patron_kind, item_kind) VALUES ('pupil', '*')",
    )
    for statement in statements:
        before = place.rows(version)[0][0]
        place.db.execute_sql(statement)
        assert place.rows(version)[0][0] == before + 1, statement  # type: ignore[operator]
