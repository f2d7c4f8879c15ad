"""UHF readers of the UHFReader18 and UHFReader288 families: Chafon CF-RU5102, RU5202, RU6402, MU904 and many others.

`length | address | command | data | CRC`: the length counts what follows it, the CRC (8408, low byte first) is over
everything in front of it, and an answer has a status in front of its data. There is no start byte, so a beginning that
cannot be a frame is told by its command and length before any CRC is reckoned. Frames do not say who sent them:
address FF is the host's; then the layout decides; where it fits both (`24 00`: set address 0, or success?) `Turns`
does, and a frame alone is the reader's unless its one byte is the rare status 13 or 14. The families differ in their
inventory, `status n {length EPC}*` and `status antennas n {length EPC RSSI}*`: the one that fits the length is meant.
As EPCs are whole words, both fit only if n, or the antennas' mask, is odd and 3 or more: then it is n. Sources:
wabson/chafon-rfid, UHFReader18 User's Manual V2.0, UR-series manual.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from kiosk.devices.decode.checksums import crc_8408
from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.turns import Side, Turns
from kiosk.devices.decode.uhfreader18_layouts import (
    AROUND,
    AROUND_EPC,
    ENUM_WORDS_MAX,
    INVENTORIES,
    LENGTHS,
    fits_host,
    fits_reader,
)
from kiosk.devices.decode.uhfreader18_words import (
    BANDS,
    INVENTORY_STATUSES,
    MORE_FOLLOWS,
    OK,
    STATUSES,
    TAG_ERROR,
    TAG_ERRORS,
    TYPE_18,
    TYPES,
    Cmd,
)

BROADCAST: Final = 0xFF
LIKE_SETTINGS: Final = frozenset((0x13, 0x14))  # 20 dBm is set more often than "cannot be set" is answered
EPC_BYTES_MAX: Final = 62
PASSWORD: Final = bytes(4)


class Series(Enum):
    """A family of readers."""

    S18 = 18
    S288 = 288


@dataclass(frozen=True, slots=True)
class Seen:
    """A tag in a frame. `antenna` counts from 0; `rssi` is the reader's own number, which no source explains."""

    epc: str
    antenna: int | None = None
    rssi: int | None = None


@dataclass(frozen=True, slots=True)
class Info:
    """What a reader says of itself."""

    firmware: str
    type: int
    band: int
    channel_max: int
    channel_min: int
    power_dbm: int
    scan_time: int
    series: Series


@dataclass(frozen=True, slots=True)
class UhfReader18Frame:
    """A whole frame. `status` is None from the host; `data` is what stands behind the command, or the status."""

    side: Side
    address: int
    command: Cmd
    data: bytes
    status: int | None = None
    seen: tuple[Seen, ...] = ()
    series: Series | None = None

    @property
    def is_last(self) -> bool:
        """Whether this ends an answer."""
        return self.status is not None and self.status != MORE_FOLLOWS

    @property
    def info(self) -> Info | None:
        """What the reader says of itself, in the answer to that question."""
        data = self.data
        if self.command is not Cmd.GET_INFO or self.status != OK:
            return None
        series = Series.S18 if data[2] == TYPE_18 or (data[2] not in TYPES and len(data) == 8) else Series.S288
        band = data[4] >> 6 << 2 | data[5] >> 6
        return Info(f"{data[0]}.{data[1]}", data[2], band, data[4] & 0x3F, data[5] & 0x3F, data[6], data[7], series)

    def told(self) -> list[dict[str, object]]:
        """The frame as JSON objects, one for each tag."""
        told: dict[str, object] = {"direction": self.side, "address": self.address}
        told |= {"code": f"{self.command:02X}", "command": self.command.words}
        if self.status is not None:
            told |= {"status": self.status, "meaning": STATUSES.get(self.status, "unknown")}
        if self.status == TAG_ERROR and self.data:
            return [told | {"error": TAG_ERRORS.get(self.data[0], "unknown")}]
        if self.seen:
            return [told | _seen_told(seen) for seen in self.seen]
        if self.series is not None:
            return [told | {"series": self.series.value, "count": 0}]
        info = self.info
        if info is not None:
            told |= {"firmware": info.firmware, "type": TYPES.get(info.type, f"{info.type:02X}")}
            told |= {"series": info.series.value, "band": BANDS.get(info.band, str(info.band))}
            return [told | {"power_dbm": info.power_dbm, "scan_time_ms": info.scan_time * 100}]
        return [told | {"data": self.data.hex().upper()} if self.data else told]


def codec() -> Frames[UhfReader18Frame]:
    """The cutter of both directions of one line."""
    return Frames(_length, _Parser().parse, bytes(range(AROUND - 1, 256)))


def frame(address: int, command: Cmd, data: bytes = b"") -> bytes:
    """The bytes of a command; of an answer, with the status as the first byte of `data`."""
    counted = bytes((len(data) + AROUND - 1, address, command)) + data
    return counted + crc_8408(counted).to_bytes(2, "little")


