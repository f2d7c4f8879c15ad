"""What the frames of a FEIG reader mean, as values, and how `kiosk decode` prints them.

UIDs arrive most significant byte first. The bytes of each block arrive last byte first and are told in the tag's own
order. Sources: FEIG's system manuals ISC.PR101 (H60301), ISC.MR200 (H40801) and ISC.MR102 (H01113), and what FEIG's own
library does with the answers (fedm-classlib in UC3MSocialRobots/maggie_drivers).
"""

from dataclasses import dataclass
from typing import assert_never

from kiosk.devices.decode.feig_words import COMMAND_WORDS, CONTROL_WORDS, ISO_ERROR_WORDS, STATUS_WORDS
from kiosk.devices.decode.turns import Side

Told = dict[str, object]


@dataclass(frozen=True, slots=True)
class IsoCommand:
    """A command of the host for tags; `uid` where its mode addresses one."""

    command: int
    mode: int
    uid: str | None = None
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class FeigTag:
    """A tag in an inventory; `uid` is None where it is of another kind than ISO 15693 and its forerunners."""

    tag_type: int | None
    uid: str | None = None
    dsfid: int | None = None
    antenna: int | None = None
    rssi: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The tags of one answer."""

    tags: tuple[FeigTag, ...]


@dataclass(frozen=True, slots=True)
class SystemInformation:
    """What a tag says of itself."""

    uid: str
    dsfid: int
    afi: int
    blocks: int
    block_size: int


@dataclass(frozen=True, slots=True)
class Blocks:
    """Blocks that were read, one behind the other in the tag's own order, and the security status of each."""

    block_size: int
    data: bytes
    security: bytes


@dataclass(frozen=True, slots=True)
class ReaderInfo:
    """What the reader says of itself."""

    reader_type: int
    firmware: str


@dataclass(frozen=True, slots=True)
class IsoError:
    """The error that the tag itself gave."""

    code: int


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes that no layout is known for; empty if there are none."""

    data: bytes = b""


Content = IsoCommand | Inventory | SystemInformation | Blocks | ReaderInfo | IsoError | Raw


@dataclass(frozen=True, slots=True)
class FeigFrame:
    """One frame; only the reader's have a status."""

    side: Side
    is_advanced: bool
    address: int
    control: int
    status: int | None
    content: Content

    def told(self) -> list[Told]:
        """The frame as JSON objects, one for each UID in it."""
        said: Told = {
            "direction": self.side.value,
            "framing": "advanced" if self.is_advanced else "standard",
            "address": f"{self.address:02X}",
            "control": f"{self.control:02X}",
            "control_words": CONTROL_WORDS[self.control],
        }
        if self.status is not None:
            said |= {"status": f"{self.status:02X}", "words": STATUS_WORDS.get(self.status, "unknown")}
        return [said | part for part in _told(self.content)]


def _told(content: Content) -> list[Told]:
    match content:
        case IsoCommand(command, mode, uid, data):
            words = COMMAND_WORDS.get(command, f"{command:02X}")
            told: Told = {"command": words, "mode": f"{mode:02X}", "uid": uid, "data": data.hex().upper() or None}
            return [_filled(told)]
        case Inventory(tags):
            inventory: Told = {"command": "inventory", "tags": len(tags)}
            return [inventory | _filled(_told_tag(tag)) for tag in tags] or [inventory]
        case SystemInformation(uid, dsfid, afi, blocks, size):
            told = {"command": "system information", "uid": uid, "dsfid": f"{dsfid:02X}", "afi": f"{afi:02X}"}
            return [told | {"blocks": blocks, "block_size": size}]
        case Blocks(size, data, security):
            return [{"block_size": size, "data": data.hex().upper(), "security": security.hex().upper()}]
        case ReaderInfo(reader_type, firmware):
            return [{"reader_type": f"{reader_type:02X}", "firmware": firmware}]
        case IsoError(code):
            return [{"error": f"{code:02X}", "error_words": iso_error_words(code)}]
        case Raw(data):
            return [_filled({"data": data.hex().upper() or None})]
        case _:
            assert_never(content)


def _told_tag(tag: FeigTag) -> Told:
    return {
        "uid": tag.uid,
        "tag_type": None if tag.tag_type is None else f"{tag.tag_type:02X}",
        "dsfid": None if tag.dsfid is None else f"{tag.dsfid:02X}",
        "antenna": tag.antenna,
        "rssi": tag.rssi,
    }


def _filled(said: Told) -> Told:
    return {key: value for key, value in said.items() if value is not None}


def iso_error_words(code: int) -> str:
    """What the error of a tag means."""
    return ISO_ERROR_WORDS.get(code, "unknown error")


def turned(data: bytes, block_size: int) -> bytes:
    """`data` with the bytes of each block in the other order: the tag's own, or the reader's."""
    return b"".join(data[at : at + block_size][::-1] for at in range(0, len(data), block_size))
