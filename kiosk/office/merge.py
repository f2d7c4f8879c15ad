"""Brings one table in step with the rows of a file, and counts what that changed.

Only rows that differ are written, so that the same folder brought in twice changes nothing. The kiosk next door waits
for the transaction, so writing is quick: 20 000 items take less than a second.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from kiosk.db.connect import KioskDatabase

VALUES_A_STATEMENT = 500  # SQLite takes 32 766 variables in a statement

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the rows of a table. `removed` includes what was only made inactive or withdrawn."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def __str__(self) -> str:
        return f"{self.new} new, {self.changed} changed, {self.unchanged} unchanged, {self.removed} removed"

    @property
    def written(self) -> bool:
        """Whether anything is other than before."""
        return bool(self.new or self.changed or self.removed)


def chunks(values: Iterable[T], size: int = VALUES_A_STATEMENT) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def stored(model: Any, key: str, columns: Sequence[str]) -> dict[Any, tuple[Any, ...]]:
    """The rows of `model` by `key`."""
    fields = [getattr(model, name) for name in (key, *columns)]
    return {row[0]: tuple(row[1:]) for row in model.select(*fields).tuples()}


def merge(
    db: KioskDatabase,
    model: Any,
    key: str,
    columns: Sequence[str],
    rows: Mapping[Any, tuple[Any, ...]],
    before: Mapping[Any, tuple[Any, ...]],
    gone: Iterable[Any] = (),
) -> Count:
    """Write the `rows` that are not in `before` as they are, and delete the keys that are `gone`."""
    new = [name for name in rows if name not in before]
    changed = [name for name in rows if name in before and before[name] != rows[name]]
    values = [(name, *rows[name]) for name in new + changed]
    _write(db, _insert(model, (key, *columns)) + _or_update(model, key, columns), values)
    removed = 0
    for chunk in chunks(gone):
        removed += model.delete().where(getattr(model, key).in_(chunk)).execute()
    return Count(len(new), len(changed), len(rows) - len(new) - len(changed), removed)


def replace(db: KioskDatabase, model: Any, columns: Sequence[str], rows: Sequence[tuple[Hashable, ...]]) -> Count:
    """The same for a table whose rows have no key but their order: all are written anew when any differs."""
    fields = [getattr(model, name) for name in columns]
    before = [tuple(row) for row in model.select(*fields).order_by(model.id).tuples()]
    if before == list(rows):
        return Count(unchanged=len(before))
    model.delete().execute()
    _write(db, _insert(model, columns), rows)
    kept = len(set(before) & set(rows))
    return Count(new=len(rows) - kept, unchanged=kept, removed=max(0, len(before) - kept))


def _write(db: KioskDatabase, sql: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """The same text for every row: peewee's `insert_many` would put it together anew and take five times as long."""
    for row in rows:
        db.execute_sql(sql, row)


def _insert(model: Any, columns: Sequence[str]) -> str:
    names = ", ".join(_column(model, name) for name in columns)
    return f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608


def _or_update(model: Any, key: str, columns: Sequence[str]) -> str:
    names = [_column(model, name) for name in columns]
    return f" ON CONFLICT ({_column(model, key)}) DO UPDATE SET " + ", ".join(f"{n} = excluded.{n}" for n in names)


def _column(model: Any, name: str) -> str:
    return f'"{model._meta.fields[name].column_name}"'
