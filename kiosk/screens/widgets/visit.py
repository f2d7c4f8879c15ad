"""A visit: what was lent just now, what may follow, what the patron has, and the way out."""

from typing import Any, Final

from kivy.animation import Animation
from kivy.graphics import PopMatrix, PushMatrix, Translate
from kivy.metrics import dp
from kivy.properties import ListProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Button, Countdown, Icon, Mark, OwnLoan, Row, Tone, Visit
from kiosk.screens.theme import Frame, Rgb
from kiosk.screens.widgets import strokes
from kiosk.screens.widgets.aside import AsideStrip
from kiosk.screens.widgets.parts import Card, Face, Pips, Ring, Scroller, Tap, seconds_words
from kiosk.screens.widgets.shapes import Shape
from kiosk.screens.widgets.sheet import Sheet, name_tag
from kiosk.screens.widgets.words import Words

SLIDE_S: Final = 0.2
MARKS: Final[dict[Mark, tuple[Icon, Rgb, Rgb]]] = {
    Mark.LENT: (Icon.TICK, theme.JADE, theme.JADE_SOFT),
    Mark.RETURNED: (Icon.RETURN, theme.SEA, theme.SEA_SOFT),
    Mark.RENEWED: (Icon.CALENDAR, theme.JADE, theme.JADE_SOFT),
}


def column(**rest: Any) -> BoxLayout:
    """A column as high as what is in it."""
    box = BoxLayout(orientation="vertical", size_hint_y=None, **rest)
    box.bind(minimum_height=box.setter("height"))
    return box


class RowCard(Card):
    """A book of this visit; the fresh one is larger, edged in its colour, and slides in once."""

    slide = NumericProperty(0)

    def __init__(self, row: Row, frame: Frame, tap: Tap) -> None:
        icon, strong, soft = MARKS[row.mark]
        super().__init__(
            edge=strong if row.fresh else theme.HAIRLINE,
            edge_dp=3 if row.fresh else 1.4,
            size_hint_y=None,
            padding=(dp(24), dp(6), dp(16), dp(6)),
            spacing=dp(18),
        )
        ink, ground = (theme.WHITE, strong) if row.fresh else (strong, soft)
        side = dp(54 if row.fresh else 42)
        self.add_widget(
            Shape(icon, ink=ink, ground=ground, round_ground=True, size_hint=(None, None), size=(side, side),
                  pos_hint={"center_y": 0.5})
        )  # fmt: skip
        self.says = column(pos_hint={"center_y": 0.5})
        sizes, lines = ((30, 26, 22, 20), 10) if row.fresh else ((26, 22, 20), 2)
        self.says.add_widget(Words(row.title, sizes, lines=lines, bold=True, pitch=1.3))
        self.says.add_widget(Words(row.words, (20, 18), lines=2, ink=theme.INK_QUIET))
        self.add_widget(self.says)
        if row.button:
            face = Face(row.button, tap, frame.touch, pos_hint={"center_y": 0.5})
            face.inset = max(0.0, (face.height / dp(1) - 58) / 2)
            self.add_widget(face)
        self.least = max(dp(108 if row.fresh else 90), frame.touch + dp(8))
        self.says.bind(height=self._grow)
        self._grow()
        with self.canvas.before:
            pass
        self._shift = Translate(0, 0, 0)
        self.canvas.before.insert(0, PushMatrix())
        self.canvas.before.insert(1, self._shift)
        self.canvas.after.add(PopMatrix())
        self.bind(slide=self._slid)

    def _grow(self, *_: object) -> None:
        self.height = max(self.least, self.says.height + dp(28))

    def _slid(self, *_: object) -> None:
        self._shift.x = self.slide

    def slide_in(self) -> None:
        """The fresh row comes in from the left, once."""
        self.slide = -dp(60)
        Animation(slide=0, duration=SLIDE_S, t="out_cubic").start(self)


