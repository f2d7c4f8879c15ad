"""ISO 28560-2: library data as objects of ISO/IEC 15962, the form that WH/T 44 and GB/T 35660.2 prescribe in China.

There is no checksum. So that noise and other formats are not taken for a tag, the objects have to fit into the memory,
none may stand there twice, and the primary item identifier must be a plain text. Where the content parameter announces
just the objects that are there, an object may be unreadable. Older bytes may stand behind the zero that ends them, as
after a rewriting, unless the one number in front of it may be the head of a spoilt ISO 28560-3 block. Everything else
is read leniently: any order, any compaction, a byte in front that names the format, the number of pad bytes on either
side of a high object identifier. Real tags carry empty and zero-filled optional objects (some stand in the tests of
DigitalPlatform/dp2); those count as absent.

>>> annex_d = "9100051CBE991A14 0201D0 140204B3 4607441CB6E2E335D6 830207ACC09EBAA06F6B0000"
>>> tag = decode(bytes.fromhex(annex_d))
>>> tag.item, tag.isil, tag.parts, tag.part, tag.shelf
('123456789012', 'US-InU-Mu', 12, 3, 'QA268.L55')
"""

from collections.abc import Iterable
from typing import Final

from kiosk.devices.decode import isil, iso15962
from kiosk.devices.decode.iso15962 import BLOCK_BYTES, Compaction, DataSet
from kiosk.devices.decode.tagdata import ITEM_CHARACTERS_MAX, LibraryTag, TagFormat, refusal, usage_of

DSFID: Final = 0x06
CONTENT_BYTES_MAX: Final = 16  # a bit for each object identifier up to 127

ITEM, CONTENT, OWNER, SET, USAGE, SHELF, TITLE = 1, 2, 3, 4, 5, 6, 17
ILL_BORROWER, GS1 = 11, 13
GS1_DIGITS: Final = 13
NAMES: Final = {
    7: "onix_media",
    8: "marc_media",
    9: "supplier",
    10: "order_number",
    11: "ill_borrower",
    12: "ill_transaction",
    13: "gs1",
    14: "alternative_unique_id",
    15: "local_a",
    16: "local_b",
    18: "local_product_id",
    19: "other_media",
    20: "supply_stage",
    21: "invoice",
    22: "alternative_item",
    23: "alternative_owner",
    24: "subsidiary",
    25: "alternative_ill_borrower",
    26: "local_c",
}


def decode(memory: bytes) -> LibraryTag | None:
    """The tag whose memory this is; None when it holds no such data."""
    starts = [memory, memory[1:]] if memory[:1] == bytes([DSFID]) else [memory]
    for start in starts:
        for pads_first in (False, True):
            found = iso15962.read(start, pads_first=pads_first)
            tag = None if found is None else _tag(found)
            if tag is not None:
                return tag
    return None


def _tag(found: iso15962.DataSets) -> LibraryTag | None:
    objects = {one.oid: one for one in found.sets}
    if ITEM not in objects or len(objects) != len(found.sets):
        return None
    item = _item(objects[ITEM])
    content = _announced(objects.get(CONTENT))
    if item is None:
        return None
    is_announced = bool(content) and set(content) == set(objects) - {ITEM, CONTENT}
    if not is_announced and not all(map(_is_readable, found.sets)):
        return None
    if not found.clean and not is_announced and _may_be_a_block(found.sets):
        return None
    parts, part = _set_information(objects.get(SET)) or (1, 1)
    usage = objects.get(USAGE)
    return LibraryTag(
        TagFormat.OBJECTS,
        item,
        _text(objects.get(OWNER)),
        part,
        parts,
        usage_of(usage.data[0] >> 4) if usage is not None and len(usage.data) == 1 else None,
        _text(objects.get(SHELF)),
        _text(objects.get(TITLE)),
        content,
        tuple(_others(found.sets)),
    )


def _may_be_a_block(sets: tuple[DataSet, ...]) -> bool:
    """Whether a lone number may be `11 parts part identifier`, the beginning of an ISO 28560-3 block."""
    first = sets[0]
    return len(sets) == 1 and first.compaction is Compaction.INTEGER and first.data[0] <= len(first.data)


def _item(one: DataSet) -> str | None:
    """The primary item identifier, which has to be a plain text."""
    text = None if one.compaction is Compaction.APPLICATION else _text(one)
    if text is None or not _is_plain(text) or len(text) > ITEM_CHARACTERS_MAX:
        return None
    return None if one.compaction is Compaction.INTEGER and len(text) < 2 else text


def _is_readable(one: DataSet) -> bool:
    """Whether an object says something of its kind, or nothing at all."""
    is_code = len(one.data) == 1
    if is_code or not one.data.strip(b"\0"):
        return True
    if one.oid == CONTENT:
        return len(one.data) <= CONTENT_BYTES_MAX
    if one.oid == SET:
        return _set_information(one) is not None
    text = iso15962.text(one)
    is_text = text is not None and _is_plain(text.rstrip("\0"))
    return one.oid != USAGE and (one.compaction is Compaction.APPLICATION or is_text)


