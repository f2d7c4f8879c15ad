"""What a text or a tag is: the first that fits."""

import json
import re
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Line, Trace, last, of_kind, run, simple

# Barcodes of a library that numbers its books as most do: fourteen digits, Luhn.
OWN = ("39999000000172", "39999000000347", "39999000000511")


def school(path: Path) -> Folder:
    """Own patterns, a reset code, cards and tags of every kind."""
    toml = 'card_pattern = "\\\\d{10}"\nitem_pattern = "3\\\\d{13}"\n[commands]\n"RESET-0001" = "reset"\n'
    folder = simple(path).text("school.toml", toml).book(*OWN)
    folder.book("Ab-17", tag="E00401505A000004").book("E1", tag="E28011606000020000000001")
    return folder.pupil("0042", cards="0086466564;uid:04115FA0;Qr/x;uid:0A05F1357D;uid:04A1B2C3D4E5F6")


def scanned(path: Path, text: str, *, visit: bool = False) -> Line:
    """What comes of one text at the desk."""
    trace = Trace().card("1") if visit else Trace()
    return last(school(path), trace.scan(text))


@pytest.mark.parametrize(
    "text",
    ["0086466564", "００８６４６６５６４", " 0086466564 ", "0086466564\r\n", "\t0086466564\n", "　0086466564　", "qr/x",
     "QR/X", "ｑｒ／ｘ", "04115FA0", "04115fa0"],
)  # fmt: skip
def test_a_card_is_known_in_every_way_of_writing(tmp_path: Path, text: str) -> None:
    entry = scanned(tmp_path, text).entry
    assert (entry["kind"], entry["patron"]) == ("visit_started", "0042")


@pytest.mark.parametrize("uid", ["04115FA0", "04115fa0", "0A05F1357D", "04A1B2C3D4E5F6"])
def test_a_card_is_known_by_its_uid(tmp_path: Path, uid: str) -> None:
    assert last(school(tmp_path), Trace().tag(uid)).entry["patron"] == "0042"


@pytest.mark.parametrize("text", ["AB-17", "ab-17", "Ab-17", " ab-17\r", "ＡＢ－１７", "E00401505A000004"])
def test_an_item_is_known_in_every_way_of_writing(tmp_path: Path, text: str) -> None:
    entry = scanned(tmp_path, text, visit=True).entry
    assert entry["kind"] == "lent"
    assert entry["item"].upper() == "AB-17"


@pytest.mark.parametrize(("tag", "item"), [("e00401505a000004", "AB-17"), ("E28011606000020000000001", "E1")])
def test_an_item_is_known_by_its_tag(tmp_path: Path, tag: str, item: str) -> None:
    entry = last(school(tmp_path), Trace().card("1").tag(tag)).entry
    assert (entry["kind"], entry["item"].upper()) == ("lent", item)


def test_leading_zeros_are_kept(tmp_path: Path) -> None:
    assert scanned(tmp_path, "86466564").refusal != ""
    assert scanned(tmp_path / "again", "86466564").kinds == ["refused"]


@pytest.mark.parametrize(
    "text", ["", "   ", "\r\n", "B\x1d1", "B1\x00", "\x1b[AB1", "B\t1", "B\n1", "B\x7f1", "1" * 129]
)
def test_ill_formed_texts_are_dropped_without_a_trace(tmp_path: Path, text: str) -> None:
    line = scanned(tmp_path, text, visit=True)
    assert (line.refusal, line.entries, line.effects, line.state) == (None, [], [], "visit")


def test_a_dropped_scan_at_nobodys_desk_changes_nothing(tmp_path: Path) -> None:
    line = scanned(tmp_path, "B\x021")
    assert (line.entries, line.state, line.page) == ([], "idle", "board")


def test_128_characters_are_still_a_text(tmp_path: Path) -> None:
    assert scanned(tmp_path, "9" * 128).reasons == ["unknown_item"]
    assert scanned(tmp_path / "long", "9" * 129).entries == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("9787020002207", "isbn_not_item"),
        ("978-7-02-000220-7", "isbn_not_item"),
        ("９７８７０２０００２２０７", "isbn_not_item"),
        ("9790060115615", "isbn_not_item"),
        ("9791034304110", "isbn_not_item"),
        ("730200899X", "isbn_not_item"),
        ("730200899x", "isbn_not_item"),
        ("9787020002208", "unknown_item"),  # wrong check digit: no ISBN, and not of the items' kind
        ("6901234567892", "unknown_item"),  # an EAN, but of a bottle
        ("0012345678", "unknown_card"),
        ("39999000000685", "unknown_item"),  # Luhn fits
        ("39999000000686", "unreadable"),
        ("39999000000173", "unreadable"),  # one digit of a known barcode misread
        ("3999900000017", "unknown_item"),
        ("49999000000174", "unknown_item"),
        ("HELLO", "unknown_item"),
    ],
)
def test_what_nobody_knows_is_named_by_the_first_that_fits(tmp_path: Path, text: str, code: str) -> None:
    assert scanned(tmp_path, text).reasons == [code]
    assert scanned(tmp_path / "visit", text, visit=True).reasons == [code]


