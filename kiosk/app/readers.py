"""The readers that the settings name, as parts."""

from collections.abc import Callable

from kiosk.circulation.events import Event
from kiosk.devices.readers import reader
from kiosk.runtime.parts import Part
from kiosk.settings import Settings, SettingsError


def readers(settings: Settings, post: Callable[[Event], bool], crash: Callable[[BaseException], None]) -> list[Part]:
    """One part a reader that has a kind. Raises SettingsError for one that cannot be."""
    parts: list[Part] = []
    for name, entry in settings.readers.items():
        if not entry.kind:
            continue
        try:
            parts.append(reader(name, entry, post, crash))
        except ValueError as error:
            raise SettingsError(f"kiosk.toml: {error}") from None
    return parts
