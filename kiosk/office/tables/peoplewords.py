"""The headings and words by which rosters speak of people, in Chinese and English.

English headings are those of people.csv and what Koha (borrowers.*), SLiMS (member_*) and Destiny write; dp2's schools
use 证条码号 for number and card in one. Numbers of identity cards are not read, ever.
"""

import re
import unicodedata
from collections.abc import Mapping

from kiosk.circulation.records import PatronKind, Role
from kiosk.office.findings import BadRow, shown
from kiosk.office.tables.headings import Headings, plain_heading

PEOPLE_HEADINGS = Headings(
    names={
        "number": ("number", "学号", "工号", "教工号", "职工号", "证号", "借书证号", "读者证号", "读者编号",
                   "学生编号", "人员编号", "student id", "student number", "student no", "staff id", "district id",
                   "patron id"),
        "name": ("name", "姓名", "学生姓名", "教师姓名", "读者姓名", "member_name", "full name", "student name"),
        "surname": ("surname", "姓", "last name", "family name"),
        "first_name": ("first name", "名", "given name"),
        "kind": ("kind", "类别", "读者类型", "读者类别", "人员类别", "身份", "patron type", "patron_kind",
                 "categorycode", "member_type_name", "role"),
        "class": ("class", "班级", "班别", "所在班级", "班级名称", "行政班", "单位", "homeroom", "class name"),
        "grade": ("grade", "年级", "所在年级", "年级名称", "grade level", "grades"),
        "cards": ("cards", "card", "卡号", "条码", "条码号", "证条码号", "读者条码", "校园卡号", "一卡通号",
                  "一卡通卡号", "借书卡号", "IC卡号", "card number", "barcode", "member_id"),
        "lost_cards": ("lost_cards", "挂失卡号", "遗失卡号"),
        "roles": ("roles", "角色", "职责", "图书馆职务"),
        "active": ("active", "状态", "在校状态", "学籍状态", "是否在校", "是否有效", "启用", "status"),
        "suspended_until": ("suspended_until", "停借至", "停借截止", "停借到期"),
        "pin": ("pin", "PIN码", "工作密码"),
    },
    instead={
        "number": ("学籍号", "全国学籍号", "学籍辅号", "编号", "identifier", "userid", "username"),
        "class": ("班",),
    },
    needed=(("number", "cards"), ("name", "surname")),
    identifiers=frozenset({"number", "cards", "lost_cards", "class", "grade", "pin"}),
    days=frozenset({"suspended_until"}),
)  # fmt: skip

STAFF_NUMBERS = frozenset(map(plain_heading, ("工号", "教工号", "职工号", "staff id")))

_BETWEEN = re.compile("[;；、，]")

_KINDS: Mapping[str, PatronKind] = {
    **dict.fromkeys(("pupil", "pupils", "student", "s", "st", "学生", "学生读者", "小学生", "中学生", "初中生",
                     "高中生"), PatronKind.PUPIL),
    **dict.fromkeys(("teacher", "teachers", "faculty", "t", "教师", "老师", "教师读者", "教职工", "教职员工", "教工",
                     "班主任", "任课教师"), PatronKind.TEACHER),
    **dict.fromkeys(("staff", "职工", "职员", "员工", "工作人员", "管理员", "图书管理员", "后勤"), PatronKind.STAFF),
}  # fmt: skip
_ROLES: Mapping[str, Role] = {
    **dict.fromkeys(("librarian", "馆员", "图书管理员", "图书馆员", "管理员"), Role.LIBRARIAN),
    **dict.fromkeys(("pupil_librarian", "小馆员", "小图书管理员", "学生馆员", "小小图书管理员"), Role.PUPIL_LIBRARIAN),
}
_ACTIVE: Mapping[str, str] = {
    **dict.fromkeys(("yes", "y", "a", "1", "true", "active", "是", "有效", "正常", "启用", "在读", "在校", "在籍",
                     "在职", "在岗"), "yes"),
    **dict.fromkeys(("no", "n", "i", "0", "false", "inactive", "tobedeleted", "否", "无效", "停用", "注销", "离校",
                     "转出", "转学", "毕业", "休学", "退学", "离职", "退休", "调出", "调离"), "no"),
}  # fmt: skip


def kind_word(text: str) -> str:
    """What kind of person `text` means, empty for none. Raises BadRow."""
    found = _KINDS.get(_plain(text))
    if found is None and text:
        raise BadRow(f"kind {shown(text)} is not known (write 学生 pupil, 教师 teacher or 职工 staff)")
    return found.value if found is not None else ""


def role_words(text: str) -> str:
    """Roles as people.csv has them, `;` between. Raises BadRow."""
    parts = [part.strip() for part in _split(text)]
    for part in parts:
        if _plain(part) not in _ROLES:
            raise BadRow(
                f"role {shown(part)} is not known (write 图书管理员 librarian or 小图书管理员 pupil_librarian)"
            )
    return ";".join(_ROLES[_plain(part)] for part in parts)


def active_word(text: str) -> str:
    """`yes` or `no`, empty for what is not said. Raises BadRow."""
    if not text:
        return ""
    found = _ACTIVE.get(_plain(text))
    if found is None:
        raise BadRow(f"active {shown(text)} is not known (write 在校 yes or 离校 no)")
    return found


def card_words(text: str) -> str:
    """Cards with `;` between, whichever mark stands between them."""
    return ";".join(part.strip() for part in _split(text))


def full_name(surname: str, first_name: str) -> str:
    """A name of two columns: Chinese as it is written, others with the first name first.

    >>> full_name("张", "小样"), full_name("Sample", "Ann")
    ('张小样', 'Ann Sample')
    """
    if (surname + first_name).isascii():
        return f"{first_name} {surname}".strip()
    return surname + first_name


def _split(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part.strip()]


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).lower().split())
