"""The one form in which titles, authors, numbers and questions are compared: words and single Chinese characters.

NFKC, case and Latin accents folded, punctuation dropped (《》 and ASCII signs too). A Chinese character, a kana or a
sign is a token of its own, letters and digits of an alphabet go together; so a word of one Chinese character is found
as quickly as one of four. A token holds letters, digits and signs beyond ASCII only, so none of them means anything
to SQLite's query language (sqlite.org/fts5.html, section 3).
"""

import re
import unicodedata
from itertools import groupby, pairwise

_PIECE = re.compile(r"[^\W_\u2e80-\U0010ffff]+|[\u2e80-\U0010ffff]|[\u00a1-\u2e7f]")
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Pc", "Pd", "Pe", "Pf", "Pi", "Po", "Ps", "Zl", "Zp", "Zs"})
_BARE = {
    code: unicodedata.normalize("NFD", chr(code))[0] for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))
}  # é is e: nobody types accents
_ISBN_10 = re.compile(r"[0-9]{9}[0-9x]")
_ISBN_13 = re.compile(r"97[89][0-9]{10}")
# What cannot stand in a text, as NFKC makes other characters of them: they mark what a term is.
SYLLABLE, INITIALS, NUMBER, ISBN = "\u00aa", "\u00ba", "\u00b9", "\u00b3"
BREAK = "\u00b2"  # a phrase never reaches over it
GRAM = 4  # so many initials make a term; more are asked for as a phrase of overlapping ones
BEGINNING = 4  # the first characters of a call number up to here are terms: there are many of each class
ALPHABETS_END = "\u2e80"  # from here on every character is a token of its own


def plain(text: str) -> str:
    """`text` without differences of width, case and accent.

    >>> plain("ＥＬÉＶＥ Ⅲ")
    'eleve iii'
    """
    return unicodedata.normalize("NFKC", text).casefold().translate(_BARE)


def tokens(text: str) -> list[str]:
    """The tokens of `text` in their order.

    >>> tokens("《哈利·波特》 Vol.2"), tokens("I287.45/B12"), tokens("?!")
    (['哈', '利', '波', '特', 'vol', '2'], ['i287', '45', 'b12'], [])
    """
    found = _PIECE.findall(plain(text))
    return [piece for piece in found if piece.isascii() or piece.isalnum() or _counts(piece)]


def _counts(piece: str) -> bool:
    return unicodedata.category(piece[0]) not in _DROPPED


def key(text: str) -> str:
    """What titles are compared and ordered by.

    >>> key("小王子(The Little Prince)")
    '小 王 子 the little prince'
    """
    return " ".join(tokens(text))


def is_open(token: str) -> bool:
    """Whether `token` may be the beginning of a longer one: letters and digits may, a Chinese character is whole."""
    return token[-1] < ALPHABETS_END and token[-1].isalnum()


def terms(text: str) -> str:
    """What the index holds of a title or an author: its tokens, then each two characters that stand side by side.

    >>> terms("小王子 Vol.2")
    '小 王 子 vol 2 ² 小王 王子 ²'
    """
    pieces = tokens(text)
    pairs: list[str] = []
    for closed, run in groupby(pieces, lambda piece: not is_open(piece)):
        characters = list(run)
        if closed and len(characters) > 1:
            pairs += [BREAK, *map("".join, pairwise(characters))]
    return " ".join([*pieces, *pairs, BREAK])


def phrase(word: str) -> str:
    """How SQLite is asked for a word of a title or an author: by its pairs of characters, as these are rarer, or by
    its tokens; the last may go on, unless it is a Chinese character.

    >>> phrase("小王子"), phrase("小"), phrase("Harry-Pot")
    ('"小王 王子"', '"小"', '"harry pot" *')
    """
    pieces = tokens(word)
    if len(pieces) > 1 and not any(map(is_open, pieces)):
        pieces = list(map("".join, pairwise(pieces)))
    return f'"{" ".join(pieces)}"' + (" *" if is_open(pieces[-1]) else "")


def grams(letters: str, size: int = GRAM) -> list[str]:
    """Every `size` letters in a row, marked as initials.

    >>> grams("xwz", 2)
    ['ºxw', 'ºwz']
    """
    return [INITIALS + letters[start : start + size] for start in range(len(letters) - size + 1)]


def joined(text: str) -> str:
    """The tokens of `text` without blanks: a number without its hyphens, pinyin without its apostrophes.

    >>> joined("978-7-02"), joined("xi'an"), joined("I287.45/B12")
    ('978702', 'xian', 'i28745b12')
    """
    return "".join(tokens(text))


def number_terms(call_number: str) -> set[str]:
    """The parts of a call number, its beginnings, and all of it in one.

    >>> sorted(number_terms("I287.45/B"))
    ['¹45', '¹b', '¹i', '¹i2', '¹i28', '¹i287', '¹i28745b']
    """
    whole = joined(call_number)
    found = {*tokens(call_number), whole, *(whole[:size] for size in range(1, BEGINNING + 1))}
    return {NUMBER + term for term in found if term}


def as_isbn(text: str) -> str | None:
    """The digits of what has the shape of an ISBN, with blanks, hyphens and the word ISBN or without.

    >>> as_isbn("ISBN 7-02-000220-X"), as_isbn("978 7 02 000220 7"), as_isbn("2026")
    ('702000220x', '9787020002207', None)
    """
    number = joined(text).removeprefix("isbn")
    return number if _ISBN_10.fullmatch(number) or _ISBN_13.fullmatch(number) else None


def isbn_forms(text: str) -> list[str]:
    """What an ISBN may be asked for as: as written, with ten digits and with thirteen. Wrong check digits are kept.

    >>> isbn_forms("7-02-000220-7"), isbn_forms("978-7-02-000220-7")
    (['7020002207', '9787020002207'], ['9787020002207', '702000220x'])
    >>> isbn_forms(""), isbn_forms("7020002206")
    ([], ['7020002206', '9787020002207'])
    """
    number = joined(text).removeprefix("isbn")
    forms = [number] if number else []
    if _ISBN_10.fullmatch(number):
        forms.append(_with_check("978" + number[:9]))
    elif _ISBN_13.fullmatch(number) and number.startswith("978"):
        forms.append(_ten_digits(number[3:12]))
    return forms


def _with_check(digits: str) -> str:
    """Twelve digits and the EAN-13 check digit (ISBN Users' Manual, 7th edition, section 4.5)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"


def _ten_digits(digits: str) -> str:
    """Nine digits and the check digit modulo 11 of ISO 2108:1992."""
    rest = -sum(int(digit) * (10 - place) for place, digit in enumerate(digits)) % 11
    return digits + ("x" if rest == 10 else str(rest))
