"""The checks that readers and tags put behind their bytes. Each is named by its polynomial and what goes with it."""

import binascii
from collections.abc import Iterable
from functools import reduce
from operator import xor
from typing import Final


def _table_8408() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x8408 if crc & 1 else 0)
        table.append(crc)
    return tuple(table)


_TABLE_8408: Final = _table_8408()


def crc_8408(data: Iterable[int]) -> int:
    """CRC-16, reflected polynomial 8408, begun with FFFF, not inverted at the end: RL866, UHFReader18, FEIG OBID."""
    crc = 0xFFFF
    table = _TABLE_8408
    for byte in data:
        crc = crc >> 8 ^ table[(crc ^ byte) & 0xFF]
    return crc


def crc_1021(data: bytes) -> int:
    """CRC-16, polynomial 1021, begun with FFFF, not inverted at the end: ISO 28560-3."""
    return binascii.crc_hqx(data, 0xFFFF)


def crc_gen2(data: bytes) -> int:
    """CRC-16, polynomial 1021, begun with FFFF, inverted at the end: EPC Gen2 over PC and EPC."""
    return binascii.crc_hqx(data, 0xFFFF) ^ 0xFFFF


def xor_of(data: Iterable[int]) -> int:
    """The XOR of all bytes: RDM6300, the extension blocks of ISO 28560-3."""
    return reduce(xor, data, 0)
