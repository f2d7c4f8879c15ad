"""ISO 28560-3: library data in fields of fixed length, which came out of the Danish model DS/INF 163.

A basic block of 34 bytes (32 on the smallest tags, which cut the owner short) is guarded by a CRC-16 over 32 bytes,
itself left out and zeros for what was cut. Behind it stand extension blocks, each guarded by an XOR. Shipped software
disagrees with the table, so reading tries: halves of the first byte exchanged (Bibliotheca, Hypernova-Oy/lainuri),
parts and part exchanged (scriptotek/pyrfidgeek), the bytes of each block reversed (FEIG readers, GallusMax/libdanrfid).
The CRC decides; with a wrong one there is nothing. Writing keeps to the table.

>>> decode(bytes.fromhex("1101013131323233333434" + 16 * "0" + "513E4445373035" + 12 * "0")).isil
'DE-705'
"""

from typing import Final

from kiosk.devices.decode import isil
from kiosk.devices.decode.checksums import crc_1021, xor_of
from kiosk.devices.decode.tagdata import LibraryTag, TagFormat, Usage, refusal, usage_of

DSFID: Final = 0x3E
BASIC_BYTES: Final = 34
TRUNCATED_BYTES: Final = 32
VERSION: Final = 1
ITEM: Final = slice(3, 19)
CRC: Final = slice(19, 21)
COUNTRY: Final = slice(21, 23)
UNIT: Final = slice(23, 34)
IN_LIBRARY_BLOCK: Final = 0x01
REVERSED_BLOCKS_BYTES: Final = (1, 4, 8)
EXTENSION_HEAD_BYTES: Final = 4
EXTENSION_BYTES_MAX: Final = 255

LIBRARY, ACQUISITION, SUPPLEMENT, TITLE, ILL = 1, 2, 3, 4, 5
ITEM_FIELD, OWNER_FIELD = "alternative_item", "alternative_owner"
FIELDS: Final = {
    LIBRARY: (ITEM_FIELD, OWNER_FIELD),
    ACQUISITION: ("supplier", "local_product_id", "order_number", "invoice", "gs1", "supply_stage"),
    SUPPLEMENT: ("shelf", "marc_media", "onix_media", "subsidiary"),
    TITLE: ("title",),
    ILL: ("ill_borrower", "ill_transaction", "alternative_ill_borrower"),
}
MEDIA_UNDEFINED: Final = 0


def decode(memory: bytes) -> LibraryTag | None:
    """The tag whose memory this is; None when no CRC fits."""
    if len(memory) < TRUNCATED_BYTES:
        return None
    size = BASIC_BYTES if len(memory) >= BASIC_BYTES else TRUNCATED_BYTES
    for width in REVERSED_BLOCKS_BYTES:
        turned = b"".join(memory[at : at + width][::-1] for at in range(0, len(memory), width))
        tag = _tag(turned[:size].ljust(BASIC_BYTES, b"\0"), turned[BASIC_BYTES:])
        if tag is not None:
            return tag
    return None


def _tag(basic: bytes, behind: bytes) -> LibraryTag | None:
    if _crc(basic) != basic[CRC]:
        return None
    others = _extensions(behind)
    item = others.pop(ITEM_FIELD, None) if basic[ITEM.start] == IN_LIBRARY_BLOCK else _text(basic[ITEM])
    if item is None:
        return None
    high, low = basic[0] >> 4, basic[0] & 0x0F
    version, usage = (low, high) if low == VERSION != high else (high, low)
    parts, part = (basic[2], basic[1]) if 0 < basic[1] < basic[2] else (basic[1], basic[2])
    owner, longer = _owner(basic), others.get(OWNER_FIELD)
    if longer is not None and isil.problem(longer) is None and longer.startswith(owner or ""):
        owner = others.pop(OWNER_FIELD)
    return LibraryTag(
        TagFormat.FIXED,
        item,
        owner,
        part,
        parts,
        usage_of(usage),
        others.pop("shelf", None),
        others.pop("title", None),
        (version,),
        tuple(others.items()),
    )


def _crc(basic: bytes) -> bytes:
    return crc_1021(basic[: CRC.start] + basic[CRC.stop :]).to_bytes(2, "little")


