"""A UHF module of the M100 family: M100, QM100, YRM100, R200, EL-UHF-RMT01.

The module polls by itself, sends a notice for each tag, and an error 15 for each empty round: its heartbeat. Silence
means that the count of rounds is used up or that the module was reset; region and power are then read back, put right,
and polling begins anew. Polling stops before a tag is read or written, and every answer must name the tag that was
meant. Sources: R200 user protocol V2.3.3 (in jredrejo/rfid-r200), M5Stack's Unit RFID-UHF protocol.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import serial

from kiosk.devices.decode import epc
from kiosk.devices.decode.m100 import (
    BANK_EPC,
    BANK_USER,
    REGIONS,
    Code,
    Command,
    Kind,
    M100Frame,
    Variant,
    codec,
    poll_many,
    read,
    select,
    set_power,
    write,
)
from kiosk.devices.decode.m100_errors import BUSY, NO_TAG, READ_OVERRUN, error_words
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess, TagError

BAUD: Final = 115200
PARITY: Final = serial.PARITY_NONE

REGION_CODES: Final = {name: bytes((code,)) for code, name in REGIONS.items()}
POLLS: Final = 10_000
HARDWARE: Final = b"\x00"
FIRMWARE: Final = b"\x01"
SELECT_BEFORE_ACCESS: Final = b"\x02"
DONE: Final = b"\x00"
PC_WORD: Final = 1
TRIES: Final = 3
WORTH_A_TRY: Final = NO_TAG | {BUSY}
READ_WORDS: Final = 16
WRITE_WORDS: Final = 8
MEMORY_WORDS_MAX: Final = 512


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the module may take for an answer, and for a tag; how long a round listens."""

    answer_s: float = 0.5
    tag_s: float = 1.0
    listen_s: float = 0.12


