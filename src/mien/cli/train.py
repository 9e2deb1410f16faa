"""``mien train SYSTEM --data ROOT``: trains a published system as a recipe says."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from mien.cli.training_extra import explained_absence
from mien.errors import SettingsError
from mien.networks.table import SYSTEMS, system_of


def train(
    system: Annotated[str, typer.Argument(help=f"One of: {', '.join(SYSTEMS)}.")],
    data: Annotated[
        list[str],
        typer.Option(help="Folder or archive of the data; NAME=ROOT for one of several sets."),
    ],
    recipe: Annotated[
        str | None, typer.Option(help="A recipe file, or the name of a shipped recipe.")
    ] = None,
    settings: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, for example max_steps=30.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Folder of the run: runs/RECIPE.")] = None,
    weights: Annotated[
        str | None, typer.Option(help="scratch, imagenet, kinetics, bundled or a file.")
    ] = None,
    all_folds: Annotated[
        bool, typer.Option("--all-folds", help="Every fold of a cross-validation, one by one.")
    ] = False,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON.")] = False,
) -> None:
    """Trains, or goes on after an interruption, and keeps the best network."""
    system_of(system)
    with explained_absence("train"):
        from mien.training.fold_trainings import train_folds
        from mien.training.hardware import hardware_of
        from mien.training.recipe_file import find_recipe, read_recipe
        from mien.training.train_system import train_system
    hardware = hardware_of(device)
    name = recipe or f"{system}-fer2013" + ("-cpu" if hardware.device == "cpu" else "")
    file = find_recipe(name)
    overrides = [*(settings or []), *([f"weights={weights}"] if weights else [])]
    told = read_recipe(file, overrides)
    if told.system != system:
        raise SettingsError(f"The recipe {file} trains {told.system}, not {system}.")
    folder = out or Path("runs") / file.stem
    try:
        if all_folds:
            summaries = train_folds(told, roots_of(data), folder, hardware)
        else:
            summaries = [train_system(told, roots_of(data), folder, hardware)]
    except KeyboardInterrupt:
        print(f"mien: {folder} holds the state after the last whole epoch.", file=sys.stderr)
        raise
    if hardware.rank == 0 and as_json:
        print(json.dumps(summaries if all_folds else summaries[0]))
    elif hardware.rank == 0:
        print("\n".join(str(summary["checkpoint"]) for summary in summaries))


def roots_of(data: list[str]) -> dict[str, Path]:
    """``NAME=ROOT`` by name, a bare ``ROOT`` under ''.

    Raises:
        SettingsError: two for one name, or two bare ones.
    """
    roots: dict[str, Path] = {}
    for text in data:
        name, equals, root = text.partition("=")
        named = bool(equals) and "/" not in name and not Path(text).exists()
        key, place = (name, Path(root)) if named else ("", Path(text))
        if key in roots:
            raise SettingsError(
                f"--data tells two places{f' of {key}' if named else ''}: {roots[key]} and "
                f"{place}. Give one, or say which data set each is: --data NAME=FOLDER."
            )
        roots[key] = place
    return roots
