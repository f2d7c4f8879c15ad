"""The drop point, on paper of its own colour, and the page for when the kiosk failed."""

from typing import Final

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Drop, Icon, OutOfService
from kiosk.screens.theme import Frame, Rgb
from kiosk.screens.widgets.parts import Card, Counting, Tap
from kiosk.screens.widgets.shapes import Shape
from kiosk.screens.widgets.sheet import Sheet
from kiosk.screens.widgets.words import Words, text_width

DROP_TINTS: Final[dict[str, tuple[Rgb, Rgb]]] = {
    "drop_refused": (theme.CLAY, theme.CLAY_SOFT),
    "drop_busy": (theme.AMBER_INK, theme.AMBER_SOFT),
}


class DropSheet(Sheet):
    """The drop point."""

    paper = theme.PAPER_DROP

    def __init__(self, page: Drop, frame: Frame, tap: Tap) -> None:
        self.page = page
        super().__init__(page.footer, frame, tap)

    def fill(self) -> None:
        """Shape, headline, words, how many came back, the time that is left: one below the other."""
        page, body = self.page, self.ids.body
        body.add_widget(Widget())
        body.add_widget(self._picture())
        body.add_widget(Widget(size_hint_y=None, height=dp(8)))
        body.add_widget(
            Words(
                page.headline,
                (54, 46, 40, 34, 30, 26, 24),
                lines=(2, 2, 2, 3, 3, 4, 8),
                bold=True,
                align="center",
                pitch=1.25,
            )
        )
        body.add_widget(Words(page.words, (26, 24, 22), lines=2, ink=theme.INK_QUIET, align="center"))
        if page.count:
            body.add_widget(Widget(size_hint_y=None, height=dp(4)))
            body.add_widget(self._count())
        if page.countdown:
            body.add_widget(Widget(size_hint_y=None, height=dp(2)))
            body.add_widget(self._countdown())
        body.add_widget(Widget())

    def _picture(self) -> Shape:
        scene = self.page.icon is Icon.DROP
        ink, ground = DROP_TINTS.get(self.page.name, (theme.JADE, theme.WHITE))
        side = dp(190 if scene else 150)
        return Shape(self.page.icon, ink=ink, ground=ground, round_ground=not scene, size_hint=(None, None),
                     size=(side, side), pos_hint={"center_x": 0.5})  # fmt: skip

    def _count(self) -> Card:
        pill = Card(edge=theme.WHITE, size_hint=(None, None), size=(dp(460), dp(76)), pos_hint={"center_x": 0.5})
        pill.add_widget(Words(spans=self.page.count, sizes=(26, 22, 20), accent_grow=1.45, align="center", fixed=True))
        return pill

    def _countdown(self) -> BoxLayout:
        countdown = self.page.countdown
        assert countdown is not None
        count = self.counting(Counting(countdown, size=22, size_hint=(None, None), height=dp(44)))
        words = countdown.words.replace("{s}", "88")
        wide = text_width(words, round(dp(22)), count.words.font) + dp(34 + 12 + 8)
        count.width = min(wide, self.frame.width - dp(80))
        count.pos_hint = {"center_x": 0.5}
        return count


class OutSheet(Sheet):
    """The kiosk failed: what happened, that nothing is lost, whom to tell."""

    def __init__(self, page: OutOfService, frame: Frame, tap: Tap) -> None:
        self.page = page
        super().__init__(page.footer, frame, tap)

    def fill(self) -> None:
        """One below the other, in the middle."""
        page, body = self.page, self.ids.body
        body.add_widget(Widget())
        body.add_widget(
            Shape(Icon.WRENCH, ink=theme.AMBER_INK, ground=theme.AMBER_SOFT, round_ground=True, size_hint=(None, None),
                  size=(dp(150), dp(150)), pos_hint={"center_x": 0.5})
        )  # fmt: skip
        body.add_widget(Widget(size_hint_y=None, height=dp(10)))
        body.add_widget(Words(page.headline, (46, 40, 34, 30), lines=3, bold=True, align="center", pitch=1.25))
        body.add_widget(Words(page.words, (26, 24, 22), lines=4, align="center", pitch=1.4))
        body.add_widget(Words(page.detail, (20, 18), lines=2, ink=theme.INK_QUIET, align="center"))
        body.add_widget(Widget())
