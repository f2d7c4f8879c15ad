"""`kiosk run` and `kiosk demo`: the kiosk itself."""

from pathlib import Path
from typing import Annotated

import typer

from kiosk.cli.options import DEFAULT_SETTINGS, SettingsOption, fail, settings_from


def command_line() -> typer.Typer:
    """The program with these commands. The others join it in `kiosk.cli.app`, for which a pupil need not wait."""
    app = typer.Typer(
        name="kiosk",
        help="A school library's self-service kiosk.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        add_completion=False,
    )
    for command in (run, demo):
        app.command()(command)
    return app


def run(settings: SettingsOption = DEFAULT_SETTINGS) -> None:
    """Run the kiosk on this machine's display."""
    chosen = settings_from(settings)
    from kiosk import logs
    from kiosk.app.kiosk import Kiosk
    from kiosk.app.outputs import refuse_half_a_drop_point
    from kiosk.screens.fonts import FontMissing, font_paths
    from kiosk.screens.kivy_setup import NoDisplay

    logs.configure()
    refuse_half_a_drop_point(chosen)
    try:
        Kiosk(chosen, font_paths()).run()
    except (FontMissing, NoDisplay) as error:
        raise fail(str(error)) from None


def demo(
    school: Annotated[Path | None, typer.Option("--school", help="Another school's folder.", metavar="DIR")] = None,
    headless: Annotated[bool, typer.Option("--headless", help="Play a lunch slot without a display.")] = False,
    shots: Annotated[Path, typer.Option("--shots", help="Where --headless leaves its pictures.")] = Path("demo-shots"),
    data: Annotated[
        Path | None, typer.Option("--data", help="Keep the database here instead of in a new folder.", metavar="DIR")
    ] = None,
) -> None:
    """Run the kiosk with the example school and a strip of cards and books to click."""
    import logging

    from kiosk import logs
    from kiosk.demo.display import has_display

    alone = headless or not has_display()
    logs.configure(logging.ERROR if alone else logging.WARNING)  # alone it unplugs a reader on purpose
    if alone:
        if not headless:
            typer.echo("没有显示器，改为自动演示 · no display, so the demo plays by itself")
        from kiosk.demo.headless import headless_demo

        raise typer.Exit(headless_demo(school, shots, data))
    from kiosk.demo.window import window_demo

    raise typer.Exit(window_demo(school, data))
