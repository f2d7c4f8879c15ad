"""FEIG OBID i-scan readers (ISC.MR101/102/200, PR101, LR; Siemens RF290R): experimental, as one frame is published.

`LEN | address | control | data | CRC` or, advanced, `02 | length(2) | address | control | data | CRC`; the length is
the whole frame's, the CRC-16/8408 over all before it goes low byte first, a reader puts a status before its data.
No frame says who sent it: address FF is the host's; else it is the side's whose layout it fits to the last byte; where
both fit it answers the host's command that waits for its answer, and without one it is the host's. What an answer to an
ISO command holds is read by that command, or by its lengths. A standard frame has no start byte: control byte and
length are checked before its bytes are waited for. Sources: as in `feig_content`; the published frame is in an Arduino
sketch.
"""

from typing import Final

from kiosk.devices.decode.checksums import crc_8408
from kiosk.devices.decode.feig_content import FeigFrame, IsoCommand, Raw
from kiosk.devices.decode.feig_layouts import ISO, from_host, from_reader, may_begin
from kiosk.devices.decode.frames import ANY_BYTE, Frames
from kiosk.devices.decode.turns import Side, Turns

STX: Final = 0x02
BROADCAST: Final = 0xFF
STANDARD_BYTES_MIN: Final = 5
ADVANCED_BYTES_MIN: Final = 7
ADVANCED_BYTES_MAX: Final = 4096
HEADS: Final = bytes(byte for byte in ANY_BYTE if byte == STX or byte >= STANDARD_BYTES_MIN)


def codec() -> Frames[FeigFrame]:
    """A codec that reads both directions of one dialogue."""
    return Frames(_length, _Dialogue().parse, HEADS)


def command(control: int, data: bytes = b"", address: int = BROADCAST, *, is_advanced: bool = True) -> bytes:
    """A command of the host."""
    body = bytes((address, control)) + data
    head = bytes((STX,)) + (len(body) + 5).to_bytes(2, "big") if is_advanced else bytes((len(body) + 3,))
    return head + body + crc_8408(head + body).to_bytes(2, "little")


def _length(buffer: bytearray, at: int) -> int | None:
    head, length, there = 1, buffer[at], len(buffer) - at
    if length == STX:
        if there < 3:
            return None
        head, length = 3, buffer[at + 1] << 8 | buffer[at + 2]
        if not ADVANCED_BYTES_MIN <= length <= ADVANCED_BYTES_MAX:
            return 0
    if there < head + 2:
        return None
    payload_at = at + head + 2
    first = buffer[payload_at] if there > head + 2 else None
    return length if may_begin(buffer[payload_at - 1], length - head - 4, first) else 0


class _Dialogue:
    """Who speaks, and what was asked, in one stream."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._asked: IsoCommand | None = None

    def parse(self, frame: bytes) -> FeigFrame | None:
        is_advanced = frame[0] == STX
        at = 3 if is_advanced else 1
        address, control, payload = frame[at], frame[at + 1], frame[at + 2 : -2]
        ours = from_host(control, payload)
        theirs = None
        side: Side | None = Side.HOST
        if address != BROADCAST:
            theirs = from_reader(control, payload, self._asked if control == ISO else None)
            side = self._turns.side(control, host=ours is not None, reader=theirs is not None, alone=Side.HOST)
        if side is None or crc_8408(frame[:-2]) != frame[-2] | frame[-1] << 8:
            return None
        self._turns.heard(side, control, is_last=True)
        if side is Side.READER:
            self._asked = None
            return FeigFrame(side, is_advanced, address, control, payload[0], theirs or Raw())
        self._asked = ours if control == ISO and isinstance(ours, IsoCommand) else None
        return FeigFrame(side, is_advanced, address, control, None, ours or Raw(payload))
