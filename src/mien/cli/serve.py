"""``mien serve``: the online classroom."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.training_extra import explained_absence


def serve(
    database: Annotated[
        str | None, typer.Option(help="postgresql://… or sqlite:///…; SQLite in the data folder.")
    ] = None,
    demo: Annotated[
        bool | None, typer.Option("--demo", help="A course and three accounts; loopback only.")
    ] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on: 127.0.0.1.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on: 8000.")] = None,
    workers: Annotated[int | None, typer.Option(help="Processes: 1.")] = None,
    data_dir: Annotated[Path | None, typer.Option(help="Folder of SQLite and uploads.")] = None,
) -> None:
    """Runs the online classroom. All other settings are in docs/deployment.md."""
    with explained_absence("serve", "server"):
        serving = import_module("mien.server.serving")
    serving.serve(
        typer.echo,
        database=database,
        demo=demo,
        host=host,
        port=port,
        workers=workers,
        data_dir=data_dir,
    )
