"""Breaks words into lines for the glass: Chinese between any two characters, Latin between words, and never a comma
at the start of a line. What the font cannot draw is taken out first, so that a title can hold anything.

The text is only ever drawn, never read as markup: `[b]` in a title is four characters.
"""

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

# What a missing character is set as in Chinese and Japanese print: the geta mark.
GETA: Final = "〓"
ELLIPSIS: Final = "…"
CHARACTERS_MAX: Final = 400
NOT_FIRST: Final = frozenset("，。、；：！？」』）》〉】〕”’…—·,.;:!?)]}%")
NOT_LAST: Final = frozenset("（《〈「『【〔“‘([{")

Measure = Callable[[str, float], float]
"""Width in pixels of a text at a size in pixels."""


def drawable(text: str, covers: Callable[[str], bool]) -> str:
    """`text` without what cannot be drawn.

    Control, format and direction characters and pictures (emoji) go; a letter that the font lacks becomes a geta mark,
    one for a run of them. Line feeds stay, other white space becomes one space.
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text[:CHARACTERS_MAX]):
        if char == "\n":
            out.append(char)
        elif char.isspace():
            if out and out[-1] not in " \n":
                out.append(" ")
        elif covers(char) and unicodedata.category(char)[0] != "C":
            out.append(char)
        elif unicodedata.category(char)[0] in "LNPM" and out[-1:] != [GETA]:
            out.append(GETA)
    return "".join(out).strip()


def pieces(text: str) -> list[str]:
    """The parts of one line of text that must not be torn: a Latin word, a number, a character with its comma.

    >>> pieces("还可以借 12 本，《小王子》")
    ['还', '可', '以', '借', ' ', '12', ' ', '本，', '《小', '王', '子》']
    """
    out: list[str] = []
    for char in text:
        last = out[-1] if out else ""
        glued = last and last != " " and char != " "
        if glued and (char in NOT_FIRST or last[-1] in NOT_LAST or (_narrow(char) and _narrow(last[-1]))):
            out[-1] += char
        else:
            out.append(char)
    return out


def _narrow(char: str) -> bool:
    return unicodedata.east_asian_width(char) not in "WF"


def break_lines(text: str, size: float, width: float, measure: Measure) -> list[str]:
    """`text` in lines no wider than `width`; a piece that is wider than a line is torn between characters."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if measure((line + piece).rstrip(), size) <= width:
                line += piece
                continue
            if line:
                lines.append(line.rstrip())
            line = "" if piece == " " else piece
            while len(line) > 1 and measure(line, size) > width:
                cut = _longest(line, size, width, measure)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _longest(text: str, size: float, width: float, measure: Measure) -> int:
    """How many characters of `text` fit into `width`, at least one."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle], size) <= width:
            low = middle
        else:
            high = middle - 1
    return low


@dataclass(frozen=True, slots=True)
class Setting:
    """How a text is set: its size in pixels, its lines, and whether the end had to go."""

    size: float
    lines: tuple[str, ...]
    cut: bool = False


def fit(text: str, sizes: Sequence[float], width: float, lines_max: int, measure: Measure) -> Setting:
    """The largest of `sizes` at which `text` stands in `lines_max` lines of `width`; else the smallest, with `…`.

    Lines are made about equally long, so that no single character is left over on the last.
    """
    for size in sizes:
        lines = break_lines(text, size, width, measure)
        if len(lines) <= lines_max:
            return Setting(size, tuple(_balanced(text, lines, size, width, measure)))
    size = sizes[-1]
    lines = break_lines(text, size, width, measure)[:lines_max]
    last = lines[-1]
    while last and measure(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return Setting(size, (*lines[:-1], last + ELLIPSIS), cut=True)


def _balanced(text: str, lines: list[str], size: float, width: float, measure: Measure) -> list[str]:
    if len(lines) == 1 or "\n" in text:
        return lines
    low, high = width / 2, width
    while high - low > size / 4:
        middle = (low + high) / 2
        if len(break_lines(text, size, middle, measure)) <= len(lines):
            high = middle
        else:
            low = middle
    return break_lines(text, size, high, measure)
