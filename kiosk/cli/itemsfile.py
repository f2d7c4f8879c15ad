"""The work of `kiosk import items`: read, show, store. A module of its own, because it loads the office."""

import json
import secrets
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import typer

from kiosk.app.counter import Books, open_books
from kiosk.cli.itemsource import Source, open_source
from kiosk.cli.options import DEFAULT_SETTINGS, fail, print_json, settings_from
from kiosk.db.connect import open_database
from kiosk.db.locks import visit_lock
from kiosk.db.searchindex import stale_titles
from kiosk.db.sitekey import load_site_key
from kiosk.office.booktable import RefusedRows
from kiosk.office.findings import Finding
from kiosk.office.itemsin import BATCH, Action, Counts, Intake, Plan
from kiosk.office.itemstore import Refusals, Waiting, preview, store_items
from kiosk.office.marc.charset import Encoding
from kiosk.office.marc.reading import TitleIds
from kiosk.office.searchterms import index_titles
from kiosk.office.store import Office
from kiosk.runtime.now import SystemClock
from kiosk.screens.fonts import FontMissing, font_paths

_MARKS = {Action.NEW: "+", Action.CHANGED: "~", Action.UNCHANGED: "=", Action.REFUSED: "!"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line says."""

    file: Path
    settings: Path
    encoding: Encoding | None
    title_ids: TitleIds
    refused: Path | None
    dry_run: bool
    as_json: bool


def bring_in(asked: Asked) -> int:
    """Show what would happen, and without `dry_run` do it. The exit code."""
    source = open_source(asked.file, asked.encoding, asked.title_ids)
    if isinstance(source, Finding):
        if asked.as_json:
            print_json({"counts": None, "refused": str(source)})
            return 1
        raise fail(str(source))
    return _preview(asked, source) if asked.dry_run else _store(asked, source)


def _preview(asked: Asked, source: Source) -> int:
    with ExitStack() as stack:
        database, site_key = None, b""
        path = _database_path(asked.settings)
        if path is not None and path.exists():
            database, site_key = open_database(path), load_site_key(path)
            stack.callback(database.close)
        intake = Intake(SystemClock().now().wall.date(), database, site_key, _covers())
        refusals = _kept(stack, source, asked.refused) if asked.refused is not None else None
        counts = _show(asked, source, intake, refusals, None)
    _say_counts(asked, source, counts, refusals)
    return 1 if counts.with_refusal else 0


def _store(asked: Asked, source: Source) -> int:
    chosen, now = settings_from(asked.settings), SystemClock().now().wall
    chosen.database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    opened = open_books(chosen.database, chosen.kiosk)
    with ExitStack() as stack:
        stack.callback(opened.close)
        spool = stack.enter_context(tempfile.TemporaryFile(dir=chosen.database.parent))
        refusals = _kept(stack, source, asked.refused or chosen.database.parent)
        waiting = Waiting(spool, opened.db)
        intake = Intake(now.date(), opened.db, opened.site_key, _covers())
        shown = _show(asked, source, intake, refusals, waiting)
        nobody_here = stack.enter_context(visit_lock(opened.path))
        if not nobody_here.take():
            typer.echo("waiting until nobody is at the desk", err=True)
            nobody_here.take(wait=True)
        office = Office(opened.db, opened.site_key, now, secrets.token_hex, ledger=opened.ledger)
        stored = store_items(waiting, office, _what(source, shown))
        nobody_here.close()
        _index(opened)
    _say_counts(asked, source, shown, refusals)
    if stored.records != shown.records | {Action.REFUSED.value: stored.records[Action.REFUSED]}:
        typer.echo(f"the database changed meanwhile; stored: {_line(stored)}", err=True)
    return 1 if shown.with_refusal or stored.with_refusal else 0


def _kept(stack: ExitStack, source: Source, folder: Path) -> Refusals | RefusedRows:
    """Where refused records go; complete when `stack` is closed."""
    refusals = source.refusals(folder)
    stack.callback(refusals.close)
    return refusals


def _database_path(settings: Path) -> Path | None:
    """The database to compare with; None where no settings were named and there are none."""
    if settings == DEFAULT_SETTINGS and not settings.exists():
        return None
    return settings_from(settings).database


def _covers() -> Callable[[str], bool]:
    try:
        return font_paths().covers
    except FontMissing:
        return lambda char: True


def _show(
    asked: Asked, source: Source, intake: Intake, refusals: Refusals | RefusedRows | None, waiting: Waiting | None
) -> Counts:
    """Print what would happen to every record; refused ones are kept, and the others put on the list that waits."""
    if not asked.as_json:
        typer.echo(f"{source.path.name}: {source.told}, {source.flavour}")
        for remark in source.remarks:
            typer.echo(f"{source.path.name}: note: {remark}", err=True)

    def show(plans: list[Plan]) -> None:
        for plan in plans:
            if plan.has_refusal and refusals is not None:
                refusals.add(plan)
        sys.stdout.write("".join(_json(plan) if asked.as_json else _text(source.path.name, plan) for plan in plans))

    with _progress(source) as told:
        counts = preview(source.read(told), intake, show, waiting)
    sys.stdout.flush()
    return counts


@contextmanager
def _progress(source: Source) -> Iterator[Callable[[int], None]]:
    """A bar on standard error while a person watches it."""
    if not sys.stderr.isatty() or sys.stdout.isatty():  # lines that scroll by are progress enough
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(source.flavour, total=source.steps)
        yield lambda done: bar.update(task, completed=done)


def _json(plan: Plan) -> str:
    return json.dumps(plan.as_json(), ensure_ascii=False).encode("utf-8", "replace").decode() + "\n"


def _text(name: str, plan: Plan) -> str:
    items = f"  [{', '.join(copy.barcode for copy in plan.copies if copy.action is not Action.REFUSED)}]"
    line = f"{_MARKS[plan.action]} {plan.number} {plan.title}{items if plan.copies else ''}\n"
    if plan.reason:
        line += f"    {name}:{plan.number}: {plan.reason}\n"
    line += "".join(f"    {name}:{plan.number}: note: {note}\n" for note in plan.notes)
    return line.encode("utf-8", "replace").decode()


def _what(source: Source, counts: Counts) -> dict[str, object]:
    return {"encoding": source.told, "flavour": source.flavour, "refused": counts.with_refusal}


def _line(counts: Counts) -> str:
    records, copies = (", ".join(f"{n} {name}" for name, n in kind.items()) for kind in (counts.records, counts.items))
    return f"records: {records}; copies: {copies}; {counts.noted} with a note"


def _say_counts(asked: Asked, source: Source, counts: Counts, refusals: Refusals | RefusedRows | None) -> None:
    kept = [str(path) for path in refusals.files] if refusals and refusals.written else []
    if asked.as_json:
        said = {
            "counts": counts.records,
            "items": counts.items,
            "notes": counts.noted,
            "with_refusal": counts.with_refusal,
            "encoding": source.encoding,
            "encodings": source.encodings,
            "flavour": source.flavour,
            "remarks": list(source.remarks),
            "dry_run": asked.dry_run,
            "refused_files": kept,
        }
        print_json(said)
        return
    typer.echo(f"{'would store' if asked.dry_run else 'stored'}: {_line(counts)}")
    for path in kept:
        typer.echo(f"refused: {path}")


def _index(opened: Books) -> None:
    """Make the new titles found by search, a batch at a time, so that nobody at the desk waits for it."""
    while stale := stale_titles(opened.db)[:BATCH]:
        with opened.ledger.decision():
            index_titles(opened.db, stale)
