"""`kiosk labels items|spines|cards|class`: labels, cards and class sheets as PDF, to be printed at 100 %.

What cannot be printed is named on standard error, never by a person's name; the rest is printed, and the exit is 1.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli.labeloptions import (
    BarcodeOption,
    BareOption,
    CodeOption,
    FileOption,
    FrameOption,
    FromOption,
    NewOption,
    RegisterOption,
    RightOption,
    SheetOption,
    StartOption,
    ToOption,
    UpOption,
)
from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from

if TYPE_CHECKING:
    from kiosk.db.connect import KioskDatabase
    from kiosk.office.labels.people import Holders
    from kiosk.office.labels.printing import FontFiles, Job, Printed
    from kiosk.office.labels.stock import Wanted
    from kiosk.settings import Settings

LINES_SHOWN_MAX: Final = 20

labels = typer.Typer(help="Print labels, cards and class sheets as PDF.", no_args_is_help=True)


@labels.callback()
def _group() -> None:
    """Print labels, cards and class sheets as PDF, at 100 % of their size."""


@labels.command("items")
def items(
    barcode: BarcodeOption = None,
    first: FromOption = None,
    last: ToOption = None,
    file: FileOption = None,
    new_since: NewOption = None,
    sheet: SheetOption = "3x7",
    start: StartOption = 1,
    frame: FrameOption = False,
    right: RightOption = 0.0,
    up: UpOption = 0.0,
    code: CodeOption = "code128",
    out: Annotated[Path, typer.Option("--out", help="The PDF.", metavar="FILE")] = Path("labels-items.pdf"),
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Barcode labels of items: all, or those that are named."""
    from kiosk.office.labels.printing import ITEMS, fitting, print_labels
    from kiosk.office.labels.stock import choose_items

    wanted, fonts, chosen = _wanted(barcode, first, last, file, new_since), _fonts(), settings_from(settings)
    with _opened(chosen) as db:
        job = _job(db, sheet, start, right, up, frame, code, fonts)
        found = choose_items(db, wanted)
    fit, misfits = fitting(found.labels, ITEMS.code, job.symbology, job.room_mm, job.paper.sheet.module_min_mm)
    left_out = [*found.left_out, *misfits]
    with _font_told():
        printed = print_labels(fit, ITEMS, job, out) if fit else None
    _tell(out, len(fit), printed, left_out, as_json)


