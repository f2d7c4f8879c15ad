"""`kiosk log`: newest first, all filters at once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.semantics.school import Done, Trace, command, simple


def lines_of(done: Done) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


Log = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Log:
    """The log of a kiosk at which a few things happened on two days."""
    path = tmp_path_factory.mktemp("log")
    folder = simple(path).pupil("7", "七(1)班").add("titles.csv", title_id="W1", title="草房子 100% Fun_")
    folder.add("titles.csv", title_id="W2", title="西游记").book("X9", title_id="W2", kind="reference")
    settings = path / "kiosk.toml"
    settings.write_text(f'data = "{path}"\n', "utf-8")
    assert command("import", "school", folder.write(), "--settings", settings).returncode == 0
    trace = Trace().card("1").scan("B1", "X9").touch("done").card("7").scan("B2").touch("done")
    trace.at("2026-09-07T23:59:59.999+08:00").drop("B1").at("2026-09-08T00:00:00+08:00").drop("B2").card("1").touch(
        "done"
    )
    file = path / "trace.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in trace.lines), "utf-8")
    played = command("play", file, "--settings", settings, "--json")
    expected = [entry for line in lines_of(played) for entry in line["entries"]]

    def read(*arguments: str) -> list[dict[str, Any]]:
        done = command("log", "--settings", settings, "--json", *arguments)
        return lines_of(done)

    assert [e for e in read() if e["kind"] not in ("imported", "started", "stopped")] == expected[::-1]
    return read


def kinds(entries: list[dict[str, Any]]) -> list[str]:
    return [entry["kind"] for entry in entries]


def test_newest_first(log: Log) -> None:
    found = [entry["seq"] for entry in log()]
    assert found == sorted(found, reverse=True)


def test_one_day_has_all_of_it_and_nothing_else(log: Log) -> None:
    first = [e for e in log("--from", "2026-09-07", "--to", "2026-09-07") if e["kind"] == "returned"]
    assert [entry["at"] for entry in first] == ["2026-09-07T23:59:59.999+08:00"]
    second = [e for e in log("--from", "2026-09-08", "--to", "2026-09-08") if e["kind"] == "returned"]
    assert [entry["at"] for entry in second] == ["2026-09-08T00:00:00+08:00"]


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        ("2026-09-07T12:00:03+08:00", "2026-09-07T12:00:03+08:00", 1),
        ("2026-09-07T12:00:03", "2026-09-07T12:00:06", 2),
        ("2026-09-07T04:00:03Z", "2026-09-07T04:00:06Z", 2),
        ("2026-09-07T12:00:03.001+08:00", "2026-09-07T12:00:05.999+08:00", 0),
        ("2026-09-08", "2026-09-07", 0),
        ("2026-09-07", "2026-09-07T12:00:03+08:00", 2),
    ],
)
def test_both_ends_are_included(log: Log, start: str, end: str, count: int) -> None:
    found = [e for e in log("--from", start, "--to", end) if e["kind"] not in ("started", "stopped", "imported")]
    assert len(found) == count


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--kind", "lent"], ["lent", "lent"]),
        (["--patron", "7"], ["returned", "visit_ended", "lent", "visit_started"]),
        (["--item", "B1"], ["returned", "lent"]),
        (["--class", "七(1)班"], ["returned", "visit_ended", "lent", "visit_started"]),
        (["--reader", "drop"], ["returned", "returned"]),
        (["--text", "西游"], ["refused"]),
        (["--text", "not_for"], ["refused"]),
        (["--text", "B2"], ["returned", "lent"]),
        (["--text", "草房子", "--patron", "1"], ["returned", "lent"]),
        (["--text", "100%"], ["returned", "returned", "lent", "lent"]),
        (["--text", "n_"], ["returned", "returned", "lent", "lent"]),
        (["--text", "0_ F"], []),
        (["--kind", "lent", "--patron", "1", "--item", "B1", "--class", "三(1)班", "--reader", "desk"], ["lent"]),
        (["--kind", "lent", "--patron", "1", "--item", "B2"], []),
        (["--kind", "lent", "--limit", "1"], ["lent"]),
        (["--text", "B2", "--limit", "1"], ["returned"]),
        (["--limit", "0"], []),
        (["--patron", "NOBODY"], []),
    ],
)
def test_all_filters_have_to_fit(log: Log, arguments: list[str], found: list[str]) -> None:
    assert kinds(log(*arguments)) == found


def test_the_limit_comes_last(log: Log) -> None:
    (entry,) = log("--patron", "1", "--kind", "lent", "--limit", "1")
    assert entry["item"] == "B1"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--kind", "dance"], 2), (["--from", "noon"], 2), (["--to", "2026-13-01"], 2), (["--limit", "x"], 2)],
)
def test_wrong_filters_exit_2(tmp_path: Path, arguments: list[str], code: int) -> None:
    folder = simple(tmp_path)
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path}"\n', "utf-8")
    assert command("import", "school", folder.write(), "--settings", settings).returncode == 0
    assert command("log", "--settings", settings, *arguments).returncode == code


def test_without_a_database_there_is_one_clear_line(tmp_path: Path) -> None:
    settings = tmp_path / "kiosk.toml"
    settings.write_text(f'data = "{tmp_path}"\n', "utf-8")
    done = command("log", "--settings", settings)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_no_entry_holds_what_was_scanned(log: Log) -> None:
    assert "C1" not in json.dumps(log())
