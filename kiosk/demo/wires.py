"""The demo's scanners and card reader: the far ends of pseudo-terminals that the real drivers have open.

`Wire.path` is a link that points to the terminal of the moment, as udev's links do, so that a wire can be unplugged
and plugged in again.
"""

import fcntl
import os
import pty
import select
import tty
from functools import reduce
from operator import xor
from pathlib import Path
from string import hexdigits
from typing import Final

from kiosk.settings import ReaderEntry

STX, ETX, CR = b"\x02", b"\x03", b"\r"
SEND_WAIT_MS: Final = 2000
KINDS: Final = {"desk": "serial", "card": "rdm6300", "drop": "serial"}
UID_HEX: Final = 10  # the five bytes of a 125 kHz card


class Wire:
    """One line from a reader to the kiosk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._far_end: int | None = None
        self._held: int | None = None
        self.plug_in()

    def __repr__(self) -> str:
        return f"<Wire {self.path.name} {'unplugged' if self._far_end is None else 'plugged in'}>"

    def plug_in(self, *, held: bool = False) -> None:
        """A new terminal takes the place of the one before; `held`: another program has it open."""
        far_end, near_end = pty.openpty()
        tty.setraw(near_end)
        if held:
            fcntl.flock(near_end, fcntl.LOCK_EX | fcntl.LOCK_NB)
        new = self.path.with_name(self.path.name + ".new")
        new.unlink(missing_ok=True)
        new.symlink_to(os.ttyname(near_end))
        new.replace(self.path)
        self._close()
        self._far_end = far_end
        if held:
            self._held = near_end
        else:
            os.close(near_end)

    def let_go(self) -> None:
        """The other program closes the terminal."""
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def send(self, data: bytes) -> None:
        """Put `data` on the line. Raises BrokenPipeError when nobody takes it."""
        assert self._far_end is not None, "a wire that is unplugged sends nothing"
        ready = select.poll()
        ready.register(self._far_end, select.POLLOUT)
        while data:
            if not ready.poll(SEND_WAIT_MS):
                raise BrokenPipeError(f"{self.path.name}: nobody reads")
            data = data[os.write(self._far_end, data) :]

    def close(self) -> None:
        """Unplug it for good."""
        self._close()
        self.path.unlink(missing_ok=True)

    def _close(self) -> None:
        self.let_go()
        far_end, self._far_end = self._far_end, None
        if far_end is not None:
            os.close(far_end)


class Wires:
    """The demo's three readers: `desk` and `drop` send lines, `card` sends frames of a 125 kHz reader."""

    def __init__(self, folder: Path) -> None:
        self.wires = {name: Wire(folder / f"demo-{name}") for name in KINDS}

    def __getitem__(self, name: str) -> Wire:
        return self.wires[name]

    def readers(self) -> dict[str, ReaderEntry]:
        """The readers for the settings."""
        return {name: ReaderEntry(kind=kind, device=str(self.wires[name].path)) for name, kind in KINDS.items()}

    def scan(self, reader: str, text: str) -> None:
        """A barcode, a typed card number: its text and a carriage return."""
        self.wires[reader].send(text.encode() + CR)

    def card(self, text: str) -> None:
        """A card: five bytes in hex on the 125 kHz reader, anything else as text at the desk."""
        if is_uid(text):
            self.wires["card"].send(card_frame(text))
        else:
            self.scan("desk", text)

    def close(self) -> None:
        """Unplug everything."""
        for wire in self.wires.values():
            wire.close()


def is_uid(text: str) -> bool:
    """Whether a card's text is the UID of a 125 kHz card; ten decimal digits are what is printed on other cards."""
    return len(text) == UID_HEX and not text.isdigit() and all(digit in hexdigits for digit in text)


def card_frame(uid: str) -> bytes:
    """What an RDM6300 sends for a card: STX, ten hex digits, two of their XOR, ETX.

    >>> card_frame("0A05F1357D")
    b'\\x020A05F1357DB6\\x03'
    """
    checksum = reduce(xor, bytes.fromhex(uid))
    return STX + f"{uid}{checksum:02X}".encode() + ETX
