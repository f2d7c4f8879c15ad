"""Keyboard scanners: the key events of Linux's evdev, US layout, become whole texts.

A text is what stands between two suffixes (Enter, keypad Enter, Tab) or two pauses. A scan is emitted whole or not
at all: an overrun of the kernel's buffer, a control key, an Alt code that was not asked for or too many characters drop
all of it, up to its end. Times are the events' own, in seconds; the key codes and `struct input_event` are those of
linux/input-event-codes.h and linux/input.h on a 64-bit machine.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.devices.decode.altcodes import AltCodes
from kiosk.devices.decode.framing import STALE_S, Dropped, Framing, Read, Text, Trouble

SCAN_CHARACTERS_MAX: Final = 256
PAUSE_S: Final = 0.12

EV_SYN: Final = 0
EV_KEY: Final = 1
SYN_REPORT: Final = 0
SYN_DROPPED: Final = 3
KEY_UP: Final = 0
KEY_DOWN: Final = 1

RECORD: Final = struct.Struct("<qqHHi")

KEY_J: Final = 36
CAPS_LOCK: Final = 58
SUFFIXES: Final = frozenset({28, 96, 15})  # Enter, keypad Enter, Tab
SHIFTS: Final = frozenset({42, 54})
CONTROLS: Final = frozenset({29, 97})
ALTS: Final = frozenset({56, 100})
METAS: Final = frozenset({125, 126})
MODIFIERS: Final = SHIFTS | CONTROLS | ALTS | METAS
ALT_SUFFIXES: Final = frozenset("\t\n\r")  # as Alt codes: 009, 010, 013
HARMLESS: Final = frozenset({69, 70})  # Num Lock and Scroll Lock, which some scanners toggle around a scan


def _rows(*rows: tuple[int, str]) -> dict[int, str]:
    return {first + offset: character for first, row in rows for offset, character in enumerate(row)}


LETTERS: Final = _rows((16, "qwertyuiop"), (30, "asdfghjkl"), (44, "zxcvbnm"))
PLAIN: Final = _rows(
    (2, "1234567890-="),
    (26, "[]"),
    (39, ";'`"),
    (43, "\\"),
    (51, ",./"),
    (57, " "),
    (86, "\\"),  # the extra key of a 102-key keyboard
    (55, "*"),
    (71, "789-456+1230."),  # keypad, whatever Num Lock says
    (98, "/"),
)
SHIFTED: Final = PLAIN | _rows((2, "!@#$%^&*()_+"), (26, "{}"), (39, ':"~'), (43, "|"), (51, "<>?"), (86, "|"))


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One evdev event: its type, code and value as the kernel numbers them, and its time."""

    kind: int
    code: int
    value: int
    time_s: float


