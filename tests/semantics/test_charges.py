"""Lost and damaged items at the desk: what an open charge refuses (nothing), what still counts, what comes back."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.semantics.school import Done, Trace, command, simple

NOON = "2026-09-08T12:00:00+08:00"


class Kiosk:
    """Pupil 1 has P1 and P2, at 20 yuan each; pupil 2 has nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.settings = path / "kiosk.toml"
        self.settings.write_text(f'data = "{path / "data"}"\n', "utf-8")
        folder = simple(path).book("P1", "P2", price_fen=2000)
        folder.loan("P1", "1", "2026-09-07", "2026-09-22").loan("P2", "1", "2026-09-07", "2026-09-22")
        assert command("import", "school", folder.write(), "--settings", self.settings).returncode == 0

    def staff(self, *arguments: str) -> dict[str, Any]:
        done: Done = command("staff", *arguments, "--by", "L1", "--json", "--settings", self.settings)
        assert done.returncode == 0, done.stdout
        value: dict[str, Any] = json.loads(done.stdout)
        return value

    def lost(self, item: str) -> str:
        """Mark it; the number of the charge."""
        return str(self.staff("mark", item, "lost")["charge"]["charge"])

    def play(self, trace: Trace) -> list[dict[str, Any]]:
        file = self.path / "trace.jsonl"
        file.write_text("".join(json.dumps(line) + "\n" for line in trace.lines), "utf-8")
        done = command("play", file, "--settings", self.settings, "--json")
        assert done.returncode == 0, done.stderr
        assert command("check", "--fold", "--settings", self.settings).returncode == 0
        return [json.loads(line) for line in done.stdout.splitlines()]

    def state(self, charge: str) -> str:
        listed = command("staff", "charges", "--json", "--settings", self.settings).stdout.splitlines()
        (found,) = [line for line in map(json.loads, listed) if str(line["charge"]) == charge]
        return str(found["state"])


@pytest.fixture
def kiosk(tmp_path: Path) -> Kiosk:
    return Kiosk(tmp_path)


def test_a_lost_loan_is_refused_at_the_desk_and_given_back(kiosk: Kiosk) -> None:
    charge = kiosk.lost("P1")
    lines = kiosk.play(Trace().at(NOON).card("1").scan("P1").touch("give_back"))
    assert lines[1]["refusal"] == "item_lost"
    (returned,) = lines[2]["entries"]
    assert (returned["kind"], returned["patron"], returned["item"]) == ("returned", "1", "P1")
    assert (returned["data"]["found"], returned["data"]["charge"], returned["data"]["state"]) == (
        "lost", int(charge), "available",
    )  # fmt: skip
    assert kiosk.state(charge) == "decide"


@pytest.mark.parametrize("days", ["in time", "overdue"])
def test_a_lost_loan_counts_until_its_charge_is_settled(kiosk: Kiosk, days: str) -> None:
    at, code = (NOON, "limit_reached") if days == "in time" else ("2026-09-23T12:00:00+08:00", "overdue_items")
    charges = [kiosk.lost("P1"), kiosk.lost("P2")]
    before = kiosk.play(Trace().at(at).card("1").scan("B1").touch("done"))
    assert before[1]["refusal"] == code
    for charge in charges:
        kiosk.staff("settle", charge, "paid")
    after = kiosk.play(Trace().at(at.replace("T12", "T13")).card("1").scan("B1"))
    assert [entry["kind"] for entry in after[1]["entries"]] == ["lent"]


def test_an_open_charge_alone_refuses_nothing(kiosk: Kiosk) -> None:
    charge = str(kiosk.staff("mark", "P1", "damaged")["charge"]["charge"])
    lines = kiosk.play(Trace().at(NOON).drop("P1").card("1").scan("B1"))
    assert [entry["kind"] for entry in lines[2]["entries"]] == ["lent"]
    assert kiosk.state(charge) == "open"


@pytest.mark.parametrize("write_off", [False, True])
def test_what_was_paid_for_and_is_dropped_in_is_decided_again(kiosk: Kiosk, write_off: bool) -> None:
    charge = kiosk.lost("P1")
    kiosk.staff("settle", charge, "paid")
    if write_off:
        kiosk.staff("mark", "P1", "withdrawn")
    lines = kiosk.play(Trace().at(NOON).drop("P1").card("2").scan("P1"))
    (returned,) = lines[0]["entries"]
    assert (returned["kind"], returned["patron"], returned["data"]["charge"]) == ("returned", None, int(charge))
    assert kiosk.state(charge) == "decide"
    assert lines[2]["refusal"] == ("item_withdrawn" if write_off else None)


@pytest.mark.parametrize("state", ["damaged", "mending"])
def test_what_waits_for_mending_is_not_lent(kiosk: Kiosk, state: str) -> None:
    kiosk.staff("mark", "B1", state)
    assert kiosk.play(Trace().at(NOON).card("2").scan("B1"))[1]["refusal"] == "item_damaged"
    kiosk.staff("mark", "B1", "available")
    assert kiosk.play(Trace().at("2026-09-08T13:00:00+08:00").card("2").scan("B1"))[1]["refusal"] is None
