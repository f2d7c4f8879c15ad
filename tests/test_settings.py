"""The settings file: read strictly, refused in one line that says what to mend, and documented."""

from pathlib import Path
from types import UnionType
from typing import get_args

import msgspec
import pytest

from kiosk.settings import ReaderEntry, Settings, SettingsError, load_settings, parse_settings

DOCS = Path(__file__).parents[1] / "docs" / "settings.md"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[readers.desk]\nbuad = 9600", 'kiosk.toml: readers.desk: unknown key "buad" (did you mean "baud"?)'),
        ("[visit]\nidle = 3", 'kiosk.toml: visit: unknown key "idle" (did you mean "idle_s"?)'),
        ("[vist]\nidle_s = 3", 'kiosk.toml: unknown key "vist" (did you mean "visit"?)'),
        ('[visit]\nidle_s = "long"', "kiosk.toml: visit.idle_s: Expected `float`, got `str`"),
        ("[visit]\nidle_s = 0", "kiosk.toml: visit.idle_s: Expected `float` > 0.0"),
        ('kiosk = "a b"', "kiosk.toml: kiosk: Expected `str` matching regex '^[A-Za-z0-9._-]{1,32}\\\\Z'"),
        ("visit = 3", "kiosk.toml: visit: Expected `object`, got `int`"),
        ("readers = 3", "kiosk.toml: readers: Expected `object`, got `int`"),
        ("readers.desk = 3", "kiosk.toml: readers[...]: Expected `object`, got `int`"),
        ('[glass]\nlanguage = "fr"', 'kiosk.toml: glass.language: no words for "fr" (one of zh_CN, en)'),
        (
            "[readers.flap]\nkind = 'serial'",
            'kiosk.toml: readers.flap: "flap" is the name of another part (call the reader otherwise)',
        ),
        ("a = [", "kiosk.toml: Invalid value (at end of document)"),
        ("[gpio.lamp]\nred = 17\n[gpio.beam]\npin = 17", "kiosk.toml: gpio.lamp.red and gpio.beam.pin are both 17"),
        ("[gpio.lamp]\nred = 4\nblue = 4", "kiosk.toml: gpio.lamp.red and gpio.lamp.blue are both 4"),
        ("[gpio.jam]\npin = 9\n[gpio.help]\npin = 9", "kiosk.toml: gpio.jam.pin and gpio.help.pin are both 9"),
        ("[gpio.lamp]\ncommon_anode = true", "kiosk.toml: gpio.lamp: names no pin (red, green or blue)"),
        ("[gpio.lamp]\ngren = 17", 'kiosk.toml: gpio.lamp: unknown key "gren" (did you mean "green"?)'),
        ("[gpio.beam]\npin = 28", "kiosk.toml: gpio.beam.pin: Expected `int` <= 27"),
        ("[gpio.flap]\nlongest_s = 30", "kiosk.toml: gpio.flap: Object missing required field `pin`"),
        (
            "[drop]\nflap_s = 25\n[gpio.flap]\npin = 5",
            "kiosk.toml: gpio.flap.longest_s: 20 s is less than the 25 s of drop.flap_s",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text: str, said: str) -> None:
    with pytest.raises(SettingsError) as caught:
        parse_settings(text, "kiosk.toml")
    assert str(caught.value) == said


def test_an_empty_file_is_all_defaults() -> None:
    assert parse_settings("", "kiosk.toml") == Settings()


def test_a_missing_or_unreadable_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such file"):
        load_settings(tmp_path / "kiosk.toml")
    (tmp_path / "kiosk.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path / "kiosk.toml")


def test_every_key_is_documented_and_no_other() -> None:
    documented = {
        cell for line in DOCS.read_text("utf-8").splitlines() if line.startswith("| `") for cell in names(line)
    }
    assert documented == set(keys(Settings, "")) | {f"readers.NAME.{key}" for key in keys(ReaderEntry, "")}


def names(line: str) -> list[str]:
    return [cell.strip("` ") for cell in line.split("|")[1].split(",")]


def keys(struct: type[msgspec.Struct], before: str) -> list[str]:
    found = []
    for each in msgspec.structs.fields(struct):
        options = get_args(each.type) if isinstance(each.type, UnionType) else (each.type,)
        inner = [option for option in options if isinstance(option, type) and issubclass(option, msgspec.Struct)]
        if inner:
            found += keys(inner[0], f"{before}{each.name}.")
        elif each.name != "readers":
            found.append(f"{before}{each.name}")
    return found
