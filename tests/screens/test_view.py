"""What the glass is told to show, for every state of the desk, in both languages, on the example school."""

import secrets
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.app.counter import Counter, open_books
from kiosk.circulation.events import (
    ClockChanged,
    ClockState,
    Event,
    PartDown,
    Scan,
    Sensor,
    SensorName,
    Tick,
    Touch,
    TouchAct,
)
from kiosk.circulation.records import Moment
from kiosk.office.school import read_school
from kiosk.office.store import Office, Stored, store_school
from kiosk.screens.pages import Board, Drop, Message, OutOfService, Page, Pin, Staff, Tone, Visit, Waiting
from kiosk.settings import DropSettings, Settings

LUNCH = Path(__file__).parents[2] / "examples" / "lunch"
NOON = datetime.fromisoformat("2026-11-23T12:05:00+08:00")
ZHANG_XIAO_YI, AT_LIMIT, RENEWABLE, OVERDUE = "0086466564", "0077769927", "0076827439", "0040446179"
GRADE_FIVE, LIBRARIAN = "0039262398", "0054299248"
FOAL, REUNION, PRINCE, DICTIONARY = "39999000001873", "39999000003911", "39999000032134", "39999000043529"
INSECTS, LATE_BOOK, LOST_BOOK, ON_LOAN = "39999000018364", "39999000002723", "39999000016327", "39999000000511"


class Scene:
    """The counter, and a clock that only moves when the test says so."""

    def __init__(self, counter: Counter) -> None:
        self.counter, self.passed_s = counter, 0.0

    def step(self, *events: Event, after_s: float = 5.0) -> Page:
        """One event after the other, some seconds apart; gives the last page."""
        page: Page | None = None
        for event in events:
            self.passed_s += after_s
            moment = Moment(NOON + timedelta(seconds=self.passed_s), self.passed_s)
            page = self.counter.step(event, moment).page
        assert page is not None
        return page


def desk(text: str) -> Scan:
    return Scan("desk", text)


def touch(act: str, value: str | None = None, text: str | None = None) -> Touch:
    return Touch(TouchAct(act), value=value, text=text)


@pytest.fixture(params=["zh_CN", "en"])
def scene(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Scene]:
    books = open_books(tmp_path / "kiosk.db", "test")
    school = read_school(LUNCH)
    assert not hasattr(school, "findings")
    office = Office(books.db, books.site_key, NOON, secrets.token_hex, default_pin="1234")
    assert isinstance(store_school(school, office), Stored)
    counter = Counter(books, Settings(drop=DropSettings(beam=True)))
    counter.desk.language = request.param
    counter.desk.settings = type(counter.desk.settings)(beam=True, language=request.param)
    yield Scene(counter)
    books.close()


