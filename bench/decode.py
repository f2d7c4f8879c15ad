"""How fast the decoders are: the bytes of a day's scans in one go, beside what a line of 115 200 baud carries.

Of the binary protocols the bytes are the published frames that the tests read, again and again.
"""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter

from bench.table import Row, middle
from kiosk.devices.decode import feig, m100, pn532, r2000, rl866, uhfreader18
from kiosk.devices.decode.frames import Frames
from kiosk.devices.decode.framing import Framing
from kiosk.devices.decode.keys import EV_KEY, EV_SYN, PLAIN, RECORD, SYN_REPORT, Keys, Records
from kiosk.devices.decode.lines import Lines
from kiosk.devices.decode.rdm6300 import Rdm6300

LINE_BYTES_A_SECOND = 115_200 / 10
RATIO = 100
SCANS = 2_000
BARCODE = "39999000000172"
ENTER = 28
CHUNK_BYTES = 4096
PUBLISHED = Path(__file__).parents[1] / "tests/devices/decode/vectors.json"
# The protocol's name in the published frames, and its codec.
FRAMED: dict[str, tuple[str, Callable[[], Frames[object]]]] = {
    "pn532": ("PN532 HSU", pn532.codec),
    "m100": ("M100 (BB..7E)", m100.codec),
    "r2000": ("R2000 (A0)", r2000.codec),
    "uhfreader18": ("UHFReader18/288 (Chafon)", uhfreader18.codec),
    "rl866": ("RL866 HF (FA)", rl866.codec),
    "feig": ("FEIG OBID", feig.codec),
}


def rows(runs: int, say: Callable[[str], None]) -> list[Row]:
    """One row a protocol."""
    found = []
    feeds: list[tuple[str, bytes, Callable[[bytes], int]]] = [
        ("keys", _keys(), feed_keys),
        ("lines", _lines(), feed_lines),
        ("rdm6300", _cards(), feed_cards),
    ]
    feeds += [(name, _frames(protocol), partial(feed_frames, codec)) for name, (protocol, codec) in FRAMED.items()]
    for name, stream, feed in feeds:
        say(f"decode {name}")
        rates = []
        for _ in range(max(runs, 3)):
            began = perf_counter()
            count = feed(stream)
            rates.append(len(stream) / (perf_counter() - began))
            assert count == SCANS, f"{name}: {count} of {SCANS} scans"
        rate = middle(rates)
        ratio = rate / LINE_BYTES_A_SECOND
        floor = f"line {LINE_BYTES_A_SECOND / 1000:.1f} kB/s"
        measured = f"{rate / 1e6:.1f} MB/s"
        found.append(Row(f"decode {name}", measured, floor, f"{ratio:.0f}", f">= {RATIO} x", ratio >= RATIO))
    return found


def feed_keys(stream: bytes) -> int:
    """Through the records and the decoder; the number of scans."""
    records, keys, count = Records(), Keys(Framing.SUFFIX), 0
    for start in range(0, len(stream), CHUNK_BYTES):
        count += len(keys.feed(records.feed(stream[start : start + CHUNK_BYTES])))
    return count


def feed_lines(stream: bytes) -> int:
    """Through the decoder; the number of scans."""
    lines = Lines(Framing.SUFFIX)
    return sum(
        len(lines.feed(stream[start : start + CHUNK_BYTES], 0.0)) for start in range(0, len(stream), CHUNK_BYTES)
    )


def feed_cards(stream: bytes) -> int:
    """Through the decoder; the number of cards."""
    cards = Rdm6300()
    return sum(
        len(cards.feed(stream[start : start + CHUNK_BYTES], 0.0)) for start in range(0, len(stream), CHUNK_BYTES)
    )


def feed_frames(codec: Callable[[], Frames[object]], stream: bytes) -> int:
    """Through the codec; the number of frames."""
    frames = codec()
    return sum(len(frames.feed(stream[start : start + CHUNK_BYTES])) for start in range(0, len(stream), CHUNK_BYTES))


def _frames(protocol: str) -> bytes:
    vectors = json.loads(PUBLISHED.read_text("utf-8"))
    valid = [bytes.fromhex(v["hex"]) for v in vectors if v["protocol"] == protocol and v["valid"]]
    return b"".join(valid[at % len(valid)] for at in range(SCANS))


def _keys() -> bytes:
    codes = {text: code for code, text in PLAIN.items()}
    strokes = [*(codes[digit] for digit in BARCODE), ENTER]
    stream = bytearray()
    for scan in range(SCANS):
        for place, code in enumerate(strokes):
            at = (scan, place * 1000)
            for value in (1, 0):
                stream += RECORD.pack(*at, EV_KEY, code, value) + RECORD.pack(*at, EV_SYN, SYN_REPORT, 0)
    return bytes(stream)


def _lines() -> bytes:
    return (BARCODE.encode() + b"\r\n") * SCANS


def _cards() -> bytes:
    stream = bytearray()
    for card in range(SCANS):
        number = bytes((0x0A, *card.to_bytes(4)))
        check = 0
        for byte in number:
            check ^= byte
        stream += b"\x02" + number.hex().upper().encode() + f"{check:02X}".encode() + b"\x03"
    return bytes(stream)
