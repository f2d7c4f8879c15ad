"""How long the import of 50 000 MARC records takes, beside pymarc only reading the same file.

The import is the whole of `kiosk import items`: reading, the preview (written to nowhere), and the transaction that
stores titles and copies in a new database. Making the titles found by their sound comes behind it, in pieces that let
the desk go on; its time is shown beside.
"""

import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from pymarc import Field, Indicators, Leader, MARCReader, Record, Subfield

from bench.table import Row, middle
from kiosk.db.prepare import prepare
from kiosk.db.searchindex import stale_titles
from kiosk.db.sitekey import load_site_key
from kiosk.office.itemsin import Intake, Plan
from kiosk.office.itemstore import Waiting, preview, store_items
from kiosk.office.marc.reading import MarcFile, TitleIds, books, open_marc
from kiosk.office.searchterms import index_titles
from kiosk.office.store import Office

RECORDS = 50_000
QUICK_RECORDS = 5_000
RATIO = 2
AT = datetime(2026, 11, 22, 12, tzinfo=UTC)
INDEXED_AT_ONCE = 500


def rows(runs: int, say: Callable[[str], None], records: int = RECORDS) -> list[Row]:
    """One row."""
    with tempfile.TemporaryDirectory() as folder:
        say(f"marc: making {records} records")
        path = Path(folder) / "books.mrc"
        with path.open("wb") as file:
            for number in range(records):
                file.write(record(number))
        floors, times, indexes = [], [], []
        for run in range(runs):
            say(f"marc: run {run + 1} of {runs}")
            floors.append(pymarc_only(path, records))
            taken, index = imported(path, Path(folder) / str(run), records)
            times.append(taken)
            indexes.append(index)
    ratio = middle(times) / middle(floors)
    measured = f"{middle(times):.2f} s (and {middle(indexes):.2f} s for the search index)"
    floor = f"pymarc only reading {middle(floors):.2f} s"
    return [Row(f"import {records} MARC records", measured, floor, f"{ratio:.2f}", f"<= {RATIO} x", ratio <= RATIO)]


def pymarc_only(path: Path, records: int) -> float:
    """Seconds."""
    began = perf_counter()
    with path.open("rb") as file:
        count = sum(1 for record in MARCReader(file, force_utf8=True) if record is not None)
    taken = perf_counter() - began
    assert count == records
    return taken


def imported(path: Path, folder: Path, records: int) -> tuple[float, float]:
    """Seconds for the import, and for the index behind it."""
    folder.mkdir()
    database = folder / "kiosk.db"
    db = prepare(database)
    office = Office(db, load_site_key(database), AT, lambda count: "00" * count)
    began = perf_counter()
    marc = open_marc(path)
    assert isinstance(marc, MarcFile)
    with tempfile.TemporaryFile(dir=folder) as spool:
        waiting = Waiting(spool, db)
        intake = Intake(AT.date(), db, office.site_key)
        preview(books(marc, None, TitleIds.RECORD), intake, shown, waiting)
        counts = store_items(waiting, office, {})
    taken = perf_counter() - began
    assert counts.records["new"] == counts.items["new"] == records
    began = perf_counter()
    while stale := stale_titles(db)[:INDEXED_AT_ONCE]:
        with db.atomic("IMMEDIATE"):
            index_titles(db, stale)
    indexed = perf_counter() - began
    db.close()
    return taken, indexed


def shown(plans: list[Plan]) -> None:
    """As the command shows them, but to nobody."""
    "".join(json.dumps(plan.as_json(), ensure_ascii=False) + "\n" for plan in plans)


def record(number: int) -> bytes:
    """A CNMARC record of 800 bytes, as systems write them, with one copy."""
    made = Record(to_unicode=True, force_utf8=True)
    made.leader = Leader("00000nam0a2200000   4500")
    fields = [Field("001", data=f"01{number:010d}")]
    abstract = "本书从十八个方面讲述了师徒四人去西天取经的故事，语言生动，配有插图，适合少年儿童阅读。" * 2
    for tag, *subfields in (
        ("010", "a978-7-02-000220-7", "dCNY47.20"),
        ("100", "a20120528d2012    em y0chiy0121    ea"),
        ("101", "achi"),
        ("102", "aCN", "b110000"),
        ("105", "aak  z   000yy"),
        ("106", "ar"),
        ("200", f"a西游记第{number}种", "9xi you ji", "e青少年版", "f吴承恩著"),
        ("210", "a北京", "c人民文学出版社", "d2012.06"),
        ("215", "a214页", "d26cm"),
        ("330", "a" + abstract),
        ("606", "a章回小说", "x中国"),
        ("690", "aI242.4", "v5"),
        ("701", "a吴承恩", "4著"),
        ("801", "aCN", "bXX", "c20120528"),
        ("905", "a0", f"bB{number:07d}", "dI242.4", "e1"),
    ):
        values = [Subfield(text[0], text[1:]) for text in subfields]
        fields.append(Field(tag, Indicators(" ", " "), values))
    made.add_field(*fields)  # type: ignore[no-untyped-call]
    data: bytes = made.as_marc()
    return data
