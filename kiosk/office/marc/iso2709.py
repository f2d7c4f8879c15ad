"""Cuts an ISO 2709 file into records, whatever its bytes are, with never more than one record in memory.

A record is 24 bytes of leader, a directory of 12 bytes a field, the fields, and 1D at the end (ISO 2709:2008; MARC 21
Specifications for Record Structure). The end is found by its byte, because the lengths in the leader may lie; then the
lengths are checked, and a record that contradicts them is refused, never guessed at. GB18030 and UTF-8 have no 1D, 1E
or 1F inside a character, so cutting bytes is safe. Blank bytes and line ends between records mean nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

RECORD_BYTES_MAX = 99_999  # five digits in the leader
READ_BYTES = 256 * 1024
LEADER_BYTES = 24
ENTRY_BYTES = 12
END_OF_RECORD, END_OF_FIELD, SUBFIELD = b"\x1d", b"\x1e", b"\x1f"

_BLANK = b" \t\r\n\0\x1a"
_BOM = b"\xef\xbb\xbf"
_LEADER = re.compile(rb"(?=([0-9]{5}[\x20-\x7e]{7}[0-9]{5}[\x20-\x7e]{7}))")  # ahead, so that no start is passed over
_DIRECTORY = re.compile(rb"(?:[\x20-\x7e]{3}[0-9]{9})*")


class BadRecord(Exception):
    """A record that cannot be taken; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Damaged:
    """Bytes between two ends of records that are no record. `data` is what was kept of them."""

    number: int
    data: bytes
    reason: str


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record whose lengths agree; `fields` are tags with their bytes, in the order of the directory."""

    number: int
    data: bytes
    fields: tuple[tuple[bytes, bytes], ...]


def looks_like_marc(head: bytes) -> bool:
    """Whether a leader, a directory's end or a record's end is anywhere in the first bytes of a file."""
    return _LEADER.search(head) is not None and (END_OF_FIELD in head or END_OF_RECORD in head)


def records(file: BinaryIO) -> Iterator[RawRecord | Damaged]:
    """The records of `file`, numbered from 1; what is no record is numbered and refused like one."""
    number = 0
    for data, whole in _pieces(file):
        before, last = _apart(data)
        for piece, complete in ((before, whole), (last, whole or bool(before))):
            if not piece:
                continue
            number += 1
            try:
                yield RawRecord(number, piece, _fields(piece, complete))
            except BadRecord as bad:
                yield Damaged(number, piece, str(bad))


def _pieces(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """What stands between two ends of records, without blanks before it, and whether all of it is there.

    Of a piece that is longer than any record only the end is kept, where a good record may hide behind a bad one.
    """
    held, cut, first = b"", False, True
    while block := file.read(READ_BYTES):
        *ended, rest = (held + block).split(END_OF_RECORD) if END_OF_RECORD in block else (held + block,)
        for data in ended:
            data = _stripped(data, first)
            first = False
            if data:
                yield data + END_OF_RECORD, not cut
            cut = False
        held = rest
        if len(held) > 2 * RECORD_BYTES_MAX:
            held, cut = held[-RECORD_BYTES_MAX:], True
    held = _stripped(held, first).rstrip(_BLANK)
    if held:
        yield held, not cut


def _stripped(data: bytes, first: bool) -> bytes:
    return (data.removeprefix(_BOM) if first else data).lstrip(_BLANK)


def _apart(data: bytes) -> tuple[bytes, bytes]:
    """The bad part of `data` and the good record at its end: a record that lost its end swallows the next one."""
    if _declared(data) != len(data) and data.endswith(END_OF_RECORD):
        for found in _LEADER.finditer(data, 1):
            if int(found[1][:5]) == len(data) - found.start():
                return data[: found.start()], data[found.start() :]
    return b"", data


def _declared(data: bytes) -> int | None:
    """The length that the leader says, None where it says none."""
    digits = data[:5]
    return int(digits) if len(digits) == 5 and digits.isdigit() else None


def _fields(data: bytes, whole: bool) -> tuple[tuple[bytes, bytes], ...]:
    size = len(data)
    if not whole or size > RECORD_BYTES_MAX:
        raise BadRecord(f"no end of record within {RECORD_BYTES_MAX} bytes (export this record again)")
    declared = _declared(data)
    if declared is None:
        raise BadRecord("does not begin with its length: these bytes are no MARC record (remove them)")
    if not data.endswith(END_OF_RECORD):
        if declared > size:
            raise BadRecord(f"is cut off after {size} of {declared} bytes (export the file again, or copy it again)")
        raise BadRecord(f"has no end-of-record byte 1D after {declared} bytes (export this record again)")
    if declared != size:
        raise BadRecord(f"its leader says {declared} bytes, but it has {size} (export this record again)")
    if b"\0" in data:
        raise BadRecord(f"a NUL byte at byte {data.index(0)} (export this record again)")
    base = int(data[12:17]) if data[12:17].isdigit() else 0
    if not LEADER_BYTES < base < size or (base - LEADER_BYTES - 1) % ENTRY_BYTES or data[base - 1] != END_OF_FIELD[0]:
        shown = data[12:17].decode("ascii", "backslashreplace")
        raise BadRecord(
            f"its leader says that the fields begin at byte {shown}: they do not (export this record again)"
        )
    if base == LEADER_BYTES + 1:
        raise BadRecord("has no fields (export this record again)")
    directory = data[LEADER_BYTES : base - 1]
    if _DIRECTORY.fullmatch(directory) is None:
        raise BadRecord("its directory is no list of tags, lengths and places (export this record again)")
    fields = []
    for at in range(0, len(directory), ENTRY_BYTES):
        start = base + int(directory[at + 7 : at + 12])
        end = start + int(directory[at + 3 : at + 7]) - 1
        if not start <= end < size - 1 or data[end] != 0x1E:
            tag = directory[at : at + 3].decode("ascii")
            raise BadRecord(f"its directory says that field {tag} ends at byte {end}: it does not (export it again)")
        fields.append((directory[at : at + 3], data[start:end]))
    return tuple(fields)
