"""The RL866 pad for ISO 15693, after the blocks and tests of Hypernova-Oy/lainuri, which quotes its manual."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, crc_8408, some_uid, uids

BOOK, OTHER, THIRD = (bytes.fromhex(text) for text in ("E00401003F3827A7", "E00401003F382624", "E00401003F3825A4"))
ALL, NODE = 0xFF, 1


def block(node: int, control: int, inf: bytes) -> bytes:
    body = bytes([len(inf) + 5, node, control]) + inf
    return b"\xfa" + body + crc_8408(body).to_bytes(2, "little")


def host(what: str, hexes: str, ids: tuple[Id, ...] = (), turn: int = 0x40) -> Frame:
    return Frame(f"host {what}", Side.HOST, block(ALL, turn, bytes.fromhex(hexes)), ids)


def reader(what: str, command: int, data: bytes, ids: tuple[Id, ...] = (), status: int = 0, turn: int = 0) -> Frame:
    inf = bytes([command]) + status.to_bytes(2, "little") + data
    return Frame(f"reader {what}", Side.READER, block(NODE, turn, inf), ids)


def report(uid: bytes, antenna: int | None = None, kind: int = 1) -> bytes:
    """A tag in an inventory: flags say that protocol, type and number (and antenna) follow; the number ends with 00."""
    head = b"\x0e" if antenna is None else bytes([0x0F, antenna])
    return head + bytes([1, kind, 9]) + uid[::-1] + b"\x00"


def inventory(tags: tuple[bytes, ...], antenna: int | None = None, *, stop: int = 0, turn: int = 0) -> Frame:
    data = bytes([stop]) + len(tags).to_bytes(2, "little") + bytes([len(tags)])
    data += b"".join(report(tag, antenna) for tag in tags)
    return reader(f"{len(tags)} tags{'' if antenna is None else ' by antenna'}", 0x31, data, uids(*tags), 0, turn)


def connect(uid: bytes, antenna: int = 0, kind: int = 1) -> Frame:
    return host("connect", f"32{antenna:02X}01{kind:02X}0901" + uid[::-1].hex(), uids(uid))


def access(code: int, parameters: str = "") -> str:
    body = code.to_bytes(2, "little") + bytes.fromhex(parameters)
    return "3401" + f"{len(body):02X}" + body.hex()


def done(code: int, data: bytes = b"", *, well: bool = True) -> bytes:
    body = code.to_bytes(2, "little") + bytes([well]) + data
    return bytes([len(body)]) + body


def system(uid: bytes, afi: int = 7) -> bytes:
    return done(0x000A, b"\x0f" + uid[::-1] + bytes([0, afi, 0x1B, 3, 1]))


def some(rng: Random) -> Frame:
    drawn, turn = rng.randrange(7), rng.choice([0, 0x40])
    if drawn == 0:
        return host("inventory", "3100", (), turn)
    if drawn == 1:
        return connect(some_uid(rng), rng.randrange(4), rng.choice([1, 2, 3, 7, 10, 12]))
    if drawn == 2:
        uid = some_uid(rng)
        return reader("system", 0x34, system(uid, rng.choice([0, 7, 0xC2])), uids(uid), 0, turn)
    if drawn == 3:
        return reader("no tag", 0x34, b"", (), 0x0420, turn)
    tags = tuple(some_uid(rng) for _ in range(rng.randrange(12)))
    return inventory(tags, rng.choice([None, None, 0, 3]), stop=rng.randrange(2), turn=turn)


CASES = (
    Frame("host RESYNC", Side.HOST, block(ALL, 0xC0, b"")),
    Frame("reader RESYNC", Side.READER, block(NODE, 0xE0, b"")),
    host("inventory", "3100"),
    host("inventory, more", "3108"),
    host("inventory with antennas", "31010101"),
    host("configuration", "010101", (), 0),
    connect(BOOK),
    connect(OTHER, 1, 7),
    host("connect without number", "32000101" "01" "00"),
    host("disconnect", "3301", (), 0),
    host("reset", access(1)),
    host("select", access(2)),
    host("read blocks", access(3, "00" "0000" "1C00")),
    host("write blocks", access(4, "0C00" "0100" "36373839" "00")),
    host("write AFI", access(6, "C2")),
    host("system", access(0x0A)),
    host("EAS on", access(0x0C)),
    host("EAS off", access(0x0D)),
    host("EAS alarm", access(0x0F)),
    host("read block", access(0x4F, "00" "0000")),
    host("write block", access(0x50, "0100" "12345678")),
    reader("configuration", 1, bytes.fromhex("0101020200030164000000000000 00")),
    reader("connected", 0x32, b"\x01"),
    reader("not connected", 0x32, b"", (), 0x0420),
    reader("disconnected", 0x33, b""),
    reader("blocks", 0x34, done(3, b"\x02\x00" + bytes.fromhex("1101013132333435"))),
    reader("blocks written", 0x34, done(4)),
    reader("AFI written", 0x34, done(6)),
    reader("EAS on", 0x34, done(0x0C)),
    reader("block", 0x34, done(0x4F, bytes.fromhex("12345678"))),
    reader("block written", 0x34, done(0x50)),
    reader("locked block", 0x34, done(4, b"\x1b\x04", well=False)),
    reader("system", 0x34, system(BOOK), uids(BOOK)),
    reader("system, other AFI", 0x34, system(OTHER, 0xC2), uids(OTHER)),
    reader("wrong handle", 0x34, b"", (), 0x0415),
    reader("wrong sequence", 0x31, b"", (), 0x0104),
    reader("wrong checksum", 0x31, b"", (), 0x0101),
    inventory(()),
    inventory((BOOK,)),
    inventory((BOOK, OTHER, THIRD)),
    inventory((BOOK, OTHER), 0),
    inventory((BOOK, OTHER, THIRD), 3),
    inventory(tuple(bytes.fromhex(f"E004010012345{n:03X}") for n in range(18)), stop=1),
    Frame(
        "published: three tags", Side.READER,
        bytes.fromhex("fa330100310000000300030e010109a727383f000104e0000e0101092426383f000104e000"
                      "0e010109a425383f000104e00097ff"), uids(BOOK, OTHER, THIRD),
    ),
    Frame(
        "published: system", Side.READER,
        bytes.fromhex("fa1a0140340000110a00010fa727383f000104e000001b030120e7"), uids(BOOK),
    ),
    Frame("published: read", Side.READER, bytes.fromhex("fa12010034000009030001010036373800" "5729")),
    Frame("published: write", Side.HOST, bytes.fromhex("fa12ff4034010a04000c00010036373800a2dd")),
)  # fmt: skip

RL866 = Protocol("rl866", CASES, some)
