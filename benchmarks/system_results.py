"""The published systems on real data: ``docs/results.json`` and ``docs/results.md``.

``python -m benchmarks.system_results runs/RECIPE … --data fer2013.zip`` judges the networks of
finished trainings (each folder is named after its recipe, as ``mien train`` does by itself) on
FER2013's and FER+'s test pictures and puts their rows into the table; rows of other recipes
stay. Without a folder the page alone is written anew.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import machine
from benchmarks.results_page import JSON, kept, write_page
from mien.errors import MienError, SettingsError
from mien.evaluation.comparison import Comparison
from mien.evaluation.evaluate import evaluate
from mien.evaluation.judgement import as_json
from mien.evaluation.options import EvaluationOptions
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.complexity import complexity_of
from mien.networks.table import SYSTEMS
from mien.training.recipe_file import differences, find_recipe, read_recipe
from mien.training.train_system import stages_to_run
from mien.weights import BUNDLED
from mien.whole_file import write_whole


def checkpoints_of(run: Path) -> Iterator[tuple[str, Path]]:
    """Data set and best network of each stage of a finished run.

    Raises:
        SettingsError: the folder is of another recipe than its name says, or not finished.
    """
    recipe = read_recipe(find_recipe(run.name))
    for stage in stages_to_run(recipe, {"": run}, run):
        folder = stage.folder
        if folder.finished() is None:
            raise SettingsError(
                f"{folder.path} is not finished. Go on with: mien train, same --out."
            )
        changed = differences(read_recipe(folder.recipe), stage.recipe)
        # Where a stage found its weights changes with the folder's place.
        if [key for key in changed if not key.startswith("weights")]:
            raise SettingsError(
                f"{folder.path} was trained with another recipe: {', '.join(changed)}."
            )
        yield stage.recipe.data.dataset, folder.best


def percent(estimate: dict[str, Any]) -> dict[str, float]:
    """A figure with its interval."""
    return {key: round(100 * estimate[key], 2) for key in ("value", "low", "high")}


def gain_of(comparison: Comparison) -> dict[str, Any]:
    """Points over the network that it is compared with, and McNemar's exact p."""
    return {
        "gain": percent(as_json(comparison.accuracy_difference)),
        "mcnemar_p": comparison.mcnemar.exact_p,
    }


def judged_of(start: str, dataset: str, checkpoint: Path, data: Path) -> dict[str, Any]:
    """The network's figures; against the bundled model too where it started from that."""
    if start != BUNDLED:
        options = EvaluationOptions((checkpoint,), data, dataset, flip=True)
        return {"judged": as_json(evaluate(options))["judgements"][0]}
    both = (Path(BUNDLED), checkpoint)
    found = evaluate(EvaluationOptions(both, data, dataset, flip=True, compare=True))
    told = as_json(found)
    return {
        "judged": told["judgements"][1],
        "bundled": percent(told["judgements"][0]["accuracy"]),
        **gain_of(found.comparisons[0]),
    }


def row_of(recipe: str, dataset: str, checkpoint: Path, data: Path) -> dict[str, Any]:
    """Everything that the table says of one network."""
    trained = TrainedNetwork.read(checkpoint)
    start = read_recipe(find_recipe(recipe)).weights
    found = judged_of(start, dataset, checkpoint, data)
    judged = found.pop("judged")
    size = complexity_of(trained.network(), trained.input)
    with (checkpoint.parent / "log.csv").open() as file:
        epochs = list(csv.DictReader(file))
    return {
        "system": trained.system,
        "dataset": dataset,
        "recipe": recipe,
        "start": start,
        **found,
        "accuracy_percent": round(100 * judged["accuracy"]["value"], 2),
        "accuracy": percent(judged["accuracy"]),
        "uar": percent(judged["uar"]),
        "ece": percent(judged["ece"]),
        "pictures": judged["count"],
        "flip": True,
        "input": list(trained.input.shape),
        "parameters": size.parameters,
        "multiply_adds": size.multiply_adds,
        "epochs": len(epochs),
        "train_images_per_s": round(median(float(e["samples_per_s"]) for e in epochs)),
        # Not the sum: a machine that did other work beside, or slept, took longer for some.
        "train_s": round(len(epochs) * median(float(e["seconds"]) for e in epochs)),
        "processor": machine.processor(),
        "cores": len(machine.usable_cores()),
        "commit": trained.facts["commit"],
        "date": trained.facts["date"],
        "seed": trained.facts["recipe"]["seed"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, Any]] = kept(JSON) or []
    for run in given.runs:
        if given.data is None:
            parser.error("where are the pictures? Add --data fer2013.zip")
        try:
            found = [row_of(run.name, *stage, given.data) for stage in checkpoints_of(run)]
        except MienError as error:
            parser.error(str(error))
        rows = [row for row in rows if row["recipe"] != run.name] + found
    order = list(SYSTEMS)
    rows.sort(key=lambda r: (r["dataset"], order.index(r["system"]), r["recipe"]))
    write_whole(JSON, (json.dumps(rows, indent=1) + "\n").encode())
    write_page()


if __name__ == "__main__":
    main()
