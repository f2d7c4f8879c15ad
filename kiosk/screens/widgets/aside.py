"""A line above the books of a visit: the slip is coming, or staff should look at something."""

from kivy.metrics import dp

from kiosk.screens import theme
from kiosk.screens.pages import Aside, Icon, Tone
from kiosk.screens.widgets.parts import Card
from kiosk.screens.widgets.shapes import Shape
from kiosk.screens.widgets.words import Words


class AsideStrip(Card):
    """A line above the books; amber with a shape where somebody should look."""

    def __init__(self, aside: Aside) -> None:
        calm = aside.tone is Tone.CALM
        super().__init__(
            edge=theme.HAIRLINE if calm else theme.AMBER_INK,
            edge_dp=1.4 if calm else 2.4,
            size_hint_y=None,
            padding=(dp(20), dp(6), dp(16), dp(6)),
            spacing=dp(14),
        )
        icon, ink = (Icon.TICK, theme.JADE) if calm else (Icon.HAND, theme.AMBER_INK)
        self.add_widget(Shape(icon, ink=ink, size_hint=(None, 1), width=dp(30)))
        says = Words(aside.words, (20, 18), lines=3, bold=not calm, pos_hint={"center_y": 0.5})
        self.add_widget(says)

        def grow(*_: object) -> None:
            self.height = max(dp(52), says.height + dp(16))

        says.bind(height=grow)
        grow()
