"""Readers with Impinj's R2000 (YR90xx, IND903, D2184), after the "Serial Interface Protocol" V2.2 and V3.7."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, epcs, gen2_crc, pc_word, some_epc

BOOK = bytes.fromhex("E200301666130121155074EF")
NOISY = bytes.fromhex("A004018901D1A0A0FF008901")


def frame(address: int, command: int, data: bytes) -> bytes:
    head = bytes([0xA0, len(data) + 3, address, command]) + data
    return head + bytes([-sum(head) & 0xFF])


def host(what: str, command: int, hexes: str = "", ids: tuple[Id, ...] = (), address: int = 1) -> Frame:
    return Frame(f"host {what}", Side.HOST, frame(address, command, bytes.fromhex(hexes)), ids)


def reader(what: str, command: int, data: bytes, ids: tuple[Id, ...] = (), address: int = 1) -> Frame:
    return Frame(f"reader {what}", Side.READER, frame(address, command, data), ids)


def seen(epc: bytes, command: int = 0x89, antenna: int = 4, rssi: int = 0x45, address: int = 1) -> Frame:
    """A tag in a round: frequency and antenna, PC, EPC, signal."""
    data = bytes([antenna]) + pc_word(epc) + epc + bytes([rssi])
    return reader(f"tag {command:02X} of {len(epc) * 8} bits", command, data, epcs(epc), address)


def tagged(epc: bytes, data: bytes = b"") -> bytes:
    """Count, length, PC, EPC, CRC and what was read: the middle of every access answer."""
    said = pc_word(epc) + epc
    body = said + gen2_crc(said) + data
    return b"\x00\x01" + bytes([len(body)]) + body


def read(epc: bytes, data: bytes) -> Frame:
    return reader("read", 0x81, tagged(epc, data) + bytes([len(data), 1, 1]), epcs(epc))


def written(epc: bytes, command: int) -> Frame:
    return reader(f"done {command:02X}", command, tagged(epc) + bytes.fromhex("10 01 01"), epcs(epc))


def buffered(epc: bytes, command: int) -> Frame:
    return reader(f"buffer {command:02X}", command, tagged(epc) + bytes.fromhex("45 04 02"), epcs(epc))


def some(rng: Random) -> Frame:
    epc, drawn = some_epc(rng), rng.randrange(10)
    if drawn == 0:
        return host("poll", *rng.choice([(0x89, "01"), (0x8B, "010001"), (0x72, ""), (0x75, "")]), (), 0xFF)
    if drawn == 1:
        return reader("round", 0x89, bytes([rng.randrange(4)]) + rng.randbytes(2) + b"\x00\x00" + rng.randbytes(2))
    if drawn == 2:
        return reader("error", rng.choice([0x89, 0x8B, 0x81]), rng.choice([b"\x22", b"\x36", b"\x31"]))
    if drawn == 3:
        return read(epc, rng.randbytes(2 * rng.randrange(1, 8)))
    if drawn == 4:
        return written(epc, rng.choice([0x82, 0x83, 0x84, 0x94]))
    if drawn == 5:
        return buffered(epc, rng.choice([0x90, 0x91]))
    return seen(epc, rng.choice([0x89, 0x8A, 0x8B]), rng.randrange(256), rng.randrange(0x20, 0x62), rng.randrange(0xFF))


CASES = (
    host("version", 0x72),
    host("version, everybody", 0x72, "", (), 0xFF),
    host("reset", 0x70),
    host("antenna", 0x74, "00"),
    host("antenna 4", 0x74, "03"),
    host("antenna?", 0x75),
    host("power", 0x76, "1E"),
    host("highest power", 0x76, "21"),
    host("power of four", 0x76, "1E1E1E1E"),
    host("power?", 0x77),
    host("passing power", 0x66, "1A"),
    host("region", 0x78, "030000"),
    host("region?", 0x79),
    host("temperature", 0x7B),
    host("round", 0x89, "01"),
    host("shortest round", 0x89, "FF"),
    host("round for everybody", 0x89, "01", (), 0xFF),
    host("round with session", 0x8B, "010001"),
    host("fast switching", 0x8A, "00010101020103010001"),
    host("buffered round", 0x80, "01"),
    host("read", 0x81, "030002"),
    host("read with password", 0x81, "03000200000000"),
    host("write", 0x82, "00000000" "03" "00" "02" "12345678"),
    host("lock", 0x83, "00000000" "03" "01"),
    host("match", 0x85, "000C" + BOOK.hex(), epcs(BOOK)),
    host("match no more", 0x85, "01"),
    host("match?", 0x86),
    host("buffer", 0x90),
    host("buffer and reset", 0x91),
    host("buffer count", 0x92),
    reader("version", 0x72, bytes.fromhex("0109")),
    reader("done", 0x74, b"\x10"),
    reader("antenna", 0x75, b"\x00"),
    reader("power", 0x77, b"\x1e"),
    reader("power of four", 0x77, bytes.fromhex("1E1E1E1E")),
    reader("power set", 0x76, b"\x10"),
    reader("region", 0x79, bytes.fromhex("03002B")),
    reader("region set", 0x78, b"\x10"),
    reader("temperature", 0x7B, bytes.fromhex("0128")),
    reader("end of round", 0x89, bytes.fromhex("00001100000005")),
    reader("end of session", 0x8B, bytes.fromhex("03001100000005")),
    reader("end of switching", 0x8A, bytes.fromhex("00000500000123")),
    reader("antenna missing", 0x89, b"\x22"),
    reader("antenna missing in switching", 0x8A, bytes.fromhex("0022")),
    reader("buffered round", 0x80, bytes.fromhex("00 0002 0011 00000005")),
    reader("no tag", 0x81, b"\x36"),
    reader("buffer empty", 0x90, b"\x38"),
    reader("buffer count", 0x92, b"\x00\x03"),
    reader("match", 0x86, b"\x00\x0c" + BOOK, epcs(BOOK)),
    reader("no match", 0x86, b"\x01"),
    reader("match set", 0x85, b"\x10"),
    *(seen(bytes(range(1, 1 + words * 2))) for words in (2, 3, 4, 5, 6, 8, 9, 16, 31)),
    seen(BOOK, 0x8A),
    seen(BOOK, 0x8B, 0xFF),
    seen(NOISY),
    seen(NOISY, 0x8B),
    read(BOOK, bytes.fromhex("12345678")),
    read(b"\x01\x02\x03\x04", bytes(16)),
    *(written(BOOK, command) for command in (0x82, 0x83, 0x84, 0x94)),
    *(buffered(BOOK, command) for command in (0x90, 0x91)),
)  # fmt: skip

R2000 = Protocol("r2000", CASES, some)
