"""Runs the demo's window, clicks on its strip and types like a scanner; `test_strip` runs this as a program.

Prints what the ledger then holds: kind, number, barcode, one entry a line.
"""

import sys
import threading
from collections.abc import Callable
from pathlib import Path

from kiosk.demo.clock import DemoClock
from kiosk.demo.display import own_display
from kiosk.demo.player import Drawn
from kiosk.demo.stand import START, Stand, school_at
from kiosk.demo.window import Bench, window_size
from kiosk.screens.kivy_setup import GlassOptions
from kiosk.screens.pages import Shown

WAIT_S = 20.0


class Hand:
    """Clicks on things by what is written on them, from a thread beside the main one."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.drawn = Drawn()
        self.serial = 0

    def note(self, shown: Shown) -> None:
        self.bench.drawn(shown)
        self.drawn.note(shown)

    def on_glass(self, act: Callable[[], None]) -> None:
        """Once the strip was built, which it is a moment after the page, and laid out in the frame after that."""
        self._soon(lambda: None, 0.3)
        self._soon(lambda: None, 0)
        self._soon(act, 0)

    def _soon(self, act: Callable[[], None], after_s: float) -> None:
        from kivy.clock import Clock

        done = threading.Event()

        def run(_: float) -> None:
            act()
            done.set()

        Clock.schedule_once(run, after_s)
        assert done.wait(WAIT_S)

    def click(self, label: str, page: str | None) -> None:
        def press() -> None:
            from kivy.base import EventLoop

            from kiosk.demo.finger import FingerTouch, touch_end

            thing = self._find(label)
            x, y = thing.to_window(*thing.center)  # type: ignore[attr-defined]
            width, height = EventLoop.window.size
            touch = FingerTouch("test", label, (x / width, y / height), is_touch=True, type_id="touch")
            EventLoop.post_dispatch_input("begin", touch)
            touch_end(touch)

        self.on_glass(press)
        self.comes(page)

    def types(self, text: str, page: str) -> None:
        def press() -> None:
            from kivy.core.window import Window

            for code in (*text.encode(), 13):
                Window.dispatch("on_key_down", code, 0, chr(code), [])

        self.on_glass(press)
        self.comes(page)

    def comes(self, page: str | None) -> None:
        if page is None:
            return
        shown = self.drawn.wait(lambda shown: shown.serial > self.serial and shown.page.name == page, WAIT_S)
        assert shown is not None, f"{page} did not come: {self.drawn.newest}"
        self.serial = shown.serial

    def _find(self, label: str) -> object:
        from kiosk.demo.tray import Pressable
        from kiosk.screens.widgets.words import Words

        assert self.bench.strip is not None
        things = [thing for thing in self.bench.strip.walk(restrict=True) if isinstance(thing, Pressable)]
        for thing in things:
            if any(isinstance(part, Words) and part.text == label for part in thing.walk(restrict=True)):
                return thing
        raise AssertionError(f"nothing on the strip says {label}")


def play(hand: Hand) -> None:
    hand.comes("board")
    hand.click("张小一", "visit")
    hand.click("小马过河", "visit")
    hand.click("欧阳小春", "visit")
    hand.click("现代汉语词典", "refusal")
    hand.types("39999000016830", "visit")
    hand.click("还书口", None)
    hand.click("昆虫漫话", "visit")


def main(data: Path) -> int:
    stand = Stand(school_at(None), data)
    clock = DemoClock(stand.bring_in(START))
    bench = Bench(stand, clock, example=True)
    hand = Hand(bench)
    failed: list[BaseException] = []

    def run() -> None:
        try:
            play(hand)
        except BaseException as error:
            failed.append(error)
        kiosk.glass.stop()

    with own_display():
        kiosk = stand.kiosk(clock, GlassOptions(*window_size(Path("/nowhere"))), hand.note, bench.below)
        threading.Thread(target=run, daemon=True).start()
        kiosk.run()
    bench.close()
    stand.close()
    for entry in stand.ledger():
        print(entry.kind, entry.patron, entry.item)
    print(stand.findings(), failed)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
