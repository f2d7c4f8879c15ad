"""A PN532 on a serial line (HSU): patrons' 13.56 MHz cards.

The chip acknowledges a command at once and answers later; an ACK from the host ends a command that is still running, a
NACK asks for the last answer again. It sleeps after power-up. Polling is finite, because by default the chip says
nothing until a card comes. It reads ISO 14443 A cards; library book tags are ISO 15693, which it cannot.
Sources: NXP UM0701-02 (PN532 user manual) §6.2 and §7; nfcpy `pn532.py` and `pn53x.py`, libnfc `pn532_uart.c`.
"""

from dataclasses import dataclass
from typing import Final

import serial

from kiosk.devices.decode.pn532 import (
    ACK_BYTES,
    GET_FIRMWARE_VERSION,
    NACK_BYTES,
    RELEASE,
    RF_CONFIGURATION,
    SAM_CONFIGURATION,
    WAKE_UP,
    Kind,
    Pn532Frame,
    codec,
    command,
)
from kiosk.devices.decode.pn532_targets import LIST_TARGETS, Target
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, NoAnswer, Tag, TagAccess

BAUD: Final = 115200
PARITY: Final = serial.PARITY_NONE

WITHOUT_SAM: Final = b"\x01"
FIELD_OFF: Final = bytes.fromhex("0102")  # item 01: the field off until a command needs it, as nfcpy does it
FINITE_RETRIES: Final = bytes.fromhex("05010001")  # item 05: two tries of each kind, as nfcpy does it
TWO_TYPE_A: Final = bytes.fromhex("0200")  # as many as the chip can hold, ISO 14443 A at 106 kbit/s
ALL_TARGETS: Final = b"\x00"
RANDOM_UID: Final = "08"


@dataclass(frozen=True, slots=True)
class Waits:
    """How long the chip may take to acknowledge its first command, and for an answer of any command."""

    first_s: float = 1.5  # nfcpy: the first ACK takes that long on a Pi with a USB adapter
    answer_s: float = 0.6


class Pn532:
    """The conversation with one PN532."""

    def __init__(self, link: Link, waits: Waits = Waits()) -> None:
        self._link = link
        self._waits = waits
        self._codec = codec()

    def __repr__(self) -> str:
        return f"<Pn532 {self._link!r}>"

    @property
    def access(self) -> TagAccess | None:
        """None: a patron's card is known by its UID, and nothing is read from it or written to it."""
        return None

    def start(self) -> str:
        """End what an earlier program left running, wake the chip up, and make polling finite."""
        self._link.send(ACK_BYTES + WAKE_UP)
        self._ask(SAM_CONFIGURATION, WITHOUT_SAM, self._waits.first_s + self._waits.answer_s)
        firmware = self._ask(GET_FIRMWARE_VERSION).firmware
        if not firmware:
            raise NoAnswer("the PN532 does not tell its firmware")
        self._ask(RF_CONFIGURATION, FINITE_RETRIES)
        return firmware

    def round(self) -> list[Tag]:
        """The cards on the reader, two at most.

        They are let go afterwards and the field is switched off: a card that stays selected, or was halted, is not
        found again. An ISO 14443-4 card whose 4-byte UID begins with 08 makes a new one up whenever it gets power
        (ISO/IEC 14443-3 §6.5.4), as telephones do; it identifies nobody and is not told.
        """
        targets = self._ask(LIST_TARGETS, TWO_TYPE_A).targets
        if targets:
            self._ask(RELEASE, ALL_TARGETS)
            self._ask(RF_CONFIGURATION, FIELD_OFF)
        return [Tag(uid, Medium.CARD) for uid in dict.fromkeys(target.uid for target in targets if _is_fixed(target))]

    def _ask(self, code: int, data: bytes = b"", timeout_s: float | None = None) -> Pn532Frame:
        """The answer to a command. What was acknowledged but not answered is asked for once more, then aborted."""
        self._link.drain()
        self._codec.end()
        timeout_s = self._waits.answer_s if timeout_s is None else timeout_s
        heard: set[Kind] = set()

        def is_answer(frame: Pn532Frame) -> bool:
            heard.add(frame.kind)
            return frame.kind is Kind.FAULT or (frame.kind is Kind.ANSWER and frame.code == code)

        try:
            try:
                answer = self._link.ask(command(code, data), self._codec, is_answer, timeout_s)
            except NoAnswer:
                if Kind.ACK not in heard:
                    raise
                answer = self._link.ask(NACK_BYTES, self._codec, is_answer, self._waits.answer_s)
        except NoAnswer:
            self._link.send(ACK_BYTES)
            raise
        if answer.kind is Kind.FAULT:
            raise NoAnswer(f"the PN532 does not understand command {code:02X}")
        return answer


def _is_fixed(target: Target) -> bool:
    """Whether the card's UID stays the same."""
    return not (target.is_iso_dep and len(target.uid) == 8 and target.uid.startswith(RANDOM_UID))
