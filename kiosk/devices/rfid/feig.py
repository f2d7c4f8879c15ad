"""The conversation with a FEIG OBID i-scan reader: which ISO 15693 tags lie on it, their memory and their AFI.

Experimental: written from FEIG's manuals and library, tried on no reader yet. Commands go as advanced frames, which
have a start byte; a reader that does not know those is asked with standard frames. A reader may tell a tag only once,
until the field was off (the manuals: "quiet", ISC.PR101 p. 59), so each round begins with [69] RF reset: what lies
there is told in every round, whatever the reader's settings. It wants 5 ms of silence before a frame (ISC.PR101 p. 18).
"""

from collections.abc import Iterator
from typing import Final

from kiosk.devices.decode import feig
from kiosk.devices.decode.feig_content import (
    Blocks,
    FeigFrame,
    Inventory,
    IsoError,
    ReaderInfo,
    SystemInformation,
    iso_error_words,
    turned,
)
from kiosk.devices.decode.feig_layouts import (
    ADDRESSED,
    INVENTORY,
    ISO,
    MORE,
    MORE_DATA,
    OK,
    READ_BLOCKS,
    READER_INFO,
    RF_RESET,
    WRITE_AFI,
    WRITE_BLOCKS,
)
from kiosk.devices.decode.feig_layouts import SYSTEM_INFORMATION as ASK_SYSTEM_INFORMATION
from kiosk.devices.decode.feig_words import STATUS_WORDS
from kiosk.devices.decode.turns import Side
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError

BAUD: Final = 38400
PARITY: Final = "E"

ANSWER_S: Final = 1.0
PAUSE_S: Final = 0.006
TRIES: Final = 2
ANSWERS_A_ROUND_MAX: Final = 16
BYTES_AT_ONCE_MAX: Final = 128
NO_TAG: Final = frozenset({0x01, 0x02, 0x83})  # an empty pad, or tags that disturb each other
NOT_KNOWN: Final = frozenset({0x05, 0x80, 0x82})
NOT_KNOWN_TO_TAG: Final = frozenset({0x01, 0x02, 0x03})


