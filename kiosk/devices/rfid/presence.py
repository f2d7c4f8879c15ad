"""Which tags lie at a reader, told as arrivals and departures however often the reader repeats them.

A tag has left when it was missing for long enough, and in more than one round: one round that a tag did not answer is
no departure. Rounds that could not be asked, because the reader did not answer or was unplugged, tell nothing: what
lay there before lies there still until a round misses it. Two cards at once are nobody's card: neither arrives until
only one of them lies there.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from kiosk.devices.rfid.model import Medium, Tag

LIFTED_AFTER_S: Final = {
    Medium.CARD: 0.5,  # an RDM6300 repeats a card every 65 to 220 ms, and lifting a card from its holder is an answer
    Medium.HF: 1.0,  # one tag of a stack may be shaded by another for a round or two
    Medium.UHF: 2.0,  # Gen2 tags answer in random slots and flicker at the edge of the field
}
MISSED_ROUNDS: Final = 2
LYING_MAX: Final = 256
CARD_UID_BYTES: Final = frozenset({4, 5, 7, 10})  # ISO/IEC 14443-3 §6.5.4: 4, 7 or 10; 125 kHz: 5


@dataclass(frozen=True, slots=True)
class Change:
    """What a round changed. `two_cards`: from now on two cards lie together, which is told once."""

    lifted: tuple[Tag, ...] = ()
    arrived: tuple[Tag, ...] = ()
    two_cards: bool = False


@dataclass(slots=True)
class _Lying:
    tag: Tag
    came: int  # the number of the round that saw it first
    seen: int  # of the one that saw it last
    seen_s: float
    told: bool = False

    @property
    def lifted_at_s(self) -> float:
        return self.seen_s + LIFTED_AFTER_S[self.tag.medium]


class Presence:
    """What lies at one reader. `missed_rounds` is 0 for a reader that is not asked and speaks by itself: of such a one
    only the time since it named a tag counts.
    """

    def __init__(self, missed_rounds: int = MISSED_ROUNDS) -> None:
        self._missed_rounds = missed_rounds
        self._lying: dict[str, _Lying] = {}
        self._rounds = 0
        self._refusing = False

    def __repr__(self) -> str:
        return f"<Presence {len(self._lying)} tags{', two cards' if self._refusing else ''}>"

    def lying(self, uid: str) -> Tag | None:
        """The tag with this UID as it was last seen; None when it does not lie there."""
        known = self._lying.get(uid)
        return known.tag if known else None

    def told(self) -> set[str]:
        """The tags that lie there and whose arrival was told."""
        return {uid for uid, known in self._lying.items() if known.told}

    def round(self, tags: Iterable[Tag], now_s: float) -> Change:
        """These tags, and no others, were seen together at `now_s`."""
        self._rounds += 1
        seen = {tag.uid: tag for tag in tags}
        lifted = self._missing(seen, now_s)
        two_cards = self._see(seen, now_s)
        arrived: list[Tag] = []
        for known in self._lying.values():
            is_here = known.seen == self._rounds
            if is_here and not known.told and not (self._refusing and is_card(known.tag)):
                known.told = True
                arrived.append(known.tag)
        return Change(lifted, tuple(arrived), two_cards)

    def deadline_s(self) -> float | None:
        """When the first of the tags counts as lifted if it is not seen again."""
        return min((known.lifted_at_s for known in self._lying.values()), default=None)

    def forget(self, uid: str) -> None:
        """The arrival of this tag came to nothing: if it is seen again it arrives anew."""
        self._lying.pop(uid, None)

    def _missing(self, seen: dict[str, Tag], now_s: float) -> tuple[Tag, ...]:
        """The tags that have left by now and had been told."""
        gone = [
            known
            for uid, known in self._lying.items()
            if uid not in seen and self._rounds - known.seen >= self._missed_rounds and now_s >= known.lifted_at_s
        ]
        for known in gone:
            del self._lying[known.tag.uid]
        return tuple(known.tag for known in gone if known.told)

    def _see(self, seen: dict[str, Tag], now_s: float) -> bool:
        """Note what was seen; whether two cards lie together since this round."""
        together = sum(is_card(tag) for tag in seen.values()) > 1
        for uid, tag in seen.items():
            known = self._lying.get(uid)
            if known is not None:
                together = together or self._took_turns(known)
                known.tag, known.seen, known.seen_s = tag, self._rounds, now_s
            elif len(self._lying) < LYING_MAX:
                self._lying[uid] = _Lying(tag, self._rounds, self._rounds, now_s)
        before = self._refusing
        cards = sum(is_card(known.tag) for known in self._lying.values())
        self._refusing = cards > 1 and (before or together)
        return self._refusing and not before

    def _took_turns(self, known: _Lying) -> bool:
        """Whether this card answers again after another did in between: they lie there both, and answer in turns."""
        return is_card(known.tag) and any(
            is_card(other.tag) and other.came > known.seen for other in self._lying.values()
        )


def is_card(tag: Tag) -> bool:
    """Whether this is a person's card and not an item: by its medium, or by the length of its UID at an HF reader."""
    if tag.medium is Medium.UHF:
        return False
    return tag.medium is Medium.CARD or len(tag.uid) // 2 in CARD_UID_BYTES
