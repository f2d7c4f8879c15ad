"""All commands together."""

from kiosk.cli import devices, examine, labels, office, search, service, staff, tag, trace

app = service.command_line()
examine.register(app)
search.register(app)
devices.register(app)
app.add_typer(office.imports, name="import")
app.add_typer(staff.staff, name="staff")
app.add_typer(labels.labels, name="labels")
app.add_typer(tag.tags, name="tag")
app.add_typer(trace.traces, name="trace")
