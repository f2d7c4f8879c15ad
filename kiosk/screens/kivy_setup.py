"""Shuts every door that Kivy leaves open, before Kivy is imported; it must be imported before anything of Kivy.

Kivy reads its environment and its configuration while it is imported: `KCFG_*` variables, a `config.ini`, its own
command-line options, an input provider that turns every keyboard into keys of the window. None of these may reach a
kiosk, so the environment is cleared first, then the configuration is set in full and nothing is read from outside.
"""

import importlib
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from kiosk.circulation.events import Touch
from kiosk.screens.fonts import Fonts
from kiosk.screens.theme import DISPLAY_INCHES

if TYPE_CHECKING:
    from kiosk.screens.glass import Glass

FRAMES_PER_SECOND_MAX: Final = 30
# A touch display on the Pi is read by SDL through the compositor or the kernel, and comes in as the mouse provider's
# sibling; Kivy's own hidinput would also take the keyboards, so no provider but this one is configured.
ENVIRONMENT: Final = {
    "KIVY_NO_CONFIG": "1",
    "KIVY_NO_ENV_CONFIG": "1",
    "KIVY_NO_ARGS": "1",
    "KIVY_NO_FILELOG": "1",
    "KIVY_NO_CONSOLELOG": "1",
    "KIVY_LOG_MODE": "PYTHON",
    "KIVY_WINDOW": "sdl2",
    "KIVY_TEXT": "sdl2",
    "KIVY_IMAGE": "sdl2",
    "KIVY_AUDIO": "sdl2",
    "KIVY_CLIPBOARD": "dummy",
    # Signals stay with the kiosk: SDL would turn SIGTERM into a request to close the window, which is refused.
    "SDL_NO_SIGNAL_HANDLERS": "1",
    # One touch is one touch: SDL would send it a second time as the mouse.
    "SDL_TOUCH_MOUSE_EVENTS": "0",
}


# Without these SDL would draw for nobody when the display does not answer, and nobody would be told.
DRIVERS: Final = "x11,wayland,kmsdrm"


class NoDisplay(Exception):
    """There is nothing to draw on. The message names the mend."""


@dataclass(frozen=True, slots=True)
class GlassOptions:
    """The window: its size when it is not full screen, the display's diagonal, whether the window may be closed."""

    width: int = 1024
    height: int = 600
    fullscreen: bool = False
    may_close: bool = False
    inches: float = DISPLAY_INCHES
    language: str = "zh_CN"
    title: str = "kiosk"


def clear_environment() -> None:
    """Removes every variable that Kivy would obey and sets ours."""
    if "kivy" in sys.modules:
        raise RuntimeError("kivy was imported before kiosk.screens.kivy_setup")
    for name in [name for name in os.environ if name.startswith(("KIVY_", "KCFG_"))]:
        del os.environ[name]
    os.environ.update(ENVIRONMENT)
    os.environ.setdefault("SDL_VIDEODRIVER", DRIVERS)


def configure(options: GlassOptions) -> None:
    """Sets Kivy's configuration in full; must run before the window is made."""
    from kivy.config import Config

    settings: dict[str, dict[str, str | int]] = {
        "kivy": {
            "exit_on_escape": 0,
            "log_level": "error",
            "keyboard_mode": "",
            "pause_on_minimize": 0,
            "kivy_clock": "default",
        },
        "graphics": {
            "width": options.width,
            "height": options.height,
            "fullscreen": "auto" if options.fullscreen else 0,
            "borderless": int(options.fullscreen),
            "resizable": int(not options.fullscreen),
            "allow_screensaver": 0,
            "maxfps": FRAMES_PER_SECOND_MAX,
            "multisamples": 0,
            "show_cursor": int(not options.fullscreen),
            "window_state": "visible",
        },
    }
    for section, values in settings.items():
        for key, value in values.items():
            Config.set(section, key, str(value))
    for key in Config.options("modules"):
        Config.remove_option("modules", key)
    for key in Config.options("input"):
        Config.remove_option("input", key)
    Config.set("input", "mouse", "mouse,disable_multitouch")
    # Kivy prints a traceback for every kind of input that this machine lacks; after that, errors are wanted.
    logger = logging.getLogger("kivy")
    logger.setLevel(logging.CRITICAL)
    importlib.import_module("kivy.input.providers")
    logger.setLevel(logging.ERROR)


def open_glass(options: GlassOptions, fonts: Fonts, post: Callable[[Touch], None], **hooks: Any) -> "Glass":
    """The glass, with Kivy's exits shut; `hooks` are `glass.Glass`'s other arguments. Main thread, once a process."""
    configure(options)
    from kiosk.screens.glass import Glass

    return Glass(options, fonts, post, **hooks)


clear_environment()
