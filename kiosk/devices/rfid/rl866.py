"""The conversation with an RL866 pad: which ISO 15693 tags lie on it, their memory and their AFI.

The sequence bit toggles with every command. After an answer that did not come, or one that says that checksum, length
or sequence was wrong, both sides are put in step again (RESYNC) and the command is given once more. A tag is opened
for each piece of work and always closed again. The end of a block written is padded with 00; lainuri sends one 00 more
than its blocks, but its capture says that the tag's blocks are a byte longer than it thought: so exactly the blocks are
sent, and only a pad that refuses their length gets the 00. Source: Hypernova-Oy/lainuri, RL866/*.py and its tests.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from kiosk.devices.decode import rl866
from kiosk.devices.decode.rl866_content import (
    SYSTEM_INFORMATION,
    AccessResult,
    Handle,
    Inventory,
    Report,
    Rl866Frame,
    SystemInformation,
    error_words,
)
from kiosk.devices.decode.turns import Side
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError

BAUD: Final = 38400
PARITY: Final = "E"

ANSWER_S: Final = 1.0
TRIES: Final = 2
ANSWERS_A_ROUND_MAX: Final = 16
READ_BYTES_MAX: Final = 112
WRITE_BYTES_MAX: Final = 32

TAG_TYPE_SLI: Final = 1
OUT_OF_STEP: Final = frozenset({0x0101, 0x0102, 0x0104})
NO_TAG: Final = frozenset({0x0404, 0x0419, 0x0420})  # an empty pad, or tags over each other: nothing to be told
WRONG_LENGTH: Final = frozenset({0x0002, 0x000B, 0x0102, 0x0105})


class _Refused(TagError):
    """An error that the pad gave, with its code."""

    def __init__(self, code: int) -> None:
        super().__init__(f"{error_words(code)} ({code:04X})")
        self.code = code


class Rl866:
    """A pad at the other end of `link`."""

    def __init__(self, link: Link, answer_s: float = ANSWER_S) -> None:
        self._link = link
        self._answer_s = answer_s
        self._sequence = 0
        self._is_in_step = False
        self._reports: dict[str, Report] = {}

    def __repr__(self) -> str:
        return f"<Rl866 {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        return self

    def start(self) -> str:
        """Put both sides in step and close what an earlier run left open."""
        node = self._resync()
        self._ask(rl866.DISCONNECT, lambda sequence: rl866.disconnect(sequence, rl866.ALL_HANDLES))
        return f"RL866 pad, node {node:02X}"

    def round(self) -> list[Tag]:
        """The tags on the pad; asks on while the pad says that there are more."""
        reports: dict[str, Report] = {}
        flags = 0
        for _ in range(ANSWERS_A_ROUND_MAX):
            answer = self._inventory(flags)
            reports |= {report.uid: report for report in answer.reports if report.uid is not None}
            if not answer.is_unfinished:
                break
            flags = rl866.GO_ON
        self._reports = reports
        return [Tag(uid, Medium.HF, antenna=report.antenna or 0) for uid, report in reports.items()]

    def afi(self, tag: Tag) -> int | None:
        """From the tag's system information."""
        with self._open(tag) as handle:
            return self._system_information(tag, handle).afi

    def write_afi(self, tag: Tag, afi: int) -> None:
        """Write the AFI register."""
        with self._open(tag) as handle:
            self._access(handle, rl866.WRITE_AFI, bytes((afi,)))

    def memory(self, tag: Tag) -> bytes:
        """All blocks that the system information names."""
        memory = bytearray()
        with self._open(tag) as handle:
            found = self._system_information(tag, handle)
            for start, blocks, size in _pieces(found, found.blocks or 0, READ_BYTES_MAX):
                data = self._access(handle, rl866.READ_BLOCKS, b"\0" + _words(start, blocks))
                if data[:2] != _words(blocks) or len(data) != 2 + blocks * size:
                    raise TagError("the pad read other blocks than those asked for")
                memory += data[2:]
        return bytes(memory)

    def write_memory(self, tag: Tag, data: bytes) -> None:
        """Write whole blocks from the first on."""
        with self._open(tag) as handle:
            found = self._system_information(tag, handle)
            size = found.block_size or 1
            needed = -(-len(data) // size)
            if needed > (found.blocks or 0):
                raise TagError(f"{len(data)} bytes do not fit on the tag")
            padded = data.ljust(needed * size, b"\0")
            for start, blocks, _ in _pieces(found, needed, WRITE_BYTES_MAX):
                self._write(handle, _words(start, blocks) + padded[start * size : (start + blocks) * size])

    def _write(self, handle: int, parameters: bytes) -> None:
        try:
            self._access(handle, rl866.WRITE_BLOCKS, parameters)
        except _Refused as refused:
            if refused.code not in WRONG_LENGTH:
                raise
            self._access(handle, rl866.WRITE_BLOCKS, parameters + b"\0")

    def _inventory(self, flags: int) -> Inventory:
        answer = self._ask(rl866.INVENTORY, lambda sequence: rl866.inventory(sequence, flags))
        if isinstance(answer.content, Inventory) and not answer.status:
            return answer.content
        if answer.status in NO_TAG:
            return Inventory(False, 0, ())
        raise NoAnswer(f"the pad cannot look for tags: {error_words(answer.status or 0)}")

    @contextmanager
    def _open(self, tag: Tag) -> Iterator[int]:
        """The handle of `tag`, for as long as the work takes."""
        kind = self._reports.get(tag.uid, Report(tag.uid))
        antenna, tag_type = kind.antenna or 0, kind.tag_type or TAG_TYPE_SLI
        answer = self._ask(rl866.CONNECT, lambda sequence: rl866.connect(sequence, tag.uid, antenna, tag_type))
        if not isinstance(answer.content, Handle) or answer.status:
            raise _Refused(answer.status or 0)
        handle = answer.content.handle
        try:
            yield handle
        finally:
            self._ask(rl866.DISCONNECT, lambda sequence: rl866.disconnect(sequence, handle))

    def _system_information(self, tag: Tag, handle: int) -> SystemInformation:
        found = SystemInformation.parse(self._access(handle, SYSTEM_INFORMATION))
        if found is None or found.uid != tag.uid:
            raise TagError("another tag answered")
        return found

    def _access(self, handle: int, code: int, parameters: bytes = b"") -> bytes:
        """What `code` gave for the open tag."""
        answer = self._ask(rl866.ACCESS, lambda sequence: rl866.access(sequence, handle, code, parameters))
        if not isinstance(answer.content, AccessResult) or answer.status:
            raise _Refused(answer.status or 0)
        result = answer.content.results[0]
        if result.error is not None:
            raise _Refused(result.error)
        if result.code != code:
            raise TagError("the pad did something else than it was asked for")
        return result.data

    def _ask(self, command: int, question: Callable[[int], bytes]) -> Rl866Frame:
        """The pad's answer, whatever its status. NoAnswer when none came, also in step again."""
        answer = None
        for _ in range(TRIES):
            if not self._is_in_step:
                self._resync()
            answer = self._ask_once(command, question)
            if answer is not None and answer.status not in OUT_OF_STEP:
                return answer
            self._is_in_step = False
        if answer is None:
            raise NoAnswer(f"{self._link!r}: the pad does not answer")
        return answer

    def _ask_once(self, command: int, question: Callable[[int], bytes]) -> Rl866Frame | None:
        sequence = self._sequence
        self._sequence ^= 1

        def is_answer(frame: Rl866Frame) -> bool:
            is_ours = frame.command == command and frame.sequence == sequence
            return frame.side is Side.READER and (is_ours or frame.status in OUT_OF_STEP)

        self._link.drain()
        try:
            return self._link.ask(question(sequence), rl866.codec(), is_answer, self._answer_s)
        except NoAnswer:
            return None

    def _resync(self) -> int:
        """Put both sides in step; the node that answered."""

        def is_answer(frame: Rl866Frame) -> bool:
            return frame.side is Side.READER and frame.command is None

        self._link.drain()
        answer = self._link.ask(rl866.resync(), rl866.codec(), is_answer, self._answer_s)
        self._sequence = 0
        self._is_in_step = True
        return answer.node


def _words(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(2, "little") for number in numbers)


def _pieces(found: SystemInformation, blocks: int, bytes_max: int) -> Iterator[tuple[int, int, int]]:
    """First block, number of blocks and block size of each command that it takes for `blocks` from the first on."""
    size = found.block_size or 1
    at_once = max(1, bytes_max // size)
    for start in range(0, blocks, at_once):
        yield start, min(at_once, blocks - start), size
