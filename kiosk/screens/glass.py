"""The glass: draws the newest page on Kivy's main thread and sends touches back. It decides nothing.

Made by `kivy_setup.open_glass`, which shuts Kivy's exits first. `show`, `render` and `stop` may be called from any
thread; everything else belongs to the main thread. Without asyncio: Kivy's clock is not made for it.
"""

import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from kivy.animation import Animation
from kivy.app import App
from kivy.clock import Clock
from kivy.graphics.opengl import GL_RGB, GL_UNSIGNED_BYTE, glReadPixels
from kivy.lang import Builder
from kivy.metrics import Metrics
from kivy.uix.widget import Widget

from kiosk.circulation.events import Touch
from kiosk.screens import theme
from kiosk.screens.fonts import Fonts
from kiosk.screens.kivy_setup import GlassOptions, NoDisplay
from kiosk.screens.pages import Board, Button, Shown, Visit
from kiosk.screens.picture import write_png
from kiosk.screens.slot import NewestWins
from kiosk.screens.sounds import Sounds
from kiosk.screens.taps import TapGuard
from kiosk.screens.theme import Frame
from kiosk.screens.widgets.sheet import Sheet
from kiosk.screens.widgets.stage import Stage, sheet_of
from kiosk.screens.widgets.visit import VisitSheet
from kiosk.screens.widgets.words import forget_texts, use_fonts

FADE_S: Final = 0.12
FADE_FROM: Final = 0.3
TICK_S: Final = 0.25
BEAT_S: Final = 1.0
# Loading sounds waits until the first page is there.
SOUNDS_AFTER_S: Final = 0.5
SETTLED_FRAMES: Final = 3
log = logging.getLogger(__name__)

Builder.load_file(str(Path(__file__).with_name("layout.kv")))


class _Picture:
    """A picture that a thread waits for."""

    def __init__(self, shown: Shown, path: Path, size: tuple[int, int] | None) -> None:
        self.shown, self.path, self.size = shown, path, size
        self.frames_left = SETTLED_FRAMES
        self.done = threading.Event()
        self.error: Exception | None = None


