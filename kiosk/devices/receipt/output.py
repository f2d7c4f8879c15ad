"""The receipt printer as an output: it is opened for each slip, so that it may be switched off and on at any time."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from kiosk.circulation.turn import Effect
from kiosk.devices.receipt.paper import Line, printed
from kiosk.devices.receipt.printer import PrinterSettings, look, print_slip
from kiosk.runtime.reader import DeviceNotReady


class PaperSettings(PrinterSettings, Protocol):
    """What of the settings concerns the paper."""

    @property
    def columns(self) -> int:
        """Latin characters a line."""
        ...


class ReceiptOutput:
    """A printer that was ready a moment ago. `lines_of` makes the lines of what an effect is to print."""

    def __init__(self, settings: PaperSettings, font: Path | None, lines_of: Callable[[object], list[Line]]) -> None:
        self._settings = settings
        self._font = font
        self._lines_of = lines_of

    def __repr__(self) -> str:
        return f"<ReceiptOutput {self._settings.device}>"

    def act(self, effect: Effect, now_s: float) -> None:
        """Print the slip. An OSError says why not."""
        print_slip(self._settings, printed(self._lines_of(effect.what), self._settings.columns, self._font))

    def deadline_s(self) -> float | None:
        return None

    def on_time(self, now_s: float) -> None:
        pass

    def close(self) -> None:
        pass


def open_receipt(settings: PaperSettings, font: Path | None, lines_of: Callable[[object], list[Line]]) -> ReceiptOutput:
    """The configured printer, if it is there and ready to print. With `font` slips are drawn."""
    if problem := look(settings):
        raise DeviceNotReady(problem)
    return ReceiptOutput(settings, font, lines_of)
