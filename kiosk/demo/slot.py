"""When the demo takes place: in a slot in which pupils may borrow, whatever the time of day is."""

from datetime import datetime, timedelta

from kiosk.circulation.policy import Policy
from kiosk.circulation.records import PatronKind
from kiosk.circulation.timetable import Slot

INTO_SLOT: timedelta = timedelta(minutes=5)
LEAST_LEFT: timedelta = timedelta(minutes=5)


def lending_time(policy: Policy, at: datetime) -> datetime:
    """The first moment from `at` on at which pupils may borrow and will not soon be stopped; `at` if there is none."""
    local = at.astimezone(policy.zone)
    days, calendar = policy.timetable, policy.calendar
    if calendar.is_open(local.date()):
        running = [slot for slot in days.now(local, calendar) if _for_pupils(slot)]
        if not days.rows or any(_end(slot, local) - local >= LEAST_LEFT for slot in running):
            return at
    for slot in days.coming(local, calendar):
        if _for_pupils(slot):
            return datetime.combine(slot.day, slot.row.start, policy.zone) + INTO_SLOT
    return at


def _for_pupils(slot: Slot) -> bool:
    who = slot.row.who
    return who.everybody or bool(who.grades or who.classes) or PatronKind.PUPIL in who.kinds


def _end(slot: Slot, local: datetime) -> datetime:
    return datetime.combine(slot.day, slot.row.end, local.tzinfo)
