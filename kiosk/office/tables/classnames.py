"""Which of the school's classes is meant, however a roster writes it: 五(2)班, 五（2）班, 5年2班, 502, 2021级2班.

A class is found by its very name first, then by grade and number. A year of entry stands for the grade that those who
entered primary, junior-middle or senior-middle school then are in by now; what could be two classes is refused, and so
is a year of entry in July and August, when nobody can know whether the grades have rolled over.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from kiosk.office.findings import BadRow, shown
from kiosk.office.plan import no_class

FIRST_GRADES = (1, 7, 10)  # primary, junior-middle and senior-middle school
YEARS_MAX = 6
SUMMER = (7, 8)
NEW_SCHOOL_YEAR_MONTH = 9

_DIGITS = {c: value for value, c in enumerate("零一二三四五六七八九")}
_NUMBER = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_IN_BRACKETS = rf"\(?{_NUMBER}\)?班?"
_ENTRY = re.compile(rf"(?:小学|初中|高中)?(20\d\d|\d\d)级{_IN_BRACKETS}")
_STAGE = re.compile(r"(初|高)(?:中)?([一二三四1-4])(?:年级|年)?\(?" + _NUMBER + r"\)?班?")
_GRADE = re.compile(rf"(?:小学)?{_NUMBER}年级?{_IN_BRACKETS}")
_APART = re.compile(rf"(?:小学)?{_NUMBER}[(\-.·/]{_NUMBER}\)?班?")
_JOINED = re.compile(r"0?([1-9])(\d\d)班?|(?:小学)?([一二三四五六七八九])(\d{1,2})班")
_ENGLISH = re.compile(r"(?:grade|g|year|y)(\d{1,2})[,.\-]?(?:class|c)(\d{1,2})")
_ALONE = re.compile(_IN_BRACKETS)
_GRADE_ALONE = re.compile(rf"(?:小学|grade|g|year|y)?{_NUMBER}(?:年级|年)?")
_STAGE_ALONE = re.compile(r"(初|高)(?:中)?([一二三四1-4])(?:年级|年)?")
_ENTRY_ALONE = re.compile(r"(?:小学|初中|高中)?(20\d\d)(?:级|年)?")

_STAGES = {"初": FIRST_GRADES[1], "高": FIRST_GRADES[2]}


@dataclass(frozen=True, slots=True)
class _Place:
    """What a class's name says: the grades that can be meant, empty if it says none, and the class's number."""

    grades: frozenset[int]
    number: int


class ClassNames:
    """The school's classes; `today` is a day in the school's zone."""

    def __init__(self, classes: Mapping[str, int], today: date) -> None:
        self._today = today
        self._names = list(classes)
        self._exact: dict[str, str] = {_plain(name): name for name in classes}
        self._placed: dict[tuple[int, int], list[str]] = {}
        for name, grade in classes.items():
            with_number = _number_in(_plain(name))
            if with_number is not None:
                self._placed.setdefault((grade, with_number), []).append(name)

    def find(self, text: str, grade: str = "") -> str:
        """The name of the class that `text` means, `grade` being what a column of its own says. Raises BadRow."""
        plain = _plain(text)
        if plain in self._exact:
            return self._exact[plain]
        place = self._place(plain)
        if place is None:
            raise no_class(text, self._names)
        grades = place.grades or self._grades(_plain(grade))
        if not grades and grade:
            raise BadRow(f"grade {shown(grade)} cannot be read (write it like 五年级 or 5)")
        found = sorted({name for one in grades for name in self._placed.get((one, place.number), ())})
        if len(found) > 1:
            raise BadRow(f"class {shown(text)} could be {' or '.join(map(shown, found))} (write its name)")
        if not found:
            near = [name for (_, number), names in self._placed.items() if number == place.number for name in names]
            raise no_class(text, self._nearest(grades, near))
        return found[0]

    def _nearest(self, grades: Collection[int], near: list[str]) -> list[str]:
        """The names to propose: those of the grade, or else those of the number, or else all."""
        same = [name for (grade, _), names in self._placed.items() if grade in grades for name in names]
        return same or near or self._names

    def _place(self, plain: str) -> _Place | None:
        entry, stage = _ENTRY.fullmatch(plain), _STAGE.fullmatch(plain)
        if entry is not None:
            return _Place(self._entered(int(entry[1]) % 100 + 2000), _value(entry[2]))
        if stage is not None:
            return _Place(frozenset({_STAGES[stage[1]] + _value(stage[2]) - 1}), _value(stage[3]))
        for pattern in (_GRADE, _APART, _JOINED, _ENGLISH):
            found = pattern.fullmatch(plain)
            if found is not None:
                grade, number = (part for part in found.groups() if part is not None)
                return _Place(frozenset({_value(grade)}), _value(number))
        alone = _ALONE.fullmatch(plain)
        return None if alone is None else _Place(frozenset(), _value(alone[1]))

    def _grades(self, plain: str) -> frozenset[int]:
        entry, stage, grade = (p.fullmatch(plain) for p in (_ENTRY_ALONE, _STAGE_ALONE, _GRADE_ALONE))
        if entry is not None:
            return self._entered(int(entry[1]))
        if stage is not None:
            return frozenset({_STAGES[stage[1]] + _value(stage[2]) - 1})
        return frozenset() if grade is None else frozenset({_value(grade[1])})

    def _entered(self, year: int) -> frozenset[int]:
        if self._today.month in SUMMER:
            raise BadRow(f"class by year of entry {year}: in summer its grade is not certain (write the grade)")
        school_year = self._today.year - (self._today.month < NEW_SCHOOL_YEAR_MONTH)
        years = school_year - year
        if not 0 <= years < YEARS_MAX:
            return frozenset()
        return frozenset(first + years for first in FIRST_GRADES if first == 1 or years < 3)


def _number_in(plain: str) -> int | None:
    """The number of a class in the school's own name for it."""
    for pattern in (_ENTRY, _STAGE, _GRADE, _APART, _JOINED, _ENGLISH, _ALONE):
        found = pattern.fullmatch(plain)
        if found is not None:
            return _value([part for part in found.groups() if part is not None][-1])
    return None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split()).replace("[", "(").replace("]", ")")


def _value(text: str) -> int:
    """A number up to 99 in digits or Chinese: 12, 十二, 二十.

    >>> _value("12"), _value("十"), _value("十二"), _value("二十"), _value("二十一")
    (12, 10, 12, 20, 21)
    """
    if text.isdecimal():
        return int(text)
    tens, ten, ones = text.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
