"""Finds out how the text of a MARC file is encoded, and turns bytes into text without ever guessing past an error.

MARC21 says in leader/09 whether a record is UTF-8 (`a`) or MARC-8 (blank); CNMARC leaves leader/09 blank and says it in
100 $a 26-29, which few systems fill in truly, and files are mostly GBK (github.com/DigitalPlatform/dp2, issue 1206). So
the bytes decide: strict UTF-8 fits no other text of some length; of the rest, two bytes above A0 side by side are
Chinese characters of GB 2312, and a byte above 7F alone before a letter is a MARC-8 diacritic
(loc.gov/marc/specifications/speccharmarc8.html).
"""

import contextlib
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from kiosk.office.marc.iso2709 import BadRecord, RawRecord

SAMPLE_RECORDS = 500
ASCII_RECORDS = 10_000  # among which they are looked for


class Encoding(StrEnum):
    """How text is written as bytes."""

    UTF_8 = "utf-8"
    GB18030 = "gb18030"
    MARC_8 = "marc-8"


ALIASES = {
    "utf8": Encoding.UTF_8,
    "unicode": Encoding.UTF_8,
    "gbk": Encoding.GB18030,
    "gb2312": Encoding.GB18030,
    "cp936": Encoding.GB18030,
    "936": Encoding.GB18030,
    "marc8": Encoding.MARC_8,
    "ansel": Encoding.MARC_8,
}

_ESCAPE = 0x1B
_ASCII = bytes(range(0x80))
_HAN_UTF_8 = re.compile(rb"[\xe3-\xe9][\x80-\xbf]{2}")
_HAN_PAIRS = re.compile(rb"[\xb0-\xf7][\xa1-\xfe]")
_LONE_HIGH = re.compile(rb"(?<![\x80-\xff])[\xa1-\xfe]{1,2}(?=[\x20-\x7e])")
_SHORT_UTF_8 = re.compile(r"[\x00-\x7f\u0080-\u07ff]*")


def encoding_named(name: str) -> Encoding | None:
    """The encoding that a person means by `name`.

    >>> encoding_named("GBK"), encoding_named("latin1")
    (<Encoding.GB18030: 'gb18030'>, None)
    """
    plain = name.strip().lower().replace("_", "-")
    if plain in list(Encoding):
        return Encoding(plain)
    return ALIASES.get(plain.replace("-", ""))


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What the records of a file are encoded in: how many in which, and which the most; ASCII counts as UTF-8."""

    main: Encoding
    counts: dict[Encoding, int]

    def __str__(self) -> str:
        others = [f"{count} x {name}" for name, count in self.counts.items() if name is not self.main and count]
        return self.main.value + (f" (also {', '.join(others)})" if others else "")


def sniff(records: Iterable[RawRecord]) -> Sniffed:
    """The encodings of the first records of a file that are not plain ASCII."""
    some = islice(records, ASCII_RECORDS)
    told = (guess for record in some if (guess := own_encoding(record.data)) is not None)
    counts = Counter(islice(told, SAMPLE_RECORDS))
    main = max(counts, key=lambda name: counts[name]) if counts else Encoding.UTF_8
    return Sniffed(main, dict(counts))


def own_encoding(data: bytes) -> Encoding | None:
    """What the bytes of one record fit best; None where they are plain ASCII and fit all."""
    if data.isascii():
        return Encoding.MARC_8 if _ESCAPE in data else None
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        high = len(data.translate(None, _ASCII))
        if 3 * len(_HAN_UTF_8.findall(data)) * 4 >= high * 3:
            return Encoding.UTF_8  # with a flaw; the field that has it is refused by name
        if _ESCAPE in data or len(_LONE_HIGH.findall(data)) > len(_HAN_PAIRS.findall(data)):
            return Encoding.MARC_8
        return Encoding.GB18030
    return Encoding.UTF_8


def encoding_of(data: bytes, main: Encoding) -> Encoding:
    """The encoding of one record of a file that is mostly `main`.

    A few Chinese characters of GB18030 can look like UTF-8 of two bytes a letter (Greek, Arabic); in a GB18030 file
    they are taken for Chinese.
    """
    found = own_encoding(data)
    if found is None:
        return main
    if found is Encoding.UTF_8 and main is Encoding.GB18030 and data[9:10] != b"a":
        text = data.decode("utf-8", "replace")
        if _SHORT_UTF_8.fullmatch(text) and _decodes(data, "gb18030"):
            return main
    return found


def _decodes(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def text_of(data: bytes, encoding: Encoding, where: str) -> str:
    """The text of some bytes. Raises BadRecord naming `where` they stand."""
    if data.isascii() and _ESCAPE not in data:
        return data.decode("ascii")
    if encoding is not Encoding.MARC_8:
        try:
            return data.decode(encoding.value)
        except UnicodeDecodeError as error:
            raise misfit(data, encoding, where, error.start) from None
    return _marc8(data, where)


def misfit(data: bytes, encoding: Encoding, where: str, at: int) -> BadRecord:
    """What is raised for bytes that are not in their encoding; `at` is the first of them."""
    found = data[at : at + 2].hex(" ").upper()
    return BadRecord(f"{where}: the bytes {found} are not {encoding.value} (export it again, or try --encoding)")


def _marc8(data: bytes, where: str) -> str:
    """MARC-8 by pymarc's tables. pymarc complains on standard error and goes on with a blank; here that is an error."""
    from pymarc.marc8 import MARC8ToUnicode

    complaints = io.StringIO()
    try:
        with contextlib.redirect_stderr(complaints):
            text: str = MARC8ToUnicode().translate(data)  # type: ignore[no-untyped-call]
    except (LookupError, TypeError, ValueError):
        raise misfit(data, Encoding.MARC_8, where, 0) from None
    if complaints.getvalue():
        raise misfit(data, Encoding.MARC_8, where, next((at for at, byte in enumerate(data) if byte > 0x7F), 0))
    return text
