"""The line to systemd: READY, WATCHDOG and STOPPING as datagrams to $NOTIFY_SOCKET.

The protocol is the one of sd_notify(3). Without that variable, as on a laptop, every call does nothing. A socket
that cannot be reached is not a reason to stop lending: systemd will notice by itself.
"""

import os
import socket
from collections.abc import Mapping
from typing import Final

READY: Final = "READY=1"
WATCHDOG: Final = "WATCHDOG=1"
STOPPING: Final = "STOPPING=1"


class Watchdog:
    """Tells the service manager how the program is. Safe to call from any thread."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        address = environ.get("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self.interval_s = _interval_s(environ)

    def __repr__(self) -> str:
        return f"<Watchdog {self._address!r} every {self.interval_s} s>"

    def notify(self, line: str) -> bool:
        """Send one line and say whether it went out."""
        if not self._address:
            return False
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sender:
                sender.setblocking(False)
                sender.sendto(line.encode(), self._address)
        except OSError:
            return False
        return True


def _interval_s(environ: Mapping[str, str]) -> float | None:
    """Half the time that WATCHDOG_USEC allows, or None when no watchdog waits for this process."""
    pid = environ.get("WATCHDOG_PID")
    allowed = environ.get("WATCHDOG_USEC", "")
    if not allowed.isdecimal() or int(allowed) == 0 or (pid and pid != str(os.getpid())):
        return None
    return int(allowed) / 2_000_000
