"""The icons, drawn as lines on a square of 100 × 100: a shape beside every colour, sharp at any size."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from kivy.graphics import Mesh
from kivy.metrics import dp
from kivy.properties import ObjectProperty
from kivy.uix.widget import Widget

from kiosk.screens.pages import Icon
from kiosk.screens.theme import INK, JADE, WHITE, Rgb
from kiosk.screens.widgets import strokes

Point = tuple[float, float]
THICK: Final = 7.0


class Pen:
    """Draws on the 100 × 100 square that lies at `x`, `y` (its lower left corner) with sides of `size` pixels."""

    def __init__(self, x: float, y: float, size: float, ink: Rgb, ground: Rgb) -> None:
        self.x, self.y, self.unit = x, y, size / 100
        self.ink, self.ground = ink, ground

    def _at(self, point: Point) -> Point:
        return self.x + point[0] * self.unit, self.y + point[1] * self.unit

    def line(self, *points: Point, thick: float = THICK, ink: Rgb | None = None) -> None:
        """A line with round ends and corners."""
        strokes.colour(ink or self.ink)
        strokes.stroke([self._at(point) for point in points], thick * self.unit)

    def curve(self, points: Sequence[Point], thick: float = THICK) -> None:
        """A bent line."""
        strokes.colour(self.ink)
        strokes.curve([self._at(point) for point in points], thick * self.unit)

    def arc(self, middle: Point, radius: float, start: float = 0, end: float = 360, thick: float = THICK) -> None:
        """Part of a circle, degrees counter-clockwise from the right."""
        strokes.colour(self.ink)
        strokes.arc(self._at(middle), radius * self.unit, start, end, thick * self.unit)

    def box(self, left: float, low: float, width: float, high: float, round_by: float, ink: Rgb | None = None) -> None:
        """A filled rectangle with round corners."""
        strokes.colour(ink or self.ink)
        strokes.slab(*self._at((left, low)), width * self.unit, high * self.unit, round_by * self.unit)

    def dot(self, middle: Point, radius: float, ink: Rgb | None = None) -> None:
        """A filled circle."""
        strokes.colour(ink or self.ink)
        strokes.disc(self._at(middle), radius * self.unit)

    def fill(self, points: Sequence[Point], ink: Rgb) -> None:
        """A filled shape without dents."""
        strokes.colour(ink)
        vertices = [part for point in points for part in (*self._at(point), 0, 0)]
        Mesh(vertices=vertices, indices=list(range(len(points))), mode="triangle_fan")


def _card(pen: Pen) -> None:
    pen.box(2, 18, 96, 64, 11)
    pen.box(14, 36, 27, 30, 6, pen.ground)
    pen.line((52, 59), (86, 59), ink=pen.ground, thick=6)
    pen.line((52, 44), (77, 44), ink=pen.ground, thick=6)


def _return(pen: Pen) -> None:
    pen.line((8, 50), (58, 50), thick=10)
    pen.line((40, 70), (60, 50), (40, 30), thick=10)
    pen.line((66, 86), (88, 86), (88, 14), (66, 14), thick=10)


def _curve(start: Point, bend: Point, end: Point) -> list[Point]:
    out = []
    for step in range(13):
        t = step / 12
        out.append(
            (
                (1 - t) ** 2 * start[0] + 2 * t * (1 - t) * bend[0] + t * t * end[0],
                (1 - t) ** 2 * start[1] + 2 * t * (1 - t) * bend[1] + t * t * end[1],
            )
        )
    return out


def _open_book(pen: Pen, low: float = 14) -> None:
    top = low + 66
    for side in (-1, 1):
        head = _curve((50, top - 6), (50 + side * 20, top + 7), (50 + side * 42, top - 2))
        foot = _curve((50 + side * 42, low + 6), (50 + side * 20, low + 15), (50, low))
        pen.fill([(50, low + 30), *head, *foot], WHITE)
        pen.curve(head)
        pen.curve(foot)
        pen.line(head[-1], foot[0])
    pen.line((50, top - 6), (50, low), thick=THICK)


def _padlock(pen: Pen) -> None:
    pen.dot((76, 26), 26, pen.ground)
    pen.arc((76, 32), 10, 0, 180, thick=6)
    pen.box(60, 10, 32, 24, 6)
    pen.dot((76, 22), 4, pen.ground)


def _book_locked(pen: Pen) -> None:
    _open_book(pen, 22)
    _padlock(pen)


def _clock(pen: Pen) -> None:
    pen.dot((50, 50), 42, WHITE)
    pen.arc((50, 50), 42)
    pen.line((50, 76), (50, 50), (68, 40))


def _calendar(pen: Pen) -> None:
    pen.box(10, 10, 80, 74, 12)
    pen.box(17, 17, 66, 42, 6, WHITE)
    for x in (31, 69):
        pen.line((x, 94), (x, 76), thick=16, ink=pen.ground)
        pen.line((x, 92), (x, 76), thick=8)
    for x, y in ((33, 46), (50, 46), (67, 46), (33, 30), (50, 30)):
        pen.dot((x, y), 5)


def _person(pen: Pen) -> None:
    pen.dot((50, 68), 21)
    outline = [*_curve((14, 12), (16, 44), (50, 44)), *_curve((50, 44), (84, 44), (86, 12))]
    pen.fill([(50, 12), *outline], pen.ink)
    pen.curve(outline, thick=3)


def _hand(pen: Pen) -> None:
    for x, high in ((31, 80), (44, 90), (57, 87), (70, 76)):
        pen.line((x, 42), (x, high), thick=10.5)
    pen.box(25.8, 12, 49.5, 40, 17)
    pen.line((72, 26), (88, 48), thick=10.5)


def _barcode(pen: Pen) -> None:
    x = 10.0
    for width in (8, 4, 4, 10, 4, 8, 4):
        pen.box(x, 22, width, 56, 1)
        x += width + 6.5


def _stack(pen: Pen) -> None:
    for low, left, width in ((10, 8, 80), (37, 16, 76), (64, 10, 70)):
        pen.box(left, low, width, 23, 6)
        pen.box(left + 10, low + 8, width - 26, 7, 3, pen.ground)


def _wrench(pen: Pen) -> None:
    pen.line((18, 18), (58, 58), thick=17)
    pen.arc((70, 70), 18, 75, 375, thick=13)
    pen.dot((18, 18), 4, pen.ground)


def _tick(pen: Pen) -> None:
    pen.line((14, 52), (40, 26), (86, 76), thick=15)


def _bin(pen: Pen) -> None:
    pen.fill([(20, 68), (26, 10), (74, 10), (80, 68)], WHITE)
    pen.line((18, 68), (25, 10), (75, 10), (82, 68))
    pen.line((8, 68), (92, 68))
    for low in (24, 38, 52):
        pen.line((38, low), (62, low), thick=6)
    pen.line((30, 82), (62, 90), thick=6)


def _drop(pen: Pen) -> None:
    pen.box(24, 42, 52, 52, 3)
    pen.box(28.5, 46.5, 43, 43, 1, WHITE)
    pen.line((36, 78), (64, 78), thick=4, ink=(0x9C, 0xCD, 0xC3))
    pen.line((36, 67), (54, 67), thick=4, ink=(0x9C, 0xCD, 0xC3))
    pen.line((50, 38), (50, 18), thick=5)
    pen.line((40, 27), (50, 17), (60, 27), thick=5)
    pen.line((4, 28), (4, 2), (96, 2), (96, 28), thick=5.5, ink=INK)


DRAWN: Final[dict[Icon, Callable[[Pen], None]]] = {
    Icon.CARD: _card,
    Icon.RETURN: _return,
    Icon.BOOK: _open_book,
    Icon.BOOK_LOCKED: _book_locked,
    Icon.CLOCK: _clock,
    Icon.CALENDAR: _calendar,
    Icon.PERSON: _person,
    Icon.HAND: _hand,
    Icon.BARCODE: _barcode,
    Icon.STACK: _stack,
    Icon.WRENCH: _wrench,
    Icon.TICK: _tick,
    Icon.BIN: _bin,
    Icon.DROP: _drop,
}


class Shape(Widget):  # type: ignore[misc]
    """An icon, centred in its place; on a round ground if it has one."""

    icon = ObjectProperty(Icon.BOOK)
    ink = ObjectProperty(JADE)
    ground = ObjectProperty(WHITE)

    def __init__(self, icon: Icon, *, ink: Rgb, ground: Rgb = WHITE, round_ground: bool = False, **rest: Any) -> None:
        self.round_ground = round_ground
        super().__init__(icon=icon, ink=ink, ground=ground, **rest)
        self.bind(pos=self._draw, size=self._draw)
        self._draw()

    def _draw(self, *_: object) -> None:
        self.canvas.clear()
        # Not `center`: Kivy may still hold the old one while it tells of a new place.
        x, y, side = self.x + self.width / 2, self.y + self.height / 2, min(self.width, self.height)
        with self.canvas:
            if self.round_ground:
                strokes.colour(self.ground)
                strokes.disc((x, y), side / 2)
                side *= 0.5 if side > dp(80) else 0.58
            DRAWN[self.icon](Pen(x - side / 2, y - side / 2, side, self.ink, self.ground))
