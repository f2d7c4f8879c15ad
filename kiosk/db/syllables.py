"""Typed pinyin cut into its syllables, in every way that it can be read: xian is 先 or 西安.

The syllables are those of Hanyu Pinyin (GB/T 16159; the table is ISO 7098:2015, annex A) that a Chinese keyboard
takes, ü as v; the last one may be unfinished in a longer text.
"""

from collections.abc import Iterator
from itertools import islice

from kiosk.db.searchtext import SYLLABLE

WAYS_MAX = 64
READINGS_MAX = 4  # those of the fewest syllables
UNFINISHED_LETTERS_MIN = 5  # zes and ash are initials
LETTERS_MAX = 60
SYLLABLE_LETTERS_MAX = 6

_FINALS = {
    "": "a ai an ang ao e ei en er o ou",
    "b": "a ai an ang ao ei en eng i ian iao ie in ing o u",
    "p": "a ai an ang ao ei en eng i ian iao ie in ing o ou u",
    "m": "a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u",
    "f": "a an ang ei en eng o ou u",
    "d": "a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo",
    "t": "a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo",
    "n": "a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve",
    "l": "a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve",
    "g": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "k": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "h": "a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo",
    "j": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "q": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "x": "i ia ian iang iao ie in ing iong iu u uan ue un",
    "zh": "a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo",
    "ch": "a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo",
    "sh": "a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo",
    "r": "an ang ao e en eng i ong ou u ua uan ui un uo",
    "z": "a ai an ang ao e ei en eng i ong ou u uan ui un uo",
    "c": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "s": "a ai an ang ao e en eng i ong ou u uan ui un uo",
    "y": "a an ang ao e i in ing o ong ou u uan ue un",
    "w": "a ai an ang ei en eng o u",
}
_SYLLABLES = {initial + final: initial + final for initial, finals in _FINALS.items() for final in finals.split()}
_SYLLABLES |= {"lue": "lve", "nue": "nve"}  # as most people type them
_BEGINNINGS = frozenset(syllable[:size] for syllable in _SYLLABLES for size in range(1, len(syllable)))


def pinyin_phrases(letters: str) -> list[str]:
    """How SQLite is asked for `letters` as pinyin; none when they are no pinyin.

    >>> pinyin_phrases("xian"), pinyin_phrases("wangz"), pinyin_phrases("xwz")
    (['"ªxian"', '"ªxi ªan"'], ['"ªwang ªz" *'], [])
    """
    if len(letters) > LETTERS_MAX or not letters.isalpha():
        return []
    ways = sorted(islice(_cut(letters), WAYS_MAX), key=lambda way: len(way[0]))
    whole = [syllables for syllables, finished in ways if finished]
    if whole:
        return [_phrase(syllables) for syllables in whole[:READINGS_MAX]]
    return [_phrase(syllables) + " *" for syllables, _ in ways[:1]]


def _phrase(syllables: list[str]) -> str:
    return f'"{" ".join(SYLLABLE + syllable for syllable in syllables)}"'


def _cut(letters: str) -> Iterator[tuple[list[str], bool]]:
    """Every way to cut, and whether the last syllable is a whole one."""
    ends = _ends(letters)
    stack: list[tuple[int, list[str]]] = [(0, [])]
    while stack:
        start, before = stack.pop()
        if start == len(letters):
            yield before, True
            continue
        rest = letters[start:]
        if before and rest in _BEGINNINGS and rest not in _SYLLABLES and len(letters) >= UNFINISHED_LETTERS_MIN:
            yield [*before, rest], False
        for size in range(1, SYLLABLE_LETTERS_MAX + 1):
            known = _SYLLABLES.get(letters[start : start + size])
            if known is not None and start + size <= len(letters) and ends[start + size]:
                stack.append((start + size, [*before, known]))


def _ends(letters: str) -> list[bool]:
    """From which letters on the rest can be cut, so that no way is gone that leads nowhere."""
    good = [False] * len(letters) + [True]
    for start in reversed(range(len(letters))):
        rest = letters[start:]
        good[start] = rest in _BEGINNINGS or any(
            letters[start : start + size] in _SYLLABLES and good[start + size]
            for size in range(1, min(SYLLABLE_LETTERS_MAX, len(rest)) + 1)
        )
    return good
