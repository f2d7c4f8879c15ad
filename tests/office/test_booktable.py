"""Tables of books: which heading means what, what a row says, which rows are one title, and what is refused."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from kiosk.office.bookrows import Book, Copy, Rejected
from kiosk.office.booktable import BookTable, RefusedRows, open_book_table, table_books
from kiosk.office.findings import Finding
from kiosk.office.itemsin import Action, Intake
from kiosk.office.marc.reading import TitleIds
from tests.office.folders import NOON
from tests.office.tables.files import csv_file, xlsx_file

CHINESE = ("条码", "书名", "作者", "ISBN", "出版社", "出版年月", "分类号", "索书号", "定价（元）", "馆藏地", "类型",
           "状态", "入藏日期")  # fmt: skip
JOURNEY = ("B0001", "西游记", "吴承恩", "978-7-02-000220-7", "人民文学", "2012.06", "I242.4", "I242.4/1", "￥47.2",
           "高年级书架", "工具书", "破损", "2026/9/1 10:22:31")  # fmt: skip
HEADER = ("barcode", "title", "author", "isbn", "price_fen")


def opened(path: Path) -> BookTable:
    table = open_book_table(path)
    assert isinstance(table, BookTable), str(table)
    return table


def read(path: Path, title_ids: TitleIds = TitleIds.RECORD) -> list[Book | Rejected]:
    return list(table_books(opened(path), title_ids))


def rows(tmp_path: Path, header: Sequence[str], *cells: Sequence[str]) -> list[Book | Rejected]:
    return read(csv_file(tmp_path / "books.csv", header, *cells))


def one(tmp_path: Path, **cells: str) -> Book | Rejected:
    (found,) = rows(tmp_path, tuple(cells), tuple(cells.values()))
    return found


@pytest.mark.parametrize("kind", ["csv", "gb18030", "xlsx"])
def test_a_row_under_chinese_headings_is_a_title_and_its_copy(tmp_path: Path, kind: str) -> None:
    if kind == "xlsx":
        path = xlsx_file(tmp_path / "books.xlsx", {"图书": [("馆藏清单",), CHINESE, JOURNEY]})
    else:
        path = csv_file(tmp_path / "books.csv", CHINESE, JOURNEY, encoding="utf-8" if kind == "csv" else kind)
    (book,) = read(path)
    assert isinstance(book, Book)
    assert (book.title_id, book.isbn, book.title, book.author) == ("9787020002207", "9787020002207", "西游记", "吴承恩")
    assert (book.publisher, book.year, book.clc, book.price_fen) == ("人民文学", "2012", "I242.4", 4720)
    assert (book.kind, book.added) == ("reference", "2026-09-01")
    assert book.copies == (Copy("B0001", "I242.4/1", location="高年级书架", state="damaged"),)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"barcode": "4.50E+12"}, "4.50E+12 was changed by a spreadsheet"),
        ({"barcode": "=A1+1"}, "begins with = like a formula"),
        ({"isbn": "9.78702E+12"}, "isbn 9.78702E+12 was changed by a spreadsheet"),
        ({"title": ""}, "title is empty"),
        ({"title": "长" * 1001}, "title has more than 1000 characters"),
        ({"barcode": "", "isbn": ""}, "neither barcode nor title_id nor a good ISBN"),
        ({"barcode": "", "isbn": "9787020002208"}, "neither barcode nor title_id nor a good ISBN"),
        ({"state": "不知道"}, "state \"不知道\" is not known"),
        ({"price_fen": "28.00"}, "price_fen"),
        ({"added": "2026-02-30"}, "is not a day of the calendar"),
    ],
    ids=["digits lost", "formula", "ISBN lost", "no title", "long title", "nothing", "bad ISBN", "state", "fen", "day"],
)  # fmt: skip
def test_a_row_that_cannot_be_trusted_is_refused_by_its_line(tmp_path: Path, cells: dict[str, str], said: str) -> None:
    found = one(tmp_path, **({"barcode": "B1", "title": "西游记", "isbn": "9787020002207"} | cells))
    if isinstance(found, Book):  # what makes a barcode is decided with all the others
        (plan,) = Intake(NOON.date(), None, b"").decide([found])
        assert plan.action is Action.REFUSED
        found = Rejected(plan.number, plan.reason)
    assert found.number == 2
    assert said in found.reason


def test_cells_that_a_workbook_works_out_or_has_changed_are_refused(tmp_path: Path) -> None:
    sheet = [HEADER, ("=1+1", "一"), (4500000000000, "二"), (39999000000172, "三")]
    first, second, third = read(xlsx_file(tmp_path / "books.xlsx", {"图书": sheet}))
    assert isinstance(first, Rejected)
    assert "formula" in first.reason
    assert isinstance(second, Rejected)
    assert "4.50E+12" in second.reason
    assert isinstance(third, Book)
    assert third.copies[0].barcode == "39999000000172"


def test_an_isbn_without_a_barcode_is_the_title_only(tmp_path: Path) -> None:
    book = one(tmp_path, 书名="西游记", ISBN="7-02-000220-X")
    assert isinstance(book, Book)
    assert (book.title_id, book.copies) == ("9787020002207", ())


def test_rows_of_one_title_come_together_and_parts_stay_apart(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        ("登录号", "书名", "作者", "ISBN", "卷册"),
        ("1", "三国演义", "罗贯中", "9787020002207", ""),
        ("2", "三国演义", "罗贯中", "9787020002207", ""),
        ("3", "三国演义", "罗贯中", "9787020002207", "上"),
        ("4", "三国演义", "罗贯中", "9787020002207", "下"),
        ("5", "童谣", "", "", ""),
        ("6", "童谣", "", "", ""),
        ("7", "童谣", "某人", "", ""),
    )
    ids = [book.title_id for book in found if isinstance(book, Book)]
    assert [ids.index(title_id) for title_id in ids] == [0, 0, 2, 3, 4, 4, 6]
    assert found[2].title == "三国演义 上"


def test_title_ids_can_be_left_out(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "books.csv", ("title_id", *HEADER), ("W1", "B1", "西游记", "", "9787020002207"))
    ids = [book.title_id for way in TitleIds for book in read(path, way) if isinstance(book, Book)]
    assert ids == ["W1", "9787020002207"]


def test_a_price_in_fen_is_the_titles_and_another_one_that_copys_own(tmp_path: Path) -> None:
    found = rows(
        tmp_path,
        ("条码", "书名", "ISBN", "价格(分)"),
        ("1", "西游记", "9787020002207", "2800"),
        ("2", "西游记", "9787020002207", "2800"),
        ("3", "西游记", "9787020002207", "3000"),
    )
    books = [book for book in found if isinstance(book, Book)]
    assert [book.price_fen for book in books] == [2800, 2800, 3000]
    assert [book.copies[0].price_fen for book in books] == [None, None, 3000]


def test_what_was_not_read_is_said(tmp_path: Path) -> None:
    table = opened(csv_file(tmp_path / "books.csv", ("条码", "题名", "册数"), ("1", "西游记", "3")))
    assert table.remarks == ('columns left out: "册数"',)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("书名,作者\n西游记,\n", "missing column 条码 (barcode)"),
        ('条码,书名\n1,"西游记\n', "books.csv:2: not CSV"),
        ("条码,条形码,书名\n1,1,西游记\n", "both mean 条码 (barcode)"),
    ],
    ids=["no barcode", "broken off", "a column twice"],
)
def test_a_table_that_cannot_be_read_whole_is_not_taken(tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "books.csv"
    path.write_text(content, "utf-8")
    found = open_book_table(path)
    assert isinstance(found, Finding)
    assert said in str(found)


def test_refused_rows_are_a_table_to_mend_and_hand_in_again(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "books.csv", HEADER, ("4.50E+12", "=西游记", "", "", ""), ("0012", "水浒传", "", "", ""))
    refused = RefusedRows(tmp_path, opened(path))
    for plan in Intake(NOON.date(), None, b"").decide(read(path)):
        if plan.has_refusal:
            refused.add(plan)
    refused.close()
    (mend,) = refused.files
    text = mend.read_text("utf-8-sig")
    assert text.splitlines()[0] == ",".join((*HEADER, "原因/reason"))
    mend.write_text(text.replace("4.50E+12,", "B4500,", 1), "utf-8-sig")
    (again,) = read(mend)
    assert isinstance(again, Book)
    assert (again.title, again.copies[0].barcode) == ("=西游记", "B4500")
