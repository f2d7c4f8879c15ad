"""`kiosk tag read|write`: what stands on the library's tags, for tagging work. Stop the kiosk first: it has the reader.

Writing wants exactly one tag in the field, never takes the place of another item unasked, and counts as done only when
the tag says back what was written. Then the tag is armed, as a book on the shelf is.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Final

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, JsonOption, SettingsOption, fail, print_json, settings_from
from kiosk.devices.decode.tagdata import LibraryTag, TagFormat, Usage
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.devices.rfid.model import Model, Tag, TagAccess
    from kiosk.settings import ReaderEntry, TagSettings

LOOKS: Final = 5  # rounds that look for tags: one alone may miss some

tags = typer.Typer(help="Read and write the library's tags.", no_args_is_help=True)

ReaderArgument = Annotated[
    str | None,
    typer.Argument(help="The reader's name in kiosk.toml; may be left out if there is one.", metavar="READER"),
]


@dataclass(frozen=True, slots=True)
class Read:
    """A tag as it was read just now. `said` is what the library wrote there; `is_blank`: nobody wrote anything."""

    tag: "Tag"
    afi: int | None
    memory: bytes
    said: LibraryTag | None

    @property
    def is_blank(self) -> bool:
        return not self.memory.strip(b"\0\xff")


@tags.callback()
def _group() -> None:
    """Read and write the library's tags."""


@tags.command("read")
def read(
    reader: ReaderArgument = None, settings: SettingsOption = DEFAULT_SETTINGS, as_json: JsonOption = False
) -> None:
    """Say what stands on every tag at the reader."""
    from kiosk.devices.rfid.model import TagError
    from kiosk.devices.rfid.presence import is_card

    chosen = settings_from(settings)
    with _at_reader(chosen, reader) as (model, access):
        found = _look(model)
        if not found:
            raise fail("there is no tag at the reader")
        unread = 0
        for tag in found:
            try:
                one = Read(tag, None, b"", None) if is_card(tag) else _read(access, tag)
            except TagError as error:
                typer.echo(f"kiosk: {tag.uid} cannot be read: {error}", err=True)
                unread += 1
                continue
            if as_json:
                print_json(_as_json(one, chosen.tags))
            else:
                _print(one, chosen.tags)
    if unread:
        raise typer.Exit(1)


@tags.command("write")
def write(
    item: Annotated[str, typer.Option("--item", help="The item's barcode.")],
    reader: ReaderArgument = None,
    part: Annotated[int, typer.Option("--part", min=1, max=255, help="Which part of the item this is.")] = 1,
    parts: Annotated[int, typer.Option("--parts", min=1, max=255, help="How many parts the item has.")] = 1,
    owner: Annotated[
        str | None, typer.Option("--owner", help="The library's ISIL; else tags.owner of the settings.")
    ] = None,
    form: Annotated[
        TagFormat | None, typer.Option("--format", help="How to write it; else tags.write_format of the settings.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Even if something else stands on the tag.")] = False,
    settings: SettingsOption = DEFAULT_SETTINGS,
    as_json: JsonOption = False,
) -> None:
    """Write an item on the one tag at the reader, read it back, and arm the tag."""
    from kiosk.devices.decode.tagdata import refusal

    chosen = settings_from(settings)
    isil = (chosen.tags.owner if owner is None else owner) or None
    wanted = LibraryTag(form or TagFormat(chosen.tags.write_format), item, isil, part, parts, Usage.CIRCULATION)
    if wrong := refusal(wanted):
        raise fail(wrong, 2)
    with _at_reader(chosen, reader) as (model, access):
        done = _write(model, access, wanted, chosen.tags, force=force)
    if as_json:
        print_json(_as_json(done, chosen.tags))
    else:
        _print(done, chosen.tags)


def _write(model: "Model", access: "TagAccess", wanted: LibraryTag, settings: "TagSettings", *, force: bool) -> Read:
    """Write `wanted` on the one tag there is; what is read back from it."""
    from kiosk.devices.decode.librarytag import tag_memory
    from kiosk.devices.rfid.model import TagError

    found = _look(model)
    if len(found) != 1:
        lying = f"{len(found)} tags are" if found else "no tag is"
        raise fail(f"{lying} at the reader: lay exactly one there. Nothing was written")
    (tag,) = found
    try:
        before = _read(access, tag)
        if wrong := _refusal(before, wanted, force=force):
            raise fail(f"{wrong}. Nothing was written")
        data = tag_memory(_kept(before.said, wanted), len(before.memory))
    except (TagError, ValueError) as error:
        raise fail(f"{tag.uid}: {error}. Nothing was written") from None
    try:
        access.write_memory(tag, data)
        access.write_afi(tag, settings.armed_afi)
        after = _read(access, tag)
    except (TagError, OSError) as error:
        raise fail(f"{tag.uid}: {error}. The tag is half written: lay it there again and write it anew") from None
    if after.memory != data or after.afi != settings.armed_afi:
        raise fail(f"{tag.uid} does not say back what was written: lay it there again, or take another tag")
    return after


