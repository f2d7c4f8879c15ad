"""PN532 card readers on a serial line (HSU): both sides of the conversation.

`00 FF | LEN | LCS | TFI .. | DCS | 00`, preamble zeros in front; LEN and LCS, and all from TFI to DCS, sum to 0 modulo
256. A frame counts only with a zero behind it, but that zero may already begin the next frame, so it is looked at and
not taken. ACK and NACK are fixed, longer frames have `FF FF` and two length bytes. An answer whose targets do not hold
together is refused. Source: NXP UM0701-02 (PN532 user manual) §6.2 and §7; nfcpy's and libnfc's drivers agree with it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.pn532_targets import (
    AUTO_POLL,
    LIST_TARGETS,
    Target,
    hex_of,
    targets_listed,
    targets_polled,
)

PREAMBLE: Final = b"\x00"
START: Final = b"\x00\xff"
POSTAMBLE: Final = b"\x00"
FROM_HOST: Final = 0xD4
FROM_READER: Final = 0xD5
FAULT: Final = b"\x7f"
SENDERS: Final = bytes((FROM_HOST, FROM_READER)) + FAULT
EXTENDED: Final = b"\xff\xff"
BODY_MAX: Final = 265  # the firmware's limit, TFI included

COMMANDS: Final = {
    0x00: "Diagnose",
    0x02: "GetFirmwareVersion",
    0x04: "GetGeneralStatus",
    0x06: "ReadRegister",
    0x08: "WriteRegister",
    0x0C: "ReadGPIO",
    0x0E: "WriteGPIO",
    0x10: "SetSerialBaudRate",
    0x12: "SetParameters",
    0x14: "SAMConfiguration",
    0x16: "PowerDown",
    0x32: "RFConfiguration",
    0x40: "InDataExchange",
    0x42: "InCommunicateThru",
    0x44: "InDeselect",
    0x46: "InJumpForPSL",
    0x4A: "InListPassiveTarget",
    0x4E: "InPSL",
    0x50: "InATR",
    0x52: "InRelease",
    0x54: "InSelect",
    0x56: "InJumpForDEP",
    0x58: "RFRegulationTest",
    0x60: "InAutoPoll",
}
GET_FIRMWARE_VERSION: Final = 0x02
SAM_CONFIGURATION: Final = 0x14
RF_CONFIGURATION: Final = 0x32
RELEASE: Final = 0x52
WITH_STATUS: Final = frozenset({0x16, 0x40, 0x42, 0x44, 0x46, 0x4E, 0x50, 0x52, 0x54, 0x56})
# UM0701-02 §7.1, "Error handling"; the two high bits of the status byte mean something else.
STATUS_BITS: Final = 0x3F
ERRORS: Final = {
    0x01: "timeout",
    0x02: "CRC",
    0x03: "parity",
    0x04: "bit count",
    0x05: "framing",
    0x06: "collision",
    0x07: "buffer too small",
    0x09: "RF buffer overflow",
    0x0A: "no RF field",
    0x0B: "RF protocol",
    0x0D: "overheated",
    0x0E: "internal buffer overflow",
    0x10: "bad parameter",
    0x12: "unsupported by the target",
    0x13: "data format",
    0x14: "MIFARE authentication",
    0x23: "UID check byte",
    0x25: "invalid state",
    0x26: "not allowed",
    0x27: "wrong context",
    0x29: "released",
    0x2A: "card changed",
    0x2B: "card gone",
    0x2C: "NFCID3 mismatch",
    0x2D: "over-current",
    0x2E: "NAD missing",
}


class Kind(StrEnum):
    """What a frame is."""

    COMMAND = "command"
    ANSWER = "answer"
    ACK = "ack"
    NACK = "nack"
    FAULT = "fault"  # the reader did not understand the command


@dataclass(frozen=True, slots=True)
class Pn532Frame:
    """A whole frame. `code` is the command's own code in an answer too; `uid` the card that a host asks for."""

    kind: Kind
    code: int = 0
    data: bytes = b""
    targets: tuple[Target, ...] = ()
    uid: str = ""

    @property
    def status(self) -> int | None:
        """The error code of an answer that has one: 0 is success."""
        if self.kind is Kind.ANSWER and self.code in WITH_STATUS and self.data:
            return self.data[0] & STATUS_BITS
        return None

    @property
    def firmware(self) -> str:
        """Chip and firmware version, of the answer to GetFirmwareVersion; else empty."""
        if self.kind is not Kind.ANSWER or self.code != GET_FIRMWARE_VERSION or len(self.data) < 3:
            return ""
        return f"PN5{self.data[0]:02X} {self.data[1]}.{self.data[2]}"

    def told(self) -> list[dict[str, object]]:
        """The frame as JSON objects, one for each card."""
        match self.kind:
            case Kind.ACK | Kind.FAULT:
                return [{"direction": "reader", "frame": self.kind}]
            case Kind.NACK:
                return [{"direction": "host", "frame": self.kind}]
            case Kind.COMMAND | Kind.ANSWER:
                return self._exchange()
            case _:
                assert_never(self.kind)

    def _exchange(self) -> list[dict[str, object]]:
        told: dict[str, object] = {"direction": "host" if self.kind is Kind.COMMAND else "reader", "frame": self.kind}
        told |= {"code": f"{self.code:02X}", "command": COMMANDS.get(self.code, "unknown")}
        if self.targets:
            return [told | target.told() for target in self.targets]
        if self.uid:
            told["uid"] = self.uid
        if self.status is not None:
            told["status"] = self.status
        if self.status:
            told["error"] = ERRORS.get(self.status, "unknown")
        if self.firmware:
            told["firmware"] = self.firmware
        if self.data:
            told["data"] = self.data.hex().upper()
        return [told]


