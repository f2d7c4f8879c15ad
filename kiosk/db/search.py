"""Searching for books: every word of the question has to be found, and what can be taken home now comes first.

A word is found in the title, the author, a call number, the ISBN, or as pinyin or initials. Best first: a copy is
here now, then the exact title, titles that begin so, titles that hold it, the author, the rest; then by title. When
more than a page fits, the four are asked for one after the other and each gives its titles in their order, so the
first page costs a page whether 50 titles fit or 20 000; copies are looked at of CANDIDATES_MAX titles at most. What
is behind the page then follows the order of the titles' first three characters only, that of their places.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from kiosk.circulation.records import ItemState
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told
from kiosk.db.searchtext import (
    BEGINNING,
    GRAM,
    INITIALS,
    ISBN,
    NUMBER,
    as_isbn,
    grams,
    is_open,
    joined,
    key,
    phrase,
    tokens,
)
from kiosk.db.syllables import pinyin_phrases

QUERY_CHARACTERS_MAX = 200  # what is behind them is not read
WORDS_MAX = 20
LIMIT = 20
LIMIT_MAX = 100
CANDIDATES_MAX = 400  # titles of one question whose copies are looked at

BEGINS = """
    SELECT title_id, key FROM search_title WHERE key >= ? AND key < ? ORDER BY key, place LIMIT ? OFFSET ?
"""
HOLDS = """
    SELECT s.title_id, s.key FROM search_text f CROSS JOIN search_title s ON s.place = f.rowid
    WHERE search_text MATCH ? ORDER BY f.rowid LIMIT ? OFFSET ?
"""
COPIES = """
    SELECT t.title_id, t.title, t.author, i.call_number, i.location,
        CASE WHEN n.over = i.state THEN coalesce(n.state, i.state) ELSE i.state END,
        l.item IS NULL AND (i.kept_for IS NULL OR EXISTS (
            SELECT 1 FROM alias a JOIN person p ON p.id = a.person_id
            WHERE a.alias = n.fetched_by AND p.number = i.kept_for))
    FROM json_each(?) f CROSS JOIN title t ON t.title_id = f.value LEFT JOIN item i ON i.title_id = t.title_id
    LEFT JOIN loan l ON l.item = i.barcode LEFT JOIN item_now n ON n.item = i.barcode
"""
LAST_CHARACTER = "\U0010ffff"
GONE = frozenset({ItemState.LOST, ItemState.WITHDRAWN})


class Match(IntEnum):
    """How well a title fits; the best first."""

    EXACT = 0
    BEGINS = 1
    TITLE = 2
    AUTHOR = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A title that was found. `copies` are those that are neither lost nor withdrawn, `available` those that are here
    now and kept for nobody; `locations` are where these stand, or all copies when none is here.
    """

    title_id: str
    title: str
    author: str
    call_numbers: tuple[str, ...]
    copies: int
    available: int
    locations: tuple[str, ...]
    match: Match

    def as_json(self) -> dict[str, object]:
        """As `kiosk search --json` prints it."""
        return {
            "title_id": self.title_id,
            "title": self.title,
            "author": self.author,
            "call_numbers": list(self.call_numbers),
            "copies": self.copies,
            "available": self.available,
            "locations": list(self.locations),
            "match": self.match.name.lower(),
        }


_Ranked = tuple[tuple[bool, Match, str, str], Found]
Matching = Callable[[str, str], Match]  # of a title's key and its author


def search(db: KioskDatabase, text: str, limit: int = LIMIT) -> list[Found]:
    """The best `limit` titles for what somebody typed; any text is fine, and one without words finds nothing.

    Raises LedgerFailed for a lock or a failing disk.
    """
    text = text[:QUERY_CHARACTERS_MAX]
    isbn = as_isbn(text)
    words = [isbn] if isbn else [word for word in text.split() if tokens(word)][:WORDS_MAX]
    limit = min(limit, LIMIT_MAX)
    if not words or limit < 1:
        return []
    question = _Question(words)
    size = limit + limit // 4 + 1  # as a few are out
    anywhere = _asked(db, HOLDS, (question.anywhere, size, 0))
    if len(anywhere) < size:
        return _best(_with_copies(db, anywhere, question.match), limit)
    found: dict[str, _Ranked] = {}
    for match, sql, values in question.in_order():
        asked, here = 0, 0
        while len(found) < CANDIDATES_MAX:
            count = size if not asked else CANDIDATES_MAX
            known = values == (question.anywhere,) and not asked
            titles = anywhere if known else _asked(db, sql, (*values, count, asked))
            fresh = [title for title in titles if title[0] not in found]
            found |= {ranked[1].title_id: ranked for ranked in _with_copies(db, fresh, match)}
            here = sum(1 for _, title in found.values() if title.available)
            if here >= limit or len(titles) < count:
                break
            asked += count
        if here >= limit:
            break
    return _best(found.values(), limit)


