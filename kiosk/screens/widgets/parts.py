"""The small things that pages share: cards, buttons, covers, the countdown ring, pips, the slot's bar, a scroller."""

import math
from collections.abc import Callable
from typing import Any, Final

from kivy.graphics import InstructionGroup, Triangle
from kivy.metrics import dp
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.stencilview import StencilView
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Button, Countdown, Look, Status
from kiosk.screens.theme import Rgb
from kiosk.screens.widgets import strokes
from kiosk.screens.widgets.words import Words

Tap = Callable[[Button], None]
DRAG_DP: Final = 16


def solid(widget: Widget, colour: Rgb, round_by: float = 0, edge: Rgb | None = None, edge_dp: float = 1) -> None:
    """Gives `widget` a filled ground with round corners, and an edge."""

    group = InstructionGroup()
    widget.canvas.before.add(group)

    def draw(*_: object) -> None:
        group.clear()
        inner = dp(edge_dp) if edge else 0
        for ink, inset in ((edge, 0), (colour, inner)) if edge else ((colour, 0),):
            group.add(strokes.colour(ink))
            place = (widget.x + inset, widget.y + inset, widget.width - 2 * inset, widget.height - 2 * inset)
            group.add(strokes.slab(*place, dp(round_by) - inset))

    widget.bind(pos=draw, size=draw)
    draw()


class Card(BoxLayout):  # type: ignore[misc]
    """White paper with a hairline: one thing each."""

    def __init__(
        self, colour: Rgb = theme.WHITE, edge: Rgb = theme.HAIRLINE, edge_dp: float = 1.4, **rest: Any
    ) -> None:
        super().__init__(**rest)
        solid(self, colour, 20, edge, edge_dp)


FACES: Final[dict[Look, tuple[Rgb, Rgb, Rgb | None]]] = {
    Look.GO: (theme.JADE, theme.WHITE, None),
    Look.DARK: (theme.INK, theme.WHITE, None),
    Look.TOUCH: (theme.WHITE, theme.SEA, theme.EDGE),
    Look.QUIET: (theme.WHITE, theme.INK, theme.EDGE),
}


class Face(Widget):  # type: ignore[misc]
    """A button. The widget is what can be touched, at least the fingertip that it was given; the drawn face may be
    lower by `inset` above and below. It fires when the finger lifts inside, and not after a drag."""

    pressed = BooleanProperty(False)
    inset = NumericProperty(0)

    def __init__(
        self,
        button: Button,
        tap: Tap,
        reach: float,
        *,
        size: float = 20,
        bold: bool = False,
        pad: float = 22,
        **rest: Any,
    ) -> None:
        self.button, self.tap, self.pad = button, tap, pad
        self.face, ink, self.edge = FACES[button.look]
        rest.setdefault("size_hint", (None, None))
        super().__init__(**rest)
        sizes = [size, *(step for step in (26, 22, 20, 18) if step < size)]
        self.words = Words(
            button.label, sizes, bold=bold, ink=ink, align="center", fixed=True, lines=2, size_hint=(None, None)
        )
        self.add_widget(self.words)
        if self.size_hint_x is None:
            self.width = max(reach, round(self.words.natural_width() + 2 * dp(pad)))
        if self.size_hint_y is None:
            self.height = reach
        self.bind(pos=self._place, size=self._place, pressed=self._place, inset=self._place)
        self._place()

    def _place(self, *_: object) -> None:
        inset = dp(self.inset)
        x, y, width, height = self.x, self.y + inset, self.width, self.height - 2 * inset
        self.words.pos, self.words.size = (x + dp(self.pad) / 2, y), (max(1, width - dp(self.pad)), height)
        self.canvas.before.clear()
        with self.canvas.before:
            line = dp(1.6) if self.edge else 0
            if self.edge:
                strokes.colour(self.edge)
                strokes.slab(x, y, width, height, dp(18))
            strokes.colour(self.face)
            strokes.slab(x + line, y + line, width - 2 * line, height - 2 * line, dp(18) - line)
            if self.pressed:
                strokes.colour(theme.INK, 0.16)
                strokes.slab(x, y, width, height, dp(18))

    def on_touch_down(self, touch: Any) -> bool:
        """Takes a touch that begins here."""
        if not self.collide_point(*touch.pos):
            return False
        touch.grab(self)
        self.pressed = True
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """A drag is not a tap."""
        if touch.grab_current is not self:
            return False
        if abs(touch.y - touch.oy) > dp(DRAG_DP) or not self.collide_point(*touch.pos):
            self.pressed = False
        return True

    def on_touch_up(self, touch: Any) -> bool:
        """Fires."""
        if touch.grab_current is not self:
            return False
        touch.ungrab(self)
        if self.pressed:
            self.pressed = False
            self.tap(self.button)
        return True


