"""Chafon's readers, after the manuals of UHFReader18 V2.0 and 288MP V1.14 and the tests of wabson/chafon-rfid."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, crc_8408, epcs, some_epc

BOOK = bytes.fromhex("E28068940000500A9D2298C6")
OTHER = bytes.fromhex("49440000000000000A000334")
MASK_ALL = "0F0001000000008014"


def frame(address: int, command: int, data: bytes) -> bytes:
    body = bytes([len(data) + 4, address, command]) + data
    return body + crc_8408(body).to_bytes(2, "little")


def host(what: str, command: int, hexes: str = "", ids: tuple[Id, ...] = (), address: int = 0) -> Frame:
    return Frame(f"host {what}", Side.HOST, frame(address, command, bytes.fromhex(hexes)), ids)


def reader(what: str, command: int, status: int, data: bytes = b"", ids: tuple[Id, ...] = ()) -> Frame:
    return Frame(f"reader {what}", Side.READER, frame(0, command, bytes([status]) + data), ids)


def old(status: int, *tags: bytes, command: int = 1) -> Frame:
    """The 18-series: how many, then each behind its length."""
    data = bytes([len(tags)]) + b"".join(bytes([len(tag)]) + tag for tag in tags)
    return reader(f"18: {len(tags)} tags, status {status}", command, status, data, epcs(*tags))


def new(status: int, *tags: bytes, antenna: int = 1, rssi: int = 0x6B) -> Frame:
    """The 288-series: antenna, how many, then each with its length before and its signal behind."""
    data = bytes([antenna, len(tags)]) + b"".join(bytes([len(tag)]) + tag + bytes([rssi]) for tag in tags)
    return reader(f"288: {len(tags)} tags, status {status}", 1, status, data, epcs(*tags))


def words(epc: bytes) -> str:
    """A tag named by the host: its EPC behind its length in words."""
    return f"{len(epc) // 2:02X}" + epc.hex()


def some(rng: Random) -> Frame:
    tags = [some_epc(rng) for _ in range(rng.choice([1, 1, 2, 3]))]
    status, drawn = rng.choice([1, 2, 3, 3, 4]), rng.randrange(8)
    if drawn < 3:
        return old(status, *tags)
    if drawn < 6:
        return new(status, *tags, antenna=rng.choice([1, 2, 4, 8]), rssi=rng.randrange(40, 110))
    if drawn == 6:
        return host("poll", *rng.choice([(1, ""), (1, MASK_ALL), (0x21, "")]), (), rng.choice([0, 0xFF]))
    return reader("none", 1, 0xFB)


CASES = (
    host("info", 0x21, "", (), 0xFF),
    host("inventory 18", 1),
    host("inventory 288", 1, MASK_ALL, (), 0xFF),
    host("single", 0x0F),
    host("region", 0x22, "3100"),
    host("address", 0x24, "02"),
    host("scan time", 0x25, "0A"),
    host("power", 0x2F, "1E"),
    host("baud", 0x28, "05"),
    host("read", 2, words(BOOK) + "03" "00" "04" "00000000", epcs(BOOK)),
    host("write", 3, "02" + words(BOOK) + "03" "00" "12345678" "00000000", epcs(BOOK)),
    host("lock", 6, words(BOOK) + "02" "00" "00000000", epcs(BOOK)),
    host("EAS", 0x0C, words(BOOK) + "00000000" "01", epcs(BOOK)),
    host("EAS?", 0x0D),
    host("kill", 5, words(BOOK) + "12345678", epcs(BOOK)),
    host("erase", 7, words(BOOK) + "03" "00" "04" "00000000", epcs(BOOK)),
    host("hide", 8, words(BOOK) + "00000000", epcs(BOOK)),
    host("hide any", 9, "00000000"),
    host("show", 0x0A, "00000000"),
    host("hidden?", 0x0B),
    host("new EPC", 4, "06" "00000000" + OTHER.hex(), epcs(OTHER)),
    reader("info 288", 0x21, 0, bytes.fromhex("00160C034E001E0A01000000")),
    reader("info 18", 0x21, 0, bytes.fromhex("0200" "09" "03" "31" "00" "1E" "0A")),
    reader("power set", 0x2F, 0),
    reader("region set", 0x22, 0),
    reader("wrong command", 0, 0xFE),
    reader("wrong parameter", 0x22, 0xFF),
    reader("no tag", 1, 0xFB),
    reader("read", 2, 0, bytes.fromhex("1234567890ABCDEF")),
    reader("written", 3, 0),
    reader("EPC written", 4, 0),
    *(reader(f"done {command:02X}", command, 0) for command in (5, 6, 7, 8, 9, 0x0A)),
    reader("hidden", 0x0B, 0, b"\x01"),
    *(reader(f"no tag {command:02X}", command, 0xFB) for command in (2, 3, 4, 5, 6, 7, 8, 9, 0x0C)),
    reader("wrong kill password", 5, 9),
    reader("lock refused", 6, 0xFC, b"\x0b"),
    reader("tag said no", 2, 0xFC, b"\x04"),
    reader("alarm", 0x0D, 0),
    reader("no tags 288", 1, 1, bytes.fromhex("0100")),
    *(old(status, BOOK) for status in (1, 2, 3, 4)),
    *(new(status, BOOK) for status in (1, 2, 3, 4)),
    *(old(3, bytes(range(1, 1 + words * 2))) for words in (2, 3, 4, 5, 8, 16, 31)),
    *(new(3, bytes(range(1, 1 + words * 2))) for words in (2, 3, 4, 5, 8, 16, 31)),
    old(1, BOOK, OTHER),
    old(3, BOOK, b"\x01\x02\x03\x04", OTHER),
    old(1, BOOK, command=0x0F),
    new(3, BOOK, OTHER, antenna=4),
    new(1, BOOK, b"\x01\x02\x03\x04", OTHER, antenna=8, rssi=0x5D),
)  # fmt: skip

UHFREADER18 = Protocol("uhfreader18", CASES, some)