class _Question:
    """What was typed, as SQLite is asked for it, and how well a title fits it."""

    def __init__(self, words: list[str]) -> None:
        self._key = key(" ".join(words))
        self._runs = [_run(word) for word in words]
        self._phrases = " AND ".join(map(phrase, words))
        self.anywhere = " AND ".join(map(_anywhere, words))

    def in_order(self) -> Iterator[tuple[Matching, str, tuple[str, ...]]]:
        """The statements to ask, the best matches first; each gives what those before it give, and more."""
        yield self._begins, BEGINS, (self._key, self._key + LAST_CHARACTER)
        yield _always(Match.TITLE), HOLDS, (f"title : ({self._phrases})",)
        yield _always(Match.AUTHOR), HOLDS, (f"{{title author}} : ({self._phrases})",)
        yield _always(Match.REST), HOLDS, (self.anywhere,)

    def _begins(self, title_key: str, _author: str) -> Match:
        return Match.EXACT if title_key == self._key else Match.BEGINS

    def match(self, title_key: str, author: str) -> Match:
        """How well a title fits that was found anywhere."""
        if title_key.startswith(self._key):
            return self._begins(title_key, author)
        title = f" {title_key} "
        rest = [run for run in self._runs if run not in title]
        if not rest:
            return Match.TITLE
        by = f" {key(author)} "
        return Match.AUTHOR if all(run in by for run in rest) else Match.REST


def _always(match: Match) -> Matching:
    return lambda _key, _author: match


def _run(word: str) -> str:
    """The word as it stands in a key between blanks."""
    pieces = tokens(word)
    return f" {' '.join(pieces)}" + ("" if is_open(pieces[-1]) else " ")


def _anywhere(word: str) -> str:
    """The word anywhere, and if it could be a number, initials or pinyin, as that, too."""
    asked = [phrase(word)]
    whole = joined(word)
    if whole.isascii():
        if any(map(str.isdigit, whole)):
            asked.append(f'number : "{NUMBER}{whole}"' + (" *" if len(whole) > BEGINNING else ""))
        if as_isbn(word):
            asked.append(f'number : "{ISBN}{whole}"')
        asked.append(f'sound : "{" ".join(grams(whole)) if len(whole) > GRAM else INITIALS + whole}"')
        asked += [f"sound : {read}" for read in pinyin_phrases(whole)]
    return f"({' OR '.join(asked)})"


def _asked(db: KioskDatabase, sql: str, values: tuple[object, ...]) -> list[tuple[str, str]]:
    """The id and the key of each title, in order."""
    with told():
        rows: list[tuple[str, str]] = db.execute_sql(sql, values).fetchall()
    return rows


def _with_copies(db: KioskDatabase, titles: list[tuple[str, str]], match: Matching) -> list[_Ranked]:
    """The titles as they are now, each with what it is sorted by."""
    keys = dict(titles)
    with told():
        rows = db.execute_sql(COPIES, (json.dumps(list(keys)),)).fetchall()
    found = []
    for (title_id, title, author), copies in groupby(rows, itemgetter(0, 1, 2)):
        title_key = keys[title_id]
        fits = match(title_key, author)
        calls, count, here, locations = _copies([copy[3:] for copy in copies])
        ranked = Found(title_id, title, author, calls, count, here, locations, fits)
        found.append(((here == 0, fits, title_key, title_id), ranked))
    return found


def _copies(rows: list[tuple[Any, ...]]) -> tuple[tuple[str, ...], int, int, tuple[str, ...]]:
    """Call numbers, how many there are, how many are here, and where. A title without copies has one empty row."""
    there = [row for row in rows if row[2] is not None and row[2] not in GONE]
    here = [row for row in there if row[2] == ItemState.AVAILABLE and row[3]]
    calls = tuple(dict.fromkeys(row[0] for row in there if row[0]))
    return calls, len(there), len(here), tuple(dict.fromkeys(row[1] for row in here or there if row[1]))


def _best(found: Iterable[_Ranked], limit: int) -> list[Found]:
    return [title for _, title in sorted(found, key=itemgetter(0))[:limit]]
