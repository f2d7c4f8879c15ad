"""How titles and authors sound, computed at import so that the kiosk need not: pinyin without tones, and initials.

Each text is written down once from each of its syllables on, as pinyin and as initials, so that the beginning of any
of them finds it: 小王子 by xiaowangzi, wangzi, xwz, wz. Readings come from pypinyin's dictionaries, phrases first
(重庆 is chongqing); then one or two characters at a time are read otherwise (zhongqing), within VARIANTS_MAX.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import combinations, islice

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from kiosk.db.connect import KioskDatabase
from kiosk.db.searchindex import index, stale_titles
from kiosk.db.searchtext import SOUND_LETTERS_MAX, tokens

READINGS_MAX = 3  # of one character: the further ones are those of old words and dialects
VARIANTS_MAX = 12  # of one text from one syllable on
OTHERWISE_MAX = 2  # characters that are read otherwise at a time
PHRASE_CHARACTERS_MAX = 4
SYLLABLES_MAX = 100  # of one text

Readings = tuple[str, ...]


def index_titles(db: KioskDatabase, title_ids: Iterable[str]) -> None:
    """Make these titles found, pinyin included, as they are now. Within the caller's transaction."""
    index(db, title_ids, sounds)


def index_stale(db: KioskDatabase) -> None:
    """The same for whatever was changed and not indexed since. Within the caller's transaction."""
    index(db, stale_titles(db), sounds)


def sounds(*texts: str) -> str:
    """The terms by which `texts` are found when they are typed as they sound, blanks between.

    >>> sounds("重庆")
    'chongqing zhongqing tongqing cq zq tq qing q'
    >>> sounds("3D打印")
    '3ddayin 3ddy dayin dy yin y'
    """
    terms: dict[str, None] = {}
    for text in texts:
        syllables = _syllables(tokens(text)[:SYLLABLES_MAX])
        initials = [_initials(readings) for readings in syllables]
        for start in range(len(syllables)):
            end = start + SOUND_LETTERS_MAX
            terms.update(dict.fromkeys(_variants(syllables[start:end])))
            terms.update(dict.fromkeys(_variants(initials[start:end])))
    return " ".join(terms)


def _variants(syllables: list[Readings]) -> list[str]:
    """The usual reading, then those in which a character or two are read otherwise."""
    usual = [readings[0] for readings in syllables]
    found = ["".join(usual)[:SOUND_LETTERS_MAX]]
    other = [(place, reading) for place, readings in enumerate(syllables) for reading in readings[1:]]
    found += islice(_otherwise(usual, other), VARIANTS_MAX - 1)
    return found


def _otherwise(usual: list[str], other: list[tuple[int, str]]) -> Iterator[str]:
    for count in range(1, OTHERWISE_MAX + 1):
        for chosen in combinations(other, count):
            read = list(usual)
            for place, reading in chosen:
                read[place] = reading
            yield "".join(read)[:SOUND_LETTERS_MAX]


def _syllables(pieces: list[str]) -> list[Readings]:
    """The readings of each token, the likely one first; Latin words and digits as they are, other signs left out."""
    found: list[Readings] = []
    place = 0
    while place < len(pieces):
        phrase = _phrase(pieces, place)
        for piece, likely in zip(pieces[place : place + len(phrase)], phrase, strict=True):
            readings = (piece,) if piece.isascii() else _readings(piece)
            if likely:
                readings = (likely, *(reading for reading in readings if reading != likely))[:READINGS_MAX]
            if readings:
                found.append(readings)
        place += len(phrase)
    return found


def _phrase(pieces: list[str], place: int) -> Readings:
    """How the longest phrase that begins here is read; one empty reading where none does."""
    for size in range(min(PHRASE_CHARACTERS_MAX, len(pieces) - place), 1, -1):
        known = PHRASES_DICT.get("".join(pieces[place : place + size]))
        if known is not None and len(known) == size:
            return tuple(_toneless(readings[0]) for readings in known)
    return ("",)


@cache
def _readings(character: str) -> Readings:
    said = PINYIN_DICT.get(ord(character), "") if len(character) == 1 else ""
    return tuple(dict.fromkeys(_toneless(reading) for reading in said.split(",") if reading))[:READINGS_MAX]


@cache
def _initials(readings: Readings) -> Readings:
    return tuple(dict.fromkeys(reading if reading[0].isdigit() else reading[0] for reading in readings))


@cache
def _toneless(reading: str) -> str:
    """Without its tone, ü as v, as it is typed.

    >>> _toneless("lǜ"), _toneless("zhōng"), _toneless("ńg")
    ('lv', 'zhong', 'ng')
    """
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    return "".join(letter for letter in bare if letter.isascii())
