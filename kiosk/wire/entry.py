"""An entry of the ledger as it is hashed and as it travels; docs/ledger.md defines the bytes.

The canonical form is JSON by RFC 8785 of every field but `prev` and `hash`, and the hash is SHA-256 over the previous
hash and that form. So the same entry has the same hash on every kiosk, on the hub and in another language. Numbers
are integers only and names in `data` are plain ASCII, because that is where implementations of RFC 8785 differ.
"""

from collections.abc import Mapping
from hashlib import sha256

import msgspec

HASH_BYTES = 32
FIRST_PREV = bytes(HASH_BYTES)  # what stands before the first entry of a chain
INTEGER_MAX = 2**53 - 1  # beyond it JSON readers lose digits
DATA_DEPTH_MAX = 8
DATA_BYTES_MAX = 65_536

_ENCODER = msgspec.json.Encoder(order="sorted")
_DATA_DECODER = msgspec.json.Decoder(dict[str, object])


class BadEntry(ValueError):
    """An entry that has no canonical form or does not fit its hash; the text says where."""


class WireEntry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One line of the ledger. `patron` and `staff` are aliases, `due` is an ISO date, hashes are lower-case hex."""

    kiosk: str
    epoch: str
    seq: int
    at_ms: int
    boot: str
    boot_ms: int
    clock: str
    kind: str
    patron: str | None
    item: str | None
    due: str | None
    reason: str | None
    staff: str | None
    reader: str | None
    klass: str | None = msgspec.field(name="class")
    data: dict[str, object]
    prev: str
    hash: str


def canonical(entry: WireEntry) -> bytes:
    """The bytes that are hashed: every field but `prev` and `hash`. Raises BadEntry."""
    _check_integer(entry.seq, "seq")
    _check_integer(entry.at_ms, "at_ms")
    _check_integer(entry.boot_ms, "boot_ms")
    _check_value(entry.data, "data", 0)
    form = {
        "at_ms": entry.at_ms,
        "boot": entry.boot,
        "boot_ms": entry.boot_ms,
        "class": entry.klass,
        "clock": entry.clock,
        "data": entry.data,
        "due": entry.due,
        "epoch": entry.epoch,
        "item": entry.item,
        "kind": entry.kind,
        "kiosk": entry.kiosk,
        "patron": entry.patron,
        "reader": entry.reader,
        "reason": entry.reason,
        "seq": entry.seq,
        "staff": entry.staff,
    }
    return _encode(form)


def entry_hash(prev: bytes, form: bytes) -> bytes:
    """SHA-256 over the previous hash (32 bytes) and the canonical form."""
    if len(prev) != HASH_BYTES:
        raise BadEntry(f"prev: {len(prev)} bytes instead of {HASH_BYTES}")
    return sha256(prev + form).digest()


def sealed(entry: WireEntry, prev: bytes) -> WireEntry:
    """`entry` with its `prev` and `hash` filled in."""
    digest = entry_hash(prev, canonical(entry))
    return msgspec.structs.replace(entry, prev=prev.hex(), hash=digest.hex())


def fits(entry: WireEntry) -> bool:
    """Whether the entry's hash is that of its fields and its `prev`."""
    return entry_hash(bytes.fromhex(entry.prev), canonical(entry)).hex() == entry.hash


def data_text(data: Mapping[str, object]) -> str:
    """`data` as it is stored: its canonical form. Raises BadEntry for what has none."""
    if not data:
        return "{}"
    plain = dict(data)
    _check_value(plain, "data", 0)
    return _encode(plain).decode()


def data_of(text: str) -> dict[str, object]:
    """The reverse of `data_text`."""
    return _DATA_DECODER.decode(text)


def _encode(form: Mapping[str, object]) -> bytes:
    try:
        encoded = _ENCODER.encode(form)
    except (TypeError, ValueError) as error:
        raise BadEntry(f"no canonical form: {error}") from error
    if len(encoded) > DATA_BYTES_MAX:
        raise BadEntry(f"{len(encoded)} bytes are more than {DATA_BYTES_MAX}")
    return encoded


def _check_integer(value: int, where: str) -> None:
    if not -INTEGER_MAX <= value <= INTEGER_MAX:
        raise BadEntry(f"{where}: {value} is too large")


def _check_value(value: object, where: str, depth: int) -> None:
    """Refuse what other readers of JSON may see differently."""
    if depth > DATA_DEPTH_MAX:
        raise BadEntry(f"{where}: nested deeper than {DATA_DEPTH_MAX}")
    match value:
        case None | bool() | str():
            pass
        case int():
            _check_integer(value, where)
        case list() | tuple():
            for place, inner in enumerate(value):
                _check_value(inner, f"{where}[{place}]", depth + 1)
        case dict():
            for key, inner in value.items():
                if not (isinstance(key, str) and key.isascii()):
                    raise BadEntry(f"{where}: the name {key!r} is not plain ASCII")
                _check_value(inner, f"{where}.{key}", depth + 1)
        case _:
            raise BadEntry(f"{where}: {type(value).__name__} has no canonical form")
