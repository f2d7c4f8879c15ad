"""Library tags' memory, built from the standards: ISO/IEC 15962 objects for ISO 28560-2, blocks for ISO 28560-3."""

from collections.abc import Set

from tests.semantics.frames.frame import crc_1021

AUTO, INTEGER, BCD, FIVE, SIX, SEVEN, OCTETS, UTF8 = range(8)
ISIL = -1


def bits(values: list[int], width: int, pad: int = 0) -> bytes:
    """Values of `width` bits, filled up to whole bytes with ones at `pad` or zeros."""
    text = "".join(f"{value:0{width}b}" for value in values)
    text += str(pad) * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8, "big")


def compacted(text: str, compaction: int) -> bytes:
    match compaction:
        case 1:
            number = int(text)
            return number.to_bytes((number.bit_length() + 7) // 8, "big")
        case 2:
            return bytes.fromhex(text + "F" * (len(text) % 2))
        case 3:
            return bits([ord(letter) & 0x1F for letter in text], 5)
        case 4:
            # 15962 fills six-bit codes up with the beginning of 100000.
            codes = "".join(f"{ord(letter) & 0x3F:06b}" for letter in text)
            codes += "100000"[: -len(codes) % 8]
            return int(codes, 2).to_bytes(len(codes) // 8, "big")
        case 5:
            return bits([ord(letter) for letter in text], 7, 1)
        case 6:
            return text.encode("latin-1")
        case _:
            return text.encode()


def isil(text: str) -> bytes:
    """28560-2 Annex: five-bit codes beginning in upper case; 28 and 29 change the case, 30 the next digits' table."""
    out, case, at = "", "upper", 0
    while at < len(text):
        letter = text[at]
        if letter.isdigit():
            if case != "digit":
                out += f"{30:05b}"
                case = "digit"
            out += f"{int(letter):04b}"
        elif letter == "-" or (letter == ":" and case in {"upper", "digit"}) or (letter == "/" and case == "lower"):
            table = {"-": 0, ":": 27, "/": 27}
            out += f"{10 if letter == '-' else 11:04b}" if case == "digit" else f"{table[letter]:05b}"
        else:
            want = "upper" if letter.isupper() or letter == ":" else "lower"
            if case == "digit":
                out += f"{12 if want == 'upper' else 14:04b}"
                case = want
            elif case != want:
                out += f"{28:05b}"
                case = want
            out += f"{27 if letter in ':/' else ord(letter.lower()) - 96:05b}"
        at += 1
    out += "1" * (-len(out) % 8)
    return int(out, 2).to_bytes(len(out) // 8, "big")


def object_of(oid: int, value: str | bytes, compaction: int, pad: int | None = None) -> bytes:
    """Precursor, number if above 14, pad byte if any, length in groups of seven bits, data, the padding."""
    data = value if isinstance(value, bytes) else isil(value) if compaction == ISIL else compacted(value, compaction)
    low, number = (oid, b"") if oid < 15 else (15, bytes([oid - 15]))
    precursor = (pad is not None) << 7 | max(compaction, 0) << 4 | low
    size = bytes([len(data)]) if len(data) < 128 else bytes([0x80 | len(data) >> 7, len(data) & 0x7F])
    offset = b"" if pad is None else bytes([pad])
    return bytes([precursor]) + number + offset + size + data + bytes(pad or 0)


def content(oids: Set[int]) -> bytes:
    """Object 2: bit 0, the highest, stands for object 3."""
    text = "".join(str(int(oid in oids)) for oid in range(3, 27)).rstrip("0")
    text += "0" * (-len(text) % 8)
    return object_of(2, int(text, 2).to_bytes(len(text) // 8, "big"), AUTO)


def memory(*objects: bytes, size: int = 0) -> bytes:
    """The objects and the byte that ends them, on a tag of `size` bytes if given."""
    data = b"".join(objects) + b"\x00"
    return data.ljust(size, b"\x00")


def block(
    item: str,
    country: str,
    rest: str,
    *,
    parts: int = 1,
    part: int = 1,
    head: int = 0x11,
    size: int = 34,
    more: bytes = b"",
) -> bytes:
    """The basic block of 28560-3, its CRC over what 34 bytes would hold; of a 32-byte tag the last two are missing."""
    front = bytes([head, parts, part]) + item.encode().ljust(16, b"\x00")
    back = country.encode() + rest.encode().ljust(11, b"\x00")
    whole = front + crc_1021(front + back).to_bytes(2, "little") + back + more
    return whole.ljust(size, b"\x00")[:size] if size < 34 or len(whole) < size else whole


def extension(number: int, *fields: str) -> bytes:
    """An extension block: its length, number and fields ending with 00; all its bytes XOR to 0."""
    payload = b"".join(field.encode() + b"\x00" for field in fields)
    head = bytes([len(payload) + 4]) + number.to_bytes(2, "little")
    total = 0
    for byte in head + payload:
        total ^= byte
    return head + bytes([total]) + payload


def reversed_blocks(data: bytes, size: int) -> bytes:
    """As a reader gives them that sends each block's last byte first."""
    return b"".join(data[at : at + size][::-1] for at in range(0, len(data), size))
