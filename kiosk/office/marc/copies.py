"""Where library systems keep the copies of a title in its MARC record: one table, tried from the top.

| field | barcode | call number | price | location | who writes it so |
|---|---|---|---|---|---|
| 952 | p | o | v, g | c | Koha (MARC21 and UNIMARC), its manual "Holdings data fields" |
| 995 | f | k | | e | Koha in UNIMARC frameworks (French recommendation 995) |
| 985 | a | | d | b | Chinese systems that dp2 took over (github.com/DigitalPlatform/dp2, issue 200) |
| 986 | a | | d | b | dt1000 (dp2 issue 305) |
| 906 | a, h | | d | b | dt1000 (dp2 issues 305 and 1153); h where a is empty |
| 876 | p | | c | | MARC21 holdings, "Item information" (loc.gov/marc/holdings) |
| 852 | p | h i | | c | MARC21, "Location" (loc.gov/marc/holdings/hd852.html) |
| 949 | i | a | p | l | Symphony |
| 945 | i | a | p | l | Sierra |
| 905 | b | s, or d/e | | | most Chinese systems: CNMARC's local holdings (dp2 issues 262, 305, 645, 647) |

The first row of which the record holds a barcode says all copies; 905 is last, as many systems keep an accession number
there and the barcode elsewhere. Within one field a repeated barcode begins the next copy. `D040394-5` and `0010201-10`
in 905 are ranges (dp2 issues 305, 645); they are written out where 905 $f, the number of copies, agrees, else refused.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from kiosk.office.bookrows import Copy
from kiosk.office.marc.fields import Fields, Subfields
from kiosk.office.marc.text import plain

RANGE_MAX = 200
LOCAL = "905"

_RANGE = re.compile(r"([^0-9]*|.*[^0-9])([0-9]{1,20})-([0-9]{1,20})", re.DOTALL)

Price = Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the table; codes stand in the order in which they are tried, those of a call number are joined.

    With `grouped` one field holds several copies: a code that comes again begins the next one.
    """

    tag: str
    barcode: str
    call_number: str = ""
    price: str = ""
    location: str = ""
    grouped: bool = False


PLACES = (
    Place("952", "p", "o", "vg", "c"),
    Place("995", "f", "k", "", "e"),
    Place("985", "a", "", "d", "b", grouped=True),
    Place("986", "a", "", "d", "b", grouped=True),
    Place("906", "ah", "", "d", "b", grouped=True),
    Place("876", "p", "", "c", ""),
    Place("852", "p", "hi", "", "c"),
    Place("949", "i", "a", "p", "l"),
    Place("945", "i", "a", "p", "l"),
    Place("905", "b", "s", "", "", grouped=True),
)
_ELSEWHERE = frozenset(place.tag.encode() for place in PLACES[:-1])


def copies_of(fields: Fields, call_number: str, price: Price) -> tuple[Copy, ...]:
    """The record's copies; `call_number` is that of the title, for copies that have none of their own."""
    for place in PLACES if fields.has_any(_ELSEWHERE) else PLACES[-1:]:
        found: list[Copy] = []
        for field in fields.each(place.tag):
            for group in _groups(field) if place.grouped else (field,):
                found += _copies(place, group, call_number, price)
        if found:
            return tuple(found)
    return ()


def call_number_905(fields: Fields) -> str:
    """The call number that 905 says: $s, or class and book number as `d/e`."""
    for field in fields.each(LOCAL):
        said = _said(field)
        if "s" in said:
            return said["s"]
        if "d" in said:
            return "/".join(said[code] for code in "de" if code in said)
    return ""


def _said(field: Subfields) -> dict[str, str]:
    """The first text of every code that says something."""
    said: dict[str, str] = {}
    for code, text in field:
        if code not in said and (value := plain(text)):
            said[code] = value
    return said


def _copies(place: Place, field: Subfields, call_number: str, price: Price) -> list[Copy]:
    said = _said(field)
    code = next((code for code in place.barcode if code in said), None)
    if code is None:
        return []
    own = " ".join(said[code] for code in place.call_number if code in said) or call_number
    costs = next((said[code] for code in place.price if code in said), "")
    fen, location = price(costs) if costs else None, said.get(place.location, "")
    barcodes = [value for name, text in field if name == code and (value := plain(text))]
    if place.tag == LOCAL:
        return [one for barcode in barcodes for one in _in_range(Copy(barcode, own, fen, location), said.get("f", ""))]
    return [Copy(barcode, own, fen, location) for barcode in barcodes]


def _groups(field: Subfields) -> Iterator[Subfields]:
    group: Subfields = []
    seen: set[str] = set()
    for code, text in field:
        if code in seen:
            yield group
            group, seen = [], set()
        seen.add(code)
        group.append((code, text))
    yield group


def _in_range(copy: Copy, said_count: str) -> list[Copy]:
    """The copies that a range of numbers stands for; only itself where it is none."""
    found = _RANGE.fullmatch(copy.barcode)
    if found is None:
        return [copy]
    head, first, tail = found.groups()
    if len(tail) > len(first):
        return [copy]
    last = int(first[: len(first) - len(tail)] + tail)
    count = last - int(first) + 1
    if not 2 <= count <= RANGE_MAX:
        return [copy]
    if said_count != str(count):
        return [replace(copy, wrong=f"is a range of {count} numbers (write a $b for each copy, or {count} in $f)")]
    return [replace(copy, barcode=f"{head}{number:0{len(first)}}") for number in range(int(first), last + 1)]
