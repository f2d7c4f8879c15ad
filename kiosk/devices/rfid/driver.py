"""The one driver of every reader that is asked: rounds, arrivals and departures, labels, wishes about security.

It asks a `Model` several times a second which tags are there; between two rounds it does one small thing at a time, so
that an order or the end never waits for more than one exchange. A reader that does not answer three times in a row is
closed and opened anew. What lies there and who waits for what is kept in a `Pad`, which outlives the opening.
"""

import errno
import logging
from collections.abc import Callable, Sequence
from typing import Final

from kiosk.circulation.events import Event, Lifted, Misread
from kiosk.devices.decode import epc
from kiosk.devices.decode.framing import Trouble
from kiosk.devices.part import ReaderSettings
from kiosk.devices.rfid.cards import Cards
from kiosk.devices.rfid.labels import Arrivals
from kiosk.devices.rfid.link import Link
from kiosk.devices.rfid.model import Medium, Model, NoAnswer, Tag
from kiosk.devices.rfid.presence import Presence, is_card
from kiosk.devices.rfid.security import DEFAULT_MARKS, Marks, Security, Wish
from kiosk.devices.serialline import SerialPort
from kiosk.runtime.now import monotonic_s

PAUSE_S: Final = 0.15  # between two rounds
BUSY_PAUSE_S: Final = 0.5  # the same while tags are read or written
UNANSWERED_MAX: Final = 3

log = logging.getLogger(__name__)


class Pad:
    """What is known of the tags at one reader. It outlives the openings of the port, so that a stack that lies there
    does not arrive a second time when a plug was loose.
    """

    def __init__(
        self, reader: str, settings: ReaderSettings, post: Callable[[Event], object], marks: Marks = DEFAULT_MARKS
    ) -> None:
        self.reader = reader
        self.secured = settings.security != "none"
        self.presence = Presence()
        self.cards = Cards(reader, settings.card_to)
        self.arrivals = Arrivals(reader, marks, secured=self.secured)
        self.security = Security(reader, marks, post)
        self.again: set[str] = set()  # tags that are looked at once more, because the reader was gone meanwhile
        self._told_foreign = False

    def is_foreign(self, tag: Tag) -> bool:
        """Whether this is a UHF tag of trade goods, such as a pupil's new jacket."""
        if tag.medium is not Medium.UHF or epc.numbering(tag.pc, tag.uid) is not epc.Numbering.GS1:
            return False
        if not self._told_foreign:
            self._told_foreign = True
            log.warning("reader %s: tags with numbers of trade goods (GS1) are passed over", self.reader)
        return True

    def reader_down(self) -> None:
        """Nobody reads or writes here for now: what is not told yet arrives anew, and no wish comes true.

        The rest is looked at once more when the reader is back: it may have been about to be armed or disarmed.
        """
        for uid in self.arrivals.forget():
            self.presence.forget(uid)
        self.security.reader_down()
        self.again = self.presence.told() if self.secured else set()


