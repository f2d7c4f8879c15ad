"""UHF readers with the Impinj R2000 chip and their kin: IND903, YR90xx, D2184.

`A0 | length | address | command | data | check`: the length counts what follows it, and all bytes add up to 0 mod 256.
That check is weak, so a frame counts only if its data has the layout that its command, or the answer to it, has. Frames
do not say who sent them: address FF is the host's; then the layout decides; where it fits both (`76 10`: set 16 dBm, or
success?) `Turns` does, and a frame alone is the reader's if its one byte is an error code, and the host's if not or if
it may be one of the highest powers, which are set more often than those errors come.
Sources: hex-in/pyImpinj, the vendors' "UHF RFID Reader Serial Interface Protocol" V2.2 and V3.7.
"""

from dataclasses import dataclass
from typing import Final

from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.r2000_layouts import LAYOUTS, POWER_DBM_MAX, epc_bytes, is_end_of_round
from kiosk.devices.decode.r2000_words import CODES, REGIONS, Cmd
from kiosk.devices.decode.turns import Side, Turns

HEAD: Final = 0xA0
BROADCAST: Final = 0xFF
RSSI_ZERO_DBM: Final = 129
PASSWORD: Final = bytes(4)
# Answers of one byte that are a value up to this, and an error code only above it.
VALUE_MAX: Final = {Cmd.GET_ANTENNA_DETECTOR: 100, Cmd.GET_POWER: POWER_DBM_MAX, Cmd.GET_RETURN_LOSS: 80}
POWERS: Final = frozenset((Cmd.SET_POWER, Cmd.SET_TEMPORARY_POWER))
HIGH_POWERS: Final = range(32, POWER_DBM_MAX + 1)
ROUNDS: Final = frozenset((Cmd.REAL_TIME_INVENTORY, Cmd.FAST_SWITCH_INVENTORY, Cmd.SESSION_INVENTORY))
BUFFER: Final = frozenset((Cmd.GET_BUFFER, Cmd.GET_AND_RESET_BUFFER))
ACCESS: Final = frozenset((Cmd.READ, Cmd.WRITE, Cmd.LOCK, Cmd.KILL, Cmd.BLOCK_WRITE))


@dataclass(frozen=True, slots=True)
class Seen:
    """A tag in a frame. `frequency` is an index into the reader's table; `memory` is what was read from the tag."""

    epc: str
    pc: int
    antenna: int
    frequency: int
    rssi_dbm: int | None = None
    count: int | None = None
    memory: bytes = b""


@dataclass(frozen=True, slots=True)
class R2000Frame:
    """A whole frame. `data` is what stands behind the command.

    `code` is the code that is the whole answer, or that stands behind the tag that was written, locked or killed.
    """

    side: Side
    address: int
    command: Cmd
    data: bytes
    code: int | None = None
    seen: Seen | None = None

    @property
    def is_last(self) -> bool:
        """Whether this ends an answer: a tag never does, as another may follow."""
        return self.side is Side.READER and self.seen is None

    def told(self) -> list[dict[str, object]]:
        """The frame as one JSON object."""
        told: dict[str, object] = {"direction": self.side, "address": self.address}
        told |= {"code": f"{self.command:02X}", "command": self.command.words}
        seen, code, match = self.seen, self.code, self._match()
        if seen is not None:
            told |= {"epc": seen.epc} if seen.epc else {}
            told |= {"pc": f"{seen.pc:04X}", "antenna": seen.antenna, "frequency": seen.frequency}
            told |= {"rssi_dbm": seen.rssi_dbm} if seen.rssi_dbm is not None else {}
            told |= {"count": seen.count} if seen.count is not None else {}
            told |= {"data": seen.memory.hex().upper()} if self.command is Cmd.READ else {}
        if code is not None:
            told |= {"status": code, "meaning": CODES.get(code, "unknown")}
        if match is not None:
            told["epc"] = match
        elif seen is None and (code is None or len(self.data) > 1):
            told |= self._values()
        return [told]

    def _match(self) -> str | None:
        """The EPC that the next access is for: `00 | length | EPC`."""
        has_one = self.command in {Cmd.SET_MATCH, Cmd.GET_MATCH} and len(self.data) > 2
        return self.data[2:].hex().upper() if has_one else None

    def _values(self) -> dict[str, object]:
        """What the data of a frame without a tag says."""
        data, command = self.data, self.command
        if not data:
            return {}
        if self.side is Side.READER and command in ROUNDS:
            return _round_told(command, data)
        if self.side is Side.READER and command is Cmd.INVENTORY:
            count, rate, total = int.from_bytes(data[1:3]), int.from_bytes(data[3:5]), int.from_bytes(data[5:])
            return {"antenna": data[0], "count": count, "rate_per_s": rate, "total": total}
        if command is Cmd.GET_FIRMWARE:
            return {"firmware": ".".join(str(byte) for byte in data)}
        if command in {Cmd.SET_ANTENNA, Cmd.GET_ANTENNA}:
            return {"antenna": data[0]}
        if command in {Cmd.SET_POWER, Cmd.GET_POWER, Cmd.SET_TEMPORARY_POWER}:
            return {"power_dbm": list(data)}
        if command in {Cmd.SET_REGION, Cmd.GET_REGION}:
            return {"region": REGIONS[data[0]], "data": data[1:].hex().upper()}
        if command is Cmd.GET_TEMPERATURE:
            return {"temperature_c": data[1] if data[0] else -data[1]}
        if command is Cmd.COUNT_BUFFER:
            return {"count": int.from_bytes(data)}
        return {"data": data.hex().upper()}


