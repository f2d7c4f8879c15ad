"""`kiosk demo`: the real kiosk in a window with the example school, above a strip of cards and books to click."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from kiosk.db.connect import connect
from kiosk.demo.clock import DemoClock
from kiosk.demo.props import props
from kiosk.demo.stand import START, WINDOW, DemoFailed, Stand, data_folder, school_at
from kiosk.runtime.now import SystemClock
from kiosk.screens.kivy_setup import GlassOptions
from kiosk.screens.pages import Shown
from kiosk.words import words

if TYPE_CHECKING:
    from kiosk.demo.strip import Acts, Strip

STRIP_PX: Final = 200
MIN_HEIGHT_PX: Final = 480
AROUND_PX: Final = 110  # the window's title and the desktop's bars
SCREENS: Final = Path("/sys/class/drm")
LATER: Final = timedelta(minutes=5)


class Bench:
    """What the strip asks of the demo: bytes on a wire, another time, and which books are out."""

    def __init__(self, stand: Stand, clock: DemoClock, *, example: bool) -> None:
        self.stand, self.clock, self.example = stand, clock, example
        self.zone = ZoneInfo(stand.school.plan.settings.timezone)
        self.strip: Strip | None = None
        self._db: Any = None
        self._shift = clock.now().wall - clock.real  # while time is real, what to go back to
        self._pretends = abs(self._shift) > LATER

    def below(self) -> "Strip":
        """Makes the strip; called once the window is there."""
        from kiosk.demo.strip import Strip

        self._db = connect(self.stand.settings.database)
        self.strip = Strip(props(self.stand.school, example=self.example), self._acts())
        return self.strip

    def drawn(self, shown: Shown) -> None:
        """A page was drawn: the strip follows its language and the loans."""
        if self.strip is not None:
            rows = self._db.execute_sql("SELECT item FROM loan").fetchall()
            self.strip.show(shown.language, frozenset(row[0] for row in rows))

    def close(self) -> None:
        """Let go of the database."""
        if self._db is not None:
            self._db.close()

    def _acts(self) -> "Acts":
        from kiosk.demo.strip import Acts

        return Acts(self.stand.wires.card, self.stand.wires.scan, self._switch_time, self._time)

    def _switch_time(self) -> None:
        if self._pretends:
            self._shift = self.clock.now().wall - self.clock.real
        real = self.clock.real
        self.clock.set(real if self._pretends else real + self._shift)
        self._pretends = not self._pretends

    def _time(self) -> tuple[str, bool]:
        local: datetime = self.clock.now().wall.astimezone(self.zone)
        said = words(self.strip.language if self.strip else "zh_CN")
        return f"{said.weekday(local.date())} {said.time(local.time())}", self._pretends


def window_demo(school: Path | None, data: Path | None) -> int:
    """Run until the window is closed; 0 fine, 1 when the school cannot be used."""
    try:
        with data_folder(data) as folder:
            return _run(Stand(school_at(school), folder), example=school is None)
    except DemoFailed as failed:
        print(f"kiosk: {failed}", flush=True)
        return 1


def window_size(screens: Path = SCREENS) -> tuple[int, int]:
    """Width and height of the window: page and strip at their own size, or as much smaller as the screen asks for."""
    width, height = WINDOW[0], WINDOW[1] + STRIP_PX
    for status in screens.glob("*/status"):
        modes = status.with_name("modes").read_text("ascii").split()
        if status.read_text("ascii").strip() == "connected" and modes:
            rows = int(modes[0].rstrip("ip").partition("x")[2])
            height = min(height, max(MIN_HEIGHT_PX, rows - AROUND_PX))
    return round(width * height / (WINDOW[1] + STRIP_PX)), height


def _run(stand: Stand, *, example: bool) -> int:
    begin = stand.bring_in(START + LATER if example else SystemClock().now().wall)
    clock = DemoClock(begin)
    bench = Bench(stand, clock, example=example)
    options = GlassOptions(*window_size(), may_close=True, title="自助借还机演示 · kiosk demo")
    kiosk = stand.kiosk(clock, options, bench.drawn, bench.below)
    try:
        kiosk.run()
    finally:
        bench.close()
        stand.close()
    return 0
