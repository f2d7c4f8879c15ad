"""The layouts of R2000 frames: what can stand behind a command from the host, and what in the answer to it.

A tag fits only when the length in its PC word fits the frame. Sources: hex-in/pyImpinj, and the vendors' "UHF RFID
Reader Serial Interface Protocol", V2.2 and V3.7.
"""

from collections.abc import Callable
from typing import Final

from kiosk.devices.decode.r2000_words import CODES, REGIONS, SUCCESS, Cmd

POWER_DBM_MAX: Final = 33
NO_ANTENNA: Final = 0xFF

Layout = Callable[[bytes], bool]


def epc_bytes(data: bytes, at: int) -> int:
    """The bytes of the EPC behind the PC word at `at`."""
    return (data[at] >> 3) * 2


def _size(*sizes: int) -> Layout:
    allowed = frozenset(sizes)
    return lambda data: len(data) in allowed


def _byte(values: range) -> Layout:
    return lambda data: len(data) == 1 and data[0] in values


def _is_code(data: bytes) -> bool:
    return len(data) == 1 and data[0] in CODES


def _or_code(layout: Layout) -> Layout:
    return lambda data: layout(data) or _is_code(data)


def is_end_of_round(data: bytes) -> bool:
    return len(data) == 7


def _is_round(data: bytes) -> bool:
    """A tag (`FreqAnt PC EPC RSSI`, with two bytes of phase where that is switched on), the end of a round, a code, or
    the antenna that is missing with a code.
    """
    size = len(data)
    if size > 3 and size - 4 - epc_bytes(data, 1) in {0, 2}:
        return True
    return is_end_of_round(data) or _is_code(data) or (size == 2 and data[1] in CODES)


def _is_buffered(data: bytes) -> bool:
    """`count(2) length PC EPC CRC RSSI FreqAnt seen`, the length over PC, EPC and CRC."""
    size = len(data)
    return size > 9 and data[2] == size - 6 == epc_bytes(data, 3) + 4


def _is_accessed(data: bytes) -> bool:
    """As from the buffer, with the code or the length of what was read in place of the RSSI."""
    size = len(data)
    return size > 9 and data[2] == size - 6 == epc_bytes(data, 3) + 4 and data[-3] in CODES


def _is_read(data: bytes) -> bool:
    """What was read stands behind the CRC, and its length, in bytes or in words, in place of the RSSI."""
    size = len(data)
    if size < 10 or data[2] != size - 6:
        return False
    return data[2] - 4 - epc_bytes(data, 3) in {data[-3], 2 * data[-3]}


def _is_fast_switch(data: bytes) -> bool:
    """An antenna and its turns, four or eight times, and what follows: FF stands for no antenna."""
    antennas = data[0 : 8 if len(data) == 10 else 16 : 2]
    return len(data) in {10, 18, 29} and all(antenna < 16 or antenna == NO_ANTENNA for antenna in antennas)


def _is_write(data: bytes) -> bool:
    """`password(4) bank start words data`."""
    return len(data) > 8 and len(data) == 7 + 2 * data[6]


def _is_power(data: bytes) -> bool:
    return len(data) in {1, 4, 8} and max(data) <= POWER_DBM_MAX


def _is_region(data: bytes) -> bool:
    """The region alone, with first and last frequency, or the user's with spacing, number and start."""
    return len(data) in {1, 3, 6} and data[0] in REGIONS


def _is_match(data: bytes) -> bool:
    return data == b"\x01" or (len(data) > 2 and data[0] == 0 and data[1] == len(data) - 2)


_NOTHING: Final = _size(0)
_ANY_BYTE: Final = _size(1)
_ACCESSED: Final = _or_code(_is_accessed)
_BUFFERED: Final = _or_code(_is_buffered)
# What the host sends, and what the reader answers.
LAYOUTS: Final[dict[Cmd, tuple[Layout, Layout]]] = {
    Cmd.GET_GPIO: (_NOTHING, _or_code(_size(2))),
    Cmd.SET_GPIO: (_size(2), _is_code),
    Cmd.SET_ANTENNA_DETECTOR: (_ANY_BYTE, _is_code),
    Cmd.GET_ANTENNA_DETECTOR: (_NOTHING, _ANY_BYTE),
    Cmd.SET_TEMPORARY_POWER: (_byte(range(POWER_DBM_MAX + 1)), _is_code),
    Cmd.SET_IDENTIFIER: (_size(12), _is_code),
    Cmd.GET_IDENTIFIER: (_NOTHING, _or_code(_size(12))),
    Cmd.SET_RF_PROFILE: (_byte(range(0xD0, 0xD4)), _is_code),
    Cmd.GET_RF_PROFILE: (_NOTHING, _ANY_BYTE),
    Cmd.RESET: (_NOTHING, _is_code),
    Cmd.SET_BAUD: (_byte(range(3, 5)), _or_code(_byte(range(3, 5)))),
    Cmd.GET_FIRMWARE: (_NOTHING, _or_code(_size(2, 3, 4))),
    Cmd.SET_ADDRESS: (_ANY_BYTE, _is_code),
    Cmd.SET_ANTENNA: (_byte(range(SUCCESS)), _is_code),
    Cmd.GET_ANTENNA: (_NOTHING, _ANY_BYTE),
    Cmd.SET_POWER: (_is_power, _is_code),
    Cmd.GET_POWER: (_NOTHING, _or_code(_is_power)),
    Cmd.SET_REGION: (_is_region, _is_code),
    Cmd.GET_REGION: (_NOTHING, _or_code(_is_region)),
    Cmd.SET_BEEPER: (_byte(range(3)), _is_code),
    Cmd.GET_TEMPERATURE: (_NOTHING, _or_code(_size(2))),
    Cmd.GET_RETURN_LOSS: (_ANY_BYTE, _ANY_BYTE),
    Cmd.INVENTORY: (_ANY_BYTE, _or_code(_size(9))),
    Cmd.READ: (_size(3, 7), _or_code(_is_read)),
    Cmd.WRITE: (_is_write, _ACCESSED),
    Cmd.LOCK: (_size(6), _ACCESSED),
    Cmd.KILL: (_size(4), _ACCESSED),
    Cmd.SET_MATCH: (_is_match, _is_code),
    Cmd.GET_MATCH: (_NOTHING, _or_code(_is_match)),
    Cmd.REAL_TIME_INVENTORY: (_ANY_BYTE, _is_round),
    Cmd.FAST_SWITCH_INVENTORY: (_is_fast_switch, _is_round),
    Cmd.SESSION_INVENTORY: (_size(3, 4, 5), _is_round),
    Cmd.SET_FAST_TID: (_ANY_BYTE, _is_code),
    Cmd.SAVE_FAST_TID: (_ANY_BYTE, _is_code),
    Cmd.GET_FAST_TID: (_NOTHING, _ANY_BYTE),
    Cmd.GET_BUFFER: (_NOTHING, _BUFFERED),
    Cmd.GET_AND_RESET_BUFFER: (_NOTHING, _BUFFERED),
    Cmd.COUNT_BUFFER: (_NOTHING, _or_code(_size(2))),
    Cmd.RESET_BUFFER: (_NOTHING, _is_code),
    Cmd.BLOCK_WRITE: (_is_write, _ACCESSED),
}
