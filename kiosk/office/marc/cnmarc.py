"""What the fields of a CNMARC record mean (WH/T 0503-96, China's UNIMARC): title and copies.

200 title and author, 010 ISBN and price, 210 publisher and year, 330 abstract, 690 class of the Chinese Library
Classification, 7-- names, 905 local holdings. A price without a currency is in yuan.
"""

from kiosk.office.marc.copies import call_number_905, copies_of
from kiosk.office.marc.described import Described
from kiosk.office.marc.fields import Fields
from kiosk.office.marc.text import isbn13, plain, price_fen, without_isbd, year

NAMES = ("701", "700", "711", "710", "702", "712")
# How the parts of 200 are joined; GB/T 3792 writes ". " and ", " before part number and name, a blank is enough.
_JOINS = {"a": " ; ", "h": " ", "i": " ", "e": " : "}
_WIDE_JOINS = _JOINS | {"e": "：", "a": "；"}


def read_cnmarc(fields: Fields, notes: list[str]) -> Described:
    """The title and its copies; what is left out of it is added to `notes`."""
    title, part = _title(fields)
    isbn, price = "", None
    for field in fields.each("010"):
        for code, text in field:
            if code == "a" and not isbn:
                found = isbn13(text)
                if found is None:
                    notes.append(f"ISBN {plain(text)[:40]} fails its check digit: left out")
                isbn = found or ""
            elif code == "d" and price is None:
                price = yuan(text, notes)
    call_number = call_number_905(fields)
    clc = plain(fields.first("690", "a")) or plain(fields.first("905", "d"))
    return Described(
        part=part,
        title=title,
        author=_author(fields),
        isbn=isbn,
        publisher=without_isbd(fields.first("210", "c")),
        year=year(fields.first("210", "d")),
        clc=clc,
        price_fen=price,
        summary=" ".join(filter(None, map(plain, fields.lenient("330", "a")))),
        kind="periodical" if fields.leader[7:8] == "s" else "book",
        copies=copies_of(fields, call_number, lambda text: yuan(text, notes)),
    )


def yuan(text: str, notes: list[str]) -> int | None:
    """The price in fen; why there is none is added to `notes`, once."""
    fen, note = price_fen(text, bare_is_yuan=True)
    if note and note not in notes:
        notes.append(note)
    return fen


def _title(fields: Fields) -> tuple[str, str]:
    """The title with its parts, and which part of a larger work it is."""
    title, parts = "", []
    for field in fields.each("200"):
        for code, text in field:
            if code not in _JOINS:
                continue
            word = without_isbd(text)
            if not word:
                continue
            wide = bool(title) and (title[-1] > "\u2e7f" or word[0] > "\u2e7f")
            title += ((_WIDE_JOINS if wide else _JOINS)[code] if title else "") + word
            if code in "hi":
                parts.append(word)
        if title:
            break
    return title, " ".join(parts)


def _author(fields: Fields) -> str:
    said = without_isbd(fields.first("200", "f"))
    return said or next((name for tag in NAMES if (name := without_isbd(fields.first(tag, "a")))), "")
