"""Schools and traces as a stranger writes them: a folder of CSV files, lines of JSON, and what came out for each.

`Folder` writes what it is told and nothing else, so that a file that no test asked for is missing. `Trace` keeps the
time of the next line. `run` plays in this process through the same calls as the command `play`, which is tested with
the real command elsewhere.
"""

import csv
import io
import json
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from kiosk.__main__ import main
from kiosk.app.counter import Books, Counter, open_books
from kiosk.app.play import Played, play
from kiosk.app.trace import read_trace
from kiosk.circulation.records import Moment
from kiosk.db.check import check
from kiosk.office.findings import Refused
from kiosk.office.school import read_school
from kiosk.office.store import Office, store_school
from kiosk.settings import Settings, load_settings

MONDAY_NOON = "2026-09-07T12:00:00+08:00"  # in school, and inside every slot that a test does not say otherwise


@dataclass(slots=True)
class Folder:
    """A school's folder in the making. Cells are written as they are given."""

    path: Path
    rows: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)

    def add(self, file: str, **cells: object) -> "Folder":
        """A row; names of columns that Python does not take end in an underscore."""
        row = {name.rstrip("_"): "" if value is None else str(value) for name, value in cells.items()}
        self.rows.setdefault(file, []).append(row)
        return self

    def pupil(self, number: str, class_: str = "三(1)班", **cells: object) -> "Folder":
        """A pupil whose card is C and the number, unless said otherwise."""
        if class_:
            known = {row["class"] for row in self.rows.get("classes.csv", [])}
            if class_ not in known:
                self.add("classes.csv", class_=class_, grade="一二三四五六七八九".index(class_[0]) + 1)
        return self._person("pupil", number, class_=class_, **cells)

    def teacher(self, number: str, **cells: object) -> "Folder":
        return self._person("teacher", number, **cells)

    def staff(self, number: str, **cells: object) -> "Folder":
        return self._person("staff", number, **cells)

    def librarian(self, number: str = "L1", **cells: object) -> "Folder":
        return self._person("staff", number, **{"roles": "librarian", **cells})

    def _person(self, kind: str, number: str, **cells: object) -> "Folder":
        said = {"name": f"某{number}", "cards": f"C{number}", **cells}
        return self.add("people.csv", number=number, kind=kind, **said)

    def book(self, *barcodes: str, **cells: object) -> "Folder":
        """Copies of one made-up work."""
        for barcode in barcodes:
            self.add("items.csv", barcode=barcode, **{"title_id": "W1", **cells})
        return self

    def loan(self, barcode: str, number: str, lent: str, due: str, renewals: int = 0) -> "Folder":
        return self.add("loans.csv", barcode=barcode, number=number, lent=lent, due=due, renewals=renewals)

    def slot(self, weekday: int, start: str, end: str, who: str = "all", **cells: object) -> "Folder":
        return self.add("timetable.csv", weekday=weekday, from_=start, to=end, who=who, **cells)

    def term(self, start: str, end: str, *, term: str = "2026秋", **cells: object) -> "Folder":
        return self.add("terms.csv", term=term, start=start, end=end, **cells)

    def day(self, date: str, open_: str, runs_as: int | None = None) -> "Folder":
        return self.add("calendar.csv", date=date, open=open_, runs_as=runs_as, why="")

    def rule(self, patron_kind: str, item_kind: str, **cells: object) -> "Folder":
        return self.add("rules.csv", patron_kind=patron_kind, item_kind=item_kind, **cells)

    def text(self, file: str, text: str) -> "Folder":
        """A file as it is."""
        self.texts[file] = text
        return self

    def write(self) -> Path:
        """The folder on the disk."""
        self.path.mkdir(parents=True, exist_ok=True)
        for needed, header in (("people.csv", "number,name,kind"), ("items.csv", "barcode,title_id")):
            if needed not in self.rows and needed not in self.texts:
                self.text(needed, header + "\n")
        for file, rows in self.rows.items():
            columns = tuple(dict.fromkeys(name for row in rows for name in row))
            with (self.path / file).open("w", encoding="utf-8", newline="") as out:
                writer = csv.DictWriter(out, columns, restval="")
                writer.writeheader()
                writer.writerows(rows)
        for file, text in self.texts.items():
            (self.path / file).write_text(text, "utf-8")
        return self.path


def simple(path: Path) -> Folder:
    """Two pupils of one class, a teacher, a librarian and twelve books; always open, but for Saturday and Sunday."""
    folder = Folder(path / "school").pupil("1").pupil("2").teacher("T1").librarian()
    return folder.book(*(f"B{n}" for n in range(1, 13)))


