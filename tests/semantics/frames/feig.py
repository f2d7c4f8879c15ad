"""FEIG OBID i-scan readers in host mode, after the system manuals of ISC.PR101 and MR200: both frames, [B0]."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, crc_8408, some_uid, uids

BOOK, OTHER, THIRD = (bytes.fromhex(text) for text in ("E004015306A22D70", "E007000002001122", "E0040150AAFF0203"))
ALL = 0xFF


def standard(body: bytes) -> bytes:
    data = bytes([len(body) + 3]) + body
    return data + crc_8408(data).to_bytes(2, "little")


def advanced(body: bytes) -> bytes:
    data = b"\x02" + (len(body) + 5).to_bytes(2, "big") + body
    return data + crc_8408(data).to_bytes(2, "little")


def host(what: str, hexes: str, ids: tuple[Id, ...] = (), address: int = ALL) -> tuple[Frame, Frame]:
    """Both forms of what the host says."""
    body = bytes([address]) + bytes.fromhex(hexes)
    return (
        Frame(f"host {what}", Side.HOST, standard(body), ids),
        Frame(f"host {what} advanced", Side.HOST, advanced(body), ids),
    )


def reader(what: str, control: int, status: int, data: bytes = b"", ids: tuple[Id, ...] = ()) -> tuple[Frame, Frame]:
    """Both forms of what the reader answers."""
    body = bytes([0, control, status]) + data
    return (
        Frame(f"reader {what}", Side.READER, standard(body), ids),
        Frame(f"reader {what} advanced", Side.READER, advanced(body), ids),
    )


def inventory(*tags: bytes, status: int = 0) -> tuple[Frame, Frame]:
    """How many, then each with its kind, its DSFID and its number, E0 first."""
    data = bytes([len(tags)]) + b"".join(b"\x03\x00" + tag for tag in tags)
    return reader(f"{len(tags)} tags, status {status:02X}", 0xB0, status, data, uids(*tags))


def addressed(command: int, uid: bytes, rest: str = "") -> tuple[Frame, Frame]:
    return host(f"addressed {command:02X}", f"B0{command:02X}01" + uid.hex() + rest, uids(uid))


def system(uid: bytes) -> tuple[Frame, Frame]:
    return reader("system", 0xB0, 0, b"\x00" + uid + bytes.fromhex("07 1B03 01"), uids(uid))


def some(rng: Random) -> Frame:
    drawn = rng.randrange(6)
    if drawn == 0:
        return rng.choice(host("inventory", rng.choice(["B00100", "B00180", "B0011001"])))
    if drawn == 1:
        return rng.choice(reader("none", 0xB0, rng.choice([1, 0x83])))
    if drawn == 2:
        command, rest = rng.choice([(0x23, "0004"), (0x27, "C2"), (0x2B, ""), (0x25, "")])
        return rng.choice(addressed(command, some_uid(rng), rest))
    if drawn == 3:
        return rng.choice(system(some_uid(rng)))
    tags = [some_uid(rng) for _ in range(rng.choice([1, 1, 2, 3, 8]))]
    return rng.choice(inventory(*tags, status=rng.choice([0, 0, 0x94])))


CASES = (
    *host("inventory", "B00100"),
    *host("inventory, reader 0", "B00100", (), 0),
    *host("inventory, more", "B00180"),
    *host("inventory by antenna", "B0011001"),
    *host("RF reset", "69"),
    *host("CPU reset", "63"),
    *host("read, any tag", "B023000004"),
    *host("read, selected", "B023020004"),
    *host("write, any tag", "B02400000104" "12345678"),
    *addressed(0x02, BOOK),
    *addressed(0x22, BOOK, "0001"),
    *addressed(0x23, BOOK, "0004"),
    *host("addressed with security", "B02309" + BOOK.hex() + "0004", uids(BOOK)),
    *addressed(0x24, BOOK, "000104" "12345678"),
    *addressed(0x25, OTHER),
    *addressed(0x26, OTHER),
    *addressed(0x27, BOOK, "C2"),
    *addressed(0x28, BOOK),
    *addressed(0x29, BOOK, "06"),
    *addressed(0x2A, BOOK),
    *addressed(0x2B, THIRD),
    *addressed(0x2C, THIRD, "0004"),
    *addressed(0xA2, BOOK),
    *addressed(0xA3, BOOK),
    *reader("no transponder", 0xB0, 1),
    *reader("done", 0xB0, 0),
    *reader("write error", 0xB0, 3),
    *reader("no answer", 0xB0, 0x83),
    *reader("ISO error", 0xB0, 0x95, b"\x0f"),
    *reader("RF reset", 0x69, 0),
    *reader("CPU reset", 0x63, 0),
    *reader("unknown command", 0x72, 0x80),
    *reader("blocks", 0xB0, 0, bytes.fromhex("0204" "00" "31010111" "00" "35343332")),
    *inventory(BOOK),
    *inventory(BOOK, OTHER),
    *inventory(BOOK, OTHER, THIRD),
    *inventory(*(bytes.fromhex(f"E004010012345{n:03X}") for n in range(16)), status=0x94),
    *system(BOOK),
)  # fmt: skip

FEIG = Protocol("feig", CASES, some)
