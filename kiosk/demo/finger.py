"""A finger for the glass: finds a button by what it does and touches the place where it is drawn.

The touch goes in where SDL's would, so that everything that guards the glass is in its way. Kivy is imported here, so
this module must be imported after the kiosk was made; its functions belong to the main thread.
"""

from collections.abc import Callable
from itertools import count
from typing import Any, Final

from kivy.base import EventLoop
from kivy.input.motionevent import MotionEvent

from kiosk.screens.glass import Glass
from kiosk.screens.pages import Button
from kiosk.screens.widgets.parts import Face

_ids: Final = count(1)


class FingerTouch(MotionEvent):  # type: ignore[misc]
    """A touch at a place of the window, 0 to 1 both ways."""

    def depack(self, args: Any) -> None:
        """Kivy hands over what the constructor was given."""
        self.sx, self.sy = args
        self.profile = ["pos"]
        super().depack(args)


def faces(glass: Glass, which: Callable[[Button], bool]) -> list[Face]:
    """The drawn buttons that are meant, in the order of the page."""
    drawn = glass.sheet.walk(restrict=True) if glass.sheet else ()
    return [widget for widget in drawn if isinstance(widget, Face) and which(widget.button)]


def touch_begin(glass: Glass, face: Face) -> FingerTouch:
    """A finger comes down in the middle of `face`."""
    x, y = face.to_window(*face.center)
    width, height = glass.window.size
    touch = FingerTouch("demo", next(_ids), (x / width, y / height), is_touch=True, type_id="touch")
    EventLoop.post_dispatch_input("begin", touch)
    return touch


def touch_end(touch: FingerTouch) -> None:
    """The finger lifts."""
    EventLoop.post_dispatch_input("end", touch)


def tap(glass: Glass, face: Face, fingers: int = 1) -> None:
    """A tap with one finger, or with several at once."""
    touches = [touch_begin(glass, face) for _ in range(fingers)]
    for touch in touches:
        touch_end(touch)