class Feig:
    """A reader at the other end of `link`. `address` is its own on the bus; FF or one below 0 is any that is there."""

    def __init__(self, link: Link, address: int = feig.BROADCAST, answer_s: float = ANSWER_S) -> None:
        self._link = link
        self._address = address if address >= 0 else feig.BROADCAST
        self._answer_s = answer_s
        self._is_advanced = True

    def __repr__(self) -> str:
        return f"<Feig {self._address:02X} {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        return self

    def start(self) -> str:
        """Find out in which frames the reader answers, and who it is."""
        self._is_advanced = True
        answer = self._ask_once(READER_INFO, b"\0")
        if answer is None:
            self._is_advanced = False
            answer = self._ask(READER_INFO, b"\0")
        if not isinstance(answer.content, ReaderInfo):
            return f"FEIG reader, address {answer.address:02X}"
        info = answer.content
        return f"FEIG reader, address {answer.address:02X}, type {info.reader_type:02X}, firmware {info.firmware}"

    def round(self) -> list[Tag]:
        """The tags in the field; asks on while the reader says that there are more."""
        self._ask(RF_RESET)
        tags: dict[str, Tag] = {}
        mode = 0
        for _ in range(ANSWERS_A_ROUND_MAX):
            answer = self._ask(ISO, bytes((INVENTORY, mode)))
            if answer.status not in {OK, MORE_DATA} | NO_TAG:
                raise NoAnswer(f"the reader cannot look for tags: {_words(answer)}")
            if isinstance(answer.content, Inventory):
                for tag in answer.content.tags:
                    if tag.uid is not None:
                        tags[tag.uid] = Tag(tag.uid, Medium.HF, dsfid=tag.dsfid, antenna=tag.antenna or 0)
            if answer.status != MORE_DATA:
                break
            mode = MORE
        return list(tags.values())

    def afi(self, tag: Tag) -> int | None:
        """From the system information; None where reader or tag do not know that command."""
        found = self._system_information(tag)
        return None if found is None else found.afi

    def write_afi(self, tag: Tag, afi: int) -> None:
        """Write the AFI register."""
        self._done(self._ask_tag(tag, WRITE_AFI, bytes((afi,))))

    def memory(self, tag: Tag) -> bytes:
        """All blocks that the system information names; empty where there is none."""
        found = self._system_information(tag)
        if found is None:
            return b""
        memory = bytearray()
        for start, count in _pieces(found, found.blocks):
            answer = self._done(self._ask_tag(tag, READ_BLOCKS, bytes((start, count))))
            read = answer.content
            if not isinstance(read, Blocks) or len(read.data) != count * found.block_size:
                raise TagError("the reader read other blocks than those asked for")
            memory += read.data
        return bytes(memory)

    def write_memory(self, tag: Tag, data: bytes) -> None:
        """Write whole blocks from the first on."""
        found = self._system_information(tag)
        if found is None:
            raise TagError("the reader does not tell how big the tag's blocks are")
        size = found.block_size
        needed = -(-len(data) // size)
        if needed > found.blocks:
            raise TagError(f"{len(data)} bytes do not fit on the tag")
        padded = data.ljust(needed * size, b"\0")
        for start, count in _pieces(found, needed):
            piece = padded[start * size : (start + count) * size]
            self._done(self._ask_tag(tag, WRITE_BLOCKS, bytes((start, count, size)) + turned(piece, size)))

    def _system_information(self, tag: Tag) -> SystemInformation | None:
        answer = self._ask_tag(tag, ASK_SYSTEM_INFORMATION)
        is_unknown_to_tag = isinstance(answer.content, IsoError) and answer.content.code in NOT_KNOWN_TO_TAG
        if answer.status in NOT_KNOWN or is_unknown_to_tag:
            return None
        found = self._done(answer).content
        if not isinstance(found, SystemInformation):
            raise TagError("the reader told something else than it was asked for")
        return found

    def _done(self, answer: FeigFrame) -> FeigFrame:
        """`answer` if the tag did what was asked."""
        if answer.status == OK:
            return answer
        if isinstance(answer.content, IsoError):
            raise TagError(f"the tag refused: {iso_error_words(answer.content.code)}")
        raise TagError(_words(answer))

    def _ask_tag(self, tag: Tag, command: int, data: bytes = b"") -> FeigFrame:
        return self._ask(ISO, bytes((command, ADDRESSED)) + bytes.fromhex(tag.uid) + data)

    def _ask(self, control: int, data: bytes = b"") -> FeigFrame:
        """The reader's answer, whatever its status. It does not answer what it did not understand, so ask twice."""
        for _ in range(TRIES):
            answer = self._ask_once(control, data)
            if answer is not None:
                return answer
        raise NoAnswer(f"{self._link!r}: the reader does not answer")

    def _ask_once(self, control: int, data: bytes) -> FeigFrame | None:
        question = feig.command(control, data, self._address, is_advanced=self._is_advanced)
        codec = feig.codec()
        codec.feed(question)  # an answer does not say to what: the codec has to know

        def is_answer(frame: FeigFrame) -> bool:
            is_ours = self._address in {feig.BROADCAST, frame.address}
            return is_ours and frame.side is Side.READER and frame.control == control

        self._link.listen(feig.codec(), PAUSE_S)  # what comes late answers an earlier question
        try:
            return self._link.ask(question, codec, is_answer, self._answer_s)
        except NoAnswer:
            return None


def _words(answer: FeigFrame) -> str:
    return f"{STATUS_WORDS[answer.status or 0]} ({answer.status or 0:02X})"


def _pieces(found: SystemInformation, blocks: int) -> Iterator[tuple[int, int]]:
    """First block and number of blocks of each command that it takes for `blocks` from the first on."""
    at_once = max(1, BYTES_AT_ONCE_MAX // found.block_size)
    for start in range(0, blocks, at_once):
        yield start, min(at_once, blocks - start)