def _is_plain(text: str) -> bool:
    """Whether this is a text, and not memory that holds zeros, which six bits show as @."""
    return text.isprintable() and "@@" not in text


def _announced(one: DataSet | None) -> tuple[int, ...]:
    """The object identifiers that the content parameter announces: its first bit is 3, the next 4, and so on."""
    if one is None:
        return ()
    bits = "".join(f"{byte:08b}" for byte in one.data)
    return tuple(oid for oid, bit in enumerate(bits, start=OWNER) if bit == "1")


def _set_information(one: DataSet | None) -> tuple[int, int] | None:
    """Number of parts and ordinal part number: two numbers of as many digits each, read as one (1203: 12 and 3).

    Some write a byte for each instead (OpenXingZhi/rfid-codec reads that). The first reading that makes sense counts.
    """
    if one is None:
        return None
    readings: list[tuple[int, int]] = []
    is_raw = one.compaction is Compaction.APPLICATION
    digits = str(int.from_bytes(one.data, "big")) if is_raw else iso15962.text(one) or ""
    if len(digits) <= 6 and digits.isascii() and digits.isdecimal():
        half = (len(digits) + 1) // 2
        digits = digits.zfill(2 * half)
        readings.append((int(digits[:half]), int(digits[half:])))
    if len(one.data) == 2:
        readings.insert(0 if is_raw else len(readings), (one.data[0], one.data[1]))
    sensible = [(parts, part) for parts, part in readings if 1 <= part <= parts]
    return next(iter(sensible or readings), None)


def _text(one: DataSet | None) -> str | None:
    """The plain text of an object; None when it is empty, zero-filled or no text."""
    if one is None:
        return None
    if one.compaction is Compaction.APPLICATION and one.oid in (OWNER, ILL_BORROWER):
        text: str | None = isil.unpacked(one.data)
    elif one.compaction is Compaction.APPLICATION and one.oid == GS1:
        text = str(int.from_bytes(one.data, "big")).zfill(GS1_DIGITS)
    else:
        text = iso15962.text(one)
    text = (text or "").strip("\0 ")
    return text if text and text.isprintable() else None


def _others(sets: Iterable[DataSet]) -> Iterable[tuple[str, str]]:
    for one in sets:
        if one.oid > USAGE and one.oid not in (SHELF, TITLE) and one.data.strip(b"\0"):
            yield NAMES.get(one.oid, f"oid_{one.oid}"), _text(one) or one.data.hex().upper()


def encode(tag: LibraryTag, capacity: int | None = None) -> bytes:
    """The memory of a tag with these data. A ValueError says in words what does not fit.

    Item and owner begin and end where a block does, so that they can be locked, as in the example of Annex D; the
    owner stands last. A single part is the default and takes no room. `capacity` is the tag's memory in bytes.
    """
    if wrong := refusal(tag):
        raise ValueError(wrong)
    objects = [*_optional_objects(tag)]
    if objects:
        objects.insert(0, _content([one.oid for one in objects]))
    objects.insert(0, iso15962.compacted(ITEM, tag.item))
    on_blocks = {ITEM, OWNER}
    memory = b""
    for one, following in zip(objects, [*objects[1:], None], strict=True):
        align = one.oid in on_blocks or (following is not None and following.oid in on_blocks)
        memory += iso15962.written(one, begins=len(memory), align=align)
    memory += bytes(-len(memory) % BLOCK_BYTES)
    if capacity is not None and len(memory) > capacity:
        raise ValueError(f"the data take {len(memory)} bytes, the tag has {capacity}")
    return memory


def _optional_objects(tag: LibraryTag) -> Iterable[DataSet]:
    if tag.parts > 1:
        digits = max(len(str(tag.parts)), len(str(tag.part)))
        yield iso15962.compacted(SET, f"{tag.parts:0{digits}}{tag.part:0{digits}}")
    if tag.usage is not None:
        yield DataSet(USAGE, Compaction.OCTETS, bytes([tag.usage << 4]))
    if tag.shelf:
        yield iso15962.compacted(SHELF, tag.shelf)
    if tag.title:
        yield iso15962.compacted(TITLE, tag.title)
    if tag.isil:
        yield DataSet(OWNER, Compaction.APPLICATION, isil.packed(tag.isil))


def _content(oids: list[int]) -> DataSet:
    """The content parameter that announces `oids`."""
    bits = ["0"] * (-(-(max(oids) - OWNER + 1) // 8) * 8)
    for oid in oids:
        bits[oid - OWNER] = "1"
    return DataSet(CONTENT, Compaction.APPLICATION, int("".join(bits), 2).to_bytes(len(bits) // 8, "big"))