def _text(field: bytes) -> str | None:
    """The text up to the first zero; None when there is none, or it is not plain."""
    try:
        text = field.split(b"\0", 1)[0].decode("utf-8").strip()
    except UnicodeDecodeError:
        return None
    return text if text and text.isprintable() else None


def _owner(basic: bytes) -> str | None:
    """The ISIL, with the hyphen that stands behind the country and is left out on the tag."""
    country, unit = _text(basic[COUNTRY]), _text(basic[UNIT])
    if country is None or unit is None:
        return country or unit
    return country + unit if unit.startswith("-") or not country.isalpha() else f"{country}-{unit}"


def _extensions(memory: bytes) -> dict[str, str]:
    """The fields of all extension blocks up to the end block, or to the first that is broken."""
    found: dict[str, str] = {}
    at = 0
    while at < len(memory):
        if memory[at] == 0:
            at += 1  # the end; or the last zero of a block that its length leaves out, as in the example of Annex B.2
        size = int.from_bytes(memory[at : at + 1])
        block = memory[at : at + size]
        if size < EXTENSION_HEAD_BYTES or len(block) < size or xor_of(block):
            break
        _read_fields(int.from_bytes(block[1:3], "little"), block[EXTENSION_HEAD_BYTES:], found)
        at += size
    return found


def _read_fields(kind: int, payload: bytes, found: dict[str, str]) -> None:
    """Add the fields of one block, each ended by a zero; empty ones at the end may be missing."""
    if kind not in FIELDS:
        found[f"block_{kind}"] = payload.hex().upper()
        return
    if kind == LIBRARY:
        if payload[:1] > b"\0":
            found["other_media"] = f"{payload[0]:02X}"
        payload = payload[1:]
    for name, field in zip(FIELDS[kind], payload.split(b"\0"), strict=False):
        if field:
            found[name] = _text(field) or field.hex().upper()


def encode(tag: LibraryTag, capacity: int | None = None) -> bytes:
    """The memory of a tag with these data: 34 bytes and extension blocks. A ValueError says what does not fit.

    `capacity` is the tag's memory in bytes; one of 32 or 33 gets the truncated block. Zeros behind what this gives are
    the end block. Without a type of usage the item is one for circulation.
    """
    if wrong := refusal(tag):
        raise ValueError(wrong)
    size = BASIC_BYTES if capacity is None or capacity >= BASIC_BYTES else TRUNCATED_BYTES
    item, country, unit = tag.item.encode(), b"", b""
    moved = ["", ""]
    if len(item) > ITEM.stop - ITEM.start:
        item, moved[0] = bytes([IN_LIBRARY_BLOCK]), tag.item
    if tag.isil is not None:
        country, _, unit = tag.isil.encode().partition(b"-")
        if len(country) != 2 or len(unit) > size - UNIT.start or unit.startswith(b"-"):
            country, unit, moved[1] = b"", b"", tag.isil
    usage = Usage.CIRCULATION if tag.usage is None else tag.usage
    fixed = bytes([VERSION << 4 | usage, tag.parts, tag.part]) + item.ljust(16, b"\0")
    basic = fixed + b"\0\0" + country.ljust(2, b"\0") + unit.ljust(UNIT.stop - UNIT.start, b"\0")
    memory = basic[: CRC.start] + _crc(basic) + basic[CRC.stop : size]
    if any(moved):
        memory += _extension(LIBRARY, moved, bytes([MEDIA_UNDEFINED]))
    if tag.shelf:
        memory += _extension(SUPPLEMENT, [tag.shelf])
    if tag.title:
        memory += _extension(TITLE, [tag.title])
    if capacity is not None and len(memory) > capacity:
        raise ValueError(f"the data take {len(memory)} bytes, the tag has {capacity}")
    return memory


def _extension(kind: int, fields: list[str], before: bytes = b"") -> bytes:
    payload = before + b"".join(field.encode() + b"\0" for field in fields).rstrip(b"\0") + b"\0"
    size = EXTENSION_HEAD_BYTES + len(payload)
    if size > EXTENSION_BYTES_MAX:
        raise ValueError(f"the {FIELDS[kind][0]} is too long for an extension block of {EXTENSION_BYTES_MAX} bytes")
    head = bytes([size]) + kind.to_bytes(2, "little")
    return head + bytes([xor_of(head + payload)]) + payload
