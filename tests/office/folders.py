"""School folders made for a test, and an office with a real database and ledger."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kiosk.db.connect import KioskDatabase
from kiosk.db.ledger import SqliteLedger
from kiosk.db.prepare import prepare
from kiosk.db.shelf import SqliteShelf
from kiosk.db.sitekey import load_site_key
from kiosk.office.findings import Refused
from kiosk.office.folder import SchoolFolder
from kiosk.office.school import read_school
from kiosk.office.store import Office, Stored, store_school
from tests.db.schools import counted_hex, ledger_on

NOON = datetime(2026, 11, 23, 12, 10, tzinfo=ZoneInfo("Asia/Shanghai"))

SCHOOL: Mapping[str, str] = {
    "school.toml": 'name = "样例学校"\ntarget_pupil_books = 5\nitem_pattern = "B[0-9]+"\n\n'
    '[commands]\n"reset-1" = "reset"\n',
    "classes.csv": "class,grade,teacher\n五(1)班,5,T1\n五(2)班,5,\n",
    "people.csv": "number,name,kind,class,cards,lost_cards,roles,active,suspended_until\n"
    "P1,张小样,pupil,五(1)班,0001;uid:04a1b2c3,,,,\n"
    "P2,李试,pupil,五(2)班,0002,0009,pupil_librarian,yes,2026-12-01\n"
    "P3,王离开,pupil,五(2)班,0003,,,no,\n"
    "T1,周老师,teacher,,T-1,,,,\n"
    "S1,文馆员,staff,,S-1,,librarian,,\n",
    "titles.csv": "title_id,title,author,price_fen,added\nW1,西游记,吴承恩,2000,2026-11-01\nW2,小王子,,,\n",
    "items.csv": "barcode,title_id,kind,state,tag,parts,kept_for\n"
    "b1,W1,,,E004010000000001,,\nB2,W1,,damaged,,,\nB3,W2,Reference,,,2,\nB4,W2,,,,,P1\n",
    "loans.csv": "barcode,number,lent,due,renewals\nB1,P1,2026-11-10,2026-11-25,1\n",
    "timetable.csv": "weekday,from,to,weeks,use,who\n1,12:00,12:50,odd,class,grade:5;class:五(1)班\n"
    "2,8:00,17:00,,free,kind:teacher\n3,12:00,12:50,every,,all\n",
    "terms.csv": "term,start,end,last_loan_day,recall_day\n2026秋,2026-09-01,2027-01-22,,2027-01-15\n",
    "calendar.csv": "date,open,runs_as,why\n2026-10-01,no,,国庆节\n2026-10-10,yes,3,调休\n",
    "rules.csv": "patron_kind,item_kind,loanable,number,days,renewals,suspension_days,recall_exempt\n"
    "pupil,*,yes,3,,,2,\nteacher,periodical,yes,1,7,0,,yes\n",
}


def folder_of(at: Path, files: Mapping[str, str | bytes]) -> Path:
    """A folder with these files."""
    at.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (at / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return at


def read(at: Path, files: Mapping[str, str | bytes] = SCHOOL) -> SchoolFolder:
    """The school in a folder with these files, which must not be refused."""
    school = read_school(folder_of(at, files))
    assert isinstance(school, SchoolFolder), str(school)
    return school


def findings(at: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """What is said against a folder with these files, whether it is refused whole or in rows."""
    school = read_school(folder_of(at, files))
    return [str(finding) for finding in (school.findings if isinstance(school, Refused) else school.refused)]


@dataclass
class Counter:
    """An office with its database, and what it says."""

    db: KioskDatabase
    office: Office
    shelf: SqliteShelf
    ledger: SqliteLedger

    def store(self, school: SchoolFolder, **other: object) -> Stored:
        """Bring a school in, which must not be refused."""
        done = store_school(school, replace(self.office, **other))  # type: ignore[arg-type]
        assert isinstance(done, Stored), str(done)
        return done

    def rows(self, sql: str, *values: object) -> list[tuple[object, ...]]:
        rows: list[tuple[object, ...]] = self.db.execute_sql(sql, values).fetchall()
        return rows


def counter_at(folder: Path) -> Counter:
    path = folder / "kiosk.db"
    db = prepare(path)
    key = load_site_key(path)
    hex_digits = counted_hex()
    ledger = ledger_on(db, random_hex=hex_digits)
    return Counter(db, Office(db, key, NOON, hex_digits, ledger), SqliteShelf(db, key), ledger)
