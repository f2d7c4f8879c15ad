"""The program's own log: one line an event on standard error, which systemd keeps. No names, no card texts, ever."""

import logging


def configure(level: int = logging.INFO) -> None:
    """Log to standard error; the journal adds the time."""
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    # Its warnings are about hardware that we do not use; a filter, because it sets its level itself.
    logging.getLogger("kivy").addFilter(lambda record: record.levelno >= logging.CRITICAL)
