"""A slip says whose visit it was, masked, what was done and until when, in the language of the visit."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from kiosk.app.slips import slip_paper
from kiosk.circulation.slips import Slip, SlipLine
from kiosk.circulation.visit import Done
from kiosk.devices.receipt.paper import laid_out

BOOKS = (
    SlipLine("城南旧事", Done.LENT, date(2026, 9, 22)),
    SlipLine("Charlotte's Web: a very long English title that goes on and on", Done.RENEWED, date(2026, 10, 7)),
    SlipLine("昆虫记", Done.RETURNED, None),
)
AT = datetime(2026, 9, 7, 12, 5, tzinfo=ZoneInfo("Asia/Shanghai"))


def paper(language: str, school: str = "育才学校图书馆") -> list[str]:
    return [row for line in slip_paper(Slip(school, "张*三", AT, BOOKS, language)) for row in laid_out(line, 32)]


@pytest.mark.parametrize(
    ("language", "due", "renewed", "returned", "when"),
    [
        ("zh_CN", "9月22日 前还", "续借好了　10月7日 前还", "还好了", "9月7日 12:05"),
        ("en", "back by 22 Sep", "Renewed. back by 7 Oct", "Returned", "7 Sep 12:05"),
    ],
)
def test_each_book_stands_there_with_what_was_done(
    language: str, due: str, renewed: str, returned: str, when: str
) -> None:
    rows = paper(language)
    assert rows[0] == "育才学校图书馆"
    assert rows[2].startswith("张*三")
    assert rows[2].endswith(when)
    text = "\n".join(row.strip() for row in rows)
    assert f"城南旧事\n{due}" in text
    assert renewed in text
    assert f"昆虫记\n{returned}" in text


def test_a_school_without_a_name_has_a_slip_too() -> None:
    assert paper("zh_CN", "")[0] == "图书馆"
