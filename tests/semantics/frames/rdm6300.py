"""125 kHz readers that push: RDM6300 (14 bytes) and ID-12LA / ID-20LA (16, with CR LF before the end).

Sources: Seeed wiki 125Khz_RFID_module-UART, the data sheet of ID-2LA, ID-12LA, ID-20LA.
"""

from random import Random

from tests.semantics.frames.frame import Frame, Protocol, Side, uids

STX, ETX = b"\x02", b"\x03"


def card(uid: bytes, end: bytes = b"") -> Frame:
    """Five bytes in ASCII hex, their XOR, and `end` before ETX."""
    total = 0
    for byte in uid:
        total ^= byte
    text = (uid + bytes([total])).hex().upper().encode()
    return Frame(f"card{' CRLF' if end else ''}", Side.READER, STX + text + end + ETX, uids(uid))


def some(rng: Random) -> Frame:
    return card(rng.randbytes(5), rng.choice([b"", b"\r\n"]))


RDM6300 = Protocol(
    "rdm6300",
    (
        card(bytes.fromhex("62E3086CED")),
        card(bytes.fromhex("62E3086CED"), b"\r\n"),
        card(bytes.fromhex("0A00A1B2C3"), b"\r"),
        card(bytes.fromhex("0000000000")),
        card(bytes.fromhex("FFFFFFFFFF")),
        card(bytes.fromhex("0A00A1B2C3"), b"\r\n"),
    ),
    some,
)
