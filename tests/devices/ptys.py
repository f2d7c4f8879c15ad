"""A serial device for tests: the far end of a real pseudo-terminal, which can be unplugged and plugged in again."""

import os
import pty
import tty
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of a reader in a test."""

    device: str
    kind: str = "serial"
    baud: int = 9600
    framing: str = "learn"
    gap_ms: int = 0
    alt: str = ""
    aim: bool = False
    card_from: str = ""
    card_to: str = ""
    checksum: str = "xor"
    address: int = -1
    antennas: tuple[int, ...] = (0,)
    region: str = "cn"
    power_dbm: int = 20
    security: str = "none"


class Wire:
    """A device at the far end of `path`, a link that points to the terminal of the moment, as udev's links do."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "usb-Made_Up_Scanner-if00"
        self._far_end: int | None = None
        self.plug_in()

    def plug_in(self) -> None:
        far_end, near_end = pty.openpty()
        tty.setraw(near_end)
        self.path.symlink_to(os.ttyname(near_end))
        os.close(near_end)
        self._far_end = far_end

    def unplug(self) -> None:
        if self._far_end is not None:
            self.path.unlink()
            os.close(self._far_end)
            self._far_end = None

    @property
    def far_end(self) -> int:
        """The device's own descriptor."""
        assert self._far_end is not None, "it is unplugged"
        return self._far_end

    def send(self, data: bytes) -> None:
        """Everything in `data`, waiting whenever the terminal's buffer is full."""
        assert self._far_end is not None
        while data:
            data = data[os.write(self._far_end, data) :]
