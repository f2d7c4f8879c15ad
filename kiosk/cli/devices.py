"""`kiosk check --devices` and `kiosk check-card`: readers, pins and printer as an installer asks about them.

Each kind of part is looked at by one small function that gives a row: a line in the reader's language and the same for
programs. What was read is told by length and kind only, unless somebody asks for more.
"""

import grp
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from
from kiosk.settings import Settings
from kiosk.words import Words, languages, words

if TYPE_CHECKING:
    from kiosk.devices.look import Seen, Wrong
    from kiosk.devices.places import Place

WELL, NOT_WELL = "✓", "✗"
CARD_WAIT_S: Final = 30.0


@dataclass(frozen=True, slots=True)
class Row:
    """One part: what is told of it, and whether something is wrong."""

    part: str
    is_fine: bool
    sentences: list[str]
    data: dict[str, object]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(check_card)


def check_devices(
    settings: Settings, wait_s: float, language: str, *, as_json: bool = False, with_ids: bool = False
) -> bool:
    """Look at every part that the settings name and print what there is; whether all is well."""
    from kiosk.devices.places import unnamed_keyboards, unnamed_ports

    said = language_of(language)

    def ready() -> None:
        typer.echo(said("look.now", seconds=f"{wait_s:g}"), err=True)

    rows = [
        *_readers(settings, wait_s, said, ready, with_ids=with_ids),
        *_pins(settings, said),
        *_printer(settings, said),
    ]
    entries = settings.readers.values()
    unnamed = [("keyboard", place) for place in unnamed_keyboards(entries)]
    unnamed += [("serial", place) for place in unnamed_ports(entries)]
    if as_json:
        parts = [{"part": row.part, "fine": row.is_fine, **row.data, "words": row.sentences} for row in rows]
        found = [{"kind": kind, "device": place.ids, "path": place.path, "name": place.name} for kind, place in unnamed]
        print_json({"fine": all(row.is_fine for row in rows), "parts": parts, "unnamed": found})
    else:
        _print(rows, unnamed, said)
    return all(row.is_fine for row in rows)


def check_card(
    reader: Annotated[str, typer.Argument(help="The reader's name in kiosk.toml.", metavar="READER")],
    number: Annotated[
        str, typer.Option("--number", help="The card's number as the school's files hold it; uid:HEX for a UID.")
    ],
    settings: SettingsOption = DEFAULT_SETTINGS,
    wait: Annotated[float, typer.Option("--wait", min=1, max=600, help="Seconds to wait for it.")] = CARD_WAIT_S,
    language: Annotated[str, typer.Option("--language", help="zh_CN or en.")] = "zh_CN",
    as_json: JsonOption = False,
) -> None:
    """Hold a known card at a reader: which card_from and card_to make its number. Stop the kiosk first."""
    import msgspec

    from kiosk.db.locks import kiosk_runs
    from kiosk.devices.decode.cardnumbers import CardFormat, fitting
    from kiosk.devices.look import look
    from kiosk.devices.readers import TYPING
    from kiosk.runtime.now import monotonic_s

    said, chosen = language_of(language), settings_from(settings)
    entry = chosen.readers.get(reader)
    if entry is None or not entry.kind:
        raise fail(f"no reader {reader!r} in {settings.name} (one of {', '.join(chosen.readers) or 'none'})", 2)
    bare = {reader: msgspec.structs.replace(entry, card_from="", card_to="")}

    def ready() -> None:
        typer.echo(said("look.card.now", part=reader, seconds=f"{wait:g}"), err=True)

    (seen,) = look(bare, wait, monotonic_s, kiosk_runs=kiosk_runs(chosen.database), ready=ready, only_one=True)
    if not seen.reads:
        raise fail(said("look.and").join(_sentences(seen, wait, said)))
    read = seen.reads[0][0]
    if read.strip().upper() == number.strip().upper().removeprefix("UID:"):
        found = None
    else:
        found = fitting(read, number, CardFormat if entry.kind in TYPING else (CardFormat.UID,))
    if found is not None and len(found) != 1:
        raise fail(said("look.card.several" if found else "look.card.none"))
    lines = {} if found is None else {"card_from": str(found[0].card_from), "card_to": str(found[0].card_to)}
    if entry.kind not in TYPING:
        lines.pop("card_from", None)
    if as_json:
        print_json({"reader": reader, **lines})
        return
    typer.echo(said("look.card.write", part=reader) if lines else said("look.card.same"))
    for key, value in lines.items():
        typer.echo(f'{key} = "{value}"')


def language_of(language: str) -> Words:
    """The words of an option `--language`."""
    if language not in languages():
        raise fail(f"unknown language {language!r} (one of {', '.join(languages())})", 2)
    return words(language)


