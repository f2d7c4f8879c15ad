"""Every sentence is there in both languages, and says the same facts."""

import re
import string
from datetime import date, time
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from kiosk.circulation.events import SensorName
from kiosk.circulation.records import Code, Kind
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.rfid.security import PART, Undone
from kiosk.runtime.output import BUSY
from kiosk.runtime.reader import Why
from kiosk.words import languages, words

ROOT = Path(__file__).parents[1]
KEY = re.compile(r"""words(?:\.count)?\(\s*f?"([a-z_.{}]+)\"""")


def sentences(language: str) -> dict[str, str]:
    with (ROOT / "kiosk" / "locale" / f"{language}.po").open("rb") as file:
        return {str(m.id): str(m.string) for m in read_po(file) if m.id}


def without_plural(keys: set[str]) -> set[str]:
    return {re.sub(r"\.(one|other)$", "", key) for key in keys}


@pytest.mark.parametrize("language", languages())
def test_the_sentences_are_those_that_babel_reads(language: str) -> None:
    every = sentences("zh_CN") | sentences(language)
    assert {key: words(language).said(key) for key in every} == every


def test_both_languages_have_the_same_sentences() -> None:
    assert without_plural(set(sentences("zh_CN"))) == without_plural(set(sentences("en")))


@pytest.mark.parametrize("language", languages())
def test_no_sentence_names_a_fact_that_chinese_does_not(language: str) -> None:
    chinese = sentences("zh_CN")
    for key, text in sentences(language).items():
        said = {name for _, name, _, _ in string.Formatter().parse(text) if name}
        base = chinese.get(key) or chinese[re.sub(r"\.one$", ".other", key)]
        known = {name for _, name, _, _ in string.Formatter().parse(base) if name}
        assert said <= known, key


def test_every_key_in_the_code_has_a_sentence() -> None:
    known = without_plural(set(sentences("zh_CN")))
    for path in sorted((ROOT / "kiosk").rglob("*.py")):
        for key in KEY.findall(path.read_text("utf-8")):
            if "{" not in key and "." in key:
                assert key in known, f"{path.name}: {key}"


@pytest.mark.parametrize("code", list(Code))
def test_every_refusal_has_its_words_and_its_name_in_the_log(code: Code) -> None:
    known = set(sentences("zh_CN"))
    assert {f"refusal.{code}.head", f"refusal.{code}.do", f"reason.{code}"} <= known


@pytest.mark.parametrize("why", [*Why, *Undone, *Trouble, BUSY])
def test_every_reason_for_which_a_part_fails_has_its_name_in_the_log(why: str) -> None:
    assert f"reason.{why}" in sentences("zh_CN")


@pytest.mark.parametrize("part", ["lamp", "buzzer", "flap", "receipt", PART, *SensorName])
def test_every_part_has_its_name(part: str) -> None:
    assert f"part.{part}" in sentences("zh_CN")


@pytest.mark.parametrize("kind", list(Kind))
def test_every_kind_of_entry_has_its_sentence(kind: Kind) -> None:
    assert f"log.{kind}" in sentences("zh_CN")


def test_dates_are_written_as_the_language_writes_them() -> None:
    day = date(2026, 12, 7)
    assert words("zh_CN").day_and_weekday(day) == "12月7日 星期一"
    assert words("en").day_and_weekday(day) == "Mon 7 Dec"
    assert words("zh_CN").weekday(day) == "星期一"
    assert words("en").time(time(9, 5)) == "09:05"


def test_plurals_follow_the_language() -> None:
    assert words("en").count("due.late", 1) == "1 day late"
    assert words("en").count("due.late", 3) == "3 days late"
    assert words("zh_CN").count("due.late", 3) == "过期 3 天了"
