"""Any school and any trace: nothing crashes, no book is lent twice, and nothing of a person outlasts the visit."""

import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from kiosk.circulation.droppoint import DropState
from kiosk.circulation.records import Moment
from kiosk.circulation.visit import IN_VISIT, TRANSITIONS, State
from kiosk.screens.pages import Page
from tests.semantics.school import Folder, Line, Session, Trace

NUMBERS = ("1", "2", "3", "T1", "L1")
# Characters that stand in no sentence of the kiosk, so that a name on a page is the patron's.
NAMES = {"1": "龘龘", "2": "靐靐", "3": "齉齉", "T1": "爨爨", "L1": "籲籲"}
BOOKS = tuple(f"B{n}" for n in range(6))
TAGS = tuple(f"E00401000000000{n}" for n in range(6))
PARTS = ("E0040100000000A1", "E0040100000000A2")  # the first book is a set, and has these tags as well
CARDS = tuple(f"C{number}" for number in NUMBERS)
MOMENTS = (*["2026-09-07T12:00:00+08:00"] * 4, "2026-09-12T12:00:00+08:00", "2027-01-15T23:58:00+08:00")


@st.composite
def folders(draw: st.DrawFn) -> Folder:
    """A school: five people, six books, and rules as they come."""
    folder = Folder(Path("school"))
    days = st.sampled_from(["2026-09-07", "2026-12-31", "2027-01-15"])
    for number in NUMBERS:
        cells = {"name": NAMES[number], "active": draw(st.sampled_from([*["yes"] * 9, "no"]))}
        cells |= {"suspended_until": draw(days) if draw(st.integers(0, 7)) == 7 else ""}
        match number[0]:
            case "T":
                folder.teacher(number, **cells)
            case "L":
                folder.librarian(number, **cells)
            case _:
                folder.pupil(number, lost_cards=f"LOST{number}", **cells)
    for barcode, tag in zip(BOOKS, TAGS, strict=True):
        states = [*["available"] * 7, "lost", "damaged", "withdrawn"]
        cells = {
            "state": draw(st.sampled_from(states)),
            "kind": draw(st.sampled_from([*["book"] * 5, "comic", "comic", "reference"])),
            "kept_for": draw(st.sampled_from([*[""] * 8, "1", "2"])),
        }
        folder.book(barcode, tag=";".join((tag, *PARTS)) if barcode == BOOKS[0] else tag, **cells)
        if draw(st.integers(0, 2)) == 2:
            due = draw(st.sampled_from([*["2026-09-16"] * 6, "2026-09-30", "2026-09-07", "2026-09-04"]))
            folder.loan(barcode, draw(st.sampled_from(NUMBERS)), "2026-08-20", due, draw(st.integers(0, 2)))
    for patron, item in draw(st.sets(st.sampled_from([("pupil", "*"), ("*", "comic"), ("pupil", "comic")]))):
        cells = {name: str(draw(st.integers(0, 4))) for name in ("number", "days", "renewals", "suspension_days")}
        folder.rule(patron, item, **cells, recall_exempt=draw(st.sampled_from(["yes", "no"])))
    if draw(st.integers(0, 3)) == 3:
        folder.slot(1, "12:00", "12:01", draw(st.sampled_from(["all", "grade:3", "kind:teacher"])))
    if draw(st.booleans()):
        folder.term("2026-09-01", "2027-01-22", recall_day="2027-01-15", last_loan_day="2027-01-15")
    toml = f'[receipt]\nwhen = "{draw(st.sampled_from(["never", "ask", "always"]))}"\n'
    toml += f"[drop]\nbeam = {draw(st.sampled_from(['true', 'false']))}\n"
    return folder.text("kiosk.toml", toml + f"[readers.pad]\nholder = {draw(st.sampled_from(['true', 'false']))}\n")


def _scan(text: str, reader: str = "desk") -> dict[str, object]:
    return {"reader": reader, "text": text}


def _touch(act: str) -> dict[str, object]:
    return {"touch": act}


