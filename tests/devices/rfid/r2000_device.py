"""An R2000 reader as the vendors' protocol describes it: two antennas, four settings, tags that can be read."""

import binascii

from tests.devices.decode.test_r2000 import frame, pc_word
from tests.devices.ptys import Wire
from tests.devices.rfid.uhf_device import Gen2Tag, UhfDevice

SUCCESS, MISSING, READ_FAILED, WRITE_FAILED, NO_TAG, NOT_THAT_POWER = 0x10, 0x22, 0x32, 0x33, 0x36, 0x48


class R2000Device(UhfDevice):
    """Its address is 5. Antennas above the second are not there."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(wire)
        self.region = 1
        self.power_dbm = self.saved_power_dbm = 30
        self.least_power_dbm = 0
        self.antenna = 0
        self.match = b""

    def cut(self, waiting: bytes) -> tuple[bytes, bytes]:
        if len(waiting) < 2 or len(waiting) < waiting[1] + 2:
            return b"", waiting
        return waiting[: waiting[1] + 2], waiting[waiting[1] + 2 :]

    def answer(self, command: bytes) -> bytes:
        number, data = command[3], command[4:-1]
        assert command[2] in {0xFF, 5}
        self.asked.append((number, data))
        if number == 0x89:
            return self._round()
        return frame(number, self._data(number, data), 5)

    def _data(self, number: int, data: bytes) -> bytes:
        match number:
            case 0x72:
                return b"\x01\x09"
            case 0x79:
                return bytes([self.region, 7, 59])
            case 0x78:
                self.region = data[0]
            case 0x66 if data[0] < self.least_power_dbm:
                return bytes([NOT_THAT_POWER])
            case 0x66:
                self.power_dbm = data[0]
            case 0x76:
                self.power_dbm = self.saved_power_dbm = data[0]
            case 0x77:
                return bytes([self.saved_power_dbm])
            case 0x74:
                self.antenna = data[0]
            case 0x85:
                self.match = data[2:]
            case 0x81:
                return self._read(data)
            case 0x82:
                return self._write(data)
        return bytes([SUCCESS])

    def _round(self) -> bytes:
        if self.antenna > 1:
            return frame(0x89, bytes([MISSING]), 5)
        tags = [tag for tag in self.field if tag.antenna == self.antenna]
        seen = [
            frame(0x89, bytes([0x08 | self.antenna]) + tag.pc.to_bytes(2) + tag.epc + b"\x45", 5) for tag in tags * 2
        ]
        return b"".join(seen) + frame(0x89, bytes([self.antenna, 0, 17, 0, 0, 0, len(seen)]), 5)

    def _tag(self) -> Gen2Tag | None:
        """The tag that was chosen; any where none was."""
        tags = [tag for tag in self.field if tag.antenna == self.antenna]
        return next((tag for tag in tags if not self.match or tag.epc == self.match), None)

    def _read(self, data: bytes) -> bytes:
        tag = self._tag()
        if tag is None:
            return bytes([NO_TAG])
        memory = tag.read(*data[:3])
        return bytes([READ_FAILED]) if memory is None else self._named(tag, memory, len(memory))

    def _write(self, data: bytes) -> bytes:
        tag = self._tag()
        if tag is None:
            return bytes([NO_TAG])
        assert len(data) == 7 + 2 * data[6]
        return self._named(tag, b"", SUCCESS if tag.write(data[4], data[5], data[7:]) else WRITE_FAILED)

    def _named(self, tag: Gen2Tag, memory: bytes, third_last: int) -> bytes:
        named = pc_word(tag.epc, tag.pc & 0xFF) + tag.epc
        content = named + (binascii.crc_hqx(named, 0xFFFF) ^ 0xFFFF).to_bytes(2) + memory
        return bytes([0, 1, len(content)]) + content + bytes([third_last, 0x08 | self.antenna, 1])
