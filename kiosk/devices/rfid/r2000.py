"""A UHF reader with the Impinj R2000 chip, one to sixteen antennas.

The antennas are asked in turn, one real-time inventory each, which its end-of-round frame ends. Power is set for the
time being only, so that the reader's flash is not worn out; region, and power in readers that refuse that, are written
only when the reader has another. Before a tag is read or written the reader is told its EPC, and the answer must name
it. Sources: hex-in/pyImpinj, the vendors' "UHF RFID Reader Serial Interface Protocol" V3.7.
"""

from dataclasses import dataclass
from typing import Final

import serial

from kiosk.devices.decode.r2000 import BROADCAST, R2000Frame, codec, frame, match, read, write
from kiosk.devices.decode.r2000_words import CODES, NO_TAG, READER_FAULTS, SUCCESS, Cmd
from kiosk.devices.decode.turns import Side
from kiosk.devices.rfid.gen2 import Bank, Gen2Access
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError

BAUD: Final = 115200
PARITY: Final = serial.PARITY_NONE
ONE_ROUND: Final = b"\x01"
# Region, first and last frequency. Index 0 is 865.0 MHz and 7 is 902.0 MHz, each step 0.5 MHz (pyImpinj); the edges of
# a band are left out, as a carrier there would reach beyond it.
REGIONS: Final = {"cn": bytes((3, 44, 52)), "us": bytes((1, 8, 58)), "eu": bytes((2, 1, 5))}


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the reader may take for a setting, for a round, and for one access to a tag."""

    answer_s: float = 0.5
    round_s: float = 1.0
    tag_s: float = 1.5


class R2000:
    """The conversation with one reader."""

    def __init__(
        self,
        link: Link,
        address: int,
        antennas: tuple[int, ...],
        region: str,
        power_dbm: int,
        waits: Waits = Waits(),
    ) -> None:
        if region not in REGIONS:
            raise ValueError(f"region = {region!r}: an R2000 reader has {', '.join(map(repr, REGIONS))} only")
        self._link = link
        self._address = BROADCAST if address < 0 else address
        self._antennas = antennas
        self._region = REGIONS[region]
        self._power_dbm = power_dbm
        self._waits = waits
        self._access = Gen2Access(self)
        self._antenna: int | None = None
        self._matched: str | None = None

    def __repr__(self) -> str:
        return f"<R2000 {self._address} antennas {self._antennas} {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        """The reader reads and writes tags itself."""
        return self._access

    def start(self) -> str:
        """Ask for the firmware, then set region and power."""
        self._antenna = self._matched = None
        version = self._ask(Cmd.GET_FIRMWARE)
        if version.code is not None:
            raise NoAnswer(f"the reader does not tell its firmware: {_words(version)}")
        self._address = version.address
        if self._ask(Cmd.GET_REGION).data[:1] != self._region[:1]:
            self._set(Cmd.SET_REGION, self._region, "region")
        self._set_power()
        self._go_to(self._antennas[0])
        return f"R2000, firmware {'.'.join(map(str, version.data))}"

    def round(self) -> list[Tag]:
        """One round at each antenna."""
        tags: dict[str, Tag] = {}
        for antenna in self._antennas:
            self._go_to(antenna)
            for tag in self._one_round(antenna):
                tags.setdefault(tag.uid, tag)
        return list(tags.values())

    def read_words(self, tag: Tag, bank: Bank, start: int, words: int) -> bytes:
        """`words` words of the tag from word `start` on."""
        memory = self._access_to(tag, read(self._address, bank, start, words), Cmd.READ)
        if len(memory) != 2 * words:
            raise TagError("the tag gave too much or too little")
        return memory

    def write_words(self, tag: Tag, bank: Bank, start: int, data: bytes) -> None:
        """Write whole words to the tag from word `start` on."""
        self._access_to(tag, write(self._address, bank, start, data), Cmd.WRITE)

    def _one_round(self, antenna: int) -> list[Tag]:
        def is_last(heard: R2000Frame) -> bool:
            return heard.command is Cmd.REAL_TIME_INVENTORY and heard.is_last

        self._link.drain()
        self._link.send(frame(self._address, Cmd.REAL_TIME_INVENTORY, ONE_ROUND))
        frames = self._link.collect(codec(), is_last, self._waits.round_s)
        if frames[-1].code not in {None, SUCCESS, NO_TAG}:
            raise NoAnswer(f"antenna {antenna}: {_words(frames[-1])}")
        return [
            Tag(heard.seen.epc, Medium.UHF, pc=heard.seen.pc, antenna=antenna, rssi_dbm=heard.seen.rssi_dbm)
            for heard in frames
            if heard.command is Cmd.REAL_TIME_INVENTORY and heard.seen is not None and heard.seen.epc
        ]

    def _access_to(self, tag: Tag, question: bytes, command: Cmd) -> bytes:
        """What `tag` answered, which is empty where it was written."""
        self._go_to(tag.antenna)
        # A reader that was reset has forgotten the choice: another tag that is read by mistake says so, one that is
        # written by mistake is written.
        if self._matched != tag.uid or command is Cmd.WRITE:
            self._match(tag)
        answer = self._answer(question, command, self._waits.tag_s)
        if answer.code in READER_FAULTS:
            raise NoAnswer(f"antenna {tag.antenna}: {_words(answer)}")
        if answer.code not in {None, SUCCESS} or answer.seen is None:
            raise TagError(_words(answer))
        if answer.seen.epc != tag.uid:
            self._matched = None
            raise TagError("another tag answered")
        return answer.seen.memory

    def _match(self, tag: Tag) -> None:
        """Speak to this tag only."""
        self._matched = None
        answer = self._answer(match(self._address, bytes.fromhex(tag.uid)), Cmd.SET_MATCH, self._waits.answer_s)
        if answer.code != SUCCESS:
            raise TagError(f"the reader cannot choose this tag: {_words(answer)}")
        self._matched = tag.uid

    def _go_to(self, antenna: int) -> None:
        if self._antenna != antenna:
            self._antenna = None
            self._set(Cmd.SET_ANTENNA, bytes((antenna,)), "antennas")
            self._antenna = antenna

    def _set_power(self) -> None:
        """For the time being; in the flash where the reader takes only more power that way."""
        power = bytes((self._power_dbm,))
        if self._ask(Cmd.SET_TEMPORARY_POWER, power).code == SUCCESS:
            return
        if set(self._ask(Cmd.GET_POWER).data) != set(power):
            self._set(Cmd.SET_POWER, power, "power_dbm")

    def _set(self, command: Cmd, data: bytes, setting: str) -> None:
        answer = self._ask(command, data)
        if answer.code != SUCCESS:
            raise NoAnswer(f"the reader refuses the setting {setting}: {_words(answer)}")

    def _ask(self, command: Cmd, data: bytes = b"") -> R2000Frame:
        return self._answer(frame(self._address, command, data), command, self._waits.answer_s)

    def _answer(self, question: bytes, command: Cmd, timeout_s: float) -> R2000Frame:
        self._link.drain()

        def is_answer(heard: R2000Frame) -> bool:
            return heard.side is Side.READER and heard.command is command

        return self._link.ask(question, codec(), is_answer, timeout_s)


def _words(answer: R2000Frame) -> str:
    """Why it did not work."""
    return CODES[answer.code] if answer.code is not None else "it does not say why"