BOOK, CARD = st.sampled_from(BOOKS), st.sampled_from(CARDS)
READERS = st.sampled_from(["desk", "desk", "desk", "pad", "drop", "drop"])
ANSWERS = st.sampled_from(["renew", "renew", "give_back", "give_back", "override", "cancel"])
TOUCHES = st.sampled_from(["done", "receipt", "language", "confirm_clock", "staff_done"])
ODD = st.one_of(
    st.builds(_scan, st.sampled_from(["LOST1", "NOBODY", "9787020002207", "B\x021"]), READERS),
    st.builds(
        lambda reader, tags: {"reader": reader, "tags": tags},
        READERS,
        st.lists(st.sampled_from([*TAGS, *PARTS, *PARTS, "04AABBCC", "E004010000000099"]), max_size=4),
    ),
    st.builds(lambda left: {"reader": "pad", "left": left}, st.sampled_from([*CARDS, *TAGS, *PARTS, ""])),
    st.builds(_touch, TOUCHES),
    st.builds(
        lambda act, barcode: {"touch": act, "value": barcode},
        st.sampled_from(["renew", "give_back"]),
        st.sampled_from([*BOOKS, "NOBODY"]),
    ),
    st.builds(lambda until: {"touch": "open_slot", "value": until}, st.sampled_from(["12:30", "00:00", "25:00", ""])),
    st.builds(
        lambda name, value: {"sensor": name, "value": value},
        st.sampled_from(["bin_full", "jam", "help"]),
        st.sampled_from([True, False, False]),
    ),
    st.sampled_from([{"clock": "guess"}, {"clock": "synced"}, {"sensor": "beam"}, {}]),
)
# What people do, a few lines at a time; the odd things come between.
PHRASES = st.one_of(
    st.builds(lambda card, book: [_scan(card), _scan(book)], CARD, BOOK),
    st.builds(lambda book, answer: [_scan(book), _touch(answer)], BOOK, ANSWERS),
    st.builds(lambda book, answer: [_scan(book), _touch(answer)], BOOK, ANSWERS),
    st.builds(lambda book, card: [_scan(book), _scan(card)], BOOK, CARD),
    st.builds(lambda book: [_scan(book, "drop"), {"sensor": "beam"}], BOOK),
    st.builds(lambda book, other: [_scan(book), _scan(other, "drop")], BOOK, BOOK),
    st.builds(
        lambda card, reader, lifted: [
            _scan(card),
            {"reader": reader, "tags": [TAGS[0], PARTS[0]]},
            *([{"reader": reader, "left": TAGS[0]}] if lifted else []),
            {"reader": reader, "tag": PARTS[1]},
        ],
        CARD,
        READERS,
        st.booleans(),
    ),
    st.builds(lambda odd: [odd], ODD),
)
GAPS_MS = st.sampled_from([*[3000] * 12, 0, 1, 500, 1999, 2000, 2001, 10_000, 15_000, 20_000, 29_999, 30_000, 121_000])
WITH_STAFF = st.builds(lambda card, book: [_scan(card), _scan(book), _touch("override")], CARD, BOOK)
SIGN_IN: list[dict[str, object]] = [{"touch": "staff", "text": "L1"}, {"touch": "pin", "value": "1234"}]


def own_books(folder: Folder) -> st.SearchStrategy[list[dict[str, object]]]:
    """Somebody comes with a book that they have, and may drop it while they are asked."""
    loans = [(row["number"], row["barcode"]) for row in folder.rows.get("loans.csv", [])]
    if not loans:
        return st.just([])

    def phrase(loan: tuple[str, str], answer: str, dropped: bool) -> list[dict[str, object]]:
        number, barcode = loan
        drop = [_scan(barcode, "drop")] if dropped else []
        return [_scan(f"C{number}"), _scan(barcode), *drop, _touch(answer)]

    return st.builds(phrase, st.sampled_from(loans), ANSWERS, st.integers(0, 4).map(lambda n: n == 4))


