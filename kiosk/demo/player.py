"""Plays the people at the counter: scans, touches, waits for the page that must come, takes its picture.

It runs on a thread of its own beside the kiosk's main thread. The demo's clock stands still unless the player lets
time pass, so that what it waits for is always a page and never a time.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from kiosk.circulation.events import Event, Tick, TouchAct
from kiosk.circulation.records import Kind
from kiosk.demo.clock import DemoClock
from kiosk.demo.stand import DemoFailed
from kiosk.demo.wires import Wires
from kiosk.runtime.now import SystemClock
from kiosk.screens.pages import Button, Page, Shown

if TYPE_CHECKING:
    from kiosk.app.kiosk import Kiosk

PAGE_WAIT_S: Final = 20.0
GLASS_WAIT_S: Final = 10.0
TAP_WAIT_S: Final = 4.0
TAPS_MAX: Final = 6
# A tap just after the page changed is not taken; a person is slower than that.
SETTLE_S: Final = 0.32
# On the demo's clock.
BEFORE_SCAN_S: Final = 3.0
BEFORE_TAP_S: Final = 1.0
# The glass takes at most eight touches a second.
BETWEEN_KEYS_S: Final = 0.15

Fits = Callable[[Page], bool]
Which = Callable[[Button], bool]
Deed = tuple[Kind, str | None, str | None, str | None]
"""What the ledger must hold: kind, number of the patron, barcode, reason."""
T = TypeVar("T")


def anything(page: Page) -> bool:
    """Any page with the right name will do."""
    return True


def _is_key(digit: str | None) -> Which:
    """The key of the keypad with this digit; None is the one that sends."""
    return lambda button: button.act is TouchAct.PIN and button.value == digit


class Drawn:
    """The pages that the glass has drawn; `note` is the kiosk's hook, on its main thread."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._changed = threading.Condition()
        self._newest: Shown | None = None
        self._at_s = 0.0

    def note(self, shown: Shown) -> None:
        """A page was drawn."""
        with self._changed:
            self._newest, self._at_s = shown, self._clock.now().mono
            self._changed.notify_all()

    def settle(self) -> None:
        """Wait until the page has stood for so long that a tap on it is taken."""
        with self._changed:
            left_s = self._at_s + SETTLE_S - self._clock.now().mono
        threading.Event().wait(max(0.0, left_s))

    @property
    def newest(self) -> Shown | None:
        """What is on the glass."""
        with self._changed:
            return self._newest

    def wait(self, fits: Callable[[Shown], bool], timeout_s: float) -> Shown | None:
        """What is on the glass once it fits; None when it does not in time."""
        with self._changed:
            came = self._changed.wait_for(lambda: self._newest is not None and fits(self._newest), timeout_s)
            return self._newest if came else None


