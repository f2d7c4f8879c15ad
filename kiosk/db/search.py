"""Searching for books: every word of the question has to be found, and what can be taken home now comes first.

A word is found in the title, the author, a call number, the ISBN, or as pinyin or initials. Best first: a copy is
here now, then the exact title, titles that begin so, titles that hold it, the author, the rest; then by title. The
five are asked for in this order and each gives its titles in theirs, so the first page of a question that fits 20 000
titles costs a page; no more than CANDIDATES_MAX are looked at for one that is here.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from itertools import groupby
from operator import itemgetter
from typing import Any

from kiosk.circulation.records import ItemState
from kiosk.db.connect import KioskDatabase
from kiosk.db.failures import told
from kiosk.db.searchtext import SOUND_LETTERS_MAX, is_open, joined, key, tokens

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
    WITH found AS MATERIALIZED ({})
    SELECT t.title_id, f.key, t.title, t.author, i.call_number, i.location,
        CASE WHEN n.over = i.state THEN coalesce(n.state, i.state) ELSE i.state END,
        l.item IS NULL AND (i.kept_for IS NULL OR EXISTS (
            SELECT 1 FROM alias a JOIN person p ON p.id = a.person_id
            WHERE a.alias = n.fetched_by AND p.number = i.kept_for))
    FROM found f CROSS JOIN title t ON t.title_id = f.title_id LEFT JOIN item i ON i.title_id = t.title_id
    LEFT JOIN loan l ON l.item = i.barcode LEFT JOIN item_now n ON n.item = i.barcode
"""
COPIES_BEGINS, COPIES_HOLDS = COPIES.format(BEGINS), COPIES.format(HOLDS)
LAST_CHARACTER = "\U0010ffff"
GONE = frozenset({ItemState.LOST, ItemState.WITHDRAWN})

Order = tuple[bool, int, str, str]


class Match(IntEnum):
    """How well a title fits; the best first."""

    EXACT = 0
    BEGINS = 1
    TITLE = 2
    AUTHOR = 3
    REST = 4


@dataclass(frozen=True, slots=True)
class Found:
    """A title that was found. `copies` are those that are neither lost nor withdrawn, `available` those that are here now and kept
    for nobody; `locations` are where these stand, or all copies when none is here.
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


def search(db: KioskDatabase, text: str, limit: int = LIMIT) -> list[Found]:
    """The best `limit` titles for what somebody typed; any text is fine, and one without words finds nothing.

    Raises LedgerFailed for a lock or a failing disk.
    """
    words = [word for word in text[:QUERY_CHARACTERS_MAX].split() if tokens(word)][:WORDS_MAX]
    limit = min(limit, LIMIT_MAX)
    if not words or limit < 1:
        return []
    best: dict[str, tuple[Order, Found]] = {}
    here = 0
    for match, sql, values in _questions(words):
        size, asked = limit + limit // 2, 0
        while here < limit and len(best) < CANDIDATES_MAX:
            titles = _titles(db, sql, (*values, size, asked))
            for key, copies in titles:
                found = _found(copies, match if match is not Match.BEGINS or key != values[0] else Match.EXACT)
                if found.title_id not in best:
                    best[found.title_id] = (found.available == 0, found.match, key, found.title_id), found
                    here += found.available > 0
            if len(titles) < size:
                break
            size, asked = CANDIDATES_MAX, asked + size
    return [found for _, found in sorted(best.values(), key=itemgetter(0))[:limit]]


def _questions(words: list[str]) -> Iterator[tuple[Match, str, tuple[str, ...]]]:
    """The statements to ask, the best matches first; each holds what those before it hold, and more."""
    start = key(" ".join(words))
    yield Match.BEGINS, COPIES_BEGINS, (start, start + LAST_CHARACTER)
    phrases = " AND ".join(map(_phrase, words))
    yield Match.TITLE, COPIES_HOLDS, (f"title : ({phrases})",)
    yield Match.AUTHOR, COPIES_HOLDS, (f"{{title author}} : ({phrases})",)
    yield Match.REST, COPIES_HOLDS, (" AND ".join(map(_anywhere, words)),)


def _phrase(word: str) -> str:
    """The word as SQLite is asked for it; what may go on is a prefix. Tokens hold nothing that would need escaping."""
    pieces = tokens(word)
    return f'"{" ".join(pieces)}"' + (" *" if is_open(pieces[-1]) else "")


def _anywhere(word: str) -> str:
    """The word anywhere, and if it could be a number or pinyin, as that, too."""
    asked = _phrase(word)
    whole = joined(word)
    if not whole.isascii():
        return asked
    return f'({asked} OR number : "{whole}" * OR sound : "{whole[:SOUND_LETTERS_MAX]}" *)'


def _titles(db: KioskDatabase, sql: str, values: tuple[object, ...]) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The key and the copies of each title, in their order."""
    with told():
        rows = db.execute_sql(sql, values).fetchall()
    return [(key_, list(copies)) for (_, key_), copies in groupby(rows, itemgetter(0, 1))]


def _found(rows: list[tuple[Any, ...]], match: Match) -> Found:
    """One title out of the rows of its copies; a title without copies has one row without any."""
    title_id, _, title, author = rows[0][:4]
    copies = [row[4:] for row in rows if row[6] is not None and row[6] not in GONE]
    here = [copy for copy in copies if copy[2] == ItemState.AVAILABLE and copy[3]]
    return Found(
        title_id,
        title,
        author,
        tuple(dict.fromkeys(copy[0] for copy in copies if copy[0])),
        len(copies),
        len(here),
        tuple(dict.fromkeys(copy[1] for copy in here or copies if copy[1])),
        match,
    )
