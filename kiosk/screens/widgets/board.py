"""The notice board: whose slot it is, what one can do here, the new books."""

from collections.abc import Sequence
from typing import Final

from kivy.clock import Clock
from kivy.metrics import dp
from kivy.properties import ListProperty, NumericProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Board, Cover, Footer, Hint, Icon, Span
from kiosk.screens.theme import Frame, Rgb
from kiosk.screens.widgets.parts import Card, SlotLine, Tap, solid
from kiosk.screens.widgets.shapes import Shape
from kiosk.screens.widgets.sheet import Sheet
from kiosk.screens.widgets.words import Words, squeeze_into

HEADLINE: Final = (54, 48, 42, 36, 32, 28)
TITLE: Final = (26, 22, 26, 22, 20, 18)
TITLE_LINES: Final = (1, 1, 2, 3, 4, 5)
HINT_INKS: Final[dict[Icon, Rgb]] = {Icon.CARD: theme.SEA, Icon.RETURN: theme.AMBER_DEEP}


class CoverCard(BoxLayout):  # type: ignore[misc]
    """A made-up cover: title and author on a quiet colour."""

    def __init__(self, cover: Cover, colour: int) -> None:
        super().__init__(orientation="vertical", padding=(dp(17), dp(15), dp(13), dp(13)), spacing=dp(4))
        solid(self, theme.COVERS[colour], 10)
        title = Words(cover.title, TITLE, lines=TITLE_LINES, bold=True, ink=theme.WHITE, pitch=1.28)
        author = Words(cover.author, (18,), lines=3, ink=theme.WHITE, pitch=1.25)
        self.add_widget(title)
        self.add_widget(Widget())
        self.add_widget(author)

        def squeeze(*_: object) -> None:
            squeeze_into([title, author], self.height - self.padding[1] - self.padding[3] - 2 * self.spacing)

        self.bind(size=Clock.create_trigger(squeeze, -1))


def cover_colours(covers: Sequence[Cover]) -> list[int]:
    """Each cover's own colour, or the next one that no cover before it has."""
    taken: list[int] = []
    for cover in covers:
        wanted = [(cover.colour + step) % len(theme.COVERS) for step in range(len(theme.COVERS))]
        taken.append(next((colour for colour in wanted if colour not in taken), wanted[0]))
    return taken


class HintCard(Card):
    """One thing that one can do here: shape, words, a smaller line."""

    def __init__(self, hint: Hint) -> None:
        super().__init__(orientation="vertical", padding=(dp(22), dp(18), dp(18), dp(14)), spacing=dp(4))
        ink = HINT_INKS.get(hint.icon, theme.JADE)
        shape = Shape(hint.icon, ink=ink, size_hint=(None, 1))
        shape.bind(height=shape.setter("width"))
        self.add_widget(shape)
        self.add_widget(Widget(size_hint_y=None, height=dp(2)))
        self.add_widget(Words(hint.title, (30, 26, 24, 22), bold=True, lines=(1, 1, 2, 2), pitch=1.22))
        self.add_widget(Words(hint.words, (20, 18), ink=theme.INK_QUIET, lines=2))


class BoardSheet(Sheet):
    """The notice board."""

    gap = NumericProperty(0)
    books_hint = ListProperty([None, 1])
    books_size = ListProperty([0, 0])

    def __init__(self, page: Board, frame: Frame, tap: Tap) -> None:
        self.page = page
        shown = (None, 1) if not frame.tall else (1, None)
        size = (dp(316), 0) if not frame.tall else (0, dp(270))
        left = "\n".join(line for line in (page.next_line, page.footer.left) if line)
        super().__init__(
            Footer(left, page.footer.buttons, page.footer.status), frame, tap,
            books_hint=shown if page.books else (None, None), books_size=size if page.books else (0, 0),
            gap=dp(28 if frame.tall else 56) if page.books else 0,
        )  # fmt: skip

    def fill(self) -> None:
        """The slot at the left or top, the books at the right or below."""
        slot = self.ids.slot
        slot.add_widget(Words(self.page.when, (22, 20), ink=theme.INK_QUIET))
        slot.add_widget(self._headline())
        if self.page.bar:
            slot.add_widget(Widget(size_hint_y=None, height=dp(8)))
            slot.add_widget(SlotLine(self.page.bar.part))
            ends = BoxLayout(size_hint_y=None, height=dp(28))
            ends.add_widget(Words(self.page.bar.start, (20,), ink=theme.INK_QUIET))
            ends.add_widget(Words(self.page.bar.end, (20,), ink=theme.INK_QUIET, align="right"))
            slot.add_widget(ends)
        slot.add_widget(Widget())
        if self.page.hints:
            hints = BoxLayout(spacing=dp(22), size_hint_y=None, height=dp(188))
            for hint in self.page.hints:
                hints.add_widget(HintCard(hint))
            slot.add_widget(hints)
        if self.page.books:
            self._fill_books()

    def _headline(self) -> Words:
        spans: list[Span] = []
        for number, line in enumerate(self.page.headline):
            spans += [Span("\n")] * (number > 0) + list(line)
        count = max(2, len(self.page.headline))
        lines = (count, count, *[count + 1] * (len(HEADLINE) - 2))
        return Words(spans=spans, sizes=HEADLINE, lines=lines, bold=True, pitch=1.28)

    def _fill_books(self) -> None:
        books = self.ids.books
        books.add_widget(Words(self.page.books_title, (22, 20), bold=True))
        across, count = (3, 3) if self.frame.tall else (2, 4)
        covers = GridLayout(cols=across, spacing=dp(18))
        shown = self.page.books[:count]
        for cover, colour in zip(shown, cover_colours(shown), strict=True):
            covers.add_widget(CoverCard(cover, colour))
        books.add_widget(covers)
