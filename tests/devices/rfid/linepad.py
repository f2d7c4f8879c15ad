"""A pad with the simplest of protocols, for tests of the driver: a device on a pseudo-terminal, and its model.

A question is a line, and so is its answer, which begins with the same word: `hello`, `round`, `memory UID`, `afi UID`,
`write UID AFI`.
"""

import os
import pty
import select
import threading
import tty
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices.decode.frames import Frames
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, Tag, TagAccess, TagError
from tests.runtime.waiting import PATIENCE_S

ANSWER_S = 0.2
NO = "no"


@dataclass
class OnPad:
    """A tag that lies on the pad, and how it behaves."""

    medium: Medium = Medium.HF
    memory: bytes = b""
    afi: int = 0
    pc: int = 0
    is_shaded: bool = False  # answers nothing
    misses_rounds: int = 0  # does not answer in the next rounds
    is_unreadable: bool = False
    refused_writes: int = 0
    forgets_writes: bool = False  # says yes and writes nothing


class LinePad:
    """The far end of `path`. Tests lay tags on it and take them off; its own thread answers."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "usb-Made_Up_Pad-if00"
        self.tags: dict[str, OnPad] = {}
        self.asked: list[str] = []
        self.is_silent = False
        self.unplugs_in_round = False
        self.loses_answer_to: str | None = None  # the next question that begins so
        self._passing: str | None = None
        self._changed = threading.Condition()
        self._thread: threading.Thread | None = None
        self.plug_in()

    def plug_in(self) -> None:
        self.unplug()
        self._far_end, self._near_end = pty.openpty()
        tty.setraw(self._near_end)
        self._stop_end, self._end_of_stop = os.pipe()
        self.path.symlink_to(os.ttyname(self._near_end))
        self._thread = threading.Thread(target=self._run, name="line pad")
        self._thread.start()

    def unplug(self) -> None:
        if self._thread is None:
            return
        os.close(self._end_of_stop)
        self._thread.join()
        self._thread = None
        os.close(self._stop_end)

    def lay(self, **tags: OnPad) -> None:
        """Lay tags on the pad, all between two rounds."""
        with self._changed:
            self.tags |= tags

    def take(self, *uids: str) -> None:
        """Take tags away, all between two rounds."""
        with self._changed:
            for uid in uids:
                del self.tags[uid]

    def pass_by(self, uid: str) -> None:
        """A tag is seen in the next round only."""
        with self._changed:
            self._passing = uid

    def send(self, data: bytes) -> None:
        """Send what nobody asked for."""
        os.write(self._far_end, data)

    def wait_for_afi(self, uid: str, afi: int) -> None:
        """Wait until the tag has this AFI."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.tags[uid].afi == afi, PATIENCE_S), self.tags[uid]

    def wait_for(self, question: str, times: int = 1) -> None:
        """Wait until this was asked so many times in all."""
        with self._changed:
            assert self._changed.wait_for(lambda: self.asked.count(question) >= times, PATIENCE_S), self.asked

    def wait_for_rounds(self, more: int) -> None:
        """Wait for so many rounds from now on."""
        self.wait_for("round", self.asked.count("round") + more)

    def _run(self) -> None:
        waiting, is_there = b"", True
        while is_there and self._stop_end not in select.select([self._far_end, self._stop_end], [], [])[0]:
            *questions, waiting = (waiting + os.read(self._far_end, 256)).split(b"\n")
            is_there = all(self._is_answered(question.decode()) for question in questions)
        self.path.unlink()
        os.close(self._far_end)
        os.close(self._near_end)

    def _is_answered(self, question: str) -> bool:
        """Answer; whether the pad is still there."""
        with self._changed:
            self.asked.append(question)
            answer = self._answer(*question.split())
            is_lost = self.loses_answer_to is not None and question.startswith(self.loses_answer_to)
            if is_lost:
                self.loses_answer_to = None
            elif not self.is_silent:
                said = f"{question.split()[0]} {answer}\n".encode()
                os.write(self._far_end, said[:3] if self.unplugs_in_round else said)
            self._changed.notify_all()
            return not self.unplugs_in_round

    def _is_seen(self, tag: OnPad) -> bool:
        is_missed = tag.misses_rounds > 0
        tag.misses_rounds -= is_missed
        return not (is_missed or tag.is_shaded)

    def _answer(self, asked: str, uid: str = "", value: str = "") -> str:
        if asked == "hello":
            return "line pad"
        if asked == "round":
            if self._passing is not None:
                self.tags[self._passing].is_shaded = not self.tags[self._passing].is_shaded
                self._passing = None if self.tags[self._passing].is_shaded else self._passing
            return " ".join(f"{uid}:{tag.medium}:{tag.pc}" for uid, tag in self.tags.items() if self._is_seen(tag))
        tag = self.tags.get(uid)
        if tag is None or tag.is_shaded or tag.is_unreadable:
            return NO
        if asked == "memory":
            return tag.memory.hex()
        if asked == "afi":
            return f"{tag.afi:02X}"
        if tag.refused_writes:
            tag.refused_writes -= 1
            return NO
        if not tag.forgets_writes:
            tag.afi = int(value, 16)
        return "done"


class LineModel:
    """The model of a `LinePad`."""

    def __init__(self, link: Link, *, can_reach_tags: bool = True) -> None:
        self._link = link
        self._codec = Frames(_length, bytes.decode)
        self._can_reach_tags = can_reach_tags

    @property
    def access(self) -> TagAccess | None:
        return self if self._can_reach_tags else None

    def start(self) -> str:
        return self._ask("hello")

    def round(self) -> list[Tag]:
        told = [word.split(":") for word in self._ask("round").split()]
        return [Tag(uid, Medium(medium), pc=int(pc) or None) for uid, medium, pc in told]

    def afi(self, tag: Tag) -> int | None:
        return int(self._ask_tag(f"afi {tag.uid}"), 16)

    def write_afi(self, tag: Tag, afi: int) -> None:
        self._ask_tag(f"write {tag.uid} {afi:02X}")

    def memory(self, tag: Tag) -> bytes:
        return bytes.fromhex(self._ask_tag(f"memory {tag.uid}"))

    def write_memory(self, tag: Tag, data: bytes) -> None:
        raise TagError("a line pad has no such command")

    def _ask(self, question: str) -> str:
        self._link.drain()
        word, line = question.split()[0] + " ", question.encode() + b"\n"
        answer = self._link.ask(line, self._codec, lambda answer: answer.startswith(word), ANSWER_S)
        return answer.removeprefix(word).strip()

    def _ask_tag(self, question: str) -> str:
        answer = self._ask(question)
        if answer == NO:
            raise TagError(question)
        return answer


def _length(buffer: bytearray, at: int) -> int | None:
    end = buffer.find(b"\n", at)
    return None if end < 0 else end - at + 1
