from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.app.readers import ReaderSecurity, readers
from kiosk.circulation.events import EffectFailed, Label, PartDown, TagAt, Tags
from kiosk.circulation.turn import Effect
from kiosk.settings import SettingsError, parse_settings
from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.rl866_device import Rl866Device
from tests.runtime.waiting import Crashes, Posted

ATLAS = TagAt("pad", "E004010000000001")
ELSEWHERE = TagAt("desk", ATLAS.uid)
ARMED, DISARMED = 0x07, 0x21


class Counter:
    """A counter with a pad on which a disarmed atlas lies, and a barcode scanner that is not plugged in."""

    def __init__(self, folder: Path) -> None:
        wire = Wire(folder)
        self.pad = Rl866Device(wire)
        self.atlas = IsoTag(ATLAS.uid, afi=DISARMED)
        self.pad.put(self.atlas)
        self.posted = Posted()
        self.crashes = Crashes()
        settings = parse_settings(
            f"""
            [tags]
            disarmed_afi = {DISARMED}
            [readers.pad]
            kind = "rl866"
            device = "{wire.path}"
            security = "afi"
            [readers.desk]
            kind = "serial"
            device = "{folder / "nothing"}"
            """,
            "kiosk.toml",
        )
        self.parts = readers(settings, self.posted.post, self.crashes)
        self.security = ReaderSecurity(self.parts, settings, self.posted.post)

    def open(self) -> None:
        self.pad.start()
        for part in self.parts:
            part.start()
        self.posted.wait_until(Tags("pad", (ATLAS.uid,), (Label(ATLAS.uid, armed=False),)))

    def close(self) -> None:
        for part in self.parts:
            part.close()
        self.pad.unplug()


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    counter = Counter(tmp_path)
    counter.open()
    yield counter
    counter.close()
    assert counter.crashes.errors == []


def test_a_tag_is_armed_while_the_desk_waits(counter: Counter) -> None:
    assert counter.security.arm([ATLAS]) == [ATLAS]
    assert counter.atlas.afi == ARMED


def test_a_tag_that_cannot_be_written_is_not_armed(counter: Counter) -> None:
    counter.atlas.is_locked = True
    assert counter.security.arm([ATLAS]) == []


def test_a_tag_that_says_yes_and_is_as_before_is_not_armed(counter: Counter) -> None:
    counter.atlas.fails_writes = True
    assert counter.security.arm([ATLAS]) == []


def test_a_pad_that_falls_silent_keeps_the_desk_waiting_for_a_moment_only(counter: Counter) -> None:
    counter.pad.is_silent = True
    assert counter.security.arm([ATLAS]) == []


def test_a_pad_that_is_unplugged_keeps_the_desk_waiting_for_a_moment_only(counter: Counter) -> None:
    counter.pad.unplug()
    assert counter.security.arm([ATLAS]) == []
    counter.posted.wait_for(lambda events: any(isinstance(e, PartDown) and e.part == "pad" for e in events))
    assert counter.security.arm([ATLAS]) == []


def test_a_set_is_armed_together_and_waited_for_together(counter: Counter) -> None:
    others = [TagAt("pad", f"E0040100000001{number:02X}") for number in range(12)]
    counter.pad.put(*(IsoTag(at.uid, afi=DISARMED) for at in others))
    uids = tuple(at.uid for at in others)
    counter.posted.wait_until(Tags("pad", uids, tuple(Label(uid, armed=False) for uid in uids)))
    assert counter.security.arm([ATLAS, ELSEWHERE, *others[:6]]) == [ELSEWHERE, ATLAS, *others[:6]]
    counter.pad.is_silent = True
    assert counter.security.arm(others[6:]) == []


def test_where_nothing_is_secured_there_is_nothing_to_arm(counter: Counter) -> None:
    assert counter.security.arm([ELSEWHERE]) == [ELSEWHERE]
    counter.security.carry_out(Effect("tag", "disarm", ELSEWHERE))
    assert counter.atlas.afi == DISARMED


def test_an_effect_reaches_the_tag(counter: Counter) -> None:
    assert counter.security.arm([ATLAS]) == [ATLAS]
    counter.security.carry_out(Effect("tag", "disarm", ATLAS))
    counter.security.carry_out(Effect("tag", "disarm", TagAt("pad", "E004010000000002")))
    counter.posted.wait_until(EffectFailed("tag", "disarm", "left"))  # it is tried behind the first
    assert counter.atlas.afi == DISARMED


def test_an_effect_for_a_pad_that_is_down_has_failed(counter: Counter) -> None:
    counter.pad.unplug()
    counter.posted.wait_for(lambda events: any(isinstance(e, PartDown) and e.part == "pad" for e in events))
    counter.security.carry_out(Effect("tag", "disarm", ATLAS))
    assert counter.posted.events[-1] == EffectFailed("tag", "disarm", "reader_down")


def test_one_value_cannot_mean_both() -> None:
    settings = parse_settings("[tags]\narmed_afi = 7\ndisarmed_afi = 7", "kiosk.toml")
    with pytest.raises(SettingsError, match="tags: armed_afi and disarmed_afi are both 7"):
        readers(settings, Posted().post, Crashes())


def test_a_reader_that_cannot_be_is_refused_by_its_name() -> None:
    settings = parse_settings('[readers.pad]\nkind = "rl688"\ndevice = "/dev/ttyUSB0"', "kiosk.toml")
    with pytest.raises(SettingsError, match="unknown kind 'rl688'"):
        readers(settings, Posted().post, Crashes())


def test_a_reader_without_a_kind_is_not_opened() -> None:
    settings = parse_settings("[readers.card]\nholder = true", "kiosk.toml")
    assert readers(settings, Posted().post, Crashes()) == []
