"""The fields of one record as text, decoded when they are asked for.

Only what is asked for is decoded, so a flaw in a field that nobody needs refuses nothing. Subfields are cut at 1F; the
two indicators are passed over, whether they are there or not.
"""

from collections.abc import Iterator

from kiosk.office.marc.charset import Encoding, misfit, text_of
from kiosk.office.marc.iso2709 import SUBFIELD, BadRecord, RawRecord

Subfields = list[tuple[str, str]]


class Fields:
    """A record's fields by tag. Every method may raise BadRecord for bytes that do not fit the encoding."""

    def __init__(self, record: RawRecord, encoding: Encoding) -> None:
        self.leader = record.data[:24].decode("ascii", "replace")
        self.encoding = encoding
        self._codec = encoding.value
        self._fields: dict[bytes, list[bytes]] = {}
        self._read: dict[str, list[Subfields]] = {}
        for tag, data in record.fields:
            if tag in self._fields:
                self._fields[tag].append(data)
            else:
                self._fields[tag] = [data]

    def __contains__(self, tag: str) -> bool:
        return tag.encode() in self._fields

    def has_any(self, tags: frozenset[bytes]) -> bool:
        """Whether any of these tags is there."""
        return not tags.isdisjoint(self._fields)

    def control(self, tag: str) -> str:
        """The text of a control field, empty where there is none."""
        found = self._fields.get(tag.encode())
        return text_of(found[0], self.encoding, tag) if found else ""

    def each(self, tag: str) -> list[Subfields]:
        """Every field with this tag, as codes and texts in their order."""
        read = self._read.get(tag)
        if read is None:
            read = self._read[tag] = []
            for data in self._fields.get(tag.encode(), ()):
                read.append([(part[0], part[1:]) for part in self._parts(tag, data) if part])
        return read

    def _parts(self, tag: str, data: bytes) -> list[str]:
        if self.encoding is Encoding.MARC_8:
            return [text_of(part, self.encoding, tag) for part in data.split(SUBFIELD)[1:]]
        try:
            return data.decode(self._codec).split("\x1f")[1:]
        except UnicodeDecodeError as error:
            raise misfit(data, self.encoding, tag, error.start) from None

    def first(self, tag: str, code: str) -> str:
        """The first text of that tag and code that is not blank, empty where there is none."""
        for subfields in self.each(tag):
            for name, text in subfields:
                if name == code and text and not text.isspace():
                    return text
        return ""

    def texts(self, tag: str, codes: str) -> Iterator[str]:
        """All texts of these codes that are not blank, in their order."""
        for subfields in self.each(tag):
            for code, text in subfields:
                if code in codes and text and not text.isspace():
                    yield text

    def lenient(self, tag: str, codes: str) -> list[str]:
        """The same for prose, which systems cut in the middle of a character: what cannot be read is left out."""
        try:
            return list(self.texts(tag, codes))
        except BadRecord:
            codec = "utf-8" if self.encoding is Encoding.MARC_8 else self.encoding.value
            found = []
            for data in self._fields.get(tag.encode(), ()):
                parts = data.decode(codec, "ignore").split("\x1f")[1:]
                found += [part[1:] for part in parts if part and part[0] in codes]
            return found

    def begins_with_digits(self, tag: str, count: int) -> bool:
        """Whether the first subfield a of that tag begins with that many digits, whatever the encoding."""
        data = next(iter(self._fields.get(tag.encode(), ())), b"").partition(SUBFIELD + b"a")[2]
        return len(data) >= count and data[:count].isdigit()
