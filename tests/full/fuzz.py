# lock: fuzz
"""Coverage-guided fuzzing of every decoder: no crash, no growth, no made-up tag, and no cut of the stream that matters.

Usage: ./deploy.sh test --full fuzz [--seconds 300] [DECODER...]

Each decoder is fuzzed in a process of its own, two at a time. What atheris learned is kept in .cache/fuzz/DECODER, so
that the next run goes on from there; an input that broke a rule is left there as crash-*.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
CACHE = ROOT / ".cache/fuzz"
VECTORS = ROOT / "tests/devices/decode/vectors.json"
AT_ONCE = 2
INPUT_BYTES_MAX = 2048
WAITING_BYTES_MAX = 70_000  # the longest frame that a length field of 16 bits can announce, and a chunk
SLOWEST_INPUT_S = 5

Told = dict[str, object]


def main() -> None:
    parser = argparse.ArgumentParser(description="Coverage-guided fuzzing of the decoders.")
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--here", action="store_true", help="fuzz one decoder in this process")
    parser.add_argument("decoders", nargs="*", metavar="DECODER")
    chosen = parser.parse_args()
    if chosen.here:
        fuzz(chosen.decoders[0], chosen.seconds)
        return
    from kiosk.devices.decode.protocols import PROTOCOLS

    unknown = set(chosen.decoders) - set(PROTOCOLS)
    if unknown:
        parser.error(f"unknown decoder {', '.join(unknown)} (of {', '.join(PROTOCOLS)})")
    waiting = list(chosen.decoders or PROTOCOLS)
    running: dict[str, subprocess.Popen[bytes]] = {}
    failed = []
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            name = waiting.pop(0)
            running[name] = start(name, chosen.seconds)
        name = next(iter(running))
        if running.pop(name).wait() != 0:
            failed.append(name)
        print(f"fuzz {name}: {'FAILED' if name in failed else 'passed'}: {last_line(name)}", flush=True)
    sys.exit(1 if failed else 0)


def start(name: str, seconds: int) -> subprocess.Popen[bytes]:
    """A process that fuzzes `name`, its output in a file."""
    (CACHE / name).mkdir(parents=True, exist_ok=True)
    for vector in json.loads(VECTORS.read_text("utf-8")):
        (CACHE / name / f"seed-{vector['id']}").write_bytes(b"\x05" + bytes.fromhex(vector["hex"]))
    with log_of(name).open("wb") as log:
        return subprocess.Popen(
            [sys.executable, __file__, "--here", "--seconds", str(seconds), name], stdout=log, stderr=log, cwd=ROOT
        )


def log_of(name: str) -> Path:
    return CACHE / f"{name}.log"


def last_line(name: str) -> str:
    return log_of(name).read_text(errors="replace").strip().rpartition("\n")[2]


def fuzz(name: str, seconds: int) -> None:
    """Fuzz one decoder; ends the process."""
    import atheris

    with atheris.instrument_imports(include=["kiosk.devices.decode"]):
        from kiosk.devices.decode.protocols import PROTOCOLS
    make = PROTOCOLS[name]

    def one(data: bytes) -> None:
        check(make, data)

    folder = CACHE / name
    options = [f"-max_total_time={seconds}", f"-max_len={INPUT_BYTES_MAX}", f"-timeout={SLOWEST_INPUT_S}"]
    atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={folder}/", str(folder)], one)
    atheris.Fuzz()


def check(make: Callable[[], object], data: bytes) -> None:
    """Decode `data` whole and in pieces; the first byte says how large the pieces are."""
    size, stream = (data[0] % 32 + 1, data[1:]) if data else (1, b"")
    whole = told(make, [stream])
    pieces = [stream[at : at + size] for at in range(0, len(stream), size)]
    assert told(make, pieces) == whole, "where the stream is cut makes a difference"
    for said in whole:
        for key in ("uid", "epc"):
            if isinstance(said.get(key), str):
                assert stands_in(bytes.fromhex(str(said[key])), stream), f"{key} {said[key]} was made up"
        if isinstance(said.get("text"), str):
            assert len(str(said["text"])) <= len(stream), "a text longer than what was sent"


def told(make: Callable[[], object], pieces: Sequence[bytes]) -> list[Told]:
    """What a fresh decoder tells of `pieces`, and that it keeps nothing at the end."""
    codec = make()
    found: list[Told] = []
    for piece in pieces:
        found += codec.feed(piece)  # type: ignore[attr-defined]
    frames = getattr(codec, "_frames", None)
    assert frames is None or frames.waiting <= WAITING_BYTES_MAX, "the buffer grows"
    found += codec.end()  # type: ignore[attr-defined]
    assert frames is None or frames.waiting == 0, "something is left after the end"
    return found


def stands_in(tag: bytes, stream: bytes) -> bool:
    """Whether the tag's bytes were sent: either way round, or as hex digits."""
    return tag in stream or tag[::-1] in stream or tag.hex().encode() in stream.lower()


if __name__ == "__main__":
    main()
