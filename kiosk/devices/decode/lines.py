r"""Line scanners: bytes from a serial port or a USB-COM scanner become whole texts.

A text ends at CR, LF, TAB, NUL or a pause; STX and ETX around it are stripped; UTF-8 is tried first, then GB18030.
Other control characters stay in the text, so that the rule for texts drops it. Times are monotonic seconds.

>>> Lines().feed(b"\x0230001234\x03\r\n", now_s=0.0)
[Text(text='30001234')]
"""

from typing import Final

from kiosk.devices.decode.framing import STALE_S, Dropped, Framing, Read, Text, Trouble

LINE_BYTES_MAX: Final = 1024  # 256 characters of four bytes
PAUSE_S: Final = 0.05
ENDS: Final = frozenset(b"\r\n\t\0")
STX: Final = 0x02
ETX: Final = 0x03


class Lines:
    """The decoder of one line scanner."""

    def __init__(self, framing: Framing = Framing.LEARN, pause_s: float = PAUSE_S) -> None:
        self._framing = framing
        self._pause_s = pause_s
        self._line = bytearray()
        self._too_long = False
        self._last_s = 0.0
        self.saw_suffix = False

    def __repr__(self) -> str:
        return f"<Lines {self._framing}, {len(self._line)} bytes waiting>"

    def feed(self, data: bytes, now_s: float) -> list[Read]:
        """The texts that `data`, which arrived at `now_s`, completes."""
        reads: list[Read] = []
        for byte in data:
            if byte in ENDS:
                if self._line:
                    self.saw_suffix = True
                    if self._framing is Framing.LEARN:
                        self._framing = Framing.SUFFIX
                reads += self._close(ended=True)
            elif len(self._line) < LINE_BYTES_MAX:
                self._line.append(byte)
            else:
                self._too_long = True
        self._last_s = now_s
        return reads

    def deadline_s(self) -> float | None:
        """When the line that is under way ends by silence."""
        if not self._line:
            return None
        return self._last_s + (STALE_S if self._framing is Framing.SUFFIX else self._pause_s)

    def silence(self, now_s: float) -> list[Read]:
        """What it means that no byte came until `now_s`."""
        due_s = self.deadline_s()
        return [] if due_s is None or now_s < due_s else self.end()

    def end(self) -> list[Read]:
        """What it means that nothing more will come."""
        return self._close(ended=self._framing is not Framing.SUFFIX)

    def _close(self, *, ended: bool) -> list[Read]:
        line, too_long = bytes(self._line), self._too_long
        self._line.clear()
        self._too_long = False
        if too_long:
            return [Dropped(Trouble.TOO_LONG)]
        line = _without_frame(line)
        if not line:
            return []
        if not ended:
            return [Dropped(Trouble.UNFINISHED)]
        text = _decoded(line)
        return [Dropped(Trouble.UNREADABLE) if text is None else Text(text)]


def _without_frame(line: bytes) -> bytes:
    """The line without the STX and ETX that some scanners put around it, on either side of the suffix."""
    return line.strip(bytes((STX, ETX)))


def _decoded(line: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
