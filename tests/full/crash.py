"""Kills a busy kiosk two hundred times over one database and looks at it after each. `--kills N`, `--seed N`.

Usage: ./deploy.sh test --full crash
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.demo.display import own_display
from tests.crash.kills import Killer

KILLS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill a busy kiosk again and again.")
    parser.add_argument("--kills", type=int, default=KILLS)
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-crash-") as folder, own_display():
        killer = Killer(Path(folder), chosen.seed)
        for number in range(chosen.kills):
            killer.kill(number)
            if (number + 1) % 10 == 0:
                print(f"crash: {number + 1} of {chosen.kills} kills, {killer.pages} pages seen", flush=True)
    print(f"crash: passed, seed {chosen.seed}")


if __name__ == "__main__":
    main()