class RfidFeed:
    """An open reader that is asked again and again."""

    def __init__(
        self, port: SerialPort, model: Model, pad: Pad, told: str = "", now_s: Callable[[], float] = monotonic_s
    ) -> None:
        self._port = port
        self._model = model
        self._pad = pad
        self._told = told
        self._now_s = now_s
        self._asked_s = now_s() - PAUSE_S
        self._unanswered = 0

    def __repr__(self) -> str:
        return f"<RfidFeed {self._port!r} {self._told}>"

    def fileno(self) -> int:
        return self._port.fileno()

    def read(self, now_s: float) -> Sequence[Event]:
        """What comes without being asked for, such as an answer that is too late, is thrown away."""
        self._port.read()
        return self.silence(now_s)

    def deadline_s(self) -> float | None:
        if self._pad.arrivals.is_reading():
            return 0.0
        security_s = self._pad.security.deadline_s()
        return self._round_due_s() if security_s is None else min(self._round_due_s(), security_s)

    def silence(self, now_s: float) -> Sequence[Event]:
        try:
            events = self._exchange(now_s)
        except NoAnswer as error:
            self._unanswered += 1
            if self._unanswered >= UNANSWERED_MAX:
                raise no_answer(error) from error
            events = []
        return [*events, *self._pad.arrivals.told(self._now_s())]

    def obey(self, order: object) -> None:
        """Note a `Wish`. Where tags are not secured there is nothing to do, and that is done."""
        assert isinstance(order, Wish)
        if self._pad.secured:
            self._pad.security.wish(order)
        elif order.answer:
            order.answer.give(True)

    def close(self) -> None:
        self._pad.reader_down()
        self._port.close()

    def _exchange(self, now_s: float) -> Sequence[Event]:
        """Do the one thing that is most urgent. May raise NoAnswer."""
        pad, access = self._pad, self._model.access
        events: Sequence[Event] = ()
        if pad.security.is_waited_for():
            pad.security.try_one(access, pad.presence.lying, now_s)
        elif now_s >= self._round_due_s():
            events = self._round()
        elif pad.security.is_due(now_s):
            pad.security.try_one(access, pad.presence.lying, now_s)
        elif access is not None and pad.arrivals.is_reading():
            pad.arrivals.read_one(access)
        else:
            return ()
        self._unanswered = 0
        return events

    def _round_due_s(self) -> float:
        is_busy = self._pad.arrivals.is_reading() or self._pad.security.is_due(self._asked_s + PAUSE_S)
        return self._asked_s + (BUSY_PAUSE_S if is_busy else PAUSE_S)

    def _round(self) -> list[Event]:
        pad = self._pad
        try:
            tags = [tag for tag in self._model.round() if not pad.is_foreign(tag)]
        finally:
            self._asked_s = now_s = self._now_s()
        change = pad.presence.round(tags, now_s)
        events: list[Event] = []
        for tag in change.lifted:
            number = pad.arrivals.card(tag.uid) or tag.uid
            events += pad.arrivals.left(tag.uid)
            events.append(pad.cards.left(tag.uid) if is_card(tag) else Lifted(pad.reader, number))
            pad.security.left(tag.uid)
        if change.two_cards:
            events.append(Misread(pad.reader, Trouble.TWO_CARDS))
        events += [pad.cards.came(tag.uid) for tag in change.arrived if is_card(tag)]
        items = [tag for tag in change.arrived if not is_card(tag)]
        again = [tag for tag in tags if tag.uid in pad.again and tag not in items and not is_card(tag)]
        pad.again -= {tag.uid for tag in tags}
        readable = self._model.access is not None
        return [*events, *pad.arrivals.came(items, now_s, readable=readable, known=again)]


def open_model(settings: ReaderSettings) -> tuple[SerialPort, Model]:
    """Open the configured port at the speed and parity of the configured kind; nothing is asked yet.

    A ValueError says what in the settings the kind cannot do, an OSError what is wrong with the port.
    """
    baud, parity, model_over = _make(settings)
    port = SerialPort(settings.device, settings.baud or baud, parity)
    try:
        return port, model_over(Link(port))
    except ValueError:
        port.close()
        raise


def open_reader(settings: ReaderSettings, pad: Pad) -> RfidFeed:
    """Find, open and set up the configured reader."""
    port, model = open_model(settings)
    return start_feed(port, model, pad)


def start_feed(port: SerialPort, model: Model, pad: Pad) -> RfidFeed:
    """Set up the reader at `port`, which is closed when that fails."""
    try:
        port_told = model.start()
    except NoAnswer as error:
        port.close()
        raise no_answer(error) from error
    except BaseException:
        port.close()
        raise
    if pad.secured and model.access is None:
        log.warning("reader %s: this reader cannot write tags: none is armed or disarmed here", pad.reader)
    return RfidFeed(port, model, pad, port_told)


def no_answer(error: NoAnswer) -> OSError:
    """The same error with a number by which its reason is told."""
    return OSError(errno.ETIMEDOUT, str(error))


def _make(settings: ReaderSettings) -> tuple[int, str, Callable[[Link], Model]]:
    """Speed, parity and conversation of the configured kind."""
    region, power_dbm = settings.region, settings.power_dbm
    match settings.kind:
        case "pn532":
            from kiosk.devices.rfid import pn532

            return pn532.BAUD, pn532.PARITY, pn532.Pn532
        case "m100":
            from kiosk.devices.rfid import m100

            return m100.BAUD, m100.PARITY, lambda link: m100.M100(link, region, power_dbm)
        case "r2000":
            from kiosk.devices.rfid import r2000

            return (
                r2000.BAUD,
                r2000.PARITY,
                lambda link: r2000.R2000(link, settings.address, settings.antennas, region, power_dbm),
            )
        case "uhfreader18":
            from kiosk.devices.rfid import uhfreader18

            return (
                uhfreader18.BAUD,
                uhfreader18.PARITY,
                lambda link: uhfreader18.UhfReader18(link, settings.address, region, power_dbm, settings.antennas),
            )
        case "rl866":
            from kiosk.devices.rfid import rl866

            return rl866.BAUD, rl866.PARITY, rl866.Rl866
        case "feig":
            from kiosk.devices.rfid import feig

            return feig.BAUD, feig.PARITY, lambda link: feig.Feig(link, settings.address)
        case kind:
            raise ValueError(f"a reader of kind {kind!r} is not asked for tags")
