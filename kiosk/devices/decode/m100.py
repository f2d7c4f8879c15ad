"""UHF modules of the M100 family (M100, QM100, YRM100, R200, EL-UHF-RMT01): both sides of the conversation.

`BB | type | command | length(2) | parameters | sum | 7E`; some firmware says `AA` and `DD` instead, never mixed. The
sum has only 8 bits, so no tag is taken on its word: the length of an EPC must agree with its PC word and with the
frame, and the Gen2 CRC behind a notice must be right. A CRC of 0000 is taken for "not given". Sources: the R200 user
protocol V2.3.3 (in jredrejo/rfid-r200) and M5Stack's Unit RFID-UHF protocol; every notice that public code shows as
captured from a module carries a right CRC.
"""

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Final

from kiosk.devices.decode.checksums import crc_gen2
from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.m100_errors import error_words

AROUND: Final = 7  # head, type, command, two bytes of length, sum, tail
PARAMETERS_AT: Final = 5
PARAMETERS_MAX: Final = 512
NO_CRC: Final = b"\0\0"


class Code(IntEnum):
    """The command byte."""

    INFO = 0x03
    IDLE = 0x04
    SET_REGION = 0x07
    GET_REGION = 0x08
    GET_SELECT = 0x0B
    SET_SELECT = 0x0C
    GET_QUERY = 0x0D
    SET_QUERY = 0x0E
    SET_BAUD_RATE = 0x11
    SET_SELECT_MODE = 0x12
    SLEEP = 0x17
    PINS = 0x1A
    SET_SLEEP_TIME = 0x1D
    POLL = 0x22
    POLL_MANY = 0x27
    STOP = 0x28
    READ = 0x39
    WRITE = 0x49
    KILL = 0x65
    LOCK = 0x82
    POLL_WITH_TID = 0x9A
    INSERT_CHANNELS = 0xA9
    GET_CHANNEL = 0xAA
    SET_CHANNEL = 0xAB
    SET_HOPPING = 0xAD
    SET_CARRIER = 0xB0
    SET_POWER = 0xB6
    GET_POWER = 0xB7
    READ_BLOCK_PERMALOCK = 0xD3
    BLOCK_PERMALOCK = 0xD4
    NXP_CHANGE_CONFIG = 0xE0
    NXP_READ_PROTECT = 0xE1
    NXP_RESET_READ_PROTECT = 0xE2
    NXP_CHANGE_EAS = 0xE3
    NXP_EAS_ALARM = 0xE4
    QT_READ = 0xE5
    QT_WRITE = 0xE6
    SET_DEMODULATOR = 0xF0
    GET_DEMODULATOR = 0xF1
    SCAN_BLOCKING_SIGNAL = 0xF2
    SCAN_RSSI = 0xF3
    ERROR = 0xFF


NOTICES: Final = frozenset({Code.POLL, Code.POLL_MANY})
# Answers that name the tag which did it: UL, PC, EPC, and what was asked for.
TAG_ANSWERS: Final = frozenset(
    {Code.READ, Code.WRITE, Code.KILL, Code.LOCK, Code.READ_BLOCK_PERMALOCK, Code.BLOCK_PERMALOCK, Code.QT_READ}
    | {Code.NXP_CHANGE_CONFIG, Code.NXP_READ_PROTECT, Code.NXP_RESET_READ_PROTECT, Code.NXP_CHANGE_EAS, Code.QT_WRITE}
)
NAMES: Final[dict[int, str]] = {int(code): code.name.lower().replace("_", " ") for code in Code}
INFOS: Final = ("hardware", "firmware", "maker")
REGIONS: Final = {1: "cn", 2: "us", 3: "eu", 4: "cn840", 5: "jp", 6: "kr"}
BANK_EPC: Final = 1
BANK_USER: Final = 3
EPC_AT_BIT: Final = 0x20
MASK_BYTES_MAX: Final = 30  # whole words in the one byte that counts the bits of a mask
NO_PASSWORD: Final = bytes(4)


class Variant(Enum):
    """Head and tail of every frame."""

    BB = (0xBB, 0x7E)
    AA = (0xAA, 0xDD)


class Kind(IntEnum):
    """The type byte."""

    COMMAND = 0
    ANSWER = 1
    NOTICE = 2