class Player:
    """Plays one person after the other. What does not come about is a DemoFailed that says what was expected."""

    def __init__(self, kiosk: "Kiosk", drawn: Drawn, wires: Wires, clock: DemoClock) -> None:
        self.kiosk, self.drawn, self.wires, self.clock = kiosk, drawn, wires, clock
        self.deeds: list[Deed] = []

    def scan(self, text: str, page: str, fits: Fits = anything, *, reader: str = "desk") -> None:
        """Scan a text."""
        self._do(BEFORE_SCAN_S, lambda: self.wires.scan(reader, text), page, fits)

    def card(self, text: str, page: str = "visit", fits: Fits = anything) -> None:
        """Tap a card."""
        self._do(BEFORE_SCAN_S, lambda: self.wires.card(text), page, fits)

    def sense(self, event: Event, page: str, fits: Fits = anything) -> None:
        """What a part senses that has no wire of its own here, as the beam."""
        self._do(BEFORE_TAP_S, lambda: self.kiosk.inbox.post(event), page, fits)

    def let_pass(self, seconds: float, page: str, fits: Fits = anything) -> None:
        """Nobody does anything for so long."""
        self._do(seconds, lambda: self.kiosk.inbox.post(Tick()), page, fits)

    def expect(self, page: str, fits: Fits = anything) -> None:
        """Wait for a page that comes by itself."""
        if self.drawn.wait(lambda shown: shown.page.name == page and fits(shown.page), PAGE_WAIT_S) is None:
            raise self._missing(page)

    def tap(
        self, act: TouchAct, page: str, fits: Fits = anything, *, value: str = "", fingers: int = 1, times: int = 1,
    ) -> None:  # fmt: skip
        """Touch the button that does `act`: with several fingers at once, or several times in a row."""
        self._tap(lambda button: button.act is act and value in ("", button.value), page, fits, fingers, times)

    def send_pin(self, digits: str, page: str, fits: Fits = anything) -> None:
        """Touch one key of the keypad after the other, then the one that sends."""
        for digit in digits:
            threading.Event().wait(BETWEEN_KEYS_S)
            self._on_glass(lambda digit=digit: self._touch(_is_key(digit), 1, 1))  # type: ignore[misc]
        self._tap(_is_key(None), page, fits)

    def switch_language(self, language: str) -> None:
        """Touch the language button; everything else on the page stays."""
        name = self._newest().page.name
        self._tap(lambda button: button.act is TouchAct.LANGUAGE, name, language=language)

    def picture(self, path: Path) -> None:
        """Write what is on the glass as PNG."""
        self.kiosk.glass.render(self._newest(), path)

    def did(self, kind: Kind, number: str | None, barcode: str | None = None, reason: str | None = None) -> None:
        """Note what the ledger must hold at the end."""
        self.deeds.append((kind, number, barcode, reason))

    @property
    def language(self) -> str:
        """The language on the glass."""
        return self._newest().language

    def _do(self, seconds: float, act: Callable[[], object], page: str, fits: Fits) -> None:
        before = self._serial()
        self.clock.advance(seconds)
        act()
        if not self._came(before, page, fits, PAGE_WAIT_S):
            raise self._missing(page)

    def _came(self, before: int, page: str, fits: Fits, timeout_s: float, language: str = "") -> bool:
        def is_it(shown: Shown) -> bool:
            named = shown.page.name == page and language in ("", shown.language)
            return shown.serial > before and named and fits(shown.page)

        return self.drawn.wait(is_it, timeout_s) is not None

    def _tap(
        self, which: Which, page: str, fits: Fits = anything, fingers: int = 1, times: int = 1, language: str = ""
    ) -> None:
        before = self._serial()
        self.clock.advance(BEFORE_TAP_S)
        for _ in range(TAPS_MAX):
            self.drawn.settle()
            self._on_glass(lambda: self._touch(which, fingers, times))
            if self._came(before, page, fits, TAP_WAIT_S, language):
                return
        raise self._missing(f"{page} {language}".strip())

    def _touch(self, which: Which, fingers: int, times: int) -> None:
        """On the main thread."""
        from kiosk.demo.finger import faces, tap

        found = faces(self.kiosk.glass, which)
        for _ in range(times if found else 0):
            tap(self.kiosk.glass, found[0], fingers)

    def _on_glass(self, act: Callable[[], T]) -> T:
        """Have the main thread do something, and wait for it."""
        from kivy.clock import Clock

        done: list[T] = []
        failed: list[Exception] = []
        ready = threading.Event()

        def run(_: float) -> None:
            try:
                done.append(act())
            except Exception as error:
                failed.append(error)
            ready.set()

        Clock.schedule_once(run, 0)
        if not ready.wait(GLASS_WAIT_S):
            raise DemoFailed(f"the glass did not answer in {GLASS_WAIT_S:.0f} s")
        if failed:
            raise failed[0]
        return done[0]

    def _newest(self) -> Shown:
        shown = self.drawn.newest
        assert shown is not None, "a page was drawn before anything was done"
        return shown

    def _serial(self) -> int:
        shown = self.drawn.newest
        return 0 if shown is None else shown.serial

    def _missing(self, page: str) -> DemoFailed:
        shown = self._newest()
        said = getattr(shown.page, "headline", "")
        return DemoFailed(f"expected the page {page}, but the glass shows {shown.page.name} {shown.language} {said!r}")
