"""What the frames of an RL866 pad mean, as values, and how `kiosk decode` prints them.

A frame is printed once for each UID in it, most significant byte first; codes are hex, with their words beside them.
Source: Hypernova-Oy/lainuri, RL866/*.py with the vendor's field descriptions, and the captures in its tests.
"""

from dataclasses import dataclass
from typing import Final, assert_never

from kiosk.devices.decode.rl866_words import ACCESS_WORDS, COMMAND_WORDS, ERROR_WORDS
from kiosk.devices.decode.turns import Side

SYSTEM_INFORMATION: Final = 0x000A
UID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class Report:
    """A tag in an inventory; `uid` is None where its air protocol has none of eight bytes."""

    uid: str | None
    antenna: int | None = None
    protocol: int | None = None
    tag_type: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The tags of one answer. `is_unfinished`: ask again to go on, there are more."""

    is_unfinished: bool
    buffered: int
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class InventoryRequest:
    """Ask for tags; bit 3 of the flags goes on with an unfinished inventory."""

    flags: int


@dataclass(frozen=True, slots=True)
class ConnectRequest:
    """Open a tag."""

    antenna: int
    protocol: int
    tag_type: int
    uid: str | None


@dataclass(frozen=True, slots=True)
class Handle:
    """The handle that a connect gave, or that a disconnect ends."""

    handle: int


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing to do with an open tag."""

    code: int
    data: bytes


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """What to do with the tag of `handle`."""

    handle: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Result:
    """What one operation gave: its data, or the error."""

    code: int
    data: bytes
    error: int | None = None


@dataclass(frozen=True, slots=True)
class AccessResult:
    """What the operations gave, in their order."""

    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class Raw:
    """Parameters that no field description is known for; empty if there are none."""

    data: bytes = b""


Content = Inventory | InventoryRequest | ConnectRequest | Handle | AccessRequest | AccessResult | Raw


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a tag says of itself; None where it does not. In the reader's bytes, as in ISO 15693-3, the number of
    blocks and their size are one less: lainuri's capture of an ICODE SLI has 1B 03, and its blocks hold four bytes.
    """

    uid: str
    dsfid: int | None
    afi: int | None
    blocks: int | None
    block_size: int | None

    @classmethod
    def parse(cls, data: bytes) -> "SystemInformation | None":
        """`flags UID DSFID AFI blocks blocksize ICref`: all fields, or those only that the flags name."""
        if len(data) < 1 + UID_BYTES:
            return None
        flags, rest = data[0], data[1 + UID_BYTES :]
        widths = (1, 1, 2, 1)
        named = [bool(flags >> bit & 1) for bit in range(len(widths))]
        is_full = len(rest) == sum(widths)
        if not is_full and len(rest) != sum(width for width, is_there in zip(widths, named, strict=True) if is_there):
            return None
        fields: list[bytes | None] = []
        for width, is_there in zip(widths, named, strict=True):
            fields.append(rest[:width] if is_there else None)
            rest = rest[width:] if is_there or is_full else rest
        dsfid, afi, memory, _ = fields
        return cls(
            uid_of(data[1 : 1 + UID_BYTES]),
            dsfid[0] if dsfid else None,
            afi[0] if afi else None,
            memory[0] + 1 if memory else None,
            (memory[1] & 0x1F) + 1 if memory else None,
        )


@dataclass(frozen=True, slots=True)
class Rl866Frame:
    """One frame. A frame without command is a resynchronisation; only the reader's have a status."""

    side: Side
    node: int
    sequence: int = 0
    command: int | None = None
    status: int | None = None
    content: Content = Raw()

    def told(self) -> list[dict[str, object]]:
        """The frame as JSON objects, one for each UID in it."""
        said: dict[str, object] = {"direction": self.side.value, "node": f"{self.node:02X}"}
        if self.command is None:
            return [said | {"command": "resync"}]
        said["command"] = COMMAND_WORDS.get(self.command, f"{self.command:02X}")
        said["sequence"] = self.sequence
        if self.status is not None:
            said |= {"status": f"{self.status:04X}", "words": error_words(self.status)}
        return [said | part for part in _told(self.content)]


def _told(content: Content) -> list[dict[str, object]]:
    match content:
        case Inventory(is_unfinished, buffered, reports):
            count: dict[str, object] = {"more": is_unfinished, "buffered": buffered}
            return [count | _filled(_told_report(report)) for report in reports] or [count]
        case InventoryRequest(flags):
            return [{"flags": f"{flags:02X}"}]
        case ConnectRequest(antenna, protocol, tag_type, uid):
            told: dict[str, object] = {"uid": uid, "antenna": antenna, "protocol": protocol, "tag_type": tag_type}
            return [_filled(told)]
        case Handle(handle):
            return [{"handle": handle}]
        case AccessRequest(handle, operations):
            return [{"handle": handle, **_joined([_told_access(one.code, one.data) for one in operations])}]
        case AccessResult(results):
            return [_joined([_told_result(one) for one in results])]
        case Raw(data):
            return [{"data": data.hex().upper()}] if data else [{}]
        case _:
            assert_never(content)


def _told_report(report: Report) -> dict[str, object]:
    return {
        "uid": report.uid,
        "antenna": report.antenna,
        "protocol": report.protocol,
        "tag_type": report.tag_type,
    }


def _told_access(code: int, data: bytes) -> dict[str, object]:
    said: dict[str, object] = {"access": f"{code:04X}", "access_words": ACCESS_WORDS.get(code, "unknown")}
    return said | {"data": data.hex().upper()} if data else said


def _told_result(result: Result) -> dict[str, object]:
    if result.error is not None:
        error = {"error": f"{result.error:04X}", "error_words": error_words(result.error)}
        return _told_access(result.code, b"") | error
    found = SystemInformation.parse(result.data) if result.code == SYSTEM_INFORMATION else None
    if found is None:
        return _told_access(result.code, result.data)
    told: dict[str, object] = {"uid": found.uid, "dsfid": _hex(found.dsfid), "afi": _hex(found.afi)}
    told |= {"blocks": found.blocks, "block_size": found.block_size}
    return _told_access(result.code, b"") | _filled(told)


def _joined(said: list[dict[str, object]]) -> dict[str, object]:
    """One access is told flat; several stand in a list, beside the UID that one of them gave."""
    if len(said) == 1:
        return said[0]
    uids = [one["uid"] for one in said if "uid" in one]
    return ({"uid": uids[0]} if uids else {}) | {"operations": said}


def _filled(said: dict[str, object]) -> dict[str, object]:
    return {key: value for key, value in said.items() if value is not None}


def _hex(byte: int | None) -> str | None:
    return None if byte is None else f"{byte:02X}"


def error_words(code: int) -> str:
    """What a status or an access error means."""
    return ERROR_WORDS.get(code, "unknown error")


def uid_of(data: bytes) -> str:
    """The UID whose least significant byte is the first of `data`."""
    return data[::-1].hex().upper()
