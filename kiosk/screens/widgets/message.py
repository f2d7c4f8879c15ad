"""One thing said large: refusals, choices, a stray card; and the books that wait for a card."""

from typing import Final

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Button, Countdown, Icon, Message, Waiting
from kiosk.screens.theme import Frame, Rgb
from kiosk.screens.widgets.parts import Card, Counting, Scroller, Tap
from kiosk.screens.widgets.shapes import Shape
from kiosk.screens.widgets.sheet import Sheet, name_head
from kiosk.screens.widgets.visit import column
from kiosk.screens.widgets.words import Words, squeeze_into

HEADLINE: Final = (46, 40, 34, 30, 26, 24)
TINTS: Final[dict[str, tuple[Rgb, Rgb]]] = {
    "refusal": (theme.CLAY, theme.CLAY_SOFT),
    "own_book": (theme.SEA, theme.SEA_SOFT),
    "other_book": (theme.SEA, theme.SEA_SOFT),
    "clock": (theme.AMBER_INK, theme.AMBER_SOFT),
    "returned": (theme.JADE, theme.JADE_SOFT),
}


class AskingSheet(Sheet):
    """A page that ends with a note or a countdown, and large buttons at the right or below."""

    def asks(self, note: str, countdown: Countdown | None, buttons: tuple[Button, ...]) -> BoxLayout:
        """That bottom strip."""
        strip = BoxLayout(orientation=self.flow, spacing=dp(14), size_hint_y=None)
        strip.bind(minimum_height=strip.setter("height"))
        says = column(spacing=dp(6), pos_hint={"center_y": 0.5})
        if note:
            says.add_widget(Words(note, (20, 18), lines=3, ink=theme.INK_QUIET))
        if countdown:
            says.add_widget(self.counting(Counting(countdown, size_hint_y=None, height=dp(38))))
        if note or countdown or not self.frame.tall:
            strip.add_widget(says)
        if buttons:
            strip.add_widget(self.big_buttons(buttons))
        return strip


class MessageSheet(AskingSheet):
    """One thing said large, with what to do."""

    def __init__(self, page: Message, frame: Frame, tap: Tap) -> None:
        self.page = page
        super().__init__(page.footer, frame, tap)

    def fill(self) -> None:
        """Who, the card with shape and words, the note and the buttons."""
        page, body = self.page, self.ids.body
        if page.who:
            body.add_widget(name_head(page.who))
        card = Card(orientation=self.flow, padding=(dp(50), dp(20), dp(40), dp(20)), spacing=dp(44))
        if self.frame.tall:
            card.padding, card.spacing = (dp(36), dp(30), dp(36), dp(30)), dp(20)
            card.add_widget(Widget())
        ink, ground = TINTS.get(page.name, TINTS["refusal"])
        place = {"center_x": 0.5} if self.frame.tall else {"center_y": 0.5}
        card.add_widget(
            Shape(page.icon, ink=ink, ground=ground, round_ground=True, size_hint=(None, None),
                  size=(dp(164), dp(164)), pos_hint=place)
        )  # fmt: skip
        says = self._says()
        card.add_widget(says)
        if self.frame.tall:
            card.add_widget(Widget())

        def squeeze(*_: object) -> None:
            picture = dp(164) + 4 * card.spacing if self.frame.tall else 0
            gaps = says.spacing * (len(says.children) - 1)
            squeeze_into(says.children, card.height - card.padding[1] - card.padding[3] - picture - gaps)

        squeeze_soon = Clock.create_trigger(squeeze, -1)
        card.bind(height=squeeze_soon)
        says.bind(width=squeeze_soon)
        body.add_widget(card)
        body.add_widget(self.asks(page.note, page.countdown, page.buttons))

    def _says(self) -> BoxLayout:
        align = "center" if self.frame.tall else "left"
        says = column(spacing=dp(8), pos_hint={"center_y": 0.5})
        if self.page.subject:
            lines = (2, 2, 3, 6 if self.frame.tall else 4)
            says.add_widget(Words(self.page.subject, (24, 22, 20, 18), lines=lines, ink=theme.INK_QUIET, align=align))
        says.add_widget(
            Words(self.page.headline, HEADLINE, lines=(2, 2, 2, 2, 3, 4), bold=True, align=align, pitch=1.25)
        )
        says.add_widget(Words(self.page.words, (26, 24, 22), lines=(4, 4, 5), align=align, pitch=1.42))
        return says


class WaitingSheet(AskingSheet):
    """Books scanned before the card."""

    def __init__(self, page: Waiting, frame: Frame, tap: Tap) -> None:
        self.page = page
        super().__init__(page.footer, frame, tap)

    def fill(self) -> None:
        """The call for the card, the waiting books, the countdown and the buttons."""
        side = dp(104 if self.frame.tall else 132)
        self.ids.call.add_widget(
            Shape(Icon.CARD, ink=theme.SEA, ground=theme.SEA_SOFT, round_ground=True, size_hint=(None, None),
                  size=(side, side), pos_hint={"center_y": 0.5}),
            index=1,
        )  # fmt: skip
        says = self.ids.says
        says.size_hint_y, says.pos_hint = None, {"center_y": 0.5}
        says.bind(minimum_height=says.setter("height"))
        says.add_widget(Words(self.page.headline, (46, 40, 34, 30, 26), lines=2, bold=True, pitch=1.25))
        says.add_widget(Words(self.page.words, (26, 22, 20), lines=3, ink=theme.INK_QUIET))
        card = Card(padding=(dp(28), dp(14), dp(14), dp(14)))
        titles = column(spacing=dp(4))
        for title in self.page.titles:
            titles.add_widget(self._title(title))
        card.add_widget(Scroller(titles))
        self.ids.body.add_widget(card)
        self.ids.body.add_widget(self.asks("", self.page.countdown, self.page.buttons))

    def _title(self, title: str) -> BoxLayout:
        line = BoxLayout(size_hint_y=None, spacing=dp(16))
        words = Words(title, (26, 22, 20), lines=2, bold=True, pos_hint={"center_y": 0.5})
        line.add_widget(Shape(Icon.BOOK, ink=theme.JADE, size_hint=(None, 1), width=dp(32)))
        line.add_widget(words)

        def grow(*_: object) -> None:
            line.height = max(dp(50), words.height + dp(8))

        words.bind(height=grow)
        grow()
        return line
