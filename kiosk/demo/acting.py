"""What every scene of the demo's story is made of: somebody comes, a book is lent or refused, a picture is taken.

Each of these also notes what the ledger must then hold.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kiosk.circulation.events import TouchAct
from kiosk.circulation.records import Code, Kind
from kiosk.demo.cast import Cast, Copy, Pupil
from kiosk.demo.player import Player
from kiosk.demo.wires import Wires
from kiosk.office.folder import SchoolFolder
from kiosk.screens.pages import Mark, Message, Page, Visit

LANGUAGES: Final = ("zh_CN", "en")


def row(mark: Mark, title: str) -> Callable[[Page], bool]:
    """A visit whose newest line says this of that book."""
    return lambda page: isinstance(page, Visit) and bool(page.rows) and (page.rows[0].mark, page.rows[0].title) == (
        mark, title,
    )  # fmt: skip


def about(title: str) -> Callable[[Page], bool]:
    """A message about this book."""
    return lambda page: isinstance(page, Message) and page.subject == title


class Acting:
    """The people at the counter. Pictures are left in `shots`."""

    def __init__(
        self, player: Player, school: SchoolFolder, wires: Wires, shots: Path, say: Callable[[str], None]
    ) -> None:
        self.p, self.cast, self.wires, self.shots, self.say = player, Cast(school), wires, shots, say
        self.zone = ZoneInfo(school.plan.settings.timezone)
        self.pictures: list[Path] = []

    def tell(self, chinese: str, english: str) -> None:
        """Say on the terminal what happens now."""
        self.say(f"{self.p.clock.now().wall.astimezone(self.zone):%H:%M}  {chinese} · {english}")

    def shoot(self, name: str, again: Callable[[], None] = lambda: None) -> None:
        """Take the page's picture in every language; the last one stays until the visit ends.

        `again` brings back what the touch on the language button takes away.
        """
        number = len(self.pictures) // len(LANGUAGES) + 1
        first = self.p.language
        for language in (first, *(other for other in LANGUAGES if other != first)):
            if language != first:
                self.p.switch_language(language)
                again()
            path = self.shots / f"{number:02}-{name}.{language}.png"
            self.p.picture(path)
            self.pictures.append(path)

    def enters(self, number: str, *, uid: bool = False, ended: str | None = None) -> Pupil:
        """Somebody taps their card; a visit that was open ends."""
        pupil = self.cast.pupil(number, uid=uid)
        self.p.card(pupil.card, fits=lambda page: isinstance(page, Visit) and not page.rows)
        if ended is not None:
            self.p.did(Kind.VISIT_ENDED, ended, reason="next_card")
        self.p.did(Kind.VISIT_STARTED, number)
        return pupil

    def leaves(self, pupil: Pupil, times: int = 1) -> None:
        """They touch "done"."""
        self.p.tap(TouchAct.DONE, "board", times=times)
        self.p.did(Kind.VISIT_ENDED, pupil.number, reason="done")

    def lent(self, pupil: Pupil, barcode: str) -> Copy:
        """A book is lent."""
        book = self.cast.copy(barcode)
        self.p.scan(barcode, "visit", row(Mark.LENT, book.title))
        self.p.did(Kind.LENT, pupil.number, barcode)
        return book

    def refused(self, pupil: Pupil, barcode: str, code: Code) -> None:
        """A book is refused."""
        self.p.scan(barcode, "refusal", about(self.cast.copy(barcode).title))
        self.p.did(Kind.REFUSED, pupil.number, barcode, code)

    def undone(self, pupil: Pupil, barcode: str) -> None:
        """A book lent in this visit is given back by its button."""
        self.p.tap(TouchAct.GIVE_BACK, "visit", row(Mark.RETURNED, self.cast.copy(barcode).title), value=barcode)
        self.p.did(Kind.RETURNED, pupil.number, barcode)

    def given_back(self, pupil: Pupil, barcode: str) -> None:
        """A book from an earlier visit is given back at the desk."""
        title = self.cast.copy(barcode).title
        self.p.scan(barcode, "own_book", about(title))
        self.p.tap(TouchAct.GIVE_BACK, "visit", row(Mark.RETURNED, title))
        self.p.did(Kind.RETURNED, pupil.number, barcode)
