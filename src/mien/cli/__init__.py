"""The command ``mien``: one command a file; errors are one line, never a traceback."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer

from mien.cli.analyze import analyze
from mien.cli.data import data
from mien.cli.database import database
from mien.cli.evaluate import evaluate
from mien.cli.explain import explain
from mien.cli.export import export
from mien.cli.models import models
from mien.cli.recognize import recognize
from mien.cli.serve import serve
from mien.cli.systems import systems
from mien.cli.train import train
from mien.errors import MienError

#: Exit codes: 2 for input that cannot be used (as POSIX tools do), 130 after Ctrl-C.
EXIT_ERROR, EXIT_INTERRUPTED = 2, 130

app = typer.Typer(
    name="mien",
    help="Reads how a lesson is received. Everything stays on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(analyze)
app.command()(recognize)
app.command()(systems)
app.command()(evaluate)
app.command()(explain)
app.command()(export)
app.command()(train)
app.command()(serve)
app.add_typer(models, name="models")
app.add_typer(data, name="data")
app.add_typer(database, name="database")


def main() -> None:
    """Entry point of the console script."""
    if isinstance(sys.stdout, TextIOWrapper):  # as stderr: a name it cannot show ends nothing
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app()
    except MienError as error:
        print(f"mien: {error}", file=sys.stderr)
        sys.exit(EXIT_ERROR)
    except KeyboardInterrupt:
        print("mien: interrupted; run the same command again to go on.", file=sys.stderr)
        sys.exit(EXIT_INTERRUPTED)
    except BrokenPipeError:
        sys.exit(0)
