"""What `kiosk play` takes and prints, through the real command."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.semantics.school import Folder, Trace, simple

ENTRY_FIELDS = [
    "at", "kind", "patron", "item", "due", "reason", "staff", "reader", "class", "kiosk", "epoch", "seq", "data",
]  # fmt: skip


def kiosk(*arguments: str | Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
    """The real command."""
    command = [sys.executable, "-m", "kiosk", *map(str, arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=100, check=False)


def trace_file(folder: Folder, trace: Trace | str) -> Path:
    """The trace beside the school."""
    path = folder.path.with_name("trace.jsonl")
    text = trace if isinstance(trace, str) else "".join(json.dumps(line) + "\n" for line in trace.lines)
    path.write_text(text, "utf-8")
    return path


def play(folder: Folder, trace: Trace | str, *more: str) -> subprocess.CompletedProcess[str]:
    """Play with `--json`."""
    return kiosk("play", trace_file(folder, trace), "--school", folder.write(), "--json", *more)


def lines_of(done: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_line_out_for_one_line_in_in_the_agreed_form(tmp_path: Path) -> None:
    folder = simple(tmp_path).text("kiosk.toml", 'kiosk = "hall-2"\n')
    trace = Trace().card("1").scan("B1", "NOBODY").tick().drop("B9").touch("done").at("13:00:00").tick()
    lines = lines_of(play(folder, trace))
    assert [list(line) for line in lines] == [["at", "refusal", "entries", "effects", "state", "page"]] * len(
        trace.lines
    )
    assert [line["at"] for line in lines] == [line["at"] for line in trace.lines]
    entries = [entry for line in lines for entry in line["entries"]]
    assert all(list(entry) == ENTRY_FIELDS for entry in entries)
    assert {entry["kiosk"] for entry in entries} == {"hall-2"}
    (epoch,) = {entry["epoch"] for entry in entries}
    assert re.fullmatch("[0-9a-f]{16}", epoch)
    seqs = [entry["seq"] for entry in entries]
    assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
    for line in lines:
        assert all(set(effect) == {"part", "act"} for effect in line["effects"])
        assert line["refusal"] is None or isinstance(line["refusal"], str)
        assert re.fullmatch("[a-z_]+", line["state"])
        assert re.fullmatch("[a-z_]+", line["page"])


def test_the_entries_of_a_loan(tmp_path: Path) -> None:
    lines = lines_of(play(simple(tmp_path), Trace().card("1").scan("B1")))
    entry = lines[1]["entries"][0]
    del entry["epoch"], entry["seq"], entry["kiosk"]
    assert entry == {
        "at": "2026-09-07T12:00:03+08:00", "kind": "lent", "patron": "1", "item": "B1", "due": "2026-09-22",
        "reason": None, "staff": None, "reader": "desk", "class": "三(1)班", "data": {},
    }  # fmt: skip


def test_blank_lines_and_a_byte_order_mark_are_no_lines(tmp_path: Path) -> None:
    text = '\ufeff{"at": "2026-09-07T12:00:00+08:00"}\n\n{"at": "2026-09-07T12:00:01+08:00"}\n'
    assert len(lines_of(play(simple(tmp_path), text))) == 2


def test_an_empty_trace_prints_nothing(tmp_path: Path) -> None:
    assert lines_of(play(simple(tmp_path), "")) == []


def test_standard_input_is_a_trace(tmp_path: Path) -> None:
    folder = simple(tmp_path)
    done = kiosk("play", "-", "--school", folder.write(), "--json", stdin='{"at": "2026-09-07T12:00:00+08:00"}\n')
    assert len(lines_of(done)) == 1


def test_every_run_begins_anew(tmp_path: Path) -> None:
    folder, trace = simple(tmp_path), Trace().card("1").scan("B1")
    first, second = lines_of(play(folder, trace)), lines_of(play(folder, trace))
    assert [line["entries"][0]["kind"] for line in first] == [line["entries"][0]["kind"] for line in second]
    assert sorted(path.name for path in folder.path.iterdir()) == ["classes.csv", "items.csv", "people.csv"]


@pytest.mark.parametrize(
    "line",
    [
        "no json",
        "[]",
        '{"reader": "desk", "text": "X"}',
        '{"at": "noon"}',
        '{"at": "2026-09-07T12:00:00"}',
        '{"at": "2026-09-07T12:00:00+08:00", "reader": "desk"}',
        '{"at": "2026-09-07T12:00:00+08:00", "text": "X"}',
        '{"at": "2026-09-07T12:00:00+08:00", "touch": "dance"}',
        '{"at": "2026-09-07T12:00:00+08:00", "touch": "done", "sensor": "beam"}',
        '{"at": "2026-09-07T12:00:00+08:00", "reader": "desk", "text": "X", "tag": "04"}',
        '{"at": "2026-09-07T12:00:00+08:00", "clock": "late"}',
        '{"at": "2026-09-07T12:00:00+08:00", "sensor": "wind"}',
        '{"at": "2026-09-07T12:00:00+08:00", "whatever": 1}',
        '{"at": "2026-09-07T12:00:00+08:00"',
    ],
)
def test_a_bad_line_is_bad_data_and_named(tmp_path: Path, line: str) -> None:
    done = play(simple(tmp_path), f'{{"at": "2026-09-07T12:00:00+08:00"}}\n{line}\n')
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "trace.jsonl:2:" in done.stderr


def test_wrong_arguments_exit_2(tmp_path: Path) -> None:
    school, trace = simple(tmp_path).write(), trace_file(simple(tmp_path), "")
    assert kiosk("play", tmp_path / "missing.jsonl", "--school", school).returncode == 2
    assert kiosk("play", "--school", school).returncode == 2
    assert kiosk("play", trace, "--school", school, "--colour").returncode == 2
    assert kiosk("play", trace, "--school", tmp_path / "missing").returncode == 2
    assert kiosk("play", trace, "--settings", tmp_path / "missing.toml").returncode == 2
    assert kiosk("dance").returncode == 2


def test_bad_settings_in_the_folder_exit_2_and_are_named(tmp_path: Path) -> None:
    done = play(simple(tmp_path).text("kiosk.toml", "[visit]\nidel_s = 3\n"), Trace().tick())
    assert done.returncode == 2
    assert "idel_s" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_refused_row_is_named_and_the_rest_is_played(tmp_path: Path) -> None:
    folder = simple(tmp_path).pupil("1", cards="C9")
    done = play(folder, Trace().card("1").scan("B1"))
    assert "people.csv:6:" in done.stderr
    assert [json.loads(line)["entries"][0]["kind"] for line in done.stdout.splitlines()] == ["visit_started", "lent"]


def test_a_school_that_cannot_be_read_exits_1(tmp_path: Path) -> None:
    done = play(simple(tmp_path).text("rules.csv", "patron_kind,item_kind,nmber\npupil,*,3\n"), Trace().tick())
    assert (done.returncode, done.stdout) == (1, "")
    assert "rules.csv:1:" in done.stderr
    assert "nmber" in done.stderr


def test_plain_output_is_for_people(tmp_path: Path) -> None:
    folder = simple(tmp_path)
    done = kiosk("play", trace_file(folder, Trace().card("1").scan("B1")), "--school", folder.write())
    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 4


# decode


@pytest.mark.parametrize(
    ("protocol", "arguments", "found"),
    [
        ("lines", ["42310d0a"], ["B1"]),
        ("lines", ["42", "31", "0d", "42 32"], ["B1", "B2"]),
        ("lines", ["42:31:0D"], ["B1"]),
        ("rdm6300", ["02", "30 41 30 35 46 31 33 35 37 44 42 36", "03"], ["0A05F1357D"]),
        ("rdm6300", ["0230413035463133353744423603" * 2], ["0A05F1357D", "0A05F1357D"]),
    ],
)
def test_decode_joins_its_arguments(protocol: str, arguments: list[str], found: list[str]) -> None:
    lines = lines_of(kiosk("decode", protocol, *arguments))
    assert [line.get("text", line.get("uid")) for line in lines] == found


def test_decode_reads_standard_input_and_its_end_is_silence() -> None:
    assert [line["text"] for line in lines_of(kiosk("decode", "lines", stdin="42\n31\n"))] == ["B1"]


def _key(code: int, value: int) -> bytes:
    return bytes(16) + (1).to_bytes(2, "little") + code.to_bytes(2, "little") + value.to_bytes(4, "little")


def test_decode_keys_reads_input_events() -> None:
    report = bytes(24)
    # B (48), 1 (2), 7 (8), Enter (28)
    data = b"".join(_key(code, value) + report for code in (48, 2, 8, 28) for value in (1, 0))
    assert lines_of(kiosk("decode", "keys", data.hex())) == [{"text": "b17"}]


def test_decode_says_which_end_a_card_came_from() -> None:
    (card,) = lines_of(kiosk("decode", "rdm6300", "0230413035463133353744423603"))
    assert (card["direction"], card["uid"]) == ("reader", "0A05F1357D")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["rdm6300", "0230413035463133353744394603"], 1),
        (["lines", ""], 1),
        (["keys", "00" * 24], 1),
        (["lines", "4z"], 2),
        (["lines", "423"], 2),
        (["morse", "42"], 2),
    ],
)
def test_decode_exits_1_when_nothing_is_valid(arguments: list[str], code: int) -> None:
    done = kiosk("decode", *arguments, stdin="")
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr != ""
