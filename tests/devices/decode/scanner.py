"""A scanner for tests: what the kernel reports when a US keyboard types a text."""

from kiosk.devices.decode.keys import EV_KEY, EV_SYN, RECORD, SYN_DROPPED, SYN_REPORT, KeyEvent

EV_MSC = 4
MSC_SCAN = 4
ENTER, TAB, KP_ENTER, ESC, F1 = 28, 15, 96, 1, 59
LEFT_CTRL, LEFT_SHIFT, LEFT_ALT, CAPS, LEFT_META = 29, 42, 56, 58, 125
J, O, A = 36, 24, 30  # noqa: E741
KP = dict(zip("0123456789", (82, 79, 80, 81, 75, 76, 77, 71, 72, 73), strict=True))
PLAIN = dict(
    zip(
        "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ ",
        (*range(2, 14), *range(16, 28), *range(30, 42), 43, *range(44, 54), 57),
        strict=True,
    )
)
SHIFTED = dict(zip('!@#$%^&*()_+{}:"~|<>?', "1234567890-=[];'`\\,./", strict=True))
EVERY_CHARACTER = "".join(PLAIN) + "".join(SHIFTED) + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Scanner:
    """Collects the events of what it is told to do, `step_s` apart."""

    def __init__(self, start_s: float = 1000.0, step_s: float = 0.001) -> None:
        self.now_s = start_s
        self.step_s = step_s
        self.events: list[KeyEvent] = []

    def key(self, code: int, value: int) -> "Scanner":
        self.events.append(KeyEvent(EV_MSC, MSC_SCAN, 0x70000 + code, self.now_s))
        self.events.append(KeyEvent(EV_KEY, code, value, self.now_s))
        return self

    def report(self) -> "Scanner":
        self.events.append(KeyEvent(EV_SYN, SYN_REPORT, 0, self.now_s))
        self.now_s += self.step_s
        return self

    def press(self, *codes: int) -> "Scanner":
        """The keys go down one after another in one report, and up again in the next."""
        for code in codes:
            self.key(code, 1)
        self.report()
        for code in codes:
            self.key(code, 0)
        return self.report()

    def type(self, text: str) -> "Scanner":
        for character in text:
            if character == "\n":
                self.press(ENTER)
            elif character.isupper():
                self.press(LEFT_SHIFT, PLAIN[character.lower()])
            elif character in SHIFTED:
                self.press(LEFT_SHIFT, PLAIN[SHIFTED[character]])
            else:
                self.press(PLAIN[character])
        return self

    def alt(self, *codes: str) -> "Scanner":
        """Alt codes in the sequential form: each digit of each code in reports of its own."""
        for digits in codes:
            self.key(LEFT_ALT, 1).report()
            for digit in digits:
                self.press(KP[digit])
            self.key(LEFT_ALT, 0).report()
        return self

    def wait(self, seconds: float) -> "Scanner":
        self.now_s += seconds
        return self

    def overrun(self) -> "Scanner":
        """The kernel says that it dropped events, and what it still has up to its next report makes no sense."""
        self.events.append(KeyEvent(EV_SYN, SYN_DROPPED, 0, self.now_s))
        self.key(PLAIN["7"], 1)
        return self.report()

    def records(self) -> bytes:
        """The same as `struct input_event`."""
        return b"".join(
            RECORD.pack(*divmod(round(event.time_s * 1_000_000), 1_000_000), event.kind, event.code, event.value)
            for event in self.events
        )
