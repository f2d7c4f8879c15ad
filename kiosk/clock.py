"""Facts about this boot and its clock, read from the kernel and the time service.

They stand beside each entry so that a wall clock that jumped can be put right later. Nothing here decides
whether the time is good enough for lending; the policy does.
"""

import time
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SYNCHRONISED = Path("/run/systemd/timesync/synchronized")


def boot_id(path: Path = BOOT_ID) -> str:
    """The kernel's random id of this boot, 32 hex digits without hyphens."""
    return path.read_text("ascii").strip().replace("-", "")


def boottime_ns() -> int:
    """Nanoseconds since boot, time asleep included. Never steps back within a boot."""
    return time.clock_gettime_ns(time.CLOCK_BOOTTIME)


def is_synchronised(path: Path = SYNCHRONISED) -> bool:
    """Whether systemd-timesyncd has set the clock since boot: it touches this file when it does."""
    return path.exists()
