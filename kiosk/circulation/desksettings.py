"""What of the kiosk's settings the desk obeys, as one value that knows nothing of files."""

from dataclasses import dataclass

from kiosk.circulation.slips import SlipWhen


@dataclass(frozen=True, slots=True)
class DeskSettings:
    """What of the kiosk's settings the desk obeys; times in seconds."""

    idle_s: float = 30.0
    warn_s: float = 20.0
    beam: bool = False
    flap_s: float = 15.0
    holders: frozenset[str] = frozenset()  # readers in which the card stays during the visit
    language: str = "zh_CN"
    languages: tuple[str, ...] = ("zh_CN", "en")
    slip: SlipWhen = SlipWhen.NEVER
