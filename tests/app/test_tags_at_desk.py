"""Tags with labels at a real desk: who is meant, what is armed and when, and what the page says when a part fails."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import pytest

from kiosk.app.counter import Step
from kiosk.circulation.events import (
    EffectFailed,
    Label,
    Lifted,
    Misread,
    PartDown,
    PartUp,
    Scan,
    Sensor,
    SensorName,
    TagAt,
    Tags,
    Tick,
    Touch,
    TouchAct,
)
from kiosk.circulation.slips import Slip, SlipLine
from kiosk.circulation.visit import Done
from kiosk.screens.pages import Aside, Board, Message, Visit
from kiosk.settings import DropSettings, ReceiptSettings, Settings
from kiosk.words import words
from tests.app.desks import Stand, school

SAY = words("zh_CN")
UID, LONE = "E00401000000AAAA", "E004010000000001"  # LONE is the tag of T1 by items.csv
GIVE_BACK, DONE, PRINT, CANCEL = (Touch(TouchAct(act)) for act in ("give_back", "done", "receipt", "cancel"))


class Pad:
    """A reader that arms at once, or cannot; it notes whether a transaction was open meanwhile."""

    def __init__(self, stand: Stand, *, able: bool) -> None:
        self.stand, self.able, self.armed = stand, able, list[TagAt]()
        stand.counter.desk.security = self

    def arm(self, tags: Sequence[TagAt]) -> Sequence[TagAt]:
        assert not self.stand.books.db.in_transaction()
        self.armed += tags
        return tags if self.able else ()


@pytest.fixture
def stand(tmp_path: Path) -> Iterator[Stand]:
    folder = school(tmp_path).book("S1", parts=3).text("school.toml", 'name = "样例小学"\n')
    stand = Stand(folder, Settings(receipt=ReceiptSettings(when="ask")))
    yield stand
    stand.close()


def tags(*labels: Label, reader: str = "pad") -> Tags:
    return Tags(reader, tuple(label.uid for label in labels), labels)


def effects(step: Step, part: str = "tag") -> list[tuple[str, object]]:
    return [(effect.act, effect.what) for effect in step.outcome.effects if effect.part == part]


def texts(value: object) -> list[str]:
    """Every word of a page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    if is_dataclass(value):
        return [text for field in fields(value) for text in texts(getattr(value, field.name))]
    return []


@pytest.mark.parametrize(
    ("label", "item", "refusal"),
    [
        (Label(UID, "B2"), "B2", None),
        (Label(UID, " b2 "), "B2", None),
        (Label(LONE, "B2"), "B2", None),
        (Label(LONE, "X999"), "T1", None),
        (Label(LONE), "T1", None),
        (Label(UID, "X999"), None, "unknown_item"),
        (Label("04A1B2C3", "X999"), None, "unknown_item"),
        (Label("04A1B2C3"), None, "unknown_card"),
        (Label(UID), None, "unknown_item"),
        (Label(UID, "X999", is_card=True), None, "unknown_card"),
    ],
    ids=[
        "the number in its memory", "written otherwise", "the memory before the UID",
        "the UID where the number is nobody's", "the UID alone", "a number that nobody knows",
        "a number makes no card of it", "a card by the length of its UID", "a tag by the length of its UID",
        "a person's card of another library",
    ],
)  # fmt: skip
def test_what_a_tag_means(stand: Stand, label: Label, item: str | None, refusal: str | None) -> None:
    stand.step(Scan("desk", "C2"))
    outcome = stand.step(tags(label)).outcome
    assert [recorded.entry.item for recorded in outcome.entries] == [item]
    assert outcome.refusal == refusal


def test_a_patron_card_written_as_a_library_tag_opens_the_visit(stand: Stand) -> None:
    stand.step(tags(Label(UID, "C2")))
    assert stand.counter.desk.sitting.number == "2"