@labels.command("spines")
def spines(
    barcode: BarcodeOption = None,
    first: FromOption = None,
    last: ToOption = None,
    file: FileOption = None,
    new_since: NewOption = None,
    sheet: SheetOption = "5x13",
    start: StartOption = 1,
    frame: FrameOption = False,
    right: RightOption = 0.0,
    up: UpOption = 0.0,
    out: Annotated[Path, typer.Option("--out", help="The PDF.", metavar="FILE")] = Path("labels-spines.pdf"),
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Spine labels with call numbers of items: all, or those that are named."""
    from kiosk.office.labels.printing import SPINES, print_labels
    from kiosk.office.labels.stock import choose_items, with_call_numbers

    wanted, fonts, chosen = _wanted(barcode, first, last, file, new_since), _fonts(), settings_from(settings)
    with _opened(chosen) as db:
        job = _job(db, sheet, start, right, up, frame, "code128", fonts)
        found = with_call_numbers(choose_items(db, wanted))
    with _font_told():
        printed = print_labels(found.labels, SPINES, job, out) if found.labels else None
    _tell(out, len(found.labels), printed, found.left_out, as_json)


@labels.command("cards")
def cards(
    klass: Annotated[str | None, typer.Option("--class", help="The people of this class.", metavar="CLASS")] = None,
    number: Annotated[
        list[str] | None, typer.Option("--number", help="This person; may be given several times.", metavar="NUMBER")
    ] = None,
    without_cards: BareOption = False,
    register: RegisterOption = False,
    sheet: SheetOption = "3x7",
    start: StartOption = 1,
    frame: FrameOption = False,
    right: RightOption = 0.0,
    up: UpOption = 0.0,
    code: CodeOption = "code128",
    out: Annotated[Path, typer.Option("--out", help="The PDF.", metavar="FILE")] = Path("labels-cards.pdf"),
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Cards with the full name and the number as a barcode: of everybody, of a class, or of those who are named."""
    from kiosk.office.labels.printing import CARDS, fitting_cards, print_labels

    if klass is not None and number:
        raise fail("name a class or people, not both", 2)
    fonts, chosen = _fonts(), settings_from(settings)
    with _opened(chosen) as db:
        job = _job(db, sheet, start, right, up, frame, code, fonts)
        people = _holders(db, klass, number, without_cards=without_cards, register=register)
    fit, misfits = fitting_cards([holder.label for holder in people.people], job, job.symbology)
    if register:
        _register(chosen, people, {label.number for label in fit})
    with _font_told():
        printed = print_labels(fit, CARDS, job, out) if fit else None
    _tell(out, len(fit), printed, [*people.left_out, *misfits], as_json)


@labels.command("class")
def class_sheet(
    klass: Annotated[str, typer.Argument(help="The class, as classes.csv names it.", metavar="CLASS")],
    without_cards: BareOption = False,
    register: RegisterOption = False,
    code: CodeOption = "code128",
    out: Annotated[Path, typer.Option("--out", help="The PDF.", metavar="FILE")] = Path("labels-class.pdf"),
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """The sheet of a class for its teacher: each pupil's name with a barcode to scan instead of a card."""
    from kiosk.office.labels.bars import Symbology
    from kiosk.office.labels.classsheet import ClassHead, reset_fits
    from kiosk.office.labels.people import class_teacher, reset_code, school_name
    from kiosk.office.labels.printing import fitting_cards, print_class

    fonts, chosen, symbology = _fonts(), settings_from(settings), Symbology(code)
    with _opened(chosen) as db:
        people = _holders(db, klass, None, without_cards=without_cards, register=register)
        head = ClassHead(school_name(db), klass, class_teacher(db, klass), reset_code(db))
    fit, misfits = fitting_cards([holder.label for holder in people.people], None, symbology)
    left_out = [*people.left_out, *misfits]
    if head.reset is not None and not reset_fits(head.reset, symbology):
        left_out.append(f"the command {head.reset!r} does not fit as {symbology}: the sheet has no reset code")
    if register:
        _register(chosen, people, {label.number for label in fit})
    with _font_told():
        printed = print_class(head, fit, symbology, fonts, out) if fit else None
    _tell(out, len(fit), printed, left_out, as_json)


def _opened(settings: "Settings") -> "closing[KioskDatabase]":
    """The database, closed when the block is left."""
    from kiosk.db.connect import open_database

    return closing(open_database(settings.database))


@contextmanager
def _font_told() -> Iterator[None]:
    """A font that cannot be used ends the command with one line."""
    from kiosk.office.labels.faces import NoFont

    try:
        yield
    except NoFont as error:
        raise fail(str(error)) from None


def _fonts() -> "FontFiles":
    from kiosk.office.labels.faces import Weight
    from kiosk.screens.fonts import FontMissing, font_paths

    try:
        found = font_paths()
    except FontMissing as error:
        raise fail(str(error)) from None
    return {Weight.REGULAR: found.regular, Weight.BOLD: found.bold}


def _job(
    db: "KioskDatabase", sheet: str, start: int, right: float, up: float, frame: bool, code: str, fonts: "FontFiles"
) -> "Job":
    from kiosk.office.labels.bars import Symbology
    from kiosk.office.labels.people import school_name
    from kiosk.office.labels.printing import Job
    from kiosk.office.labels.sheets import SHEETS, Paper, SheetName

    chosen = SHEETS[SheetName(sheet)]
    if start > chosen.labels:
        raise fail(f"--start {start}: a sheet {sheet} has {chosen.labels} labels", 2)
    return Job(Paper(chosen, start, right, up), fonts, school_name(db), Symbology(code), frame)


def _wanted(
    barcodes: list[str] | None, first: str | None, last: str | None, file: Path | None, new_since: str | None
) -> "Wanted":
    """Which items are meant; they can be named in one way at a time."""
    from kiosk.office.labels.stock import Named, NewSince, Run

    named = [bool(barcodes), first is not None or last is not None, file is not None, new_since is not None]
    if sum(named) > 1:
        raise fail("use one of --barcode, --from/--to, --file and --new-since", 2)
    if barcodes:
        return Named(barcodes)
    if file is not None:
        return _listed(file)
    if new_since is not None:
        try:
            return NewSince(date.fromisoformat(new_since))
        except ValueError:
            raise fail(f"--new-since: {new_since!r} is not a day (2026-09-01)", 2) from None
    run = Run(first, last)
    if run.is_backwards:
        raise fail(f"--from {first} comes after --to {last}", 2)
    return run


def _listed(file: Path) -> "Wanted":
    from kiosk.office.findings import Finding
    from kiosk.office.labels.stock import listed
    from kiosk.office.sheet import read_text

    text = read_text(file)
    if isinstance(text, Finding):
        raise fail(str(text))
    return listed(text, file.name)


def _holders(
    db: "KioskDatabase", klass: str | None, numbers: list[str] | None, *, without_cards: bool, register: bool
) -> "Holders":
    """The people who are meant and whose number opens their account, or will."""
    from kiosk.db.sitekey import load_site_key
    from kiosk.office.labels.people import NoSuchClass, choose_people, with_cards, without_other_cards

    key = load_site_key(db.path)
    try:
        people = choose_people(db, klass=klass, numbers=numbers or None)
    except NoSuchClass as error:
        raise fail(str(error)) from None
    if without_cards:
        people = without_other_cards(db, key, people)
    return with_cards(db, key, people, register=register)


def _register(settings: "Settings", people: "Holders", numbers: set[str]) -> None:
    """Make the numbers cards before they are printed: a card in a pupil's hand must work."""
    from kiosk.app.counter import open_books
    from kiosk.office.labels.people import register_cards
    from kiosk.runtime.now import SystemClock

    books = open_books(settings.database, settings.kiosk)
    try:
        meant = [holder for holder in people.people if holder.label.number in numbers]
        register_cards(books.db, books.ledger, books.site_key, meant, SystemClock().now().wall)
    finally:
        books.close()


def _tell(out: Path, count: int, printed: "Printed | None", left_out: Sequence[str], as_json: bool) -> None:
    """Say what was printed and what was not; exit 1 if anything was left out."""
    remarks = printed.remarks if printed is not None else ()
    pages = printed.pages if printed is not None else 0
    if as_json:
        told = {"file": str(out) if pages else None, "labels": count, "pages": pages}
        print_json({**told, "left_out": list(left_out), "remarks": list(remarks)})
    else:
        typer.echo(f"{out}: {count} on {pages} {'page' if pages == 1 else 'pages'}" if pages else "nothing to print")
        lines = [*left_out, *remarks]
        for line in lines[:LINES_SHOWN_MAX]:
            typer.echo(line, err=True)
        if len(lines) > LINES_SHOWN_MAX:
            typer.echo(f"and {len(lines) - LINES_SHOWN_MAX} more (--json lists all)", err=True)
    if left_out:
        raise typer.Exit(1)
