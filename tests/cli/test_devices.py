"""What an installer is told of readers, pins and printer."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from serial.tools import list_ports

from kiosk.cli.devices import check_card, check_devices
from kiosk.db.locks import kiosk_lock
from kiosk.devices import keyboard, serialline
from kiosk.settings import ReaderEntry, ReceiptSettings, Settings, parse_settings
from tests.devices.ptys import Wire

CARD = "0126680143"


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    wire = Wire(tmp_path)
    yield wire
    wire.unplug()


@pytest.fixture(autouse=True)
def nothing_else_plugged_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "keyboards", list)
    monkeypatch.setattr(list_ports, "comports", list)


def settings_with(tmp_path: Path, **readers: ReaderEntry) -> Settings:
    return Settings(data=str(tmp_path), readers=readers)


def later(wire: Wire, data: bytes) -> threading.Timer:
    """Somebody scans in a moment."""
    timer = threading.Timer(0.3, wire.send, (data,))
    timer.start()
    return timer


@pytest.mark.parametrize(
    ("language", "words"), [("zh_CN", "读到 10 位数字"), ("en", "read 10 digits")], ids=["Chinese", "English"]
)
def test_a_reader_is_one_line_that_never_tells_the_number(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str], language: str, words: str
) -> None:
    timer = later(wire, f"{CARD}\r".encode())
    settings = settings_with(tmp_path, desk=ReaderEntry("serial", str(wire.path)))
    assert check_devices(settings, 1.0, language)
    timer.join()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("✓ readers.desk")
    assert words in lines[0]
    assert CARD not in lines[0]


def test_the_number_is_told_to_those_who_ask_for_it(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    timer = later(wire, f"{CARD}\r".encode())
    settings = settings_with(tmp_path, desk=ReaderEntry("serial", str(wire.path)))
    assert check_devices(settings, 1.0, "en", as_json=True, with_ids=True)
    timer.join()
    assert not (tmp_path / "kiosk.lock").exists()  # root may ask before the kiosk's user has ever started it
    (part,) = json.loads(capsys.readouterr().out)["parts"]
    assert part["reads"] == [{"kind": "digits", "size": 10, "read": CARD}]
    assert (part["part"], part["open"], part["wrong"]) == ("readers.desk", True, [])


def test_a_running_kiosk_is_told_as_the_one_that_holds_the_reader(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    port = serialline.SerialPort(str(wire.path), 9600)
    settings = settings_with(tmp_path, desk=ReaderEntry("serial", str(wire.path)))
    with kiosk_lock(settings.database):
        assert not check_devices(settings, 0.0, "en")
    port.close()
    assert "the running kiosk has it: systemctl stop kiosk" in capsys.readouterr().out


def test_a_keyboard_that_may_not_be_read_is_told_with_the_rule_that_mends_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    scanner = keyboard.Found(Path("/dev/input/event5"), "Made Up Scanner", "usb-1/input0", "A17", 0x1EAB, 0x0310)
    monkeypatch.setattr(keyboard, "keyboards", lambda: [scanner])
    monkeypatch.setattr(keyboard, "open_keyboard", refuse)
    settings = settings_with(tmp_path, desk=ReaderEntry("keyboard", "usb:1eab:0310"))
    assert not check_devices(settings, 0.0, "en")
    said = capsys.readouterr().out
    assert 'ATTRS{idVendor}=="1eab", ATTRS{idProduct}=="0310", OWNER="kiosk", MODE="0400"' in said
    assert "/etc/udev/rules.d/70-kiosk.rules" in said


def test_what_is_plugged_in_but_not_named_is_told_with_the_line_to_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    scanner = keyboard.Found(Path("/dev/input/event5"), "Made Up Scanner", "usb-1/input0", "A17", 0x1EAB, 0x0310)
    monkeypatch.setattr(keyboard, "keyboards", lambda: [scanner])
    assert check_devices(settings_with(tmp_path), 0.0, "en")
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == '  kind = "keyboard"  device = "usb:1eab:0310:A17"   # /dev/input/event5 Made Up Scanner'
    check_devices(settings_with(tmp_path), 0.0, "en", as_json=True)
    told = json.loads(capsys.readouterr().out)
    assert told["unnamed"] == [
        {"kind": "keyboard", "device": "usb:1eab:0310:A17", "path": "/dev/input/event5", "name": "Made Up Scanner"}
    ]


def test_a_printer_that_is_not_there_is_wrong_and_one_that_never_prints_is_not_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = str(tmp_path / "lp0")
    assert check_devices(Settings(data=str(tmp_path), receipt=ReceiptSettings("never", nothing)), 0.0, "en")
    assert not check_devices(Settings(data=str(tmp_path), receipt=ReceiptSettings("ask", nothing)), 0.0, "en")
    assert "✗ receipt: " in capsys.readouterr().out


def test_pins_that_this_machine_has_not_are_told_by_their_key(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = parse_settings(f'data = "{tmp_path}"\n[gpio.beam]\npin = 17\n', "kiosk.toml")
    fine = check_devices(settings, 0.0, "en", as_json=True)
    (part,) = json.loads(capsys.readouterr().out)["parts"]
    assert (part["part"], part["pin"]) == ("gpio.beam.pin", 17)
    assert part["fine"] is fine is (part["problem"] is None)


def toml(tmp_path: Path, wire: Wire, kind: str = "serial") -> Path:
    file = tmp_path / "kiosk.toml"
    lines = f'data = "{tmp_path}"\n[readers.card]\nkind = "{kind}"\ndevice = "{wire.path}"\n'
    file.write_text(lines, "utf-8")
    return file


@pytest.mark.parametrize(
    ("kind", "sent", "number", "lines"),
    [
        ("serial", b"0126680143\r", "1341950983", ['card_from = "10D"', 'card_to = "10D-reversed"']),
        ("serial", b"0126680143\r", "uid:078CFC4F", ['card_from = "10D"', 'card_to = "uid"']),
        ("rdm6300", b"\x0262E3086CED08\x03", "3808980205", ['card_to = "10D"']),
        ("rdm6300", b"\x0262E3086CED08\x03", "008,27885", ['card_to = "3D5D"']),
        ("rdm6300", b"\x0262E3086CED08\x03", "uid:62E3086CED", []),
        ("serial", b"20260017\r", "20260017", []),
    ],
)
def test_a_known_card_gives_the_lines_for_the_settings(
    wire: Wire,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    kind: str,
    sent: bytes,
    number: str,
    lines: list[str],
) -> None:
    timer = later(wire, sent)
    check_card("card", number, toml(tmp_path, wire, kind), 20.0, "en", False)
    timer.join()
    said = capsys.readouterr().out.splitlines()
    assert said[1:] == lines
    assert said[0].startswith("Write into kiosk.toml" if lines else "the reader gives what")


def test_the_settings_that_stand_there_do_not_hide_what_the_reader_gives(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = toml(tmp_path, wire)
    file.write_text(file.read_text("utf-8") + 'card_from = "10D"\ncard_to = "8H-reversed"\n', "utf-8")
    timer = later(wire, b"0126680143\r")
    check_card("card", "078CFC4F", file, 20.0, "en", True)
    timer.join()
    assert json.loads(capsys.readouterr().out) == {"reader": "card", "card_from": "10D", "card_to": "8H"}


@pytest.mark.parametrize(
    ("number", "words"), [("20260017", "no format makes this number"), ("1341950983,", "no format")]
)
def test_a_number_that_no_format_makes_is_said_without_telling_what_was_read(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str], number: str, words: str
) -> None:
    timer = later(wire, b"0126680143\r")
    with pytest.raises(typer.Exit) as left:
        check_card("card", number, toml(tmp_path, wire), 20.0, "en", False)
    timer.join()
    assert left.value.exit_code == 1
    said = capsys.readouterr().err
    assert words in said
    assert CARD not in said


def test_a_card_that_reads_the_same_both_ways_asks_for_another(
    wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    timer = later(wire, f"{0x07070707:010}\r".encode())
    with pytest.raises(typer.Exit):
        check_card("card", "07070707", toml(tmp_path, wire), 20.0, "en", False)
    timer.join()
    assert "another card" in capsys.readouterr().err


def test_a_reader_that_is_not_named_is_wrong_usage(wire: Wire, tmp_path: Path) -> None:
    with pytest.raises(typer.Exit) as left:
        check_card("desk", "17", toml(tmp_path, wire), 1.0, "en", False)
    assert left.value.exit_code == 2


def test_no_card_within_the_time_is_an_error(wire: Wire, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(typer.Exit) as left:
        check_card("card", "17", toml(tmp_path, wire), 0.2, "en", False)
    assert left.value.exit_code == 1
    assert "nothing read in 0.2 s" in capsys.readouterr().err
