"""Draws pages on a real glass and writes down what stands where: run by the tests, in a process of its own.

`python -m tests.screens.portrait DEST WIDTHxHEIGHT [LANGUAGE [PAGE …]]` leaves PAGE-LANGUAGE-WIDTHxHEIGHT.png and
.json in DEST.
"""

import json
import sys
import threading
from pathlib import Path
from typing import Any, Final

from kiosk.screens.fonts import font_paths
from kiosk.screens.kivy_setup import GlassOptions, open_glass
from tests.screens.gallery import LANGUAGES, PAGES, sample

# Chinese characters are one size high; a little air belongs to a line.
LINE_LEAST: Final = 1.1


def survey(glass: Any) -> list[dict[str, Any]]:
    """Every text and every button on the glass with its place, x, y, width, height from the lower left."""
    from kiosk.screens.widgets.board import CoverCard
    from kiosk.screens.widgets.parts import Card, Face, Scroller
    from kiosk.screens.widgets.words import Words, text_width

    out: list[dict[str, Any]] = []

    def walk(widget: Any, inside: list[float] | None, face: int | None, card: list[float] | None) -> None:
        place = [round(part, 1) for part in (widget.x, widget.y, widget.width, widget.height)]
        if isinstance(widget, Scroller):
            inside = place
        if isinstance(widget, Card | CoverCard):
            card = place
        where = {"place": place, "inside": inside, "card": card}
        if isinstance(widget, Face):
            face = len(out)
            out.append({"kind": "face", "text": widget.button.label, **where})
        if isinstance(widget, Words) and widget.plain:
            setting = widget.setting
            assert setting is not None
            wide = max(text_width(line, setting.size, widget.font) for line in setting.lines)
            drawn = {"lines": setting.lines, "size": setting.size, "cut": setting.cut}
            needs = [wide, len(setting.lines) * setting.size * LINE_LEAST]
            out.append({"kind": "words", "text": widget.plain, "needs": needs, "face": face, **drawn, **where})
        for child in widget.children:
            walk(child, inside, face, card)

    walk(glass.stage, None, None, None)
    return out


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
