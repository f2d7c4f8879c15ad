"""Cleans what catalogues write for printed cards: ISBD punctuation, marks of non-sorting words, prices, ISBNs.

What cannot be understood becomes empty and is said in a note; it never refuses a book.
"""

import re
import unicodedata

from kiosk.office.stock import PRICE_FEN_MAX

FEN = 100
# Non-sorting begin and end: 88 and 89 (MARC-8, ISO 6630), 98 and 9C (Unicode's C1 set, as MARC21 writes UTF-8).
_NON_SORTING = dict.fromkeys(map(ord, "\x88\x89\x98\x9c"))
_ISBD_ENDS = " /:;,=+\u3000"
_ELLIPSES = ("..", "…")
_ISBN = re.compile(r"[0-9][0-9 \-–—―‐]*[0-9Xx]")
_DASHES = dict.fromkeys(map(ord, " -–—―‐"))
_AMOUNT = re.compile(r"(\d{1,7}(?:[,，]\d{3})*)(?:\.(\d{1,2}))?(?!\d)")
_COMMAS = re.compile("[,，]")
_YUAN = re.compile(r"CNY|RMB|CN¥|人民币|[¥￥元圆]", re.IGNORECASE)
_OTHER_MONEY = re.compile(
    r"[$£€₩₽＄￡￦]|\b(?:USD|US|HKD|HK|NT|NTD|TWD|MOP|EUR|GBP|JPY|KRW|RUB|SGD|AUD|CAD|FRF|DEM|DM)|港|台币|美元|欧元|日元|卢布|英镑",
    re.IGNORECASE,
)
_SET = re.compile(r"全.{0,4}[册冊卷套本]|\bset\b|[vV]ols", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")


def plain(text: str) -> str:
    """`text` on one line, without marks that nobody sees.

    >>> plain("\\x98The\\x9c  Hobbit\\n")
    'The Hobbit'
    """
    if text.isprintable() and "  " not in text:
        return text.strip()
    text = text.translate(_NON_SORTING)
    visible = (c if unicodedata.category(c) != "Cc" else " " for c in text if unicodedata.category(c) != "Cf")
    return " ".join("".join(visible).split())


def without_isbd(text: str) -> str:
    """`text` without the punctuation that introduces the next part of a printed card.

    >>> without_isbd("The hobbit, or, There and back again /"), without_isbd("Wait..."), without_isbd("A title.")
    ('The hobbit, or, There and back again', 'Wait...', 'A title')
    """
    text = plain(text).rstrip(_ISBD_ENDS)
    word = text.rpartition(" ")[2]
    if text.endswith(".") and not text.endswith(_ELLIPSES) and len(word) > 3 and "." not in word[:-1]:
        text = text[:-1].rstrip(_ISBD_ENDS)
    return text


def isbn13(text: str) -> str | None:
    """The ISBN in `text` with 13 digits; empty where there is none, None where its check digit is wrong.

    >>> isbn13("7-02-000220-X (精装)"), isbn13("978-7-02-000220-7"), isbn13("7-02-000220-1"), isbn13("统一书号")
    ('9787020002207', '9787020002207', None, '')
    """
    found = _ISBN.search(text)
    digits = found[0].translate(_DASHES).upper() if found else ""
    if len(digits) == 13 and digits.isdigit():
        return digits if _ean13_check(digits[:12]) == digits[12] else None
    if len(digits) == 10 and digits[:9].isdigit():
        total = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9]))
        if "0123456789X"[-total % 11] != digits[9]:
            return None
        long = "978" + digits[:9]
        return long + _ean13_check(long)
    return None if digits and len(digits) >= 9 else ""


def _ean13_check(digits: str) -> str:
    return str(-(sum(map(int, digits[::2])) + 3 * sum(map(int, digits[1::2]))) % 10)


def price_fen(text: str, *, bare_is_yuan: bool) -> tuple[int | None, str]:
    """The price of one copy in fen, None where none is said; and a note where a price is not taken.

    >>> [price_fen(text, bare_is_yuan=True)[0] for text in ("CNY47.20", "￥25.00", "25.00元", "0.38", "CNY0.00")]
    [4720, 2500, 2500, 38, None]
    >>> price_fen("$12.95", bare_is_yuan=True)
    (None, 'price $12.95 is in another currency: no price')
    """
    text = unicodedata.normalize("NFKC", plain(text)) if not text.isascii() else text.strip()
    found = _AMOUNT.search(text)
    if not text or found is None:
        return None, ""
    yuan = _YUAN.search(text) is not None
    if not yuan and _OTHER_MONEY.search(text):
        return None, f"price {text[:40]} is in another currency: no price"
    if not yuan and not bare_is_yuan:
        return None, f"price {text[:40]} names no currency: no price"
    if _SET.search(text):
        return None, f"price {text[:40]} is that of a whole set: no price"
    fen = int(_COMMAS.sub("", found[1])) * FEN + int(((found[2] or "") + "00")[:2])
    if fen > PRICE_FEN_MAX:
        return None, f"price {text[:40]} is more than a book costs: no price"
    return fen or None, ""


def year(text: str) -> str:
    """The first year of our era in `text`, empty where there is none.

    >>> year("2012.06"), year("[c1999]"), year("民国廿五年")
    ('2012', '1999', '')
    """
    found = _YEAR.search(text)
    return found[0] if found else ""
