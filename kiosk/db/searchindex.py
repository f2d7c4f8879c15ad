"""Keeps the index of titles in step with them: which words stand where. What it is asked is in `kiosk.db.search`.

How a title sounds is computed by whoever imports, and handed in; without it the words are indexed and the title stays
on the list of those that wait, `search_stale`. Places are in the order of titles, so that the first matches of a
question are the first of the page, however many there are.
"""

import json
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from kiosk.db.connect import KioskDatabase
from kiosk.db.searchtext import ISBN, isbn_forms, key, number_terms, terms

PLACE_CHARACTERS = 3  # of a title that decide its place; titles that begin alike stand in the order in which they came
PLACE_BITS = 15  # for titles that begin alike
CHUNK = 500
SEGMENTS_MAX = 8  # of the index; with more a question asks each of them and takes up to five times as long

TITLES = """
    SELECT t.title_id, t.title, t.author, t.isbn,
        (SELECT json_group_array(DISTINCT i.call_number) FROM item i WHERE i.title_id = t.title_id), s.place, s.key
    FROM title t LEFT JOIN search_title s ON s.title_id = t.title_id WHERE t.title_id IN ({})
"""
LAST_PLACE = "SELECT max(place) FROM search_title WHERE place BETWEEN ? AND ?"
ADD_TITLE = "INSERT INTO search_title (place, title_id, key) VALUES (?, ?, ?)"
ADD_TEXT = "INSERT INTO search_text (rowid, title, author, number, sound) VALUES (?, ?, ?, ?, ?)"

Sounds = Callable[[str, str], str]


def index(db: KioskDatabase, title_ids: Iterable[str], sounds: Sounds | None = None) -> None:
    """Index these titles anew, within the caller's transaction; ids of no title are passed over.

    `sounds` gives the terms for a title and its author, blanks between.
    """
    rest = iter(title_ids)
    while chunk := list(islice(rest, CHUNK)):
        marks = ", ".join("?" * len(chunk))
        rows = db.execute_sql(TITLES.format(marks), chunk).fetchall()
        for row in rows:
            _index(db, row, sounds)
        db.execute_sql(f"DELETE FROM search_stale WHERE title_id IN ({marks})", chunk)  # noqa: S608
        if sounds is None:
            for row in rows:
                db.execute_sql("INSERT INTO search_stale (title_id) VALUES (?)", (row[0],))
    if sounds is None or not stale_titles(db):
        _put_in_order(db)


def stale_titles(db: KioskDatabase) -> list[str]:
    """The titles that changed since they were indexed, or whose sound is missing."""
    return [row[0] for row in db.execute_sql("SELECT title_id FROM search_stale ORDER BY title_id").fetchall()]


def _put_in_order(db: KioskDatabase) -> None:
    """Make one segment of too many (sqlite.org/fts5.html, sections 6.8 and 8.1)."""
    segments = db.execute_sql("SELECT count(DISTINCT segid) FROM search_text_idx").fetchall()[0][0]
    if segments > SEGMENTS_MAX:
        db.execute_sql("INSERT INTO search_text (search_text) VALUES ('optimize')")


def _index(db: KioskDatabase, row: tuple[Any, ...], sounds: Sounds | None) -> None:
    title_id, title, author, isbn, call_numbers, place, before = row
    now = key(title)
    if place is not None and now == before:
        db.execute_sql("DELETE FROM search_text WHERE rowid = ?", (place,))
    else:
        if place is not None:
            db.execute_sql("DELETE FROM search_title WHERE place = ?", (place,))  # a trigger takes its text along
        place = _free_place(db, now)
        db.execute_sql(ADD_TITLE, (place, title_id, now))
    numbers = set().union(*map(number_terms, json.loads(call_numbers)), (ISBN + form for form in isbn_forms(isbn)))
    sound = "" if sounds is None else sounds(title, author)
    db.execute_sql(ADD_TEXT, (place, terms(title), terms(author), " ".join(sorted(numbers)), sound))


def _free_place(db: KioskDatabase, title_key: str) -> int:
    """The next place among the titles that begin with the same characters, or behind them when those are full."""
    prefix = 0
    for character in title_key.replace(" ", "").ljust(PLACE_CHARACTERS, "\0")[:PLACE_CHARACTERS]:
        prefix = prefix << 16 | min(ord(character), 0xFFFF)
    while True:
        first = prefix << PLACE_BITS
        end = first + (1 << PLACE_BITS) - 1
        last = db.execute_sql(LAST_PLACE, (first, end)).fetchall()[0][0]
        if last != end:
            return first if last is None else last + 1
        prefix += 1
