"""The readers that the settings name, as parts, and the road by which the desk reaches the tags that lie at them."""

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final

from kiosk.circulation.events import EffectFailed, Event, TagAt
from kiosk.circulation.turn import Effect
from kiosk.devices.readers import reader
from kiosk.devices.rfid.security import PART, Act, Answer, Marks, Undone, Wish
from kiosk.runtime.now import monotonic_s
from kiosk.runtime.reader import Reader
from kiosk.settings import Settings, SettingsError

SECURITY_WAIT_S: Final = 0.6  # for one tag ...
SECURITY_EACH_S: Final = 0.2  # ... and for each further one: the circulation thread waits, and everybody with it
SECURITY_WAIT_MAX_S: Final = 4.0


def readers(settings: Settings, post: Callable[[Event], bool], crash: Callable[[BaseException], None]) -> list[Reader]:
    """One part a reader that has a kind. Raises SettingsError for one that cannot be."""
    marks = Marks(settings.tags.armed_afi, settings.tags.disarmed_afi)
    if marks.armed == marks.disarmed:
        raise SettingsError(f"kiosk.toml: tags: armed_afi and disarmed_afi are both {marks.armed}")
    parts: list[Reader] = []
    for name, entry in settings.readers.items():
        if not entry.kind:
            continue
        try:
            parts.append(reader(name, entry, post, crash, marks))
        except ValueError as error:
            raise SettingsError(f"kiosk.toml: {error}") from None
    return parts


class ReaderSecurity:
    """Arms and disarms tags through the readers at which they lie; the desk's `TagSecurity`.

    Where a reader secures nothing there is nothing to arm, and that is true at once.
    """

    def __init__(self, parts: Iterable[Reader], settings: Settings, post: Callable[[Event], bool]) -> None:
        self._readers = {part.name: part for part in parts if settings.readers[part.name].security != "none"}
        self._post = post

    def arm(self, tags: Sequence[TagAt]) -> Collection[TagAt]:
        """Arm the tags now and read them back; those that are armed. Waits `SECURITY_WAIT_MAX_S` at most."""
        armed: list[TagAt] = []
        asked: dict[TagAt, Answer] = {}
        for at in tags:
            part, answer = self._readers.get(at.reader), Answer()
            if part is None:
                armed.append(at)
            elif part.tell(Wish(at.uid, Act.ARM, answer)):
                asked[at] = answer
        wait_s = min(SECURITY_WAIT_S + SECURITY_EACH_S * (len(asked) - 1), SECURITY_WAIT_MAX_S)
        until_s = monotonic_s() + wait_s
        for at, answer in asked.items():
            if answer.wait(max(0.0, until_s - monotonic_s())):
                armed.append(at)
        return armed

    def carry_out(self, effect: Effect) -> None:
        """Hand an effect of the part `tag` to the reader at which the tag lies. Waits for nothing."""
        at = effect.what
        assert isinstance(at, TagAt)
        part = self._readers.get(at.reader)
        if part is not None and not part.tell(Wish(at.uid, Act(effect.act))):
            self._post(EffectFailed(PART, effect.act, Undone.READER_DOWN))
