"""What the readers say, as values: one module a protocol, no I/O, no clock."""
