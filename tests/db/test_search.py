"""Finding titles in a real database: what is found, in which order, and that no text can break the question."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from playhouse.migrations import Runner

from kiosk.circulation.records import Kind
from kiosk.db.check import check
from kiosk.db.connect import KioskDatabase
from kiosk.db.prepare import prepare
from kiosk.db.search import CANDIDATES_MAX, QUERY_CHARACTERS_MAX, Match, search
from kiosk.db.searchindex import PLACE_BITS, index, stale_titles
from kiosk.db.searchtext import tokens
from kiosk.office.searchterms import index_stale, index_titles, sounds
from tests.db.schools import Place, place_at

BOOKS = (
    ("W1", "小王子", "圣埃克苏佩里", "9787020042494", "I565.88/1"),
    ("W2", "《小王子》的故事", "张小样", "", "I565.88/2"),
    ("W3", "我的小王子", "李例子", "", "I247.5/3"),
    ("W4", "西游记", "吴承恩", "7-02-000873-8", "I242.4/4"),
    ("W5", "重庆的小王子", "王小王", "", "K297/5"),
    ("W6", "Harry Potter 与魔法石", "J. K. Rowling", "", "I561/6"),
    ("W7", "C++程序设计（第2版）", "谭例", "978-7-302-48144-7", "TP312/7"),
    ("W8", "昆虫记", "小王", "", "Q96/8"),
)


def add(db: KioskDatabase, title_id: str, title: str, author: str = "", isbn: str = "", call_number: str = "") -> None:
    db.execute_sql(
        "INSERT INTO title (title_id, title, author, isbn) VALUES (?, ?, ?, ?)", (title_id, title, author, isbn)
    )
    db.execute_sql(
        "INSERT INTO item (barcode, title_id, call_number, location) VALUES (?, ?, ?, '一楼')",
        (f"C-{title_id}", title_id, call_number),
    )


def with_books(place: Place) -> Place:
    with place.db.atomic():
        for book in BOOKS:
            add(place.db, *book)
        index_stale(place.db)
    return place


@pytest.fixture
def shelf(place: Place) -> Place:
    return with_books(place)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskDatabase]:
    """One for all questions that change nothing."""
    place = with_books(place_at(tmp_path_factory.mktemp("catalogue")))
    yield place.db
    place.db.close()


def ids(db: KioskDatabase, text: str, limit: int = 20) -> list[str]:
    return [found.title_id for found in search(db, text, limit)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("小王子", ["W1", "T1", "W2", "W3", "W5"]),
        ("王子小", []),
        ("西", ["W4"]),
        ("游记", ["W4"]),
        ("《西游记》", ["W4"]),
        ("吴承恩", ["W4"]),
        ("吴 西游", ["W4"]),
        ("吴 小王子", []),
        ("ＨＡＲＲＹ　potter", ["W6"]),
        ("harry-pot", ["W6"]),
        ("otter", []),
        ("rowling 魔法", ["W6"]),
        ("elan", ["T2"]),
        ("c++程序", ["W7"]),
        ("9787020042494", ["W1"]),
        ("978-7-02-004249-4", ["W1"]),
        ("702004249X", ["W1"]),
        ("7-02-004249-x", ["W1"]),
        ("7020008738", ["W4"]),
        ("9787020008735", ["W4"]),
        ("ISBN 978-7-302-48144-7", ["W7"]),
        ("978 7 302 48144 7", ["W7"]),
        ("isbn:730248144X", ["W7"]),
        ("isbn", []),
        ("I565.88", ["W1", "W2"]),
        ("i56588/2", ["W2"]),
        ("tp312", ["W7"]),
        ("xiaowangzi", ["T1", "W1", "W3", "W5", "W2"]),
        ("xiao wang zi", ["T1", "W1", "W3", "W5", "W2"]),
        ("xwz", ["T1", "W1", "W3", "W5", "W2"]),
        ("wdxwz", ["W3"]),
        ("xiyouj", ["W4"]),
        ("xyj 吴", ["W4"]),
        ("xi'you'ji", ["W4"]),
        ("chongqing", ["W5"]),
        ("zhongqing", ["W5"]),
        ("cqdxwz", ["W5"]),
        ("wuchengen", ["W4"]),
        ("wce", ["W4"]),
        ("hpymfs", ["W6"]),
        ("", []),
        (" 　\t", []),
        ("《》?!", []),
    ],
)
def test_all_words_are_found_wherever_they_stand(catalogue: KioskDatabase, text: str, found: list[str]) -> None:
    assert sorted(ids(catalogue, text)) == sorted(found)


def test_the_better_match_comes_first(catalogue: KioskDatabase) -> None:
    found = search(catalogue, "小王")
    assert [(title.title_id, title.match) for title in found] == [
        ("T1", Match.BEGINS),
        ("W1", Match.BEGINS),
        ("W2", Match.BEGINS),
        ("W3", Match.TITLE),
        ("W5", Match.TITLE),
        ("W8", Match.AUTHOR),
    ]
    assert [title.match for title in search(catalogue, "小王子")[:3]] == [Match.EXACT, Match.EXACT, Match.BEGINS]
    assert {title.match for title in search(catalogue, "xwz")} == {Match.REST}


@pytest.mark.parametrize("limit", [1, 3, 4, 20])
def test_many_matches_are_ordered_as_few_are(catalogue: KioskDatabase, limit: int) -> None:
    whole = search(catalogue, "小王", 100)
    assert search(catalogue, "小王", limit) == whole[:limit]


def test_what_is_here_comes_before_a_better_match_that_is_not(shelf: Place) -> None:
    shelf.lend("C-W1")
    shelf.lend("C-W2")
    assert ids(shelf.db, "小王子") == ["T1", "W3", "W5", "W1", "W2"]
    shelf.give_back("C-W1")
    assert ids(shelf.db, "小王子")[:2] == ["T1", "W1"]


def test_a_book_that_is_here_is_found_behind_hundreds_that_are_not(place: Place) -> None:
    with place.db.atomic():
        for number in range(300):
            add(place.db, f"N{number:03}", f"小书{number:03}")
            place.db.execute_sql(
                "INSERT INTO loan VALUES (?, 'a', '2026-09-01', '2026-09-16', 0)", (f"C-N{number:03}",)
            )
        add(place.db, "ZZ", "我的小书")
        index_stale(place.db)
    assert CANDIDATES_MAX > 300
    assert ids(place.db, "小书", 3) == ["ZZ", "N000", "N001"]


def test_copies_are_counted_as_they_are_now(shelf: Place) -> None:
    db = shelf.db
    with db.atomic():
        for barcode, state, kept_for in (
            ("D1", "available", None), ("D2", "damaged", None), ("D3", "lost", None), ("D4", "withdrawn", None),
            ("D5", "available", "S501"), ("D6", "available", None),
        ):  # fmt: skip
            db.execute_sql(
                "INSERT INTO item (barcode, title_id, state, kept_for, call_number, location) "
                "VALUES (?, 'W4', ?, ?, 'I242.4/9', '二楼')",
                (barcode, state, kept_for),
            )
    (found,) = search(db, "西游记")
    assert (found.copies, found.available, found.locations) == (5, 3, ("一楼", "二楼"))
    assert found.call_numbers == ("I242.4/4", "I242.4/9")
    shelf.lend("C-W4")
    shelf.record(Kind.MARKED, item="D6", data={"state": "lost"})
    (found,) = search(db, "西游记")
    assert (found.copies, found.available, found.locations) == (4, 1, ("二楼",))


def test_a_title_without_copies_is_found(shelf: Place) -> None:
    shelf.db.execute_sql("DELETE FROM item WHERE title_id = 'W4'")
    (found,) = search(shelf.db, "西游记")
    assert (found.copies, found.available, found.call_numbers) == (0, 0, ())


def test_a_change_is_found_after_the_next_indexing_and_the_old_words_are_gone(shelf: Place) -> None:
    db = shelf.db
    assert stale_titles(db) == []
    db.execute_sql("UPDATE title SET title = '三国演义', author = '罗贯中' WHERE title_id = 'W4'")
    db.execute_sql("UPDATE item SET call_number = 'K1' WHERE title_id = 'W3'")
    db.execute_sql("UPDATE item SET title_id = 'W8' WHERE barcode = 'C-W2'")
    db.execute_sql("UPDATE title SET summary = 'nothing to search for' WHERE title_id = 'W1'")
    assert stale_titles(db) == ["W2", "W3", "W4", "W8"]
    index_titles(db, ["W2", "W3", "W4", "W8", "nobody's"])
    assert stale_titles(db) == []
    assert ids(db, "三国") == ids(db, "luoguanzhong") == ids(db, "sgyy") == ["W4"]
    assert ids(db, "西游") == ids(db, "吴承恩") == ids(db, "xyj") == []
    assert ids(db, "K1") == ["W3"]
    assert ids(db, "I565.88/2") == ["W8"]
    db.execute_sql("DELETE FROM item WHERE title_id = 'W3'")
    db.execute_sql("DELETE FROM title WHERE title_id = 'W3'")
    assert "W3" not in ids(db, "小王子")
    assert ids(db, "K1") == []
    assert check(db) == []


def test_more_titles_than_places_that_begin_alike_spill_over(shelf: Place) -> None:
    db = shelf.db
    ((place,),) = db.execute_sql("SELECT place FROM search_title WHERE title_id = 'W4'").fetchall()
    db.execute_sql("UPDATE search_title SET place = ? WHERE title_id = 'W4'", (place | (1 << PLACE_BITS) - 1,))
    add(db, "W9", "西游记")
    index_stale(db)
    assert "W9" in ids(db, "西游记")


def test_an_old_database_finds_words_at_once_and_pinyin_after_the_next_import(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "kiosk.db"
    up = Runner.up
    monkeypatch.setattr(Runner, "up", lambda self: up(self, "0002_part_tags"))
    monkeypatch.setattr("kiosk.db.prepare.SCHEMA_VERSION", 2)
    db = prepare(path)
    add(db, "T1", "小王子", "圣埃克苏佩里", "9787020042494", "I565.88/1")
    db.close()
    monkeypatch.undo()
    db = prepare(path)
    for text in ("小王", "埃克苏", "9787020042494", "I565"):
        assert ids(db, text) == ["T1"], text
    assert ids(db, "xwz") == []
    index_stale(db)
    assert ids(db, "xwz") == ids(db, "小王") == ["T1"]
    assert stale_titles(db) == []
    db.close()


def test_a_kiosk_that_cannot_tell_how_a_title_sounds_leaves_it_to_the_next_import(shelf: Place) -> None:
    add(shelf.db, "W9", "海底两万里")
    index(shelf.db, ["W9", "nobody's"])
    assert ids(shelf.db, "海底") == ["W9"]
    assert stale_titles(shelf.db) == ["W9"]


HOSTILE = (
    '"', "*", "小*", '小" OR "西', "NEAR(小 西)", "title : 小", "-小", "^小", "小 AND", "NOT", "OR", "(", "+",
    "{title} : x", "ª", "º小", "¹9787020042494", "²", "\x00", "\ud800", "'; DROP TABLE title; --", "%", "_",
    "\U0010ffff", "a" * 5000, "shi" * 70, "xi " * 70, "小 " * 100, "\u0301", "ﷺ" * 200, "1" * 200, "zhongguo" * 30,
    "ao" * 30, "1 2 3 4 5 6 7 8 9 0", "x-" * 99,
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_a_hostile_text_is_only_a_text(catalogue: KioskDatabase, text: str) -> None:
    search(catalogue, text)


def test_signs_of_the_query_language_mean_nothing(catalogue: KioskDatabase) -> None:
    for text in ('"小王子"', "小王子*", "^小王子", "(小王子)", "-小王子", "小王子;", "+小王子"):
        assert ids(catalogue, text) == ids(catalogue, "小王子"), text
    assert ids(catalogue, "小王子 OR 西游记") == ids(catalogue, "小王子 NOT 西游记") == []


def test_what_is_behind_the_two_hundredth_character_is_not_read(catalogue: KioskDatabase) -> None:
    assert ids(catalogue, "小王子".ljust(QUERY_CHARACTERS_MAX) + "昆虫") == ids(catalogue, "小王子")


@pytest.mark.parametrize(("limit", "count"), [(0, 0), (-1, 0), (1, 1), (10_000, 5)])
def test_no_more_than_asked_for(catalogue: KioskDatabase, limit: int, count: int) -> None:
    assert len(search(catalogue, "小王子", limit)) == count


TEXTS = st.text(st.sampled_from("小王子重长庆的红楼梦 一2aBé-/.*\"'《》:()，·３Ⅲ々〇𠮷ガ한"), min_size=1, max_size=12)
HARMLESS = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@HARMLESS
@given(st.one_of(st.text(max_size=30), TEXTS, st.lists(st.sampled_from(HOSTILE), max_size=4).map(" ".join)))
def test_no_question_raises(catalogue: KioskDatabase, text: str) -> None:
    for found in search(catalogue, text):
        assert found.title


@HARMLESS
@given(TEXTS, TEXTS)
@example("长长长长长长长长长长长长", "重")
def test_every_title_is_found_by_its_words_its_author_and_how_it_sounds(place: Place, title: str, author: str) -> None:
    db = place.db
    db.execute_sql("DELETE FROM title WHERE title_id = 'H'")
    db.execute_sql("INSERT INTO title (title_id, title, author) VALUES ('H', ?, ?)", (title, author))
    index_stale(db)
    pieces = [*tokens(title), *tokens(author)]
    for text in (title, author, *title.split(), *author.split(), *pieces, title[: len(title) // 2]):
        if tokens(text):
            assert "H" in ids(db, text, 100), text
    for term in sounds(title, author).split():
        if term[0] in "ªº" and len(term) > 1:
            assert "H" in ids(db, term[1:], 100), term
    db.execute_sql("DELETE FROM title WHERE title_id = 'H'")


def test_searching_loads_no_pinyin() -> None:
    assert sys.modules["kiosk.db.search"].__dict__.keys().isdisjoint({"pypinyin", "sounds"})