class M100:
    """The conversation with one module, and through it with one tag."""

    def __init__(self, link: Link, region: str, power_dbm: int, waits: Waits = Waits()) -> None:
        self._link = link
        self._region = region
        self._region_code = REGION_CODES[region]
        self._power_dbm = power_dbm
        self._waits = waits
        self._codec = codec()
        self._variant = Variant.BB
        self._polling = False

    def __repr__(self) -> str:
        return f"<M100 {self._variant.name} {self._region} {self._power_dbm} dBm {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        """The module reads and writes tags itself."""
        return self

    def start(self) -> str:
        """Find out which heads the module speaks, set region and power, and read both back."""
        name = self._hello()
        self._set_up()
        parts = [name, f"region {self._region}", f"{self._power_dbm} dBm"]
        with suppress(NoAnswer):
            parts.insert(1, f"firmware {self._ask(Command(Code.INFO, FIRMWARE)).text}")
        return ", ".join(parts)

    def round(self) -> list[Tag]:
        """The tags whose notices came within one short while."""
        if not self._polling:
            self._send(poll_many(POLLS))
            self._polling = True
        frames = self._link.listen(self._codec, self._waits.listen_s)
        if not any(frame.kind is Kind.NOTICE or frame.error is not None for frame in frames):
            with suppress(NoAnswer):
                self._stop()
            self._set_up()
        tags: dict[str, Tag] = {}
        for frame in frames:
            if frame.kind is Kind.NOTICE and frame.tag is not None and frame.tag.epc:
                seen = frame.tag
                tags[seen.epc] = Tag(seen.epc, Medium.UHF, pc=seen.pc, rssi_dbm=seen.rssi_dbm)
        return list(tags.values())

    def afi(self, tag: Tag) -> int | None:
        """The low byte of the tag's PC word; None where its T bit says that the EPC is GS1's."""
        return epc.afi(self._pc(tag))

    def write_afi(self, tag: Tag, afi: int) -> None:
        """Set the T bit and the low byte of the PC word; length and indicators stay as the tag has them."""
        pc = epc.with_afi(self._pc(tag), afi)  # which selects the tag, too
        self._write(tag, BANK_EPC, PC_WORD, pc.to_bytes(2, "big"))

    def memory(self, tag: Tag) -> bytes:
        """Bank 11 up to where the tag says that it ends."""
        self._select(tag)
        memory, words = b"", READ_WORDS
        while words and len(memory) < 2 * MEMORY_WORDS_MAX:
            answer = self._try(read(BANK_USER, len(memory) // 2, words))
            if answer.error == READ_OVERRUN:
                words //= 2
            else:
                memory += self._data(tag, answer, 2 * words)
        return memory

    def write_memory(self, tag: Tag, data: bytes) -> None:
        """Write bank 11 from its first word on, a few words at a time, once the tag that is meant has answered."""
        self._pc(tag)
        data += bytes(len(data) % 2)
        for at in range(0, len(data), 2 * WRITE_WORDS):
            self._write(tag, BANK_USER, at // 2, data[at : at + 2 * WRITE_WORDS])

    def _hello(self) -> str:
        """The module's own name, in the variant to which it answers."""
        for variant in (*Variant, *Variant):  # a module that sleeps is woken by the first command and does not hear it
            self._variant = variant
            self._polling = True  # an earlier program may have left it so
            with suppress(NoAnswer):
                self._stop()
            with suppress(NoAnswer):
                info = self._ask(Command(Code.INFO, HARDWARE))
                if info.error is None:
                    return info.text
        raise NoAnswer("no M100 module answers, neither with BB nor with AA")

    def _set_up(self) -> None:
        """Region and power as the settings say; they are written only where the module has others."""
        self._ensure(Code.GET_REGION, Command(Code.SET_REGION, self._region_code), f"region {self._region}")
        self._ensure(Code.GET_POWER, set_power(self._power_dbm), f"a power of {self._power_dbm} dBm")
        self._ask(Command(Code.SET_SELECT_MODE, SELECT_BEFORE_ACCESS), Code.SET_SELECT)

    def _ensure(self, getter: Code, setter: Command, what: str) -> None:
        """Set what `getter` tells unless it is so, and read it back."""
        if self._ask(Command(getter)).parameters == setter.parameters:
            return
        answer = self._ask(setter)
        if answer.error is not None or self._ask(Command(getter)).parameters != setter.parameters:
            raise NoAnswer(f"the module does not take {what}")

    def _pc(self, tag: Tag) -> int:
        self._select(tag)
        answer = self._try(read(BANK_EPC, PC_WORD, 1))
        return int.from_bytes(self._data(tag, answer, 2), "big")

    def _write(self, tag: Tag, bank: int, word: int, data: bytes) -> None:
        answer = self._try(write(bank, word, data))
        if self._data(tag, answer, 1) != DONE:
            raise TagError("write: the tag did not confirm it")

    def _select(self, tag: Tag) -> None:
        """Speak to this tag only."""
        self._stop()
        answer = self._ask(select(bytes.fromhex(tag.uid)))
        if answer.error is not None:
            raise TagError(error_words(answer.error))
        self._ask(Command(Code.SET_SELECT_MODE, SELECT_BEFORE_ACCESS), Code.SET_SELECT)

    def _try(self, command: Command) -> M100Frame:
        """The answer to an access command, asked again while the tag is not heard."""
        for _ in range(TRIES - 1):
            answer = self._ask(command, timeout_s=self._waits.tag_s)
            if answer.error not in WORTH_A_TRY:
                return answer
        return self._ask(command, timeout_s=self._waits.tag_s)

    def _data(self, tag: Tag, answer: M100Frame, size: int) -> bytes:
        """What the tag answered, if it was this tag and all of it."""
        if answer.error is not None:
            raise TagError(error_words(answer.error))
        if answer.tag is None or answer.tag.epc != tag.uid:
            raise TagError("another tag answered")
        if len(answer.tag.data) != size:
            raise TagError("the tag answered too much or too little")
        return answer.tag.data

    def _stop(self) -> None:
        """End the polling, so that nothing but answers comes."""
        if self._polling:
            self._polling = False
            self._send(Command(Code.STOP))
            self._link.collect(self._codec, lambda frame: self._answers(frame, Code.STOP), self._waits.answer_s)

    def _ask(self, command: Command, also: Code | None = None, timeout_s: float | None = None) -> M100Frame:
        """The answer to a command, or the error. Some firmware answers with the code of another command: `also`."""
        self._link.drain()
        self._codec.end()

        def is_answer(frame: M100Frame) -> bool:
            is_error = frame.variant is self._variant and frame.error is not None
            return is_error or self._answers(frame, command.code) or (also is not None and self._answers(frame, also))

        question = command.frame(self._variant)
        timeout_s = self._waits.answer_s if timeout_s is None else timeout_s
        return self._link.ask(question, self._codec, is_answer, timeout_s)

    def _send(self, command: Command) -> None:
        self._link.send(command.frame(self._variant))

    def _answers(self, frame: M100Frame, code: int) -> bool:
        return frame.variant is self._variant and frame.kind is Kind.ANSWER and frame.command == code
