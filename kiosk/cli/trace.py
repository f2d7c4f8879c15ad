"""`kiosk trace`: what the readers said, kept in a file, and shown again on the glass."""

import secrets
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kiosk.cli.examine import cues_of, settings_of_school, store_in
from kiosk.cli.options import DEFAULT_SETTINGS, SettingsOption, fail, settings_from

if TYPE_CHECKING:
    from kiosk.devices.trace import Trace
    from kiosk.settings import Settings

traces = typer.Typer(help="Record what the readers say, and show it again.", no_args_is_help=True)


@traces.command("record")
def record(
    file: Annotated[Path, typer.Argument(help="A new file, of JSON lines as `kiosk play` reads them.", metavar="FILE")],
    settings: SettingsOption = DEFAULT_SETTINGS,
    with_ids: Annotated[
        bool, typer.Option("--with-ids", help="Keep the numbers as they are: such a file is personal data.")
    ] = False,
    for_s: Annotated[float | None, typer.Option("--for", min=0.1, help="End after so many seconds.")] = None,
) -> None:
    """Record what the configured readers say, until Ctrl-C. Stop the kiosk first.

    Every number of a card or a book is replaced by a made-up one of the same shape: digits stay digits, the length
    stays, the same card is the same number all through the file. They are made with a random key that is thrown away,
    so that nobody can turn them back.
    """
    from kiosk.db.locks import kiosk_lock
    from kiosk.devices.trace import Pseudonyms, Trace
    from kiosk.runtime.now import SystemClock

    chosen = settings_from(settings)
    if not any(entry.kind for entry in chosen.readers.values()):
        raise fail(f"{settings.name} names no readers", 2)
    clock = SystemClock()
    disguise = str if with_ids else Pseudonyms(secrets.token_bytes(32)).of
    with ExitStack() as open_things:
        if Path(chosen.data).is_dir():
            open_things.enter_context(kiosk_lock(chosen.database))
        try:
            trace = Trace(file, disguise, lambda: clock.now().wall.astimezone())
        except OSError as error:
            raise fail(f"{file}: {error.strerror}", 2) from None
        open_things.callback(trace.close)
        _record(chosen, trace, for_s)
        typer.echo(f"{trace.lines} lines in {file}", err=True)


@traces.command("play")
def play(
    file: Annotated[Path, typer.Argument(help="A file of JSON lines, or - for standard input.", metavar="FILE")],
    school: Annotated[
        Path | None, typer.Option("--school", help="This school's folder instead of the example.", metavar="DIR")
    ] = None,
    speed: Annotated[float, typer.Option("--speed", min=1, max=1000, help="So many times as fast.")] = 1.0,
) -> None:
    """Show a trace on the glass in its own time, with a school in a database that is gone afterwards.

    Readers and pins are left alone. Close the window to end.
    """
    from kiosk.app.counter import open_books
    from kiosk.demo.stand import EXAMPLE

    cues = cues_of(file)
    if not cues:
        raise fail(f"{file}: no lines")
    folder = school or EXAMPLE
    own = settings_of_school(folder)
    with tempfile.TemporaryDirectory(prefix="kiosk-trace-") as data:
        chosen = _alone(own, data)
        books = open_books(chosen.database, chosen.kiosk)
        try:
            store_in(folder, books, cues[0].at)
        finally:
            books.close()
        from kiosk import logs
        from kiosk.app.kiosk import Kiosk
        from kiosk.demo.clock import DemoClock
        from kiosk.demo.replay import Replay
        from kiosk.screens.fonts import FontMissing, font_paths
        from kiosk.screens.kivy_setup import GlassOptions, NoDisplay

        logs.configure()
        clock = DemoClock(cues[0].at)
        replay = Replay(cues, clock, speed)
        glass = chosen.glass
        options = GlassOptions(glass.width, glass.height, may_close=True, title=file.name, language=glass.language)
        try:
            kiosk = Kiosk(chosen, font_paths(), options=options, extra_parts=[replay], clock=clock)
        except (FontMissing, NoDisplay) as error:
            raise fail(str(error)) from None
        replay.feed(kiosk.inbox.post)
        kiosk.run()


def _record(settings: "Settings", trace: "Trace", for_s: float | None) -> None:
    """Note what the readers post until somebody ends it or the time is over."""
    from kiosk.app.readers import readers
    from kiosk.circulation.events import Misread, PartDown, PartUp
    from kiosk.runtime.inbox import STOP, Inbox
    from kiosk.runtime.now import monotonic_s
    from kiosk.runtime.parts import Parts

    inbox = Inbox()
    crashed: list[BaseException] = []

    def crash(error: BaseException) -> None:
        crashed.append(error)
        inbox.stop()

    parts = Parts(readers(settings, inbox.post, crash))
    # Also SIGINT: a shell that starts a recording in the background has it ignored.
    kept = {end: signal.signal(end, signal.default_int_handler) for end in (signal.SIGINT, signal.SIGTERM)}
    until_s = None if for_s is None else monotonic_s() + for_s
    try:
        parts.start()
        while until_s is None or monotonic_s() < until_s:
            event = inbox.get(None if until_s is None else max(0.0, until_s - monotonic_s()))
            match event:
                case None:
                    continue
                case PartUp(part):
                    typer.echo(f"{part}: ready", err=True)
                case PartDown(part, why):
                    typer.echo(f"{part}: {why}", err=True)
                case Misread(part, why):
                    typer.echo(f"{part}: a scan was dropped: {why}", err=True)
                case _ if event is STOP:
                    break
                case _:
                    trace.note(event)
    except KeyboardInterrupt:
        pass
    finally:
        for end, handler in kept.items():
            signal.signal(end, handler)
        parts.close()
    if crashed:
        raise crashed[0]


def _alone(settings: "Settings", data: str) -> "Settings":
    """The school's settings with a database in `data` and nothing plugged in."""
    import msgspec

    from kiosk.settings import ClockSettings, GpioSettings, ReceiptSettings

    return msgspec.structs.replace(
        settings,
        data=data,
        readers={},
        gpio=GpioSettings(),
        receipt=ReceiptSettings(),
        clock=ClockSettings(trust="always"),
        glass=msgspec.structs.replace(settings.glass, full_screen=False),
    )
