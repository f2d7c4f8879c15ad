"""A display for a demo that nobody watches: an X server without a screen, ended with the demo."""

import contextlib
import os
import select
import shutil
import subprocess
from collections.abc import Iterator
from typing import Final

from kiosk.demo.stand import DemoFailed

START_S: Final = 20.0
STOP_S: Final = 5.0
SCREEN: Final = "1280x1024x24"


def has_display() -> bool:
    """Whether a window can be shown."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@contextlib.contextmanager
def own_display() -> Iterator[None]:
    """An Xvfb that this process talks to, also when it has a display; it ends by itself when this process is killed.

    Raises DemoFailed when there is no Xvfb or it does not start.
    """
    server, number = _start()
    kept = {name: os.environ.get(name) for name in ("DISPLAY", "SDL_VIDEODRIVER", "SDL_AUDIODRIVER")}
    os.environ |= {"DISPLAY": f":{number}", "SDL_VIDEODRIVER": "x11", "SDL_AUDIODRIVER": "dummy"}
    try:
        yield
    finally:
        for name, value in kept.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
        _stop(server)


def _start() -> tuple[subprocess.Popen[bytes], int]:
    binary = shutil.which("Xvfb")
    if binary is None:
        raise DemoFailed("Xvfb not found: install the package xvfb, or run ./deploy.sh demo once")
    says, hears = os.pipe()
    # setpriv is part of util-linux; it asks the kernel to end the server with its parent, even after kill -9.
    parent = shutil.which("setpriv")
    command = [*([parent, "--pdeathsig", "TERM"] if parent else []), binary]
    command += ["-displayfd", str(hears), "-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(
        command, pass_fds=(hears,), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for the demo alone
    )  # fmt: skip
    os.close(hears)
    try:
        number = _number(says)
    except DemoFailed:
        _stop(server)
        raise
    finally:
        os.close(says)
    return server, number


def _number(says: int) -> int:
    """The number of the display, which the server writes once it is ready."""
    ready = select.poll()
    ready.register(says, select.POLLIN)
    text = b""
    while not text.endswith(b"\n"):
        part = os.read(says, 16) if ready.poll(START_S * 1000) else b""
        if not part:
            raise DemoFailed("Xvfb did not start")
        text += part
    return int(text)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
