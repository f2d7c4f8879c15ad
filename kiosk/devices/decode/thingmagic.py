"""ThingMagic M6e and M7e, and Silion readers with the same frames: for looking at them, there is no driver.

`FF | length | opcode | data | CRC`, the CRC high byte first; a reader puts a status of two bytes behind the opcode,
which the length does not count. So which side spoke is told by where the CRC fits. The CRC has the polynomial 1021,
begins with FFFF and is not carried on over 16 more zero bits. Source: SparkFun's Simultaneous RFID Tag Reader library.
"""

import binascii
from dataclasses import dataclass
from typing import Final

from kiosk.devices.decode.frames import Frames

HEAD: Final = 0xFF
AROUND: Final = 5  # head, length, opcode and two bytes of CRC
STATUS_BYTES: Final = 2
TABLE_1021: Final = tuple(binascii.crc_hqx(bytes((byte,)), 0) for byte in range(256))
OPCODES: Final = {
    0x03: "version",
    0x06: "set baud rate",
    0x21: "read a tag",
    0x22: "read tags",
    0x24: "write tag data",
    0x28: "read tag data",
    0x2F: "multi-protocol operation",
    0x62: "get power",
    0x64: "get power range",
    0x91: "set antenna",
    0x92: "set read power",
    0x93: "set protocol",
    0x97: "set region",
}


@dataclass(frozen=True, slots=True)
class ThingMagicFrame:
    """A whole frame. `status` is None from the host; 0 is success."""

    opcode: int
    data: bytes
    status: int | None = None

    def told(self) -> list[dict[str, object]]:
        """The frame for `kiosk decode`."""
        said: dict[str, object] = {"direction": "host" if self.status is None else "reader"}
        said |= {"opcode": f"{self.opcode:02X}", "command": OPCODES.get(self.opcode, "unknown")}
        if self.status is not None:
            said["status"] = f"{self.status:04X}"
        return [said | {"data": self.data.hex().upper()}]


def codec() -> Frames[ThingMagicFrame]:
    """A decoder for both directions."""
    return Frames(_length, _parse, bytes((HEAD,)))


def crc_not_augmented(data: bytes) -> int:
    """The CRC of these readers over length, opcode, status and data."""
    crc = 0xFFFF
    for byte in data:
        crc = (crc << 8 & 0xFF00 | byte) ^ TABLE_1021[crc >> 8]
    return crc


def _length(buffer: bytearray, at: int) -> int | None:
    """The shorter, host's form if its CRC fits, else the reader's."""
    if len(buffer) < at + 2:
        return None
    length = AROUND + buffer[at + 1]
    if len(buffer) < at + length:
        return None
    return length if _fits(bytes(buffer[at : at + length])) else length + STATUS_BYTES


def _fits(frame: bytes) -> bool:
    return crc_not_augmented(frame[1:-2]) == int.from_bytes(frame[-2:])


def _parse(frame: bytes) -> ThingMagicFrame | None:
    if not _fits(frame):
        return None
    if len(frame) == AROUND + frame[1]:
        return ThingMagicFrame(frame[2], frame[3:-2])
    return ThingMagicFrame(frame[2], frame[5:-2], int.from_bytes(frame[3:5]))
