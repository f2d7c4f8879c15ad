"""How titles sound: readings, initials, and that a bound keeps long titles small."""

import pytest

from kiosk.db.searchtext import INITIALS, SYLLABLE, grams, tokens
from kiosk.db.syllables import pinyin_phrases
from kiosk.office.searchterms import SYLLABLES_MAX, VARIANTS_MAX, sounds


def pinyin(text: str) -> list[str]:
    """The readings of a text, the likely one first."""
    read = [run.split() for run in sounds(text).split("²")]
    return list(dict.fromkeys("".join(t[1:] for t in run) for run in read if run and run[0][0] == SYLLABLE))


def initials(text: str) -> set[str]:
    return {term[1:] for term in sounds(text).split() if term[0] == INITIALS}


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("小王子", "xiaowangzi", set()),
        ("重庆", "chongqing", {"zhongqing"}),
        ("长", "zhang", {"chang"}),
        ("长江", "changjiang", {"zhangjiang"}),
        ("银行行长", "yinhanghangzhang", {"yinxinghangzhang", "yinhanghangchang"}),
        ("音乐", "yinyue", {"yinle"}),
        ("绿野仙踪", "lvyexianzong", set()),
        ("女儿", "nver", set()),
        ("单田芳", "dantianfang", {"shantianfang"}),
        ("曾", "ceng", {"zeng"}),
        ("〇", "ling", set()),
        ("𫍽", "xuan", set()),
    ],
)
def test_the_likely_reading_comes_first_and_the_others_are_there(text: str, first: str, others: set[str]) -> None:
    read = pinyin(text)
    assert read[0] == first
    assert others <= set(read)


@pytest.mark.parametrize(
    ("text", "there"),
    [
        ("小王子", {"x", "xw", "xwz", "w", "wz", "z"}),
        ("重庆", {"cq", "zq"}),
        ("西游记的故事", {"xyjd", "yjdg", "jdgs", "gs"}),
        ("3D打印", {"3ddy", "dy"}),
        ("Harry Potter与魔法石", {"hpym", "ymfs", "mfs"}),
        ("《小》·王", {"xw"}),
    ],
)
def test_initials_are_written_down_in_rows_of_up_to_four(text: str, there: set[str]) -> None:
    found = initials(text)
    assert there <= found
    assert max(map(len, found)) <= 4


@pytest.mark.parametrize("text", ["", "《》", "かな", "한글", "♥", "?!"])
def test_what_has_no_sound_has_no_terms(text: str) -> None:
    assert pinyin(text) == []
    assert initials(text) == set()


def test_a_long_title_of_many_readings_stays_small() -> None:
    terms = sounds("长重行乐" * 200).split()
    assert len(terms) < 2 * (VARIANTS_MAX + 1) * (SYLLABLES_MAX + 1) + 500


def test_syllables_of_one_text_never_meet_those_of_the_next() -> None:
    assert "ªzi ªwang" not in sounds("小王子", "王小样")
    assert "ºz" in sounds("小王子", "王小样").split()
    assert grams("xwzw")[0] not in sounds("小王子", "王小样").split()


@pytest.mark.parametrize(
    ("letters", "read"),
    [
        ("xian", ["xian", "xi an"]),
        ("fangan", ["fang an", "fan gan"]),
        ("xiaowangz", ["xiao wang z*"]),
        ("lue", ["lve", "lu e"]),
        ("zhe", ["zhe"]),
        ("xwz", []),
        ("zesh", []),
        ("", []),
        ("3d", []),
        ("a" * 61, []),
    ],
)
def test_typed_pinyin_is_cut_in_every_way_that_it_can_be_read(letters: str, read: list[str]) -> None:
    plain = [phrase.replace(SYLLABLE, "").replace('"', "").replace(" *", "*") for phrase in pinyin_phrases(letters)]
    assert plain == read


def test_every_common_syllable_can_be_typed() -> None:
    everyday = "的一是不了人我在有他这中大来上国和地到说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所"
    for character in tokens(everyday):
        for read in pinyin(character):
            assert pinyin_phrases(read), (character, read)
