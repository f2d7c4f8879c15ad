"""The keypad behind the staff touch, and what signed-in staff may do."""

from datetime import timedelta

from kiosk.circulation.desk import Desk
from kiosk.circulation.events import ClockState, TouchAct
from kiosk.screens.pages import Button, Footer, Look, Pin, Staff
from kiosk.screens.view.seen import Seen, language_button
from kiosk.words import Words

OPEN_FOR_MIN = (30, 60, 120)


def pin(desk: Desk, words: Words) -> Pin:
    """The keypad. The glass keeps the digits and sends them once."""
    return Pin(
        headline=words("pin.head"),
        words=words("pin.denied") if desk.staff.denied else words("pin.do"),
        ok=Button(TouchAct.PIN, words("pin.ok"), Look.GO),
        cancel=Button(TouchAct.CANCEL, words("button.cancel")),
        footer=Footer("", (language_button(words),)),
    )


def staff(desk: Desk, seen: Seen, words: Words) -> Staff:
    """Open the desk to everybody, confirm the clock, sign out."""
    buttons: list[Button] = []
    if desk.staff.may_act:
        if desk.clock is ClockState.GUESS:
            now = f"{words.day_and_weekday(seen.local.date())} {words.time(seen.local.time())}"
            buttons.append(Button(TouchAct.CONFIRM_CLOCK, words("staff.confirm_clock", now=now), Look.GO))
        for minutes in OPEN_FOR_MIN:
            until = words.time((seen.local + timedelta(minutes=minutes)).time())
            buttons.append(Button(TouchAct.OPEN_SLOT, words("staff.open_until", time=until), Look.TOUCH, value=until))
    return Staff(
        headline=words("staff.head"),
        words=words("staff.do") if buttons else words("staff.do.helper"),
        buttons=tuple(buttons),
        done=Button(TouchAct.STAFF_DONE, words("staff.sign_out"), Look.DARK),
        footer=Footer("", (language_button(words),)),
    )