@dataclass(frozen=True, slots=True)
class TagSeen:
    """A tag that a frame names. `data` is what stands behind it."""

    epc: str
    pc: int | None = None
    rssi_dbm: int | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class M100Frame:
    """A whole frame."""

    variant: Variant
    kind: Kind
    command: int
    parameters: bytes
    tag: TagSeen | None = None

    @property
    def error(self) -> int | None:
        """The error code, of an error frame."""
        return self.parameters[0] if self.command == Code.ERROR and self.kind is Kind.ANSWER else None

    @property
    def text(self) -> str:
        """What the module says of itself, of an answer to `INFO`: printable characters only."""
        return "".join(character for character in self.parameters[1:].decode("latin-1") if character.isprintable())

    def told(self) -> list[dict[str, object]]:
        """The frame as a JSON object."""
        told: dict[str, object] = {
            "direction": "host" if self.kind is Kind.COMMAND else "reader",
            "frame": self.kind.name.lower(),
            "code": f"{self.command:02X}",
            "command": NAMES.get(self.command, "unknown"),
        }
        if self.error is not None:
            told |= {"error": f"{self.error:02X}", "words": error_words(self.error)}
        if self.tag is not None:
            told |= _told(self.tag)
        elif self.error is None and self.parameters:
            told |= _meant(self) or {"data": self.parameters.hex().upper()}
        return [told]


@dataclass(frozen=True, slots=True)
class Command:
    """A command, before it is known which variant the module speaks."""

    code: int
    parameters: bytes = b""

    def frame(self, variant: Variant) -> bytes:
        """The bytes of the command."""
        head, tail = variant.value
        counted = bytes((Kind.COMMAND, self.code)) + len(self.parameters).to_bytes(2, "big") + self.parameters
        return bytes((head,)) + counted + bytes((sum(counted) & 0xFF, tail))


def poll_many(rounds: int) -> Command:
    """Poll `rounds` times, at most 65535."""
    return Command(Code.POLL_MANY, b"\x22" + rounds.to_bytes(2, "big"))


def set_power(power_dbm: int) -> Command:
    """Send with `power_dbm`, until the module is reset."""
    return Command(Code.SET_POWER, (power_dbm * 100).to_bytes(2, "big"))


def select(epc: bytes) -> Command:
    """Speak only to tags whose EPC begins with the first 30 bytes of `epc` from now on."""
    mask = epc[:MASK_BYTES_MAX]
    return Command(
        Code.SET_SELECT, bytes((BANK_EPC,)) + EPC_AT_BIT.to_bytes(4, "big") + bytes((len(mask) * 8, 0)) + mask
    )


def read(bank: int, word: int, words: int) -> Command:
    """Read `words` 16-bit words of a bank of the selected tag from `word` on, without a password."""
    return Command(Code.READ, NO_PASSWORD + bytes((bank,)) + word.to_bytes(2, "big") + words.to_bytes(2, "big"))


