"""The real `kiosk run` with a drop point on pins, and with pins that do not work."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.app.kiosks import BOOKS, CARD, PATIENCE_S, Place, refused, running, stop

RED, GREEN, FLAP, BEAM, BIN_FULL = 17, 27, 5, 6, 13
PINS = f"""
[drop]
beam = true
[gpio.lamp]
red = {RED}
green = {GREEN}
blue = 22
[gpio.buzzer]
pin = 18
[gpio.flap]
pin = {FLAP}
active_high = true
[gpio.beam]
pin = {BEAM}
[gpio.bin_full]
pin = {BIN_FULL}
[gpio.help]
pin = 26
"""
OUTPUTS, CONTACTS = ("lamp", "buzzer", "flap"), ("beam", "bin_full", "help")


class Board:
    """The pins of a running kiosk, from the outside."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._to, self._from = process.stdin, process.stdout

    def drive(self, pin: int, level: str) -> None:
        self._ask(f"{pin} {level}")

    def wait_for(self, pin: int, level: int) -> None:
        until = time.monotonic() + PATIENCE_S
        while self._ask(str(pin)) != level:
            assert time.monotonic() < until, (pin, level)
            time.sleep(0.02)

    def _ask(self, line: str) -> int:
        self._to.write(f"{line}\n")
        self._to.flush()
        return int(self._from.readline())


@contextmanager
def pinned(place: Place) -> Iterator[tuple[subprocess.Popen[str], Board]]:
    """A kiosk with all its parts up."""
    place.settings.write_text(place.settings.read_text("utf-8") + PINS, "utf-8")
    log = place.data.parent / "log"
    with running(place, module="tests.app.pinned") as process:
        until = time.monotonic() + PATIENCE_S
        up = [*(f"output {name}: <" for name in OUTPUTS), *(f"reader {name}: <" for name in CONTACTS)]
        while not all(line in log.read_text("utf-8") for line in up):
            assert time.monotonic() < until, log.read_text("utf-8")
            time.sleep(0.02)
        yield process, Board(process)


def test_a_book_opens_the_flap_and_its_fall_is_the_return_and_shuts_it(place: Place) -> None:
    with pinned(place) as (process, board):
        board.wait_for(GREEN, 1)
        place.wires.scan("drop", BOOKS[0])
        board.wait_for(FLAP, 1)
        assert [entry.kind for entry in place.ledger()] == ["started"]
        board.drive(BEAM, "low")
        place.wait_for_kind("returned")
        board.drive(BEAM, "high")
        board.wait_for(FLAP, 0)
        place.wires.scan("drop", BOOKS[1])
        board.wait_for(FLAP, 1)
        assert stop(process) == 0
    told = [(entry.kind, entry.item, entry.reader) for entry in place.ledger()]
    assert told == [("started", None, None), ("returned", BOOKS[0], "drop"), ("stopped", None, None)]


def test_a_full_bin_is_seen_on_the_lamp_and_refuses_before_the_flap_opens(place: Place) -> None:
    with pinned(place) as (process, board):
        board.drive(BIN_FULL, "low")
        board.wait_for(RED, 1)
        place.wires.scan("drop", BOOKS[0])
        place.wait_for_kind("refused")
        board.wait_for(FLAP, 0)
        assert stop(process) == 0
    assert [entry.reason for entry in place.ledger() if entry.kind == "refused"] == ["bin_full"]


def test_a_book_stuck_in_the_beam_closes_the_drop_point(place: Place) -> None:
    with pinned(place) as (process, board):
        board.drive(BEAM, "low")
        place.wait_for_kind("drop_unexpected")
        board.wait_for(RED, 1)
        place.wires.scan("drop", BOOKS[0])
        place.wait_for_kind("refused")
        board.wait_for(FLAP, 0)
        assert stop(process) == 0
    assert [entry.reason for entry in place.ledger() if entry.kind == "refused"] == ["flap_stuck"]


def test_pins_that_do_not_work_are_entries_and_the_kiosk_lends_on(place: Place) -> None:
    settings = place.settings.read_text("utf-8") + "[gpio.lamp]\nred = 17\n[gpio.help]\npin = 26\n"
    place.settings.write_text(settings, "utf-8")
    with running(place) as process:
        place.wait_for_kind("part_down", 2)
        place.wires.card(CARD)
        place.wait_for_kind("visit_started")
        place.wires.scan("desk", BOOKS[0])
        place.wait_for_kind("lent")
        assert stop(process) == 0
    assert {entry.reader for entry in place.ledger() if entry.kind == "part_down"} == {"lamp", "help"}
    lines = (place.data.parent / "log").read_text("utf-8").splitlines()
    assert sum("output lamp:" in line for line in lines) == 1, lines


def test_a_drop_point_without_its_beam_is_refused_in_one_line(place: Place) -> None:
    place.settings.write_text(place.settings.read_text("utf-8") + "[drop]\nbeam = true\n", "utf-8")
    assert refused(place.settings) == (
        2,
        ["kiosk: kiosk.toml: drop.beam is true, but there is no [gpio.beam]: name its pin, or leave both out"],
    )
