"""The kiosk's one settings file, read strictly: an unknown key is refused by name, with the one that was meant.

`/etc/kiosk/kiosk.toml` unless another is named; docs/settings.md lists every key. Times are in seconds.
"""

import difflib
import re
import tomllib
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, get_args

import msgspec
from msgspec import Meta, Struct, field

from kiosk.words import languages

DEFAULT_PATH = Path("/etc/kiosk/kiosk.toml")
# What the log calls the other parts, so that no reader may.
PARTS = frozenset({"lamp", "sound", "buzzer", "flap", "beam", "bin_full", "jam", "help", "receipt", "tag"})
Seconds = Annotated[float, Meta(gt=0, le=3600)]


class SettingsError(Exception):
    """A settings file that cannot be used; the text is one line that names file, key and mend."""


class VisitSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """When a visit ends by itself, and when that is said; not at all where `warn_s` is the later one."""

    idle_s: Seconds = 30.0
    warn_s: Seconds = 20.0


class DropSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What the drop point has."""

    beam: bool = False
    flap_s: Seconds = 15.0


class GlassSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """The display. `inches` is its diagonal, from which touch targets get their size."""

    width: Annotated[int, Meta(ge=480, le=7680)] = 1024
    height: Annotated[int, Meta(ge=480, le=7680)] = 600
    inches: Annotated[float, Meta(ge=5, le=60)] = 7.0
    full_screen: bool = True
    language: str = "zh_CN"


class ClockSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`auto`: trusted when a time service or a battery clock vouches for it; `always`: somebody else does."""

    trust: Literal["auto", "always"] = "auto"


class ReaderEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`[readers.NAME]`: one reader; docs/readers.md says what fits which. Without `kind` nothing is opened."""

    kind: str = ""
    device: str = ""
    baud: Annotated[int, Meta(ge=0, le=4_000_000)] = 0
    framing: str = "learn"
    gap_ms: Annotated[int, Meta(ge=0, le=5000)] = 0
    holder: bool = False
    alt: Literal["", "gbk", "utf-8", "cp1252"] = ""
    aim: bool = False
    card_from: str = ""
    card_to: str = ""
    checksum: Literal["xor", "sum"] = "xor"
    address: Annotated[int, Meta(ge=-1, le=255)] = -1
    antennas: tuple[Annotated[int, Meta(ge=0, le=15)], ...] = (0,)
    region: Literal["cn", "cn840", "us", "eu", "kr", "jp"] = "cn"
    power_dbm: Annotated[int, Meta(ge=0, le=33)] = 20
    security: Literal["none", "afi"] = "none"


Byte = Annotated[int, Meta(ge=0, le=255)]
Pin = Annotated[int, Meta(ge=0, le=27)]


class TagSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[tags]`: how library tags are written and secured. AFI values are bytes; `owner` is the library's ISIL."""

    armed_afi: Byte = 0x07
    disarmed_afi: Byte = 0xC2
    owner: str = ""
    write_format: Literal["iso28560-2", "iso28560-3"] = "iso28560-2"


class LampSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[gpio.lamp]`: an RGB lamp, BCM numbers; a colour may be missing, but not all of them."""

    red: Pin | None = None
    green: Pin | None = None
    blue: Pin | None = None
    common_anode: bool = False


class BuzzerSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[gpio.buzzer]`: an active buzzer, or a passive one that needs a tone; `active_high` is the active one's."""

    pin: Pin
    passive: bool = False
    active_high: bool = True


class FlapSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[gpio.flap]`: a lock or solenoid; never on for longer than `longest_s`, whatever happens."""

    pin: Pin
    active_high: bool = False
    longest_s: Annotated[float, Meta(gt=0, le=120)] = 20.0


class InputSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[gpio.bin_full]`, `jam`, `help`: a contact. `active` is the level that means "yes"."""

    pin: Pin
    pull: Literal["up", "down", "none"] = "up"
    active: Literal["low", "high"] = "low"
    debounce_ms: Annotated[int, Meta(ge=0, le=2000)] = 20


class BeamSettings(InputSettings, frozen=True, forbid_unknown_fields=True):
    """`[gpio.beam]`: a contact too, but a thin book that falls flat breaks the beam for a few milliseconds only."""

    debounce_ms: Annotated[int, Meta(ge=0, le=2000)] = 5


class GpioSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """What hangs on the Pi's pins; each part may be absent."""

    lamp: LampSettings | None = None
    buzzer: BuzzerSettings | None = None
    flap: FlapSettings | None = None
    beam: BeamSettings | None = None
    bin_full: InputSettings | None = None
    jam: InputSettings | None = None
    help: InputSettings | None = None


class ReceiptSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """`[receipt]`: an ESC/POS printer. `device` is a path or usb:VID:PID; `columns` is Latin characters a line."""

    when: Literal["never", "ask", "always"] = "never"
    device: str = ""
    baud: Annotated[int, Meta(ge=300, le=4_000_000)] = 9600
    columns: Annotated[int, Meta(ge=24, le=64)] = 32
    text: Literal["gb18030", "image"] = "gb18030"


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that differs from kiosk to kiosk."""

    kiosk: Annotated[str, Meta(pattern=r"^[A-Za-z0-9._-]{1,32}\Z")] = "kiosk"
    data: str = "/var/lib/kiosk"
    visit: VisitSettings = field(default_factory=VisitSettings)
    drop: DropSettings = field(default_factory=DropSettings)
    glass: GlassSettings = field(default_factory=GlassSettings)
    clock: ClockSettings = field(default_factory=ClockSettings)
    readers: dict[str, ReaderEntry] = field(default_factory=dict)
    tags: TagSettings = field(default_factory=TagSettings)
    gpio: GpioSettings = field(default_factory=GpioSettings)
    receipt: ReceiptSettings = field(default_factory=ReceiptSettings)

    @property
    def database(self) -> Path:
        """The database file in the data folder."""
        return Path(self.data) / "kiosk.db"


def load_settings(path: Path) -> Settings:
    """The settings in `path`. Raises SettingsError with one line that says what to mend."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise SettingsError(f"{path}: no such file (name another with --settings)") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None
    return parse_settings(text, path.name)


def parse_settings(text: str, name: str) -> Settings:
    """Settings from the text of a file called `name`."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{name}: {error}") from None
    _refuse_unknown(table, Settings, "", name)
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        raise SettingsError(f"{name}: {_plain(str(error))}") from None
    if problem := _contradiction(settings):
        raise SettingsError(f"{name}: {problem}")
    return settings


def pins_of(gpio: GpioSettings) -> list[tuple[str, int]]:
    """Every pin that is used, as its key and its BCM number."""
    found = []
    for part in msgspec.structs.fields(gpio):
        settings = getattr(gpio, part.name)
        if isinstance(settings, LampSettings):
            colours = {"red": settings.red, "green": settings.green, "blue": settings.blue}
            found += [(f"gpio.lamp.{colour}", pin) for colour, pin in colours.items() if pin is not None]
        elif settings is not None:
            found.append((f"gpio.{part.name}.pin", settings.pin))
    return found


def _contradiction(settings: Settings) -> str | None:
    """What cannot be, although each key alone could; None when all is well."""
    language = settings.glass.language
    if language not in languages():
        return f'glass.language: no words for "{language}" (one of {", ".join(languages())})'
    taken = sorted(PARTS & settings.readers.keys())
    if taken:
        return f'readers.{taken[0]}: "{taken[0]}" is the name of another part (call the reader otherwise)'
    key_of: dict[int, str] = {}
    for key, pin in pins_of(settings.gpio):
        if pin in key_of:
            return f"{key_of[pin]} and {key} are both {pin}"
        key_of[pin] = key
    if settings.gpio.lamp is not None and not any(key.startswith("gpio.lamp.") for key in key_of.values()):
        return "gpio.lamp: names no pin (red, green or blue)"
    flap = settings.gpio.flap
    if flap is not None and flap.longest_s < settings.drop.flap_s:
        return f"gpio.flap.longest_s: {flap.longest_s:g} s is less than the {settings.drop.flap_s:g} s of drop.flap_s"
    return None


def _refuse_unknown(table: dict[str, Any], struct: type[Struct], where: str, name: str) -> None:
    """msgspec refuses unknown keys too, but cannot say which one was meant."""
    fields = {f.name: f.type for f in msgspec.structs.fields(struct)}
    for key, value in table.items():
        if key not in fields:
            near = difflib.get_close_matches(key, fields, n=1)
            hint = f' (did you mean "{near[0]}"?)' if near else f" (one of {', '.join(fields)})"
            raise SettingsError(f'{name}: {where and where + ": "}unknown key "{key}"{hint}')
        if not isinstance(value, dict):
            continue
        inside = f"{where and where + '.'}{key}"
        if struct is Settings and key == "readers":
            for reader, entry in value.items():
                if isinstance(entry, dict):
                    _refuse_unknown(entry, ReaderEntry, f"readers.{reader}", name)
        elif (part := _struct_in(fields[key])) is not None:
            _refuse_unknown(value, part, inside, name)


def _struct_in(annotation: Any) -> type[Struct] | None:
    """The struct of `Struct` or `Struct | None`."""
    options = get_args(annotation) if isinstance(annotation, UnionType) else (annotation,)
    return next((each for each in options if isinstance(each, type) and issubclass(each, Struct)), None)


def _plain(said: str) -> str:
    """msgspec's sentence, with the key first: `visit.idle_s: expected float, got str`."""
    found = re.fullmatch(r"(.*) - at `\$\.?(.*)`", said)
    return f"{found[2]}: {found[1]}" if found else said
