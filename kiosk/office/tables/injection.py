"""Keeps text that begins like a formula from being one when a spreadsheet opens it, and reads it back as it was.

An apostrophe before `=`, `+`, `-`, `@` or a control character makes a cell text in Excel, WPS and LibreOffice (OWASP,
"CSV Injection"). So that everything comes back equal, a text that itself begins with such an apostrophe gets another.
"""

import re

KEPT_TEXT = re.compile(r'="([^"=]*)"')  # how spreadsheets keep a text of digits in CSV

_ACTIVE = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_HIDDEN = re.compile(r"'+[=+\-@\t\r＝＋－＠\d]")
_CHANGED_DIGITS = re.compile(r"0\d+|\d{12,}", re.ASCII)


def escaped(text: str) -> str:
    """`text` as it may stand in a cell.

    >>> escaped("=1+1"), escaped("-5"), escaped("张三")
    ("'=1+1", "'-5", '张三')
    """
    return "'" + text if _ACTIVE.match(text) or _HIDDEN.match(text) else text


def unescaped(text: str) -> str:
    """The text that stood in a cell. An apostrophe before a digit goes too: it is how spreadsheets keep zeros.

    >>> unescaped("'=1+1"), unescaped("'0012"), unescaped("'tis")
    ('=1+1', '0012', "'tis")
    """
    return text[1:] if _HIDDEN.match(text) else text


def kept_as_text(text: str) -> str:
    """`text` for a file that will be opened, mended and saved in a spreadsheet: digits stay as they are.

    >>> kept_as_text("0012"), kept_as_text("320111201001011234"), kept_as_text("42"), kept_as_text("=1+1")
    ("'0012", "'320111201001011234", '42', "'=1+1")
    """
    return "'" + text if _CHANGED_DIGITS.fullmatch(text) else escaped(text)
