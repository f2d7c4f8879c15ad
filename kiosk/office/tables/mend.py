"""Writes the rows that were refused as a file to mend: the columns as they were, and behind them the reason.

It opens well in Excel and WPS (UTF-8 with a byte order mark), runs no formula, keeps leading zeros when it is saved
there, and can be handed in again. It holds names of minors, so only its owner may read it.
"""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from kiosk.office.tables.headings import plain_heading
from kiosk.office.tables.injection import escaped, kept_as_text

REASON = "原因/reason"
FILE_MODE = 0o600

_REASONS = frozenset(map(plain_heading, (REASON, "原因", "reason")))


def write_refused(path: Path, header: Sequence[str], rows: Iterable[tuple[Sequence[str], str]]) -> None:
    """Write `rows` with their reasons to `path`. The reasons of an earlier round are left out. Raises OSError."""
    places = [place for place, heading in enumerate(header) if plain_heading(heading) not in _REASONS]
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*(escaped(header[place]) for place in places), REASON])
        for cells, reason in rows:
            writer.writerow([*(kept_as_text(cells[place]) for place in places), escaped(reason)])
    part.replace(path)