def test_ten_bare_digits_are_a_card_though_every_eleventh_number_would_be_an_isbn(tmp_path: Path) -> None:
    assert scanned(tmp_path, "7101003044").reasons == ["unknown_card"]
    assert scanned(tmp_path / "hyphens", "7-101-00304-4").reasons == ["isbn_not_item"]


def test_an_isbn_is_refused_though_the_library_has_just_one_copy(tmp_path: Path) -> None:
    folder = school(tmp_path).add("titles.csv", title_id="W1", title="草房子", isbn="9787020002207")
    assert last(folder, Trace().card("1").scan("9787020002207")).reasons == ["isbn_not_item"]


def test_a_known_barcode_comes_before_the_isbn(tmp_path: Path) -> None:
    folder = school(tmp_path).book("9787020002207")
    assert last(folder, Trace().card("1").scan("9787020002207")).kinds == ["lent"]


def test_a_known_card_comes_before_the_isbn(tmp_path: Path) -> None:
    folder = school(tmp_path).pupil("7", cards="9787020002207")
    assert last(folder, Trace().scan("9787020002207")).entry["patron"] == "7"


def test_without_patterns_everything_else_is_an_unknown_item(tmp_path: Path) -> None:
    for n, text in enumerate(("0012345678", "39999000000686", "X")):
        assert last(simple(tmp_path / str(n)), Trace().scan(text)).reasons == ["unknown_item"]


@pytest.mark.parametrize("text", ["RESET-0001", "reset-0001", "ＲＥＳＥＴ－０００１", " RESET-0001\r\n"])
def test_a_command_ends_the_visit(tmp_path: Path, text: str) -> None:
    line = scanned(tmp_path, text, visit=True)
    assert line.said == [("visit_ended", "reset")]
    assert (line.state, line.page) == ("idle", "board")


def test_a_command_empties_the_books_that_wait(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().scan("B1").scan("RESET-0001").card("1"))
    assert [line.kinds for line in lines] == [[], [], ["visit_started"]]


def test_a_command_without_anybody_says_nothing(tmp_path: Path) -> None:
    line = scanned(tmp_path, "RESET-0001")
    assert (line.entries, line.state, line.refusal) == ([], "idle", None)


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("04AABBCC", "unknown_card"),
        ("04AABBCCDDEEFF", "unknown_card"),
        ("04AABBCCDDEEFF001122", "unknown_card"),
        ("0AAABBCCDD", "unknown_card"),
        ("E004010000000099", "unknown_item"),
        ("e004010000000099", "unknown_item"),
        ("E28011606000020000000099", "unknown_item"),
        ("3034257BF7194E4000001A85", "unknown_item"),
    ],
)
def test_an_unknown_tag_is_told_by_its_length(tmp_path: Path, tag: str, code: str) -> None:
    assert last(school(tmp_path), Trace().tag(tag)).reasons == [code]
    assert last(school(tmp_path / "visit"), Trace().card("1").tag(tag)).reasons == [code]


@pytest.mark.parametrize("text", ["HELLO", "0012345678", "9787020002207", "39999000000686"])
def test_a_refusal_of_an_unknown_code_holds_no_ids_and_no_text(tmp_path: Path, text: str) -> None:
    for n, trace in enumerate((Trace(), Trace().card("1"))):
        line = last(school(tmp_path / str(n)), trace.scan(text))
        entry = line.entry
        assert (entry["patron"], entry["item"], entry["due"], entry["class"]) == (None, None, None, None)
        assert entry["reader"] == "desk"
        assert text not in json.dumps(entry)
        assert [v for v in entry["data"].values() if isinstance(v, str) and re.fullmatch("[0-9a-f]{8}", v)]


def test_the_hash_tells_the_same_code_from_another(tmp_path: Path) -> None:
    trace = Trace().scan("AAA").scan("BBB").scan("aaa")
    first, second, third = [entry["data"] for entry in of_kind(run(simple(tmp_path), trace), "refused")]
    assert first == third != second


def test_a_text_within_two_seconds_is_one_scan(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace(step_s=1).card("1").scan("B1").scan("B1").scan(" b1 "))
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"], [], []]
    assert lines[-1].state == "visit"


def test_after_two_seconds_it_is_another(tmp_path: Path) -> None:
    line = last(simple(tmp_path), Trace().card("1").scan("B1").after(2.001).scan("B1"))
    assert line.state == "choice"


def test_the_same_text_from_another_reader_is_another_scan(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace(step_s=0.5).card("1").scan("B1").drop("B1").drop("B1").scan("B1"))
    assert [line.kinds for line in lines] == [["visit_started"], ["lent"], ["returned"], [], []]


def test_another_text_between_does_not_make_it_new(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace(step_s=0.5).card("1").scan("B1").scan("B2").scan("B1"))
    assert [line.kinds for line in lines][1:] == [["lent"], ["lent"], []]


def test_an_unknown_code_within_two_seconds_is_refused_once(tmp_path: Path) -> None:
    lines = run(simple(tmp_path), Trace(step_s=1).scan("HELLO").scan("HELLO"))
    assert [line.refusal for line in lines] == ["unknown_item", None]


def test_a_tag_within_two_seconds_is_one_scan(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("K1", tag="E004010000000001")
    lines = run(folder, Trace(step_s=1).card("1").tag("E004010000000001").tags("E004010000000001"))
    assert [line.kinds for line in lines][1:] == [["lent"], []]
