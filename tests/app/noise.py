"""What a broken cable or a wrong speed makes of scans: bytes, pieces of lines and frames, frames with a wrong sum."""

import random
import time

from kiosk.demo.wires import Wires, card_frame
from tests.app.kiosks import BOOKS, CARD

PIECE_BYTES_MAX = 120
PAUSE_S = 0.02
QUIET_S = 3.0
WRONG_BITS = (0x01, 0x02, 0x04, 0x08, 0x10, 0x40)  # 0x20 turns A into a, which is the same digit


def make_noise(wires: Wires, seed: int, for_s: float) -> None:
    """On every port, for so long."""
    draw = random.Random(seed)
    until = time.monotonic() + for_s
    while time.monotonic() < until:
        for name in wires.wires:
            wires[name].send(_piece(draw))
        time.sleep(draw.uniform(0, PAUSE_S))
    time.sleep(QUIET_S)  # what was left open is thrown away, and a noisy line must be quiet for a moment


def _piece(draw: random.Random) -> bytes:
    frame = card_frame(CARD)
    match draw.randrange(4):
        case 0:
            return draw.randbytes(draw.randint(1, PIECE_BYTES_MAX))
        case 1:
            return frame[: draw.randrange(1, len(frame))]
        case 2:
            place = draw.randrange(1, len(frame) - 1)
            wrong = frame[place] ^ draw.choice(WRONG_BITS)
            return frame[:place] + bytes((wrong,)) + frame[place + 1 :]
        case _:
            return draw.choice(BOOKS)[: draw.randint(1, 3)].encode() + draw.choice([b"\r", b"\xff", b"\r\n", b"\0"])
