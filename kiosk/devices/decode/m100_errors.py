"""What the error codes of the M100 family mean, in plain words. Source: R200 user protocol V2.3.3, error table."""

from typing import Final

NO_TAG: Final = frozenset({0x09, 0x10, 0x12, 0x13, 0x14, 0x15})
BUSY: Final = 0x20
READ_OVERRUN: Final = 0xA3
WORDS: Final = {
    0x09: "read: no tag answered",
    0x0E: "a parameter is wrong",
    0x10: "write: no tag answered",
    0x12: "kill: no tag answered",
    0x13: "lock: no tag answered",
    0x14: "block permalock: no tag answered",
    0x15: "no tag answered, or with a wrong CRC",
    0x16: "the access password is wrong",
    0x17: "the command is wrong",
    0x1A: "NXP change config: no tag answered",
    0x1B: "NXP change EAS: no tag answered",
    0x1C: "NXP command: no tag answered",
    0x1D: "NXP EAS alarm: no tag answered",
    BUSY: "every channel is busy",
    0x2A: "NXP read protect: no tag answered",
    0x2B: "NXP reset read protect: no tag answered",
    0x2E: "QT: no tag answered",
}
# The high half says what was being done, the low half is the tag's own Gen2 error code.
DOINGS: Final = {0xA: "read", 0xB: "write", 0xC: "lock", 0xD: "kill", 0xE: "custom command"}
TAG_WORDS: Final = {
    0x0: "the tag reports an error",
    0x3: "the tag has no such memory",
    0x4: "the memory is locked",
    0xB: "the tag gets too little power",
    0xF: "the tag reports an error without a code",
}


def error_words(code: int) -> str:
    """What `code` means."""
    if code in WORDS:
        return WORDS[code]
    doing = DOINGS.get(code >> 4)
    return f"{doing}: {TAG_WORDS.get(code & 0xF, 'the tag reports an unknown error')}" if doing else "unknown"
