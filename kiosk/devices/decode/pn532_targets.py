"""The targets in the answers of a PN532: which cards it found, and what they said of themselves.

The answer to InListPassiveTarget does not say which kind of card was asked for, and an ATS may stand in it or not. So
every layout is tried, and one counts only if it fills the answer to the last byte with targets numbered from 1; what
fits none is no answer. Source: NXP UM0701-02 (PN532 user manual) §7.3.5 and §7.3.13, libnfc `pn53x.c`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LIST_TARGETS: Final = 0x4A
AUTO_POLL: Final = 0x60
TARGETS_MAX: Final = 2
ISO_DEP_BIT: Final = 0x20


class Layout(StrEnum):
    """How a target answers, which fixes the layout of what is told of it."""

    A = "A"
    B = "B"
    FELICA = "FeliCa"
    JEWEL = "Jewel"


@dataclass(frozen=True, slots=True)
class Target:
    """A card that the reader found. `sel_res` and `ats` are what an ISO 14443 A card said of itself."""

    layout: Layout
    uid: str
    sel_res: int | None = None
    ats: str = ""

    @property
    def is_iso_dep(self) -> bool:
        """Whether the card speaks ISO 14443-4."""
        return self.sel_res is not None and bool(self.sel_res & ISO_DEP_BIT)

    def told(self) -> dict[str, object]:
        """The card as a JSON object."""
        told: dict[str, object] = {"uid": self.uid, "layout": self.layout}
        if self.sel_res is not None:
            told["sel_res"] = f"{self.sel_res:02X}"
        if self.ats:
            told["ats"] = self.ats
        return told


TargetAndSize = tuple[Target, int]


def targets_listed(data: bytes) -> tuple[Target, ...] | None:
    """The targets in the answer to InListPassiveTarget, or None if it does not hold together."""
    if not data or data[0] > TARGETS_MAX:
        return None
    readings = (_all(data[1:], 1, data[0], layout) for layout in (_felica, _type_b, _type_a, _jewel))
    return next((found for found in readings if found is not None), None)


def targets_polled(data: bytes) -> tuple[Target, ...] | None:
    """The targets in the answer to InAutoPoll, each behind its type and length."""
    if not data or data[0] > TARGETS_MAX:
        return None
    targets: list[Target] = []
    at = 1
    for number in range(1, data[0] + 1):
        entry = data[at + 2 : at + 2 + data[at + 1]] if at + 1 < len(data) else b""
        if not entry or len(entry) != data[at + 1]:
            return None
        if layout := AUTO_POLL_LAYOUTS.get(data[at]):
            found = _all(entry, number, number, layout)
            if found is None:
                return None
            targets += found
        at += 2 + len(entry)
    return tuple(targets) if at == len(data) else None


def _all(
    data: bytes, number: int, last: int, layout: Callable[[bytes], Iterator[TargetAndSize]]
) -> tuple[Target, ...] | None:
    """The targets `number` to `last` that fill `data` to its end, or None."""
    if number > last or not data:
        return () if number > last and not data else None
    if data[0] == number:
        for target, size in layout(data[1:]):
            rest = _all(data[1 + size :], number + 1, last, layout)
            if rest is not None:
                return (target, *rest)
    return None


def _type_a(data: bytes) -> Iterator[TargetAndSize]:
    """SENS_RES(2) SEL_RES NFCIDLen NFCID, and an ATS where the card speaks ISO 14443-4 and was asked for it."""
    if len(data) < 4 or data[3] not in {4, 7, 10} or len(data) < (end := 4 + data[3]):
        return
    uid, sel_res = hex_of(data[4:end]), data[2]
    if sel_res & ISO_DEP_BIT and len(data) > end and 0 < data[end] <= len(data) - end:
        behind = end + data[end]
        yield Target(Layout.A, uid, sel_res, hex_of(data[end:behind])), behind
    yield Target(Layout.A, uid, sel_res), end


def _type_b(data: bytes) -> Iterator[TargetAndSize]:
    """ATQB (50 PUPI(4) application(4) protocol(3)), length of ATTRIB_RES, ATTRIB_RES."""
    if len(data) > 12 and data[0] == 0x50:
        yield Target(Layout.B, hex_of(data[1:5])), 13 + data[12]


def _felica(data: bytes) -> Iterator[TargetAndSize]:
    """Length of POL_RES with itself, 01, NFCID2(8), PAD(8), and a system code(2) where it was asked for."""
    if data[:2] in {b"\x12\x01", b"\x14\x01"} and len(data) >= data[0]:
        yield Target(Layout.FELICA, hex_of(data[2:10])), data[0]


def _jewel(data: bytes) -> Iterator[TargetAndSize]:
    """SENS_RES(2), JEWELID(4)."""
    if len(data) >= 6:
        yield Target(Layout.JEWEL, hex_of(data[2:6])), 6


AUTO_POLL_LAYOUTS: Final = {
    0x00: _type_a,
    0x01: _felica,
    0x02: _felica,
    0x03: _type_b,
    0x04: _jewel,
    0x10: _type_a,
    0x11: _felica,
    0x12: _felica,
    0x20: _type_a,
    0x23: _type_b,
}


def hex_of(data: bytes) -> str:
    """Bytes as a tag's id is written."""
    return data.hex().upper()
