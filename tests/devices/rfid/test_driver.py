from collections.abc import Callable

import pytest

from kiosk.circulation.events import Event, Label, Lifted, Misread, PartDown, PartUp, Scan, Tags
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.decode.librarytag import LibraryTag, TagFormat, Usage, tag_memory
from kiosk.devices.readers import reader
from kiosk.devices.rfid.driver import open_model
from kiosk.devices.rfid.labels import LABEL_TRIES
from kiosk.devices.rfid.model import Medium
from kiosk.runtime.reader import Reader, Why
from tests.devices.ptys import Settings, Wire
from tests.devices.rfid.hf_device import IsoTag
from tests.devices.rfid.linepad import LinePad, OnPad
from tests.devices.rfid.rl866_device import Rl866Device
from tests.runtime.waiting import Crashes, Posted

ReadPad = Callable[..., Reader]
ATLAS, FABLES, POEMS = "E004010000000001", "E004010000000002", "E004010000000003"
LI_NA, WANG_WEI = "078CFC4F", "04A1B2C3D4E5F6"
ROUND = "round"


def library_tag(item: str, part: int = 1, parts: int = 1) -> bytes:
    return tag_memory(LibraryTag(TagFormat.OBJECTS, item, part=part, parts=parts), 112)


def told(posted: Posted) -> list[Event]:
    return [event for event in posted.events if not isinstance(event, PartUp | PartDown)]


def test_a_stack_arrives_as_one_set_with_what_its_tags_say(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(
        **{
            ATLAS: OnPad(memory=library_tag("TS000001")),
            FABLES: OnPad(memory=library_tag("TS000002", 2, 3)),
            POEMS: OnPad(memory=bytes(112)),
        }
    )
    read_pad()
    labels = (Label(ATLAS, "TS000001"), Label(FABLES, "TS000002", 2, 3))
    posted.wait_until(Tags("pad", (ATLAS, FABLES, POEMS), labels))
    pad.wait_for_rounds(5)
    assert told(posted) == [Tags("pad", (ATLAS, FABLES, POEMS), labels)]


def test_what_is_laid_down_later_comes_later_and_what_is_taken_leaves(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    read_pad()
    pad.lay(**{ATLAS: OnPad()})
    posted.wait_until(Tags("pad", (ATLAS,)))
    pad.lay(**{FABLES: OnPad()})
    posted.wait_until(Tags("pad", (FABLES,)))
    pad.take(ATLAS)
    posted.wait_until(Lifted("pad", ATLAS))
    assert told(posted) == [Tags("pad", (ATLAS,)), Tags("pad", (FABLES,)), Lifted("pad", ATLAS)]


def test_an_unreadable_tag_holds_up_nobody_and_is_told_by_its_uid(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(is_unreadable=True), FABLES: OnPad(memory=library_tag("TS000002"))})
    read_pad()
    posted.wait_until(Tags("pad", (ATLAS,)))
    assert told(posted) == [Tags("pad", (FABLES,), (Label(FABLES, "TS000002"),)), Tags("pad", (ATLAS,))]
    assert pad.asked.count(f"memory {ATLAS}") == LABEL_TRIES


def test_a_tag_that_leaves_before_it_was_read_is_told_all_the_same(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(is_shaded=True)})
    read_pad()
    pad.wait_for_rounds(1)
    pad.pass_by(ATLAS)
    posted.wait_until(Lifted("pad", ATLAS))
    assert told(posted) == [Tags("pad", (ATLAS,)), Lifted("pad", ATLAS)]


def test_a_card_that_is_held_is_one_event(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{LI_NA: OnPad(Medium.CARD)})
    read_pad()
    posted.wait_until(Tags("pad", (LI_NA,)))
    pad.wait_for_rounds(5)
    pad.take(LI_NA)
    posted.wait_until(Lifted("pad", LI_NA))
    assert told(posted) == [Tags("pad", (LI_NA,)), Lifted("pad", LI_NA)]


def test_a_card_is_told_by_its_number_in_the_schools_files(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{LI_NA: OnPad(Medium.CARD)})
    read_pad(card_to="10D")
    posted.wait_until(Scan("pad", "0126680143"))
    pad.take(LI_NA)
    posted.wait_until(Lifted("pad", "0126680143"))


def test_two_cards_are_refused_until_only_one_lies_there(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{LI_NA: OnPad(Medium.CARD), WANG_WEI: OnPad(Medium.HF)})
    read_pad()
    posted.wait_until(Misread("pad", Trouble.TWO_CARDS))
    pad.wait_for_rounds(3)
    pad.take(LI_NA)
    posted.wait_until(Tags("pad", (WANG_WEI,)))
    assert told(posted) == [Misread("pad", Trouble.TWO_CARDS), Tags("pad", (WANG_WEI,))]


def patron_card(number: str) -> bytes:
    return tag_memory(LibraryTag(TagFormat.OBJECTS, number, usage=Usage.PATRON_CARD), 112)


