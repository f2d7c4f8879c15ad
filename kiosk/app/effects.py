"""Which of the desk's effects goes to which part, and what the lamp says of the desk as it stands.

`carry_out` runs on the circulation thread behind the entries: what it is given is on the disk. It never waits; a part
that cannot do what it is asked for posts `EffectFailed`. An effect that no part is there for is nobody's: sounds are
played by the glass as well, and a kiosk without a flap has none to open.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from kiosk.circulation.desk import Desk
from kiosk.circulation.events import ClockState
from kiosk.circulation.turn import Effect
from kiosk.circulation.visit import State
from kiosk.devices.gpio.lamp import Mood
from kiosk.screens.pages import OutOfService, Page

Carrier = Callable[[Effect], Any]

LAMP: Final = "lamp"
REFUSED: Final = Effect("sound", "refused")


class Effects:
    """Hands effects on; `carriers` has who takes those for `sound`, `flap`, `lamp`, `tag`, `receipt`."""

    def __init__(self, carriers: Mapping[str, Carrier]) -> None:
        self._carriers = {name: carry for name, carry in carriers.items() if name != LAMP}
        self._lamp = carriers.get(LAMP)
        self._mood: Mood | None = None

    def carry_out(self, effects: Iterable[Effect], mood: Mood) -> None:
        """Give each of `effects` to its part, in order; the lamp is told of a refusal, and when its mood changes."""
        refused = False
        for effect in effects:
            refused = refused or effect == REFUSED
            carry = self._carriers.get(effect.part)
            if carry is not None:
                carry(effect)
        if self._lamp is None or (mood is self._mood and not refused):
            return
        self._mood = mood
        shown_once = refused and mood is not Mood.FAULT
        self._lamp(Effect(LAMP, Mood.REFUSED, mood) if shown_once else Effect(LAMP, mood))


def mood_of(desk: Desk, page: Page) -> Mood:
    """What the lamp says: the first that is so. Its words `warn`, `fault`, `help` are states of the desk, too."""
    sitting = desk.sitting
    if isinstance(page, OutOfService):
        return Mood.FAULT
    if desk.help.calling:
        return Mood.HELP
    if sitting.warned and sitting.open:
        return Mood.WARN
    if desk.drop.pending is not None:
        return Mood.FLAP_OPEN
    if sitting.state is not State.IDLE:
        return Mood.VISIT
    if desk.parts.down or desk.drop.bin_full or desk.drop.stuck or desk.clock is ClockState.GUESS:
        return Mood.ATTENTION
    return Mood.IDLE
