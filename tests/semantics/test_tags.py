"""Tags at the desk and the drop point, as a trace tells of them: sets of parts, security, a stuck flap, slips."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.semantics.school import Folder, Line, Trace, last, run, simple

ONE, TWO, THREE, LONE = "E0040100000000A1", "E0040100000000A2", "E0040100000000A3", "E0040100000000B1"
ARM, DISARM = {"part": "tag", "act": "arm"}, {"part": "tag", "act": "disarm"}
BEAM = "[drop]\nbeam = true\nflap_s = 15\n"


def school(path: Path, *, beam: bool = False) -> Folder:
    """A set of three parts, a book with one tag, and a set with one tag for all."""
    folder = simple(path).book("S1", parts=3, tag=f"{ONE};{TWO};{THREE}").book("K1", tag=LONE)
    folder.book("S2", parts=2, tag="E0040100000000C1").rule("pupil", "*", number=9)
    return folder.text("kiosk.toml", BEAM) if beam else folder


def tag_effects(line: Line) -> list[str]:
    return [effect["act"] for effect in line.effects if effect["part"] == "tag"]


def test_a_set_is_lent_once_when_all_its_parts_lie_there(tmp_path: Path) -> None:
    line = last(school(tmp_path), Trace().card("1").tags(TWO, LONE, ONE, THREE))
    assert [(entry["kind"], entry["item"]) for entry in line.entries] == [("lent", "S1"), ("lent", "K1")]
    assert tag_effects(line) == ["disarm"] * 4


def test_parts_that_come_one_after_the_other_are_lent_with_the_last(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tag(ONE).tag(THREE).tag(TWO))
    assert [line.refusal for line in lines[1:]] == ["parts_missing", "parts_missing", None]
    assert [line.entry["data"].get("parts") for line in lines[1:]] == [[1, 3], [2, 3], None]
    assert lines[-1].entry["kind"] == "lent"
    assert [tag_effects(line) for line in lines[1:]] == [[], [], ["disarm"] * 3]


def test_a_part_that_was_taken_away_again_is_missing(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tags(ONE, TWO).line(reader="desk", left=ONE).tag(THREE))
    assert lines[-1].entry["data"]["parts"] == [2, 3]


def test_parts_at_two_readers_are_not_together(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tags(ONE, TWO, reader="left").tag(THREE, reader="right"))
    assert [line.refusal for line in lines[1:]] == ["parts_missing", "parts_missing"]


def test_what_one_patron_left_on_the_reader_is_not_counted_for_the_next(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tags(ONE, TWO).card("2").tag(THREE))
    assert lines[-1].refusal == "parts_missing"
    assert lines[-1].entry["data"]["parts"] == [1, 3]


def test_a_set_before_the_card_is_lent_with_the_card(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().tag(ONE).tag(TWO).tag(THREE).card("1"))
    assert lines[-1].kinds == ["visit_started", "lent"]
    assert tag_effects(lines[-1]) == ["disarm"] * 3
    assert last(school(tmp_path / "b"), Trace().tag(ONE).card("1")).refusal == "parts_missing"


def test_behind_a_barcode_nobody_can_see_the_parts(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tag(ONE).scan("S1"))
    assert [line.refusal for line in lines[1:]] == ["parts_missing", None]
    assert lines[-1].entry["kind"] == "lent"


def test_one_tag_may_stand_for_a_whole_set(tmp_path: Path) -> None:
    assert last(school(tmp_path), Trace().card("1").tag("E0040100000000C1")).entry["kind"] == "lent"


def test_missing_parts_come_behind_damage_and_before_who_has_it(tmp_path: Path) -> None:
    folder = simple(tmp_path).book("S1", parts=2, tag=f"{ONE};{TWO}", state="damaged", kept_for="2")
    assert last(folder, Trace().card("1").tag(ONE)).reasons == ["item_damaged", "parts_missing", "reserved"]


def test_staff_may_lend_a_set_all_the_same(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().card("1").tag(ONE).sign_in().touch("override"))
    assert lines[-1].kinds == ["overridden", "lent"]
    assert tag_effects(lines[-1]) == ["disarm"]


@pytest.mark.parametrize("first", ["barcode", "tag"])
def test_the_barcode_and_the_tag_of_a_book_within_two_seconds_are_one_scan(tmp_path: Path, first: str) -> None:
    trace = Trace(step_s=1).card("1")
    trace = trace.scan("K1").tag(LONE, "pad") if first == "barcode" else trace.tag(LONE, "pad").scan("K1")
    lines = run(school(tmp_path), trace)
    assert [line.kinds for line in lines[1:]] == [["lent"], []]
    assert lines[-1].state == "visit"
    later = run(school(tmp_path / "b"), Trace().card("1").scan("K1").tag(LONE, "pad"))
    assert later[-1].state == "choice"


def test_a_book_that_is_given_back_is_armed_before_it_is_said(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("K1", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().card("1").tag(LONE).touch("give_back"))
    assert tag_effects(lines[1]) == []
    assert lines[2].effects == [ARM, {"part": "sound", "act": "returned"}]


def test_anothers_book_ends_up_disarmed(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("K1", "2", "2026-09-01", "2026-09-16")
    line = last(folder, Trace().card("1").tag(LONE).touch("give_back"))
    assert line.kinds == ["returned", "lent"]
    assert tag_effects(line) == ["disarm"]


def test_a_book_without_a_visit_is_armed_when_it_is_given_back(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("K1", "2", "2026-09-01", "2026-09-16")
    assert tag_effects(last(folder, Trace().tag(LONE).touch("give_back"))) == ["arm"]


def test_at_the_drop_point_the_tag_is_armed_with_the_return(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("K1", "1", "2026-09-01", "2026-09-16")
    line = last(folder, Trace().tag(LONE, "drop"))
    assert line.entry["kind"] == "returned"
    assert line.effects == [ARM, {"part": "sound", "act": "returned"}]


def test_with_a_beam_the_tag_is_armed_while_it_can_be_reached(tmp_path: Path) -> None:
    folder = school(tmp_path, beam=True).loan("K1", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().tag(LONE, "drop").beam())
    assert lines[0].effects == [ARM, {"part": "flap", "act": "open"}]
    assert tag_effects(lines[1]) == []


def test_a_book_that_was_not_dropped_is_disarmed_again(tmp_path: Path) -> None:
    folder = school(tmp_path, beam=True).loan("K1", "1", "2026-09-01", "2026-09-16")
    assert tag_effects(last(folder, Trace().tag(LONE, "drop").after(60).tick())) == ["disarm"]
    not_out = school(tmp_path / "b", beam=True)
    assert tag_effects(last(not_out, Trace().tag(LONE, "drop").after(60).tick())) == []


def test_a_set_with_missing_parts_comes_back_and_the_entry_says_what_was_seen(tmp_path: Path) -> None:
    folder = school(tmp_path).loan("S1", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace().tags(ONE, TWO, reader="drop").tag(THREE, "drop"))
    assert [(line.entry["kind"], line.entry["patron"], line.entry["data"]) for line in lines] == [
        ("returned", "1", {"parts": [2, 3]}),
        ("returned", None, {}),
    ]
    desk = school(tmp_path / "b").loan("S1", "1", "2026-09-01", "2026-09-16")
    line = last(desk, Trace().card("1").tag(ONE).touch("give_back"))
    assert (line.entry["kind"], line.entry["data"]) == ("returned", {"parts": [1, 3]})


def test_the_parts_of_a_set_share_one_opening_of_the_flap(tmp_path: Path) -> None:
    folder = school(tmp_path, beam=True).loan("S1", "1", "2026-09-01", "2026-09-16")
    lines = run(folder, Trace(step_s=1).tag(ONE, "drop").tag(TWO, "drop").tag(THREE, "drop").beam())
    assert [line.page for line in lines] == ["drop_open", "drop_open", "drop_open", "drop_returned"]
    assert (lines[-1].entry["kind"], lines[-1].entry["data"]) == ("returned", {})


def test_a_stuck_flap_takes_nothing_until_it_is_free(tmp_path: Path) -> None:
    trace = Trace().line(sensor="jam", value=True).drop("B1").line(sensor="jam", value=False).drop("B2")
    lines = run(school(tmp_path, beam=True), trace)
    assert [line.refusal for line in lines] == [None, "flap_stuck", None, None]
    assert lines[1].entry["item"] == "B1"
    assert {"part": "flap", "act": "open"} not in lines[1].effects
    full = Trace().line(sensor="jam").bin_full(True).drop("B1")
    assert last(school(tmp_path / "b", beam=True), full).refusal == "bin_full"


def test_a_flap_that_gets_stuck_under_a_book_waits_for_it(tmp_path: Path) -> None:
    stuck = Trace().drop("B1").line(sensor="jam", value=True)
    assert last(school(tmp_path, beam=True), stuck.beam()).entry["kind"] == "returned"
    stuck = Trace().drop("B1").line(sensor="jam", value=True).after(60).tick()
    assert last(school(tmp_path / "b", beam=True), stuck).refusal == "not_dropped"


def test_a_call_for_help_lights_the_lamp_and_writes_nothing(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace().line(sensor="help").line(sensor="help", value=False).tick())
    assert lines[0].effects == [{"part": "lamp", "act": "help"}]
    assert [line.entries for line in lines] == [[], [], []]
    assert lines[1].effects == []


def test_a_call_for_help_does_not_keep_a_visit_open(tmp_path: Path) -> None:
    line = last(school(tmp_path), Trace().card("1").after(20).line(sensor="help").after(10).tick())
    assert line.said == [("visit_ended", "idle")]


@pytest.mark.parametrize(
    ("when", "printed"),
    [("never", [0, 0, 0, 0, 0]), ("ask", [0, 0, 1, 0, 0]), ("always", [0, 0, 0, 0, 1])],
)
def test_when_a_slip_is_printed(tmp_path: Path, when: str, printed: list[int]) -> None:
    folder = school(tmp_path).text("kiosk.toml", f'[receipt]\nwhen = "{when}"\n')
    lines = run(folder, Trace().card("1").scan("B1").touch("receipt").touch("receipt").touch("done"))
    assert [line.effects.count({"part": "receipt", "act": "print"}) for line in lines] == printed


ENDS: Mapping[str, Callable[[Trace], Trace]] = {
    "next_card": lambda trace: trace.card("2"),
    "idle": lambda trace: trace.after(60).tick(),
    "done": lambda trace: trace.touch("done"),
}


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize(("scan", "slips"), [("B1", 1), ("HELLO", 0)], ids=["something was done", "nothing was done"])
def test_a_slip_ends_every_visit_in_which_something_was_done(tmp_path: Path, end: str, scan: str, slips: int) -> None:
    folder = school(tmp_path).text("kiosk.toml", '[receipt]\nwhen = "always"\n')
    line = last(folder, ENDS[end](Trace().card("1").scan(scan)))
    assert line.effects.count({"part": "receipt", "act": "print"}) == slips


def test_a_part_that_flickers_still_lies_there(tmp_path: Path) -> None:
    trace = Trace(step_s=0.5).card("1").tags(ONE, TWO).line(reader="desk", left=ONE).tag(ONE).tag(THREE)
    lines = run(school(tmp_path), trace)
    assert [line.kinds for line in lines[1:]] == [["refused"], [], [], ["lent"]]


def test_the_other_mark_of_a_book_does_not_count_for_as_long_as_both_are_seen(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace(step_s=1.5).card("1").scan("S1").tag(ONE).tag(TWO).tag(THREE))
    assert [line.kinds for line in lines[1:]] == [["lent"], [], [], []]
    assert lines[-1].state == "visit"


def test_a_book_shown_at_the_desk_can_be_dropped_at_once(tmp_path: Path) -> None:
    lines = run(school(tmp_path), Trace(step_s=0.5).card("1").scan("K1").tag(LONE, "drop").drop("K1"))
    assert [line.kinds for line in lines[1:]] == [["lent"], ["returned"], []]
