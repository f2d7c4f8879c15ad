"""What the cell of a workbook says as text: what the person who typed it saw, or why that cannot be known.

A spreadsheet keeps fifteen digits of a number (ECMA-376 stores IEEE 754 doubles), so a longer card number typed into it
has lost its end; one that it shows as 4.50E+12 has mostly been through such a loss; and 5-2 has become a day in May.
None of these may name a person or a book.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from kiosk.office.tables.injection import KEPT_TEXT, unescaped
from kiosk.office.tables.table import Fault

DIGITS_MAX = 15
SHOWN_DIGITS = 11  # the format "General" shows longer numbers as 1.23457E+12
SHOWN_FIGURES = 6

_ZEROS = re.compile(r"0{2,30}")
_TEXT_MEND = "format the column as text, enter it again"


def cell_text(value: Any, data_type: str, number_format: str) -> tuple[str, Fault | None]:
    """The text of a cell that is not empty, and what is wrong with it."""
    kept = KEPT_TEXT.fullmatch(value) if data_type == "f" and isinstance(value, str) else None
    if kept is not None:
        return kept[1].strip(), None
    if data_type == "f":
        text = value if isinstance(value, str) else str(getattr(value, "text", None) or "=")
        return text, Fault("holds a formula, whose value may be an old one (copy the column, paste it as values)")
    if data_type == "e":
        return str(value), Fault(f"holds the error {value} (correct it)")
    match value:
        case str():
            text = value.strip()
            return (unescaped(text) if text[:1] == "'" else text), None
        case bool():
            return ("yes" if value else "no"), None
        case int() | float():
            return number_text(value, number_format)
        case datetime() if value.time() == time():
            return value.date().isoformat(), _date_fault(value.date().isoformat())
        case datetime():
            return value.isoformat(" ", "minutes"), _date_fault(value.isoformat(" ", "minutes"))
        case date():
            return value.isoformat(), _date_fault(value.isoformat())
        case time():
            return value.isoformat("minutes"), _date_fault(value.isoformat("minutes"))
        case timedelta():
            return str(value), _date_fault(str(value))
        case _:
            return "", Fault("holds what is neither text nor number (enter it as text)")


def number_text(value: float, number_format: str) -> tuple[str, Fault | None]:
    """A number as its digits.

    >>> number_text(2021001.0, "General"), number_text(42, "00000"), number_text(12.5, "General")
    (('2021001', None), ('00042', None), ('12.5', None))
    """
    if not (isinstance(value, int) or value.is_integer()):
        return f"{value:.{DIGITS_MAX}g}", None if math.isfinite(value) else Fault("is no number (correct it)")
    digits = str(abs(int(value)))
    sign = "-" if value < 0 else ""
    if _ZEROS.fullmatch(number_format):
        digits = digits.zfill(len(number_format))
    if len(digits.lstrip("0")) > DIGITS_MAX:
        said = f"was typed as a number of more than {DIGITS_MAX} digits and has lost the last ones ({_TEXT_MEND})"
        return sign + digits, Fault(said, anywhere=False)
    few = len(digits) > SHOWN_DIGITS and len(digits.rstrip("0")) <= SHOWN_FIGURES
    if "E+" in number_format.upper() or few:
        return sign + digits, Fault(f"{value:.2E} was changed by a spreadsheet ({_TEXT_MEND})", anywhere=False)
    return sign + digits, None


def _date_fault(text: str) -> Fault:
    return Fault(f"was made a date by the spreadsheet, {text} ({_TEXT_MEND})", anywhere=False)
