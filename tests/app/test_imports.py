from tests.app.kiosks import Place, running, stop

# What imports, reports, the demo and the developers need, and a kiosk that lends does not.
NEVER = {
    "fontTools", "gpiozero", "hypothesis", "kiosk.demo", "kiosk.hub", "kiosk.office", "openpyxl", "pymarc", "pypinyin",
    "pytest", "reportlab",
}  # fmt: skip


def test_the_running_kiosk_carries_nothing_that_it_does_not_need(place: Place) -> None:
    with running(place, "-X", "importtime") as process:
        assert stop(process) == 0
    lines = (place.data.parent / "log").read_text("utf-8").splitlines()
    modules = {line.rpartition("|")[2].strip() for line in lines if line.startswith("import time:")}
    assert {"kiosk.app.kiosk", "kiosk.screens.glass"} <= modules
    assert {name for name in modules for never in NEVER if name == never or name.startswith(never + ".")} == set()
