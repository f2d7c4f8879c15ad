"""Things that tests of threads wait for: they come, or the test fails after a while that no machine needs."""

import threading
from collections.abc import Callable

from kiosk.circulation.events import Event

PATIENCE_S = 20.0


class Posted:
    """An inbox for tests: it keeps what was posted and lets a test wait for it."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._changed = threading.Condition()

    def post(self, event: Event) -> bool:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()
        return True

    def wait_for(self, is_there: Callable[[list[Event]], bool]) -> list[Event]:
        """All events so far, as soon as `is_there` says that they are enough."""
        with self._changed:
            assert self._changed.wait_for(lambda: is_there(self.events), PATIENCE_S), self.events
            return list(self.events)

    def wait_until(self, event: Event, times: int = 1) -> list[Event]:
        """All events so far, as soon as `event` is among them `times` times."""
        return self.wait_for(lambda events: events.count(event) >= times)


class Crashes:
    """Where a part hands an error that is ours."""

    def __init__(self) -> None:
        self.errors: list[BaseException] = []
        self._came = threading.Event()

    def __call__(self, error: BaseException) -> None:
        self.errors.append(error)
        self._came.set()

    def wait(self) -> BaseException:
        assert self._came.wait(PATIENCE_S)
        return self.errors[0]
