"""A text on the glass: set by `typeset`, drawn line by line, never read as markup and never wider than its place."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final

from kivy.clock import Clock
from kivy.core.text import Label as CoreLabel
from kivy.core.text import LabelBase
from kivy.graphics import Color, Rectangle
from kivy.metrics import dp
from kivy.properties import NumericProperty, ObjectProperty, StringProperty
from kivy.uix.widget import Widget

from kiosk.screens.fonts import FontMissing, Fonts
from kiosk.screens.pages import Span
from kiosk.screens.theme import INK, JADE, Rgb, paint
from kiosk.screens.typeset import Setting, drawable, fit

REGULAR: Final = "kiosk-regular"
BOLD: Final = "kiosk-bold"
# Noto Sans CJK's own metrics, parts of the size: below the baseline, and the whole line.
DESCENT: Final = 0.288
LINE: Final = 1.448
# A larger number among Chinese characters looks level when it stands a little below their baseline.
SINK: Final = 0.16
# The width that a text has before a layout has placed it: too small to set anything.
UNPLACED_PX: Final = 1
WIDTHS_KEPT: Final = 4096
# A size that pages use: each size of a font costs memory.
TEST_PX: Final = 20

_covers: list[Callable[[str], bool]] = []


def use_fonts(fonts: Fonts) -> None:
    """Makes the font known to Kivy and draws one character as a test. Raises `FontMissing`."""
    LabelBase.register(REGULAR, str(fonts.regular))
    LabelBase.register(BOLD, str(fonts.bold))
    _covers[:] = [fonts.covers]
    for name, path in ((REGULAR, fonts.regular), (BOLD, fonts.bold)):
        try:
            seen, none = (_texture(char, TEST_PX, name).pixels for char in ("骨", "\U0010fffd"))
        except (OSError, ValueError) as error:
            raise FontMissing(f"{path}: cannot be opened: {error}") from error
        if seen == none:
            raise FontMissing(f"{path}: draws no Chinese: run `python -m kiosk.screens.fonts extract`")


def _texture(text: str, size: float, font: str) -> Any:
    label = CoreLabel(text=text, font_size=size, font_name=font)
    label.refresh()
    return label.texture


@lru_cache(maxsize=64)
def _ruler(size: float, font: str) -> Any:
    return CoreLabel(font_size=size, font_name=font)


@lru_cache(maxsize=WIDTHS_KEPT)
def text_width(text: str, size: float, font: str) -> float:
    """Width of `text` in pixels."""
    return float(_ruler(size, font).get_extents(text)[0]) if text else 0.0


def forget_texts() -> None:
    """Drops what was measured: nothing of a patron stays behind the notice board."""
    text_width.cache_clear()


class Words(Widget):  # type: ignore[misc]
    """One text. `sizes` are design pixels, the largest that fits its number of `lines` is used; the height follows.

    `fixed` keeps the height that it was given and sets the text in its middle.
    """

    text = StringProperty("")
    ink = ObjectProperty(INK)
    accent_ink = ObjectProperty(JADE)
    align = StringProperty("left")
    pitch = NumericProperty(1.32)

    def __init__(
        self,
        text: str = "",
        sizes: Sequence[float] = (20,),
        *,
        lines: int | Sequence[int] = 1,
        bold: bool = False,
        spans: Sequence[Span] = (),
        accent_grow: float = 1.0,
        fixed: bool = False,
        ink: Rgb = INK,
        **rest: Any,
    ) -> None:
        self.sizes, self.bold, self.fixed = tuple(sizes), bold, fixed
        self.lines = (lines,) * len(self.sizes) if isinstance(lines, int) else tuple(lines)
        self._wanted = self.sizes, self.lines
        self.spans, self.accent_grow = tuple(spans), accent_grow
        self.setting: Setting | None = None
        if not fixed:
            rest.setdefault("size_hint_y", None)
        if "size" not in rest:
            rest.setdefault("width", UNPLACED_PX)
        self._set_for: tuple[object, ...] = ()
        self._textures: dict[tuple[str, float, str], Any] = {}
        super().__init__(ink=ink, **rest)
        self._set_soon = Clock.create_trigger(self._set, -1)
        self._draw_soon = Clock.create_trigger(self._draw, -1)
        self.bind(width=self._set_soon, text=self._set_soon, pos=self._draw_soon, height=self._draw_soon)
        self.text = "".join(span.text for span in spans) or text
        if not fixed:
            self.height = dp(self.sizes[0]) * self.pitch
        self._set_soon()

    @property
    def font(self) -> str:
        """The face that this text is set in."""
        return BOLD if self.bold else REGULAR

    @property
    def plain(self) -> str:
        """The text as far as it can be drawn."""
        return drawable(self.text, _covers[0])

    def natural_width(self) -> float:
        """Width in pixels of the text on one line at its largest size."""
        size = round(dp(self.sizes[0]))
        return max((text_width(line, size, self.font) for line in self.plain.split("\n")), default=0.0)

    def squeeze(self) -> bool:
        """Gives up the largest size, or one of many lines; False when nothing can be given up any more."""
        if len(self.sizes) > 1:
            self.sizes, self.lines = self.sizes[1:], self.lines[1:]
        elif self.lines[0] > 2:
            self.lines = (self.lines[0] - 1,)
        else:
            return False
        self._set()
        return True

    def relax(self) -> None:
        """Takes back all that was given up."""
        self.sizes, self.lines = self._wanted
        self._set()

    def _set(self, *_: object) -> None:
        if self.width <= UNPLACED_PX:
            return
        steps = [(max(1, round(dp(size))), lines) for size, lines in zip(self.sizes, self.lines, strict=True)]
        asked = (self.text, self.width, *steps)
        if asked == self._set_for:
            return
        self._set_for = asked
        grow = self.accent_grow if self.spans else 1.0
        self.setting = fit(self.plain, steps, self.width, lambda text, size: text_width(text, size, self.font) * grow)
        self._textures.clear()
        if not self.fixed:
            self.height = round(len(self.setting.lines) * self.setting.size * self.pitch)
        self._draw_soon()

    def _runs(self) -> list[list[tuple[str, bool]]]:
        """The set lines, each as runs of the same colour."""
        assert self.setting is not None
        marks = [(char, span.accent) for span in self.spans for char in span.text] or [(c, False) for c in self.text]
        at, out = 0, []
        for line in self.setting.lines:
            runs: list[tuple[str, bool]] = []
            for char in line:
                ahead = next((i for i in range(at, len(marks)) if marks[i][0] == char), None)
                accent = marks[ahead][1] if ahead is not None else False
                at = at if ahead is None else ahead + 1
                if runs and runs[-1][1] == accent:
                    runs[-1] = (runs[-1][0] + char, accent)
                else:
                    runs.append((char, accent))
            out.append(runs)
        return out

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        if self.setting is None:
            return
        size, pitch = self.setting.size, self.setting.size * self.pitch
        lines = self._runs()
        top = self.top - (self.height - len(lines) * pitch) / 2
        with self.canvas:
            for number, runs in enumerate(lines):
                baseline = top - number * pitch - pitch / 2 - size * LINE / 2 + size * DESCENT
                self._draw_line(runs, baseline, size)

    def _draw_line(self, runs: list[tuple[str, bool]], baseline: float, size: float) -> None:
        parts = []
        for text, accent in runs:
            font = BOLD if accent and self.accent_grow > 1 else self.font
            run_size = round(size * self.accent_grow) if accent else size
            parts.append((text, accent, font, run_size, text_width(text, run_size, font)))
        whole = sum(part[4] for part in parts)
        x = {"left": self.x, "center": self.center_x - whole / 2, "right": self.right - whole}[self.align]
        for text, accent, font, run_size, width in parts:
            if text.strip():
                Color(*paint(self.accent_ink if accent else self.ink))
                key = (text, run_size, font)
                texture = self._textures.get(key) or self._textures.setdefault(key, _texture(*key))
                low = baseline - run_size * DESCENT - (run_size - size) * SINK
                Rectangle(texture=texture, size=texture.size, pos=(round(x), round(low)))
            x += width


def squeeze_into(texts: Sequence[Words], room: float) -> None:
    """Sets `texts`, which stand one below the other, smaller in turns until they are no higher than `room` pixels."""
    for words in texts:
        words.relax()
    while sum(words.height for words in texts) > room:
        if not [words for words in texts if words.squeeze()]:
            return
