"""The commands, statuses and tag errors of UHFReader18 and UHFReader288 readers, in words.

Sources: wabson/chafon-rfid, command.py; the "UHF RFID Reader UHFReader18 User's Manual V2.0" and the UR-series manual.
"""

from enum import IntEnum
from typing import Final


class Cmd(IntEnum):
    """The number of a command, which its answer repeats. An active reader sends REPORT without being asked; to a
    command that it does not know a reader answers UNKNOWN.
    """

    UNKNOWN = 0x00
    INVENTORY = 0x01
    READ = 0x02
    WRITE = 0x03
    WRITE_EPC = 0x04
    KILL = 0x05
    PROTECT = 0x06
    ERASE = 0x07
    HIDE = 0x08
    HIDE_ANY = 0x09
    SHOW = 0x0A
    CHECK_HIDDEN = 0x0B
    SET_EAS = 0x0C
    CHECK_EAS = 0x0D
    INVENTORY_OF_ONE = 0x0F
    BLOCK_WRITE = 0x10
    GET_INFO = 0x21
    SET_REGION = 0x22
    SET_ADDRESS = 0x24
    SET_SCAN_TIME = 0x25
    SET_BAUD = 0x28
    SET_POWER = 0x2F
    SIGNAL = 0x33
    SET_WORK_MODE = 0x35
    SET_BUZZER = 0x40
    SET_WORK_MODE_288 = 0x76
    REPORT = 0xEE

    @property
    def words(self) -> str:
        """The command's name for people."""
        return self.name.lower().replace("_", " ")


OK: Final = 0x00
MORE_FOLLOWS: Final = 0x03
HEARTBEAT: Final = 0x28
POOR_CONTACT: Final = 0xFA
NO_TAG: Final = 0xFB
TAG_ERROR: Final = 0xFC
UNKNOWN_COMMAND: Final = 0xFE
STATUSES: Final = {
    OK: "success",
    0x01: "inventory finished",
    0x02: "inventory ended by time",
    MORE_FOLLOWS: "more frames follow",
    0x04: "the reader's memory is full",
    0x05: "wrong access password",
    0x09: "wrong kill password",
    0x0A: "the kill password cannot be zero",
    0x0B: "the tag does not know the command",
    0x0C: "the access password cannot be zero",
    0x0D: "the tag is protected already",
    0x0E: "the tag is not protected",
    0x10: "some bytes are locked",
    0x11: "cannot be locked",
    0x12: "is locked already",
    0x13: "not saved, holds until the power goes",
    0x14: "cannot be set",
    0x19: "not supported, or the access password cannot be zero",
    HEARTBEAT: "no tag, heartbeat",
    0xF8: "antenna error",
    0xF9: "the command failed",
    POOR_CONTACT: "a tag is there, but poor contact",
    NO_TAG: "no tag",
    TAG_ERROR: "the tag reports an error",
    0xFD: "wrong length of command",
    UNKNOWN_COMMAND: "unknown command",
    0xFF: "invalid parameter",
}
PAST_THE_END: Final = 0x03
TAG_ERRORS: Final = {
    0x00: "other error",
    PAST_THE_END: "no such memory",
    0x04: "memory is locked",
    0x0B: "too little power",
    0x0F: "error without a reason",
}
# An inventory that found something, or could have.
INVENTORY_STATUSES: Final = frozenset((0x01, 0x02, MORE_FOLLOWS, 0x04))
# What can come back when the reader itself was told something.
SETTING_STATUSES: Final = frozenset((OK, 0x13, 0x14, *range(0xF8, 0x100)))
# The reader's type as it says itself (chafon-rfid, base.py): 09 is UHFReader18, the others answer as UHFReader288.
TYPE_18: Final = 0x09
TYPES: Final = {TYPE_18: "UHFReader18", 0x0C: "UHFReader288M", 0x0F: "UHFReader86", 0x10: "UHFReader86"}
BANDS: Final = {1: "China 920", 2: "US", 3: "Korea", 4: "EU", 8: "China 840"}
