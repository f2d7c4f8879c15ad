"""What the fields of a MARC21 record mean (loc.gov/marc/bibliographic): title and copies.

245 title, 100 and 700 names, 020 ISBN and price, 264 and 260 publisher and year, 520 summary, 084 and 082 class. Where
an 880 holds the title or the name in Chinese characters, that is taken: the children read it, not its transcription. A
price without a currency is not taken.
"""

from kiosk.office.marc.copies import call_number_905, copies_of
from kiosk.office.marc.described import Described
from kiosk.office.marc.fields import Fields, Subfields
from kiosk.office.marc.text import isbn13, plain, price_fen, without_isbd, year

NAMES = ("100", "110", "111", "700", "710")
_JOINS = {"a": " ", "b": ": ", "n": " ", "p": " "}
_HAN = "\u2e80"


def read_marc21(fields: Fields, notes: list[str]) -> Described:
    """The title and its copies; what is left out of it is added to `notes`."""
    field = _in_han(fields, "245") or next(iter(fields.each("245")), [])
    isbn, price = "", None
    for part in fields.each("020"):
        for code, text in part:
            if code == "a" and not isbn:
                found = isbn13(text)
                if found is None:
                    notes.append(f"ISBN {plain(text)[:40]} fails its check digit: left out")
                isbn = found or ""
            elif code == "c" and price is None:
                price = _yuan(text, notes)
    publisher, published = _publication(fields)
    clc = next((word for tag in ("084", "082") if (word := plain(fields.first(tag, "a")))), "")
    call_number = call_number_905(fields)
    return Described(
        part=" ".join(plain(text) for code, text in field if code in "np"),
        title=_title(field),
        author=_author(fields),
        isbn=isbn,
        publisher=publisher,
        year=published or year(fields.control("008")[7:11]),
        clc=clc,
        price_fen=price,
        summary=" ".join(filter(None, map(plain, fields.lenient("520", "ab")))),
        kind="periodical" if fields.leader[7:8] == "s" else "book",
        copies=copies_of(fields, call_number, lambda text: _yuan(text, notes)),
    )


def _title(field: Subfields) -> str:
    title = ""
    for code, text in field:
        word = without_isbd(text) if code in _JOINS else ""
        if word:
            title += (_JOINS[code] if title else "") + word
    return title


def _author(fields: Fields) -> str:
    for tag in NAMES:
        field = _in_han(fields, tag) or next(iter(fields.each(tag)), [])
        name = without_isbd(next((text for code, text in field if code == "a"), ""))
        if name:
            return name
    return without_isbd(fields.first("245", "c"))


def _in_han(fields: Fields, tag: str) -> Subfields | None:
    """The 880 that is linked to `tag` and has Chinese characters."""
    for field in fields.each("880"):
        linked = any(code == "6" and text.startswith(tag) for code, text in field)
        if linked and any(max(text, default="") >= _HAN for code, text in field if code == "a"):
            return field
    return None


def _publication(fields: Fields) -> tuple[str, str]:
    publisher, published = "", ""
    for tag in ("264", "260"):
        publisher = publisher or without_isbd(fields.first(tag, "b"))
        published = published or year(fields.first(tag, "c"))
    return publisher, published


def _yuan(text: str, notes: list[str]) -> int | None:
    fen, note = price_fen(text, bare_is_yuan=False)
    if note and note not in notes:
        notes.append(note)
    return fen
