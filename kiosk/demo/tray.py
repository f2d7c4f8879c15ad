"""A row of things to click that can be longer than there is room: drag it, or turn the wheel."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from kivy.graphics import InstructionGroup
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.stencilview import StencilView
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.widgets import strokes

DRAG_DP: Final = 12
WHEEL_DP: Final = 120
BAR_DP: Final = 5
TOWARDS_END: Final = ("scrollup", "scrollleft")


class Pressable(BoxLayout):  # type: ignore[misc]
    """Acts when the mouse button or the finger lifts inside, and not after a drag."""

    pressed = BooleanProperty(False)

    def __init__(self, act: Callable[[], None], **rest: Any) -> None:
        super().__init__(**rest)
        self.act = act
        self._shade = InstructionGroup()
        self.canvas.after.add(self._shade)
        self.bind(pressed=self._draw, pos=self._draw, size=self._draw)

    def _draw(self, *_: object) -> None:
        self._shade.clear()
        if self.pressed:
            self._shade.add(strokes.colour(theme.INK, 0.18))
            self._shade.add(strokes.slab(self.x, self.y, self.width, self.height, dp(10)))

    def on_touch_down(self, touch: Any) -> bool:
        """Takes a touch that begins here."""
        if not self.collide_point(*touch.pos) or touch.is_mouse_scrolling:
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """A drag is not a click."""
        if touch.grab_current is not self:
            return False
        if abs(touch.x - touch.ox) > dp(DRAG_DP):
            self.pressed = False
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Acts."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.pressed:
            self.pressed = False
            self.act()
        return True


class Tray(StencilView):  # type: ignore[misc]
    """`things` beside each other; a slim bar below tells that there are more."""

    offset = NumericProperty(0)

    def __init__(self, things: Sequence[Widget], **rest: Any) -> None:
        super().__init__(**rest)
        self.row = BoxLayout(size_hint=(None, None), spacing=dp(8))
        for thing in things:
            self.row.add_widget(thing)
        self.row.bind(minimum_width=self.row.setter("width"))
        self._bar = InstructionGroup()
        self.canvas.after.add(self._bar)
        self.add_widget(self.row)
        self.row.bind(width=self._place)
        self.bind(pos=self._place, size=self._place, offset=self._place)

    @property
    def hidden(self) -> float:
        """How many pixels of the row do not fit."""
        return max(0.0, float(self.row.width - self.width + dp(10)))

    def _place(self, *_: object) -> None:
        self.offset = min(max(0, self.offset), self.hidden)
        low = dp(BAR_DP + 3) if self.hidden > 1 else 0
        self.row.height = self.height - low
        self.row.pos = (self.x - self.offset, self.y + low)
        self._bar.clear()
        if low:
            room = self.width - dp(14)
            long = room * self.width / (self.row.width + dp(10))
            left = self.x + (room - long) * self.offset / self.hidden
            for ink, x, width in ((theme.TRACK, self.x, room), (theme.INK_QUIET, left, long)):
                self._bar.add(strokes.colour(ink, 0.7))
                self._bar.add(strokes.slab(x, self.y, width, dp(BAR_DP), dp(BAR_DP / 2)))

    def on_touch_down(self, touch: Any) -> bool:
        """The wheel, the start of a drag, or a click on something in the row."""
        if not self.collide_point(*touch.pos):
            return False
        if touch.is_mouse_scrolling:
            self.offset += dp(WHEEL_DP) * (1 if touch.button in TOWARDS_END else -1)
            return True
        touch.ud[self] = self.offset
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Moves the row with the finger."""
        if self in touch.ud and abs(touch.x - touch.ox) > dp(DRAG_DP):
            self.offset = touch.ud[self] - (touch.x - touch.ox)
        return bool(super().on_touch_move(touch))
