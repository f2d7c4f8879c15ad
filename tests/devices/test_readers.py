import pytest

from kiosk.devices.readers import DRIVERS, reader
from tests.devices.ptys import Settings
from tests.runtime.waiting import Crashes, Posted


@pytest.mark.parametrize("kind", DRIVERS)
@pytest.mark.parametrize("device", ["/dev/serial/by-id/usb-Made_Up-if00", "usb:0403:6001", "usb:0403:6001:A 17"])
def test_every_kind_takes_a_path_or_usb_ids(kind: str, device: str) -> None:
    reader("desk", Settings(device, kind=kind), Posted().post, Crashes()).close()


@pytest.mark.parametrize("kind", DRIVERS)
def test_every_kind_may_be_found_by_its_usb_port(kind: str) -> None:
    reader("desk", Settings("phys:1-1.2", kind=kind), Posted().post, Crashes()).close()


@pytest.mark.parametrize("device", ["phys:usb-0000:01:00.0-1.2", "name:*Barcode*"])
def test_a_keyboard_may_also_be_found_by_its_port_or_name(device: str) -> None:
    reader("desk", Settings(device, kind="keyboard"), Posted().post, Crashes()).close()


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            Settings("/dev/ttyS0", kind="rdm630"),
            "readers.desk: unknown kind 'rdm630' .one of keyboard, serial, rdm6300",
        ),
        (Settings("/dev/ttyS0", framing="enter"), "readers.desk: unknown framing 'enter' .one of learn, pause, suffix"),
        (Settings("usb:scanner"), "readers.desk: 'usb:scanner' is not usb:VID:PID"),
        (Settings("usb:0403:6G01"), "readers.desk: 'usb:0403:6G01' is not usb:VID:PID"),
        (Settings("ttyUSB0"), "readers.desk: device 'ttyUSB0' is neither a path nor"),
        (Settings("name:*", kind="serial"), "readers.desk: device 'name:.' is neither a path nor"),
        (Settings("/dev/ttyS0", kind="pn532", security="afi"), "security = 'afi' needs .* a pn532 cannot"),
        (Settings("/dev/ttyS0", security="afi"), "security = 'afi' needs .* a serial cannot"),
        (Settings("/dev/ttyS0", kind="r2000", region="jp"), "region = 'jp': this reader has 'cn', 'us', 'eu' only"),
        (Settings("/dev/ttyS0", kind="uhfreader18", region="jp"), "region = 'jp': this reader has 'cn', .* only"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_the_line_that_is_wrong(settings: Settings, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        reader("desk", settings, Posted().post, Crashes())