class Prompt(BoxLayout):  # type: ignore[misc]
    """The dashed place where the next book would go; large, with a book in it, as long as there is none."""

    def __init__(self, text: str, *, first: bool) -> None:
        super().__init__(orientation="vertical", padding=(dp(24), dp(10), dp(24), dp(10)), spacing=dp(14))
        sizes, lines = ((34, 30, 26, 22), (2, 2, 2, 2)) if first else ((26, 22, 22, 20), (1, 1, 2, 2))
        words = Words(text, sizes, lines=lines, ink=theme.INK_QUIET, align="center", fixed=not first)
        if first:
            self.add_widget(Widget())
            self.add_widget(Shape(Icon.BOOK, ink=theme.JADE, size_hint=(1, None), height=dp(92)))
        else:
            self.size_hint_y, self.height = None, dp(84)
        self.add_widget(words)
        if first:
            self.add_widget(Widget())
        self.bind(pos=self._edge, size=self._edge)

    def _edge(self, *_: object) -> None:
        self.canvas.before.clear()
        radius, gap, long = dp(20), dp(7), dp(9)
        left, low, right, high = (
            self.x + dp(2),
            self.y + dp(2),
            self.x + self.width - dp(2),
            self.y + self.height - dp(2),
        )
        with self.canvas.before:
            strokes.colour(theme.EDGE)
            for x, y, start in (
                (right - radius, high - radius, 0), (left + radius, high - radius, 90),
                (left + radius, low + radius, 180), (right - radius, low + radius, 270),
            ):  # fmt: skip
                strokes.arc((x, y), radius, start + 12, start + 38, dp(2.4))
                strokes.arc((x, y), radius, start + 56, start + 82, dp(2.4))
            for begin, end, along in ((left + radius, right - radius, True), (low + radius, high - radius, False)):
                count = max(1, round((end - begin) / (long + gap)))
                step = (end - begin) / count
                for number in range(count):
                    at = begin + number * step + gap / 2
                    for side in (low, high) if along else (left, right):
                        points = (
                            [(at, side), (at + step - gap, side)] if along else [(side, at), (side, at + step - gap)]
                        )
                        strokes.stroke(points, dp(2.4))


class DoneFace(Face):
    """The way out: the countdown's ring, the word, the seconds. Turns clay when the time is nearly over."""

    def __init__(self, button: Button, countdown: Countdown, tap: Tap, reach: float) -> None:
        self.countdown = countdown
        track = theme.CLAY_TRACK if countdown.urgent else theme.JADE_TRACK
        self.ring = Ring(size_hint=(None, None), size=(dp(54), dp(54)), ink=theme.WHITE, track=track)
        self.seconds = Words(sizes=(20, 18), ink=theme.WHITE, fixed=True, lines=2, size_hint=(None, None))
        super().__init__(button, tap, reach, size=36, bold=True, size_hint=(1, None))
        if countdown.urgent:
            self.face = theme.CLAY
        self.height = max(reach, dp(112))
        self.words.align = "left"
        self.add_widget(self.ring)
        self.add_widget(self.seconds)
        self.tick(0.0)
        self._place()

    def tick(self, shown_s: float) -> None:
        """Sets ring and seconds for `shown_s` seconds after the page was made."""
        left_s = max(0.0, self.countdown.left_s - shown_s)
        self.ring.part = min(1.0, left_s / self.countdown.of_s) if self.countdown.of_s > 0 else 0.0
        self.seconds.text = seconds_words(self.countdown, left_s)

    def _place(self, *_: object) -> None:
        super()._place()
        text_x = self.x + dp(26 + 54 + 18)
        width = max(1, self.x + self.width - text_x - dp(12))
        self.ring.pos = (self.x + dp(26), self.y + (self.height - self.ring.height) / 2)
        self.words.pos, self.words.size = (text_x, self.y + self.height * 0.42), (width, self.height * 0.46)
        self.seconds.pos, self.seconds.size = (text_x, self.y + self.height * 0.13), (width, self.height * 0.3)


class OwnRow(BoxLayout):  # type: ignore[misc]
    """A book that the patron already had: title, when it is due, what can be done."""

    def __init__(self, loan: OwnLoan, frame: Frame, tap: Tap) -> None:
        super().__init__(orientation="vertical", size_hint_y=None)
        self.bind(minimum_height=self.setter("height"))
        self.add_widget(Words(loan.title, (24, 22, 20), lines=2, pitch=1.28))
        line = BoxLayout(size_hint_y=None, height=dp(32), spacing=dp(8))
        calm = loan.tone is Tone.CALM
        if not calm:
            icon = Icon.CLOCK if loan.tone is Tone.SOON else Icon.CALENDAR
            line.add_widget(Shape(icon, ink=theme.CLAY, size_hint=(None, 1), width=dp(22)))
        ink = theme.INK_QUIET if calm else theme.CLAY_WORDS
        line.add_widget(Words(loan.words, (20, 18, 18), lines=(1, 1, 2), bold=not calm, ink=ink, fixed=True))
        if loan.button:
            face = Face(loan.button, tap, frame.touch, pos_hint={"center_y": 0.5})
            face.inset = max(0.0, (face.height / dp(1) - 58) / 2)
            line.height = face.height
            line.add_widget(face)
        self.add_widget(line)


