"""Staff at the desk: a number and a PIN open two minutes in which things can be put right.

Every staff act is an entry. A pupil librarian may sign in, but not override, open a slot or confirm the clock.
"""

from dataclasses import dataclass
from datetime import datetime, time

from kiosk.circulation.events import ClockState
from kiosk.circulation.records import Kind, PatronKind, Role
from kiosk.circulation.turn import Turn

STAFF_S = 120.0
SLOT_OPENED = "open_slot"


@dataclass(slots=True)
class StaffDesk:
    """Who of the staff is signed in, and who is being asked for a PIN."""

    number: str | None = None
    may_act: bool = False  # override, open a slot, confirm the clock
    active_mono: float = 0.0  # of the last staff touch
    asked: str | None = None  # the number whose PIN the keypad waits for
    denied: bool = False
    page: bool = False  # the staff page is on the glass

    def ask(self, number: str) -> None:
        """The staff touch: the keypad waits for this person's PIN."""
        self.asked, self.denied = number, False

    def pin(self, turn: Turn, pin: str) -> bool:
        """A PIN was typed; whether somebody is signed in by it."""
        if self.asked is None:
            return False
        person = turn.shelf.patron(self.asked)
        is_staff = person is not None and person.active and (person.roles or person.kind is PatronKind.STAFF)
        if person is None or not is_staff or not turn.shelf.pin_fits(person.number, pin):
            with turn.decision():
                turn.record(Kind.STAFF_DENIED, staff=person.number if person else None)
            turn.tell("sound", "refused")
            self.denied = True
            return False
        with turn.decision():
            if self.number is not None:
                turn.record(Kind.STAFF_OUT, staff=self.number)
            turn.record(Kind.STAFF_IN, staff=person.number)
        self.number = person.number
        self.may_act = Role.LIBRARIAN in person.roles or person.kind is PatronKind.STAFF
        self.asked, self.denied, self.page = None, False, True
        self.active_mono = turn.mono
        return True

    def out(self, turn: Turn) -> None:
        """Sign out, by touch or because two minutes passed."""
        if self.number is None:
            return
        number, self.number, self.may_act, self.page = self.number, None, False, False
        with turn.decision():
            turn.record(Kind.STAFF_OUT, staff=number)

    def open_slot(self, turn: Turn, until: str) -> None:
        """Admit everybody until the local time `until` (`HH:MM`) of today."""
        if not self.may_act:
            return
        try:
            end = time.fromisoformat(until)
        except ValueError:
            return
        self.active_mono = turn.mono
        instant = datetime.combine(turn.local.date(), end, turn.policy.zone)
        with turn.decision():
            turn.record(Kind.CHANGED, reason=SLOT_OPENED, staff=self.number, data={"until": instant.isoformat()})

    def confirm_clock(self, turn: Turn, clock: ClockState) -> ClockState:
        """Say that the clock is right; gives the clock's state from now on."""
        if not self.may_act or clock is not ClockState.GUESS:
            return clock
        self.active_mono = turn.mono
        with turn.decision():
            turn.record(Kind.CONFIRMED, reason="clock", staff=self.number)
        return ClockState.CONFIRMED