@dataclass(slots=True)
class Trace:
    """Lines of a trace. Every call adds one line at `now` and then lets `step_s` pass."""

    now: datetime = field(default_factory=lambda: datetime.fromisoformat(MONDAY_NOON))
    step_s: float = 3.0
    lines: list[dict[str, Any]] = field(default_factory=list)

    def at(self, text: str) -> "Trace":
        """The next line is at this instant, or at this time of the same day."""
        day = self.now
        self.now = datetime.fromisoformat(text if "T" in text else f"{day:%Y-%m-%d}T{text}{day:%z}")
        return self

    def after(self, seconds: float) -> "Trace":
        """The next line is so long after the last one."""
        self.now = datetime.fromisoformat(self.lines[-1]["at"]) + timedelta(seconds=seconds)
        return self

    def line(self, **said: object) -> "Trace":
        self.lines.append({"at": self.now.isoformat(), **said})
        self.now += timedelta(seconds=self.step_s)
        return self

    def scan(self, *texts: str, reader: str = "desk") -> "Trace":
        for text in texts:
            self.line(reader=reader, text=text)
        return self

    def card(self, number: str) -> "Trace":
        return self.scan(f"C{number}")

    def drop(self, *texts: str) -> "Trace":
        return self.scan(*texts, reader="drop")

    def tag(self, tag: str, reader: str = "desk") -> "Trace":
        return self.line(reader=reader, tag=tag)

    def tags(self, *tags: str, reader: str = "desk") -> "Trace":
        return self.line(reader=reader, tags=list(tags))

    def touch(self, act: str, **said: object) -> "Trace":
        return self.line(touch=act, **said)

    def beam(self) -> "Trace":
        return self.line(sensor="beam")

    def bin_full(self, value: bool) -> "Trace":
        return self.line(sensor="bin_full", value=value)

    def clock(self, state: str) -> "Trace":
        return self.line(clock=state)

    def tick(self) -> "Trace":
        return self.line()

    def sign_in(self, number: str = "L1", pin: str = "1234") -> "Trace":
        return self.touch("staff", text=number).touch("pin", value=pin)


@dataclass(frozen=True, slots=True)
class Line:
    """What came out for one line."""

    at: str
    refusal: str | None
    entries: list[dict[str, Any]]
    effects: list[dict[str, str]]
    state: str
    page: str

    @property
    def kinds(self) -> list[str]:
        return [entry["kind"] for entry in self.entries]

    @property
    def said(self) -> list[tuple[str, str | None]]:
        """Kinds with their reasons."""
        return [(entry["kind"], entry["reason"]) for entry in self.entries]

    @property
    def entry(self) -> dict[str, Any]:
        """The only entry."""
        assert len(self.entries) == 1, self.entries
        return self.entries[0]

    @property
    def reasons(self) -> list[str]:
        """All reasons of the only refusal."""
        (refused,) = [entry for entry in self.entries if entry["kind"] == "refused"]
        reasons: list[str] = refused["data"]["reasons"]
        assert refused["reason"] == reasons[0]
        return reasons


class Session:
    """A school in a database of its own, and the counter that plays traces on it."""

    def __init__(self, folder: Folder, trace: Trace) -> None:
        school = folder.write()
        own = school / "kiosk.toml"
        settings = load_settings(own) if own.exists() else Settings()
        read = read_school(school)
        assert not isinstance(read, Refused), str(read)
        assert not read.refused, [str(finding) for finding in read.refused]
        self.cues = read_trace([json.dumps(line) for line in trace.lines], "trace")
        database = folder.path.with_name(folder.path.name + "-data")
        database.mkdir(exist_ok=True)
        self.books: Books = open_books(database / "kiosk.db", settings.kiosk)
        # The hash of a PIN takes half a second; schools whose traces type none go without.
        pin = "1234" if any(line.get("touch") == "pin" for line in trace.lines) else None
        office = Office(self.books.db, self.books.site_key, self.cues[0].at, secrets.token_hex, default_pin=pin)
        stored = store_school(read, office)
        assert not isinstance(stored, Refused), str(stored)
        self.counter = Counter(self.books, settings)

    def played(self) -> Iterator[Line]:
        """Play on, a line at a time."""
        for line in play(self.cues, self.counter):
            yield self._line(line)

    def _line(self, line: Played) -> Line:
        return Line(
            line.at,
            line.refusal,
            [json.loads(json.dumps(self.counter.told(recorded).as_json())) for recorded in line.entries],
            [{"part": effect.part, "act": effect.act} for effect in line.effects],
            str(line.state),
            str(line.page),
        )

    def findings(self) -> list[str]:
        """What `kiosk check --fold` finds."""
        return [f"{finding.what}: {finding.words}" for finding in check(self.books.db, fold=True)]

    def close(self) -> None:
        self.counter.stop(Moment(self.cues[-1].at, 1e9))
        self.books.close()


def run(folder: Folder, trace: Trace) -> list[Line]:
    """Play `trace` at the school in `folder`; the books are checked afterwards."""
    session = Session(folder, trace)
    try:
        lines = list(session.played())
        assert len(lines) == len(trace.lines)
        assert session.findings() == []
    finally:
        session.close()
    return lines


def last(folder: Folder, trace: Trace) -> Line:
    """What came out for the last line."""
    return run(folder, trace)[-1]


def of_kind(lines: list[Line], kind: str) -> list[Mapping[str, Any]]:
    """All entries of a kind."""
    return [entry for line in lines for entry in line.entries if entry["kind"] == kind]


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    returncode: int
    stdout: str
    stderr: str


def command(*arguments: str | Path) -> Done:
    """The command in this process: twenty times as fast as one of its own."""
    out, err, before = io.StringIO(), io.StringIO(), sys.argv
    sys.argv = ["kiosk", *map(str, arguments)]
    code: object = 0
    try:
        with redirect_stdout(out), redirect_stderr(err):
            main()
    except SystemExit as end:
        code = end.code
    finally:
        sys.argv = before
    return Done(code if isinstance(code, int) else 0 if code is None else 1, out.getvalue(), err.getvalue())