class VisitSheet(Sheet):
    """A person at the desk."""

    gap = NumericProperty(0)
    side_hint = ListProperty([None, 1])
    side_size = ListProperty([0, 0])

    def __init__(self, page: Visit, frame: Frame, tap: Tap) -> None:
        self.page = page
        self.fresh: RowCard | None = None
        below = (340 if page.own else 112) + (80 if page.slip else 0)
        side = ((None, 1), (dp(300), 0)) if not frame.tall else ((1, None), (0, dp(below)))
        super().__init__(
            page.footer, frame, tap, side_hint=side[0], side_size=side[1], gap=dp(18 if frame.tall else 34),
            padding=(0, dp(26), 0, 0),
        )  # fmt: skip

    def fill(self) -> None:
        """Name and progress on top, the books of this visit, own loans and the way out beside or below."""
        name_tag(self.ids.name_box, self.page.who)
        if self.page.progress:
            self._fill_progress()
        self._fill_taken()
        self._fill_side()

    def _fill_progress(self) -> None:
        progress = self.page.progress
        assert progress is not None
        box = column(
            spacing=dp(8), pos_hint={"center_y": 0.5}, size_hint_x=None, width=dp(210 if self.frame.tall else 330)
        )
        box.add_widget(Words(progress.words, (20, 18), lines=2, ink=theme.INK_QUIET, align="right"))
        pips = Pips(progress.done, progress.target, pos_hint={"right": 1})
        if pips.width <= box.width:
            box.add_widget(pips)
        self.ids.top.add_widget(box)

    def _fill_taken(self) -> None:
        taken = self.ids.taken
        asides = column(spacing=dp(8))
        for aside in self.page.asides:
            asides.add_widget(AsideStrip(aside))
        if self.page.asides:
            taken.add_widget(asides)
        rows = column(spacing=dp(14))
        for row in self.page.rows:
            card = RowCard(row, self.frame, self.tap)
            self.fresh = card if row.fresh and self.fresh is None else self.fresh
            rows.add_widget(card)
        scroller = Scroller(rows, size_hint_y=None)
        prompt = Prompt(self.page.prompt, first=not self.page.rows) if self.page.prompt else None
        if self.page.rows:
            taken.add_widget(scroller)
        if prompt:
            taken.add_widget(prompt)
        if self.page.rows or not prompt:
            taken.add_widget(Widget())

        def share(*_: object) -> None:
            room = taken.height - (prompt.height + 2 * taken.spacing if prompt else taken.spacing)
            room -= asides.height + taken.spacing if self.page.asides else 0
            scroller.height = max(0, min(rows.height, room))

        taken.bind(height=share)
        rows.bind(height=share)
        asides.bind(height=share)

    def _fill_side(self) -> None:
        side = self.ids.side
        if self.page.own:
            card = Card(orientation="vertical", padding=(dp(22), dp(16), dp(14), dp(10)), spacing=dp(8))
            card.size_hint_y = None
            head = Words(self.page.own_title, (20, 18), lines=2, ink=theme.INK_QUIET)
            card.add_widget(head)
            loans = column(spacing=dp(10))
            for loan in self.page.own:
                loans.add_widget(OwnRow(loan, self.frame, self.tap))
            card.add_widget(Scroller(loans))
            side.add_widget(card)

            def share(*_: object) -> None:
                natural = head.height + loans.height + card.padding[1] + card.padding[3] + card.spacing
                ways_out = done.height + (slip.height + side.spacing if slip else 0)
                card.height = max(0, min(natural, side.height - ways_out - 2 * side.spacing))

            side.bind(height=share)
            loans.bind(height=share)
            head.bind(height=share)
        side.add_widget(Widget())
        slip = None
        if self.page.slip:
            slip = Face(self.page.slip, self.tap, max(self.frame.touch, dp(64)), size_hint=(1, None))
            side.add_widget(slip)
        done = DoneFace(self.page.done, self.page.countdown, self.tap, self.frame.touch)
        self.counts.append(done)
        side.add_widget(done)
