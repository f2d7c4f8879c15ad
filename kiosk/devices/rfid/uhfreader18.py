"""A UHF reader of the UHFReader18 or UHFReader288 family.

Which family it is, its band and its power stand in the information that it gives at the start; settings are written
only where it has others, as it keeps them for good. An inventory comes in as many frames as it needs. A tag is read and
written by its EPC. Sources: wabson/chafon-rfid, UHFReader18 User's Manual V2.0, UR-series manual; the channels of the
bands as in the manuals' table and in public drivers of the same readers.
"""

from dataclasses import dataclass
from typing import Final

import serial

from kiosk.devices.decode import uhfreader18 as frames
from kiosk.devices.decode.turns import Side
from kiosk.devices.decode.uhfreader18 import BROADCAST, Series, UhfReader18Frame, codec, frame
from kiosk.devices.decode.uhfreader18_layouts import ENUM_WORDS_MAX
from kiosk.devices.decode.uhfreader18_words import (
    INVENTORY_STATUSES,
    NO_TAG,
    OK,
    PAST_THE_END,
    POOR_CONTACT,
    STATUSES,
    TAG_ERROR,
    TAG_ERRORS,
    TYPES,
    Cmd,
)
from kiosk.devices.rfid.gen2 import Bank, Gen2Access, PastTheEnd
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError

BAUD: Final = 57600
PARITY: Final = serial.PARITY_NONE
SCAN_TIME: Final = 3  # tenths of a second, the least that the manuals allow
# Band and highest channel; the lowest is 0.
REGIONS: Final = {"cn": (1, 19), "us": (2, 49), "kr": (3, 31), "eu": (4, 14), "cn840": (8, 19)}
FOUND_NOTHING: Final = frozenset((NO_TAG, POOR_CONTACT))
READER_FAULTS: Final = frozenset((0xF8, 0xF9, 0xFD, 0xFE, 0xFF))


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the reader may take for a setting, for an inventory, and for one access to a tag."""

    answer_s: float = 0.5
    round_s: float = 1.5
    tag_s: float = 1.5


class UhfReader18:
    """The conversation with one reader. `antennas` are asked in turn by the 288 family; the 18 family has one."""

    def __init__(
        self,
        link: Link,
        address: int,
        region: str,
        power_dbm: int,
        antennas: tuple[int, ...] = (0,),
        waits: Waits = Waits(),
    ) -> None:
        if region not in REGIONS:
            raise ValueError(f"region = {region!r}: a UHFReader18 has {', '.join(map(repr, REGIONS))} only")
        self._link = link
        self._address = BROADCAST if address < 0 else address
        self._region = REGIONS[region]
        self._power_dbm = power_dbm
        self._antennas = antennas
        self._waits = waits
        self._access = Gen2Access(self)
        self._series = Series.S288

    def __repr__(self) -> str:
        return f"<UhfReader18 {self._address} series {self._series.value} {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        """The reader reads and writes tags itself."""
        return self._access

    def start(self) -> str:
        """Ask what the reader is, then set region, power and, where it is not told with each inventory, its time."""
        answer = self._ask(Cmd.GET_INFO)
        info = answer.info
        if info is None:
            raise NoAnswer(f"the reader does not tell what it is: {_words(answer)}")
        self._address, self._series = answer.address, info.series
        band, channel_max = self._region
        if info.band != band:
            self._set(Cmd.SET_REGION, bytes((band >> 2 << 6 | channel_max, (band & 3) << 6)), "region")
        if info.power_dbm != self._power_dbm:
            self._set(Cmd.SET_POWER, bytes((self._power_dbm,)), "power_dbm")
        if self._series is Series.S18 and info.scan_time != SCAN_TIME:
            self._set(Cmd.SET_SCAN_TIME, bytes((SCAN_TIME,)), "scan time")
        return f"{TYPES.get(info.type, f'UHF reader of type {info.type:02X}')}, firmware {info.firmware}"

    def round(self) -> list[Tag]:
        """One inventory, at each antenna where the reader lets us choose."""
        if self._series is Series.S18:
            return self._inventory(frame(self._address, Cmd.INVENTORY), 0)
        tags: dict[str, Tag] = {}
        for antenna in self._antennas:
            for tag in self._inventory(frames.inventory_288(self._address, antenna, SCAN_TIME), antenna):
                tags.setdefault(tag.uid, tag)
        return list(tags.values())

    def read_words(self, tag: Tag, bank: Bank, start: int, words: int) -> bytes:
        """`words` words of the tag from word `start` on."""
        question = frames.read(self._address, _epc(tag), bank, start, words)
        memory = self._access_to(question, Cmd.READ)
        if len(memory) != 2 * words:
            raise TagError("the tag gave too much or too little")
        return memory

    def write_words(self, tag: Tag, bank: Bank, start: int, data: bytes) -> None:
        """Write whole words to the tag from word `start` on."""
        self._access_to(frames.write(self._address, _epc(tag), bank, start, data), Cmd.WRITE)

    def _inventory(self, question: bytes, antenna: int) -> list[Tag]:
        def is_last(heard: UhfReader18Frame) -> bool:
            return heard.command is Cmd.INVENTORY and heard.is_last

        self._link.drain()
        self._link.send(question)
        heard = self._link.collect(codec(), is_last, self._waits.round_s)
        if heard[-1].status not in INVENTORY_STATUSES | FOUND_NOTHING:
            raise NoAnswer(f"the reader takes no inventory: {_words(heard[-1])}")
        epcs = {seen.epc for part in heard if part.side is Side.READER for seen in part.seen if seen.epc}
        return [Tag(epc, Medium.UHF, antenna=antenna) for epc in sorted(epcs)]

    def _access_to(self, question: bytes, command: Cmd) -> bytes:
        """What was read, which is nothing where it was written."""
        answer = self._answer(question, command, self._waits.tag_s)
        if answer.status == OK:
            return answer.data
        if answer.status in READER_FAULTS:
            raise NoAnswer(_words(answer))
        if answer.status == TAG_ERROR and answer.data[:1] == bytes((PAST_THE_END,)):
            raise PastTheEnd(_words(answer))
        raise TagError(_words(answer))

    def _set(self, command: Cmd, data: bytes, setting: str) -> None:
        answer = self._ask(command, data)
        if answer.status != OK:
            raise NoAnswer(f"the reader refuses the setting {setting}: {_words(answer)}")

    def _ask(self, command: Cmd, data: bytes = b"") -> UhfReader18Frame:
        return self._answer(frame(self._address, command, data), command, self._waits.answer_s)

    def _answer(self, question: bytes, command: Cmd, timeout_s: float) -> UhfReader18Frame:
        def is_answer(heard: UhfReader18Frame) -> bool:
            return heard.side is Side.READER and heard.command is command

        cutter = codec()
        cutter.feed(question)  # so that an answer which looks like a question is none
        self._link.drain()
        return self._link.ask(question, cutter, is_answer, timeout_s)


def _epc(tag: Tag) -> bytes:
    """The tag's EPC, by which the reader chooses it."""
    epc = bytes.fromhex(tag.uid)
    if len(epc) > 2 * ENUM_WORDS_MAX:
        raise TagError("the reader cannot choose a tag with so long an EPC")
    return epc


def _words(answer: UhfReader18Frame) -> str:
    """Why it did not work."""
    if answer.status == TAG_ERROR and answer.data:
        return TAG_ERRORS.get(answer.data[0], "error of the tag")
    return "no status" if answer.status is None else STATUSES[answer.status]
