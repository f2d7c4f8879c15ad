"""What may stand behind the control byte of a FEIG frame, for each side: None where a frame does not fit to the last
byte. Answers to an ISO command do not repeat it; without the command their own lengths tell them apart.
Sources: as in `feig_content`.
"""

from typing import Final

from kiosk.devices.decode.feig_content import (
    Blocks,
    Content,
    FeigTag,
    Inventory,
    IsoCommand,
    IsoError,
    Raw,
    ReaderInfo,
    SystemInformation,
    turned,
)
from kiosk.devices.decode.feig_words import STATUS_WORDS

SOFTWARE_VERSION: Final = 0x65
READER_INFO: Final = 0x66
RF_RESET: Final = 0x69
ISO: Final = 0xB0
CUSTOM: Final = 0xB1

INVENTORY: Final = 0x01
READ_BLOCKS: Final = 0x23
WRITE_BLOCKS: Final = 0x24
WRITE_AFI: Final = 0x27
SYSTEM_INFORMATION: Final = 0x2B
BLOCK_SECURITY: Final = 0x2C

ADDRESS_BITS: Final = 0x07
ADDRESSED: Final = 0x01
SELECTED: Final = 0x02
ANTENNA: Final = 0x10  # of an inventory
UID_LENGTH_GIVEN: Final = 0x10  # of the other commands
EXTENDED: Final = 0x20
MORE: Final = 0x80

OK: Final = 0x00
WRITE_ERROR: Final = 0x03
RF_WARNING: Final = 0x84
MORE_DATA: Final = 0x94
ISO_ERROR: Final = 0x95
WITH_DATA: Final = frozenset({OK, RF_WARNING, MORE_DATA})

UID_BYTES: Final = 8
UID_CLASS: Final = 0xE0
ANTENNA_BYTES: Final = 7
ISO_15693_KINDS: Final = frozenset({0x00, 0x01, 0x03})  # I-Code 1, Tag-it, ISO 15693
OTHER_WIDTHS: Final = {0x05: 9, 0x07: 19, 0x0A: 9, 0x0B: 9}
ISO_14443_A: Final = 0x04

# The bytes that host and reader send behind the control byte, the reader's with its status.
LENGTHS: Final[dict[int, tuple[frozenset[int], frozenset[int]]]] = {
    control: (frozenset(host), frozenset(reader))
    for control, host, reader in (
        (0x52, {1}, {1}),
        (0x55, {0}, {1}),
        (0x63, {0}, {1}),
        (0x64, {1}, {1}),
        (SOFTWARE_VERSION, {0}, {1, 8}),
        (READER_INFO, {1}, range(1, 512)),
        (RF_RESET, {0}, {1}),
        (0x6A, {1}, {1}),
        (0x6E, {1}, range(1, 64)),
        (0x71, {8}, {1}),
        (0x72, range(2, 64), {1}),
        (0x74, {0}, {1, 2}),
        (0x80, {1}, {1, 15, 31}),
        (0x81, {15, 31}, {1}),
        (0x82, {1}, {1}),
        (0x83, {1}, {1}),
        (0x85, {4}, {1}),
        (0x86, {0}, {1, 5}),
        (0xA0, {4}, {1}),
        (ISO, range(2, 4096), range(1, 4096)),
        (CUSTOM, range(3, 4096), range(1, 4096)),
    )
}
# What follows the mode and the UID of an ISO command.
REST_LENGTHS: Final = {
    0x02: 0,
    0x22: 2,
    READ_BLOCKS: 2,
    0x25: 0,
    0x26: 0,
    WRITE_AFI: 1,
    0x28: 0,
    0x29: 1,
    0x2A: 0,
    SYSTEM_INFORMATION: 0,
    BLOCK_SECURITY: 2,
    0xA0: 1,
    0xA1: 5,
    0xA2: 0,
    0xA3: 0,
    0xA4: 0,
}
BLOCK_COMMANDS: Final = frozenset({0x22, READ_BLOCKS, BLOCK_SECURITY})
EITHER_LENGTHS: Final = {control: host | reader for control, (host, reader) in LENGTHS.items()}
ISO_COMMANDS: Final = frozenset({INVENTORY, WRITE_BLOCKS, *REST_LENGTHS})
ISO_FIRST: Final = ISO_COMMANDS | STATUS_WORDS.keys()


