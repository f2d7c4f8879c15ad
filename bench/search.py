"""Searching 100 000 titles for one to four Chinese characters, or as many initials, against the bare driver.

The questions are pieces of the titles themselves, so that frequent characters are asked for as often as they stand
there. The floor reads the rows of the same page, titles and copies, by rowid with one statement a row. Of several
tries of one question the fastest counts, for both: what else the machine does is not ours.
"""

import random
import shutil
import tempfile
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import accumulate
from pathlib import Path
from time import perf_counter

import cysqlite

from bench.school import CACHE, ROOT
from bench.table import Row, ms, percentile
from kiosk.db.connect import PRAGMAS, KioskDatabase, checkpoint, open_database
from kiosk.db.prepare import prepare
from kiosk.db.search import Found, search
from kiosk.db.searchtext import INITIALS
from kiosk.office.searchterms import index_stale, sounds

TITLES = 100_000
QUESTIONS = 100  # of each length
LENGTHS = (1, 2, 3, 4)
RATIO = 3.0
LENT_PART = 0.1
WORDS = 20_000
# Characters that titles of children's books are made of, the frequent ones first.
CHARACTERS = (
    "的一小大子不人中国上天学生儿年我这好在有了是童话故事书文本家心生花世界动物科海山水火木土石明月日星空风云雨雪春夏秋冬东西南北"
    "红黄蓝绿白黑老少男女父母爸妈哥姐弟妹爱美丽真善快乐勇敢聪智慧成长梦想希望自由和平友谊林森草原河江湖岛城市乡村学校班级老师同桌"
    "猫狗兔马牛羊鸡鸭鱼鸟虫蚂蚁蝴蝶龙虎狮象猴熊狼狐狸历史地理数诗词歌画音乐舞蹈体育足球游戏机器未来太阳系宇宙飞船探险奇妙神秘"
    "怪兽精灵魔法公主王子皇帝英雄战争和解放革命民族传说寓言笑谜语百千万个第全新编选集录记传论语文说与为什么怎样知道告诉秘密"
)
MADE_BY = ("kiosk/db/searchindex.py", "kiosk/db/searchtext.py", "kiosk/office/searchterms.py")
INSERT_TITLE = "INSERT INTO title (title_id, title, author, isbn) VALUES (?, ?, ?, ?)"
INSERT_ITEM = "INSERT INTO item (barcode, title_id, call_number, location) VALUES (?, ?, ?, '一楼')"
INSERT_LOAN = "INSERT INTO loan (item, patron, lent, due) VALUES (?, 'f', '2026-11-02', '2026-11-17')"


def rows(runs: int, say: Callable[[str], None]) -> list[Row]:
    """Two rows."""
    say(f"search: {TITLES} titles")
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        shutil.copytree(_titles(), folder, dirs_exist_ok=True)
        db = open_database(Path(folder) / "kiosk.db")
        floor = _Floor(db.path)
        titles = [row[0] for row in db.execute_sql("SELECT title FROM title").fetchall()]
        found = []
        for what, questions in (("characters", _pieces), ("initials", _initials)):
            say(f"search: {what}")
            found.append(_row(f"search, 1 to 4 {what}", db, floor, questions(titles, random.Random(1)), max(runs, 3)))
        db.close()
        floor.close()
    return found


def _row(what: str, db: KioskDatabase, floor: "_Floor", questions: Sequence[str], tries: int) -> Row:
    ours, bare = [], []
    for question in questions:
        page = search(db, question)
        assert page, question
        read = floor.rows(page)
        ours.append(min(_timed(lambda asked=question: search(db, asked)) for _ in range(tries)))  # type: ignore[misc]
        bare.append(min(_timed(lambda at=read: floor.read(at)) for _ in range(tries)))  # type: ignore[misc]
    mine, least = percentile(ours, 0.95), percentile(bare, 0.95)
    ratio = mine / least
    return Row(what, f"p95 {ms(mine)}", f"p95 {ms(least)}", f"{ratio:.2f}", f"<= {RATIO:.0f} x", ratio <= RATIO)


