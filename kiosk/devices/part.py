"""What the drivers share: the settings that they are given, and how a device is named in them."""

from dataclasses import dataclass
from typing import Protocol


class ReaderSettings(Protocol):
    """One reader, apart from its name, as the settings file describes it; docs/readers.md says what each line means."""

    @property
    def kind(self) -> str:
        """A key of `kiosk.devices.readers.DRIVERS`."""
        ...

    @property
    def device(self) -> str:
        """How to find it: a path, `usb:VID:PID[:SERIAL]`, `phys:PORT` or `name:PATTERN`."""
        ...

    @property
    def baud(self) -> int:
        """Bits a second of a serial line; 0 means the driver's own value."""
        ...

    @property
    def framing(self) -> str:
        """A value of `Framing`: what ends a scan."""
        ...

    @property
    def gap_ms(self) -> int:
        """The pause that ends a scan without suffix; 0 means the driver's own value."""
        ...

    @property
    def alt(self) -> str:
        """The encoding of a scanner in ALT-code mode; empty where that mode is a fault."""
        ...

    @property
    def aim(self) -> bool:
        """Whether an AIM identifier (`]C0`) stands in front of a scan and is taken off."""
        ...

    @property
    def card_from(self) -> str:
        """The card number format that the reader gives; empty for texts that are left as they are."""
        ...

    @property
    def card_to(self) -> str:
        """The card number format that the school's files use."""
        ...

    @property
    def checksum(self) -> str:
        """How a 125 kHz frame is checked: `xor`, or `sum` for a clone."""
        ...

    @property
    def address(self) -> int:
        """The reader's address on its bus; -1 means the protocol's own default."""
        ...

    @property
    def antennas(self) -> tuple[int, ...]:
        """The antennas that are asked in turn."""
        ...

    @property
    def region(self) -> str:
        """The UHF band."""
        ...

    @property
    def power_dbm(self) -> int:
        """The power of a UHF reader."""
        ...

    @property
    def security(self) -> str:
        """How tags are armed and disarmed: `none` or `afi`."""
        ...


@dataclass(frozen=True, slots=True)
class UsbIds:
    """`usb:VID:PID` or `usb:VID:PID:SERIAL`, the ids in hex as lsusb prints them."""

    vendor: int
    product: int
    serial: str | None = None

    @classmethod
    def parse(cls, text: str) -> "UsbIds":
        """The ids that `text` names. A ValueError says what is wrong with it."""
        try:
            kind, vendor, product, *serial = text.split(":", 3)
            ids = cls(int(vendor, 16), int(product, 16), serial[0] if serial else None)
        except ValueError as error:
            raise ValueError(f"{text!r} is not usb:VID:PID or usb:VID:PID:SERIAL with the ids in hex") from error
        if kind != "usb":
            raise ValueError(f"{text!r} does not begin with usb:")
        return ids

    def fit(self, vendor: int | None, product: int | None, serial: str | None) -> bool:
        """Whether a device with these ids is meant."""
        return (vendor, product) == (self.vendor, self.product) and self.serial in {None, serial}


def is_at_port(place: str, port: str) -> bool:
    """Whether a device's `place` is `port`, whatever interface: port 1.1 is neither 1.10 nor 1.1.2, behind a hub there.

    >>> is_at_port("usb-0000:01:00.0-1.1/input0", "usb-0000:01:00.0-1.1"), is_at_port("1-1.10:1.0", "1-1.1")
    (True, False)
    """
    return place.startswith(port) and (place[len(port) :][:1] in {"", "/", ":"} or not port[-1:].isalnum())


def pause_s(settings: ReaderSettings, default_s: float) -> float:
    """The pause that ends a scan of this reader, in seconds."""
    return settings.gap_ms / 1000 or default_s