def may_begin(control: int, payload: int, first: int | None) -> bool:
    """Whether `payload` bytes, the first of them `first`, may stand behind `control`; None is not known yet."""
    lengths = EITHER_LENGTHS.get(control)
    if lengths is None or payload not in lengths:
        return False
    return control != ISO or first is None or first in ISO_FIRST


def from_host(control: int, payload: bytes) -> Content | None:
    """The host's command, or None."""
    if len(payload) not in LENGTHS[control][0]:
        return None
    if control == ISO:
        return _iso_command(payload)
    if control == CUSTOM:
        return _custom_command(payload)
    return Raw(payload)


def from_reader(control: int, payload: bytes, asked: IsoCommand | None) -> Content | None:
    """The reader's answer without its status, or None. `asked` is the ISO command that it answers, if known."""
    if len(payload) not in LENGTHS[control][1] or payload[0] not in STATUS_WORDS:
        return None
    status, data = payload[0], payload[1:]
    if control in {SOFTWARE_VERSION, READER_INFO}:
        return _reader_info(control, data)
    if control not in {ISO, CUSTOM} or not data:
        return Raw(data)
    if status == ISO_ERROR:
        return IsoError(data[0]) if len(data) <= 2 else None
    if status == WRITE_ERROR:
        return Raw(data) if len(data) == 1 else None
    if status not in WITH_DATA:
        return None
    return _iso_answer(data, asked) if control == ISO else Raw(data)


def _iso_command(payload: bytes) -> IsoCommand | None:
    command, mode, rest = payload[0], payload[1], payload[2:]
    if command not in ISO_COMMANDS:
        return None
    if command == INVENTORY:
        fits = len(rest) == bool(mode & ANTENNA)
        return IsoCommand(command, mode, None, rest) if fits else None
    uid = None
    if mode & ADDRESS_BITS == ADDRESSED:
        width = UID_BYTES
        if mode & UID_LENGTH_GIVEN:
            width, rest = rest[0] if rest else 0, rest[1:]
        if not 0 < width <= len(rest):
            return None
        uid, rest = rest[:width].hex().upper(), rest[width:]
    elif mode & ADDRESS_BITS > SELECTED:
        return None
    fits = _is_rest(command, rest, is_extended=bool(mode & EXTENDED))
    return IsoCommand(command, mode, uid, rest) if fits else None


def _is_rest(command: int, rest: bytes, *, is_extended: bool) -> bool:
    """Whether `rest` is what the command wants: an extended address is a byte longer, and a bank may go before it."""
    wider = (1, 2) if is_extended and command in {*BLOCK_COMMANDS, WRITE_BLOCKS} else (0,)
    if command == WRITE_BLOCKS:
        heads = [3 + extra for extra in wider]
        return any(len(rest) >= head and len(rest) == head + rest[head - 2] * rest[head - 1] for head in heads)
    return len(rest) - REST_LENGTHS[command] in wider


def _custom_command(payload: bytes) -> IsoCommand | None:
    """`manufacturer command mode [UID] ...`; a manufacturer's code is never 0."""
    manufacturer, command, mode, rest = payload[0], payload[1], payload[2], payload[3:]
    if not manufacturer or mode & ADDRESS_BITS > SELECTED:
        return None
    if mode & ADDRESS_BITS != ADDRESSED:
        return IsoCommand(command, mode, None, rest)
    if len(rest) < UID_BYTES:
        return None
    return IsoCommand(command, mode, rest[:UID_BYTES].hex().upper(), rest[UID_BYTES:])


def _reader_info(control: int, data: bytes) -> Content:
    is_full = len(data) == (7 if control == SOFTWARE_VERSION else 11)
    return ReaderInfo(data[4], f"{data[0]}.{data[1]:02}") if is_full else Raw(data)