class _Floor:
    """The driver with the kiosk's pragmas and nothing else."""

    def __init__(self, path: Path) -> None:
        self._db = cysqlite.connect(str(path))  # type: ignore[attr-defined]
        for name, value in PRAGMAS:
            self._db.execute(f"PRAGMA {name} = {value}").fetchall()

    def rows(self, page: Sequence[Found]) -> tuple[list[int], list[int]]:
        """The rowids of the page's titles and copies."""
        titles, items = [], []
        for found in page:
            titles += self._rowids("title", found.title_id)
            items += self._rowids("item", found.title_id)
        return titles, items

    def _rowids(self, table: str, title_id: str) -> list[int]:
        sql = f"SELECT rowid FROM {table} WHERE title_id = ?"  # noqa: S608
        return [row[0] for row in self._db.execute(sql, (title_id,)).fetchall()]

    def read(self, at: tuple[list[int], list[int]]) -> None:
        """Read them."""
        titles, items = at
        for rowid in titles:
            self._db.execute("SELECT title_id, title, author FROM title WHERE rowid = ?", (rowid,)).fetchall()
        for rowid in items:
            self._db.execute(
                "SELECT barcode, call_number, location, state, kept_for FROM item WHERE rowid = ?", (rowid,)
            ).fetchall()

    def close(self) -> None:
        """Close it."""
        self._db.close()


def _timed(act: Callable[[], object]) -> float:
    began = perf_counter()
    act()
    return perf_counter() - began


def _pieces(titles: Sequence[str], chance: random.Random) -> list[str]:
    """Pieces of titles, as many of each length."""
    found = []
    for length in LENGTHS:
        for title in chance.sample([title for title in titles if len(title) >= length], QUESTIONS):
            start = chance.randrange(len(title) - length + 1)
            found.append(title[start : start + length])
    return found


def _initials(titles: Sequence[str], chance: random.Random) -> list[str]:
    """The initials of such pieces."""
    return [_of_a_piece(piece) for piece in _pieces(titles, chance)]


def _of_a_piece(piece: str) -> str:
    marked = [term[1:] for term in sounds(piece).split() if term[0] == INITIALS]
    return next(letters for letters in marked if len(letters) == len(piece))


def _titles() -> Path:
    """The folder with the database, made first if none is kept that fits."""
    digest = sha256(Path(__file__).read_bytes())
    for source in (*sorted((ROOT / "kiosk/db/migrations").glob("0*.py")), *(ROOT / name for name in MADE_BY)):
        digest.update(source.read_bytes())
    kept = CACHE / f"titles-{TITLES}-{digest.hexdigest()[:12]}"
    if not kept.exists():
        for other in CACHE.glob("titles-*"):
            shutil.rmtree(other)
        part = kept.with_suffix(".part")
        part.mkdir(parents=True)
        db = prepare(part / "kiosk.db")
        with db.atomic():
            _fill(db, random.Random(2026))
            index_stale(db)
        checkpoint(db, truncate=True)
        db.close()
        part.rename(kept)
    return kept


def _fill(db: KioskDatabase, chance: random.Random) -> None:
    weights = list(accumulate(1 / (place + 5) for place in range(len(CHARACTERS))))
    words = ["".join(chance.choices(CHARACTERS, cum_weights=weights, k=chance.choice((2, 2, 3)))) for _ in range(WORDS)]
    often = list(accumulate(1 / (place + 10) for place in range(WORDS)))
    for number in range(TITLES):
        title = "".join(chance.choices(words, cum_weights=often, k=chance.randint(1, 4)))
        author = "".join(chance.choices(CHARACTERS, k=chance.choice((2, 3))))
        db.execute_sql(INSERT_TITLE, (f"Q{number}", title, author, f"978{7_020_000_000 + number * 7}"))
        for copy in range(chance.choice((1, 1, 2, 3))):
            barcode = f"Q{number:06}-{copy}"
            db.execute_sql(INSERT_ITEM, (barcode, f"Q{number}", f"I287.{number % 90}/{number % 1000}"))
            if chance.random() < LENT_PART:
                db.execute_sql(INSERT_LOAN, (barcode,))
