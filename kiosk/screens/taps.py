"""What a touch on the glass is worth: one tap at a time, none just after the page changed, no button twice.

A child taps twice, leans on the glass with the whole hand, or taps where a button stood a moment ago. The desk drops a
touch on an older page by its serial; this keeps most of them from being sent at all.
"""

from dataclasses import dataclass, field
from typing import Final

from kiosk.circulation.events import TouchAct
from kiosk.screens.pages import Button

SETTLE_S: Final = 0.3
AGAIN_S: Final = 2.0
DOWNS_PER_SECOND_MAX: Final = 8
TOUCH_STUCK_S: Final = 3.0


@dataclass(slots=True)
class TapGuard:
    """Decides whether a tap on a button is sent. Times are seconds of any steady clock."""

    _changed_s: float = float("-inf")
    # By act and label: a value may be a PIN, which is kept nowhere.
    _sent: dict[tuple[TouchAct, str], float] = field(default_factory=dict)

    def page_changed(self, now_s: float) -> None:
        """Another page is on the glass."""
        self._changed_s = now_s
        self._sent.clear()

    def admits(self, button: Button, now_s: float) -> bool:
        """False for a tap within 0.3 s of a change and for a second tap on the same button of the same page.

        After 2 s without a new page the button works again: then nobody heard the first one.
        """
        name = (button.act, button.label)
        if now_s - self._changed_s < SETTLE_S or now_s - self._sent.get(name, float("-inf")) < AGAIN_S:
            return False
        self._sent[name] = now_s
        return True


@dataclass(slots=True)
class TouchStorm:
    """Lets one finger through at a time and at most eight touches a second."""

    _finger: object = None
    _since_s: float = float("-inf")
    _downs: list[float] = field(default_factory=list)

    def down(self, finger: object, now_s: float) -> bool:
        """Whether the touch `finger` counts. A finger whose lifting was lost is forgotten after 3 s."""
        self._downs = [at for at in self._downs if now_s - at < 1]
        busy = self._finger is not None and now_s - self._since_s < TOUCH_STUCK_S
        if busy or len(self._downs) >= DOWNS_PER_SECOND_MAX:
            return False
        self._finger, self._since_s = finger, now_s
        self._downs.append(now_s)
        return True

    def holds(self, finger: object) -> bool:
        """Whether `finger` is the one that counts."""
        return finger == self._finger

    def up(self, finger: object) -> None:
        """`finger` left the glass."""
        if finger == self._finger:
            self._finger = None
