"""Arming and disarming the tags that lie at one reader, by their AFI: written, read back, compared, tried again.

The AFI is what the gate looks at (ISO 28560-1 names it as one of the ways; which two values a library uses is a
setting). A wish is kept while its tag lies there and tried again a few times a second; when the tag leaves first, or
the reader goes down, that is told once as `EffectFailed`. A wish replaces an earlier one for the same tag.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.circulation.events import EffectFailed, Event
from kiosk.devices.rfid.model import Tag, TagAccess, TagError

PART: Final = "tag"
TRY_EVERY_S: Final = 0.25

log = logging.getLogger(__name__)


class Act(StrEnum):
    """What is wished of a tag; the words of the desk's effects."""

    ARM = "arm"
    DISARM = "disarm"


class Undone(StrEnum):
    """Why a wish did not come true, as `EffectFailed.why` says it."""

    LEFT = "left"  # the tag was taken away before it was tried
    NOT_WRITTEN = "not_written"  # each time that it was tried the tag refused, or was out of reach
    DIFFERENT = "different"  # it said yes, and still has another value
    READER_DOWN = "reader_down"


@dataclass(frozen=True, slots=True)
class Marks:
    """The AFI of an armed and of a disarmed tag: of an item that may not leave, and of one that may."""

    armed: int = 0x07
    disarmed: int = 0xC2

    def told(self, afi: int | None) -> bool | None:
        """What this AFI tells: armed, disarmed, or nothing."""
        return {self.armed: True, self.disarmed: False}.get(-1 if afi is None else afi)


DEFAULT_MARKS: Final = Marks()


class Answer:
    """What became of a wish, for a thread that waits for it; a wish that nobody waits for any more is withdrawn."""

    def __init__(self) -> None:
        self._given = threading.Event()
        self._done = False
        self.withdrawn = False

    def give(self, done: bool) -> None:
        self._done = done
        self._given.set()

    def wait(self, timeout_s: float) -> bool:
        """Whether it came true within this time."""
        if not self._given.wait(timeout_s):
            self.withdrawn = True
        return self._done


@dataclass(frozen=True, slots=True)
class Wish:
    """Arm or disarm the tag with this UID. With `answer` somebody waits for it, and nothing is posted."""

    uid: str
    act: Act
    answer: Answer | None = None


@dataclass(slots=True)
class _Open:
    wish: Wish
    try_at_s: float = 0.0
    why: Undone = Undone.LEFT


class Security:
    """The open wishes at one reader. One thread owns it: the reader's."""

    def __init__(self, reader: str, marks: Marks, post: Callable[[Event], object]) -> None:
        self._reader = reader
        self._marks = marks
        self._post = post
        self._open: dict[str, _Open] = {}

    def __repr__(self) -> str:
        return f"<Security of {self._reader}, {len(self._open)} open wishes>"

    def wish(self, wish: Wish) -> None:
        """Keep `wish`, in place of an earlier one for the same tag."""
        replaced = self._open.pop(wish.uid, None)
        if replaced and replaced.wish.answer:
            replaced.wish.answer.give(False)
        self._open[wish.uid] = _Open(wish)

    def deadline_s(self) -> float | None:
        """When the next try is due."""
        return min((kept.try_at_s for kept in self._open.values()), default=None)

    def is_due(self, now_s: float) -> bool:
        """Whether a try is due."""
        return any(kept.try_at_s <= now_s for kept in self._open.values())

    def is_waited_for(self) -> bool:
        """Whether a thread waits for one of the wishes."""
        return any(kept.wish.answer and kept.try_at_s == 0.0 for kept in self._open.values())

    def try_one(self, access: TagAccess | None, lying: Callable[[str], Tag | None], now_s: float) -> None:
        """Try the wish that is due first, one that somebody waits for before the others. May raise NoAnswer."""
        due = [kept for kept in self._open.values() if kept.try_at_s <= now_s]
        if not due:
            return
        kept = min(due, key=lambda kept: (kept.wish.answer is None, kept.try_at_s))
        wish = kept.wish
        if access is None or (wish.answer and wish.answer.withdrawn):
            self._close(wish, None)  # there is nothing to arm here, or nobody who wants it any more
            return
        tag = lying(wish.uid)
        if tag is None:
            self._close(wish, kept.why)
            return
        kept.try_at_s = now_s + TRY_EVERY_S
        if kept.why is Undone.LEFT:
            kept.why = Undone.NOT_WRITTEN
        try:
            wrong = self._write(access, tag, wish.act)
        except TagError as error:
            log.info("reader %s: a tag could not be written (%s)", self._reader, type(error).__name__)
            return
        if wrong:
            kept.why = Undone.DIFFERENT
        else:
            self._close(wish, None)

    def left(self, uid: str) -> None:
        """The tag with this UID was taken away."""
        if kept := self._open.get(uid):
            self._close(kept.wish, kept.why)

    def reader_down(self) -> None:
        """The reader is gone, and with it every wish."""
        for kept in list(self._open.values()):
            self._close(kept.wish, Undone.READER_DOWN)

    def _write(self, access: TagAccess, tag: Tag, act: Act) -> bool:
        """Write and read back; whether the tag now says something else."""
        afi = self._marks.armed if act is Act.ARM else self._marks.disarmed
        access.write_afi(tag, afi)
        return access.afi(tag) != afi

    def _close(self, wish: Wish, why: Undone | None) -> None:
        """The wish came true, or `why` not."""
        del self._open[wish.uid]
        if wish.answer:
            wish.answer.give(why is None)
        elif why:
            log.warning("reader %s: a tag could not be %sed: %s", self._reader, wish.act, why)
            self._post(EffectFailed(PART, wish.act, why))
