import json
import re
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.wire.entry import (
    FIRST_PREV,
    INTEGER_MAX,
    BadEntry,
    WireEntry,
    canonical,
    data_of,
    data_text,
    entry_hash,
    fits,
    sealed,
)

LEDGER_PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-INTEGER_MAX, INTEGER_MAX) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_Z9", min_size=1, max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)
DATA = st.dictionaries(st.text("abc_Z9", min_size=1, max_size=5), VALUES, max_size=4)


def entry(**changes: object) -> WireEntry:
    plain = WireEntry(
        kiosk="desk-1",
        epoch="00112233445566ff",
        seq=1,
        at_ms=1788321600000,
        boot="0f3a",
        boot_ms=42000,
        clock="synced",
        kind="lent",
        patron="a1b2c3d4e5f60718",
        item="000123",
        due="2026-09-16",
        reason=None,
        staff=None,
        reader="desk",
        klass="五(2)班",
        data={"fetched": True},
        prev="",
        hash="",
    )
    return msgspec.structs.replace(plain, **changes)


def by_the_page(form: dict[str, object]) -> bytes:
    """The canonical form as another implementation would write it."""
    return json.dumps(form, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def test_the_examples_of_the_documentation_hold_byte_for_byte() -> None:
    page = LEDGER_PAGE.read_text("utf-8")
    forms = re.findall(r"```json\n(.*)\n```", page)
    hashes = re.findall(r"```text\n([0-9a-f]{64})\n```", page)
    assert len(forms) == len(hashes) == 2
    prev = FIRST_PREV
    for form, digest in zip(forms, hashes, strict=True):
        assert sha256(prev + form.encode()).hexdigest() == digest
        fields = json.loads(form)
        known = sealed(entry(**{"klass" if name == "class" else name: value for name, value in fields.items()}), prev)
        assert canonical(known).decode() == form
        assert known.hash == digest
        prev = bytes.fromhex(digest)


@given(DATA, TEXTS, TEXTS)
def test_the_form_is_what_any_json_library_writes_with_sorted_names(
    data: dict[str, object], reason: str, klass: str
) -> None:
    written = entry(data=data, reason=reason, klass=klass)
    form = {name: value for name, value in msgspec.to_builtins(written).items() if name not in ("prev", "hash")}
    assert canonical(written) == by_the_page(form)
    assert data_of(data_text(data)) == data


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 2}, {"kind": "returned"}, {"patron": None}, {"item": "000124"}, {"due": None}, {"at_ms": 1},
        {"data": {}}, {"data": {"fetched": False}}, {"klass": "五(1)班"}, {"epoch": "00112233445566fe"},
        {"prev": "01" * 32},
    ],
)  # fmt: skip
def test_any_change_breaks_the_hash(change: dict[str, object]) -> None:
    whole = sealed(entry(), FIRST_PREV)
    assert fits(whole)
    assert not fits(msgspec.structs.replace(whole, **change))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"a": 1.5}, "data.a: float"),
        ({"a": [2**53]}, r"data.a\[0\]: 9007199254740992 is too large"),
        ({"姓": 1}, "not plain ASCII"),
        ({"a": {"b": b""}}, "data.a.b: bytes"),
        ({"a": [[[[[[[[[]]]]]]]]]}, "nested deeper"),
        ({"a": "x" * 70_000}, "are more than 65536"),
        ({"a": "\ud800"}, "no canonical form"),
    ],
)
def test_what_has_no_one_canonical_form_is_refused_with_its_place(data: dict[str, object], words: str) -> None:
    with pytest.raises(BadEntry, match=words):
        canonical(entry(data=data))


def test_a_previous_hash_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(BadEntry, match="3 bytes instead of 32"):
        entry_hash(b"abc", b"{}")


def test_an_entry_travels_as_json_and_back() -> None:
    whole = sealed(entry(), FIRST_PREV)
    line = msgspec.json.encode(whole)
    assert b'"class":"' in line
    assert msgspec.json.decode(line, type=WireEntry) == whole
