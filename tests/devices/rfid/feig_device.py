"""A FEIG i-scan reader, written by hand from the manuals ISC.PR101 and ISC.MR102: ISO 15693 tags can be laid on it."""

from collections.abc import Iterable

from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import HfDevice, IsoTag, crc16

OK, NO_TAG, WRITE_ERROR, NO_BLOCK, UNKNOWN, MORE, REFUSED = 0x00, 0x01, 0x03, 0x04, 0x80, 0x94, 0x95
NAMES = {0x66: "reader info", 0x69: "rf reset", 0xB0: "iso"}
ISO_NAMES = {0x01: "inventory", 0x23: "read", 0x24: "write", 0x27: "write afi", 0x2B: "system information"}


def frame(control: int, data: bytes = b"", address: int = 0, *, is_advanced: bool = True) -> bytes:
    """A frame as either side sends it; the reader's `data` begin with its status."""
    body = bytes((address, control)) + data
    head = b"\x02" + (len(body) + 5).to_bytes(2, "big") if is_advanced else bytes((len(body) + 3,))
    return head + body + crc16(head + body)


def inventory(tags: Iterable[tuple[str, int]], status: int = OK) -> bytes:
    """Status and data of an inventory answer: UID and DSFID of each tag."""
    sets = [b"\x03" + bytes((dsfid,)) + bytes.fromhex(uid) for uid, dsfid in tags]
    return bytes((status, len(sets))) + b"".join(sets)


class FeigDevice(HfDevice):
    """The reader. It tells a tag once, until the field was off. `knows_advanced`: whether it answers advanced frames;
    `refuses_system`: the status with which it refuses to tell system information.
    """

    def __init__(self, wire: Wire, address: int = 0, tags_max: int = 20) -> None:
        super().__init__(wire)
        self.address = address
        self.tags_max = tags_max
        self.knows_advanced = True
        self.knows_rf_reset = True
        self.refuses_system: bytes = b""
        self.quiet: set[str] = set()
        self._untold: list[IsoTag] = []

    def power_up(self) -> None:
        self.quiet = set()
        self._untold = []

    def take_frame(self, buffer: bytearray) -> bytes | None:
        while buffer and buffer[0] < 5 and buffer[0] != 2:
            del buffer[0]
        if len(buffer) < 3:
            return None
        length = int.from_bytes(buffer[1:3], "big") if buffer[0] == 2 else buffer[0]
        if len(buffer) < length:
            return None
        taken = bytes(buffer[:length])
        del buffer[:length]
        return taken

    def answer(self, frame_: bytes) -> bytes | None:
        is_advanced = frame_[0] == 2
        if crc16(frame_[:-2]) != frame_[-2:] or (is_advanced and not self.knows_advanced):
            return None
        body = frame_[3:-2] if is_advanced else frame_[1:-2]
        if body[0] not in {0xFF, self.address}:
            return None
        control, data = body[1], body[2:]
        said = self._carry_out(control, data)
        return frame(control, said, self.address, is_advanced=is_advanced or len(said) > 250)

    def _carry_out(self, control: int, data: bytes) -> bytes:
        self.heard(ISO_NAMES.get(data[0], "unknown") if control == 0xB0 else NAMES.get(control, "unknown"))
        if control == 0x66:
            return bytes.fromhex("00 0301 00 00 4C 0008 0100 0100")
        if control == 0x69 and self.knows_rf_reset:
            self.quiet = set()
            return bytes((OK,))
        if control != 0xB0:
            return bytes((UNKNOWN,))
        if data[0] == 0x01:
            return self._inventory(is_next=bool(data[1] & 0x80))
        assert data[1] == 0x01, "every command but the inventory names its tag"
        tag = self.field.get(data[2:10].hex().upper())
        return bytes((NO_TAG,)) if tag is None else self._do(tag, data[0], data[10:])

    def _inventory(self, *, is_next: bool) -> bytes:
        if not is_next:
            self._untold = [tag for tag in self.field.values() if tag.uid not in self.quiet]
            self.quiet |= set(self.field)
        told, self._untold = self._untold[: self.tags_max], self._untold[self.tags_max :]
        if not told:
            return bytes((NO_TAG,))
        return inventory([(tag.uid, tag.dsfid) for tag in told], MORE if self._untold else OK)

    def _do(self, tag: IsoTag, command: int, asked: bytes) -> bytes:
        if command == 0x2B:
            memory = bytes((tag.block_size - 1, tag.blocks - 1))
            told = bytes((OK, tag.dsfid)) + bytes.fromhex(tag.uid) + bytes((tag.afi,)) + memory + b"\x01"
            return self.refuses_system or told
        if command == 0x23:
            data = tag.read(asked[0], asked[1])
            if data is None:
                return bytes((NO_BLOCK,))
            blocks = [data[at : at + tag.block_size] for at in range(0, len(data), tag.block_size)]
            return bytes((OK, len(blocks), tag.block_size)) + b"".join(b"\x00" + block[::-1] for block in blocks)
        if command == 0x24:
            start, count, size = asked[:3]
            assert (size, len(asked)) == (tag.block_size, 3 + count * size)
            blocks = [asked[3 + at : 3 + at + size][::-1] for at in range(0, count * size, size)]
            return bytes((OK,)) if tag.write(start, b"".join(blocks)) else bytes((WRITE_ERROR, start))
        if command == 0x27:
            return bytes((OK,)) if tag.write_afi(asked[0]) else bytes((REFUSED, 0x12))
        return bytes((UNKNOWN,))
