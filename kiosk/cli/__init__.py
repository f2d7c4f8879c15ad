"""The command line: one module a group of commands. Exit 0 fine, 1 something is wrong, 2 wrong usage or settings.

A command imports what it needs when it runs, so that `kiosk run` carries nothing of imports and reports.
"""

import typer

from kiosk.cli import devices, examine, labels, office, search, service, staff, tag, trace

app = typer.Typer(
    name="kiosk",
    help="A school library's self-service kiosk.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
service.register(app)
examine.register(app)
search.register(app)
devices.register(app)
app.add_typer(office.imports, name="import")
app.add_typer(staff.staff, name="staff")
app.add_typer(labels.labels, name="labels")
app.add_typer(tag.tags, name="tag")
app.add_typer(trace.traces, name="trace")