def _refusal(before: Read, wanted: LibraryTag, *, force: bool) -> str | None:
    """Why this tag must not be written, in words; None when it may."""
    from kiosk.devices.rfid.model import Medium
    from kiosk.devices.rfid.presence import is_card

    uid = before.tag.uid
    if before.tag.medium is Medium.UHF:
        return f"{uid} is a UHF tag: its EPC is its key; enter it as the item's tag in items.csv"
    if is_card(before.tag) or not before.memory:
        return f"{uid} is a card, or has no memory"
    if force or before.is_blank:
        return None
    if before.said is None:
        return f"something else stands on {uid}, in a format that the kiosk does not know (--force writes over it)"
    if before.said.usage is Usage.PATRON_CARD:
        return f"{uid} is a patron's card (--force writes over it)"
    if before.said.item != wanted.item:
        return f"{uid} is the tag of item {before.said.item} (--force writes over it)"
    if before.said.other:
        names = ", ".join(name for name, _ in before.said.other)
        return f"{uid} also carries {names}, which would be lost (--force writes over it)"
    return None


def _kept(said: LibraryTag | None, wanted: LibraryTag) -> LibraryTag:
    """`wanted`, with the shelf and the title that stand on the item's tag already."""
    if said is None or said.item != wanted.item:
        return wanted
    return replace(wanted, shelf=said.shelf, title=said.title)


@contextmanager
def _at_reader(settings: Settings, name: str | None) -> "Iterator[tuple[Model, TagAccess]]":
    """The reader, open and set up. What is wrong with it ends the command with one line."""
    from kiosk.devices.rfid.driver import open_model
    from kiosk.runtime.reader import DeviceHeld

    name, entry = _entry(settings, name)
    try:
        port, model = open_model(entry)
    except DeviceHeld as error:
        raise fail(f"readers.{name}: {error}. Stop the kiosk first") from None
    except ValueError as error:
        raise fail(f"readers.{name}: {error}", 2) from None
    except OSError as error:
        raise fail(f"readers.{name}: {error}") from None
    try:
        model.start()
        access = model.access
        if access is None:
            raise fail(f"readers.{name}: a {entry.kind} does not reach into tags", 2)
        yield model, access
    except BrokenPipeError:
        raise
    except OSError as error:
        raise fail(f"readers.{name}: {error}") from None
    finally:
        port.close()


def _entry(settings: Settings, name: str | None) -> "tuple[str, ReaderEntry]":
    """The reader that is meant, if it is one that can write to tags."""
    from kiosk.devices.readers import WRITING, problem

    fitting = {known: entry for known, entry in settings.readers.items() if entry.kind in WRITING}
    if name is None:
        if len(fitting) != 1:
            raise fail(f"name the reader (one of {', '.join(fitting)})" if fitting else _none_fits(), 2)
        name = next(iter(fitting))
    elif name not in fitting:
        raise fail(f"{name!r} is none of the readers that write tags ({', '.join(fitting) or _none_fits()})", 2)
    if wrong := problem(fitting[name]):
        raise fail(f"readers.{name}: {wrong}", 2)
    return name, fitting[name]


def _none_fits() -> str:
    return "no reader in the settings can write to tags"


def _look(model: "Model") -> "list[Tag]":
    """The tags at the reader, in the order in which they were seen."""
    found: dict[str, Tag] = {}
    for _ in range(LOOKS):
        found |= {tag.uid: tag for tag in model.round()}
    return list(found.values())


def _read(access: "TagAccess", tag: "Tag") -> Read:
    """The tag's AFI and memory as they are now. May raise TagError and NoAnswer."""
    from kiosk.devices.decode.librarytag import read_tag

    memory = access.memory(tag)
    return Read(tag, access.afi(tag), memory, read_tag(memory, tag.dsfid))


def _security(afi: int | None, settings: "TagSettings") -> str:
    """What the AFI means in this library."""
    if afi is None:
        return "none"
    return {settings.armed_afi: "armed", settings.disarmed_afi: "disarmed"}.get(afi, "unknown")


def _as_json(one: Read, settings: "TagSettings") -> dict[str, object]:
    return {
        "uid": one.tag.uid,
        "medium": str(one.tag.medium),
        "afi": None if one.afi is None else f"{one.afi:02X}",
        "security": _security(one.afi, settings),
        "memory": one.memory.hex().upper(),
        "tag": None if one.said is None else one.said.told(),
    }


def _print(one: Read, settings: "TagSettings") -> None:
    afi = "no AFI" if one.afi is None else f"AFI {one.afi:02X}, {_security(one.afi, settings)}"
    typer.echo(f"{one.tag.uid} ({one.tag.medium}), {afi}")
    for line in _lines(one):
        typer.echo(f"  {line}")


def _lines(one: Read) -> Iterator[str]:
    """What stands on the tag, a line each."""
    from kiosk.devices.decode.epc import Numbering, numbering, text
    from kiosk.devices.rfid.model import Medium

    if one.tag.medium is Medium.UHF:
        if numbering(one.tag.pc, one.tag.uid) is Numbering.GS1:
            yield "the EPC is a number of trade goods (GS1): not a tag of the library"
        elif plain := text(one.tag.uid):
            yield f"the EPC is the text {plain}"
    said = one.said
    if said is None:
        yield "blank" if one.is_blank else f"{len(one.memory)} bytes in a format that the kiosk does not know"
        return
    yield f"{'card' if said.usage is Usage.PATRON_CARD else 'item'} {said.item}, part {said.part} of {said.parts}"
    yield f"owner {said.isil or 'not named'}, {said.format}"
    for name, value in (("shelf", said.shelf), ("title", said.title), *said.other):
        if value is not None:
            yield f"{name} {value}"
