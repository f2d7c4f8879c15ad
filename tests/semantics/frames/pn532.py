"""PN532 on a serial line, after NXP's user manual UM0701-02 §6.2.1 and §7.3: frames and targets."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, uids

ACK = Frame("ack", Side.READER, bytes.fromhex("0000FF00FF00"))
NACK = Frame("nack", Side.HOST, bytes.fromhex("0000FFFF0000"))
ERROR = Frame("error", Side.READER, bytes.fromhex("0000FF01FF7F8100"))
WAKE = bytes.fromhex("5555") + bytes(14)


def normal(body: bytes) -> bytes:
    size = len(body)
    return b"\x00\x00\xff" + bytes([size, -size & 0xFF]) + body + bytes([-sum(body) & 0xFF, 0])


def extended(body: bytes) -> bytes:
    high, low = divmod(len(body), 256)
    return b"\x00\x00\xff\xff\xff" + bytes([high, low, -(high + low) & 0xFF]) + body + bytes([-sum(body) & 0xFF, 0])


def host(what: str, hexes: str, ids: tuple[Id, ...] = (), *, long: bool = False) -> Frame:
    return Frame(f"host {what}", Side.HOST, (extended if long else normal)(b"\xd4" + bytes.fromhex(hexes)), ids)


def reader(what: str, data: bytes, ids: tuple[Id, ...] = (), *, long: bool = False) -> Frame:
    return Frame(f"reader {what}", Side.READER, (extended if long else normal)(b"\xd5" + data), ids)


def type_a(number: int, uid: bytes, ats: bytes = b"", sel_res: int = 8, sens_res: str = "0004") -> bytes:
    """A target of ISO 14443-3A; ATS is there only for a card of 14443-4 and counts its own length byte."""
    tail = bytes([len(ats) + 1]) + ats if ats else b""
    return bytes([number]) + bytes.fromhex(sens_res) + bytes([sel_res, len(uid)]) + uid + tail


def type_b(number: int, nfcid0: bytes, attrib: bytes = b"") -> bytes:
    """A target of 14443-3B: ATQB of 12 bytes, the answer to ATTRIB behind its length."""
    return bytes([number, 0x50]) + nfcid0 + bytes.fromhex("0000000000 71 71") + bytes([len(attrib)]) + attrib


def felica(number: int, idm: bytes, system: bytes = b"") -> bytes:
    """A FeliCa target: the polling answer counts its own length byte; 12h, or 14h with the system code."""
    return bytes([number, 18 + len(system), 1]) + idm + bytes.fromhex("0120220427674EFF") + system


def targets(*each: bytes) -> bytes:
    return bytes([0x4B, len(each)]) + b"".join(each)


def poll_answer(what: str, each: tuple[bytes, ...], *ids: bytes, long: bool = False) -> Frame:
    return reader(what, targets(*each), uids(*ids), long=long)


U4, V4 = bytes.fromhex("078CFC4F"), bytes.fromhex("DEADBEEF")
U7, V7 = bytes.fromhex("04A1B2C3D4E5F6"), bytes.fromhex("0400FF00FF0012")
U10 = bytes.fromhex("04010203040506070809")
IDM = bytes.fromhex("0114B34E9A1B2C3D")
ATS = bytes.fromhex("78807002") + b"campus"


def some_a(rng: Random, number: int) -> tuple[bytes, bytes]:
    uid = rng.randbytes(rng.choice([4, 4, 7, 7, 10]))
    kind = rng.choice([(0x08, b""), (0x18, b""), (0x00, b""), (0x20, ATS), (0x28, ATS)])
    return type_a(number, uid, kind[1], kind[0], rng.choice(["0004", "0044", "0002", "0344"])), uid


def some(rng: Random) -> Frame:
    """Polls, acknowledgements and what lies on the reader."""
    drawn = rng.randrange(8)
    if drawn == 0:
        return rng.choice([ACK, ERROR, NACK])
    if drawn == 1:
        return host("poll", rng.choice(["4A0100", "4A0200", "02", "140100", "3205010001", "5201", "4401"]))
    if drawn == 2:
        idm = bytes([1, rng.randrange(256)]) + rng.randbytes(6)
        return poll_answer("felica", (felica(1, idm, rng.choice([b"", b"\x88\xb4"])),), idm)
    if drawn == 3:
        one, two = some_a(rng, 1), some_a(rng, 2)
        return poll_answer("two", (one[0], two[0]), one[1], two[1], long=rng.random() < 0.2)
    target, uid = some_a(rng, 1)
    return poll_answer("one", (target,), uid, long=rng.random() < 0.2)


CASES = (
    ACK,
    NACK,
    ERROR,
    host("SAMConfiguration", "1401"),
    host("SAMConfiguration long", "14010001"),
    host("GetFirmwareVersion", "02"),
    host("poll A", "4A0100"),
    host("poll two A", "4A0200"),
    host("poll felica", "4A010100FFFF0000"),
    host("poll B", "4A010300"),
    host("retries", "3205010001"),
    host("read block", "40013004"),
    host("release", "5200"),
    host("extended version", "02", long=True),
    host("wait for that card", "4A0100" + U4.hex(), uids(U4)),
    host("wait for that card of seven", "4A010088" + U7.hex(), uids(U7)),
    host("wait for that card of ten", "4A010088" + U10[:3].hex() + "88" + U10[3:].hex(), uids(U10)),
    reader("SAMConfiguration", bytes.fromhex("15")),
    reader("firmware", bytes.fromhex("0332010607")),
    reader("retries set", bytes.fromhex("33")),
    reader("release", bytes.fromhex("5300")),
    reader("block", bytes.fromhex("4100") + bytes(range(16))),
    reader("card gone", bytes.fromhex("412B")),
    poll_answer("none", ()),
    poll_answer("classic", (type_a(1, U4),), U4),
    poll_answer("classic 4K", (type_a(1, U4, b"", 0x18, "0002"),), U4),
    poll_answer("ultralight", (type_a(1, U7, b"", 0, "0044"),), U7),
    poll_answer("ten bytes", (type_a(1, U10, b"", 0, "0084"),), U10),
    poll_answer("CPU card", (type_a(1, U4, ATS, 0x20, "0004"),), U4),
    poll_answer("CPU card of seven", (type_a(1, U7, ATS, 0x20, "0344"),), U7),
    poll_answer("desfire short ATS", (type_a(1, U7, bytes.fromhex("7577810280"), 0x20, "0344"),), U7),
    poll_answer("two classic", (type_a(1, U4), type_a(2, V4)), U4, V4),
    poll_answer("four and seven", (type_a(1, U4), type_a(2, U7, b"", 0, "0044")), U4, U7),
    poll_answer("CPU and classic", (type_a(1, U7, ATS, 0x20, "0344"), type_a(2, U4)), U7, U4),
    poll_answer("classic and CPU", (type_a(1, U4), type_a(2, U7, ATS, 0x20, "0344")), U4, U7),
    poll_answer("two CPU", (type_a(1, U4, ATS, 0x20), type_a(2, V7, ATS, 0x28, "0344")), U4, V7),
    poll_answer("extended", (type_a(1, U7, ATS, 0x20, "0344"),), U7, long=True),
    poll_answer("felica", (felica(1, IDM),), IDM),
    poll_answer("felica with system code", (felica(1, IDM, b"\x88\xb4"),), IDM),
    poll_answer("two felica", (felica(1, IDM), felica(2, IDM[::-1])), IDM, IDM[::-1]),
    poll_answer("type B", (type_b(1, U4),), U4),
    poll_answer("type B with ATTRIB", (type_b(1, V4, b"\x01"),), V4),
    poll_answer("uid full of frame bytes", (type_a(1, bytes.fromhex("0000FF00")),), bytes.fromhex("0000FF00")),
    poll_answer("uid like ACK", (type_a(1, bytes.fromhex("0000FF00FF0000")),), bytes.fromhex("0000FF00FF0000")),
)  # fmt: skip

PN532 = Protocol("pn532", CASES, some)
