"""`python -m bench`: measures and prints one table; exit 1 when a budget is missed.

`--quick` takes a tenth of the entries and one run of each; `--only` one part: `decision`, `screen`, `decode`, `pad`,
`search` or `marc`.
"""

import argparse
import os
import platform
import sys

from bench import decision, decode, marc, pad, screen, search
from bench.school import LARGE, Size
from bench.table import markdown

PARTS = ("decision", "screen", "decode", "pad", "search", "marc")
QUICK = Size(items=100_000, pupils=2_000, entries=100_000)


def say(words: str) -> None:
    """What is being measured, for whoever waits."""
    print(f"bench: {words}", file=sys.stderr, flush=True)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures the kiosk against floors.")
    parser.add_argument("--quick", action="store_true", help="one run of each, and a tenth of the entries")
    parser.add_argument("--runs", type=int, default=5, help="runs of each, of which the median counts")
    parser.add_argument("--only", choices=PARTS, help="one part")
    chosen = parser.parse_args()
    runs = 1 if chosen.quick else chosen.runs
    parts = (chosen.only,) if chosen.only else PARTS
    rows = []
    if "decision" in parts:
        rows += decision.rows(runs, 200, QUICK if chosen.quick else LARGE, say)
    if "screen" in parts:
        rows += screen.rows(runs, 20.0, say)
    if "decode" in parts:
        rows += decode.rows(runs, say)
    if "pad" in parts:
        rows += pad.rows(runs, say)
    if "search" in parts:
        rows += search.rows(runs, say)
    if "marc" in parts:
        rows += marc.rows(runs, say, marc.QUICK_RECORDS if chosen.quick else marc.RECORDS)
    print(f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, {runs} runs each.\n")
    print(markdown(rows))
    return 1 if any(row.kept is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
