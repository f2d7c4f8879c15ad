"""`kiosk decode` as somebody outside runs it, in process: arguments in, JSON lines and the exit status out."""

import json
from dataclasses import dataclass
from typing import Any, cast

from click.testing import CliRunner
from typer.main import get_command

from kiosk.cli.app import app
from tests.semantics.frames.frame import Id

# Made once, which is what takes time; typer carries a click of its own, so the types do not meet.
_KIOSK = cast(Any, get_command(app))
_RUNNER = CliRunner()


@dataclass(frozen=True, slots=True)
class Told:
    """What the command said."""

    status: int
    rows: tuple[dict[str, Any], ...]

    @property
    def ids(self) -> tuple[Id, ...]:
        """Every id, in order."""
        return tuple(Id(key, row[key]) for row in self.rows for key in ("uid", "epc") if row.get(key) is not None)

    @property
    def sides(self) -> set[str]:
        return {row["direction"] for row in self.rows}


def decode(protocol: str, *pieces: bytes | str, stdin: str | None = None) -> Told:
    """Bytes as arguments, one for each piece; a text goes as it is."""
    hexes = [piece if isinstance(piece, str) else piece.hex() for piece in pieces]
    done = _RUNNER.invoke(_KIOSK, ["decode", protocol, *hexes], input=stdin)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    rows = tuple(json.loads(line) for line in done.stdout.splitlines()) if done.exit_code == 0 else ()
    return Told(done.exit_code, rows)
