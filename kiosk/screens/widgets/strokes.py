"""The few strokes that everything is drawn with, smooth at their edges also where the display has no multisampling.

They add to the canvas that is open, or give the instructions back for a group. Points and sizes are pixels.
"""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any, Final

from kivy.graphics import Color, SmoothEllipse, SmoothLine, SmoothRoundedRectangle

from kiosk.screens.theme import Rgb, paint

Point = tuple[float, float]
# Kivy's smooth shapes add a half-transparent rim outside; shapes are drawn that much smaller, thin ones less.
RIM_PX: Final = 0.75
RIM_PART: Final = 0.1
ARC_STEP_DEG: Final = 4


def colour(ink: Rgb, alpha: float = 1.0) -> Any:
    """What follows is drawn in `ink`."""
    return Color(*paint(ink, alpha))


def disc(middle: Point, radius: float) -> Any:
    """A filled circle."""
    radius = max(0.3, radius - min(RIM_PX, 2 * radius * RIM_PART))
    return SmoothEllipse(pos=(middle[0] - radius, middle[1] - radius), size=(2 * radius, 2 * radius))


def slab(x: float, y: float, width: float, height: float, radius: float) -> Any:
    """A filled rectangle with round corners."""
    rim = min(RIM_PX, RIM_PART * min(width, height))
    x, y, width, height = x + rim, y + rim, max(0.1, width - 2 * rim), max(0.1, height - 2 * rim)
    radius = max(0.01, min(radius - rim, width / 2, height / 2))
    return SmoothRoundedRectangle(pos=(x, y), size=(width, height), radius=[radius])


def stroke(points: Sequence[Point], thick: float, *, close: bool = False) -> list[Any]:
    """A line through `points` with round ends and corners."""
    half = max(0.6, thick / 2)
    ends = list(points) + ([points[0]] if close else [])
    out: list[Any] = []
    for one, other in pairwise(ends):
        if one[0] == other[0] or one[1] == other[1]:
            left, low = min(one[0], other[0]) - half, min(one[1], other[1]) - half
            long, high = abs(one[0] - other[0]) + 2 * half, abs(one[1] - other[1]) + 2 * half
            out.append(slab(left, low, long, high, half))
        else:
            out += curve((one, other), thick)
    return out


def curve(points: Sequence[Point], thick: float) -> list[Any]:
    """A bent line in one piece, with round ends."""
    half = max(0.6, thick / 2)
    flat = [part for point in points for part in point]
    line = SmoothLine(points=flat, width=max(1.0, half), overdraw_width=1.2)
    return [line, disc(points[0], half), disc(points[-1], half)]


def arc(middle: Point, radius: float, start_deg: float, end_deg: float, thick: float) -> list[Any]:
    """Part of a circle, counter-clockwise from the right."""
    steps = max(2, math.ceil(abs(end_deg - start_deg) / ARC_STEP_DEG))
    turns = [math.radians(start_deg + (end_deg - start_deg) * step / steps) for step in range(steps + 1)]
    return curve([(middle[0] + radius * math.cos(t), middle[1] + radius * math.sin(t)) for t in turns], thick)
