"""How titles and authors sound, computed at import so that the kiosk need not: pinyin without tones, and initials.

The syllables of a text are written down in their order, so that any of them in a row find it, and its initials in
rows of one to four letters: 小王子 by xiaowangzi, wangzi, xwz, wz. Readings come from pypinyin's dictionaries, phrases
first (重庆 is chongqing); then one character at a time is read otherwise (zhongqing), within VARIANTS_MAX.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice, product

from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from kiosk.db.connect import KioskDatabase
from kiosk.db.searchindex import index, stale_titles
from kiosk.db.searchtext import BREAK, GRAM, SYLLABLE, grams, tokens

READINGS_MAX = 3  # of one character: the further ones are those of old words and dialects
VARIANTS_MAX = 12  # of one text
NAME_SYLLABLES_MAX = 3  # and titles as short: all their readings count, not only one character's at a time
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
    'ªchong ªqing ² ªzhong ªqing ² ªtong ªqing ² ºc ºcq ºq ºt ºtq ºz ºzq'
    """
    found: list[str] = []
    short: set[str] = set()
    for text in texts:
        syllables = _syllables(tokens(text)[:SYLLABLES_MAX])
        for read in _variants(syllables):
            found += [SYLLABLE + syllable for syllable in read if syllable.isalpha()] + [BREAK]
        for letters in map("".join, _variants([_initials(readings) for readings in syllables])):
            if len(letters) >= GRAM:
                found += [*grams(letters), BREAK]
            short.update(gram for size in range(1, GRAM) for gram in grams(letters, size))
    return " ".join([*found, *sorted(short)])


def _variants(syllables: list[Readings]) -> Iterator[list[str]]:
    """The usual reading, then those in which a character is read otherwise; all of them for a name."""
    usual = [readings[0] for readings in syllables]
    if len(syllables) <= NAME_SYLLABLES_MAX:
        yield from map(list, islice(product(*syllables), VARIANTS_MAX))
        return
    yield usual
    other = [(place, reading) for place, readings in enumerate(syllables) for reading in readings[1:]]
    for place, reading in other[: VARIANTS_MAX - 1]:
        yield [*usual[:place], reading, *usual[place + 1 :]]


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
