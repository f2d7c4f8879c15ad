"""Data sets of ISO/IEC 15962, as ISO 28560-2 puts them on a library tag.

A data set is a precursor (bit 7: pad bytes behind it, bits 6-4: compaction, bits 3-0: object identifier, 15 for those
above 14), the object identifier less 15 where it is above 14, the number of pad bytes where there are any, the length
in groups of seven bits, the compacted data, the pad bytes. A zero byte ends them. Pad bytes let an object end where a
block of the tag ends, so that it can be locked.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

OID_MAX: Final = 127
OID_IN_PRECURSOR_MAX: Final = 14
INTEGER_DIGITS_MAX: Final = 19
BLOCK_BYTES: Final = 4
FILLING: Final = b"\x00\xff"  # what stands in memory that nobody wrote


class Compaction(IntEnum):
    """How the text of an object became bytes."""

    APPLICATION = 0  # as the application says: content parameter, ISIL
    INTEGER = 1  # big-endian; 2 to 19 digits that do not begin with 0
    NUMERIC = 2  # two digits a byte, F behind an odd one
    BITS_5 = 3  # the low five bits of A to _
    BITS_6 = 4  # the low six bits of space to _
    BITS_7 = 5  # ISO 646
    OCTETS = 6  # ISO 8859-1
    UTF8 = 7


@dataclass(frozen=True, slots=True)
class DataSet:
    """One object as it stands in memory."""

    oid: int
    compaction: Compaction
    data: bytes


@dataclass(frozen=True, slots=True)
class DataSets:
    """What stands in a memory. `clean` is whether nothing but filling stands behind the last data set."""

    sets: tuple[DataSet, ...]
    clean: bool


def read(memory: bytes, *, pads_first: bool = False) -> DataSets | None:
    """The data sets in `memory` up to the zero byte, the filling or the end; None where they do not fit in it.

    `pads_first` is for writers that put the number of pad bytes in front of an object identifier above 14.
    """
    sets: list[DataSet] = []
    at = 0
    while memory[at:].strip(FILLING):
        if memory[at] == 0:
            return DataSets(tuple(sets), clean=False)
        found = _data_set(memory, at, pads_first=pads_first)
        if found is None:
            return None
        one, at = found
        sets.append(one)
    return DataSets(tuple(sets), clean=True)


def _data_set(memory: bytes, at: int, *, pads_first: bool) -> tuple[DataSet, int] | None:
    """The data set that begins at `at`, and where it ends."""
    precursor = memory[at]
    oid, compaction, has_pads = precursor & 0x0F, Compaction(precursor >> 4 & 0x07), bool(precursor & 0x80)
    is_high = oid > OID_IN_PRECURSOR_MAX
    head = memory[at + 1 : at + 1 + is_high + has_pads]
    if oid == 0 or len(head) < is_high + has_pads:
        return None
    at += 1 + len(head)
    pads = (head[0] if pads_first else head[-1]) if has_pads else 0
    if is_high:
        oid += head[-1] if pads_first else head[0]
    length, more = 0, True
    while more:
        if at >= len(memory):
            return None
        length, more = length << 7 | memory[at] & 0x7F, bool(memory[at] & 0x80)
        at += 1
    end = at + length
    if oid > OID_MAX or end + pads > len(memory):
        return None
    return DataSet(oid, compaction, memory[at:end]), end + pads


def written(one: DataSet, *, begins: int = 0, align: bool = False) -> bytes:
    """The bytes of a data set that begins at `begins`; with `align` it ends where a block ends."""
    high = bytes([one.oid - 15]) if one.oid > OID_IN_PRECURSOR_MAX else b""
    length = bytes([len(one.data) & 0x7F])
    rest = len(one.data) >> 7
    while rest:
        length, rest = bytes([rest & 0x7F | 0x80]) + length, rest >> 7
    precursor = one.compaction << 4 | min(one.oid, OID_IN_PRECURSOR_MAX + 1)
    fill = -(begins + 1 + len(high) + len(length) + len(one.data)) % BLOCK_BYTES if align else 0
    if not fill:
        return bytes([precursor]) + high + length + one.data
    return bytes([precursor | 0x80]) + high + bytes([fill - 1]) + length + one.data + bytes(fill - 1)


def text(one: DataSet) -> str | None:
    """The text of an object that is compacted by one of the general rules; None where the bytes are no such text."""
    data = one.data
    match one.compaction:
        case Compaction.APPLICATION:
            return None
        case Compaction.INTEGER:
            number = int.from_bytes(data, "big")
            return str(number) if data and number < 10**INTEGER_DIGITS_MAX else None
        case Compaction.NUMERIC:
            digits = data.hex().removesuffix("f")
            return digits if digits.isdecimal() else None
        case Compaction.BITS_5:
            letters = "".join(chr(0x40 | code) for code in _unpacked(data, 5)).removesuffix("@")
            return None if "@" in letters else letters
        case Compaction.BITS_6:
            codes = _unpacked(data, 6)
            if len(data) % 3 == 0 and codes[-1:] == [0x20]:
                codes.pop()
            return "".join(chr(code if code & 0x20 else code | 0x40) for code in codes)
        case Compaction.BITS_7:
            return "".join(map(chr, _unpacked(data, 7))).removesuffix("\x7f")
        case Compaction.OCTETS:
            return data.decode("latin-1")
        case Compaction.UTF8:
            try:
                return data.decode("utf-8")
            except UnicodeDecodeError:
                return None


def compacted(oid: int, value: str) -> DataSet:
    """The object with this text in the compaction that the rules of ISO/IEC 15962 choose: the first that fits."""
    is_digits = value.isascii() and value.isdecimal()
    if is_digits and 2 <= len(value) <= INTEGER_DIGITS_MAX and value[0] != "0":
        number = int(value)
        return DataSet(oid, Compaction.INTEGER, number.to_bytes((number.bit_length() + 7) // 8, "big"))
    if is_digits and len(value) >= 2:
        return DataSet(oid, Compaction.NUMERIC, bytes.fromhex(value + "f" * (len(value) % 2)))
    if len(value) >= 3 and _all_between(value, "A", "_"):
        return DataSet(oid, Compaction.BITS_5, _packed(value, 5, "0000000"))
    if len(value) >= 4 and _all_between(value, " ", "_"):
        return DataSet(oid, Compaction.BITS_6, _packed(value, 6, "1000000"))
    if len(value) >= 8 and _all_between(value, "\0", "~"):
        return DataSet(oid, Compaction.BITS_7, _packed(value, 7, "1111111"))
    if _all_between(value, "\0", "\xff"):
        return DataSet(oid, Compaction.OCTETS, value.encode("latin-1"))
    return DataSet(oid, Compaction.UTF8, value.encode("utf-8"))


def _all_between(value: str, first: str, last: str) -> bool:
    return all(first <= character <= last for character in value)


def _packed(value: str, width: int, filling: str) -> bytes:
    bits = "".join(f"{ord(character) & (1 << width) - 1:0{width}b}" for character in value)
    bits += filling[: -len(bits) % 8]
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def _unpacked(data: bytes, width: int) -> list[int]:
    """The whole groups of `width` bits in `data`."""
    bits, size = int.from_bytes(data, "big"), len(data) * 8
    mask = (1 << width) - 1
    return [bits >> size - end & mask for end in range(width, size + 1, width)]
