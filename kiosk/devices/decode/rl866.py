"""RL866, the HF pad of Shenzhen's library furniture: ISO 15693 tags by UID, their memory and their AFI.

`FA | LEN | node | PCB | INF | CRC`, LEN without the FA, CRC-16/8408 from LEN on, low byte first, words little-endian.
An S-block (C0 asks, E0 answers) puts both sides' sequence to 0; an I-block carries `command parameters` from the host
and `command status(2) parameters` from the reader. The host speaks to node FF and the reader answers as its own node.
Where a host names another node the layouts tell: the reader's is tried first, an error has a status and nothing else,
and what fits neither is refused. UIDs travel least significant byte first.
Source: Hypernova-Oy/lainuri, RL866/*.py with the vendor's field descriptions, and the captures in its tests.
"""

from collections.abc import Callable
from typing import Final

from kiosk.devices.decode.checksums import crc_8408
from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.rl866_content import (
    UID_BYTES,
    AccessRequest,
    AccessResult,
    ConnectRequest,
    Content,
    Handle,
    Inventory,
    InventoryRequest,
    Operation,
    Raw,
    Report,
    Result,
    Rl866Frame,
    uid_of,
)
from kiosk.devices.decode.turns import Side

START: Final = 0xFA
BROADCAST: Final = 0xFF
RESYNC_ASK: Final = 0xC0
RESYNC_ANSWER: Final = 0xE0
SEQUENCE_BIT: Final = 6
CHAINED: Final = 0x20
NOT_OF_I_BLOCK: Final = 0x9F
S_BLOCK_LEN: Final = 5

INVENTORY: Final = 0x31
CONNECT: Final = 0x32
DISCONNECT: Final = 0x33
ACCESS: Final = 0x34
READ_BLOCKS: Final = 0x0003
WRITE_BLOCKS: Final = 0x0004
WRITE_AFI: Final = 0x0006

ISO_15693: Final = 1
PROTOCOLS_WITH_UID: Final = frozenset({None, ISO_15693, 12})  # 12: ICODE SLI
ADDRESSED: Final = 1
ALL_HANDLES: Final = 0
GO_ON: Final = 0x08


def codec() -> Frames[Rl866Frame]:
    """A codec that reads both directions."""
    return Frames(_length, _parse, heads=bytes((START,)))


def resync(node: int = BROADCAST) -> bytes:
    """Put the sequence of both sides to 0; at the start, and after every answer that did not come."""
    return _frame(RESYNC_ASK, b"", node)


def inventory(sequence: int, flags: int = 0) -> bytes:
    """Ask for tags; with `GO_ON` for those that the last answer had no room for."""
    return _command(sequence, INVENTORY, bytes((flags,)))


def connect(sequence: int, uid: str, antenna: int, tag_type: int, protocol: int = ISO_15693) -> bytes:
    """Open one tag by its UID."""
    mode = bytes((ADDRESSED,)) + bytes.fromhex(uid)[::-1]
    return _command(sequence, CONNECT, bytes((antenna, protocol, tag_type, len(mode))) + mode)


def disconnect(sequence: int, handle: int) -> bytes:
    """Close one tag, or with `ALL_HANDLES` all that are open."""
    return _command(sequence, DISCONNECT, bytes((handle,)))


def access(sequence: int, handle: int, code: int, parameters: bytes = b"") -> bytes:
    """Do one thing with an open tag; up to 125 bytes of parameters."""
    operation = bytes((len(parameters) + 2,)) + code.to_bytes(2, "little") + parameters
    return _command(sequence, ACCESS, bytes((handle,)) + operation)


def _command(sequence: int, command: int, parameters: bytes) -> bytes:
    return _frame(sequence << SEQUENCE_BIT, bytes((command,)) + parameters, BROADCAST)


def _frame(pcb: int, information: bytes, node: int) -> bytes:
    body = bytes((S_BLOCK_LEN + len(information), node, pcb)) + information
    return bytes((START,)) + body + crc_8408(body).to_bytes(2, "little")


def _length(buffer: bytearray, at: int) -> int | None:
    if len(buffer) - at < 2:
        return None
    length = buffer[at + 1]
    if length < S_BLOCK_LEN:
        return 0
    if len(buffer) - at < 4:
        return None
    is_s_block = buffer[at + 3] in {RESYNC_ASK, RESYNC_ANSWER}
    is_i_block = not buffer[at + 3] & NOT_OF_I_BLOCK
    fits = (is_s_block and length == S_BLOCK_LEN) or (is_i_block and length > S_BLOCK_LEN)
    return length + 1 if fits else 0


def _parse(frame: bytes) -> Rl866Frame | None:
    body, check = frame[1:-2], frame[-2:]
    if crc_8408(body) != int.from_bytes(check, "little"):
        return None
    node, pcb, information = body[1], body[2], body[3:]
    if pcb == RESYNC_ASK:
        return Rl866Frame(Side.HOST, node)
    if pcb == RESYNC_ANSWER:
        return Rl866Frame(Side.READER, node)
    sequence = pcb >> SEQUENCE_BIT & 1
    if node != BROADCAST:
        answer = _answer(information, is_chained=bool(pcb & CHAINED))
        if answer is not None:
            status, content = answer
            return Rl866Frame(Side.READER, node, sequence, information[0], status, content)
    request = _request(information, is_certain=node == BROADCAST)
    return None if request is None else Rl866Frame(Side.HOST, node, sequence, information[0], None, request)


