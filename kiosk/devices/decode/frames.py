"""Cuts a stream of bytes into the frames of one binary protocol.

A frame is as long as its length field says and counts only with the right checksum; on anything else one byte is
dropped and the search begins again, because start and stop bytes occur inside of frames too. So a good frame behind
half a frame is found, and none is made up. How the stream is cut into chunks makes no difference.
"""

import re
from collections.abc import Callable
from typing import Final, Generic, TypeVar

Frame_co = TypeVar("Frame_co", covariant=True)

ANY_BYTE: Final = bytes(range(256))


class Frames(Generic[Frame_co]):
    """The cutter of one protocol. `bad_frames` counts beginnings of frames that came to nothing.

    `length(buffer, at)` gives the bytes of the frame that begins at `at`: 0 if none can begin there, None while more
    bytes have to come to tell. `parse(frame)` gives the value of a whole frame, or None when its checksum or its
    content is wrong. `heads` are the bytes with which a frame can begin.
    """

    def __init__(
        self,
        length: Callable[[bytearray, int], int | None],
        parse: Callable[[bytes], Frame_co | None],
        heads: bytes = ANY_BYTE,
    ) -> None:
        self._length = length
        self._parse = parse
        self._head = re.compile(b"[" + re.escape(heads) + b"]", re.DOTALL)
        self._buffer = bytearray()
        self.bad_frames = 0

    def __repr__(self) -> str:
        return f"<Frames {len(self._buffer)} bytes waiting, {self.bad_frames} bad frames>"

    @property
    def waiting(self) -> int:
        """Bytes of a frame that is not whole yet."""
        return len(self._buffer)

    def feed(self, data: bytes) -> list[Frame_co]:
        """The frames that `data` completes."""
        self._buffer += data
        return self._cut(ended=False)

    def end(self) -> list[Frame_co]:
        """The frames behind a beginning that will never become whole: nothing more comes."""
        return self._cut(ended=True)

    def _cut(self, *, ended: bool) -> list[Frame_co]:
        frames: list[Frame_co] = []
        buffer, size, at = self._buffer, len(self._buffer), 0
        while (at := self._next_head(at)) < size:
            length = self._length(buffer, at)
            is_open = length is None or at + length > size
            if is_open and not ended:
                break
            frame = None if is_open or not length else self._parse(bytes(buffer[at : at + length]))
            if frame is None or not length:
                self.bad_frames += length != 0
                at += 1
            else:
                frames.append(frame)
                at += length
        del buffer[:at]
        return frames

    def _next_head(self, at: int) -> int:
        """Where the next frame may begin, from `at` on; the end of the buffer if nowhere."""
        head = self._head.search(self._buffer, at)
        return len(self._buffer) if head is None else head.start()
