"""The strip below the page: cards and books to click, where books are scanned, and what time the demo plays at.

It knows nothing of loans: a click calls `Acts`, and what it is told with `show` it draws. Kivy is imported here, so
this module must be imported after the kiosk was made.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from kivy.clock import Clock
from kivy.core.window import Window
from kivy.metrics import dp
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.widget import Widget

from kiosk.demo.cast import Copy, Pupil
from kiosk.demo.props import NOTHING, Note, Props
from kiosk.demo.tray import Pressable, Tray
from kiosk.demo.typed import Typed
from kiosk.screens import theme
from kiosk.screens.theme import Rgb
from kiosk.screens.widgets.parts import solid
from kiosk.screens.widgets.words import Words

LANGUAGES: Final = ("zh_CN", "en")
CLOCK_EVERY_S: Final = 5.0
SIDE_DP: Final = 196
CARD_DP: Final = (140, 64)
COVER_DP: Final = (88, 106)
DESK: Final = Note("柜台", "Desk")
DROP: Final = Note("还书口", "Drop point")
PRETENDED: Final = Note("模拟，点此用真实时间", "pretended – use the real")
REAL: Final = Note("真实，点此用模拟时间", "real – pretend Monday")
HINT: Final = Note("点一张卡，再点书。真的扫码器也能用", "Click a card, then books. A real scanner works too")
SENT: Final = Note("已发送", "Sent")
OUT: Final = Note("已借出", "on loan")


@dataclass(frozen=True, slots=True)
class Acts:
    """What a click does. `scan` is told the reader and the text."""

    card: Callable[[str], None]
    scan: Callable[[str, str], None]
    switch_time: Callable[[], None]
    time: Callable[[], tuple[str, bool]]  # what the clock shows, and whether it is pretended


class Strip(BoxLayout):  # type: ignore[misc]
    """Built anew whenever its size or its language changes; both are rare."""

    def __init__(self, props: Props, acts: Acts) -> None:
        super().__init__()
        solid(self, theme.HAIRLINE)
        self.props, self.acts = props, acts
        self.language, self.reader, self.sent = LANGUAGES[0], "desk", ""
        self.lent: frozenset[str] = frozenset()
        self.came_back: frozenset[str] = frozenset()
        self.typed = Typed()
        self.trays: tuple[Tray, ...] = ()
        self._build_soon = Clock.create_trigger(self._build, 0.05)
        self.bind(size=self._build_soon)
        Window.bind(on_textinput=self._text, on_key_down=self._key)
        Clock.schedule_interval(lambda _: self._show_time(), CLOCK_EVERY_S)

    def show(self, language: str, lent: frozenset[str]) -> None:
        """The page's language, and which books are on loan."""
        language = language if language in LANGUAGES else LANGUAGES[0]
        if (language, lent) != (self.language, self.lent):
            held = frozenset(copy.barcode for copy, words in self.props.books if words.held)
            self.language, self.lent, self.came_back = language, lent, self.came_back | (held - lent)
            self._build_soon()

    def _build(self, *_: object) -> None:
        if self.width < 2:
            return
        offsets = [tray.offset for tray in self.trays]
        self.clear_widgets()
        self.padding, self.spacing = (dp(14), dp(9), 0, dp(7)), dp(16)
        self.add_widget(self._side())
        rows = BoxLayout(orientation="vertical", spacing=dp(7))
        people, books = self._people(), self._books()
        rows.add_widget(people)
        rows.add_widget(books)
        self.add_widget(rows)
        for tray, offset in zip((people, books), offsets, strict=False):
            tray.offset = offset
        self.trays = (people, books)
        self._show_time()

    def _side(self) -> BoxLayout:
        side = BoxLayout(orientation="vertical", spacing=dp(8), size_hint_x=None, width=dp(SIDE_DP))
        switch = BoxLayout(size_hint_y=None, height=dp(44), spacing=dp(6))
        for reader, words in (("desk", DESK), ("drop", DROP)):
            switch.add_widget(
                self._button(words.said(self.language), partial(self._use, reader), self.reader == reader)
            )
        time = Pressable(self._switch_time, orientation="vertical", size_hint_y=None)
        time.height, time.padding = dp(62), (dp(8), dp(5), dp(8), dp(5))
        solid(time, theme.WHITE, 14, theme.EDGE)
        self.time = Words("", (19,), bold=True, align="center", fixed=True)
        self.time_kind = Words("", (16,), ink=theme.INK_QUIET, align="center", fixed=True)
        time.add_widget(self.time)
        time.add_widget(self.time_kind)
        said = f"{SENT.said(self.language)} {self.sent}" if self.sent else HINT.said(self.language)
        self.says = Words(said, (16, 15), lines=(2, 3), ink=theme.INK_QUIET, fixed=True)
        for widget in (switch, time, self.says):
            side.add_widget(widget)
        return side

    def _button(self, label: str, act: Callable[[], None], chosen: bool) -> Pressable:
        button = Pressable(act)
        ground, ink = (theme.SEA, theme.WHITE) if chosen else (theme.WHITE, theme.SEA)
        solid(button, ground, 14, None if chosen else theme.EDGE)
        button.add_widget(Words(label, (18, 16), bold=chosen, ink=ink, align="center", fixed=True))
        return button

    def _people(self) -> Tray:
        chips = [self._card(pupil, words) for pupil, words in self.props.people]
        return Tray(chips, size_hint_y=None, height=dp(CARD_DP[1]))

    def _card(self, pupil: Pupil, words: Note) -> Pressable:
        card = Pressable(lambda: self._tap(pupil), orientation="vertical", size_hint=(None, 1))
        card.padding = (dp(18), dp(5), dp(10), dp(6))
        solid(card, theme.WHITE, 10, theme.EDGE)
        _stripe(card)
        card.add_widget(Words(pupil.name, (20, 18), bold=True, fixed=True))
        below = BoxLayout(spacing=dp(7))
        inks = ((pupil.klass, theme.INK_QUIET), (words.said(self.language), _ink(words, theme.JADE)))
        for said, ink in inks:
            if said:
                line = Words(said, (16,), ink=ink, fixed=True, size_hint_x=None)
                line.width = line.natural_width() + 1
                below.add_widget(line)
        card.add_widget(below)
        card.width = max(dp(CARD_DP[0]), sum(line.width for line in below.children) + dp(36))
        return card

    def _books(self) -> Tray:
        return Tray([self._cover(copy, words) for copy, words in self.props.books])

    def _cover(self, copy: Copy, words: Note) -> Pressable:
        cover = Pressable(lambda: self._scan(copy), orientation="vertical", size_hint=(None, 1), width=dp(COVER_DP[0]))
        cover.padding = (dp(9), dp(8), dp(6), dp(6))
        solid(cover, theme.COVERS[copy.cover.colour % len(theme.COVERS)], 8)
        cover.add_widget(Words(copy.title, (17, 16), lines=(3, 4), bold=True, ink=theme.WHITE, pitch=1.2))
        cover.add_widget(Widget())
        words = self._now(copy, words)
        if said := words.said(self.language):
            cover.add_widget(_label(said, _ink(words, theme.INK)))
        return cover

    def _now(self, copy: Copy, words: Note) -> Note:
        """What to say of a book at this moment."""
        if copy.barcode in self.lent:
            return words if words.held and copy.barcode not in self.came_back else OUT
        return NOTHING if words.held else words

    def _tap(self, pupil: Pupil) -> None:
        self.acts.card(pupil.card)
        self._say(pupil.card)

    def _scan(self, copy: Copy) -> None:
        self.acts.scan(self.reader, copy.barcode)
        self._say(copy.barcode)

    def _use(self, reader: str) -> None:
        self.reader = reader
        self._build_soon()

    def _switch_time(self) -> None:
        self.acts.switch_time()
        self._show_time()

    def _say(self, sent: str) -> None:
        self.sent = sent
        self.says.text = f"{SENT.said(self.language)} {sent}"

    def _text(self, _: Any, text: str) -> bool:
        self.typed.text(text)
        return True

    def _key(self, _: Any, code: int, *__: object) -> bool:
        whole = self.typed.key(code)
        if whole is not None:
            self.acts.scan(self.reader, whole)
            self._say(whole)
        return True

    def _show_time(self) -> None:
        if not self.trays:
            return
        said, pretended = self.acts.time()
        self.time.text = said
        self.time_kind.text = (PRETENDED if pretended else REAL).said(self.language)


def _stripe(card: Widget) -> None:
    """The coloured edge that makes it a card."""
    stripe = Widget()
    solid(stripe, theme.SEA, 3)
    card.canvas.before.add(stripe.canvas.before)

    def place(*_: object) -> None:
        stripe.pos, stripe.size = (card.x + dp(7), card.y + dp(9)), (dp(5), max(1, card.height - dp(18)))

    card.bind(pos=place, size=place)
    place()


def _ink(words: Note, calm: Rgb) -> Rgb:
    return theme.CLAY_WORDS if words.trouble else calm


def _label(said: str, ink: Rgb) -> BoxLayout:
    label = BoxLayout(size_hint_y=None, height=dp(24))
    solid(label, theme.WHITE, 6)
    label.add_widget(Words(said, (15, 13), ink=ink, align="center", fixed=True))
    return label
