"""What records say: CNMARC and MARC21, in every encoding, with copies where real systems keep them."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.office.bookrows import Book, Copy, Flavour, Rejected
from kiosk.office.findings import Finding
from kiosk.office.marc import copies
from kiosk.office.marc.charset import Encoding
from kiosk.office.marc.reading import MarcFile, TitleIds, open_marc
from tests.office.marc.records import HOBBIT, JOURNEY, Field, book, marc, put, raw, read


def with_field(fields: tuple[Field, ...], tag: str, text: str) -> tuple[Field, ...]:
    """The record with these fields of that tag instead of its own."""
    return (*(field for field in fields if field[0] != tag), *((tag, text),) * bool(text))


def test_a_cnmarc_record_is_a_title_and_its_copy(tmp_path: Path) -> None:
    found = book(tmp_path, marc(*JOURNEY))
    assert (found.flavour, found.title_id, found.title) == (Flavour.CNMARC, "0120020001", "西游记：青少版")
    assert (found.author, found.isbn, found.publisher, found.year) == (
        "吴承恩著", "9787020002207", "人民文学出版社", "2012",
    )  # fmt: skip
    assert (found.clc, found.price_fen, found.summary) == ("I242.4", 4720, "师徒四人去西天取经。")
    assert found.copies == (Copy("B0001", "I242.4/1"),)
    assert (found.kind, found.notes) == ("book", ())


def test_a_marc21_record_is_a_title_and_its_copy(tmp_path: Path) -> None:
    found = book(tmp_path, marc(*HOBBIT))
    assert (found.flavour, found.title_id) == (Flavour.MARC21, "ocm00012345")
    assert (found.title, found.author) == ("The hobbit, or, There and back again", "Tolkien, J. R. R.")
    assert (found.isbn, found.publisher, found.year, found.clc) == ("9780261102217", "HarperCollins", "1995", "823.912")
    assert found.copies == (Copy("B0002", "FIC TOL"),)
    assert found.price_fen is None
    assert found.notes == ("price US 12.95 is in another currency: no price",)


@pytest.mark.parametrize(
    ("codec", "encoding"),
    [("utf-8", Encoding.UTF_8), ("gb18030", Encoding.GB18030), ("gbk", Encoding.GB18030)],
)
def test_the_encoding_is_found_by_the_bytes(tmp_path: Path, codec: str, encoding: Encoding) -> None:
    found = open_marc(put(tmp_path, *(marc(*JOURNEY, codec=codec) for _ in range(3))))
    assert isinstance(found, MarcFile)
    assert found.sniffed.main is encoding
    assert book(tmp_path, marc(*JOURNEY, codec=codec)).title == "西游记：青少版"


def test_gbk_that_calls_itself_utf_8_is_read_as_what_it_is(tmp_path: Path) -> None:
    assert book(tmp_path, marc(*JOURNEY, coding="a", codec="gbk")).title == "西游记：青少版"


def test_marc_8_is_read_with_its_diacritics_and_chinese_characters(tmp_path: Path) -> None:
    fields = [
        ("001", b"x1"),
        ("100", b"  \x1faGarc\xe2ia M\xe2arquez, Gabriel"),
        ("245", b"  \x1faCien a\xe4nos de soledad : \x1fb\x1b$1\x21\x58\x24\x21\x47\x7b\x1b(B /"),
        ("852", b"  \x1fpB7"),
    ]
    found = book(tmp_path, raw(fields))
    assert found.author == "García Márquez, Gabriel"
    assert found.title.startswith("Cien años de soledad: ")


def test_marc_8_that_breaks_off_is_refused_and_nothing_is_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (found,) = read(tmp_path, raw([("001", b"x1"), ("245", b"  \x1fa\x1b$1!0")]))
    assert isinstance(found, Rejected)
    assert "245: the bytes" in found.reason
    assert capsys.readouterr() == ("", "")


def test_in_a_mixed_file_each_record_is_read_by_what_it_fits_and_the_odd_one_is_named(tmp_path: Path) -> None:
    records = [marc(*JOURNEY, codec="gbk")] * 3 + [marc(*JOURNEY)] + [marc(*HOBBIT)]
    found = read(tmp_path, *records)
    assert [one.title for one in found[:4]] == ["西游记：青少版"] * 4
    odd = found[3]
    assert isinstance(odd, Book)
    assert odd.notes == ("is utf-8, the file is gb18030",)


def test_an_encoding_that_is_asked_for_overrides_the_bytes(tmp_path: Path) -> None:
    (found,) = read(tmp_path, marc(*JOURNEY, codec="gbk"), encoding=Encoding.UTF_8)
    assert isinstance(found, Rejected)
    assert found.reason.endswith("are not utf-8 (export it again, or try --encoding)")


def test_a_short_title_in_gbk_that_looks_like_utf_8_is_chinese_in_a_chinese_file(tmp_path: Path) -> None:
    alone = "娜娜"  # C4C8 C4C8... in GBK happen to be letters of two bytes in UTF-8 where the second byte is below C0
    data = next(text.encode("gbk") for text in (alone, "摹卤", "隆") if _is_utf_8(text.encode("gbk")))
    odd = raw([("001", b"7"), ("200", b"  \x1fa" + data)])
    found = read(tmp_path, marc(*JOURNEY, codec="gbk"), odd)
    assert found[1].title == data.decode("gbk")


def _is_utf_8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("$a西游记$h上册$i石猴出世", "西游记 上册 石猴出世"),
        ("$a西游记 /$f吴承恩", "西游记"),
        ("$AXi you ji$a西游记$9pinyin$b专著", "西游记"),
        ("$aHarry Potter$eand the stone", "Harry Potter : and the stone"),
        ("$a\x88The \x89hobbit", "The hobbit"),
        ("$a西游\u200b记\n上", "西游记 上"),
    ],
)
def test_a_title_is_made_of_its_parts_without_the_punctuation_of_cards(tmp_path: Path, text: str, title: str) -> None:
    assert book(tmp_path, marc(*with_field(JOURNEY, "200", text))).title == title


def test_chinese_characters_of_880_go_before_their_transcription(tmp_path: Path) -> None:
    fields = (
        ("001", "9"), ("100", "$6880-01$aWu, Cheng'en"), ("245", "$6880-02$aXi you ji /"),
        ("880", "$6100-01/$1$a吴承恩,".replace("/$1", "/1")), ("880", "$6245-02/1$a西游记 /"),
    )  # fmt: skip
    found = book(tmp_path, marc(*fields))
    assert (found.title, found.author) == ("西游记", "吴承恩")


@pytest.mark.parametrize(
    ("extra", "barcodes"),
    [
        pytest.param([("952", "$pK1$oI242$cA$v30.00"), ("952", "$pK2")], ["K1", "K2"], id="Koha"),
        pytest.param([("995", "$fF1$kI242"), ("995", "$fF2")], ["F1", "F2"], id="Koha UNIMARC"),
        pytest.param([("985", "$aT1$b一库$d14.80$hH1$aT2$b二库$d15.00$hH2")], ["T1", "T2"], id="985"),
        pytest.param([("986", "$aT1$aT2"), ("906", "$a$hT9")], ["T1", "T2"], id="dt1000"),
        pytest.param([("906", "$a $hT1$a $hT2")], ["T1", "T2"], id="906 h"),
        pytest.param([("876", "$pT1"), ("876", "$pT2")], ["T1", "T2"], id="876"),
        pytest.param([("852", "$hI$iW$pT1$pT2")], ["T1", "T2"], id="852"),
        pytest.param([("905", "$a1$bT1$dK86$e1$f2$sK86/1$a1$bT2$dK86$e1$f2$sK86/1")], ["T1", "T2"], id="905 groups"),
        pytest.param([("905", "$aTSG$bT1$bT2$d21.1")], ["T1", "T2"], id="905 repeated"),
        pytest.param([("905", "$b0010209-11$dH14$f3")], ["0010209", "0010210", "0010211"], id="905 range"),
        pytest.param([("905", "$bT1"), ("905", "$bT1")], ["T1", "T1"], id="905 twice"),
        pytest.param([("905", "$aTSG$dK86$e1")], [], id="no barcode"),
    ],
)
def test_copies_are_where_the_systems_keep_them(tmp_path: Path, extra: list[Field], barcodes: list[str]) -> None:
    found = book(tmp_path, marc(*with_field(JOURNEY, "905", ""), *extra))
    assert [copy.barcode for copy in found.copies] == barcodes


def test_a_copy_has_its_own_price_place_and_call_number(tmp_path: Path) -> None:
    found = book(tmp_path, marc(*JOURNEY, ("952", "$pK1$oI242.4/9$c阅览室$v30.00")))
    assert found.copies == (Copy("K1", "I242.4/9", 3000, "阅览室"),)


def test_a_range_that_the_number_of_copies_does_not_confirm_is_refused(tmp_path: Path) -> None:
    found = book(tmp_path, marc(*with_field(JOURNEY, "905", "$bD040394-5$d21")))
    assert [copy.wrong for copy in found.copies] == ["is a range of 2 numbers (write a $b for each copy, or 2 in $f)"]


def test_the_table_of_copies_in_the_documentation_is_the_one_that_is_used() -> None:
    rows = re.findall(r"^\| (9\d\d|8\d\d) \| ([a-z, ]+) \|", copies.__doc__ or "", re.MULTILINE)
    assert [(tag, codes.replace(", ", "")) for tag, codes in rows] == [(p.tag, p.barcode) for p in copies.PLACES]


@pytest.mark.parametrize(
    ("own", "title_id"),
    [
        ("0120020001", "0120020001"),
        ("guanbarteam", "9787020002207"),
        ("", "9787020002207"),
        ("9" * 129, "9787020002207"),
    ],
    ids=["usable", "the same in every record", "missing", "too long"],
)
def test_a_title_is_named_by_its_001_or_its_isbn(tmp_path: Path, own: str, title_id: str) -> None:
    assert book(tmp_path, marc(*with_field(JOURNEY, "001", own))).title_id == title_id


def test_volumes_that_share_an_isbn_are_titles_of_their_own(tmp_path: Path) -> None:
    ids = set()
    for part in ("上册", "下册"):
        (found,) = read(tmp_path, marc(*with_field(JOURNEY, "200", f"$a西游记$h{part}")), ids=TitleIds.ISBN)
        assert isinstance(found, Book)
        ids.add(found.title_id)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (with_field(JOURNEY, "200", ""), "has no title: neither 200 $a nor 245 $a"),
        (with_field(JOURNEY, "200", "$a  $f吴承恩"), "its title is blank"),
        (with_field(JOURNEY, "200", "$a" + "长" * 1001), "more than 1000 characters"),
    ],
    ids=["no title", "blank", "too long"],
)
def test_a_record_without_a_usable_title_is_refused(tmp_path: Path, fields: tuple[Field, ...], said: str) -> None:
    (found,) = read(tmp_path, marc(*fields))
    assert isinstance(found, Rejected)
    assert said in found.reason


@pytest.mark.parametrize(
    ("fields", "flavour"),
    [
        ((*JOURNEY, ("245", "$aXi you ji")), Flavour.CNMARC),
        ((*HOBBIT, ("200", "$ax")), Flavour.MARC21),
    ],
    ids=["coded 100", "name in 100"],
)
def test_with_both_titles_the_100_decides(tmp_path: Path, fields: tuple[Field, ...], flavour: Flavour) -> None:
    assert book(tmp_path, marc(*fields)).flavour is flavour


def test_a_serial_is_a_periodical(tmp_path: Path) -> None:
    assert book(tmp_path, marc(*JOURNEY, level="s")).kind == "periodical"


def test_an_isbn_with_a_wrong_check_digit_is_left_out_and_said(tmp_path: Path) -> None:
    found = book(tmp_path, marc(*with_field(JOURNEY, "010", "$a7-02-000220-1$d25.00元")))
    assert (found.isbn, found.price_fen) == ("", 2500)
    assert found.notes == ("ISBN 7-02-000220-1 fails its check digit: left out",)


def test_an_abstract_that_was_cut_in_the_middle_of_a_character_refuses_nothing(tmp_path: Path) -> None:
    fields = [("001", b"1"), ("200", "  \x1fa西游记".encode("gbk")), ("330", "  \x1fa师徒四人".encode("gbk")[:-1])]
    assert book(tmp_path, raw(fields)).summary == "师徒四"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\r\n \x1a", "is empty"),
        (b"PK\x03\x04" + bytes(60), "a workbook or an archive"),
        (b"%PDF-1.7 ...", "a PDF"),
        (b"<?xml version='1.0'?><collection/>", "not MARCXML"),
        ("书名,作者\n西游记,吴承恩\n".encode(), "is no MARC"),
        (b"\x1d" * 50, "is no MARC"),
    ],
    ids=["empty", "blank", "XLSX", "PDF", "MARCXML", "CSV", "ends of records only"],
)
def test_a_file_that_is_no_marc_is_one_line(tmp_path: Path, content: bytes, said: str) -> None:
    found = open_marc(put(tmp_path, content))
    assert isinstance(found, Finding)
    assert said in str(found)
    assert "\n" not in str(found)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_record_of_any_content_is_a_book_or_a_rejection(tmp_path: Path, data: st.DataObject) -> None:
    tags = st.sampled_from(["001", "010", "020", "100", "200", "245", "330", "880", "905", "952", "985", "986"])
    field = st.tuples(tags, st.binary(max_size=40).map(lambda text: text.replace(b"\x1d", b"").replace(b"\0", b"")))
    fields = [(tag, text.replace(b"\x1e", b"")) for tag, text in data.draw(st.lists(field, min_size=1, max_size=8))]
    found = read(tmp_path, marc(*JOURNEY), raw(fields, data.draw(st.sampled_from(" a"))), marc(*HOBBIT))
    assert [one.number for one in found] == [1, 2, 3]
    assert isinstance(found[0], Book)
    assert isinstance(found[2], Book)
