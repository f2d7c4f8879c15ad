"""Library tags: from the bytes in a tag's memory to what the library says there.

Real tags often carry no format identifier (DSFID), or a wrong one, so every format is tried: first ISO 28560-3, whose
CRC decides, then ISO 28560-2. A blank tag, or one of a format that we do not know, is None: then the tag's own number
is the key.
"""

from typing import Final, assert_never

from kiosk.devices.decode import iso28560_2, iso28560_3
from kiosk.devices.decode.tagdata import LibraryTag, TagFormat, Usage

__all__ = ["MEMORY_BYTES_MAX", "LibraryTag", "TagFormat", "TagMemory", "Usage", "read_tag", "tag_memory"]

MEMORY_BYTES_MAX: Final = 8192  # the largest ISO 15693 tags have 64 kbit


def read_tag(memory: bytes, dsfid: int | None = None) -> LibraryTag | None:
    """What the library wrote into `memory`, in the tag's own byte order; None when it is blank or of no known format.

    `dsfid` decides where both formats fit.
    """
    if len(memory) > MEMORY_BYTES_MAX or not memory.strip(b"\x00\xff"):
        return None
    decoders = [iso28560_3.decode, iso28560_2.decode]
    if dsfid == iso28560_2.DSFID:
        decoders.reverse()
    return next((tag for tag in (decode(memory) for decode in decoders) if tag is not None), None)


def tag_memory(tag: LibraryTag, capacity: int) -> bytes:
    """The whole memory of a tag with these data, zeros behind them. A ValueError says what does not fit."""
    match tag.format:
        case TagFormat.OBJECTS:
            data = iso28560_2.encode(tag, capacity)
        case TagFormat.FIXED:
            data = iso28560_3.encode(tag, capacity)
        case _:
            assert_never(tag.format)
    return data.ljust(capacity, b"\0")


class TagMemory:
    """A decoder whose whole stream is the memory of one tag."""

    def __init__(self) -> None:
        self._memory = bytearray()

    def __repr__(self) -> str:
        return f"<TagMemory {len(self._memory)} bytes>"

    def feed(self, data: bytes) -> list[dict[str, object]]:
        """Nothing yet: a memory is known when it is whole."""
        if len(self._memory) <= MEMORY_BYTES_MAX:
            self._memory += data[: MEMORY_BYTES_MAX + 1]
        return []

    def end(self) -> list[dict[str, object]]:
        """The tag, as an object that can be printed."""
        tag = read_tag(bytes(self._memory))
        return [] if tag is None else [tag.told()]