class Ring(Widget):  # type: ignore[misc]
    """How much of the countdown is left, as a ring that empties."""

    part = NumericProperty(1.0)
    ink = ObjectProperty(theme.JADE)
    track = ObjectProperty(theme.TRACK)

    def __init__(self, **rest: Any) -> None:
        super().__init__(**rest)
        self.bind(pos=self._draw, size=self._draw, part=self._draw, ink=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        thick, middle = dp(5), (self.x + self.width / 2, self.y + self.height / 2)
        radius = max(1.0, (min(self.width, self.height) - thick) / 2)
        with self.canvas:
            strokes.colour(self.track)
            strokes.arc(middle, radius, 0, 360, thick)
            if self.part > 0:
                strokes.colour(self.ink)
                strokes.arc(middle, radius, 90, 90 + 360 * self.part, thick)


def seconds_words(countdown: Countdown, left_s: float) -> str:
    """The countdown's words with whole seconds, rounded up: the last one is 1, not 0."""
    return countdown.words.replace("{s}", str(math.ceil(left_s)))


class Counting(BoxLayout):  # type: ignore[misc]
    """A countdown's ring with its words. `tick` is told how long the page has been shown."""

    def __init__(self, countdown: Countdown, *, size: float = 20, **rest: Any) -> None:
        super().__init__(spacing=dp(12), **rest)
        self.countdown = countdown
        words_ink, ring_ink = (theme.CLAY_WORDS, theme.CLAY) if countdown.urgent else (theme.INK_QUIET, theme.JADE)
        self.ring = Ring(size_hint=(None, None), size=(dp(36), dp(36)), pos_hint={"center_y": 0.5}, ink=ring_ink)
        self.words = Words(sizes=(size, 18), ink=words_ink, bold=countdown.urgent, lines=2, fixed=True)
        self.add_widget(self.ring)
        self.add_widget(self.words)
        self.tick(0.0)

    def tick(self, shown_s: float) -> None:
        """Sets ring and words for `shown_s` seconds after the page was made."""
        left_s = max(0.0, self.countdown.left_s - shown_s)
        self.ring.part = min(1.0, left_s / self.countdown.of_s) if self.countdown.of_s > 0 else 0.0
        self.words.text = seconds_words(self.countdown, left_s)


class Pips(Widget):  # type: ignore[misc]
    """Books read against the target, as short bars; at most ten are drawn."""

    def __init__(self, done: int, target: int, **rest: Any) -> None:
        self.total = max(1, min(target, 10))
        self.full = min(self.total, done * self.total // max(1, target))
        super().__init__(size_hint=(None, None), size=(self.total * dp(41) - dp(7), dp(12)), **rest)
        self.bind(pos=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            for number in range(self.total):
                strokes.colour(theme.JADE if number < self.full else theme.TRACK)
                strokes.slab(self.x + number * dp(41), self.y, dp(34), self.height, dp(6))


class SlotLine(Widget):  # type: ignore[misc]
    """The running slot as a bar that fills."""

    def __init__(self, part: float, **rest: Any) -> None:
        self.part = min(1.0, max(0.0, part))
        super().__init__(size_hint_y=None, height=dp(14), **rest)
        self.bind(pos=self._draw, size=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        with self.canvas:
            strokes.colour(theme.TRACK)
            strokes.slab(self.x, self.y, self.width, self.height, self.height / 2)
            if self.part:
                strokes.colour(theme.JADE)
                strokes.slab(self.x, self.y, max(self.height, self.width * self.part), self.height, self.height / 2)


class Lamp(Widget):  # type: ignore[misc]
    """The status for staff: a jade dot, or an amber triangle, so that it is not the colour alone that tells."""

    def __init__(self, status: Status, **rest: Any) -> None:
        self.fine = status.fine
        super().__init__(size_hint=(None, 1), width=dp(16), **rest)
        self.bind(pos=self._draw, size=self._draw)

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        x, y = self.x + self.width / 2, self.y + self.height / 2
        with self.canvas:
            if self.fine:
                strokes.colour(theme.JADE)
                strokes.disc((x, y), dp(6.5))
            else:
                strokes.colour(theme.AMBER)
                corners = [(x - dp(8), y - dp(7)), (x + dp(8), y - dp(7)), (x, y + dp(8))]
                Triangle(points=[part for corner in corners for part in corner])
                strokes.stroke(corners, dp(3), close=True)
                strokes.colour(theme.INK)
                strokes.stroke([(x, y + dp(4)), (x, y - dp(1))], dp(2.4))
                strokes.disc((x, y - dp(5)), dp(1.8))


class Scroller(StencilView):  # type: ignore[misc]
    """Shows as much of `inside` as there is room for and lets a finger move the rest; a slim bar tells that there is
    more. Buttons inside act at once, as a drag takes their tap away."""

    offset = NumericProperty(0)

    def __init__(self, inside: Widget, **rest: Any) -> None:
        super().__init__(**rest)
        self.inside = inside
        # Beside the stencil's own instructions, which must stay.
        self._bar = InstructionGroup()
        self.canvas.after.add(self._bar)
        self.add_widget(inside)
        inside.bind(height=self._place)
        self.bind(pos=self._place, size=self._place, offset=self._place)

    @property
    def hidden(self) -> float:
        """How many pixels of the content do not fit."""
        return max(0.0, float(self.inside.height - self.height))

    def _place(self, *_: object) -> None:
        bar = dp(16) if self.hidden > 1 else 0
        self.inside.width = self.width - bar
        self.offset = min(max(0, self.offset), self.hidden)
        self.inside.pos = (self.x, self.y + self.height - self.inside.height + self.offset)
        self._bar.clear()
        if bar:
            long = self.height * self.height / self.inside.height
            low = self.y + (self.height - long) * (1 - self.offset / self.hidden)
            for ink, y, height in ((theme.TRACK, self.y, self.height), (theme.INK_QUIET, low, long)):
                self._bar.add(strokes.colour(ink, 0.7))
                self._bar.add(strokes.slab(self.x + self.width - dp(7), y, dp(7), height, dp(3.5)))

    def on_touch_down(self, touch: Any) -> bool:
        """Begins a drag, which may become a tap on a button inside."""
        if not self.collide_point(*touch.pos):
            return False
        touch.ud[self] = (touch.y, self.offset)
        super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Moves the content with the finger."""
        if self in touch.ud:
            start, offset = touch.ud[self]
            if abs(touch.y - start) > dp(DRAG_DP):
                self.offset = min(max(0, offset + touch.y - start), self.hidden)
        return bool(super().on_touch_move(touch))
