"""A real glass in a process of its own that does what it is told: one JSON line in, one JSON line out.

`python -m tests.screens.performer WIDTHxHEIGHT`. Touches go in where SDL's would.
"""

import json
import os
import sys
import threading
from itertools import count
from pathlib import Path
from typing import Any

from kiosk.circulation.events import Touch
from kiosk.screens.fonts import font_paths
from kiosk.screens.kivy_setup import GlassOptions, open_glass
from tests.screens.gallery import sample
from tests.screens.portrait import survey


class Performer:
    """Carries the commands out on Kivy's thread."""

    def __init__(self, size: str, *, may_close: bool) -> None:
        width, height = (int(side) for side in size.split("x"))
        self.posted: list[Touch] = []
        self.drawn: list[int] = []
        self.beats = 0
        self.keys = 0
        self.frames = 0
        self._fingers = count(1)
        options = GlassOptions(width=width, height=height, may_close=may_close)
        self.glass = open_glass(options, font_paths(), self.posted.append, drawn=self.drawn.append, beat=self._beat)

    def _beat(self) -> None:
        self.beats += 1

    def _key(self, *_: object, **__: object) -> None:
        self.keys += 1

    def run(self) -> None:
        """Until told to stop."""
        threading.Thread(target=self._listen, name="listener", daemon=True).start()
        self.glass.run()
        print(json.dumps("stopped"), flush=True)

    def _listen(self) -> None:
        from kivy.clock import Clock

        for line in sys.stdin:
            command = json.loads(line)
            if command["do"] == "render":
                shown = sample(command["page"], command["language"], command["serial"])
                size = command.get("size")
                self.glass.render(shown, Path(command["path"]), tuple(size) if size else None)
                answer: Any = "done"
            else:
                done = threading.Event()
                box: list[Any] = []

                def work(_: float, command: Any = command, box: list[Any] = box, done: Any = done) -> None:
                    box.append(getattr(self, command.pop("do"))(**command))
                    done.set()

                Clock.schedule_once(work, 0)
                done.wait()
                answer = box[0]
            print(json.dumps(answer, ensure_ascii=False), flush=True)

    def watch_window(self) -> str:
        """Counts the keys that reach the window, before anybody swallows them, and the frames that leave it."""
        self.glass.window.bind(on_key_down=self._key, on_flip=self._frame)
        return "done"

    def _frame(self, *_: object) -> None:
        self.frames += 1

    def show(self, page: str, language: str, serial: int) -> str:
        """Shows a sample."""
        self.glass.show(sample(page, language, serial))
        return "done"

    def tap(self, label: str, times: int = 1, fingers: int = 1) -> str:
        """Touches the button that says `label`."""
        from kiosk.screens.widgets.parts import Face

        face = next(w for w in self.glass.stage.walk() if isinstance(w, Face) and w.button.label == label)
        for _ in range(times):
            self.touch_at(face.center_x, face.center_y, fingers)
        return "done"

    def drag(self, x: float, y: float, by: float) -> str:
        """A finger moves `by` pixels up."""
        touch = self._begin(x, y)
        for step in range(1, 6):
            self._dispatch("update", touch, x, y + by * step / 5)
        self._dispatch("end", touch, x, y + by)
        return "done"

    def touch_at(self, x: float, y: float, fingers: int = 1) -> str:
        """Touches a place."""
        touches = [self._begin(x, y) for _ in range(fingers)]
        for touch in touches:
            self._dispatch("end", touch, x, y)
        return "done"

    def _begin(self, x: float, y: float) -> Any:
        from kivy.input.motionevent import MotionEvent

        class Finger(MotionEvent):  # type: ignore[misc]
            def depack(self, args: Any) -> None:
                self.sx, self.sy = args
                self.profile = ["pos"]
                super().depack(args)

        width, height = self.glass.window.size
        touch = Finger("test", next(self._fingers), (x / width, y / height), is_touch=True, type_id="touch")
        self._dispatch("begin", touch, x, y)
        return touch

    def _dispatch(self, kind: str, touch: Any, x: float, y: float) -> None:
        from kivy.base import EventLoop

        if kind == "update":
            width, height = self.glass.window.size
            touch.move((x / width, y / height))
        EventLoop.post_dispatch_input(kind, touch)

    def survey(self) -> list[dict[str, Any]]:
        """What stands where."""
        return survey(self.glass)

    def state(self) -> dict[str, Any]:
        """What the tests look at."""
        from kivy.config import Config

        scroll = [w.offset for w in self.glass.stage.walk() if type(w).__name__ == "Scroller"]
        return {
            "posted": [[touch.act.value, touch.value, touch.page] for touch in self.posted],
            "drawn": self.drawn,
            "beats": self.beats,
            "keys": self.keys,
            "frames": self.frames,
            "on_window": len(self.glass.window.children),
            "dots": getattr(getattr(self.glass.sheet, "dots", None), "count", None),
            "still": self.glass.sheet is not None and self.glass.sheet.opacity == 1,
            "offsets": scroll,
            "config": {section: dict(Config.items(section)) for section in ("kivy", "graphics", "input", "modules")},
            "environment": sorted(name for name in os.environ if name.startswith("KCFG_")),
        }

    def stop(self) -> str:
        """Ends the glass."""
        self.glass.stop()
        return "done"


if __name__ == "__main__":
    Performer(sys.argv[1], may_close="--may-close" in sys.argv).run()
