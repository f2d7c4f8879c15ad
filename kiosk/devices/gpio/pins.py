"""The Pi's pins, through gpiozero with lgpio under it, the one library that works on the Pi 4 and the Pi 5.

gpiozero would fall back to other libraries with a warning that nobody reads; here a missing lgpio is a part that is
down, with one line that says why. lgpio makes a pipe in its working folder, `LG_WD`, when it is imported
(github.com/joan2937/lg, issue 12), so that this must be a folder that the kiosk may write.
"""

import errno
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

FACTORY: Final = "lgpio"
LIBRARIES: Final = frozenset({"gpiozero", "lgpio"})
DEV: Final = Path("/dev")


class PinsFailed(OSError):
    """The pins cannot be used, or a pin did not do what it was told; the text is one line."""


class Pins:
    """The pins that all parts share. `work_folder` is for lgpio's pipe."""

    def __init__(self, work_folder: str) -> None:
        self._work_folder = work_folder
        self._opening = threading.Lock()

    def __repr__(self) -> str:
        return "<Pins>"

    @contextmanager
    def opened(self) -> Iterator[None]:
        """A block in which gpiozero's devices can be made. Raises PinsFailed."""
        with self._opening, pin_errors():
            os.environ.setdefault("GPIOZERO_PIN_FACTORY", FACTORY)
            os.environ.setdefault("LG_WD", self._work_folder)
            try:
                from gpiozero import Device

                Device.ensure_pin_factory()
            except Exception as error:
                raise _why_not(error) from error
            yield


@contextmanager
def pin_errors() -> Iterator[None]:
    """A block in which an error of gpiozero or lgpio is the device's: it leaves as PinsFailed."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        if not any(each.__module__.partition(".")[0] in LIBRARIES for each in type(error).__mro__):
            raise
        raise PinsFailed(errno.EIO, f"{type(error).__name__}: {error}") from error


def _why_not(error: Exception) -> PinsFailed:
    """Why there are no pins, in words for the person who set this machine up."""
    chips = sorted(DEV.glob("gpiochip*"))
    if isinstance(error, ModuleNotFoundError):
        return PinsFailed(errno.ENOSYS, f"the Python library {error.name} is missing; docs/gpio.md says how to get it")
    if not chips:
        return PinsFailed(errno.ENOENT, f"there is no {DEV}/gpiochip0: this machine has no pins")
    if not any(os.access(chip, os.R_OK | os.W_OK) for chip in chips):
        return PinsFailed(errno.EACCES, f"no permission for {chips[0]}: add the kiosk's user to the group gpio")
    return PinsFailed(errno.EIO, f"{type(error).__name__}: {error}")
