"""Kills a busy kiosk again and again over one database, and looks after each time at what is left of it."""

import json
import os
import random
import select
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.app.counter import open_books
from kiosk.db.check import check
from kiosk.db.history import Filters, ShownEntry, entries
from kiosk.db.locks import kiosk_lock
from kiosk.words import words

ROOT = Path(__file__).parents[2]
FIRST_PAGE_S = 60.0
BUSY_S = (0.2, 1.6)
EARLY_S = (0.0, 1.2)
EARLY_EVERY = 7  # every seventh kill comes while the kiosk starts
PROGRAMS = ("tests.crash.hurry", "kiosk.demo.busy")  # the first also opens the desk to all at any time
ANSWERS = {"lent", "refused"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the pages of one run showed as done: per item how often lent, per title how often given back."""

    lent: Counter[str]
    returned: Counter[str]
    dropped: frozenset[str]
    pages: int


class Killer:
    """One database, one seed, many kills."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.data, self.log = folder / "data", folder / "pages"
        self.data.mkdir()
        self._seed, self._draw = seed, random.Random(seed)
        self._last_seq = 0
        self.pages = 0

    def kill(self, number: int) -> None:
        """Start, let it work, kill, look. An AssertionError says what is wrong."""
        self.log.write_bytes(b"")
        program = PROGRAMS[number % len(PROGRAMS)]
        command = [sys.executable, "-m", program, str(self.data), str(self.log), f"{self._seed}{number:03}"]
        with subprocess.Popen(command, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE) as process:
            try:
                if number % EARLY_EVERY == EARLY_EVERY - 1:
                    time.sleep(self._draw.uniform(*EARLY_S))
                else:
                    self._wait_for_a_page(process)
                    time.sleep(self._draw.uniform(*BUSY_S))
                assert process.poll() is None, f"the kiosk ended by itself: {_said(process)}"
            finally:
                process.kill()
        self._look(seen(self.log.read_text("utf-8").splitlines()))

    def _wait_for_a_page(self, process: subprocess.Popen[bytes]) -> None:
        until = time.monotonic() + FIRST_PAGE_S
        while not self.log.stat().st_size:
            assert process.poll() is None, f"the kiosk did not start: {_said(process)}"
            assert time.monotonic() < until, "no page was drawn"
            time.sleep(0.02)

    def _look(self, shown: Seen) -> None:
        path = self.data / "kiosk.db"
        with kiosk_lock(path):
            if not path.exists():
                return  # killed before there was anything
            books = open_books(path, "demo")
            try:
                assert check(books.db, fold=True) == []
                run = list(entries(books.db, Filters()))[::-1][self._last_seq :]
                titles = dict(
                    books.db.execute_sql(
                        "SELECT i.barcode, t.title FROM item i JOIN title t ON t.title_id = i.title_id"
                    ).fetchall()
                )
            finally:
                books.close()
        assert [entry.seq for entry in run] == list(range(self._last_seq + 1, self._last_seq + 1 + len(run)))
        self._last_seq += len(run)
        self.pages += shown.pages
        assert_kept(shown, run, titles)
        assert_whole(run)


def seen(lines: list[str]) -> Seen:
    """What the log of one run says. A visit ends for the log when somebody else's or the notice board is shown."""
    lent: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    dropped: set[str] = set()
    visit: set[tuple[str, str]] = set()
    who: object = None
    pages = 0
    for line in lines:
        page: dict[str, Any] = json.loads(line)
        if "page" not in page:
            continue  # something that was sent
        if page["page"] == "board" or page.get("who", who) != who:
            visit, who = set(), page.get("who")
        if page["page"] == "drop_returned":
            dropped.add(page["headline"])
        for row in page.get("rows", []):
            match row["mark"], row["barcode"]:
                case "lent", str(barcode):
                    counter, name = lent, barcode
                case "returned", _:
                    counter, name = returned, row["title"]
                case _:
                    continue
            if (row["mark"], name) not in visit:
                visit.add((row["mark"], name))
                counter[name] += 1
        pages += 1
    return Seen(lent, returned, frozenset(dropped), pages)


def assert_kept(shown: Seen, run: list[ShownEntry], titles: dict[str, str]) -> None:
    """Everything that a page showed as done is in the ledger, as often as it was shown."""
    lent = Counter(entry.item for entry in run if entry.kind == "lent" and entry.item)
    returned = Counter(titles[entry.item] for entry in run if entry.kind == "returned" and entry.item)
    headlines = {words("zh_CN")("drop.returned.head", title=title) for title in returned}
    assert shown.lent <= lent, f"shown as lent, but not in the ledger: {shown.lent - lent}"
    assert shown.returned <= returned, f"shown as returned, but not in the ledger: {shown.returned - returned}"
    assert shown.dropped <= headlines, f"shown as dropped, but not in the ledger: {shown.dropped - headlines}"


def assert_whole(run: list[ShownEntry]) -> None:
    """What is one decision is there with all its entries: an override with its loan, a book unseen with its answer."""
    for place, entry in enumerate(run):
        following = run[place + 1] if place + 1 < len(run) else None
        if entry.kind == "overridden":
            assert following is not None, f"entry {entry.seq} overrides and lends nothing"
            assert (following.kind, following.item) == ("lent", entry.item)
        if entry.kind == "returned" and entry.reason == "unseen":
            assert following is not None, f"entry {entry.seq} takes back and decides nothing"
            assert following.kind in ANSWERS
            assert following.item == entry.item


def _said(process: subprocess.Popen[bytes]) -> str:
    assert process.stderr is not None
    readable = select.select([process.stderr], [], [], 0)[0]
    return os.read(process.stderr.fileno(), 4000).decode(errors="replace") if readable else f"exit {process.returncode}"