def _iso_answer(data: bytes, asked: IsoCommand | None) -> Content:
    """By the command that it answers; if that is not known, or it is another's answer after all, by its lengths."""
    found: Content | None = None
    if asked is not None and asked.command == INVENTORY and asked.mode & ANTENNA:
        found = _inventory_with_antennas(data)
    elif asked is not None and asked.command == SYSTEM_INFORMATION:
        found = _system(data)
    elif asked is not None and asked.command == READ_BLOCKS:
        found = _blocks(data)
    by_lengths = found or _inventory(data) or _inventory_with_antennas(data) or _system(data) or _blocks(data)
    return by_lengths or Raw(data)


def _inventory(data: bytes) -> Inventory | None:
    tags, at, size = [], 1, len(data)
    for _ in range(data[0]):
        width = _width(data, at)
        if width is None or at + 1 + width > size:
            return None
        kind = data[at]
        if kind in ISO_15693_KINDS:
            tags.append(FeigTag(kind, data[at + 2 : at + 2 + UID_BYTES].hex().upper(), data[at + 1]))
        else:
            tags.append(FeigTag(kind))
        at += 1 + width
    return Inventory(tuple(tags)) if at == size else None


def _width(data: bytes, at: int) -> int | None:
    """The bytes behind the type of the tag that begins at `at`; None if that type is not known."""
    kind = data[at] if at + 2 < len(data) else -1
    if kind in ISO_15693_KINDS:
        return 1 + UID_BYTES
    if kind == ISO_14443_A:
        return 12 if data[at + 1] & 0x04 else 9
    if kind >= 0x80:  # UHF: what identifies it, how long that is
        return 2 + data[at + 2]
    return OTHER_WIDTHS.get(kind)


def _inventory_with_antennas(data: bytes) -> Inventory | None:
    tags, at = [], 1
    for _ in range(data[0]):
        found = _tag_with_antennas(data, at)
        if found is None:
            return None
        tag, at = found
        tags.append(tag)
    return Inventory(tuple(tags)) if at == len(data) else None


def _tag_with_antennas(data: bytes, at: int) -> tuple[FeigTag, int] | None:
    """`flags [type DSFID length UID] [antennas {number status RSSI reserved(4)}]`, and where the next begins. Flag bit
    0: the tag was identified; bit 4: where it was seen follows, without a count if it was not identified.
    """
    flags = data[at] if at < len(data) else 0xFF
    if flags & ~0x11:
        return None
    at += 1
    kind = dsfid = uid = None
    if flags & 0x01:
        if len(data) - at < 3 + UID_BYTES or data[at] not in ISO_15693_KINDS or data[at + 2] != UID_BYTES:
            return None
        kind, dsfid, uid = data[at], data[at + 1], data[at + 3 : at + 3 + UID_BYTES].hex().upper()
        at += 3 + UID_BYTES
    if not flags & 0x10:
        return FeigTag(kind, uid, dsfid), at
    count = 1
    if flags & 0x01:
        count, at = data[at] if at < len(data) else 0xFF, at + 1
    end = at + count * ANTENNA_BYTES
    if end > len(data):
        return None
    where, rssi = (data[at], data[at + 2]) if count else (None, None)
    return FeigTag(kind, uid, dsfid, where, rssi), end


def _system(data: bytes) -> SystemInformation | None:
    """`DSFID UID AFI block-size blocks ICref`, size and blocks one less, as FEIG's library reads them."""
    if len(data) not in {13, 14} or data[1] != UID_CLASS:
        return None
    blocks = int.from_bytes(data[11:-1], "big") + 1
    return SystemInformation(data[1:9].hex().upper(), data[0], data[9], blocks, (data[10] & 0x1F) + 1)


def _blocks(data: bytes) -> Blocks | None:
    if len(data) < 2 or not data[0] or not data[1] or len(data) != 2 + data[0] * (data[1] + 1):
        return None
    count, size = data[0], data[1]
    pieces = [data[2 + at * (size + 1) : 2 + (at + 1) * (size + 1)] for at in range(count)]
    return Blocks(size, turned(b"".join(piece[1:] for piece in pieces), size), bytes(piece[0] for piece in pieces))
