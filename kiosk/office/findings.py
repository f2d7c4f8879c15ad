"""What is wrong with something that the office hands in, said so that it can be mended.

A finding is a value: it names the file, the line, what is wrong and what to do. It never holds a whole row, because
findings are printed and kept in logs, and rows hold names of minors.
"""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong. `line` counts from 1; 0 means the file as a whole."""

    file: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.text}" if self.line else f"{self.file}: {self.text}"


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was taken in, and why."""

    findings: tuple[Finding, ...]

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class BadRow(Exception):
    """A row that cannot be taken; the text says what is wrong and what to do. Caught where rows are read."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` (did you mean "x"?)`, or the list of what is known where nothing is near."""
    names = list(known)
    near = difflib.get_close_matches(word.lower(), names, n=1)
    return f' (did you mean "{near[0]}"?)' if near else f" (known: {', '.join(names)})"


def shown(text: str, characters_max: int = 40) -> str:
    """`text` in quotes, short, with what cannot be printed spelled out."""
    short = text if len(text) <= characters_max else text[: characters_max - 1] + "…"
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in short) + '"'