class Keys:
    """The decoder of one keyboard scanner. `alt` is the encoding of its ALT codes; empty where they are a fault."""

    def __init__(self, framing: Framing = Framing.LEARN, pause_s: float = PAUSE_S, alt: str = "") -> None:
        self._framing = framing
        self._pause_s = pause_s
        self._held: set[int] = set()
        self._skipping = False
        self._suffix_s: float | None = None
        self._last_s: float | None = None
        self._text = ""
        self._trouble: Trouble | None = None
        self._caps = False
        self._alt = AltCodes(alt) if alt else None
        self.was_overrun = False
        self.saw_suffix = False

    def __repr__(self) -> str:
        return f"<Keys {self._framing}, {len(self._text)} characters waiting>"

    def feed(self, events: Iterable[KeyEvent]) -> list[Read]:
        """The scans that `events` complete."""
        reads: list[Read] = []
        for event in events:
            if event.kind == EV_SYN:
                reads += self._sync(event)
            elif event.kind == EV_KEY and not self._skipping:
                reads += self._key(event)
        return reads

    def deadline_s(self) -> float | None:
        """When the scan that is under way ends by silence, on the events' clock."""
        if self._last_s is None or not self._is_open():
            return None
        return self._last_s + self._patience_s()

    def silence(self, now_s: float) -> list[Read]:
        """What it means that no event came until `now_s`."""
        due_s = self.deadline_s()
        if due_s is None or now_s < due_s:
            return []
        return self._close(ended=not self._needs_suffix())

    def end(self) -> list[Read]:
        """What it means that nothing more will come: silence, however long it takes."""
        return self._close(ended=not self._needs_suffix()) if self._is_open() else []

    def resync(self, keys_held: Iterable[int]) -> None:
        """Which keys are down now, asked of the device after it was opened or overrun."""
        self._held = set(keys_held) & MODIFIERS
        self.was_overrun = False

    def _sync(self, event: KeyEvent) -> list[Read]:
        """On an overrun the kernel drops what waited: ignore the rest up to its next report, spoil the scan."""
        if event.code == SYN_DROPPED:
            reads = self._pause_before(event.time_s)
            self._skipping = self.was_overrun = True
            self._held.clear()
            if self._alt is not None:
                self._alt.spoil()
            self._spoil(Trouble.OVERRUN)
            self._last_s = event.time_s
            return reads
        if event.code == SYN_REPORT:
            self._skipping = False
            if self._alt is not None:
                self._alt.report()
        return []

    def _key(self, event: KeyEvent) -> list[Read]:
        if event.value == KEY_UP:
            return self._let_go(event)
        if event.value != KEY_DOWN:
            return []
        reads = self._pause_before(event.time_s)
        self._last_s = event.time_s
        if event.code in SUFFIXES and not self._held & (CONTROLS | ALTS | METAS):
            self._suffix_s = event.time_s
            return reads + self._suffix()
        if event.code in MODIFIERS:
            self._held.add(event.code)
        self._press(event)
        return reads

    def _let_go(self, event: KeyEvent) -> list[Read]:
        """A key goes up, which matters for modifiers, and at the end of an Alt code."""
        was_alt = event.code in self._held & ALTS
        self._held.discard(event.code)
        if self._alt is None:
            return []
        self._alt.let_go(event.code)
        if not was_alt or self._held & ALTS:
            return []
        reads = self._pause_before(event.time_s)
        self._last_s = event.time_s
        typed = self._alt.release()
        if isinstance(typed, Trouble):
            self._spoil(typed)
        elif typed in ALT_SUFFIXES:
            self._suffix_s = event.time_s
            reads += self._suffix()
        else:
            self._add(typed)
        return reads

    def _press(self, event: KeyEvent) -> None:
        """One key that is no suffix: a character, a modifier, or something that spoils the scan."""
        code = event.code
        if code in SHIFTS or code in HARMLESS:
            return
        if code == CAPS_LOCK:
            self._caps = not self._caps
        elif self._held & ALTS:
            if not self._takes_alt(code):
                self._spoil(Trouble.ALT_MODE)
        elif self._held & METAS:
            self._spoil(Trouble.CONTROL_KEYS)
        elif self._held & CONTROLS:
            if not (self._follows_suffix(event.time_s) and code in CONTROLS | {KEY_J}):
                self._spoil(Trouble.CONTROL_KEYS)
        else:
            self._type(code)

    def _takes_alt(self, code: int) -> bool:
        """Whether a key that goes down while Alt is held belongs to an Alt code that was asked for."""
        if self._alt is None or self._held & (CONTROLS | METAS):
            return False
        return code in ALTS or self._alt.press(code)

    def _type(self, code: int) -> None:
        shift = bool(self._held & SHIFTS)
        if code in LETTERS:
            self._add(LETTERS[code].upper() if shift != self._caps else LETTERS[code])
        elif code in PLAIN:
            self._add((SHIFTED if shift else PLAIN)[code])
        else:
            self._spoil(Trouble.CONTROL_KEYS)
        if self._alt is not None and self._alt.is_inside:
            self._spoil(Trouble.UNREADABLE)

    def _add(self, typed: str) -> None:
        self._text += typed
        if len(self._text) > SCAN_CHARACTERS_MAX:
            self._spoil(Trouble.TOO_LONG)

    def _follows_suffix(self, time_s: float) -> bool:
        """Whether this can be the line feed (Ctrl+J) of a carriage return and line feed."""
        return not self._is_open() and self._suffix_s is not None and time_s - self._suffix_s < self._pause_s

    def _suffix(self) -> list[Read]:
        if not self._is_open():
            self._caps = False
            return []
        self.saw_suffix = True
        if self._text and self._framing is Framing.LEARN:
            self._framing = Framing.SUFFIX
        return self._close(ended=True)

    def _pause_before(self, time_s: float) -> list[Read]:
        """Close the scan under way if too long passed before `time_s`. A clock stepping back is no pause."""
        if self._last_s is None or time_s - self._last_s < self._patience_s():
            return []
        self._last_s = None
        return self._close(ended=not self._needs_suffix())

    def _needs_suffix(self) -> bool:
        return self._framing is Framing.SUFFIX

    def _patience_s(self) -> float:
        return STALE_S if self._needs_suffix() else self._pause_s

    def _is_open(self) -> bool:
        return bool(self._text) or self._trouble is not None or (self._alt is not None and self._alt.is_open)

    def _spoil(self, trouble: Trouble) -> None:
        """Drop the whole scan, up to its end; the first trouble is the one that is told."""
        self._trouble = self._trouble or trouble
        self._text = ""

    def _close(self, *, ended: bool) -> list[Read]:
        """End the scan. Not `ended` means that it was cut off."""
        text, trouble = self._text, self._trouble
        self._text, self._trouble, self._caps = "", None, False
        if self._alt is not None:
            if self._alt.is_open and trouble is None:
                trouble = Trouble.UNREADABLE if ended else Trouble.UNFINISHED
            self._alt.reset(held=bool(self._held & ALTS))
        if trouble is not None:
            return [Dropped(trouble)]
        if not text:
            return []
        return [Text(text) if ended else Dropped(Trouble.UNFINISHED)]


class Records:
    """Cuts a stream of bytes into `struct input_event` records of 24 bytes, little-endian."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[KeyEvent]:
        """The events that `data` completes."""
        data = self._rest + data
        whole = len(data) - len(data) % RECORD.size
        self._rest = data[whole:]
        return [
            KeyEvent(kind=kind, code=code, value=value, time_s=seconds + microseconds / 1_000_000)
            for seconds, microseconds, kind, code, value in RECORD.iter_unpack(data[:whole])
        ]