def test_a_persons_card_among_library_tags_comes_first_and_leaves_by_its_number(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(memory=library_tag("TS000001")), FABLES: OnPad(memory=patron_card("20260001"))})
    read_pad()
    labels = (Label(FABLES, "20260001", is_card=True), Label(ATLAS, "TS000001"))
    posted.wait_until(Tags("pad", (FABLES, ATLAS), labels))
    pad.take(FABLES)
    posted.wait_until(Lifted("pad", "20260001"))


def test_two_persons_cards_that_are_library_tags_are_refused_until_only_one_lies_there(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(
        **{
            ATLAS: OnPad(memory=patron_card("20260001")),
            FABLES: OnPad(memory=patron_card("20260002")),
            POEMS: OnPad(memory=library_tag("TS000003")),
        }
    )
    read_pad()
    posted.wait_until(Tags("pad", (POEMS,), (Label(POEMS, "TS000003"),)))
    pad.wait_for_rounds(3)
    pad.take(ATLAS)
    posted.wait_until(Tags("pad", (FABLES,), (Label(FABLES, "20260002", is_card=True),)))
    assert told(posted) == [
        Misread("pad", Trouble.TWO_CARDS),
        Tags("pad", (POEMS,), (Label(POEMS, "TS000003"),)),
        Lifted("pad", "20260001"),
        Tags("pad", (FABLES,), (Label(FABLES, "20260002", is_card=True),)),
    ]


def test_two_persons_cards_that_are_lifted_together_were_nobodys(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(memory=patron_card("20260001")), FABLES: OnPad(memory=patron_card("20260002"))})
    read_pad()
    posted.wait_until(Misread("pad", Trouble.TWO_CARDS))
    pad.take(ATLAS, FABLES)
    posted.wait_until(Lifted("pad", "20260002"))
    assert [event for event in told(posted) if isinstance(event, Tags)] == []


def test_what_lies_on_a_pad_that_was_unplugged_is_looked_at_once_more(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(memory=library_tag("TS000001"), afi=0x07)})
    read_pad(security="afi")
    posted.wait_until(Tags("pad", (ATLAS,), (Label(ATLAS, "TS000001", armed=True),)))
    pad.unplugs_in_round = True
    posted.wait_until(PartDown("pad", Why.UNPLUGGED))
    pad.unplug()
    pad.unplugs_in_round = False
    pad.tags[ATLAS].afi = 0xC2
    pad.plug_in()
    posted.wait_until(Tags("pad", (), (Label(ATLAS, "TS000001", armed=False),)))
    pad.wait_for_rounds(5)
    assert len(told(posted)) == 2


