"""``mien models``: what is in the package, and fetching optional detectors."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from mien.weights.download import DOWNLOADS, models_directory, pull

models = typer.Typer(help="Optional model files.", no_args_is_help=True)


@models.command("list")
def list_models() -> None:
    """Names the models that can be fetched and says which are there."""
    for name in DOWNLOADS:
        there = (models_directory() / f"{name}.onnx").is_file()
        print(f"{name}\t{'present' if there else 'not fetched'}")


@models.command("pull")
def pull_model(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(DOWNLOADS)}.")],
    url: Annotated[str | None, typer.Option(help="Fetch from here instead.")] = None,
) -> None:
    """Downloads a model file, checks it, and goes on where an earlier try stopped."""
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        path: Path = pull(
            name,
            url=url,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    print(path)
