"""The pages for staff: the keypad and what may be done. The digits stay here until they are sent, once."""

from dataclasses import replace
from typing import Any, Final

from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.circulation.events import TouchAct
from kiosk.screens import theme
from kiosk.screens.pages import Button, Look, Pin, Staff
from kiosk.screens.theme import TOUCH_GAP_PX, Frame
from kiosk.screens.widgets import strokes
from kiosk.screens.widgets.parts import Face, Scroller, Tap
from kiosk.screens.widgets.sheet import Sheet
from kiosk.screens.widgets.visit import column
from kiosk.screens.widgets.words import Words

PIN_DIGITS_MAX: Final = 12
KEYS: Final = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "", "0", "⌫")
KEY_BACK: Final = "⌫"


class Dots(Widget):  # type: ignore[misc]
    """How many digits were typed, never which."""

    def __init__(self) -> None:
        super().__init__(size_hint_y=None, height=dp(64))
        self.count = 0
        self.bind(pos=self.draw, size=self.draw)

    def draw(self, *_: object) -> None:
        """Draws as many dots as `count`, on a line."""
        self.canvas.clear()
        with self.canvas:
            strokes.colour(theme.EDGE)
            strokes.stroke([(self.x, self.y + dp(4)), (self.x + self.width, self.y + dp(4))], dp(2))
            strokes.colour(theme.INK)
            step = min(dp(32), self.width / PIN_DIGITS_MAX)
            for number in range(self.count):
                strokes.disc((self.x + (number + 0.5) * step, self.y + self.height / 2), step * 0.3)


class Key(Face):
    """One key of the keypad; the rubbing-out key is drawn."""

    def __init__(self, text: str, press: Tap, reach: float) -> None:
        label = "" if text == KEY_BACK else text
        super().__init__(Button(TouchAct.PIN, label, Look.QUIET, text), press, reach, size=34, bold=True)
        self.size = (max(reach, dp(112)), max(reach, dp(84)))
        self.back = text == KEY_BACK
        self.bind(pos=self._draw_back, size=self._draw_back)

    def _draw_back(self, *_: object) -> None:
        self.canvas.after.clear()
        if not self.back:
            return
        x, y, unit = self.x + self.width / 2, self.y + self.height / 2, dp(1)
        outline = [(-22, 0), (-9, 13), (20, 13), (20, -13), (-9, -13)]
        with self.canvas.after:
            strokes.colour(theme.INK)
            for line, close in ((outline, True), ([(-2, -5), (9, 6)], False), ([(-2, 6), (9, -5)], False)):
                strokes.stroke([(x + left * unit, y + up * unit) for left, up in line], 3 * unit, close=close)


class PinSheet(Sheet):
    """The keypad behind the staff touch."""

    paper = theme.PAPER_STAFF

    def __init__(self, page: Pin, frame: Frame, tap: Tap) -> None:
        self.page = page
        self._digits = ""
        self.dots = Dots()
        super().__init__(page.footer, frame, self._tap_or_send)
        self._send = tap

    def fill(self) -> None:
        """Words, dots and the two buttons at the left or top, the keys beside or below."""
        page, says = self.page, self.ids.says
        if not self.frame.tall:
            says.add_widget(Widget())
        says.add_widget(Words(page.headline, (46, 40, 34, 30), lines=2, bold=True, pitch=1.25))
        says.add_widget(Words(page.words, (24, 22, 20), lines=3, ink=theme.INK_QUIET))
        says.add_widget(self.dots)
        says.add_widget(Widget())
        says.add_widget(self._choices((page.cancel, page.ok)))
        for text in KEYS:
            key = Key(text, self._press, self.frame.touch) if text else Widget(size_hint=(None, None), size=(0, 0))
            self.ids.pad.add_widget(key)

    def _choices(self, buttons: tuple[Button, ...]) -> BoxLayout:
        box = BoxLayout(spacing=dp(TOUCH_GAP_PX), size_hint_y=None, height=max(self.frame.touch, dp(80)))
        for button in buttons:
            box.add_widget(Face(button, self.tap, self.frame.touch, size=26, bold=True, size_hint=(1, 1)))
        return box

    def _press(self, button: Button) -> None:
        if button.value == KEY_BACK:
            self._digits = self._digits[:-1]
        elif len(self._digits) < PIN_DIGITS_MAX:
            self._digits += button.value or ""
        self.dots.count = len(self._digits)
        self.dots.draw()

    def _tap_or_send(self, button: Button) -> None:
        if button == self.page.ok:
            if not self._digits:
                return
            button = replace(button, value=self._digits)
        self._digits = ""
        self.dots.count = 0
        self.dots.draw()
        self._send(button)


class StaffSheet(Sheet):
    """What signed-in staff may do."""

    paper = theme.PAPER_STAFF

    def __init__(self, page: Staff, frame: Frame, tap: Tap) -> None:
        self.page = page
        super().__init__(page.footer, frame, tap)

    def fill(self) -> None:
        """Headline, a grid of acts, the way out."""
        page, body = self.page, self.ids.body
        body.add_widget(Words(page.headline, (46, 40, 34, 30), lines=2, bold=True, pitch=1.25))
        body.add_widget(Words(page.words, (24, 22, 20), lines=3, ink=theme.INK_QUIET))
        body.add_widget(Widget(size_hint_y=None, height=dp(8)))
        grid = GridLayout(cols=1 if self.frame.tall else 2, spacing=dp(TOUCH_GAP_PX), size_hint_y=None)
        grid.bind(minimum_height=grid.setter("height"))
        for button in page.buttons:
            grid.add_widget(self._act(button))
        holder: Any = column()
        holder.add_widget(grid)
        body.add_widget(Scroller(holder))
        strip = BoxLayout(size_hint_y=None)
        strip.bind(minimum_height=strip.setter("height"))
        if not self.frame.tall:
            strip.add_widget(Widget(size_hint_y=None, height=1))
        strip.add_widget(self.big_buttons((page.done,)))
        body.add_widget(strip)

    def _act(self, button: Button) -> Face:
        return Face(button, self.tap, max(self.frame.touch, dp(84)), size=26, bold=True, size_hint=(1, None))
