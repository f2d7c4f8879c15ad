"""A Monday lunch slot at the example school: who comes, what they do, which page must come, what must be recorded.

Every scene leaves the desk as it found it, with nobody there.
"""

from typing import Final

from kiosk.circulation.events import ClockChanged, ClockState, Sensor, SensorName, TouchAct
from kiosk.circulation.records import Code, Kind
from kiosk.demo.acting import Acting, about, row
from kiosk.demo.stand import PIN
from kiosk.screens.pages import Board, Drop, Mark, OutOfService, Page, Visit

BEAM: Final = Sensor(SensorName.BEAM)
IN_DOUBT: Final = ClockChanged(ClockState.GUESS)
BETWEEN_S: Final = 75.0  # from one person to the next


class Story(Acting):
    """The scenes."""

    def play(self) -> None:
        """Everything, in order."""
        self.p.expect("board")
        self.shoot("board")
        for scene in (
            self.two_books_and_one_too_many, self.reference_work_and_next_card, self.overdue, self.wrong_slot,
            self.book_first, self.strange_codes, self.anothers_book, self.drop_point, self.walked_away, self.staff,
            self.clock_in_doubt, self.unplugged,
        ):  # fmt: skip
            self.p.clock.advance(BETWEEN_S)
            scene()

    def two_books_and_one_too_many(self) -> None:
        """Two books are lent, the third is one too many; two fingers and a double tap do no harm."""
        self.tell("张小一借两本，第三本借满了", "two books lent, the third is one too many")
        pupil = self.enters("20260101")
        self.shoot("visit-begins")
        self.lent(pupil, "39999000001873")
        self.lent(pupil, "39999000003911")
        self.shoot("visit-lent")
        self.refused(pupil, "39999000016830", Code.LIMIT_REACHED)
        self.shoot("refusal-limit")
        self.p.tap(TouchAct.CANCEL, "visit", fingers=2)
        self.leaves(pupil, times=2)

    def reference_work_and_next_card(self) -> None:
        """A reference work stays here; the next pupil's card in mid-visit; a book is renewed."""
        self.tell("欧阳小春刷感应卡，工具书不外借", "a contactless card; a reference work stays here")
        pupil = self.enters("20260105", uid=True)
        self.lent(pupil, "39999000016830")
        self.refused(pupil, "39999000043529", Code.NOT_FOR_LOAN)
        self.shoot("refusal-reference")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.undone(pupil, "39999000016830")
        self.tell("周小四没等“完成”就刷卡，续借一本", "the next card in mid-visit; a renewal")
        pupil = self.enters("20250101", ended="20260105")
        book = self.cast.copy("39999000018364")
        self.p.scan(book.barcode, "own_book", about(book.title))
        self.shoot("own-book")
        self.p.tap(TouchAct.RENEW, "visit", row(Mark.RENEWED, book.title), times=2)
        self.p.did(Kind.RENEWED, pupil.number, book.barcode)
        self.shoot("visit-renewed")
        self.leaves(pupil)

    def overdue(self) -> None:
        """Nothing is lent until the overdue book is back."""
        self.tell("徐米米有过期书，先还再借", "an overdue book comes first")
        pupil = self.enters("20250103")
        self.shoot("visit-overdue")
        self.refused(pupil, "39999000032134", Code.OVERDUE_ITEMS)
        self.shoot("refusal-overdue")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.given_back(pupil, "39999000002723")
        self.lent(pupil, "39999000032134")
        self.leaves(pupil)

    def wrong_slot(self) -> None:
        """Grade 5 does not borrow on Mondays."""
        self.tell("张小三是五年级，现在不是他的借书时间", "grade 5 has its slot on Thursday")
        pupil = self.enters("20220201")
        self.refused(pupil, "39999000039444", Code.NOT_YOUR_SLOT)
        self.shoot("refusal-slot")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.leaves(pupil)

    def book_first(self) -> None:
        """A book before the card; then one is given back without a card."""
        self.tell("孙小鹤先扫书后刷卡", "book first, card later")
        book = self.cast.copy("39999000040970")
        self.p.scan(book.barcode, "books_wait")
        self.shoot("books-wait")
        pupil = self.cast.pupil("20250104")
        self.p.card(pupil.card, fits=row(Mark.LENT, book.title))
        self.p.did(Kind.VISIT_STARTED, pupil.number)
        self.p.did(Kind.LENT, pupil.number, book.barcode)
        self.leaves(pupil)
        back = self.cast.copy("39999000000511")
        self.p.scan(back.barcode, "books_wait")
        self.p.tap(TouchAct.GIVE_BACK, "returned")
        self.p.did(Kind.RETURNED, "20260102", back.barcode)
        self.shoot("returned")
        self.p.tap(TouchAct.CANCEL, "board")

    def strange_codes(self) -> None:
        """A card that nobody knows, the publisher's barcode, a barcode read wrong."""
        self.tell("不认识的卡、书背面的条码、没扫清的条码", "an unknown card, an ISBN, a misread")
        self.p.scan("0000000001", "refusal")
        self.p.did(Kind.REFUSED, None, None, Code.UNKNOWN_CARD)
        self.shoot("refusal-card")
        self.p.tap(TouchAct.CANCEL, "board")
        pupil = self.enters("20260104")
        self.p.scan("9787020042494", "refusal")
        self.p.did(Kind.REFUSED, None, None, Code.ISBN_NOT_ITEM)
        self.shoot("refusal-isbn")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.p.scan("39999000009521", "refusal")
        self.p.did(Kind.REFUSED, None, None, Code.UNREADABLE)
        self.shoot("refusal-misread")
        self.lent(pupil, "39999000009520")
        self.leaves(pupil)

    def anothers_book(self) -> None:
        """A book that is here must have come back unseen."""
        self.tell("朱小五拿来的书还在张甲名下", "a book that the records still give to another")
        pupil = self.enters("20250201")
        book = self.cast.copy("39999000001360")
        self.p.scan(book.barcode, "other_book", about(book.title))
        self.p.did(Kind.REFUSED, pupil.number, book.barcode, Code.LENT_TO_OTHER)
        self.shoot("other-book")
        self.p.tap(TouchAct.GIVE_BACK, "visit", row(Mark.LENT, book.title), times=2)
        self.p.did(Kind.RETURNED, "20260102", book.barcode, "unseen")
        self.p.did(Kind.LENT, pupil.number, book.barcode)
        self.p.scan(book.barcode, "own_book", about(book.title))
        self.shoot("own-book-here")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.leaves(pupil)

    def drop_point(self) -> None:
        """The flap opens, the beam tells that the book fell; one is not dropped, one is not ours."""
        self.tell("还书口：放进去、没放进去、不是我们的书", "the drop point: dropped, not dropped, not ours")
        book, other = self.cast.copy("39999000004422"), self.cast.copy("39999000007318")
        self.p.scan(book.barcode, "drop_open", reader="drop")
        self.shoot("drop-open")
        self.p.scan(other.barcode, "drop_busy", reader="drop")
        self.shoot("drop-busy")
        self.p.sense(BEAM, "drop_returned")
        self.p.did(Kind.RETURNED, "20260205", book.barcode)
        self.shoot("drop-returned")
        self.p.scan(other.barcode, "drop_open", reader="drop")
        self.p.let_pass(16, "drop_refused", lambda page: isinstance(page, Drop) and not page.countdown)
        self.p.did(Kind.REFUSED, None, other.barcode, Code.NOT_DROPPED)
        self.shoot("drop-refused")
        self.p.scan("12345", "drop_refused", reader="drop")
        self.p.did(Kind.REFUSED, None, None, Code.UNKNOWN_ITEM)
        self.p.let_pass(11, "board")

    def walked_away(self) -> None:
        """Somebody walks away; at 20 s the page says so, at 30 s the visit ends."""
        self.tell("黄阿福走开了，30 秒后自动结束", "somebody walks away: the visit ends by itself")
        pupil = self.enters("20260206")

        def wait() -> None:
            self.p.let_pass(21, "visit", lambda page: isinstance(page, Visit) and page.countdown.urgent)

        wait()
        self.shoot("visit-ends-soon", again=wait)
        self.p.let_pass(10, "board")
        self.p.did(Kind.VISIT_ENDED, pupil.number, reason="idle")

    def staff(self) -> None:
        """The librarian signs in and opens the desk to everybody; now grade 5 may borrow."""
        self.tell("文馆员登录，对所有人开放；张小三借到了", "the librarian opens the desk to everybody")
        librarian = self.enters("S001")
        self.p.tap(TouchAct.STAFF, "pin")
        self.shoot("pin")
        self.p.send_pin("0000", "pin")
        self.p.did(Kind.STAFF_DENIED, None)
        self.p.send_pin(PIN, "staff")
        self.p.did(Kind.STAFF_IN, None)
        self.shoot("staff")
        self.p.tap(TouchAct.OPEN_SLOT, "staff")
        self.p.did(Kind.CHANGED, None, reason="open_slot")
        self.p.tap(TouchAct.STAFF_DONE, "visit")
        self.p.did(Kind.STAFF_OUT, None)
        self.leaves(librarian)
        self.shoot("board-open-to-all")
        pupil = self.enters("20220201")
        self.lent(pupil, "39999000039444")
        self.leaves(pupil)

    def clock_in_doubt(self) -> None:
        """The clock can no longer be trusted: lending waits for a librarian, giving back goes on."""
        self.tell("时钟不可信，要老师确认后才能借", "the clock is in doubt: a librarian must confirm it")
        self.p.sense(IN_DOUBT, "board", lambda page: isinstance(page, Board) and not _fine(page))
        self.p.did(Kind.CLOCK_CHANGED, None, reason="guess")
        librarian = self.enters("S001")
        book = self.cast.copy("39999000010379")
        self.p.scan(book.barcode, "clock", about(book.title))
        self.p.did(Kind.REFUSED, librarian.number, book.barcode, Code.CLOCK_UNTRUSTED)
        self.shoot("clock")
        self.p.tap(TouchAct.CANCEL, "visit")
        self.p.tap(TouchAct.STAFF, "pin")
        self.p.send_pin(PIN, "staff")
        self.p.did(Kind.STAFF_IN, None)
        self.shoot("staff-clock")
        self.p.tap(TouchAct.CONFIRM_CLOCK, "staff")
        self.p.did(Kind.CONFIRMED, None, reason="clock")
        self.p.tap(TouchAct.STAFF_DONE, "visit")
        self.p.did(Kind.STAFF_OUT, None)
        self.lent(librarian, book.barcode)
        self.leaves(librarian)

    def unplugged(self) -> None:
        """The scanner's plug is pulled, and another program listens to the new one: nobody may borrow meanwhile."""
        self.tell("扫码器被拔掉又被占用，机器休息；放开后自己恢复", "the scanner is taken away, then comes back")
        self.wires["desk"].plug_in(held=True)
        self.p.expect("out_of_service", lambda page: isinstance(page, OutOfService))
        self.shoot("out-of-service")
        self.wires["desk"].let_go()
        self.p.expect("board", _fine_board)


def _fine(page: Board) -> bool:
    return page.footer.status is not None and page.footer.status.fine


def _fine_board(page: Page) -> bool:
    return isinstance(page, Board) and _fine(page)
