"""Draws pages on a real glass and writes down what stands where: run by the tests, in a process of its own.

`python -m tests.screens.portrait DEST WIDTHxHEIGHT [LANGUAGE [PAGE …]]` leaves PAGE-LANGUAGE-WIDTHxHEIGHT.png and .json in DEST.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any

from kiosk.screens.fonts import font_paths
from kiosk.screens.kivy_setup import GlassOptions, open_glass
from tests.screens.gallery import LANGUAGES, PAGES, sample


def survey(glass: Any) -> list[dict[str, Any]]:
    """Every text and every button on the glass with its place, x, y, width, height from the lower left."""
    from kiosk.screens.widgets.parts import Face, Scroller
    from kiosk.screens.widgets.words import Words

    out: list[dict[str, Any]] = []

    def walk(widget: Any, inside: list[float] | None, face: int | None) -> None:
        place = [round(part, 1) for part in (widget.x, widget.y, widget.width, widget.height)]
        if isinstance(widget, Scroller):
            inside = place
        if isinstance(widget, Face):
            face = len(out)
            out.append({"kind": "face", "text": widget.button.label, "place": place, "inside": inside})
        if isinstance(widget, Words) and widget.plain:
            setting = widget.setting
            assert setting is not None
            out.append(
                {
                    "kind": "words", "text": widget.plain, "lines": setting.lines, "size": setting.size, "cut": setting.cut,
                    "needs": [max(glass_width(widget, line) for line in setting.lines), len(setting.lines) * setting.size * 1.2],
                    "place": place, "inside": inside, "face": face,
                }
            )  # fmt: skip
        for child in widget.children:
            walk(child, inside, face)

    walk(glass.stage, None, None)
    return out


def glass_width(widget: Any, line: str) -> float:
    """Width in pixels of a set line."""
    from kiosk.screens.widgets.words import text_width

    return text_width(line, widget.setting.size, widget.font)


def main(arguments: list[str]) -> None:
    """Draws, photographs and surveys, then ends the glass."""
    dest, size = Path(arguments[0]), arguments[1]
    width, height = (int(side) for side in size.split("x"))
    languages = [arguments[2]] if len(arguments) > 2 else list(LANGUAGES)
    names = arguments[3:] or list(PAGES)
    glass = open_glass(GlassOptions(width=width, height=height), font_paths(), lambda touch: None)

    def draw() -> None:
        try:
            serial = 0
            for language in languages:
                for name in names:
                    serial += 1
                    stem = dest / f"{name}-{language}-{size}"
                    glass.render(sample(name, language, serial), stem.with_suffix(".png"))
                    stem.with_suffix(".json").write_text(json.dumps(survey(glass), ensure_ascii=False), "utf-8")
        finally:
            glass.stop()

    threading.Thread(target=draw, name="painter").start()
    glass.run()


if __name__ == "__main__":
    main(sys.argv[1:])
