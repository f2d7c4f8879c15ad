"""A file cut into records: what is wrong is numbered and told, what is right around it survives."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.office.marc import iso2709
from kiosk.office.marc.iso2709 import READ_BYTES, RECORD_BYTES_MAX, Damaged, RawRecord, records
from tests.office.marc.records import HOBBIT, JOURNEY, marc

GOOD = marc(*JOURNEY)
OTHER = marc(*HOBBIT)


def cut(data: bytes) -> list[RawRecord | Damaged]:
    return list(records(BytesIO(data)))


def kept(data: bytes) -> list[bytes]:
    return [one.data for one in cut(data) if isinstance(one, RawRecord)]


def reasons(data: bytes) -> list[str]:
    return [f"{one.number}: {one.reason}" for one in cut(data) if isinstance(one, Damaged)]


def test_fields_stand_in_the_order_of_the_directory() -> None:
    (record,) = cut(GOOD)
    assert isinstance(record, RawRecord)
    assert [tag.decode() for tag, _ in record.fields] == [tag for tag, _ in JOURNEY]
    assert record.fields[0][1] == b"0120020001"


@pytest.mark.parametrize(
    ("damaged", "said"),
    [
        pytest.param(b"99999" + GOOD[5:], "leader says 99999 bytes", id="length too large"),
        pytest.param(b"00030" + GOOD[5:], "leader says 30 bytes", id="length too small"),
        pytest.param(b"0x" + GOOD[2:], "does not begin with its length", id="length no number"),
        pytest.param(GOOD[:12] + b"00030" + GOOD[17:], "fields begin at byte 00030", id="base address wrong"),
        pytest.param(GOOD[:12] + b"     " + GOOD[17:], "fields begin at byte", id="base address blank"),
        pytest.param(GOOD[:24] + b"001999900000" + GOOD[36:], "field 001 ends at byte", id="field too long"),
        pytest.param(GOOD[:24] + b"001-01100000" + GOOD[36:], "directory is no list", id="field length no number"),
        pytest.param(GOOD.replace("取".encode(), b"\0\0\0"), "a NUL byte", id="NUL"),
        pytest.param(b"rubbish between records\x1d", "no MARC record", id="rubbish"),
        pytest.param(b"00026nam0 2200025   4500\x1e\x1d", "has no fields", id="no fields"),
    ],
)
def test_a_damaged_record_is_told_and_its_neighbours_survive(damaged: bytes, said: str) -> None:
    assert kept(GOOD + damaged + OTHER) == [GOOD, OTHER]
    (reason,) = reasons(GOOD + damaged + OTHER)
    assert reason.startswith("2: ")
    assert said in reason


def test_a_file_that_was_cut_off_says_where_it_ends() -> None:
    assert kept(GOOD + OTHER[:100]) == [GOOD]
    assert reasons(GOOD + OTHER[:100]) == [
        f"2: is cut off after 100 of {len(OTHER)} bytes (export the file again, or copy it again)"
    ]


@pytest.mark.parametrize("between", [b"\r\n", b"\n \n", b"\0\0", b"\x1a"], ids=["CRLF", "blanks", "NUL", "SUB"])
def test_blanks_and_line_ends_between_records_mean_nothing(between: bytes) -> None:
    data = b"\xef\xbb\xbf" + GOOD + between + OTHER + between
    assert (kept(data), reasons(data)) == ([GOOD, OTHER], [])


def test_a_record_that_lost_its_end_does_not_take_the_next_one_along() -> None:
    assert kept(GOOD[:-1] + OTHER + GOOD) == [OTHER, GOOD]
    assert len(reasons(GOOD[:-1] + OTHER)) == 1


def test_rubbish_of_any_length_is_passed_over_in_bounded_memory() -> None:
    rubbish = b"x" * (4 * READ_BYTES)
    found = cut(GOOD + rubbish + OTHER + GOOD)
    assert [one.data for one in found if isinstance(one, RawRecord)] == [GOOD, OTHER, GOOD]
    assert max(len(one.data) for one in found) <= 2 * RECORD_BYTES_MAX + READ_BYTES


def test_a_record_without_an_end_is_refused_once() -> None:
    (reason,) = reasons(GOOD + b"7" * (3 * READ_BYTES))
    assert "no end of record" in reason


def test_records_are_the_same_however_the_file_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    data = (GOOD + OTHER + b"rubbish") * 3
    whole = cut(data)
    for size in (1, 7, 24, 100):
        monkeypatch.setattr(iso2709, "READ_BYTES", size)
        assert cut(data) == whole


@given(st.binary(max_size=400))
def test_no_bytes_are_too_strange(noise: bytes) -> None:
    found = cut(noise)
    assert [one.number for one in found] == list(range(1, len(found) + 1))


@given(st.data())
def test_good_records_around_a_mutated_one_survive(data: st.DataObject) -> None:
    broken = bytearray(GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        match data.draw(st.integers(0, 2)):
            case 0:
                broken[at] = data.draw(st.integers(0, 255))
            case 1:
                del broken[at]
            case _:
                broken.insert(at, data.draw(st.integers(0, 255)))
    survived = kept(OTHER + bytes(broken) + OTHER)
    assert survived[0] == OTHER
    assert survived[-1] == OTHER
    assert len(survived) in (2, 3)
