"""The running kiosk: glass on the main thread, circulation on its own, one thread a reader and one an output.

Everything starts in one order and stops in reverse: parts, of which the flap closes first, the inbox, the circulation
thread, the database. An exception that is nobody's to handle ends the process at once; systemd starts it again and the
ledger makes that harmless.
"""

import logging
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from kiosk.app.clockwatch import ClockWatch
from kiosk.app.counter import Counter, Step, open_books
from kiosk.app.effects import Effects, mood_of
from kiosk.app.outputs import contacts, pin_outputs, slip_outputs
from kiosk.app.readers import ReaderSecurity, readers
from kiosk.circulation.events import Event, Tick, Touch
from kiosk.circulation.ports import StorageFailed
from kiosk.circulation.records import Kind, Moment
from kiosk.db.failures import Cause, DatabaseRefused, LedgerFailed
from kiosk.db.history import Filters, entries
from kiosk.db.locks import kiosk_lock
from kiosk.devices.gpio.pins import Pins
from kiosk.runtime.collector import come_seldom
from kiosk.runtime.inbox import STOP, Inbox
from kiosk.runtime.now import SystemClock
from kiosk.runtime.parts import Part, Parts
from kiosk.runtime.watchdog import READY, STOPPING, WATCHDOG, Watchdog
from kiosk.screens.kivy_setup import GlassOptions, open_glass
from kiosk.screens.pages import Countdown, Page, Shown
from kiosk.settings import Settings

if TYPE_CHECKING:
    from kiosk.screens.fonts import Fonts
    from kiosk.screens.glass import Glass

COUNTDOWN_MOVED_S = 0.5
REFRESH_S = 5.0  # how often the page is made anew when nothing happens
ALIVE_S = 15.0  # how long the circulation thread may be silent before the watchdog is left to bite
FAULT_SHOWN_S = 3.0
EXIT_CRASHED = 70
SHOWN_KEPT = 32
log = logging.getLogger(__name__)


