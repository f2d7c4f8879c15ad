"""Tag answers in what ST's CR95HF sends: for looking at them, there is no driver.

The chip sends `80 | length | data` with no checksum on the wire. The data end with the CRC that the tag itself sent
(CRC-16, reflected 8408, begun with FFFF, inverted, low byte first) and a status; only where that CRC fits it is an
answer. All else of this protocol has nothing to hold on to and is passed over. Sources: ST, CR95HF data sheet;
ISO/IEC 15693-3.
"""

from dataclasses import dataclass
from typing import Final

from kiosk.devices.decode.checksums import crc_8408
from kiosk.devices.decode.frames import Frames

RESULT: Final = 0x80
CRC_AND_STATUS: Final = 3
UID_BYTES: Final = 8
INVENTORY_BYTES: Final = 10  # flags, DSFID, UID
COLLISION: Final = 0x01
WRONG_CRC: Final = 0x02


@dataclass(frozen=True, slots=True)
class TagAnswer:
    """What a tag answered; `uid` when it answered an inventory."""

    data: bytes
    uid: str | None

    def told(self) -> list[dict[str, object]]:
        """The answer for `kiosk decode`."""
        said: dict[str, object] = {"direction": "reader", "data": self.data.hex().upper()}
        return [said if self.uid is None else said | {"uid": self.uid}]


def codec() -> Frames[TagAnswer]:
    """A decoder for what the chip sends."""
    return Frames(_length, _parse, bytes((RESULT,)))


def _length(buffer: bytearray, at: int) -> int | None:
    if len(buffer) < at + 2:
        return None
    length = buffer[at + 1]
    return 2 + length if length > CRC_AND_STATUS else 0


def _parse(frame: bytes) -> TagAnswer | None:
    answer, crc, status = frame[2:-CRC_AND_STATUS], frame[-CRC_AND_STATUS:-1], frame[-1]
    if status & (COLLISION | WRONG_CRC) or crc_8408(answer) ^ 0xFFFF != int.from_bytes(crc, "little"):
        return None
    is_inventory = len(answer) == INVENTORY_BYTES and answer[0] == 0 and answer[-1] == 0xE0
    return TagAnswer(answer, answer[-UID_BYTES:][::-1].hex().upper() if is_inventory else None)