def test_a_uhf_tag_whose_reader_does_not_tell_its_control_word_is_asked_for_it(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    number = "E2003016661301211550AAAA"
    pad.lay(**{number: OnPad(Medium.UHF, afi=0xC2)})
    read_pad(security="afi")
    posted.wait_until(Tags("pad", (number,), (Label(number, armed=False),)))
    assert f"memory {number}" not in pad.asked


def test_a_tag_that_one_round_does_not_see_has_not_left(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{ATLAS: OnPad()})
    read_pad()
    posted.wait_until(Tags("pad", (ATLAS,)))
    pad.tags[ATLAS].misses_rounds = 1
    pad.wait_for_rounds(7)
    assert told(posted) == [Tags("pad", (ATLAS,))]


def test_a_uhf_tag_says_in_the_round_whether_it_is_armed_and_what_item_it_is(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    text = b"TS000001".ljust(12, b"\0").hex().upper()
    number = "31C20000000000000000000A"
    pad.lay(**{text: OnPad(Medium.UHF, pc=0x3107), number: OnPad(Medium.UHF, pc=0x31C2)})
    read_pad()
    labels = (Label(text, "TS000001", armed=True), Label(number, armed=False))
    posted.wait_until(Tags("pad", (text, number), labels))
    assert set(pad.asked) == {"hello", ROUND}


def test_tags_of_trade_goods_are_passed_over_and_the_log_names_none(
    pad: LinePad, posted: Posted, read_pad: ReadPad, caplog: pytest.LogCaptureFixture
) -> None:
    jacket, book = "300833B2DDD9014000000001", "E2003016661301211550AAAA"
    pad.lay(**{jacket: OnPad(Medium.UHF, pc=0x3000)})
    read_pad()
    pad.wait_for_rounds(3)
    pad.lay(**{book: OnPad(Medium.UHF, pc=0x3000)})
    posted.wait_until(Tags("pad", (book,)))
    assert told(posted) == [Tags("pad", (book,))]
    assert caplog.text.count("passed over") == 1
    assert jacket not in caplog.text


def test_an_hf_tag_says_whether_it_is_armed_where_tags_are_secured(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    pad.lay(**{ATLAS: OnPad(afi=0x07), FABLES: OnPad(afi=0xC2), POEMS: OnPad(afi=0x00)})
    read_pad(security="afi")
    labels = (Label(ATLAS, armed=True), Label(FABLES, armed=False))
    posted.wait_until(Tags("pad", (ATLAS, FABLES, POEMS), labels))


def test_a_reader_that_cannot_reach_into_tags_tells_them_by_uid(
    pad: LinePad, posted: Posted, read_pad: ReadPad, caplog: pytest.LogCaptureFixture
) -> None:
    pad.lay(**{ATLAS: OnPad(memory=library_tag("TS000001"))})
    read_pad(security="afi", can_reach_tags=False)
    posted.wait_until(Tags("pad", (ATLAS,)))
    assert "cannot write tags" in caplog.text


def test_a_pad_unplugged_in_mid_round_goes_on_where_it_was(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.lay(**{ATLAS: OnPad(), FABLES: OnPad()})
    read_pad()
    posted.wait_until(Tags("pad", (ATLAS, FABLES)))
    pad.unplugs_in_round = True
    posted.wait_until(PartDown("pad", Why.UNPLUGGED))
    pad.unplug()
    pad.take(FABLES)
    pad.lay(**{POEMS: OnPad()})
    pad.unplugs_in_round = False
    pad.plug_in()
    events = posted.wait_until(Lifted("pad", FABLES))
    ups_and_downs = [event for event in events if isinstance(event, PartUp | PartDown)]
    assert [type(event) for event in ups_and_downs] == [PartUp, PartDown, PartUp]
    assert told(posted) == [Tags("pad", (ATLAS, FABLES)), Tags("pad", (POEMS,)), Lifted("pad", FABLES)]


def test_a_pad_that_falls_silent_is_down_and_comes_back_by_itself(
    pad: LinePad, posted: Posted, read_pad: ReadPad
) -> None:
    read_pad()
    pad.wait_for_rounds(1)
    pad.is_silent = True
    posted.wait_until(PartDown("pad", Why.NO_ANSWER))
    pad.is_silent = False
    posted.wait_for(lambda events: isinstance(events[-1], PartUp))
    pad.lay(**{ATLAS: OnPad()})
    posted.wait_until(Tags("pad", (ATLAS,)))


def test_a_pad_that_never_answers_is_down_from_the_start(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    pad.is_silent = True
    read_pad()
    assert posted.wait_until(PartDown("pad", Why.NO_ANSWER)) == [PartDown("pad", Why.NO_ANSWER)]


def test_what_nobody_asked_for_is_thrown_away(pad: LinePad, posted: Posted, read_pad: ReadPad) -> None:
    read_pad()
    pad.wait_for_rounds(1)
    pad.send(b"noise without an end" * 100)
    pad.lay(**{ATLAS: OnPad()})
    posted.wait_until(Tags("pad", (ATLAS,)))
    assert [event for event in posted.events if isinstance(event, PartDown)] == []


def test_an_rl866_pad_is_opened_from_its_settings_and_read(wire: Wire, posted: Posted) -> None:
    device = Rl866Device(wire)
    device.put(IsoTag(ATLAS, afi=0x07, memory=bytearray(library_tag("TS000001"))), IsoTag(FABLES, afi=0xC2))
    crashes = Crashes()
    settings = Settings(str(wire.path), kind="rl866", baud=0, security="afi")
    with device:
        part = reader("pad", settings, posted.post, crashes)
        part.start()
        labels = (Label(ATLAS, "TS000001", armed=True), Label(FABLES, armed=False))
        posted.wait_until(Tags("pad", (ATLAS, FABLES), labels))
        device.lift(ATLAS)
        posted.wait_until(Lifted("pad", ATLAS))
        part.close()
    assert crashes.errors == []


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("pn532", "115200 8N1"),
        ("m100", "115200 8N1"),
        ("r2000", "115200 8N1"),
        ("uhfreader18", "57600 8N1"),
        ("rl866", "38400 8E1"),
        ("feig", "38400 8E1"),
    ],
)
def test_every_kind_is_opened_at_the_speed_and_parity_of_its_protocol(wire: Wire, kind: str, line: str) -> None:
    port, model = open_model(Settings(str(wire.path), kind=kind, baud=0))
    assert line in repr(port)
    assert line in repr(model)
    port.close()


def test_a_port_whose_reader_cannot_be_set_up_is_closed(wire: Wire) -> None:
    with pytest.raises(ValueError, match="region = 'jp'"):
        open_model(Settings(str(wire.path), kind="r2000", region="jp"))
    port, _ = open_model(Settings(str(wire.path), kind="r2000"))
    port.close()


def test_the_settings_may_name_another_speed(wire: Wire) -> None:
    port, _ = open_model(Settings(str(wire.path), kind="rl866", baud=19200))
    assert "19200 8E1" in repr(port)
    port.close()


def test_a_kind_that_speaks_by_itself_is_not_asked() -> None:
    with pytest.raises(ValueError, match="'serial' is not asked"):
        open_model(Settings("/dev/null", kind="serial"))
