"""The class that a roster means, however it is written."""

from datetime import date

import pytest

from kiosk.office.findings import BadRow
from kiosk.office.tables.classnames import ClassNames

TODAY = date(2026, 11, 23)
SCHOOL = {"三(1)班": 3, "三(2)班": 3, "五(1)班": 5, "五(2)班": 5, "五(12)班": 5, "六(2)班": 6, "初一3班": 7}

MEANT = {
    "五(2)班": "五(2)班",
    "五（2）班": "五(2)班",
    " 五 ( 2 ) 班 ": "五(2)班",
    "五(2)": "五(2)班",
    "五（二）班": "五(2)班",
    "五2班": "五(2)班",
    "5年2班": "五(2)班",
    "五年二班": "五(2)班",
    "五年级2班": "五(2)班",
    "五年级（2）班": "五(2)班",
    "小学五年级2班": "五(2)班",
    "5(2)班": "五(2)班",
    "5-2": "五(2)班",
    "5.2班": "五(2)班",
    "502": "五(2)班",
    "502班": "五(2)班",
    "0502": "五(2)班",
    "512": "五(12)班",
    "五年级十二班": "五(12)班",
    "五(十二)班": "五(12)班",
    "2022级2班": "五(2)班",
    "22级(2)班": "五(2)班",
    "2021级2班": "六(2)班",
    "2026级3班": "初一3班",
    "初一(3)班": "初一3班",
    "七年级3班": "初一3班",
    "七(3)班": "初一3班",
    "Grade 5 Class 2": "五(2)班",
    "G5C2": "五(2)班",
}


@pytest.mark.parametrize(("text", "name"), MEANT.items(), ids=MEANT)
def test_a_class_is_found_however_it_is_written(text: str, name: str) -> None:
    assert ClassNames(SCHOOL, TODAY).find(text) == name


WITH_GRADE = {
    ("2", "五年级"): "五(2)班",
    ("2班", "5"): "五(2)班",
    ("(2)班", "小学五年级"): "五(2)班",
    ("二班", "2022级"): "五(2)班",
    ("3班", "初一"): "初一3班",
    ("3", "七年级"): "初一3班",
    ("五(2)班", "六年级"): "五(2)班",
}


@pytest.mark.parametrize(("said", "name"), WITH_GRADE.items(), ids=map(str, WITH_GRADE))
def test_a_grade_of_its_own_column_completes_the_class(said: tuple[str, str], name: str) -> None:
    assert ClassNames(SCHOOL, TODAY).find(*said) == name


UNKNOWN = {
    ("五(3)班", ""): 'class "五(3)班" does not exist (did you mean "五(2)班"?)',
    ("9班", "五年级"): 'class "9班" does not exist',
    ("2019级2班", ""): 'class "2019级2班" does not exist',
    ("语文组", ""): 'class "语文组" does not exist',
    ("2班", "快班"): 'grade "快班" cannot be read',
    ("2班", ""): 'class "2班" does not exist',
}


@pytest.mark.parametrize(("said", "expected"), UNKNOWN.items(), ids=map(str, UNKNOWN))
def test_a_class_that_does_not_exist_is_refused(said: tuple[str, str], expected: str) -> None:
    with pytest.raises(BadRow) as refusal:
        ClassNames(SCHOOL, TODAY).find(*said)
    assert str(refusal.value).startswith(expected)


def test_a_year_of_entry_that_fits_two_classes_is_refused() -> None:
    both = {"三(1)班": 3, "九(1)班": 9}
    with pytest.raises(BadRow, match=r'could be "三\(1\)班" or "九\(1\)班"'):
        ClassNames(both, TODAY).find("2024级1班")


def test_in_summer_a_year_of_entry_says_nothing_certain() -> None:
    with pytest.raises(BadRow, match="in summer"):
        ClassNames(SCHOOL, date(2027, 8, 20)).find("2022级2班")
    assert ClassNames({"2022级2班": 5}, date(2027, 8, 20)).find("2022级2班") == "2022级2班"


def test_the_grade_of_a_year_of_entry_goes_up_in_september() -> None:
    assert ClassNames(SCHOOL, date(2027, 6, 30)).find("2022级2班") == "五(2)班"
    assert ClassNames(SCHOOL, date(2027, 9, 1)).find("2022级2班") == "六(2)班"
