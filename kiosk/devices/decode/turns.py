"""Whose turn it is to speak, in protocols whose frames do not say who sent them: R2000, UHFReader18.

A frame that only one side can have sent is that side's. Where both could, it answers the host's command of the same
number that still waits for its answer; without one it is the host's, who speaks first. In a stream in which no host has
been heard, such as the reader's line alone, the frame's own content decides.
"""

from enum import StrEnum


class Side(StrEnum):
    """Who sent a frame."""

    HOST = "host"
    READER = "reader"


class Turns:
    """The dialogue so far, in one stream."""

    def __init__(self) -> None:
        self._asked: int | None = None
        self._host_heard = False

    def __repr__(self) -> str:
        return f"<Turns asked {self._asked}>"

    def side(self, command: int, *, host: bool, reader: bool, alone: Side) -> Side | None:
        """Who sent the frame of `command`, given which side's layout it fits; None if neither's."""
        if host and reader:
            if command == self._asked:
                return Side.READER
            return Side.HOST if self._host_heard else alone
        if host:
            return Side.HOST
        return Side.READER if reader else None

    def heard(self, side: Side, command: int, *, is_last: bool) -> None:
        """The frame was `side`'s; `is_last` says that no further frame of this answer is due."""
        if side is Side.HOST:
            self._asked, self._host_heard = command, True
        elif is_last and command == self._asked:
            self._asked = None
