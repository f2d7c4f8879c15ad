"""A reader of the UHFReader18 or UHFReader288 family, as the manuals describe them."""

from tests.devices.decode.test_uhfreader18 import frame, tags_18, tags_288
from tests.devices.ptys import Wire
from tests.devices.rfid.uhf_device import Gen2Tag, UhfDevice

NO_TAG, TAG_ERROR, BAD_PARAMETER = 0xFB, 0xFC, 0xFF
PAST_THE_END, LOCKED = 3, 4
TAGS_A_FRAME = 2


class UhfReader18Device(UhfDevice):
    """Its address is 0, its band Europe, its power 30 dBm."""

    def __init__(self, wire: Wire, *, is_288: bool = False) -> None:
        super().__init__(wire)
        self.is_288 = is_288
        self.region = bytes.fromhex("4E00")
        self.power_dbm = 30
        self.scan_time = 10
        self.refuses_power = False

    def cut(self, waiting: bytes) -> tuple[bytes, bytes]:
        if not waiting or len(waiting) < waiting[0] + 1:
            return b"", waiting
        return waiting[: waiting[0] + 1], waiting[waiting[0] + 1 :]

    def answer(self, command: bytes) -> bytes:
        number, data = command[2], command[3:-2]
        assert command[1] in {0xFF, 0}
        self.asked.append((number, data))
        if number == 0x01:
            return self._inventory(data)
        return frame(number, self._data(number, data))

    def _data(self, number: int, data: bytes) -> bytes:
        match number:
            case 0x21:
                settings = bytes([self.power_dbm, self.scan_time]) + bytes(4 * self.is_288)
                return b"\x00\x02\x0d" + (b"\x0c" if self.is_288 else b"\x09") + b"\x03" + self.region + settings
            case 0x22:
                self.region = data
            case 0x25:
                self.scan_time = data[0]
            case 0x2F if self.refuses_power:
                return bytes([BAD_PARAMETER])
            case 0x2F:
                self.power_dbm = data[0]
            case 0x02:
                return self._read(data)
            case 0x03:
                return self._write(data)
        return b"\x00"

    def _inventory(self, data: bytes) -> bytes:
        antenna = data[-2] & 0x03 if data else 0
        epcs = [tag.epc for tag in self.field if tag.antenna == antenna]
        if not epcs:
            return frame(0x01, bytes([NO_TAG]))
        parts = [epcs[at : at + TAGS_A_FRAME] for at in range(0, len(epcs), TAGS_A_FRAME)]
        frames = []
        for at, part in enumerate(parts):
            status = 1 if at == len(parts) - 1 else 3
            mask = 1 << antenna
            frames.append(tags_288(*part, status=status, antenna=mask) if data else tags_18(*part, status=status))
        return b"".join(frames)

    def _tag(self, epc: bytes) -> Gen2Tag | None:
        return next((tag for tag in self.field if tag.epc == epc), None)

    def _read(self, data: bytes) -> bytes:
        epc, rest = data[1 : 1 + 2 * data[0]], data[1 + 2 * data[0] :]
        assert len(rest) == 7
        tag = self._tag(epc)
        if tag is None:
            return bytes([NO_TAG])
        memory = tag.read(*rest[:3])
        return bytes([TAG_ERROR, PAST_THE_END]) if memory is None else b"\x00" + memory

    def _write(self, data: bytes) -> bytes:
        words, epc, rest = data[0], data[2 : 2 + 2 * data[1]], data[2 + 2 * data[1] :]
        assert len(rest) == 6 + 2 * words
        tag = self._tag(epc)
        if tag is None:
            return bytes([NO_TAG])
        return b"\x00" if tag.write(rest[0], rest[1], rest[2:-4]) else bytes([TAG_ERROR, LOCKED])