def inventory_288(address: int, antenna: int, scan_time: int) -> bytes:
    """The inventory of the 288 family: Q 4, session 0, no mask, target A, `scan_time` in tenths of a second."""
    return frame(address, Cmd.INVENTORY, bytes((4, 0, 1, 0, 0, 0, 0, 0x80 + antenna, scan_time)))


def read(address: int, epc: bytes, bank: int, start: int, words: int) -> bytes:
    """The command that reads `words` words of a bank of the tag `epc`, 15 words at most."""
    return frame(address, Cmd.READ, bytes((len(epc) // 2,)) + epc + bytes((bank, start, words)) + PASSWORD)


def write(address: int, epc: bytes, bank: int, start: int, data: bytes) -> bytes:
    """The command that writes `data`, whole words, to a bank of the tag `epc`, 15 words at most."""
    tag = bytes((len(data) // 2, len(epc) // 2)) + epc
    return frame(address, Cmd.WRITE, tag + bytes((bank, start)) + data + PASSWORD)


class _Parser:
    """Gives whole frames their side. What was refused leaves no trace."""

    def __init__(self) -> None:
        self._turns = Turns()

    def parse(self, raw: bytes) -> UhfReader18Frame | None:
        if crc_8408(raw):
            return None
        command, address, data = _COMMANDS[raw[2]], raw[1], raw[3:-2]
        inventory = _inventory(data) if command in INVENTORIES else None
        has_tags = inventory is not None and bool(inventory[1])
        host = not has_tags and fits_host(command, data)
        reader = inventory is not None or fits_reader(command, data)
        if host and address == BROADCAST:
            reader = False
        alone = Side.HOST if data and data[0] in LIKE_SETTINGS else Side.READER
        side = self._turns.side(command, host=host, reader=reader, alone=alone)
        if side is None:
            return None
        if side is Side.HOST:
            parsed = UhfReader18Frame(side, address, command, data, None, _named(command, data))
        else:
            series, seen = inventory or (None, _reported(data) if command is Cmd.REPORT else ())
            parsed = UhfReader18Frame(side, address, command, data[1:], data[0], seen, series)
        self._turns.heard(side, command, is_last=parsed.is_last)
        return parsed


def _inventory(data: bytes) -> tuple[Series, tuple[Seen, ...]] | None:
    """The tags of an inventory's answer; None if it is none, or tells of no tags."""
    if len(data) < 2 or data[0] not in INVENTORY_STATUSES:
        return None
    order = (Series.S288, Series.S18) if data[1].bit_count() == 1 else (Series.S18, Series.S288)
    for series in order:
        seen = _tags(data, series)
        if seen is not None:
            return series, seen
    return None


def _length(buffer: bytearray, at: int) -> int | None:
    size, length = len(buffer) - at, buffer[at] + 1
    if length < AROUND or (size > 2 and length not in LENGTHS.get(buffer[at + 2], ())):
        return 0
    return length if size > 2 else None


def _tags(data: bytes, series: Series) -> tuple[Seen, ...] | None:
    """The tags behind the status, if they end where the data ends."""
    at, behind = (2, 0) if series is Series.S18 else (3, 1)
    size = len(data)
    if size < at:
        return None
    seen = []
    antenna = _antenna(data[1]) if behind else None
    for _ in range(data[at - 1]):
        if at >= size:
            return None
        epc_bytes = data[at]
        end = at + 1 + epc_bytes
        if epc_bytes & 1 or epc_bytes > EPC_BYTES_MAX or end + behind > size:
            return None
        seen.append(Seen(data[at + 1 : end].hex().upper(), antenna, data[end] if behind else None))
        at = end + behind
    return tuple(seen) if at == size else None


def _antenna(mask: int) -> int | None:
    """The one antenna in a mask, counted from 0."""
    return mask.bit_length() - 1 if mask.bit_count() == 1 else None


def _reported(data: bytes) -> tuple[Seen, ...]:
    """The tag that an active reader of the 288 family reports: `status antenna length EPC RSSI`."""
    return (Seen(data[3:-1].hex().upper(), _antenna(data[1]), data[-1]),) if data[0] == OK else ()


def _named(command: Cmd, data: bytes) -> tuple[Seen, ...]:
    """The tag for which the host's command is, or whose new EPC it carries."""
    if command is Cmd.WRITE_EPC:
        return (Seen(data[5:].hex().upper()),)
    at = command in {Cmd.WRITE, Cmd.BLOCK_WRITE}
    if command not in AROUND_EPC or not 0 < data[at] <= ENUM_WORDS_MAX:
        return ()
    return (Seen(data[at + 1 : at + 1 + 2 * data[at]].hex().upper()),)


def _seen_told(seen: Seen) -> dict[str, object]:
    told: dict[str, object] = {"epc": seen.epc} if seen.epc else {}
    told |= {"antenna": seen.antenna} if seen.antenna is not None else {}
    return told | ({"rssi": seen.rssi} if seen.rssi is not None else {})


_COMMANDS: Final = {int(command): command for command in Cmd}
