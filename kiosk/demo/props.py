"""What lies on the demo's strip: whose cards, which books, and a word on what is special about each."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Final

from kiosk.demo.cast import Cast, Copy, Pupil
from kiosk.office.folder import SchoolFolder

PEOPLE_SHOWN: Final = 10
BOOKS_SHOWN: Final = 16
STRANGER: Final = Pupil("", "捡到的卡", "", "0000000001")


@dataclass(frozen=True, slots=True)
class Note:
    """A few words in the languages of the strip. `trouble`: the kiosk will say no; `held`: true until it comes back."""

    chinese: str = ""
    english: str = ""
    trouble: bool = False
    held: bool = False

    def said(self, language: str) -> str:
        """The words in `language`."""
        return self.english if language == "en" else self.chinese


NOTHING: Final = Note()
# The example school's, as examples/README.md tells them. True: the 125 kHz card.
PEOPLE: Final[tuple[tuple[str, bool, Note], ...]] = (
    ("20260101", False, Note("轮到一年级", "slot: now")),
    ("20260102", False, Note("借满了", "at the limit", trouble=True)),
    ("20260105", True, Note("感应卡", "125 kHz card")),
    ("20250101", False, Note("明天到期", "due tomorrow")),
    ("20250103", False, Note("有过期书", "overdue", trouble=True)),
    ("20250206", False, Note("停借中", "suspended", trouble=True)),
    ("20220201", False, Note("星期四轮到", "slot: Thursday", trouble=True)),
    ("20210101", False, Note("预约了书", "a book is kept")),
    ("T101", False, Note("一(1)班班主任", "class teacher")),
    ("S001", False, Note("密码 1234", "PIN 1234")),
)
BOOKS: Final[tuple[tuple[str, Note], ...]] = (
    ("39999000001873", NOTHING),
    ("39999000003911", Note("新书", "new")),
    ("39999000016830", NOTHING),
    ("39999000000511", Note("张甲借的", "张甲 has it", held=True)),
    ("39999000018364", Note("周小四借的", "周小四 has it", held=True)),
    ("39999000002723", Note("徐米米借的", "徐米米 has it", held=True)),
    ("39999000043529", Note("工具书", "reference", trouble=True)),
    ("39999000032134", NOTHING),
    ("39999000039444", NOTHING),
    ("39999000020915", Note("破损", "damaged", trouble=True)),
    ("39999000032811", Note("预约", "kept", trouble=True)),
    ("39999000016327", Note("丢失", "lost", trouble=True)),
    ("39999000044881", Note("期刊", "magazine", trouble=True)),
    ("39999000040970", NOTHING),
    ("39999000040467", Note("已下架", "withdrawn", trouble=True)),
)


@dataclass(frozen=True, slots=True)
class Props:
    """Everything on the strip."""

    people: tuple[tuple[Pupil, Note], ...]
    books: tuple[tuple[Copy, Note], ...]


def props(school: SchoolFolder, *, example: bool) -> Props:
    """The example's people and books, or the first few of another school."""
    cast = Cast(school)
    if example:
        people = tuple((cast.pupil(number, uid=uid), said) for number, uid, said in PEOPLE)
        books = tuple((cast.copy(barcode), said) for barcode, said in BOOKS)
    else:
        people = tuple((pupil, NOTHING) for pupil in islice(_one_a_class(cast.pupils()), PEOPLE_SHOWN))
        books = tuple((copy, NOTHING) for copy in islice(_one_a_title(cast.copies()), BOOKS_SHOWN))
    return Props((*people, (STRANGER, Note("没登记", "unknown", trouble=True))), books)


def _one_a_class(pupils: Iterable[Pupil]) -> Iterable[Pupil]:
    seen: set[str] = set()
    for pupil in pupils:
        if pupil.klass not in seen:
            seen.add(pupil.klass)
            yield pupil


def _one_a_title(copies: Iterable[Copy]) -> Iterable[Copy]:
    seen: set[str] = set()
    for copy in copies:
        if copy.title not in seen:
            seen.add(copy.title)
            yield copy
