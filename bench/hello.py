"""The floor of the screen's figures: a Kivy window of the same size with one word in it. Prints when it was drawn."""

import os

for name, value in (
    ("KIVY_NO_CONFIG", "1"),
    ("KIVY_NO_ARGS", "1"),
    ("KIVY_NO_FILELOG", "1"),
    ("KIVY_NO_CONSOLELOG", "1"),
):
    os.environ[name] = value

from time import monotonic  # noqa: E402
from typing import Any  # noqa: E402

from kivy.config import Config  # noqa: E402

Config.set("graphics", "width", "1024")
Config.set("graphics", "height", "600")
Config.set("graphics", "maxfps", "30")

from kivy.app import App  # noqa: E402
from kivy.core.window import Window  # noqa: E402
from kivy.uix.label import Label  # noqa: E402


class Hello(App):  # type: ignore[misc]
    """One word."""

    def build(self) -> Any:
        """The word."""
        Window.bind(on_flip=self.flipped)
        self.said = False
        return Label(text="hello")

    def flipped(self, *_: object) -> None:
        """A frame was drawn."""
        if not self.said:
            self.said = True
            print(monotonic(), flush=True)


if __name__ == "__main__":
    Hello().run()