ACK: Final = Pn532Frame(Kind.ACK)
NACK: Final = Pn532Frame(Kind.NACK)
FAULT_FRAME: Final = Pn532Frame(Kind.FAULT)
ACK_BYTES: Final = bytes.fromhex("0000FF00FF00")
NACK_BYTES: Final = bytes.fromhex("0000FFFF0000")
# libnfc's: `55 55` and zeros give a sleeping chip the time to wake up before the first frame.
WAKE_UP: Final = bytes.fromhex("5555") + bytes(14)


def codec() -> Frames[Pn532Frame]:
    """The cutter of both directions."""
    return Frames(_length, _parse, START[:1])


def command(code: int, data: bytes = b"") -> bytes:
    """The bytes of a command."""
    body = bytes((FROM_HOST, code)) + data
    size = len(body).to_bytes(1 if len(body) <= 0xFF else 2, "big")
    sizes = size + bytes((-sum(size) & 0xFF,))
    check = bytes((-sum(body) & 0xFF,))
    return PREAMBLE + START + (EXTENDED if len(size) > 1 else b"") + sizes + body + check + POSTAMBLE


def _length(buffer: bytearray, at: int) -> int | None:
    """Bytes of the frame that begins at `at`, from the start code to the DCS."""
    head = buffer[at : at + 8]
    if head[1:2] and head[1] != START[1]:
        return 0
    if len(head) < 4:
        return None
    size, check = head[2], head[3]
    body_at = 4
    if head[2:4] == EXTENDED:
        if len(head) < 7:
            return None
        size, check = head[4] << 8 | head[5], head[4] + head[5] + head[6]
        body_at = 7
        if check & 0xFF or not 0 < size <= BODY_MAX:
            return 0
    elif size + check == 0xFF and size in {0, 0xFF}:
        size = -1  # ACK and NACK have neither body nor DCS
    elif (size + check) & 0xFF or not size:
        return 0
    if size > 0 and head[body_at : body_at + 1] and head[body_at] not in SENDERS:
        return 0
    end = body_at + size + 1
    if len(buffer) <= at + end:
        return None
    return 0 if buffer[at + end] else end


def _parse(frame: bytes) -> Pn532Frame | None:
    """The value of `frame`, or None where its checksum or its content is wrong."""
    if len(frame) == 4:
        return NACK if frame[2] else ACK
    body = frame[7 if frame[2:4] == EXTENDED else 4 :]
    if sum(body) & 0xFF:
        return None
    body = body[:-1]
    if body == FAULT:
        return FAULT_FRAME
    if len(body) < 2:
        return None
    sender, code, data = body[0], body[1], body[2:]
    if sender == FROM_HOST and not code & 1:
        return Pn532Frame(Kind.COMMAND, code, data, uid=_wanted(data) if code == LIST_TARGETS else "")
    if sender == FROM_READER and code & 1:
        return _answer(code - 1, data)
    return None


def _answer(code: int, data: bytes) -> Pn532Frame | None:
    """The answer to command `code`, or None where the targets in it do not hold together."""
    targets: tuple[Target, ...] | None = ()
    if code == LIST_TARGETS:
        targets = targets_listed(data)
    elif code == AUTO_POLL:
        targets = targets_polled(data)
    return None if targets is None else Pn532Frame(Kind.ANSWER, code, data, targets)


def _wanted(data: bytes) -> str:
    """The UID that a host asks for, without the cascade tags `88` that the chip wants in it."""
    if data[1:2] != b"\x00":
        return ""
    match len(data) - 2:
        case 4:
            return hex_of(data[2:])
        case 8 if data[2] == 0x88:
            return hex_of(data[3:])
        case 12 if data[2] == data[6] == 0x88:
            return hex_of(data[3:6] + data[7:])
        case _:
            return ""
