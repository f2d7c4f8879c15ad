"""Breaks words into lines for the glass: Chinese between any two characters, Latin between words, and never a comma
at the start of a line. What the font cannot draw is taken out first, so that a title can hold anything.

The text is only ever drawn, never read as markup: `[b]` in a title is four characters.
"""

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

# What a missing character is set as in Chinese and Japanese print: the geta mark.
GETA: Final = "〓"
WIDE_SPACE: Final = "\u3000"
ELLIPSIS: Final = "…"
CHARACTERS_MAX: Final = 400
NOT_FIRST: Final = frozenset("，。、；：！？」』）》〉】〕”’…—·,.;:!?)]}%")
NOT_LAST: Final = frozenset("（《〈「『【〔“‘([{")

# Where a line best ends: after a sentence, after a comma, elsewhere. The cost is that of the square of the part of a
# line that stays empty; on the last line emptiness costs less.
STOPS: Final = frozenset("。！？.!?")
PAUSES: Final = frozenset("，；,;")
PAUSE_COST: Final = 0.03
TORN_COST: Final = 0.1
LAST_LINE_PART: Final = 0.6
ORPHAN_PART: Final = 0.75
ORPHAN_COST: Final = 0.2

Measure = Callable[[str, float], float]
"""Width in pixels of a text at a size in pixels."""


def drawable(text: str, covers: Callable[[str], bool]) -> str:
    """`text` without what cannot be drawn.

    Control, format and direction characters and pictures (emoji) go; a letter that the font lacks becomes a geta mark,
    one for a run of them. Line feeds stay, other white space becomes one space.
    """
    out: list[str] = []
    for char in unicodedata.normalize("NFC", text[:CHARACTERS_MAX]):
        if char == "\n" or char == WIDE_SPACE:
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


def least_width(text: str, size: float) -> float:
    """What `text` needs at least, without asking the font: each size at which it is opened costs two megabytes."""
    return size * sum(0.2 if _narrow(char) else 1.0 for char in text)


def fit(text: str, steps: Sequence[tuple[float, int]], width: float, measure: Measure) -> Setting:
    """`text` at the first of `steps`, size and most lines, at which it stands in `width`; else at the last, with `…`.

    Lines end after a comma or a full stop where that is possible, and are otherwise about equally long.
    """
    for size, lines_max in steps:
        if least_width(text, size) > width * lines_max:
            continue
        lines = break_lines(text, size, width, measure)
        if len(lines) <= lines_max:
            parts = (_balanced(part, size, width, measure) for part in text.split("\n"))
            return Setting(size, tuple(line for part in parts for line in part))
    size, lines_max = steps[-1]
    lines = break_lines(text, size, width, measure)[:lines_max]
    last = lines[-1]
    while last and measure(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return Setting(size, (*lines[:-1], last + ELLIPSIS), cut=True)


def _end_cost(char: str) -> float:
    return 0.0 if char in STOPS else PAUSE_COST if char in PAUSES else TORN_COST


def _balanced(text: str, size: float, width: float, measure: Measure) -> list[str]:
    """`text` in as few lines as possible, broken where the sum of a cost over the lines is least."""
    lines, parts = break_lines(text, size, width, measure), pieces(text)
    count = len(lines)
    if count == 1 or count > len(parts) or width <= size:
        return lines
    ends = [0.0]
    for part in parts:
        ends.append(ends[-1] + measure(part, size))
    best: list[tuple[float, list[int]]] = [(0.0, [0])] + [(math.inf, [])] * len(parts)
    for line in range(count):
        step: list[tuple[float, list[int]]] = [(math.inf, [])] * (len(parts) + 1)
        for end in range(line + 1, len(parts) + 1):
            whole = end == len(parts)
            torn = 0.0 if whole else _end_cost(parts[end - 1][-1])
            for start in range(end - 1, line - 1, -1):
                slack = (width - ends[end] + ends[start]) / width
                if slack < 0:
                    break
                empty = slack * slack * (LAST_LINE_PART if whole else 1) + (ORPHAN_COST if slack > ORPHAN_PART else 0)
                cost = best[start][0] + empty + torn
                if cost < step[end][0]:
                    step[end] = (cost, [*best[start][1], end])
        best = step
    cuts = best[-1][1]
    better = ["".join(parts[start:end]).strip() for start, end in pairwise(cuts)]
    return better if better and all(measure(line, size) <= width for line in better) else lines