def _answer(information: bytes, *, is_chained: bool) -> tuple[int, Content] | None:
    """Status and content as the reader lays them out, or None."""
    if len(information) < 3:
        return None
    status, parameters = int.from_bytes(information[1:3], "little"), information[3:]
    layout = ANSWERS.get(information[0])
    if is_chained or layout is None or (status and not parameters):
        return status, Raw(parameters)
    content = _laid_out(layout, parameters)
    return None if content is None else (status, content)


def _request(information: bytes, *, is_certain: bool) -> Content | None:
    """The content as the host lays it out; raw where only the node says that it is the host's."""
    layout = REQUESTS.get(information[0])
    content = None if layout is None else _laid_out(layout, information[1:])
    return Raw(information[1:]) if content is None and (is_certain or layout is None) else content


class _Short(Exception):
    """The parameters are shorter than their fields."""


class _Fields:
    """Takes one field after another."""

    def __init__(self, data: bytes) -> None:
        self.left = data

    def take(self, count: int) -> bytes:
        if count > len(self.left):
            raise _Short
        taken, self.left = self.left[:count], self.left[count:]
        return taken

    def number(self, count: int = 1) -> int:
        return int.from_bytes(self.take(count), "little")

    def extensible(self) -> int:
        """A number of seven bits a byte, most significant first; bit 7 says that another byte follows."""
        first = self.number()
        return first if first < 0x80 else (first & 0x7F) << 7 | self.number()


Layout = Callable[[_Fields], Content | None]


def _laid_out(layout: Layout, parameters: bytes) -> Content | None:
    """What `parameters` say, if they fit `layout` to the last byte."""
    fields = _Fields(parameters)
    try:
        content = layout(fields)
    except _Short:
        return None
    return None if fields.left else content


def _inventory(fields: _Fields) -> Content:
    stop, buffered, count = fields.number(), fields.number(2), fields.number()
    return Inventory(bool(stop), buffered, tuple(_report(fields) for _ in range(count)))


def _report(fields: _Fields) -> Report:
    flags = fields.number()
    antenna, protocol, tag_type = (fields.number() if flags >> bit & 1 else None for bit in range(3))
    serial = fields.take(fields.number()) if flags & 0x08 else b""
    if flags & 0x10:
        fields.take((fields.number(2) + 7) // 8)  # memory of the tag, its length in bits
    if flags & 0x80:
        fields.take(fields.extensible())  # results of embedded commands
    has_uid = protocol in PROTOCOLS_WITH_UID and len(serial) in {UID_BYTES, UID_BYTES + 1}
    return Report(uid_of(serial[:UID_BYTES]) if has_uid else None, antenna, protocol, tag_type)


def _inventory_request(fields: _Fields) -> Content:
    flags = fields.number()
    if flags & 0x01:
        fields.take((fields.number() + 7) // 8)  # the antennas, a bit each
    if flags & 0x02:
        for _ in range(fields.number()):
            fields.take(2)
            fields.take(fields.extensible())
    if flags & 0x04:
        fields.take(7)  # when to stop
    return InventoryRequest(flags)


def _connect_request(fields: _Fields) -> Content:
    antenna, protocol, tag_type = fields.number(), fields.number(), fields.number()
    mode = fields.take(fields.number())
    is_addressed = protocol in PROTOCOLS_WITH_UID and len(mode) == 1 + UID_BYTES
    return ConnectRequest(antenna, protocol, tag_type, uid_of(mode[1:]) if is_addressed else None)


def _handle(fields: _Fields) -> Content:
    return Handle(fields.number())


def _nothing(_: _Fields) -> Content:
    return Raw()


def _access_request(fields: _Fields) -> Content | None:
    handle = fields.number()
    for length in (_Fields.extensible, _Fields.number):
        parts = _parts(fields.left, length, least=2)
        if parts is not None:
            fields.left = b""
            return AccessRequest(handle, tuple(Operation(_code(part), part[2:]) for part in parts))
    return None


def _access_result(fields: _Fields) -> Content | None:
    for length in (_Fields.extensible, _Fields.number):
        parts = _parts(fields.left, length, least=3)
        if parts is not None and all(part[2] == 1 or (part[2] == 0 and len(part) == 5) for part in parts):
            fields.left = b""
            return AccessResult(tuple(_result(part) for part in parts))
    return None


def _parts(data: bytes, length: Callable[[_Fields], int], least: int) -> list[bytes] | None:
    """`data` cut into pieces of `least` bytes or more, a length before each. The vendor says that lengths are
    extensible, lainuri takes them for plain bytes; above 127 only one of both fits.
    """
    fields, parts = _Fields(data), []
    while fields.left:
        try:
            parts.append(fields.take(length(fields)))
        except _Short:
            return None
    return parts if parts and all(len(part) >= least for part in parts) else None


def _code(part: bytes) -> int:
    return int.from_bytes(part[:2], "little")


def _result(part: bytes) -> Result:
    is_error = part[2] == 0
    return Result(_code(part), b"" if is_error else part[3:], _code(part[3:]) if is_error else None)


ANSWERS: Final[dict[int, Layout]] = {
    INVENTORY: _inventory,
    CONNECT: _handle,
    DISCONNECT: _nothing,
    ACCESS: _access_result,
}
REQUESTS: Final[dict[int, Layout]] = {
    INVENTORY: _inventory_request,
    CONNECT: _connect_request,
    DISCONNECT: _handle,
    ACCESS: _access_request,
}