@st.composite
def traces(draw: st.DrawFn, folder: Folder) -> Trace:
    """What people, books, clocks and beams do. Staff are rare: the check of a PIN takes half a second."""
    trace = Trace(step_s=0).at(draw(st.sampled_from(MOMENTS))).tick()
    phrases = draw(st.lists(st.one_of(PHRASES, own_books(folder)), min_size=1, max_size=25))
    if draw(st.integers(0, 7)) == 7:
        place = draw(st.integers(0, len(phrases)))
        phrases[place:place] = [SIGN_IN, *draw(st.lists(WITH_STAFF, max_size=3))]
    if draw(st.integers(0, 7)) == 7:
        trace.line(clock="guess")
    for phrase in phrases:
        for said in phrase:
            trace.now += timedelta(milliseconds=draw(GAPS_MS))
            trace.line(**said)
    if draw(st.integers(0, 7)) == 7:
        back = draw(st.integers(0, len(trace.lines) - 1))
        for line in trace.lines[back:]:
            line["at"] = (datetime.fromisoformat(line["at"]) - timedelta(hours=1)).isoformat()
    return trace


# What one cue does; a line may bring several.
STEPS = {state: {to for (at, _), to in TRANSITIONS.items() if at is state} for state in State}


def reachable(state: State) -> set[State]:
    """Every state that the table leads to from `state`, itself included."""
    found, new = {state}, {state}
    while new:
        new = {to for at in new for to in STEPS[at]} - found
        found |= new
    return found


class Witness:
    """Follows the entries and knows nothing else: who is here, and who has what."""

    def __init__(self, folder: Folder) -> None:
        self.out = {row["barcode"]: row["number"] for row in folder.rows.get("loans.csv", [])}
        self.here: str | None = None
        self.staff: str | None = None
        self.state = State.IDLE
        self.seq = 0

    def see(self, line: Line, page: Page) -> None:
        """Check one line against all lines before."""
        for entry in line.entries:
            self._entry(entry)
        refusals = [entry["reason"] for entry in line.entries if entry["kind"] == "refused"]
        assert line.refusal == (refusals[0] if refusals else None)
        if line.state in list(State):
            state = State(line.state)
            assert state in reachable(self.state), (self.state, state)
            assert (state in IN_VISIT) == (self.here is not None)
            self.state = state
        else:
            assert line.state in list(DropState)
            assert self.here is None
            self.state = State.IDLE
        self._private(line, page)

    def _entry(self, entry: dict[str, object]) -> None:
        assert entry["seq"] == self.seq + 1 or self.seq == 0
        self.seq = int(str(entry["seq"]))
        patron, item = entry["patron"], str(entry["item"])
        match entry["kind"]:
            case "visit_started":
                assert self.here is None
                self.here = str(patron)
            case "visit_ended":
                assert patron == self.here
                self.here = None
            case "lent":
                assert patron == self.here
                assert item not in self.out, "lent twice"
                self.out[item] = str(patron)
            case "renewed":
                assert self.out[item] == patron == self.here
            case "returned":
                assert self.out.pop(item, None) == patron
            case "overridden":
                assert (patron, entry["staff"]) == (self.here, self.staff)
            case "staff_in":
                self.staff = str(entry["staff"])
            case "staff_out":
                assert entry["staff"] == self.staff
                self.staff = None

    def _private(self, line: Line, page: Page) -> None:
        shown = f"{page!r} {line.effects} {line.state}"
        for number, name in NAMES.items():
            if number not in (self.here, self.staff):
                assert name[0] not in shown, (number, shown)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_whatever_happens_the_books_stay_right(data: st.DataObject) -> None:
    folder = data.draw(folders())
    trace = data.draw(traces(folder))
    with tempfile.TemporaryDirectory() as path:
        _watch(Folder(Path(path) / "school", folder.rows, folder.texts), trace)


def _watch(folder: Folder, trace: Trace) -> None:
    session, witness = Session(folder, trace), Witness(folder)
    try:
        for asked, line in zip(trace.lines, session.played(), strict=True):
            sitting = session.counter.desk.sitting
            now = Moment(datetime.fromisoformat(asked["at"]), max(sitting.active_mono, 0.0))
            witness.see(line, session.counter.page(now))
            for entry in line.entries:
                event(str(entry["kind"]))
        assert session.findings() == []
        assert {loan.barcode for number in NUMBERS for loan in session.books.shelf.loans(number)} == set(witness.out)
    finally:
        session.close()
