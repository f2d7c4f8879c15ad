"""The room in which one page stands, and which sheet draws which page."""

from typing import Any, assert_never

from kivy.clock import Clock
from kivy.graphics import Color, Rectangle
from kivy.uix.widget import Widget

from kiosk.screens import theme
from kiosk.screens.pages import Board, Drop, Message, OutOfService, Page, Pin, Staff, Visit, Waiting
from kiosk.screens.taps import TouchStorm
from kiosk.screens.theme import Frame
from kiosk.screens.widgets.board import BoardSheet
from kiosk.screens.widgets.drop import DropSheet, OutSheet
from kiosk.screens.widgets.message import MessageSheet, WaitingSheet
from kiosk.screens.widgets.parts import Tap
from kiosk.screens.widgets.sheet import Sheet
from kiosk.screens.widgets.staff import PinSheet, StaffSheet
from kiosk.screens.widgets.visit import VisitSheet


def sheet_of(page: Page, frame: Frame, tap: Tap) -> Sheet:
    """The drawn page."""
    match page:
        case Board():
            return BoardSheet(page, frame, tap)
        case Visit():
            return VisitSheet(page, frame, tap)
        case Message():
            return MessageSheet(page, frame, tap)
        case Waiting():
            return WaitingSheet(page, frame, tap)
        case Drop():
            return DropSheet(page, frame, tap)
        case Pin():
            return PinSheet(page, frame, tap)
        case Staff():
            return StaffSheet(page, frame, tap)
        case OutOfService():
            return OutSheet(page, frame, tap)
    assert_never(page)


class Stage(Widget):  # type: ignore[misc]
    """The room in which one page stands; lets one finger through at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.storm = TouchStorm()
        with self.canvas.before:
            self._colour = Color(*theme.paint(theme.PAPER))
            self._ground = Rectangle()
        self.bind(pos=self._fit, size=self._fit)

    def _fit(self, *_: object) -> None:
        self._ground.pos, self._ground.size = self.pos, self.size
        for child in self.children:
            child.pos, child.size = self.pos, self.size

    def put(self, sheet: Sheet) -> None:
        """Takes `sheet` in place of the page before."""
        self.clear_widgets()
        self._colour.rgba = theme.paint(sheet.paper)
        self.add_widget(sheet)
        self._fit()

    def on_touch_down(self, touch: Any) -> bool:
        """Only the first finger, and not too often."""
        if self.collide_point(*touch.pos) and self.storm.down(touch.uid, Clock.get_boottime()):
            super().on_touch_down(touch)
        return True

    def on_touch_move(self, touch: Any) -> bool:
        """Only the finger that counts."""
        return bool(self.storm.holds(touch.uid) and super().on_touch_move(touch))

    def on_touch_up(self, touch: Any) -> bool:
        """Only the finger that counts."""
        if self.storm.holds(touch.uid):
            super().on_touch_up(touch)
            self.storm.up(touch.uid)
        return True
