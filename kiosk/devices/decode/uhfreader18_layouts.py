"""The layouts of UHFReader18 and UHFReader288 frames: what stands behind a command from the host, or its answer.

Sources: wabson/chafon-rfid; the "UHF RFID Reader UHFReader18 User's Manual V2.0" and the UR-series manual, whose masks
behind the password may be left out.
"""

from collections.abc import Collection
from typing import Final

from kiosk.devices.decode.uhfreader18_words import (
    HEARTBEAT,
    OK,
    SETTING_STATUSES,
    STATUSES,
    TAG_ERROR,
    UNKNOWN_COMMAND,
    Cmd,
)

AROUND: Final = 5  # length, address, command and two bytes of CRC
ENUM_WORDS_MAX: Final = 15
ENUM_IS_MASK: Final = 0xFF
SESSIONS: Final = frozenset((0, 1, 2, 3, 0xFF))
# What stands around the EPC in a command for one tag: its length, what to do, the password.
AROUND_EPC: Final = {
    Cmd.READ: 8,
    Cmd.WRITE: 8,
    Cmd.BLOCK_WRITE: 8,
    Cmd.ERASE: 8,
    Cmd.PROTECT: 7,
    Cmd.SET_EAS: 6,
    Cmd.KILL: 5,
    Cmd.HIDE: 5,
}
ACCESS: Final = frozenset((*AROUND_EPC, Cmd.WRITE_EPC))
INVENTORIES: Final = frozenset((Cmd.INVENTORY, Cmd.INVENTORY_OF_ONE))
ANY_TAG: Final = frozenset((Cmd.HIDE_ANY, Cmd.SHOW, Cmd.CHECK_HIDDEN, Cmd.CHECK_EAS))
TAG_COMMANDS: Final = ACCESS | INVENTORIES | ANY_TAG | {Cmd.REPORT}


def fits_host(command: Cmd, data: bytes) -> bool:
    """Whether the host's command of that number can carry `data`."""
    if command in ACCESS:
        return _is_access(command, data)
    return _is_inventory(data) if command is Cmd.INVENTORY else len(data) in _HOST_SIZES[command]


def _is_inventory(data: bytes) -> bool:
    """Nothing, or where to read TIDs; from the 288 family `Q session [mask] [TID] [target antenna time]`.

    The mask is `bank start(2) bits data`; one byte more than that is let pass, as a published default has it.
    """
    size = len(data)
    if size in {0, 2}:
        return True
    if size < 4 or data[1] not in SESSIONS:
        return False
    if size == 4:
        return True
    has_end = data[-3] < 2 and data[-2] >> 4 == 8
    if size in {5, 7}:
        return has_end
    return has_end and size > 8 and data[2] < 4 and size - 9 - (data[5] + 7) // 8 in {0, 1, 2}


def _is_access(command: Cmd, data: bytes) -> bool:
    """`[words] ENum EPC ...`, ENum the length of the EPC in words, or FF with a mask behind the password."""
    size = len(data)
    if size < min(AROUND_EPC.values()):
        return False
    if command is Cmd.WRITE_EPC:
        return size == 5 + 2 * data[0]
    is_write = command in {Cmd.WRITE, Cmd.BLOCK_WRITE}
    enum = data[is_write]
    rest = AROUND_EPC[command] + is_write * (2 * data[0])
    if enum == ENUM_IS_MASK:
        return size >= rest + 4
    return enum <= ENUM_WORDS_MAX and size - rest - 2 * enum in {0, 2}


def fits_reader(command: Cmd, data: bytes) -> bool:
    """A status, and what the answer of that command carries where it is a success."""
    size = len(data)
    if command is Cmd.UNKNOWN:
        return data == bytes((UNKNOWN_COMMAND,))
    if not size or data[0] not in (STATUSES if command in TAG_COMMANDS else SETTING_STATUSES):
        return False
    if command is Cmd.REPORT:
        is_tag = data[0] == OK and size > 3 and size == 4 + data[2] and not data[2] & 1
        return is_tag or (data[0] == HEARTBEAT and size == 17)
    if data[0] == TAG_ERROR and command in ACCESS | ANY_TAG:
        return size <= 2
    if data[0] == OK and command is Cmd.READ:
        return size > 2 and size & 1 == 1
    return size in (_SUCCESS_SIZES.get(command, _STATUS_ALONE) if data[0] == OK else _STATUS_ALONE)


_STATUS_ALONE: Final = frozenset((1,))
# How many bytes of data the host's commands have, and the answers in which more than the status stands.
_HOST_SIZES: Final[dict[Cmd, frozenset[int]]] = {
    Cmd.UNKNOWN: frozenset(),
    Cmd.CHECK_EAS: frozenset((0,)),
    Cmd.HIDE_ANY: frozenset((4,)),
    Cmd.SHOW: frozenset((4,)),
    Cmd.CHECK_HIDDEN: frozenset((0,)),
    Cmd.INVENTORY_OF_ONE: frozenset((0,)),
    Cmd.GET_INFO: frozenset((0,)),
    Cmd.SET_REGION: frozenset((2,)),
    Cmd.SET_ADDRESS: frozenset((1,)),
    Cmd.SET_SCAN_TIME: frozenset((1,)),
    Cmd.SET_BAUD: frozenset((1,)),
    Cmd.SET_POWER: frozenset((1,)),
    Cmd.SIGNAL: frozenset((3,)),
    Cmd.SET_WORK_MODE: frozenset((1, 6)),
    Cmd.SET_BUZZER: frozenset((1,)),
    Cmd.SET_WORK_MODE_288: frozenset((0, 1)),
    Cmd.REPORT: frozenset(),
}
_SUCCESS_SIZES: Final[dict[Cmd, frozenset[int]]] = {
    Cmd.CHECK_HIDDEN: frozenset((2,)),
    Cmd.GET_INFO: frozenset((9, 13)),
    Cmd.SET_WORK_MODE: frozenset((1, 2, 7)),
    Cmd.SET_WORK_MODE_288: frozenset((1, 2)),
}
_ANY_LENGTH: Final = range(AROUND, 257)
# How long whole frames of a command can be.
LENGTHS: Final[dict[int, Collection[int]]] = {
    int(command): _ANY_LENGTH
    if command in TAG_COMMANDS - ANY_TAG
    else frozenset(AROUND + size for size in _HOST_SIZES[command] | _SUCCESS_SIZES.get(command, frozenset()) | {1})
    for command in Cmd
}