class Glass(App):  # type: ignore[misc]
    """The program's window. `post` takes the touches; `drawn` is told the serial of each page after its first frame was
    drawn; `beat` is called about once a second from the main loop while it lives; `below` makes something that stands
    under the page, such as the demo's strip, `below_part` of the window's height."""

    use_kivy_settings = False

    def __init__(
        self,
        options: GlassOptions,
        fonts: Fonts,
        post: Callable[[Touch], None],
        *,
        drawn: Callable[[int], None] = lambda serial: None,
        beat: Callable[[], None] = lambda: None,
        below: Callable[[], Widget] | None = None,
        below_part: float = 0.25,
    ) -> None:
        super().__init__()
        self.title = options.title
        self.options, self.fonts, self.post, self.drawn, self.beat = options, fonts, post, drawn, beat
        self.below, self.below_part = below, below_part
        self.window: Any = None
        self.shown: Shown | None = None
        self.sheet: Sheet | None = None
        self._shown_at_s = 0.0
        self._slot, self._guard, self._sounds = NewestWins(), TapGuard(), Sounds()
        self._undrawn: int | None = None
        self._picture: _Picture | None = None
        self._one_picture = threading.Lock()
        self._take_soon = Clock.create_trigger(self._take)
        self._draw_soon = Clock.create_trigger(lambda _: self._draw_page(), -1)

    def show(self, shown: Shown) -> None:
        """Shows a page soon; the newest wins. Any thread."""
        self._slot.put(shown)
        self._take_soon()

    def stop(self, *_: object) -> None:
        """Ends `run` soon. Any thread."""
        Clock.schedule_once(lambda _: super(Glass, self).stop(), 0)

    def render(self, shown: Shown, path: Path, size: tuple[int, int] | None = None, timeout_s: float = 20.0) -> None:
        """Shows a page, waits until it stands still and writes it to `path` as PNG; any thread but the main one.

        `size` changes the window first. Raises `TimeoutError` and whatever writing raised.
        """
        with self._one_picture:
            picture = _Picture(shown, path, size)
            Clock.schedule_once(lambda _: self._begin_picture(picture), 0)
            if not picture.done.wait(timeout_s):
                raise TimeoutError(f"{path}: no picture in {timeout_s} s")
            if picture.error:
                raise picture.error

    def build(self) -> Widget:
        """Kivy asks for the root of the tree once the window is there. Raises `NoDisplay` and `FontMissing`."""
        from kivy.core.window import Window  # makes the window: not at the import

        if Window is None:
            raise NoDisplay("no display: set DISPLAY or WAYLAND_DISPLAY, or plug one in")
        self.window = Window
        Window.clearcolor = theme.paint(theme.PAPER)
        Window.allow_screensaver = False
        Window.bind(
            on_request_close=self._asked_to_close, on_keyboard=self._swallow, on_key_down=self._swallow,
            on_key_up=self._swallow, on_textinput=self._swallow, on_flip=self._flipped,
        )  # fmt: skip
        use_fonts(self.fonts)
        root = Widget()
        self.stage = Stage()
        self.stage.bind(size=self._draw_soon)
        root.add_widget(self.stage)
        self._under = self.below() if self.below else None
        if self._under:
            root.add_widget(self._under)
        root.bind(size=self._share)
        Clock.schedule_interval(self._tick, TICK_S)
        Clock.schedule_interval(lambda _: self.beat(), BEAT_S)
        return root

    def on_start(self) -> None:
        """The main loop is about to run."""
        Clock.schedule_once(lambda _: self._sounds.start(), SOUNDS_AFTER_S)
        self.beat()
        self._take()

    def on_stop(self) -> None:
        """The main loop has ended."""
        self._sounds.close()

    def open_settings(self, *_: object) -> bool:
        """Kivy's settings stay shut."""
        return False

    def _share(self, root: Any, size: tuple[float, float]) -> None:
        low = round(size[1] * self.below_part) if self._under else 0
        if self._under:
            self._under.pos, self._under.size = (0, 0), (size[0], low)
        self.stage.pos, self.stage.size = (0, low), (size[0], size[1] - low)

    def _asked_to_close(self, *_: object, **__: object) -> bool:
        if self.options.may_close:
            self.stop()
        return True

    def _swallow(self, *_: object, **__: object) -> bool:
        return True

    def _take(self, *_: object) -> None:
        """Draws what waits in the slot."""
        shown = self._slot.take()
        if shown is None or (self.shown and shown.serial < self.shown.serial):
            return
        self._sounds.play(shown.sounds)
        before, self.shown = self.shown, shown
        self._undrawn = shown.serial
        self._shown_at_s = Clock.get_boottime()
        if before and before.page == shown.page and before.language == shown.language:
            self.stage.canvas.ask_update()
            return
        if isinstance(shown.page, Board):
            forget_texts()
        self._guard.page_changed(self._shown_at_s)
        self._draw_page()
        self._move_in(before)

    def _draw_page(self) -> None:
        if self.shown is None or self.stage.width < 2:
            return
        frame = Frame(self.stage.width, self.stage.height, self.options.inches)
        Metrics.density = frame.scale
        self.sheet = sheet_of(self.shown.page, frame, self._tapped)
        self.stage.put(self.sheet)
        self.sheet.tick(Clock.get_boottime() - self._shown_at_s)

    def _move_in(self, before: Shown | None) -> None:
        """Fades another page in; on the same page only the fresh row slides."""
        assert self.shown is not None
        if self.sheet is None:
            return
        if before is None or before.page.name != self.shown.page.name:
            self.sheet.opacity = FADE_FROM
            Animation(opacity=1, duration=FADE_S).start(self.sheet)
        rows = self.shown.page.rows[:1] if isinstance(self.shown.page, Visit) else ()
        old = before.page.rows[:1] if before and isinstance(before.page, Visit) else ()
        if isinstance(self.sheet, VisitSheet) and self.sheet.fresh and rows != old:
            self.sheet.fresh.slide_in()

    def _tick(self, _: float) -> None:
        if self.sheet:
            self.sheet.tick(Clock.get_boottime() - self._shown_at_s)

    def _tapped(self, button: Button) -> None:
        if self.shown and self._guard.admits(button, Clock.get_boottime()):
            self.post(Touch(button.act, button.value, button.text, self.shown.serial))

    def _begin_picture(self, picture: _Picture) -> None:
        if picture.size and tuple(self.window.size) != picture.size:
            self.window.size = picture.size
        self._picture = picture
        self.show(picture.shown)

    def _flipped(self, *_: object) -> None:
        """A frame was drawn and goes to the display now."""
        if self._undrawn is not None and self.sheet is not None:
            serial, self._undrawn = self._undrawn, None
            self.drawn(serial)
        picture = self._picture
        if picture is None:
            return
        still = self.shown is not None and self.shown.page == picture.shown.page and not self._moving()
        picture.frames_left -= int(still)
        if picture.frames_left > 0:
            Clock.schedule_once(lambda _: self.stage.canvas.ask_update(), 0)
            return
        self._picture = None
        try:
            width, height = (int(side) for side in self.window.size)
            write_png(picture.path, width, height, glReadPixels(0, 0, width, height, GL_RGB, GL_UNSIGNED_BYTE))
        except (OSError, ValueError) as error:
            picture.error = error
        picture.done.set()

    def _moving(self) -> bool:
        sheet = self.sheet
        fresh = sheet.fresh if isinstance(sheet, VisitSheet) else None
        return sheet is None or sheet.opacity < 1 or bool(fresh and fresh.slide)
