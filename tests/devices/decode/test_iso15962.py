import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.devices.decode import iso15962
from kiosk.devices.decode.iso15962 import Compaction, DataSet, DataSets

COMPACTED = [
    pytest.param("123456789012", Compaction.INTEGER, "1CBE991A14", id="integer"),
    pytest.param("10", Compaction.INTEGER, "0A", id="smallest integer"),
    pytest.param("9999999999999999999", Compaction.INTEGER, "8AC7230489E7FFFF", id="largest integer"),
    pytest.param("10000000000000000000", Compaction.NUMERIC, "10000000000000000000", id="too long for an integer"),
    pytest.param("010", Compaction.NUMERIC, "010F", id="numeric keeps the leading zero"),
    pytest.param("00", Compaction.NUMERIC, "00", id="zeros"),
    pytest.param("ABC", Compaction.BITS_5, "0886", id="five bits"),
    pytest.param("]^_", Compaction.BITS_5, "EFBE", id="five bits, last letters"),
    pytest.param("QA268.L55", Compaction.BITS_6, "441CB6E2E335D6", id="six bits, ISO 28560-2 Annex D"),
    pytest.param("ABC123456", Compaction.BITS_6, "0420F1CB3D35DA", id="six bits, two bits over"),
    pytest.param("ABC1234", Compaction.BITS_6, "0420F1CB3D20", id="six bits, a whole character over"),
    pytest.param("abcdefgh", Compaction.BITS_7, "C38B1E4CB9B3E8", id="seven bits"),
    pytest.param("US-InU-Mu", Compaction.BITS_7, "AB4D6C9DD556CDEB", id="seven bits, ISO/TS 28560-4"),
    pytest.param("test", Compaction.OCTETS, "74657374", id="too short for seven bits"),
    pytest.param("5", Compaction.OCTETS, "35", id="one digit"),
    pytest.param("Ærø", Compaction.OCTETS, "C672F8", id="ISO 8859-1"),
    pytest.param("红楼梦", Compaction.UTF8, "E7BAA2E6A5BCE6A2A6", id="Chinese"),
]


@pytest.mark.parametrize(("text", "compaction", "data"), COMPACTED)
def test_the_first_compaction_that_fits_is_chosen_and_read_back(text: str, compaction: Compaction, data: str) -> None:
    one = DataSet(1, compaction, bytes.fromhex(data))
    assert iso15962.compacted(1, text) == one
    assert iso15962.text(one) == text


@pytest.mark.parametrize("width", [5, 6, 7])
@given(data=st.data())
def test_letters_of_any_number_come_back_from_their_bits(width: int, data: st.DataObject) -> None:
    first, last = {5: (0x41, 0x5A), 6: (0x21, 0x5F), 7: (0x21, 0x7E)}[width]
    text = data.draw(st.text(st.characters(min_codepoint=first, max_codepoint=last), min_size=8, max_size=40))
    assert iso15962.text(iso15962.compacted(1, text)) == text


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=60).filter(lambda text: text == text.strip(" ")))
def test_every_text_without_blanks_around_it_comes_back(text: str) -> None:
    if text.isprintable():
        assert iso15962.text(iso15962.compacted(1, text)) == text


@pytest.mark.parametrize(
    ("one", "hex_"),
    [
        pytest.param(DataSet(1, Compaction.INTEGER, b"\x0a"), "11010A", id="plain"),
        pytest.param(DataSet(14, Compaction.OCTETS, b"A"), "6E0141", id="the last in the precursor"),
        pytest.param(DataSet(15, Compaction.OCTETS, b"A"), "6F000141", id="15 is 0 and 15"),
        pytest.param(DataSet(26, Compaction.OCTETS, b"A"), "6F0B0141", id="26 is 11 and 15"),
        pytest.param(DataSet(6, Compaction.OCTETS, b"A" * 127), "667F" + "41" * 127, id="127 is 7F"),
        pytest.param(DataSet(6, Compaction.OCTETS, b"A" * 128), "668100" + "41" * 128, id="128 is 81 00"),
        pytest.param(DataSet(6, Compaction.OCTETS, b"A" * 16383), "66FF7F" + "41" * 16383, id="16383 is FF 7F"),
    ],
)
def test_a_data_set_is_written_as_the_standard_says_and_read_back(one: DataSet, hex_: str) -> None:
    assert iso15962.written(one).hex().upper() == hex_
    assert iso15962.read(bytes.fromhex(hex_)) == DataSets((one,), clean=True)


@pytest.mark.parametrize("size", range(8))
@pytest.mark.parametrize("oid", [1, 17])
@pytest.mark.parametrize("begins", range(4))
def test_an_aligned_data_set_ends_with_a_block(size: int, oid: int, begins: int) -> None:
    one = DataSet(oid, Compaction.OCTETS, b"A" * size)
    memory = iso15962.written(one, begins=begins, align=True)
    assert (begins + len(memory)) % iso15962.BLOCK_BYTES == 0
    assert iso15962.read(memory) == DataSets((one,), clean=True)


@given(
    st.lists(
        st.builds(DataSet, st.integers(1, 127), st.sampled_from(Compaction), st.binary(max_size=140).map(b"A".__add__)),
        max_size=6,
    ),
    st.booleans(),
)
def test_data_sets_come_back_in_their_order(sets: list[DataSet], align: bool) -> None:
    memory = b""
    for one in sets:
        memory += iso15962.written(one, begins=len(memory), align=align)
    for behind in (b"", b"\0", b"\0" * 9, b"\0\xff\xff", b"\xff" * 8):
        assert iso15962.read(memory + behind) == DataSets(tuple(sets), clean=True)
    assert iso15962.read(memory + b"\0older") == DataSets(tuple(sets), clean=False)


@pytest.mark.parametrize(
    "hex_",
    [
        "1105",
        "11050A0A",
        "91",
        "9105",
        "910501",
        "91050141",
        "1181",
        "7F",
        "7F70",
        "7F710141",
        "10010A",
        "11FFFFFFFFFF",
    ],
)
def test_what_does_not_fit_into_the_memory_is_refused(hex_: str) -> None:
    assert iso15962.read(bytes.fromhex(hex_)) is None


def test_the_number_of_pad_bytes_may_stand_in_front_of_a_high_object_identifier() -> None:
    title = DataSet(17, Compaction.OCTETS, b"Ah")
    assert iso15962.read(bytes.fromhex("EF0201024168 00"), pads_first=False) == DataSets((title,), clean=True)
    assert iso15962.read(bytes.fromhex("EF0102024168 00"), pads_first=True) == DataSets((title,), clean=True)


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_can_be_read(memory: bytes, pads_first: bool) -> None:
    found = iso15962.read(memory, pads_first=pads_first)
    for one in found.sets if found else ():
        iso15962.text(one)


@pytest.mark.parametrize(
    ("compaction", "hex_"),
    [
        pytest.param(Compaction.INTEGER, "", id="no integer"),
        pytest.param(Compaction.INTEGER, "8AC7230489E80000", id="twenty digits"),
        pytest.param(Compaction.NUMERIC, "1A", id="no digit"),
        pytest.param(Compaction.NUMERIC, "FF", id="filling only"),
        pytest.param(Compaction.BITS_5, "0000", id="zeros are no letters"),
        pytest.param(Compaction.UTF8, "C3", id="half a character"),
        pytest.param(Compaction.APPLICATION, "41", id="the application knows"),
    ],
)
def test_bytes_that_are_no_text_of_their_compaction_are_none(compaction: Compaction, hex_: str) -> None:
    assert iso15962.text(DataSet(1, compaction, bytes.fromhex(hex_))) is None
