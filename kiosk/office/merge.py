"""Brings one table in step with the rows of a file, and counts what that changed.

Only rows that differ are written, so that the same folder brought in twice changes nothing. Many rows are written in
one statement: 20 000 items take a second or two.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

ROWS_A_STATEMENT = 500  # SQLite takes 32 766 variables in a statement

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


def chunks(values: Iterable[T], size: int = ROWS_A_STATEMENT) -> Iterator[list[T]]:
    """`values` in lists of at most `size`."""
    rest = iter(values)
    while chunk := list(islice(rest, size)):
        yield chunk


def stored(model: Any, key: str, columns: Sequence[str]) -> dict[Any, tuple[Any, ...]]:
    """The rows of `model` by `key`."""
    fields = [getattr(model, name) for name in (key, *columns)]
    return {row[0]: tuple(row[1:]) for row in model.select(*fields).tuples()}


def merge(
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
    fields = [getattr(model, name) for name in (key, *columns)]
    for chunk in chunks(new + changed):
        values = [(name, *rows[name]) for name in chunk]
        insert = model.insert_many(values, fields=fields)
        insert.on_conflict(conflict_target=[fields[0]], preserve=fields[1:]).execute()
    removed = 0
    for chunk in chunks(gone):
        removed += model.delete().where(fields[0].in_(chunk)).execute()
    return Count(len(new), len(changed), len(rows) - len(new) - len(changed), removed)


def replace(model: Any, columns: Sequence[str], rows: Sequence[tuple[Hashable, ...]]) -> Count:
    """The same for a table whose rows have no key but their order: all are written anew when any differs."""
    fields = [getattr(model, name) for name in columns]
    before = [tuple(row) for row in model.select(*fields).order_by(model.id).tuples()]
    if before == list(rows):
        return Count(unchanged=len(before))
    model.delete().execute()
    for chunk in chunks(rows):
        model.insert_many(chunk, fields=fields).execute()
    kept = len(set(before) & set(rows))
    return Count(new=len(rows) - kept, unchanged=kept, removed=max(0, len(before) - kept), changed=0)
