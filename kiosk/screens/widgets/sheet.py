"""What every page on the glass has: its room, its paper, its footer, its countdowns, and who stands in front of it."""

from collections.abc import Sequence
from typing import Any, Final, Protocol

from kivy.graphics import Rectangle
from kivy.metrics import dp
from kivy.properties import NumericProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Button, Footer, Look, Who
from kiosk.screens.theme import TOUCH_GAP_PX, Frame, Rgb
from kiosk.screens.widgets import strokes
from kiosk.screens.widgets.parts import Counting, Face, Lamp, Tap, solid
from kiosk.screens.widgets.words import Words

# The drawn part of a footer button; what is touched reaches further up and down.
FOOTER_FACE_DP: Final = 58
# The main button is the one that stands last in this order.
RANK: Final = (Look.QUIET, Look.TOUCH, Look.DARK, Look.GO)


class Counts(Protocol):
    """What moves with the time."""

    def tick(self, shown_s: float) -> None:
        """Sets itself for `shown_s` seconds after the page was made."""


class FooterStrip(BoxLayout):  # type: ignore[misc]
    """The strip at the bottom: a line of words, buttons, the status for staff."""

    flow = StringProperty("horizontal")
    strip_height = NumericProperty(80)

    def __init__(self, footer: Footer, frame: Frame, tap: Tap, ink: Rgb = theme.INK_QUIET) -> None:
        height = max(dp(80), frame.touch + dp(8))
        if frame.tall:
            height = dp(46) + (height if footer.buttons else dp(10))
        super().__init__(flow="vertical" if frame.tall else "horizontal", strip_height=height)
        words = BoxLayout(spacing=dp(14))
        if frame.tall:
            words.size_hint_y, words.height = None, dp(34)
        words.add_widget(Words(footer.left, (20, 18), lines=1 if frame.tall else 2, ink=ink, fixed=True))
        buttons = BoxLayout(size_hint_x=None, spacing=dp(TOUCH_GAP_PX))
        for button in footer.buttons:
            face = Face(button, tap, frame.touch, pos_hint={"center_y": 0.5})
            face.inset = max(0.0, (face.height - dp(FOOTER_FACE_DP)) / 2 / dp(1))
            buttons.add_widget(face)
        buttons.bind(minimum_width=buttons.setter("width"))
        self.add_widget(words)
        if footer.buttons:
            self.add_widget(buttons)
        if footer.status:
            status = Words(footer.status.words, (20, 18), ink=ink, align="right", fixed=True, size_hint_x=None)
            status.width = min(status.natural_width() + 1, frame.width / 3)
            box = BoxLayout(size_hint_x=None, spacing=dp(8), width=status.width + dp(24))
            box.add_widget(Lamp(footer.status, pos_hint={"center_y": 0.5}))
            box.add_widget(status)
            (words if frame.tall else self).add_widget(box)


class Hairline(Widget):  # type: ignore[misc]
    """The line above the footer."""

    def __init__(self, ink: Rgb) -> None:
        super().__init__(size_hint_y=None, height=max(1, round(dp(1.2))))
        with self.canvas:
            strokes.colour(ink)
            self._line = Rectangle()
        self.bind(pos=self._place, size=self._place)

    def _place(self, *_: object) -> None:
        self._line.pos, self._line.size = (self.x, round(self.y)), self.size


class Sheet(BoxLayout):  # type: ignore[misc]
    """One page, drawn once for one value of `pages`; the layout is in `layout.kv`, what is in it comes from here."""

    flow = StringProperty("horizontal")
    paper: Rgb = theme.PAPER

    def __init__(self, footer: Footer, frame: Frame, tap: Tap, **rest: Any) -> None:
        self.frame, self.tap = frame, tap
        self.counts: list[Counts] = []
        super().__init__(flow="vertical" if frame.tall else "horizontal", **rest)
        self.fill()
        self.add_widget(Hairline(theme.HAIRLINE_DROP if self.paper == theme.PAPER_DROP else theme.TRACK))
        self.add_widget(FooterStrip(footer, frame, tap))

    def fill(self) -> None:
        """Puts the page's own things into the layout."""
        raise NotImplementedError

    def tick(self, shown_s: float) -> None:
        """Moves the countdowns on."""
        for count in self.counts:
            count.tick(shown_s)

    def counting(self, count: Counting) -> Counting:
        """Remembers a countdown, so that it moves."""
        self.counts.append(count)
        return count

    def big_buttons(self, buttons: Sequence[Button], *, width: float = 290) -> BoxLayout:
        """The page's buttons, large: beside each other with the main one last, or below each other with it first."""
        ordered = sorted(buttons, key=lambda button: RANK.index(button.look), reverse=self.frame.tall)
        each = dp(width) if len(buttons) == 1 else dp(170)
        box = BoxLayout(orientation=self.flow, spacing=dp(TOUCH_GAP_PX), size_hint=(None, None))
        for button in ordered:
            face = Face(button, self.tap, max(self.frame.touch, dp(76)), size=26, bold=True, pad=28)
            if self.frame.tall:
                face.size_hint_x = 1
            else:
                face.width = max(face.width, each)
            box.add_widget(face)
        if self.frame.tall:
            box.size_hint_x = 1
        else:
            box.bind(minimum_width=box.setter("width"))
        box.bind(minimum_height=box.setter("height"))
        return box


class Badge(Words):
    """The patron's initial on a round ground."""

    def __init__(self, initial: str) -> None:
        super().__init__(
            initial, (30, 24), bold=True, ink=theme.WHITE, align="center", fixed=True,
            size_hint=(None, None), size=(dp(64), dp(64)), pos_hint={"center_y": 0.5},
        )  # fmt: skip
        solid(self, theme.SEA, 32)


def name_tag(box: BoxLayout, who: Who) -> None:
    """Fills `box` with who stands here: initial, masked name, class."""
    box.add_widget(Badge(who.initial))
    column = BoxLayout(orientation="vertical", size_hint_y=None, pos_hint={"center_y": 0.5})
    column.bind(minimum_height=column.setter("height"))
    column.add_widget(Words(who.name, (34, 28, 24, 20), lines=2, bold=True))
    if who.klass:
        column.add_widget(Words(who.klass, (20, 18), ink=theme.INK_QUIET))
    box.add_widget(column)


def name_head(who: Who) -> BoxLayout:
    """The name tag as a strip at the top of a page."""
    box = BoxLayout(size_hint_y=None, spacing=dp(18))
    name_tag(box, who)
    column = box.children[0]

    def grow(*_: object) -> None:
        box.height = max(dp(72), column.height)

    column.bind(height=grow)
    grow()
    return box
