"""An M100 module, written by hand from the R200 user protocol: tags with banks of memory, polling with a heartbeat."""

from dataclasses import dataclass, field

from tests.devices.ptys import Wire
from tests.devices.rfid.far_end import FarEnd

COMMAND, ANSWER, NOTICE = 0, 1, 2
INFO, SET_REGION, GET_REGION, SELECT, MODE = 0x03, 0x07, 0x08, 0x0C, 0x12
POLL_MANY, STOP, READ, WRITE, SET_POWER, GET_POWER, ERROR = 0x27, 0x28, 0x39, 0x49, 0xB6, 0xB7, 0xFF
NO_TAG_IN_ROUND, NO_TAG_TO_READ, NO_TAG_TO_WRITE, OVERRUN, LOCKED = 0x15, 0x09, 0x10, 0x03, 0x04
READING, WRITING = 0xA0, 0xB0
WRONG_COMMAND, WRONG_PARAMETER = 0x17, 0x0E


def gen2_crc(data: bytes) -> bytes:
    """CRC-16 of EPC Gen2, bit by bit."""
    crc = 0xFFFF
    for byte in data:
        for bit in range(7, -1, -1):
            crc = (crc << 1 ^ (0x1021 if (crc >> 15 ^ byte >> bit) & 1 else 0)) & 0xFFFF
    return (crc ^ 0xFFFF).to_bytes(2, "big")


@dataclass
class UhfTag:
    """A tag: its banks hold CRC, PC and EPC in the first, user data in the third. One that is deaf misses accesses."""

    epc: str
    afi_word: int = 0x000  # T bit and low byte of the PC word
    user: bytearray = field(default_factory=bytearray)
    is_locked: bool = False
    deaf: int = 0

    def __post_init__(self) -> None:
        epc = bytes.fromhex(self.epc)
        self.memory = bytearray(2) + (len(epc) // 2 << 11 | self.afi_word).to_bytes(2, "big") + epc

    @property
    def pc(self) -> int:
        return int.from_bytes(self.memory[2:4], "big")

    @property
    def told(self) -> bytes:
        """PC and EPC, as the tag sends them in a round."""
        return bytes(self.memory[2:])

    def bank(self, number: int) -> bytearray:
        return {1: self.memory, 3: self.user}[number]


class M100Device(FarEnd):
    """The module, with tags in its field. `heard` are the codes of the commands."""

    def __init__(self, wire: Wire, ends: str = "BB7E") -> None:
        super().__init__(wire)
        self.head, self.tail = bytes.fromhex(ends)
        self.tags: list[UhfTag] = []
        self.heard: list[int] = []
        self.answers_for: dict[int, bytes] = {}  # the frame that it says instead, to a command
        self.heartbeat = True
        self.is_asleep = False
        self.polls_at_power_up = 0
        self.power_max = 3000
        self.names_another: UhfTag | None = None  # a tag that answers in the place of the one that is meant
        self.power_up()

    def power_up(self) -> None:
        self.region, self.power = 2, 2600
        self.polls_left = self.polls_at_power_up
        self._mask, self._select_mode = b"", 0
        self._buffer = b""

    def frame(self, kind: int, command: int, parameters: bytes) -> bytes:
        counted = bytes((kind, command)) + len(parameters).to_bytes(2, "big") + parameters
        return bytes((self.head,)) + counted + bytes((sum(counted) % 256, self.tail))

    def hear(self, data: bytes) -> None:
        if self.is_asleep:
            self.is_asleep = False
            return
        self._buffer += data
        while (at := self._buffer.find(bytes((self.head,)))) >= 0 and len(self._buffer) >= at + 5:
            end = at + 7 + int.from_bytes(self._buffer[at + 3 : at + 5], "big")
            if len(self._buffer) < end:
                return
            command, self._buffer = self._buffer[at:end], self._buffer[end:]
            assert command == self.frame(COMMAND, command[2], command[5:-2])
            self.heard.append(command[2])
            self._obey(command[2], command[5:-2])

    def tick(self) -> None:
        if not self.polls_left:
            return
        self.polls_left -= 1
        for tag in self.tags:
            self.say(self.frame(NOTICE, 0x22, b"\xc9" + tag.told + gen2_crc(tag.told)))
        if not self.tags and self.heartbeat:
            self._fail(NO_TAG_IN_ROUND)

    def _obey(self, code: int, data: bytes) -> None:
        if code in self.answers_for:
            self.say(self.answers_for[code])
        elif code == POLL_MANY:
            self.polls_left = int.from_bytes(data[1:], "big")
        elif code == STOP:
            self.polls_left = 0
            self._answer(code, b"\0")
        elif self.polls_left:
            self._fail(WRONG_COMMAND)
        elif code in {READ, WRITE}:
            self._access(code, data)
        else:
            self._set_or_tell(code, data)

    def _set_or_tell(self, code: int, data: bytes) -> None:
        if code == INFO:
            self._answer(code, data + {0: b"M100 26dBm V1.0", 1: b"V2.3.3"}[data[0]])
        elif code == SET_REGION:
            self.region = data[0]
            self._answer(code, b"\0")
        elif code == SET_POWER and int.from_bytes(data, "big") > self.power_max:
            self._fail(WRONG_PARAMETER)
        elif code == SET_POWER:
            self.power = int.from_bytes(data, "big")
            self._answer(code, b"\0")
        elif code == GET_REGION:
            self._answer(code, bytes((self.region,)))
        elif code == GET_POWER:
            self._answer(code, self.power.to_bytes(2, "big"))
        elif code == SELECT:
            assert data[:5] == bytes.fromhex("01 00000020")
            assert data[5] == 8 * len(data[7:])
            self._mask = data[7:]
            self._answer(code, b"\0")
        elif code == MODE:
            self._select_mode = data[0]
            self._answer(SELECT, b"\0")  # as the manual prints it
        else:
            self._fail(WRONG_COMMAND)

    def _access(self, code: int, data: bytes) -> None:
        """Read or write the one selected tag."""
        assert self._select_mode == 2
        assert data[:4] == bytes(4)
        bank, word, words = data[4], int.from_bytes(data[5:7], "big"), int.from_bytes(data[7:9], "big")
        tag = self.names_another or next((tag for tag in self.tags if tag.told[2:].startswith(self._mask)), None)
        if tag is None or tag.deaf:
            if tag is not None:
                tag.deaf -= 1
            self._fail(NO_TAG_TO_READ if code == READ else NO_TAG_TO_WRITE)
            return
        named = bytes((len(tag.told),)) + tag.told
        memory, error = tag.bank(bank), READING if code == READ else WRITING
        if 2 * (word + words) > len(memory):
            self._fail(error | OVERRUN, named)
        elif code == READ:
            self._answer(code, named + memory[2 * word : 2 * (word + words)])
        elif tag.is_locked:
            self._fail(error | LOCKED, named)
        else:
            assert 0 < words <= 32
            assert len(data) == 9 + 2 * words
            memory[2 * word : 2 * (word + words)] = data[9:]
            self._answer(code, named + b"\0")

    def _answer(self, code: int, parameters: bytes) -> None:
        self.say(self.frame(ANSWER, code, parameters))

    def _fail(self, error: int, named: bytes = b"") -> None:
        self._answer(ERROR, bytes((error,)) + named)