class Kiosk:
    """The whole program. `drawn` is told every page after it was drawn; `below` is what stands under the page."""

    def __init__(
        self,
        settings: Settings,
        fonts: "Fonts",
        *,
        options: GlassOptions | None = None,
        drawn: Callable[[Shown], None] = lambda shown: None,
        below: Callable[[], Any] | None = None,
        extra_parts: Iterable[Part] = (),
        clock: SystemClock | None = None,
    ) -> None:
        self.settings = settings
        self.inbox = Inbox()
        self._clock = clock or SystemClock()
        self._watchdog = Watchdog()
        self._drawn = drawn
        self._lock = kiosk_lock(settings.database)
        scanners = readers(settings, self.inbox.post, self._crash)
        self._security = ReaderSecurity(scanners, settings, self.inbox.post)
        pins = Pins(settings.data)
        self._outputs = {
            **slip_outputs(settings, fonts.regular, self.inbox.post, self._crash),
            **pin_outputs(settings, pins, self.inbox.post, self._crash),
        }
        sends = {name: output.send for name, output in self._outputs.items()}
        self._effects = Effects({"tag": self._security.carry_out, **sends})
        self._parts = Parts(
            [
                *scanners,
                *extra_parts,
                *contacts(settings, pins, self.inbox.post, self._crash),
                *self._outputs.values(),
            ]
        )
        self._ready = threading.Event()
        self._glass_there = threading.Event()
        self._refused: Exception | None = None
        self._alive_mono = self._clock.now().mono
        self._serial = 0
        self._newest: Shown | None = None
        self._ends_mono = 0.0  # when the newest page's countdown is over
        self._shown: deque[Shown] = deque(maxlen=SHOWN_KEPT)
        self._circulation = threading.Thread(target=self._circulate, name="circulation", daemon=True)
        self._circulation.start()  # opens the database while the window is made
        self.glass: Glass = open_glass(
            options or glass_options(settings),
            fonts,
            self._touched,
            drawn=self._was_drawn,
            beat=self._beat,
            below=below,
        )
        self._glass_there.set()

    def run(self) -> None:
        """Run until somebody stops it. Raises what kept the database from opening."""
        self._ready.wait()
        if self._refused is None:
            for name in (signal.SIGTERM, signal.SIGINT):
                signal.signal(name, lambda *_: self.glass.stop())
            come_seldom()
            self._parts.start()
            self._watchdog.notify(READY)
            self.glass.run()
            self._watchdog.notify(STOPPING)
        self.close()
        if self._refused is not None:
            raise self._refused

    def close(self) -> None:
        """Stop everything in reverse order."""
        self._parts.close()
        self.inbox.stop()
        self._circulation.join()
        self._lock.close()

    def _circulate(self) -> None:
        try:
            books = open_books(self.settings.database, self.settings.kiosk)
        except (DatabaseRefused, StorageFailed) as error:
            self._refused = error
            self._ready.set()
            return
        except BaseException as error:
            self._crash(error)
            return
        try:
            self._serve(Counter(books, self.settings, self._security))
        except BaseException as error:
            self._crash(error)
        finally:
            books.close()

    def _serve(self, counter: Counter) -> None:
        newest = next(iter(entries(counter.books.db, Filters(limit=1))), None)
        watch = ClockWatch(self.settings.clock, newest.at if newest else None, in_step=self._clock.in_step)
        now = self._clock.now()
        counter.desk.clock = watch.begin(now)
        counter.desk.on_clock(counter.desk.clock)
        self._note(counter, Kind.STARTED, now)
        self._tell(counter, counter.step(Tick(), now))
        self._ready.set()
        while (event := self.inbox.get(self._wait_s(counter))) is not STOP:
            now = self._clock.now()
            for changed in watch.look(now, counter.desk.clock):
                self._tell(counter, counter.step(changed, now))
            self._handle(counter, event or Tick(), now)
            self._alive_mono = now.mono
            if event is None:
                counter.tidy()
        now = self._clock.now()
        try:
            counter.stop(now)
        except StorageFailed as error:
            log.error("the visit that was open is not ended in the ledger: %s", error)
        self._note(counter, Kind.STOPPED, now)

    def _note(self, counter: Counter, kind: Kind, now: Moment) -> None:
        """What happened to the kiosk is worth an entry, but no reason to stay closed."""
        try:
            counter.note(kind, now)
        except StorageFailed as error:
            log.error("%s is not in the ledger: %s", kind, error)

    def _handle(self, counter: Counter, event: Event, now: Moment) -> None:
        if isinstance(event, Touch) and event.page is not None and event.page != self._serial:
            return  # meant for a page that is no longer there
        self._tell(counter, counter.step(event, now))
        failed = counter.desk.storage_failed
        if isinstance(failed, LedgerFailed) and failed.cause in (Cause.IO, Cause.DAMAGED):
            threading.Event().wait(FAULT_SHOWN_S)
            self._crash(failed)

    def _wait_s(self, counter: Counter) -> float:
        deadline = counter.desk.next_deadline()
        if deadline is None:
            return REFRESH_S
        return min(REFRESH_S, max(0.0, deadline - self._clock.now().mono))

    def _tell(self, counter: Counter, step: Step) -> None:
        """Tell the world what is on the disk: the parts first, because the flap waits for nobody to draw."""
        self._effects.carry_out(step.outcome.effects, mood_of(counter.desk, step.page))
        self._show(step)

    def _show(self, step: Step) -> None:
        sounds = tuple(effect.act for effect in step.outcome.effects if effect.part == "sound")
        newest = self._newest
        mono = self._clock.now().mono
        unchanged = newest is not None and newest.language == step.language and _core(newest.page) == _core(step.page)
        ends_mono = mono + _left_s(step.page)
        if unchanged and not sounds and ends_mono < self._ends_mono + COUNTDOWN_MOVED_S:
            return  # only the countdown moved, and the glass counts by itself
        self._ends_mono = ends_mono
        self._serial += 1
        shown = Shown(self._serial, step.page, step.language, sounds)
        self._newest = shown
        self._shown.append(shown)
        self._glass_there.wait()
        self.glass.show(shown)

    def _touched(self, touch: Touch) -> None:
        self.inbox.post(touch)

    def _was_drawn(self, serial: int) -> None:
        while self._shown and self._shown[0].serial <= serial:  # nothing of earlier patrons is kept
            shown = self._shown.popleft()
            if shown.serial == serial:
                self._drawn(shown)

    def _beat(self) -> None:
        if self._clock.now().mono - self._alive_mono < ALIVE_S:
            self._watchdog.notify(WATCHDOG)

    def _crash(self, error: BaseException) -> None:
        """End the process now, but with the flap shut."""
        if "flap" in self._outputs:
            self._outputs["flap"].abandon()
        crash(error)


def crash(error: BaseException) -> None:
    """End the process now: nobody here knows what state it is in."""
    log.critical("the kiosk ends: %s", type(error).__name__, exc_info=error)
    logging.shutdown()
    os._exit(EXIT_CRASHED)


def glass_options(settings: Settings) -> GlassOptions:
    """What of the settings concerns the glass."""
    glass = settings.glass
    return GlassOptions(
        width=glass.width,
        height=glass.height,
        fullscreen=glass.full_screen,
        inches=glass.inches,
        language=glass.language,
    )


def _core(page: Page) -> Page:
    """The page without what moves by itself."""
    countdown = getattr(page, "countdown", None)
    if countdown is None:
        return page
    still = Countdown(0, 0, countdown.words, countdown.urgent)
    return replace(page, countdown=still)  # type: ignore[arg-type]


def _left_s(page: Page) -> float:
    countdown = getattr(page, "countdown", None)
    return 0.0 if countdown is None else float(countdown.left_s)