def _readers(settings: Settings, wait_s: float, said: Words, ready: Callable[[], None], *, with_ids: bool) -> list[Row]:
    from kiosk.db.locks import kiosk_runs
    from kiosk.devices.look import look
    from kiosk.runtime.now import monotonic_s

    rows = []
    for seen in look(settings.readers, wait_s, monotonic_s, kiosk_runs=kiosk_runs(settings.database), ready=ready):
        place = seen.place
        reads = [
            {"kind": str(shape.kind), "size": shape.size, **({"read": text} if with_ids else {})}
            for text, shape in seen.reads
        ]
        data: dict[str, object] = {
            "kind": seen.settings.kind,
            "device": seen.settings.device,
            "path": place.path if place else None,
            "name": place.name if place else None,
            "ids": place.ids if place else None,
            "open": seen.is_open,
            "answered": seen.answered or None,
            "reads": reads,
            "wrong": [{"fault": str(wrong.fault), "detail": wrong.detail} for wrong in seen.wrong],
        }
        rows.append(Row(f"readers.{seen.part}", not seen.wrong, _sentences(seen, wait_s, said, with_ids), data))
    return rows


def _sentences(seen: "Seen", wait_s: float, said: Words, with_ids: bool = False) -> list[str]:
    """What is told of a reader, one thing after another."""
    sentences = []
    if seen.place is not None:
        place = seen.place
        sentences.append(" ".join(said("look.found", path=place.path, name=place.name, ids=place.ids).split()))
    if seen.is_open:
        sentences.append(said("look.open"))
    if seen.answered:
        sentences.append(said("look.answered", words=seen.answered))
    if seen.reads:
        shapes = []
        for text, shape in seen.reads:
            words_of_it = said(f"look.shape.{shape.kind}", n=shape.size)
            shapes.append(f"{words_of_it} [{text}]" if with_ids else words_of_it)
        sentences.append(said("look.read", shapes=said.all_of(list(dict.fromkeys(shapes)))))
    elif seen.is_open and wait_s > 0:
        sentences.append(said("look.nothing", seconds=f"{wait_s:g}"))
    return sentences + [_wrong(wrong, seen, said) for wrong in seen.wrong]


def _wrong(wrong: "Wrong", seen: "Seen", said: Words) -> str:
    from kiosk.devices.look import Fault

    detail = wrong.detail
    if wrong.fault is Fault.NO_PERMISSION and seen.place is not None:
        detail = _permission(seen.place, seen.settings.kind, said)
    elif wrong.fault is Fault.DROPPED:
        detail = said.said(f"reason.{detail}") or detail
    return said(f"look.fault.{wrong.fault}", detail=detail)


def _permission(place: "Place", kind: str, said: Words) -> str:
    """The mend: a udev rule for one keyboard, the port's own group for a serial line."""
    if kind == "keyboard":
        vendor, product = place.usb
        match = f'ATTRS{{idVendor}}=="{vendor}", ATTRS{{idProduct}}=="{product}"'
        rule = f'SUBSYSTEM=="input", KERNEL=="event*", {match}, OWNER="kiosk", MODE="0400"'
        return said("look.mend.udev", rule=rule)
    try:
        group = grp.getgrgid(os.stat(place.path).st_gid).gr_name
    except (OSError, KeyError):
        group = "dialout"
    return said("look.mend.group", group=group)


def _pins(settings: Settings, said: Words) -> list[Row]:
    """The pins, where the settings name any."""
    from kiosk.devices.gpio.look import PinSeen, look
    from kiosk.devices.gpio.pins import Pins

    def row(seen: PinSeen) -> Row:
        if seen.problem:
            sentences = [said("look.fault.failed", detail=seen.problem)]
        elif seen.active is None:
            sentences = [said("look.pin.output", pin=seen.pin)]
        else:
            sentences = [said("look.pin.yes" if seen.active else "look.pin.no", pin=seen.pin)]
        data: dict[str, object] = {"pin": seen.pin, "active": seen.active, "problem": seen.problem or None}
        return Row(seen.key, not seen.problem, sentences, data)

    with tempfile.TemporaryDirectory(prefix="kiosk-pins-") as folder:
        return [row(seen) for seen in look(settings.gpio, Pins(folder))]


def _printer(settings: Settings, said: Words) -> list[Row]:
    """The printer, where slips are printed."""
    from kiosk.devices.receipt.printer import look

    if settings.receipt.when == "never" or not settings.receipt.device:
        return []
    try:
        problem = look(settings.receipt)
    except OSError as error:
        problem = error.strerror or str(error)
    sentence = said("look.fault.failed", detail=problem) if problem else said("look.printer.ready")
    return [Row("receipt", not problem, [sentence], {"device": settings.receipt.device, "problem": problem or None})]


def _print(rows: list[Row], unnamed: "list[tuple[str, Place]]", said: Words) -> None:
    for row in rows:
        mark = WELL if row.is_fine else NOT_WELL
        typer.echo(said("look.line", mark=mark, part=row.part, words=said("look.and").join(row.sentences)))
    if not rows:
        typer.echo(said("look.none"))
    elif all(row.is_fine for row in rows):
        typer.echo(said("look.fine"))
    if unnamed:
        typer.echo(said("look.unnamed"))
        for kind, place in unnamed:
            typer.echo(f'  kind = "{kind}"  device = "{place.ids}"   # {place.path} {place.name}'.rstrip())
