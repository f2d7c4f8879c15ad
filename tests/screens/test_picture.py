"""A picture is a PNG file that anybody can read, whole or not there."""

import struct
import zlib
from pathlib import Path

import pytest

from kiosk.screens.picture import write_png


def test_rows_come_from_the_bottom_up(tmp_path: Path) -> None:
    path = tmp_path / "two.png"
    low, high = b"\x01\x02\x03\x04\x05\x06", b"\xff\xfe\xfd\xfc\xfb\xfa"
    write_png(path, 2, 2, low + high)
    data = path.read_bytes()
    chunks, at = {}, 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        assert zlib.crc32(kind + body) == struct.unpack_from(">I", data, at + 8 + length)[0]
        chunks[kind] = body
        at += 12 + length
    assert struct.unpack(">IIBBBBB", chunks[b"IHDR"]) == (2, 2, 8, 2, 0, 0, 0)
    assert zlib.decompress(chunks[b"IDAT"]) == b"\0" + high + b"\0" + low
    assert list(chunks) == [b"IHDR", b"IDAT", b"IEND"]


def test_pixels_that_are_no_picture_leave_nothing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no picture"):
        write_png(tmp_path / "x.png", 3, 3, b"\0" * 8)
    assert list(tmp_path.iterdir()) == []
