"""UHF modules of the M100 / YRM100 / R200 family, after the R200 user protocol V2.3.3; both pairs of head and tail."""

from random import Random

from tests.semantics.frames.frame import Frame, Id, Protocol, Side, epcs, gen2_crc, pc_word, some_epc

BB, AA = (0xBB, 0x7E), (0xAA, 0xDD)
BOOK = bytes.fromhex("30751FEB705C5904E3D50D70")
NOISY = bytes.fromhex("BB7EAADDBB02220011007EDD")


def frame(kind: int, command: int, parameters: bytes, ends: tuple[int, int] = BB) -> bytes:
    body = bytes([kind, command]) + len(parameters).to_bytes(2, "big") + parameters
    return bytes([ends[0]]) + body + bytes([sum(body) & 0xFF, ends[1]])


def host(what: str, command: int, hexes: str = "", ids: tuple[Id, ...] = (), ends: tuple[int, int] = BB) -> Frame:
    return Frame(f"host {what}", Side.HOST, frame(0, command, bytes.fromhex(hexes), ends), ids)


def answer(what: str, command: int, parameters: bytes, ids: tuple[Id, ...] = (), ends: tuple[int, int] = BB) -> Frame:
    return Frame(f"reader {what}", Side.READER, frame(1, command, parameters, ends), ids)


def notice(epc: bytes, rssi: int = 0xC9, low: int = 0, ends: tuple[int, int] = BB) -> Frame:
    """A tag seen: signal, PC, EPC and the tag's own CRC."""
    said = pc_word(epc, low) + epc
    data = frame(2, 0x22, bytes([rssi]) + said + gen2_crc(said), ends)
    return Frame(f"notice of {len(epc) * 8} bits", Side.READER, data, epcs(epc))


def named(epc: bytes) -> bytes:
    """The tag that an access answer speaks of: length of PC and EPC, then both."""
    return bytes([len(epc) + 2]) + pc_word(epc) + epc


def select(epc: bytes) -> str:
    """Select by the whole EPC: bank 01, from bit 32, as many bits as it has."""
    return "0100000020" + f"{len(epc) * 8:02X}" + "00" + epc.hex()


def access(rng: Random, epc: bytes, ends: tuple[int, int]) -> Frame:
    drawn = rng.randrange(5)
    if drawn == 0:
        return answer("read", 0x39, named(epc) + rng.randbytes(2 * rng.randrange(1, 8)), epcs(epc), ends)
    if drawn == 1:
        return answer("written", rng.choice([0x49, 0x82]), named(epc) + b"\x00", epcs(epc), ends)
    if drawn == 2:
        return answer(
            "tag error", 0xFF, bytes([rng.choice([0xA3, 0xB3, 0xB4, 0xC4, 0x16])]) + named(epc), epcs(epc), ends
        )
    if drawn == 3:
        return answer("error", 0xFF, bytes([rng.choice([0x15, 0x09, 0x10, 0x13, 0x17, 0x20])]), (), ends)
    return host("poll", rng.choice([0x22, 0x28]), "", (), ends)


def some(rng: Random) -> Frame:
    epc, ends = some_epc(rng), rng.choice([BB, BB, AA])
    if rng.random() < 0.5:
        return notice(epc, rng.randrange(0xA0, 0xFF), rng.choice([0, 7, 0xC2]), ends)
    return access(rng, epc, ends)


CASES = (
    host("poll", 0x22),
    host("multi poll", 0x27, "222710"),
    host("stop", 0x28),
    host("hardware", 0x03, "00"),
    host("region", 0x07, "01"),
    host("region?", 0x08),
    host("power", 0xB6, "07D0"),
    host("power?", 0xB7),
    host("hopping", 0xAD, "FF"),
    host("channel", 0xAB, "01"),
    host("select mode", 0x12, "02"),
    host("query", 0x0E, "1020"),
    host("read", 0x39, "00000000" "03" "0000" "0002"),
    host("write", 0x49, "00000000" "03" "0000" "0002" "12345678"),
    host("lock", 0x82, "0000FFFF" "020080"),
    host("kill", 0x65, "0000FFFF"),
    host("EAS", 0xE3, "00000000" "01"),
    host("select a book", 0x0C, select(BOOK), epcs(BOOK)),
    host("select a book AA", 0x0C, select(NOISY), epcs(NOISY), AA),
    host("select?", 0x0B),
    answer("selected", 0x0C, b"\x00"),
    answer("selection", 0x0B, bytes.fromhex(select(BOOK)), epcs(BOOK)),
    answer("region set", 0x07, b"\x00"),
    answer("region", 0x08, b"\x01"),
    answer("power", 0xB7, bytes.fromhex("07D0")),
    answer("stopped", 0x28, b"\x00"),
    answer("module", 0x03, b"\x00M100 26dBm V1.0"),
    answer("software AA", 0x03, b"\x01V2.3.5", (), AA),
    *(notice(bytes(range(1, 1 + words * 2))) for words in (2, 3, 4, 5, 6, 8, 9, 16, 31)),
    notice(BOOK, ends=AA),
    notice(NOISY),
    answer("poll", 0x22, b"\xc9\x30\x00" + BOOK + gen2_crc(b"\x30\x00" + BOOK), epcs(BOOK)),
    notice(NOISY, ends=AA),
    notice(BOOK, low=0xC2),
    answer("read", 0x39, named(BOOK) + bytes.fromhex("12345678"), epcs(BOOK)),
    answer("read AA", 0x39, named(BOOK) + bytes.fromhex("12345678"), epcs(BOOK), AA),
    answer("read of 32 bits", 0x39, named(b"\x01\x02\x03\x04") + b"\x99\x88", epcs(b"\x01\x02\x03\x04")),
    answer("written", 0x49, named(BOOK) + b"\x00", epcs(BOOK)),
    answer("locked", 0x82, named(BOOK) + b"\x00", epcs(BOOK)),
    answer("killed", 0x65, named(BOOK) + b"\x00", epcs(BOOK)),
    answer("EAS changed", 0xE3, named(BOOK) + b"\x00", epcs(BOOK)),
    answer("no tag", 0xFF, b"\x15"),
    answer("no tag AA", 0xFF, b"\x15", (), AA),
    answer("read: no tag", 0xFF, b"\x09"),
    answer("password", 0xFF, b"\x16" + named(BOOK), epcs(BOOK)),
    answer("overrun", 0xFF, b"\xa3" + named(BOOK), epcs(BOOK)),
    answer("locked memory", 0xFF, b"\xb4" + named(NOISY), epcs(NOISY)),
    answer("lock failed AA", 0xFF, b"\xc4" + named(BOOK), epcs(BOOK), AA),
)  # fmt: skip

M100 = Protocol("m100", CASES, some)
