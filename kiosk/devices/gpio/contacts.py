"""The contacts: beam, bin-full switch, jam switch, help button, each as the feed of a reader's thread.

gpiozero's thread only notes each edge with its time and wakes the reader, which debounces. A beam tells once that it
was broken, and not again before it was clear for long enough that a tumbling book does not count twice; where no jam
switch is named, a beam that stays broken is a jam. Levels are told when they change and when the kiosk starts, a button
when it is pressed.
"""

import os
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

from kiosk.circulation.events import Event, Sensor, SensorName
from kiosk.devices.gpio.debounce import Debounce, Edge
from kiosk.devices.gpio.pins import Pins, pin_errors
from kiosk.runtime.now import monotonic_s
from kiosk.settings import InputSettings

EDGES_KEPT_MAX: Final = 256
BEAM_CLEAR_S: Final = 0.3
STUCK_S: Final = 5.0  # what stays in a beam for so long does not fall
WAKE_BYTES: Final = 4096


class ContactInput:
    """A contact's pin as gpiozero has it, with the level that means "yes"."""

    def __init__(self, settings: InputSettings) -> None:
        from gpiozero import DigitalInputDevice

        active_high = settings.active == "high"
        if settings.pull == "none":
            self._inverted = False
            self._device: Any = DigitalInputDevice(settings.pin, pull_up=None, active_state=active_high)
        else:
            self._inverted = active_high == (settings.pull == "up")
            self._device = DigitalInputDevice(settings.pin, pull_up=settings.pull == "up")

    def active(self) -> bool:
        """Whether the contact says "yes" now."""
        with pin_errors():
            return bool(self._device.is_active) != self._inverted

    def on_edge(self, tell: Callable[[bool], None]) -> None:
        """From now on tell each change, on gpiozero's thread."""
        self._device.when_activated = lambda: tell(not self._inverted)
        self._device.when_deactivated = lambda: tell(self._inverted)

    def close(self) -> None:
        """Give the pin back."""
        with pin_errors():
            self._device.close()


class ContactFeed:
    """An open contact. `stuck_is_jam`: a beam that stays broken is told as a jam."""

    def __init__(
        self,
        name: SensorName,
        settings: InputSettings,
        contact: ContactInput,
        *,
        stuck_is_jam: bool = False,
        now_s: Callable[[], float] = monotonic_s,
    ) -> None:
        self._name = name
        self._contact = contact
        self._stuck_is_jam = stuck_is_jam
        self._jammed = False
        self._broken_s: float | None = None  # since when a beam has been broken
        self._edges: deque[tuple[bool, float]] = deque(maxlen=EDGES_KEPT_MAX)
        on_s = settings.debounce_ms / 1000
        off_s = max(on_s, BEAM_CLEAR_S) if name is SensorName.BEAM else on_s
        self._debounce = Debounce(contact.active(), now_s(), on_s, off_s)
        self._closing = threading.Lock()
        self._closed = False
        self._wake, self._wake_end = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        contact.on_edge(lambda active: self._note(active, now_s()))

    def __repr__(self) -> str:
        return f"<ContactFeed {self._name} {self._debounce!r}>"

    def fileno(self) -> int:
        return self._wake

    def read(self, now_s: float) -> list[Event]:
        """What the edges mean that came since."""
        os.read(self._wake, WAKE_BYTES)
        found: list[Edge] = []
        while self._edges:
            found += self._debounce.seen(*self._edges.popleft())
        return self._events(found, now_s)

    def deadline_s(self) -> float | None:
        stuck_s = None if self._broken_s is None or self._jammed else self._broken_s + STUCK_S
        return min((due for due in (self._debounce.deadline_s(), stuck_s) if due is not None), default=None)

    def silence(self, now_s: float) -> list[Event]:
        """Look at the pin itself, so that an edge that got lost is found."""
        return self._events(self._debounce.seen(self._contact.active(), now_s), now_s)

    def close(self) -> None:
        try:
            self._contact.close()
        finally:
            with self._closing:  # an edge that is being told now must not write to what is opened next
                self._closed = True
                for end in (self._wake, self._wake_end):
                    os.close(end)

    def _note(self, active: bool, at_s: float) -> None:
        self._edges.append((active, at_s))
        with self._closing, suppress(BlockingIOError):  # a full pipe wakes the reader too
            if not self._closed:
                os.write(self._wake_end, b"\0")

    def _events(self, edges: list[Edge], now_s: float) -> list[Event]:
        edges = edges + self._debounce.passed(now_s)
        if self._name is not SensorName.BEAM:
            presses = [edge for edge in edges if edge.active and not edge.first]
            told = presses if self._name is SensorName.HELP else edges
            return [Sensor(self._name, edge.active) for edge in told]
        events: list[Event] = []
        for edge in edges:
            self._broken_s = edge.at_s if edge.active and self._stuck_is_jam else None
            if edge.active and not edge.first:
                events.append(Sensor(SensorName.BEAM))
            elif not edge.active and (self._jammed or (edge.first and self._stuck_is_jam)):
                self._jammed = False
                events.append(Sensor(SensorName.JAM, False))
        if self._broken_s is not None and not self._jammed and now_s >= self._broken_s + STUCK_S:
            self._jammed = True
            events.append(Sensor(SensorName.JAM, True))
        return events


def open_contact(pins: Pins, name: SensorName, settings: InputSettings, *, stuck_is_jam: bool) -> ContactFeed:
    """Claim the contact's pin. Raises OSError."""
    with pins.opened():
        contact = ContactInput(settings)
        try:
            return ContactFeed(name, settings, contact, stuck_is_jam=stuck_is_jam)
        except BaseException:
            contact.close()
            raise
