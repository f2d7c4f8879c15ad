"""Commands that look and change nothing of the school: play a trace, read the log, check, decode."""

import secrets
import tempfile
from datetime import date, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.circulation.records import Kind
from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from

if TYPE_CHECKING:
    from kiosk.app.counter import Books
    from kiosk.app.trace import Cue
    from kiosk.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (play, log, check, decode):
        app.command()(command)


def play(
    trace: Annotated[Path, typer.Argument(help="A file of JSON lines, or - for standard input.", metavar="TRACE")],
    school: Annotated[
        Path | None, typer.Option("--school", help="Play against this school in a database of its own.", metavar="DIR")
    ] = None,
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Play a trace through the kiosk without a glass: one line out for one line in."""
    from kiosk.app.counter import open_books
    from kiosk.db.locks import kiosk_lock

    cues = cues_of(trace)
    if school is None:
        chosen = settings_from(settings)
        with kiosk_lock(chosen.database):
            _play(cues, open_books(chosen.database, chosen.kiosk), chosen, as_json)
        return
    chosen = settings_of_school(school)
    with tempfile.TemporaryDirectory(prefix="kiosk-play-") as folder:
        books = open_books(Path(folder) / "kiosk.db", chosen.kiosk)
        store_in(school, books, cues[0].at if cues else None)
        _play(cues, books, chosen, as_json)


def cues_of(trace: Path) -> "list[Cue]":
    """The cues of a trace file, or of standard input for `-`."""
    from kiosk.app.trace import TraceError, read_trace

    try:
        if str(trace) == "-":
            return read_trace(typer.get_text_stream("stdin"), "standard input")
        with trace.open(encoding="utf-8-sig") as lines:
            return read_trace(lines, trace.name)
    except TraceError as error:
        raise fail(str(error)) from None
    except (OSError, UnicodeDecodeError) as error:
        raise fail(f"{trace}: cannot be read: {error}", 2 if isinstance(error, OSError) else 1) from None


def settings_of_school(school: Path) -> "Settings":
    """The settings that a school's folder brings along."""
    from kiosk.settings import Settings, load_settings

    if not school.is_dir():
        raise fail(f"{school}: no such folder", 2)
    own = school / "kiosk.toml"
    return load_settings(own) if own.exists() else Settings()


def store_in(school: Path, books: "Books", at: datetime | None) -> None:
    """Bring the school in for a trace; rows that are refused are said on standard error."""
    from kiosk.office.findings import Refused
    from kiosk.office.school import read_school
    from kiosk.office.store import Office, store_school
    from kiosk.runtime.now import SystemClock

    read = read_school(school)
    if isinstance(read, Refused):
        raise fail(str(read))
    moment = at if at is not None else SystemClock().now().wall
    stored = store_school(read, Office(books.db, books.site_key, moment, secrets.token_hex, default_pin="1234"))
    if isinstance(stored, Refused):
        raise fail(str(stored))
    for finding in read.refused:
        typer.echo(str(finding), err=True)


def _play(cues: "list[Cue]", books: "Books", settings: "Settings", as_json: bool) -> None:
    from kiosk.app.counter import Counter
    from kiosk.app.play import play as played
    from kiosk.screens.view.sentence import sentence
    from kiosk.words import words

    counter = Counter(books, settings)
    said = words(settings.glass.language)
    try:
        for line in played(cues, counter):
            if as_json:
                print_json(
                    {
                        "at": line.at,
                        "refusal": line.refusal,
                        "entries": [counter.told(recorded).as_json() for recorded in line.entries],
                        "effects": [{"part": effect.part, "act": effect.act} for effect in line.effects],
                        "state": line.state,
                        "page": line.page,
                    }
                )
                continue
            typer.echo(f"{line.at}  {line.state} / {line.page}")
            for recorded in line.entries:
                typer.echo(f"    {sentence(counter.told(recorded), said)}")
    finally:
        books.close()


def log(
    settings: SettingsOption = DEFAULT_SETTINGS,
    start: Annotated[str | None, typer.Option("--from", help="First day or instant, included.")] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last day or instant, included.")] = None,
    kind: Annotated[Kind | None, typer.Option("--kind", help="Only this kind of entry.")] = None,
    patron: Annotated[str | None, typer.Option("--patron", help="Only this person's number.")] = None,
    item: Annotated[str | None, typer.Option("--item", help="Only this barcode.")] = None,
    klass: Annotated[str | None, typer.Option("--class", help="Only this class, as of then.")] = None,
    reader: Annotated[str | None, typer.Option("--reader", help="Only this reader.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="In title, number, barcode or reason.")] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=0, help="At most so many.")] = None,
    language: Annotated[str, typer.Option("--language", help="zh_CN or en.")] = "zh_CN",
    as_json: JsonOption = False,
) -> None:
    """What happened, newest first. All filters have to fit."""
    from kiosk.db.connect import open_database
    from kiosk.db.history import Filters, entries
    from kiosk.db.school import School
    from kiosk.screens.view.sentence import sentence
    from kiosk.words import languages, words

    if language not in languages():
        raise fail(f"unknown language {language!r} (one of {', '.join(languages())})", 2)
    db = open_database(settings_from(settings).database)
    try:
        zone = School(db).policy().zone
        first, last = _bound("--from", start, zone, last=False), _bound("--to", end, zone, last=True)
        for asked in filter(None, (patron, item, klass, reader, text)):
            if not asked.isprintable():
                raise fail(f"{asked!r} is not text that an entry could hold", 2)
        filters = Filters(first, last, kind, patron, item, klass, reader, text, limit)
        for shown in entries(db, filters):
            if as_json:
                print_json(shown.as_json())
            else:
                typer.echo(f"{shown.at:%Y-%m-%d %H:%M:%S}  {sentence(shown, words(language))}")
    finally:
        db.close()


def _bound(option: str, text: str | None, zone: tzinfo, *, last: bool) -> datetime | None:
    """A day means all of it; an instant without offset is the school's time."""
    if text is None:
        return None
    try:
        if len(text) <= len("2026-09-07"):
            day = date.fromisoformat(text)
            start = datetime.combine(day, datetime.min.time(), zone)
            if not last:
                return start
            return datetime.combine(day + timedelta(days=1), datetime.min.time(), zone) - timedelta(milliseconds=1)
        at = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        raise fail(f"{option}: {text!r} is neither a day (2026-09-07) nor an instant", 2) from None
    return at if at.tzinfo is not None else at.replace(tzinfo=zone)


def check(
    settings: SettingsOption = DEFAULT_SETTINGS,
    fold: Annotated[bool, typer.Option("--fold", help="Fold the whole ledger anew and compare.")] = False,
    devices: Annotated[
        bool, typer.Option("--devices", help="Look at readers, pins and printer instead. Stop the kiosk first.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", min=0, max=600, help="With --devices: seconds to listen to the readers.")
    ] = 5.0,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="With --devices: show what was read, not only its length and kind.")
    ] = False,
    language: Annotated[str, typer.Option("--language", help="With --devices: zh_CN or en.")] = "zh_CN",
    as_json: JsonOption = False,
) -> None:
    """Whether the database is whole and its entries are unbroken; with --fold, whether the loans follow from them;
    with --devices, what is plugged in and what is wrong with it, for the user as whom it runs: take the kiosk's own.
    """
    if devices:
        from kiosk.cli.devices import check_devices

        if not check_devices(settings_from(settings), wait, language, as_json=as_json, with_ids=with_ids):
            raise typer.Exit(1)
        return
    from kiosk.db.check import check as checked
    from kiosk.db.connect import open_database

    db = open_database(settings_from(settings).database)
    try:
        findings = checked(db, fold=fold)
    finally:
        db.close()
    if as_json:
        found = [{"what": finding.what, "words": finding.words} for finding in findings]
        print_json({"fine": not findings, "findings": found})
    else:
        for finding in findings:
            typer.echo(f"{finding.what}: {finding.words}")
        if not findings:
            typer.echo("all is well")
    if findings:
        raise typer.Exit(1)


def decode(
    protocol: Annotated[str, typer.Argument(help="The protocol, as keys, lines or rdm6300.", metavar="PROTOCOL")],
    hexes: Annotated[
        list[str] | None, typer.Argument(help="Bytes in hex; else standard input.", metavar="[HEX]...")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON lines; that is how it prints in any case.")] = False,
) -> None:
    """Decode bytes as a reader's driver would: one JSON object for each thing that they say."""
    from kiosk.devices.decode.protocols import PROTOCOLS

    make = PROTOCOLS.get(protocol)
    if make is None:
        raise fail(f"unknown protocol {protocol!r} (one of {', '.join(PROTOCOLS)})", 2)
    try:
        text = " ".join(hexes) if hexes else typer.get_binary_stream("stdin").read().decode("ascii")
        data = bytes.fromhex("".join(text.replace(":", " ").replace(",", " ").split()))
    except ValueError:
        raise fail("that is not hex (two digits a byte, blanks between are fine)", 2) from None
    codec = make()
    found = [*codec.feed(data), *codec.end()]
    for said in found:
        print_json(said)
    if not found:
        raise fail(f"nothing valid in {len(data)} bytes")
