"""A minute of noise on every port of a running kiosk: nothing changes. `--seconds N`, `--seed N`.

Usage: ./deploy.sh test --full noise
"""

import argparse
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from kiosk.db.check import check
from kiosk.db.connect import open_database
from kiosk.demo.display import own_display
from tests.app.kiosks import BOOKS, CARD, Place, running, stop
from tests.app.noise import make_noise

HARMLESS = {"refused", "part_down", "part_up"}


def main() -> None:
    parser = argparse.ArgumentParser(description="Noise on every port of a running kiosk.")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=20261122)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kiosk-noise-") as folder, own_display():
        place = Place(Path(folder))
        with running(place) as process:
            make_noise(place.wires, chosen.seed, chosen.seconds)
            noise = place.ledger()[1:]
            assert {entry.kind for entry in noise} <= HARMLESS, noise
            assert all(entry.patron is None and entry.item is None for entry in noise)
            place.wires.card(CARD)
            place.wait_for_kind("visit_started")
            place.wires.scan("desk", BOOKS[0])
            place.wait_for_kind("lent")
            assert stop(process) == 0
        db = open_database(place.database)
        assert check(db, fold=True) == []
        db.close()
        place.wires.close()
    print(f"noise: passed, {len(noise)} entries of noise, seed {chosen.seed}")


if __name__ == "__main__":
    main()
