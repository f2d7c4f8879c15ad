"""The commands and the error codes of R2000 readers, in words.

Sources: the enums of hex-in/pyImpinj and the vendors' "UHF RFID Reader Serial Interface Protocol", V2.2 and V3.7.
"""

from enum import IntEnum
from typing import Final


class Cmd(IntEnum):
    """The number of a command, which its answer repeats."""

    GET_GPIO = 0x60
    SET_GPIO = 0x61
    SET_ANTENNA_DETECTOR = 0x62
    GET_ANTENNA_DETECTOR = 0x63
    SET_TEMPORARY_POWER = 0x66
    SET_IDENTIFIER = 0x67
    GET_IDENTIFIER = 0x68
    SET_RF_PROFILE = 0x69
    GET_RF_PROFILE = 0x6A
    RESET = 0x70
    SET_BAUD = 0x71
    GET_FIRMWARE = 0x72
    SET_ADDRESS = 0x73
    SET_ANTENNA = 0x74
    GET_ANTENNA = 0x75
    SET_POWER = 0x76
    GET_POWER = 0x77
    SET_REGION = 0x78
    GET_REGION = 0x79
    SET_BEEPER = 0x7A
    GET_TEMPERATURE = 0x7B
    GET_RETURN_LOSS = 0x7E
    INVENTORY = 0x80
    READ = 0x81
    WRITE = 0x82
    LOCK = 0x83
    KILL = 0x84
    SET_MATCH = 0x85
    GET_MATCH = 0x86
    REAL_TIME_INVENTORY = 0x89
    FAST_SWITCH_INVENTORY = 0x8A
    SESSION_INVENTORY = 0x8B
    SET_FAST_TID = 0x8C
    SAVE_FAST_TID = 0x8D
    GET_FAST_TID = 0x8E
    GET_BUFFER = 0x90
    GET_AND_RESET_BUFFER = 0x91
    COUNT_BUFFER = 0x92
    RESET_BUFFER = 0x93
    BLOCK_WRITE = 0x94

    @property
    def words(self) -> str:
        """The command's name for people."""
        return self.name.lower().replace("_", " ")


SUCCESS: Final = 0x10
NO_TAG: Final = 0x36
POWER_OUT_OF_RANGE: Final = 0x48
CODES: Final = {
    SUCCESS: "success",
    0x11: "failed",
    0x20: "the reader's processor was reset",
    0x21: "the carrier wave cannot be switched on",
    0x22: "the antenna is missing",
    0x23: "the flash cannot be written",
    0x24: "the flash cannot be read",
    0x25: "the output power cannot be set",
    0x31: "inventory failed",
    0x32: "reading the tag failed",
    0x33: "writing the tag failed",
    0x34: "locking the tag failed",
    0x35: "killing the tag failed",
    NO_TAG: "no tag",
    0x37: "the tag was seen, but access failed",
    0x38: "the buffer is empty",
    0x3C: "the NXP command failed",
    0x40: "access refused, or wrong password",
    0x41: "invalid parameter",
    0x42: "too many words",
    0x43: "memory bank out of range",
    0x44: "lock area out of range",
    0x45: "lock action out of range",
    0x46: "invalid reader address",
    0x47: "antenna number out of range",
    POWER_OUT_OF_RANGE: "output power out of range",
    0x49: "region out of range",
    0x4A: "baud rate out of range",
    0x4B: "beeper mode out of range",
    0x4C: "EPC to match too long",
    0x4D: "EPC to match of wrong length",
    0x4E: "invalid EPC match mode",
    0x4F: "invalid frequency range",
    0x50: "the tag gave no RN16",
    0x51: "invalid DRM mode",
    0x52: "the PLL does not lock",
    0x53: "the radio chip does not respond",
    0x54: "the output power is not reached",
    0x55: "the firmware is not genuine",
    0x56: "against the spectrum rules",
    0x57: "the output power is too low",
    0xEE: "the return loss cannot be measured",
}
# The reader itself is not well, whatever was asked of it.
READER_FAULTS: Final = frozenset((*range(0x20, 0x26), *range(0x51, 0x58)))
REGIONS: Final = {1: "FCC", 2: "ETSI", 3: "CHN", 4: "user"}