def test_labels_tell_the_parts_of_a_set(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    first, second, third = (Label(f"{UID}{part:02}", "S1", part, 3) for part in (1, 2, 3))
    refused = stand.step(tags(first, third))
    assert refused.outcome.refusal == "parts_missing"
    assert isinstance(refused.page, Message)
    assert "3 件中的 2 件" in refused.page.headline
    lent = stand.step(tags(second))
    assert [recorded.entry.kind for recorded in lent.outcome.entries] == ["lent"]
    assert effects(lent) == [("disarm", TagAt("pad", label.uid)) for label in (first, third, second)]


def test_a_set_that_comes_back_without_a_part_says_how_many_are_missing(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.step(Scan("desk", "S1"))
    stand.step(tags(Label(UID, "S1", 1, 3)))
    page = stand.step(GIVE_BACK).page
    assert SAY.count("parts.still", 2) in " ".join(texts(page))
    dropped = stand.step(tags(Label(UID, "S1", 1, 3), reader="drop"))
    stand.step(DONE)
    assert SAY.count("parts.still", 2) in texts(stand.step(Tick(), after_s=0.1).page)
    assert dropped.outcome.entries[0].entry.data == {"parts": [1, 3]}


@pytest.mark.parametrize("able", [True, False])
def test_what_cannot_be_armed_at_once_is_asked_for(stand: Stand, able: bool) -> None:
    pad = Pad(stand, able=able)
    stand.step(Scan("desk", "C1"))
    stand.step(tags(Label(UID, "B1")))
    returned = stand.step(GIVE_BACK)
    assert pad.armed == [TagAt("pad", UID)]
    assert effects(returned) == ([] if able else [("arm", TagAt("pad", UID))])


@pytest.mark.parametrize("able", [True, False])
@pytest.mark.parametrize("reader", ["pad", "drop"])
def test_a_return_that_the_disk_refuses_leaves_no_alarm(stand: Stand, able: bool, reader: str) -> None:
    Pad(stand, able=able)
    label = Label(UID, "B1")
    if reader == "pad":
        stand.step(Scan("desk", "C1"))
        stand.step(tags(label))
    stand.disk.spare = 0
    failed = stand.step(GIVE_BACK if reader == "pad" else tags(label, reader="drop"))
    assert failed.outcome.refusal == "storage_failed"
    assert effects(failed) == [("disarm", TagAt(reader, UID))]


def test_a_loan_that_the_disk_refuses_disarms_nothing(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.disk.spare = 0
    assert effects(stand.step(tags(Label(UID, "B2", armed=True)))) == []


def test_a_tag_is_armed_before_the_flap_opens(stand: Stand) -> None:
    pad = Pad(stand, able=True)
    stand.counter.desk.drop.beam = True
    opened = stand.step(tags(Label(UID, "B1", armed=False), reader="drop"))
    assert pad.armed == [TagAt("drop", UID)]
    assert effects(opened) == []
    again = stand.step(tags(Label(UID, "B1", armed=True), reader="drop"))
    assert effects(again) == []
    assert effects(stand.step(Sensor(SensorName.BEAM))) == []


@pytest.mark.parametrize(
    ("item", "armed", "repaired"),
    [
        ("B1", True, ["disarm"]),
        ("B1", False, []),
        ("B1", None, []),
        ("B2", False, ["arm"]),
        ("B2", True, []),
        ("B2", None, []),
        ("X999", False, []),
    ],
)
def test_a_tag_that_says_otherwise_than_the_loans_is_put_right(
    stand: Stand, item: str, armed: bool | None, repaired: list[str]
) -> None:
    label = Label(UID, item, armed=armed)
    for event in (tags(label), tags(label)):
        assert effects(stand.step(event)) == [(act, TagAt("pad", UID)) for act in repaired]


def test_a_book_lent_by_its_barcode_is_disarmed_when_its_tag_is_seen(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.step(Scan("desk", "B2"))
    step = stand.step(tags(Label(UID, "B2", armed=True)), after_s=1)
    assert (step.outcome.entries, effects(step)) == ((), [("disarm", TagAt("pad", UID))])
    assert step.state == "visit"


def test_a_book_on_the_pad_is_disarmed_when_its_barcode_is_scanned(stand: Stand) -> None:
    stand.step(tags(Label(UID, "B2")))
    stand.step(Touch(TouchAct.LANGUAGE))
    assert effects(stand.step(Scan("desk", "C2"))) == [("disarm", TagAt("pad", UID))]


def test_a_book_that_the_last_people_left_on_the_pad_is_disarmed_for_the_next(stand: Stand) -> None:
    stand.step(tags(Label(UID, "B2")))
    stand.step(CANCEL)
    stand.step(Scan("desk", "C2"))
    assert effects(stand.step(Scan("desk", "B2"))) == [("disarm", TagAt("pad", UID))]
    stand.step(GIVE_BACK)
    stand.step(DONE)
    stand.step(Lifted("pad", UID))
    stand.step(Scan("desk", "C2"))
    assert effects(stand.step(Scan("desk", "B2"))) == []


def test_books_that_were_sent_away_do_not_count_as_parts_for_the_next(stand: Stand) -> None:
    first, second, third = (Label(f"{UID}{part:02}", "S1", part, 3) for part in (1, 2, 3))
    stand.step(tags(first, second))
    stand.step(CANCEL)
    stand.step(Scan("desk", "C2"))
    assert stand.step(tags(third)).outcome.refusal == "parts_missing"


def test_a_tag_that_still_lies_there_is_put_right_and_read_by_nobody(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.step(tags(Label(UID, "B2", armed=True)))
    again = stand.step(Tags("pad", (), (Label(UID, "B2", armed=True),)))
    assert (again.outcome.entries, again.state) == ((), "visit")
    assert effects(again) == [("disarm", TagAt("pad", UID))]
    assert stand.step(Tags("pad", (), (Label(UID, "C1", is_card=True),))).outcome.entries == ()


def test_a_tag_that_was_not_disarmed_is_said_until_the_visit_ends(stand: Stand) -> None:
    failed = EffectFailed("tag", "disarm", "no answer")
    stand.step(Scan("desk", "C2"))
    assert SAY("visit.tag_failed") not in texts(stand.step(failed).page)
    stand.step(tags(Label(UID, "B2")))
    page = stand.step(failed).page
    assert isinstance(page, Visit)
    assert page.asides[0].words == SAY("visit.tag_failed")
    assert SAY("visit.tag_failed") in texts(stand.step(Scan("desk", "X999")).page)
    assert len(stand.counter.books.shelf.loans("2")) == 1
    stand.step(Scan("desk", "C1"))
    assert SAY("visit.tag_failed") not in texts(stand.step(Tick()).page)
    assert stand.kinds().count("part_down") == 2


def test_a_return_that_could_not_be_armed_asks_nobody_to_show_a_loan(stand: Stand) -> None:
    stand.step(Scan("desk", "C1"))
    stand.step(tags(Label(UID, "B1")))
    stand.step(GIVE_BACK)
    stand.step(tags(Label(LONE)))
    assert SAY("visit.tag_failed") not in texts(stand.step(EffectFailed("tag", "arm", "no answer")).page)


def test_no_slip_is_asked_for_when_the_kiosk_stops(tmp_path: Path) -> None:
    stand = Stand(school(tmp_path), Settings(receipt=ReceiptSettings(when="always")))
    stand.step(Scan("desk", "C2"))
    stand.step(Scan("desk", "B2"))
    assert stand.counter.desk.stop(stand.now).effects == ()
    stand.close()


def test_the_slip_has_what_was_done_and_no_whole_name(stand: Stand) -> None:
    stand.step(Scan("desk", "C1"))
    assert _slip_button(stand.step(Tick())) is None
    stand.step(Scan("desk", "B1"))
    stand.step(GIVE_BACK)
    step = stand.step(Scan("desk", "B2"))
    assert _slip_button(step) == SAY("slip.button")
    printed = stand.step(PRINT)
    ((act, slip),) = effects(printed, "receipt")
    assert act == "print"
    assert isinstance(slip, Slip)
    assert (slip.school, slip.patron, slip.at, slip.language) == ("样例小学", "某*", stand.now.wall, "zh_CN")
    assert slip.lines == (SlipLine("W1", Done.RETURNED, None), SlipLine("W1", Done.LENT, date(2026, 9, 22)))
    assert isinstance(printed.page, Visit)
    assert printed.page.asides == (Aside(SAY("slip.printing")),)
    assert _slip_button(printed) is None
    assert effects(stand.step(PRINT), "receipt") == []
    assert _slip_button(stand.step(Scan("desk", "B3"))) == SAY("slip.button")


def test_a_printer_without_paper_keeps_nobody_from_borrowing(stand: Stand) -> None:
    stand.step(Scan("desk", "C2"))
    stand.step(Scan("desk", "B2"))
    stand.step(PRINT)
    assert SAY("slip.failed") in texts(stand.step(EffectFailed("receipt", "print", "no paper")).page)
    assert [recorded.entry.kind for recorded in stand.step(Scan("desk", "B3")).outcome.entries] == ["lent"]
    stand.step(DONE)
    stand.step(EffectFailed("receipt", "print", "no paper"))
    assert SAY("slip.failed") not in texts(stand.step(Scan("desk", "C2")).page)


def _slip_button(step: Step) -> str | None:
    assert isinstance(step.page, Visit)
    return step.page.slip.label if step.page.slip is not None else None


@pytest.mark.parametrize("why", ["two_cards", "alt_mode", "overrun"])
def test_what_a_reader_cannot_vouch_for_says_what_to_do(stand: Stand, why: str) -> None:
    key = "refusal.unreadable" if why == "overrun" else f"refusal.unreadable.{why}"
    step = stand.step(Misread("desk", why))
    assert isinstance(step.page, Message)
    assert (step.page.headline, step.page.words) == (SAY(f"{key}.head"), SAY(f"{key}.do"))
    (recorded,) = step.outcome.entries
    assert (recorded.entry.reason, recorded.entry.data) == ("unreadable", {"reasons": ["unreadable"], "why": why})


def test_two_cards_at_the_drop_point_mean_nothing(stand: Stand) -> None:
    assert stand.step(Misread("drop", "two_cards")).outcome.entries == ()
    step = stand.step(Misread("drop", "alt_mode"))
    assert SAY("drop.unreadable.alt_mode.head") in texts(step.page)


def test_a_call_for_help_stands_on_the_board_for_a_minute(stand: Stand) -> None:
    page = stand.step(Sensor(SensorName.HELP)).page
    assert isinstance(page, Board)
    assert page.footer.status is not None
    assert page.footer.status.words == SAY("status.help")
    stand.step(Sensor(SensorName.HELP), after_s=40)
    assert SAY("status.help") in texts(stand.step(Tick(), after_s=59.9).page)
    assert SAY("status.help") not in texts(stand.step(Tick(), after_s=0.1).page)


def test_a_call_for_help_ends_when_staff_sign_in(stand: Stand) -> None:
    stand.counter.books.shelf.pin_fits = lambda number, pin: True  # type: ignore[method-assign]
    stand.step(Scan("desk", "C2"))
    assert SAY("status.help") in texts(stand.step(Sensor(SensorName.HELP)).page)
    stand.step(Touch(TouchAct.STAFF, text="L1"))
    stand.step(Touch(TouchAct.PIN, value="1234"))
    assert not stand.counter.desk.help.calling


def test_a_stuck_flap_is_said_on_the_board(tmp_path: Path) -> None:
    stand = Stand(school(tmp_path), Settings(drop=DropSettings(beam=True)))
    page = stand.step(Sensor(SensorName.JAM)).page
    assert SAY("status.jam") in texts(page)
    assert SAY("drop.flap_stuck.head") in texts(stand.step(Scan("drop", "B1")).page)
    stand.close()


FLAP_FAILS = {
    "its part is down": PartDown("flap", "failed"),
    "it did not open": EffectFailed("flap", "open", "busy"),
}


@pytest.mark.parametrize("failure", FLAP_FAILS.values(), ids=FLAP_FAILS)
def test_a_flap_that_does_not_work_takes_no_book_until_it_does(
    tmp_path: Path, failure: PartDown | EffectFailed
) -> None:
    stand = Stand(school(tmp_path), Settings(drop=DropSettings(beam=True)))
    pad = Pad(stand, able=True)
    stand.step(failure)
    refused = stand.step(tags(Label(UID, "B1"), reader="drop"))
    assert refused.outcome.refusal == "flap_stuck"
    assert (refused.outcome.effects[0].part, pad.armed) == ("sound", [])
    stand.step(PartUp("flap"))
    assert effects(stand.step(Scan("drop", "B1")), "flap") == [("open", None)]
    stand.close()


@pytest.mark.parametrize("failure", FLAP_FAILS.values(), ids=FLAP_FAILS)
def test_a_flap_that_fails_under_a_book_refuses_it_at_once(tmp_path: Path, failure: PartDown | EffectFailed) -> None:
    stand = Stand(school(tmp_path), Settings(drop=DropSettings(beam=True)))
    stand.step(tags(Label(UID, "B1"), reader="drop"))
    step = stand.step(failure)
    assert step.outcome.refusal == "flap_stuck"
    assert [(entry.entry.kind, entry.entry.item) for entry in step.outcome.entries] == [
        ("refused", "B1"),
        ("part_down", None),
    ]
    assert effects(step) == [("disarm", TagAt("drop", UID))]
    assert stand.counter.desk.drop.pending is None
    stand.close()


def test_a_flap_that_does_not_close_is_an_entry_and_refuses_nothing(tmp_path: Path) -> None:
    stand = Stand(school(tmp_path), Settings(drop=DropSettings(beam=True)))
    stand.step(EffectFailed("flap", "close", "busy"))
    assert effects(stand.step(Scan("drop", "B1")), "flap") == [("open", None)]
    stand.close()