def texts(value: object) -> list[str]:
    """Every word of a page."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for each in value for text in texts(each)]
    if is_dataclass(value):
        return [text for each in fields(value) for text in texts(getattr(value, each.name))]
    return []


def test_the_board_says_whose_slot_it_is_now_and_next(scene: Scene) -> None:
    page = scene.step(Tick())
    assert isinstance(page, Board)
    assert page.bar is not None
    assert (page.bar.start, page.bar.end, page.bar.part) == ("12:00", "12:50", 0.1)
    said = "".join(span.text for line in page.headline for span in line)
    assert any(grades in said for grades in ("一、二年级", "Grades 1 and 2"))
    assert page.next_line
    assert len(page.books) == 4
    assert page.footer.status is not None
    assert page.footer.status.fine


def test_a_visit_lists_what_was_lent_newest_first_and_what_may_still_be_borrowed(scene: Scene) -> None:
    page = scene.step(desk(ZHANG_XIAO_YI), desk(FOAL), desk(REUNION))
    assert isinstance(page, Visit)
    assert page.who.name == "张*一"
    assert [row.title for row in page.rows] == ["团圆", "小马过河"]
    assert [row.fresh for row in page.rows] == [True, False]
    assert all(row.button and row.button.act is TouchAct.GIVE_BACK for row in page.rows)
    assert page.countdown.left_s == page.countdown.of_s == 30
    assert page.progress is not None
    assert page.progress.done == 2


def test_the_visit_warns_that_it_ends(scene: Scene) -> None:
    scene.step(desk(ZHANG_XIAO_YI))
    page = scene.step(Tick(), after_s=20)
    assert isinstance(page, Visit)
    assert page.countdown.urgent
    assert page.countdown.left_s == 10
    assert isinstance(scene.step(Tick(), after_s=10), Board)


def test_own_loans_are_marked_when_they_are_due_soon_or_late(scene: Scene) -> None:
    soon = scene.step(desk(RENEWABLE))
    assert isinstance(soon, Visit)
    assert [loan.tone for loan in soon.own if loan.title == "昆虫漫话"] == [Tone.SOON]
    assert any(loan.button for loan in soon.own)
    late = scene.step(desk(OVERDUE))
    assert isinstance(late, Visit)
    assert Tone.LATE in [loan.tone for loan in late.own]
    assert not any(loan.button for loan in late.own)


def test_an_own_book_asks_and_a_touch_renews_it(scene: Scene) -> None:
    page = scene.step(desk(RENEWABLE), desk(INSECTS))
    assert isinstance(page, Message)
    assert page.name == "own_book"
    assert [button.act for button in page.buttons] == [TouchAct.RENEW, TouchAct.GIVE_BACK, TouchAct.CANCEL]
    assert isinstance(scene.step(touch("renew")), Visit)
    again = scene.step(desk(INSECTS))
    assert isinstance(again, Message)
    assert TouchAct.RENEW not in [button.act for button in again.buttons]


def test_anothers_book_names_nobody(scene: Scene) -> None:
    page = scene.step(desk(ZHANG_XIAO_YI), desk(ON_LOAN))
    assert isinstance(page, Message)
    assert page.name == "other_book"
    assert not any("张甲" in text or "20260102" in text for text in texts(page))
    lent = scene.step(touch("give_back"))
    assert isinstance(lent, Visit)
    assert lent.rows[0].title == page.subject


@pytest.mark.parametrize(
    ("card", "book"), [(ZHANG_XIAO_YI, DICTIONARY), (AT_LIMIT, FOAL), (GRADE_FIVE, FOAL), (OVERDUE, FOAL)]
)
def test_a_refusal_says_why_and_what_to_do(scene: Scene, card: str, book: str) -> None:
    page = scene.step(desk(card), desk(book))
    assert isinstance(page, Message)
    assert page.name == "refusal"
    assert page.headline
    assert page.words
    assert [button.act for button in page.buttons] == [TouchAct.CANCEL]
    assert isinstance(scene.step(touch("cancel")), Visit)


def test_a_pupil_outside_the_slot_is_told_at_the_card(scene: Scene) -> None:
    page = scene.step(desk(GRADE_FIVE))
    assert isinstance(page, Visit)
    assert any(said in page.prompt for said in ("不是你的借书时间", "借满", "not your time", "all for now"))


def test_a_lost_book_is_asked_back(scene: Scene) -> None:
    page = scene.step(desk(ZHANG_XIAO_YI), desk(LOST_BOOK))
    assert isinstance(page, Message)
    assert page.buttons[0].act is TouchAct.GIVE_BACK
    assert isinstance(scene.step(touch("give_back")), Visit)


def test_books_before_the_card_wait_and_the_last_can_be_given_back(scene: Scene) -> None:
    page = scene.step(desk(FOAL), desk(ON_LOAN))
    assert isinstance(page, Waiting)
    assert page.titles == ("没头脑和不高兴", "小马过河")
    assert isinstance(scene.step(touch("give_back")), Waiting)
    assert isinstance(scene.step(touch("give_back")), Message)
    assert isinstance(scene.step(Tick(), after_s=10), Board)


def test_a_stray_card_is_refused_without_a_visit(scene: Scene) -> None:
    page = scene.step(desk("4444444444"))
    assert isinstance(page, Message)
    assert page.who is None
    assert page.countdown is not None
    assert isinstance(scene.step(Tick(), after_s=10), Board)


def test_the_drop_point_opens_thanks_and_says_when_nothing_fell(scene: Scene) -> None:
    page = scene.step(Scan("drop", ON_LOAN))
    assert isinstance(page, Drop)
    assert page.name == "drop_open"
    assert page.countdown is not None
    assert scene.step(Scan("drop", FOAL)).name == "drop_busy"
    thanks = scene.step(Sensor(SensorName.BEAM))
    assert isinstance(thanks, Drop)
    assert "".join(span.text for span in thanks.count) in ("这次还了 1 本", "1 book this time")
    scene.step(Scan("drop", LATE_BOOK))
    late = scene.step(Tick(), after_s=15)
    assert isinstance(late, Drop)
    assert late.name == "drop_refused"


def test_a_visit_is_not_covered_by_the_drop_point(scene: Scene) -> None:
    scene.step(Scan("drop", ON_LOAN), desk(ZHANG_XIAO_YI))
    page = scene.step(Sensor(SensorName.BEAM))
    assert isinstance(page, Visit)
    assert "没头脑和不高兴" in page.footer.left


def test_staff_open_a_slot_and_confirm_the_clock_behind_a_pin(scene: Scene) -> None:
    scene.step(ClockChanged(ClockState.GUESS))
    clock = scene.step(desk(ZHANG_XIAO_YI), desk(FOAL))
    assert clock.name == "clock"
    assert isinstance(scene.step(desk(LIBRARIAN), touch("staff")), Pin)
    assert isinstance(scene.step(touch("pin", "9999")), Pin)
    page = scene.step(touch("pin", "1234"))
    assert isinstance(page, Staff)
    assert [button.act for button in page.buttons] == [TouchAct.CONFIRM_CLOCK, *[TouchAct.OPEN_SLOT] * 3]
    page = scene.step(touch("confirm_clock"))
    assert isinstance(page, Staff)
    assert TouchAct.CONFIRM_CLOCK not in [button.act for button in page.buttons]
    scene.step(touch("open_slot", "13:30"), touch("staff_done"), touch("done"))
    board = scene.step(Tick())
    assert isinstance(board, Board)
    assert any("13:30" in span.text for line in board.headline for span in line)


def test_the_keypad_is_gone_when_somebody_else_comes(scene: Scene) -> None:
    scene.step(desk(LIBRARIAN), touch("staff"))
    assert isinstance(scene.step(desk(ZHANG_XIAO_YI)), Visit)


def test_a_part_that_is_down_shows_in_the_small_line_and_a_held_reader_stops_the_service(scene: Scene) -> None:
    page = scene.step(PartDown("drop", "unplugged"))
    assert isinstance(page, Board)
    assert page.footer.status is not None
    assert not page.footer.status.fine
    assert isinstance(scene.step(PartDown("desk", "held")), OutOfService)


def test_closed_days_and_times_between_slots_have_their_headline(scene: Scene) -> None:
    between = scene.step(Tick(), after_s=3600)
    assert isinstance(between, Board)
    assert between.bar is None
    weekend = scene.step(Tick(), after_s=6 * 86400)
    assert isinstance(weekend, Board)
    assert weekend.headline != between.headline


def test_the_language_is_one_touch_away_and_comes_back_by_itself(scene: Scene) -> None:
    before = scene.counter.desk.language
    scene.counter.desk.settings = type(scene.counter.desk.settings)(language=before)
    scene.step(touch("language"))
    assert scene.counter.desk.language != before
    scene.step(Tick(), after_s=30)
    assert scene.counter.desk.language == before
