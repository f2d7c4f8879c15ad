"""The reader's language: sentences from `locale/<language>.po`, dates and times as that language writes them.

A sentence is asked for by key. A new language is a new `.po` file and nothing else; a key that a file lacks is shown in
Chinese, and a test tells that it is missing.
"""

import json
from dataclasses import dataclass
from datetime import date, time
from functools import cache, lru_cache
from pathlib import Path

from babel import Locale
from babel.dates import format_date, get_day_names

DEFAULT_LANGUAGE = "zh_CN"
LOCALE = Path(__file__).with_name("locale")
DAYS_KEPT = 128


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: str
    _said: dict[str, str]
    _locale: Locale

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with this key, `{name}` filled in. Raises KeyError for a key that no language has."""
        return self._said[key].format(**values)

    def said(self, key: str) -> str | None:
        """The sentence with this key as it stands, or None when no language has it."""
        return self._said.get(key)

    def part(self, name: str) -> str:
        """What people call the part `name`; the name itself where no language knows it."""
        return self._said.get(f"part.{name}", name)

    def count(self, key: str, number: int, **values: object) -> str:
        """The sentence for `number` things: `key.one`, `key.other`, … as the language's plural rule says."""
        form = str(self._locale.plural_form(number))
        return self(f"{key}.{form}", n=number, **values)

    def day(self, day: date) -> str:
        """`12月7日`, `7 Dec`."""
        return _format_day(day, self("date.day"), self.language)

    def day_and_weekday(self, day: date) -> str:
        """`12月7日 星期一`, `Mon 7 Dec`."""
        return _format_day(day, self("date.day_and_weekday"), self.language)

    def weekday(self, day: date) -> str:
        """`星期一`, `Monday`."""
        return str(get_day_names(locale=self._locale)[day.weekday()])

    def time(self, at: time) -> str:
        """`12:05`, in every language."""
        return f"{at:%H:%M}"

    def all_of(self, names: list[str]) -> str:
        """Names one after the other."""
        return self("list.comma").join(names)


@lru_cache(maxsize=DAYS_KEPT)
def _format_day(day: date, form: str, language: str) -> str:
    """A page says the same few due dates again and again."""
    return format_date(day, form, locale=language)


@cache
def words(language: str) -> Words:
    """The words of `language`. Raises FileNotFoundError when there is no such `.po` file."""
    said = dict(_read(DEFAULT_LANGUAGE)) | _read(language)
    return Words(language, said, Locale.parse(language))


def languages() -> tuple[str, ...]:
    """The languages that there are, the default first."""
    found = sorted(path.stem for path in LOCALE.glob("*.po"))
    return (DEFAULT_LANGUAGE, *(name for name in found if name != DEFAULT_LANGUAGE))


@cache
def _read(language: str) -> dict[str, str]:
    """The sentences of a `.po` file. By hand, because Babel's reader is a good part of the start: keys and texts only,
    no contexts and no plurals, each maybe over several lines.
    """
    said: dict[str, str] = {}
    key = field = ""
    for line in (LOCALE / f"{language}.po").read_text("utf-8").splitlines():
        word, quote, rest = line.partition('"')
        if not quote or line.startswith("#"):
            continue
        field = word.strip() or field
        text = json.loads(f'"{rest}')
        if field == "msgid":
            key = text if word else key + text
        else:
            said[key] = said.get(key, "") + text
    return {key: text for key, text in said.items() if key}
