"""`kiosk tag` against a pad at the far end of a pseudo-terminal."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from kiosk.cli.app import app
from kiosk.devices.decode.librarytag import LibraryTag, TagFormat, Usage, read_tag, tag_memory
from kiosk.devices.serialline import SerialPort
from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.m100_device import M100Device, UhfTag
from tests.devices.rfid.rl866_device import Rl866Device

UID, OTHER = "E00401003F3827A7", "E004015012345678"
BOOK = LibraryTag(
    TagFormat.OBJECTS, "30001234", "CN-440100-1-ABC", usage=Usage.CIRCULATION, title="红楼梦", content=(3, 5, 17)
)

Kiosk = Callable[..., Result]


@pytest.fixture
def pad(tmp_path: Path) -> Iterator[Rl866Device]:
    wire = Wire(tmp_path)
    with Rl866Device(wire) as device:
        assert isinstance(device, Rl866Device)
        yield device
    wire.unplug()


@pytest.fixture
def settings(tmp_path: Path, pad: Rl866Device) -> Path:
    file = tmp_path / "kiosk.toml"
    text = f'[readers.desk]\nkind = "rl866"\ndevice = "{pad.wire.path}"\n[readers.door]\nkind = "keyboard"\n'
    file.write_text(text + '[tags]\nowner = "CN-440100-1-ABC"\n', "utf-8")
    return file


@pytest.fixture
def kiosk(settings: Path) -> Kiosk:
    def run(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["tag", *arguments, "--settings", str(settings)])

    return run


def tag(written: LibraryTag | None = None, uid: str = UID, afi: int = 0xC2) -> IsoTag:
    memory = bytes(112) if written is None else tag_memory(written, 112)
    return IsoTag(uid, afi=afi, memory=bytearray(memory))


def test_what_stands_on_every_tag_is_said_in_plain_words(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(tag(BOOK, afi=0x07), tag(uid=OTHER, afi=0x00))
    done = kiosk("read")
    assert done.exit_code == 0
    assert done.stdout.splitlines() == [
        f"{UID} (hf), AFI 07, armed",
        "  item 30001234, part 1 of 1",
        "  owner CN-440100-1-ABC, iso28560-2",
        "  title 红楼梦",
        f"{OTHER} (hf), AFI 00, unknown",
        "  blank",
    ]


def test_the_same_is_told_to_programs(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(tag(replace(BOOK, format=TagFormat.FIXED, part=2, parts=3)))
    told = json.loads(kiosk("read", "desk", "--json").stdout)
    assert (told["uid"], told["afi"], told["security"]) == (UID, "C2", "disarmed")
    assert told["tag"]["item"] == "30001234"
    assert (told["tag"]["part"], told["tag"]["parts"], told["tag"]["format"]) == (2, 3, "iso28560-3")
    assert bytes.fromhex(told["memory"]) == bytes(pad.field[UID].memory)


def test_a_memory_of_another_format_is_said(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(IsoTag(UID, memory=bytearray(b"private format".ljust(112, b"\0"))))
    assert "a format that the kiosk does not know" in kiosk("read").stdout


@pytest.mark.parametrize("form", [TagFormat.OBJECTS, TagFormat.FIXED])
def test_an_item_is_written_read_back_and_armed(pad: Rl866Device, kiosk: Kiosk, form: TagFormat) -> None:
    pad.put(tag())
    done = kiosk("write", "--item", "30001234", "--part", "2", "--parts", "3", "--format", form)
    assert done.exit_code == 0, done.stderr
    there = pad.field[UID]
    found = read_tag(bytes(there.memory))
    assert found is not None
    assert replace(found, content=()) == LibraryTag(form, "30001234", "CN-440100-1-ABC", 2, 3, Usage.CIRCULATION)
    assert there.afi == 0x07
    assert "item 30001234, part 2 of 3" in done.stdout


def test_the_settings_say_format_owner_and_afi_unless_told_otherwise(
    pad: Rl866Device, kiosk: Kiosk, settings: Path
) -> None:
    pad.put(tag())
    with settings.open("a", encoding="utf-8") as file:
        file.write('write_format = "iso28560-3"\narmed_afi = 0x9E\n')
    told = json.loads(kiosk("write", "--item", "30001234", "--owner", "DE-705", "--json").stdout)
    assert (told["afi"], told["security"]) == ("9E", "armed")
    assert (told["tag"]["format"], told["tag"]["isil"]) == ("iso28560-3", "DE-705")


def test_an_older_longer_content_is_wiped(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(tag(replace(BOOK, title="红楼梦：第一百二十回")))
    assert kiosk("write", "--item", "30009999", "--force").exit_code == 0
    assert "红".encode() not in bytes(pad.field[UID].memory)


def test_nothing_is_written_without_exactly_one_tag(pad: Rl866Device, kiosk: Kiosk) -> None:
    done = kiosk("write", "--item", "30001234")
    assert (done.exit_code, "no tag is at the reader" in done.stderr) == (1, True)
    pad.put(tag(), tag(uid=OTHER))
    done = kiosk("write", "--item", "30001234", "--force")
    assert (done.exit_code, "2 tags are at the reader" in done.stderr) == (1, True)
    assert all(not any(there.memory) and there.afi == 0xC2 for there in pad.field.values())


@pytest.mark.parametrize(
    ("memory", "said"),
    [
        pytest.param(tag_memory(BOOK, 112), "the tag of item 30001234", id="another item"),
        pytest.param(tag_memory(replace(BOOK, usage=Usage.PATRON_CARD), 112), "a patron's card", id="a card"),
        pytest.param(b"private format".ljust(112, b"\0"), "a format that the kiosk does not know", id="unknown"),
    ],
)
def test_what_stands_there_is_not_overwritten_unasked(pad: Rl866Device, kiosk: Kiosk, memory: bytes, said: str) -> None:
    pad.put(IsoTag(UID, afi=0xC2, memory=bytearray(memory)))
    done = kiosk("write", "--item", "30009999")
    assert (done.exit_code, said in done.stderr) == (1, True)
    assert (bytes(pad.field[UID].memory), pad.field[UID].afi) == (memory, 0xC2)
    assert kiosk("write", "--item", "30009999", "--force").exit_code == 0
    found = read_tag(bytes(pad.field[UID].memory))
    assert found is not None
    assert found.item == "30009999"


def test_the_same_item_may_be_written_again_and_keeps_its_title(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(tag(BOOK))
    assert kiosk("write", "--item", "30001234", "--part", "2", "--parts", "2").exit_code == 0
    found = read_tag(bytes(pad.field[UID].memory))
    assert found is not None
    assert (found.title, found.part, found.parts) == ("红楼梦", 2, 2)


def test_other_data_of_the_item_are_not_dropped_unasked(pad: Rl866Device, kiosk: Kiosk) -> None:
    supplied = bytes.fromhex("91010460 91CE4380 0201A805 01106702 42410307 3240DE05 AB075B")
    pad.put(IsoTag(UID, memory=bytearray(supplied.ljust(112, b"\0"))))
    done = kiosk("write", "--item", "1620168259")
    assert (done.exit_code, "also carries onix_media" in done.stderr) == (1, True)
    assert kiosk("write", "--item", "1620168259", "--force").exit_code == 0


def test_a_uhf_tag_is_told_by_its_epc_and_its_memory_is_not_written(tmp_path: Path) -> None:
    wire = Wire(tmp_path)
    file = tmp_path / "uhf.toml"
    file.write_text(f'[readers.pad]\nkind = "m100"\ndevice = "{wire.path}"\n', "utf-8")
    with M100Device(wire) as module:
        assert isinstance(module, M100Device)
        goods, book = UhfTag("300833B2DDD9014000000001"), UhfTag("303130303031323334000000", afi_word=0x107)
        module.tags = [goods, book]
        done = CliRunner().invoke(app, ["tag", "read", "--settings", str(file)])
        assert (done.exit_code, done.stderr) == (0, "")
        assert sorted(done.stdout.splitlines()) == sorted(
            [
                "300833B2DDD9014000000001 (uhf), no AFI",
                "  the EPC is a number of trade goods (GS1): not a tag of the library",
                "  blank",
                "303130303031323334000000 (uhf), AFI 07, armed",
                "  the EPC is the text 010001234",
                "  blank",
            ]
        )
        module.tags = [book]
        done = CliRunner().invoke(app, ["tag", "write", "--item", "30001234", "--settings", str(file)])
        assert (done.exit_code, "its EPC is its key" in done.stderr) == (1, True)
        assert (book.pc, bytes(book.user)) == (0x3107, b"")
    wire.unplug()


def test_a_tag_that_only_says_that_it_wrote_is_found_out(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(replace(tag(), fails_writes=True))
    done = kiosk("write", "--item", "30001234")
    assert (done.exit_code, "does not say back" in done.stderr) == (1, True)


def test_a_locked_tag_and_one_that_leaves_are_said(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(replace(tag(), is_locked=True))
    assert kiosk("write", "--item", "30001234").exit_code == 1
    pad.put(tag())
    pad.before = lambda command: pad.lift(UID) if command == "write afi" else None
    done = kiosk("write", "--item", "30001234")
    assert (done.exit_code, "half written" in done.stderr) == (1, True)


def test_a_pad_that_is_unplugged_while_it_writes_is_said(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(tag())
    pad.before = lambda command: pad.unplug_in_mid_frame() if command == "write" else None
    done = kiosk("write", "--item", "30001234")
    assert (done.exit_code, "half written" in done.stderr, len(done.stderr.splitlines())) == (1, True, 1)


def test_data_that_do_not_fit_are_said_before_anything_is_written(pad: Rl866Device, kiosk: Kiosk) -> None:
    pad.put(IsoTag(UID, memory=bytearray(16)))
    done = kiosk("write", "--item", "30001234")
    assert (done.exit_code, "the tag has 16" in done.stderr) == (1, True)
    assert not any(pad.field[UID].memory)


def test_a_reader_that_is_in_use_or_away_or_silent_is_one_clear_line(pad: Rl866Device, kiosk: Kiosk) -> None:
    port = SerialPort(str(pad.wire.path), 38400, "E")
    done = kiosk("read")
    port.close()
    assert (done.exit_code, "Stop the kiosk first" in done.stderr) == (1, True)
    pad.is_silent = True
    done = kiosk("read")
    assert (done.exit_code, "no answer" in done.stderr) == (1, True)
    pad.unplug()
    done = kiosk("read")
    assert (done.exit_code, "readers.desk" in done.stderr, len(done.stderr.splitlines())) == (1, True, 1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["read", "door"], "none of the readers that write tags (desk)"),
        (["read", "nobody"], "none of the readers"),
        (["write", "--item", "30001234", "--owner", "DE705"], "ISIL"),
        (["write", "--item", "30001234", "--part", "2"], "part 2 of 1"),
        (["write", "--item", " "], "the item is empty"),
        (["write"], "--item"),
    ],
)
def test_wrong_usage_is_said_and_exits_with_2(kiosk: Kiosk, arguments: list[str], said: str) -> None:
    done = kiosk(*arguments)
    assert (done.exit_code, said in done.stderr) == (2, True)


def test_two_readers_that_write_have_to_be_told_apart(pad: Rl866Device, kiosk: Kiosk, settings: Path) -> None:
    with settings.open("a", encoding="utf-8") as file:
        file.write('[readers.second]\nkind = "m100"\ndevice = "/dev/nowhere"\n')
    done = kiosk("read")
    assert (done.exit_code, "one of desk, second" in done.stderr) == (2, True)
    pad.put(tag(BOOK))
    assert kiosk("read", "desk").exit_code == 0


def test_no_reader_that_writes_is_said(kiosk: Kiosk, settings: Path) -> None:
    settings.write_text('[readers.door]\nkind = "keyboard"\ndevice = "name:x"\n', "utf-8")
    done = kiosk("read")
    assert (done.exit_code, "no reader in the settings can write" in done.stderr) == (2, True)
