"""An RL866 pad, written by hand from lainuri's captures and field descriptions: ISO 15693 tags can be laid on it."""

from itertools import count

from tests.devices.ptys import Wire
from tests.devices.rfid.hf_device import HfDevice, IsoTag, crc16

NODE = 0x01
HOST_NODE = 0xFF
RESYNC, RESYNC_DONE = 0xC0, 0xE0
OK = 0x0000
WRONG_LENGTH, WRONG_SEQUENCE, UNKNOWN_COMMAND = 0x000B, 0x0104, 0x0103
BAD_HANDLE, BAD_BLOCK, NO_TAG = 0x0415, 0x041B, 0x0420
NAMES = {0x31: "inventory", 0x32: "connect", 0x33: "disconnect", 0x34: "access"}
ACCESS_NAMES = {0x0003: "read", 0x0004: "write", 0x0006: "write afi", 0x000A: "system information"}


def frame(pcb: int, information: bytes = b"", node: int = NODE) -> bytes:
    """A frame as either side sends it."""
    body = bytes((len(information) + 5, node, pcb)) + information
    return b"\xfa" + body + crc16(body)


def reversed_uid(uid: str) -> bytes:
    return bytes(reversed(bytes.fromhex(uid)))


def report(uid: str, *, antenna: int | None = None) -> bytes:
    """A tag in an inventory answer."""
    where = bytes((0x0E,)) if antenna is None else bytes((0x0F, antenna))
    return where + b"\x01\x01\x09" + reversed_uid(uid) + b"\x00"


def inventory(uids: list[str], *, is_unfinished: bool = False, antenna: int | None = None) -> bytes:
    """The information field of an inventory answer."""
    head = b"\x31\x00\x00" + bytes((is_unfinished,)) + len(uids).to_bytes(2, "little") + bytes((len(uids),))
    return head + b"".join(report(uid, antenna=antenna) for uid in uids)


class Rl866Device(HfDevice):
    """The pad. `reports_max` is how many tags fit into one answer; `wants_zero`: it takes a write only with a 00 more
    than its blocks.
    """

    def __init__(self, wire: Wire, reports_max: int = 18, *, wants_zero: bool = False) -> None:
        super().__init__(wire)
        self.reports_max = reports_max
        self.wants_zero = wants_zero
        self.handles: dict[int, str] = {}
        self.power_up()

    def power_up(self) -> None:
        self._sequence = 0
        self._untold: list[str] = []
        self._next_handle = count(1)
        self.handles = {}

    def take_frame(self, buffer: bytearray) -> bytes | None:
        while buffer and (buffer[0] != 0xFA or (len(buffer) > 1 and buffer[1] < 5)):
            del buffer[0]
        if len(buffer) < 2 or len(buffer) < buffer[1] + 1:
            return None
        taken = bytes(buffer[: buffer[1] + 1])
        del buffer[: len(taken)]
        return taken

    def answer(self, frame_: bytes) -> bytes | None:
        body = frame_[1:-2]
        if crc16(body) != frame_[-2:] or body[1] != HOST_NODE:
            return None
        if body[2] == RESYNC:
            self.heard("resync")
            self._sequence = 0
            return frame(RESYNC_DONE)
        command = body[3]
        self.heard(NAMES.get(command, "unknown"))
        if body[2] != self._sequence << 6:
            return frame(body[2], self._status(command, WRONG_SEQUENCE))
        self._sequence ^= 1
        return frame(body[2], self._carry_out(command, body[4:]))

    def _carry_out(self, command: int, parameters: bytes) -> bytes:
        if command == 0x31:
            return self._inventory(is_next=bool(parameters[0] & 0x08))
        if command == 0x32:
            return self._connect(parameters)
        if command == 0x33:
            return self._disconnect(parameters[0])
        if command == 0x34:
            return self._access(parameters)
        return self._status(command, UNKNOWN_COMMAND)

    def _inventory(self, *, is_next: bool) -> bytes:
        if not is_next:
            self._untold = list(self.field)
        told, self._untold = self._untold[: self.reports_max], self._untold[self.reports_max :]
        return inventory(told, is_unfinished=bool(self._untold))

    def _connect(self, parameters: bytes) -> bytes:
        assert parameters[1] == 1
        assert parameters[3:5] == b"\x09\x01"
        uid = bytes(reversed(parameters[5:])).hex().upper()
        if uid not in self.field:
            return self._status(0x32, NO_TAG)
        handle = next(self._next_handle)
        self.handles[handle] = uid
        return self._status(0x32, OK) + bytes((handle,))

    def _disconnect(self, handle: int) -> bytes:
        if handle == 0:
            self.handles = {}
        elif handle not in self.handles:
            return self._status(0x33, BAD_HANDLE)
        else:
            del self.handles[handle]
        return self._status(0x33, OK)

    def _access(self, parameters: bytes) -> bytes:
        uid = self.handles.get(parameters[0])
        if uid is None:
            return self._status(0x34, BAD_HANDLE)
        length, code, asked = parameters[1], int.from_bytes(parameters[2:4], "little"), parameters[4:]
        assert length == len(asked) + 2
        self.heard(ACCESS_NAMES.get(code, "unknown access"))
        tag = self.field.get(uid)
        done = NO_TAG if tag is None else self._do(tag, code, asked)
        result = b"\x00" + done.to_bytes(2, "little") if isinstance(done, int) else b"\x01" + done
        head = bytes((len(result) + 2,)) + code.to_bytes(2, "little")
        return self._status(0x34, OK) + head + result

    def _do(self, tag: IsoTag, code: int, asked: bytes) -> bytes | int:
        """The data that the operation gives, or its error."""
        if code == 0x000A:
            size = bytes((tag.blocks - 1, tag.block_size - 1))
            return b"\x0f" + reversed_uid(tag.uid) + bytes((tag.dsfid, tag.afi)) + size + b"\x01"
        if code == 0x0003:
            start, blocks = int.from_bytes(asked[1:3], "little"), int.from_bytes(asked[3:5], "little")
            data = tag.read(start, blocks)
            return BAD_BLOCK if data is None else asked[3:5] + data
        if code == 0x0004:
            start, blocks = int.from_bytes(asked[:2], "little"), int.from_bytes(asked[2:4], "little")
            data = asked[4:]
            if len(data) != blocks * tag.block_size + self.wants_zero:
                return WRONG_LENGTH
            return b"" if tag.write(start, data[: blocks * tag.block_size]) else BAD_BLOCK
        if code == 0x0006:
            return b"" if tag.write_afi(asked[0]) else BAD_BLOCK
        return UNKNOWN_COMMAND

    def _status(self, command: int, status: int) -> bytes:
        return bytes((command,)) + status.to_bytes(2, "little")
