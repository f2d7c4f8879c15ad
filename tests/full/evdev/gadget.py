"""A USB scanner that the kernel itself plays: a configfs gadget on the dummy host controller of a machine of its own.

It has a boot keyboard and a serial port. What is written to /dev/hidg0 and /dev/ttyGS0 arrives at the other side as
from a device on the wire. Sources: the kernel's documentation of gadget_configfs and gadget_hid; appendix B of the
HID specification for the keyboard's report; HID usage tables, page 7, for the numbers of the keys.
"""

import math
import os
import time
import tty
from pathlib import Path
from typing import Final

CONFIG: Final = Path("/sys/kernel/config/usb_gadget/scanner")
CONTROLLER: Final = "dummy_udc.0"
VENDOR: Final = "1eab"
PRODUCT: Final = "0310"
SERIAL: Final = "A17"

BOOT_KEYBOARD: Final = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501"
    "05081901290591029501750391039506750815002565050719002965" + "8100c0"
)
CTRL: Final = 1
SHIFT: Final = 2
ALT: Final = 4
TAB: Final = 43
F1: Final = 58
F4: Final = 61
KEYPAD: Final = dict(zip("1234567890", range(0x59, 0x63), strict=True))
USAGES: Final = {
    character: first + at
    for first, row in (
        (4, "abcdefghijklmnopqrstuvwxyz"),
        (30, "1234567890\n"),
        (43, "\t -=[]\\"),
        (51, ";'`,./"),
    )
    for at, character in enumerate(row)
}
SHIFTED: Final = dict(zip('!@#$%^&*()_+{}|:"~<>?', "1234567890-=[]\\;'`,./", strict=True))


class Gadget:
    """The scanner: made once, plugged in and out at will."""

    def __init__(self) -> None:
        _write(CONFIG / "idVendor", f"0x{VENDOR}")
        _write(CONFIG / "idProduct", f"0x{PRODUCT}")
        _write(CONFIG / "strings/0x409/manufacturer", "Made Up")
        _write(CONFIG / "strings/0x409/product", "Barcode Scanner")
        _write(CONFIG / "strings/0x409/serialnumber", SERIAL)
        keyboard = CONFIG / "functions/hid.usb0"
        _write(keyboard / "protocol", "1")
        _write(keyboard / "subclass", "1")
        _write(keyboard / "report_length", "8")
        (keyboard / "report_desc").write_bytes(BOOT_KEYBOARD)
        line = CONFIG / "functions/acm.usb0"
        line.mkdir()
        configuration = CONFIG / "configs/c.1"
        configuration.mkdir()
        (configuration / "hid").symlink_to(keyboard)
        (configuration / "acm").symlink_to(line)

    def plug_in(self) -> None:
        _write(CONFIG / "UDC", CONTROLLER)

    def unplug(self) -> None:
        _write(CONFIG / "UDC", "\n")

    def report(self, modifiers: int = 0, *usages: int) -> None:
        """One report of the keyboard; the kernel makes us wait until the host has fetched the one before."""
        keyboard = os.open("/dev/hidg0", os.O_RDWR)
        try:
            os.write(keyboard, bytes((modifiers, 0, *usages)).ljust(8, b"\0"))
        finally:
            os.close(keyboard)

    def press(self, modifiers: int, *usages: int) -> None:
        self.report(modifiers, *usages)
        self.report()

    def type(self, text: str, per_s: float = math.inf) -> None:
        """Type as a scanner set to a US keyboard does, at most so many characters a second."""
        began_s = time.monotonic()
        for at, character in enumerate(text):
            time.sleep(max(0.0, began_s + at / per_s - time.monotonic()))
            if character.isupper():
                self.press(SHIFT, USAGES[character.lower()])
            elif character in SHIFTED:
                self.press(SHIFT, USAGES[SHIFTED[character]])
            else:
                self.press(0, USAGES[character])

    def alt_code(self, digits: str) -> None:
        """Type one Alt code in the sequential form: each digit in reports of its own."""
        self.report(ALT)
        for digit in digits:
            self.report(ALT, KEYPAD[digit])
            self.report(ALT)
        self.report()

    def send(self, data: bytes) -> None:
        """Send bytes down the serial port, as fast as it takes them."""
        line = os.open("/dev/ttyGS0", os.O_RDWR | os.O_NOCTTY)
        try:
            tty.setraw(line)
            while data:
                data = data[os.write(line, data) :]
        finally:
            os.close(line)


def _write(path: Path, text: str) -> None:
    if not path.parent.exists():
        path.parent.mkdir(parents=True)
    path.write_text(text)