def _round_told(command: Cmd, data: bytes) -> dict[str, object]:
    """The end of a round, or the antenna that is missing."""
    if len(data) == 2:
        return {"antenna": data[0] & 0x03}
    if command is Cmd.FAST_SWITCH_INVENTORY:
        return {"total": int.from_bytes(data[:3]), "duration_ms": int.from_bytes(data[3:])}
    return {"antenna": data[0], "rate_per_s": int.from_bytes(data[1:3]), "total": int.from_bytes(data[3:])}


def codec() -> Frames[R2000Frame]:
    """The cutter of both directions of one line."""
    return Frames(_length, _Parser().parse, bytes((HEAD,)))


def frame(address: int, command: Cmd, data: bytes = b"") -> bytes:
    """The bytes of a command, or of an answer to it."""
    counted = bytes((HEAD, 3 + len(data), address, command)) + data
    return counted + bytes((-sum(counted) & 0xFF,))


def read(address: int, bank: int, start: int, words: int) -> bytes:
    """The command that reads `words` words of a bank of the matched tag."""
    return frame(address, Cmd.READ, bytes((bank, start, words)) + PASSWORD)


def write(address: int, bank: int, start: int, data: bytes) -> bytes:
    """The command that writes `data`, whole words, to a bank of the matched tag."""
    return frame(address, Cmd.WRITE, PASSWORD + bytes((bank, start, len(data) // 2)) + data)


def match(address: int, epc: bytes) -> bytes:
    """The command that chooses the tag for reading and writing."""
    return frame(address, Cmd.SET_MATCH, bytes((0, len(epc))) + epc)


class _Parser:
    """Gives whole frames their side. What was refused leaves no trace."""

    def __init__(self) -> None:
        self._turns = Turns()

    def parse(self, raw: bytes) -> R2000Frame | None:
        if sum(raw) & 0xFF:
            return None
        command, by_host, by_reader = _BY_NUMBER[raw[3]]
        address, data = raw[2], raw[4:-1]
        host, reader = by_host(data), by_reader(data)
        if host and address == BROADCAST:
            reader = False
        is_code = data and data[0] in CODES and not (command in POWERS and data[0] in HIGH_POWERS)
        alone = Side.READER if len(data) > 1 or is_code else Side.HOST
        side = self._turns.side(command, host=host, reader=reader, alone=alone)
        if side is None:
            return None
        parsed = _answer(address, command, data) if side is Side.READER else R2000Frame(side, address, command, data)
        self._turns.heard(side, command, is_last=parsed.is_last)
        return parsed


def _length(buffer: bytearray, at: int) -> int | None:
    size = len(buffer) - at
    if size < 2:
        return None
    if buffer[at + 1] < 3 or (size > 3 and buffer[at + 3] not in _BY_NUMBER):
        return 0
    return buffer[at + 1] + 2


def _answer(address: int, command: Cmd, data: bytes) -> R2000Frame:
    """The reader's frame, with the tag or the code that is in it."""
    size, code, seen = len(data), None, None
    if size == 1:
        code = data[0] if data[0] in CODES and data[0] > VALUE_MAX.get(command, -1) else None
    elif command in ROUNDS:
        if size == 2:
            code = data[1]
        elif not is_end_of_round(data):
            seen = _in_round(data)
    elif command in BUFFER:
        seen = _in_buffer(data)
    elif command in ACCESS:
        seen = _accessed(data)
        code = None if command is Cmd.READ else data[-3]
    return R2000Frame(Side.READER, address, command, data, code, seen)


def _in_round(data: bytes) -> Seen:
    epc_end = 3 + epc_bytes(data, 1)
    antenna, frequency = _antenna(data[0], data[epc_end])
    epc, pc = data[3:epc_end].hex().upper(), data[1] << 8 | data[2]
    return Seen(epc, pc, antenna, frequency, _rssi_dbm(data[epc_end]))


def _in_buffer(data: bytes) -> Seen:
    epc_end = 5 + epc_bytes(data, 3)
    antenna, frequency = _antenna(data[-2], data[-3])
    epc, pc = data[5:epc_end].hex().upper(), data[3] << 8 | data[4]
    return Seen(epc, pc, antenna, frequency, _rssi_dbm(data[-3]), data[-1])


def _accessed(data: bytes) -> Seen:
    epc_end = 5 + epc_bytes(data, 3)
    antenna, frequency = _antenna(data[-2], data[-1])
    epc, pc = data[5:epc_end].hex().upper(), data[3] << 8 | data[4]
    return Seen(epc, pc, antenna, frequency, None, data[-1] & 0x7F, data[epc_end + 2 : -3])


def _antenna(frequency_antenna: int, with_high_bit: int) -> tuple[int, int]:
    """Antenna and frequency index. Readers with eight antennas put the antenna's third bit on top of another byte."""
    return frequency_antenna & 0x03 | (with_high_bit & 0x80) >> 5, frequency_antenna >> 2


def _rssi_dbm(byte: int) -> int:
    return (byte & 0x7F) - RSSI_ZERO_DBM


_BY_NUMBER: Final = {int(command): (command, *layouts) for command, layouts in LAYOUTS.items()}