def write(bank: int, word: int, data: bytes) -> Command:
    """Write `data`, whole words and at most 32, into a bank of the selected tag from `word` on, without a password."""
    where = bytes((bank,)) + word.to_bytes(2, "big") + (len(data) // 2).to_bytes(2, "big")
    return Command(Code.WRITE, NO_PASSWORD + where + data)


_VARIANTS: Final = {variant.value: variant for variant in Variant}
_KINDS: Final = tuple(Kind)


def codec() -> Frames[M100Frame]:
    """The cutter of both directions and both variants."""
    return Frames(_length, _parse, bytes(head for head, _ in _VARIANTS))


def _length(buffer: bytearray, at: int) -> int | None:
    """Bytes of the frame that begins at `at`."""
    if len(buffer) - at < PARAMETERS_AT:
        return 0 if buffer[at + 1 : at + 2] > b"\x02" else None
    if buffer[at + 1] >= len(_KINDS):
        return 0
    size = buffer[at + 3] << 8 | buffer[at + 4]
    return size + AROUND if size <= PARAMETERS_MAX else 0


def _parse(frame: bytes) -> M100Frame | None:
    """The value of `frame`, or None where its ends, its sum or the tag in it are wrong."""
    variant = _VARIANTS.get((frame[0], frame[-1]))
    if variant is None or sum(frame[1:-2]) & 0xFF != frame[-2]:
        return None
    kind, command, parameters = _KINDS[frame[1]], frame[2], frame[PARAMETERS_AT:-2]
    tag = None
    if kind is not Kind.COMMAND and command in NOTICES:
        tag = _noticed(parameters)
        if tag is None and kind is Kind.NOTICE:
            return None
    elif kind is Kind.ANSWER and command in TAG_ANSWERS:
        tag = _named(parameters)
        if tag is None or (command == Code.READ and (not tag.data or len(tag.data) % 2)):
            return None
    elif kind is Kind.ANSWER and command == Code.ERROR:
        if not parameters:
            return None
        tag = _named(parameters[1:])
        tag = None if tag is None or tag.data else tag
    elif (kind, command) in {(Kind.COMMAND, Code.SET_SELECT), (Kind.ANSWER, Code.GET_SELECT)}:
        tag = _selected(parameters)
    return M100Frame(variant, kind, command, parameters, tag)


def _noticed(parameters: bytes) -> TagSeen | None:
    """The tag of a notice: RSSI, PC, EPC, CRC."""
    told, check = parameters[1:-2], parameters[-2:]
    if len(told) < 2 or len(told) - 2 != _epc_bytes(told):
        return None
    if check != NO_CRC and int.from_bytes(check, "big") != crc_gen2(told):
        return None
    rssi = parameters[0]
    return TagSeen(told[2:].hex().upper(), told[0] << 8 | told[1], rssi - 0x100 if rssi & 0x80 else rssi)


def _named(parameters: bytes) -> TagSeen | None:
    """The tag that an answer names: the bytes of PC and EPC, both, and what is behind them."""
    if not parameters or len(parameters) < 1 + parameters[0]:
        return None
    told, data = parameters[1 : 1 + parameters[0]], parameters[1 + parameters[0] :]
    if len(told) < 2 or len(told) - 2 != _epc_bytes(told):
        return None
    return TagSeen(told[2:].hex().upper(), told[0] << 8 | told[1], data=data)


def _epc_bytes(told: bytes) -> int:
    """The length of the EPC as the PC word in front of it says it, in its five high bits, in words."""
    return told[0] >> 3 << 1


def _selected(parameters: bytes) -> TagSeen | None:
    """The tag that a select names: the mask, where it is of whole words and stands at the beginning of the EPC."""
    bank, pointer, bits, mask = parameters[:1], parameters[1:5], parameters[5:6], parameters[7:]
    is_epc = bank and bank[0] & 3 == BANK_EPC and int.from_bytes(pointer, "big") == EPC_AT_BIT
    if not is_epc or not mask or len(mask) % 2 or bits[0] != len(mask) * 8:
        return None
    return TagSeen(mask.hex().upper())


def _told(tag: TagSeen) -> dict[str, object]:
    told: dict[str, object] = {"epc": tag.epc} if tag.epc else {}
    if tag.pc is not None:
        told["pc"] = f"{tag.pc:04X}"
    if tag.rssi_dbm is not None:
        told["rssi_dbm"] = tag.rssi_dbm
    if tag.data:
        told["data"] = tag.data.hex().upper()
    return told


def _meant(frame: M100Frame) -> dict[str, object]:
    """What the parameters of some frames mean; empty where they are told as they are."""
    parameters = frame.parameters
    value = int.from_bytes(parameters, "big")
    match frame.kind, frame.command, len(parameters):
        case Kind.ANSWER, Code.INFO, size if size > 1 and parameters[0] < len(INFOS):
            return {INFOS[parameters[0]]: frame.text}
        case (Kind.COMMAND, Code.SET_REGION, 1) | (Kind.ANSWER, Code.GET_REGION, 1):
            return {"region": REGIONS.get(value, f"{value:02X}")}
        case (Kind.COMMAND, Code.SET_POWER, 2) | (Kind.ANSWER, Code.GET_POWER, 2):
            return {"power_dbm": value / 100}
        case Kind.COMMAND, Code.POLL_MANY, 3:
            return {"rounds": value & 0xFFFF}
        case (Kind.COMMAND, Code.SET_QUERY, 2) | (Kind.ANSWER, Code.GET_QUERY, 2):
            return {"session": value >> 8 & 3, "target": "AB"[value >> 7 & 1], "q": value >> 3 & 0xF}
        case _:
            return {}
