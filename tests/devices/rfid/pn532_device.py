"""A PN532 on HSU, written by hand from the user manual: it sleeps, acknowledges, and polls for ever by default."""

from tests.devices.ptys import Wire
from tests.devices.rfid.far_end import FarEnd

ACK = bytes.fromhex("00 00 FF 00 FF 00")
NACK = bytes.fromhex("00 00 FF FF 00 00")
FAULT = bytes.fromhex("00 00 FF 01 FF 7F 81 00")
SAM, FIRMWARE, RF, LIST, RELEASE = 0x14, 0x02, 0x32, 0x4A, 0x52
FOR_EVER = 0xFF


def frame(body: bytes) -> bytes:
    """TFI and data as a normal frame."""
    return b"\0\0\xff" + bytes((len(body), -len(body) % 256)) + body + bytes((-sum(body) % 256, 0))


class Card:
    """A type A card. One that was selected does not answer again until it had no field."""

    def __init__(self, uid: str, sel_res: int = 0x08, ats: str = "") -> None:
        self.uid = bytes.fromhex(uid)
        self.sel_res = sel_res
        self.ats = bytes.fromhex(ats)
        self.is_selected = False

    def record(self, number: int) -> bytes:
        self.is_selected = True
        return bytes((number, 0x00, 0x04, self.sel_res, len(self.uid))) + self.uid + self.ats


class Pn532Device(FarEnd):
    """The chip, with cards on it. `heard` are the codes of the commands, with "ack" and "nack"."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.cards: list[Card] = []
        self.heard: list[int | str] = []
        self.is_awake = False
        self.starts_awake = False
        self.is_polling = False
        self.answers_for: dict[int, bytes] = {}  # what it says instead, to a command
        self.ack_ticks = 0  # how long the first acknowledgement takes
        self._buffer = b""
        self._tries = FOR_EVER
        self._last = b""
        self._due: list[tuple[int, bytes]] = []

    def power_up(self) -> None:
        self._buffer, self._tries, self._due = b"", FOR_EVER, []
        self.is_awake, self.is_polling = self.starts_awake, self.starts_awake

    def hear(self, data: bytes) -> None:
        self._buffer += data
        if not self.is_awake:
            at = self._buffer.find(b"\x55\x55" + bytes(10))
            if at < 0:
                return
            self.is_awake, self._buffer = True, self._buffer[at + 2 :]
        while (at := self._buffer.find(b"\x00\xff")) >= 0 and len(self._buffer) >= at + 4:
            rest = self._buffer[at + 2 :]
            if rest[:2] in {b"\x00\xff", b"\xff\x00"}:
                self._buffer = rest[2:]
                self._acknowledged() if rest[0] == 0 else self._again()
                continue
            if len(rest) < rest[0] + 3:
                return
            body, self._buffer = rest[2 : 2 + rest[0]], rest[rest[0] + 3 :]
            assert sum(rest[2 : rest[0] + 3]) % 256 == 0
            assert body[0] == 0xD4
            self._command(body[1], body[2:])

    def tick(self) -> None:
        due, self._due = self._due, []
        for ticks, data in due:
            if ticks > 0:
                self._due.append((ticks - 1, data))
            else:
                self.say(data)
        if self.is_polling and self._found():
            self.is_polling = False
            self._answer(LIST, self._listed())

    def _acknowledged(self) -> None:
        self.heard.append("ack")
        self.is_polling, self._due = False, []

    def _again(self) -> None:
        self.heard.append("nack")
        self.say(self._last)

    def _command(self, code: int, data: bytes) -> None:
        if self.is_polling:
            return
        self.heard.append(code)
        self._due.append((self.ack_ticks, ACK))
        ticks, self.ack_ticks = self.ack_ticks, 0
        if code in self.answers_for:
            self._due.append((ticks, self.answers_for[code]))
        elif code == SAM:
            self._answer(code, b"", ticks)
        elif code == FIRMWARE:
            self._answer(code, bytes.fromhex("32 01 06 07"), ticks)
        elif code == RF:
            if data[0] == 5:
                self._tries = data[3]
            if data[0] == 1 and not data[1] & 1:
                for card in self.cards:
                    card.is_selected = False
            self._answer(code, b"", ticks)
        elif code == LIST:
            assert data == b"\x02\x00"
            if self._found() or self._tries != FOR_EVER:
                self._answer(code, self._listed(), ticks)
            else:
                self.is_polling = True
        elif code == RELEASE:
            self._answer(code, b"\x00", ticks)
        else:
            self._due.append((ticks, FAULT))

    def _found(self) -> list[Card]:
        return [card for card in self.cards if not card.is_selected][:2]

    def _listed(self) -> bytes:
        found = self._found()
        return bytes((len(found),)) + b"".join(card.record(number) for number, card in enumerate(found, 1))

    def _answer(self, code: int, data: bytes, ticks: int = 0) -> None:
        self._last = frame(bytes((0xD5, code + 1)) + data)
        self._due.append((ticks, self._last))
