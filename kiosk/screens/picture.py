"""Writes what the glass shows as a PNG file (W3C PNG, 3rd edition), whole or not at all."""

import os
import struct
import zlib
from pathlib import Path
from typing import Final

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
BYTES_PER_PIXEL: Final = 3
TRUECOLOUR: Final = 2


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def write_png(path: Path, width: int, height: int, pixels: bytes) -> None:
    """Writes `pixels`, three bytes each, rows from the bottom up as OpenGL gives them."""
    row = width * BYTES_PER_PIXEL
    if len(pixels) != row * height:
        raise ValueError(f"{len(pixels)} bytes are no picture of {width} × {height}")
    rows = b"".join(b"\0" + pixels[at : at + row] for at in range(row * (height - 1), -1, -row))
    head = struct.pack(">IIBBBBB", width, height, 8, TRUECOLOUR, 0, 0, 0)
    part = path.with_name(path.name + ".part")
    part.write_bytes(SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b""))
    os.replace(part, path)
