"""A display without a screen, and a finger on its keyboard: enough of the X11 protocol to press keys (XTEST) and to ask
a window to close, as a window manager would. Sources: X Window System Protocol, X11R7.7; XTEST Extension Protocol 2.2.
"""

import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

KEYCODES: Final = {"Escape": 9, "e": 26, "Control": 37, "a": 38, "Alt": 64, "F1": 67, "F4": 70, "F11": 95, "F12": 96}
KEY_PRESS, KEY_RELEASE, MOTION, CLIENT_MESSAGE = 2, 3, 6, 33
QUERY_TREE, INTERN_ATOM, SEND_EVENT, GET_INPUT_FOCUS, QUERY_EXTENSION = 15, 16, 25, 43, 98
FAKE_INPUT = 2


@contextmanager
def xvfb(size: str = "1280x1100") -> Iterator[int]:
    """Runs Xvfb and gives the number of its display."""
    program = shutil.which("Xvfb")
    assert program, "Xvfb is not installed"
    reading, writing = os.pipe()
    command = [program, "-displayfd", str(writing), "-screen", "0", f"{size}x24", "-nolisten", "tcp", "-noreset"]
    server = subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL)
    try:
        os.close(writing)
        with os.fdopen(reading) as number:
            yield int(number.readline())
    finally:
        server.terminate()
        server.wait()


class Keyboard:
    """A client of the X server that presses keys and asks windows to close."""

    def __init__(self, display: int) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(f"/tmp/.X11-unix/X{display}")
        self._socket.sendall(struct.pack("<BxHHHHxx", ord("l"), 11, 0, 0, 0))
        status, words = struct.unpack("<BxxxxxH", self._take(8))
        assert status == 1, "the X server refused"
        setup = self._take(words * 4)
        vendor, formats = struct.unpack_from("<H", setup, 16)[0], setup[21]
        self.root = struct.unpack_from("<I", setup, 32 + (vendor + 3) // 4 * 4 + 8 * formats)[0]
        self._xtest = self._ask(QUERY_EXTENSION, 0, struct.pack("<Hxx", 5) + b"XTEST\0\0\0")[9]

    def close(self) -> None:
        """Leaves the server."""
        self._socket.close()

    def press(self, *names: str) -> None:
        """Presses the keys together, over the middle of the display's upper left, and lets them go."""
        self._fake(MOTION, 0, 300, 300)
        for name in names:
            self._fake(KEY_PRESS, KEYCODES[name])
        for name in reversed(names):
            self._fake(KEY_RELEASE, KEYCODES[name])
        self._ask(GET_INPUT_FOCUS, 0, b"")  # an answer means that all before was done

    def ask_to_close(self) -> int:
        """Sends every window the wish to be closed (ICCCM WM_DELETE_WINDOW); says how many windows there were."""
        protocols, delete = self._atom(b"WM_PROTOCOLS"), self._atom(b"WM_DELETE_WINDOW")
        tree = self._ask(QUERY_TREE, 0, struct.pack("<I", self.root))
        count = struct.unpack_from("<H", tree, 16)[0]
        for window in struct.unpack_from(f"<{count}I", tree, 32):
            event = struct.pack("<BBHIIIIIII", CLIENT_MESSAGE, 32, 0, window, protocols, delete, 0, 0, 0, 0)
            self._send(SEND_EVENT, 0, struct.pack("<II", window, 0) + event)
        self._ask(GET_INPUT_FOCUS, 0, b"")
        return int(count)

    def _fake(self, kind: int, detail: int, x: int = 0, y: int = 0) -> None:
        body = struct.pack("<BBxxIIxxxxxxxxhhxxxxxxxx", kind, detail, 0, self.root if kind == MOTION else 0, x, y)
        self._send(self._xtest, FAKE_INPUT, body)

    def _atom(self, name: bytes) -> int:
        padded = name + bytes(-len(name) % 4)
        return int(struct.unpack_from("<I", self._ask(INTERN_ATOM, 0, struct.pack("<Hxx", len(name)) + padded), 8)[0])

    def _send(self, opcode: int, detail: int, body: bytes) -> None:
        self._socket.sendall(struct.pack("<BBH", opcode, detail, 1 + len(body) // 4) + body)

    def _ask(self, opcode: int, detail: int, body: bytes) -> bytes:
        self._send(opcode, detail, body)
        while True:
            head = self._take(32)
            assert head[0] != 0, f"X error {head[1]} for request {opcode}"
            if head[0] == 1:
                return head + self._take(struct.unpack_from("<I", head, 4)[0] * 4)

    def _take(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            part = self._socket.recv(count - len(data))
            assert part, "the X server hung up"
            data += part
        return data
