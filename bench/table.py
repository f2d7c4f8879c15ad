"""The table of figures: what was measured, its floor in the same run, the ratio, the budget."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `kept` is None where nothing could be measured; `floor` and `ratio` are empty where there is none."""

    what: str
    measured: str
    floor: str
    ratio: str
    budget: str
    kept: bool | None

    @property
    def verdict(self) -> str:
        """In one word."""
        return "not measured" if self.kept is None else "kept" if self.kept else "MISSED"


HEAD = ("what", "measured", "floor", "ratio", "budget", "verdict")


def markdown(rows: Sequence[Row]) -> str:
    """The rows as a table for a terminal and for a page."""
    cells = [HEAD, *((r.what, r.measured, r.floor, r.ratio, r.budget, r.verdict) for r in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEAD))]
    lines = [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in cells
    ]
    return "\n".join([lines[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *lines[1:]])


def unmeasured(what: str, budget: str, why: str) -> Row:
    """A row for what this machine cannot measure."""
    return Row(what, why, "", "", budget, None)


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which `part` of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]


def middle(values: Sequence[float]) -> float:
    """The median."""
    return median(values)


def ms(seconds: float) -> str:
    """Seconds as milliseconds."""
    return f"{seconds * 1000:.2f} ms"
