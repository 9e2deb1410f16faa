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
from typing import Any, Final

from benchmarks import machine
from benchmarks.markdown import table, with_interval
from mien.errors import MienError, SettingsError
from mien.evaluation.evaluate import evaluate
from mien.evaluation.judgement import as_json
from mien.evaluation.options import EvaluationOptions
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.complexity import complexity_of
from mien.networks.table import SYSTEMS
from mien.training.recipe_file import differences, find_recipe, read_recipe
from mien.training.train_system import stages_to_run
from mien.whole_file import write_whole

JSON: Final = machine.ROOT / "docs" / "results.json"
PAGE: Final = machine.ROOT / "docs" / "results.md"
PROOF: Final = machine.ROOT / "benchmarks" / "results" / "time-proof.json"
NAMES: Final = {"fer2013": "FER2013", "ferplus": "FER+"}
#: What others report that can be reproduced, one network without further data, percent.
ELSEWHERE: Final = {
    "fer2013": ("73.28", "VGGNet, Khaireddin & Chen 2021, arXiv:2105.03588"),
    "ferplus": ("84.99", "VGG13 on the votes, Barsoum et al. 2016, arXiv:1608.01041"),
}


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


def row_of(recipe: str, dataset: str, checkpoint: Path, data: Path) -> dict[str, Any]:
    """Everything that the table says of one network."""
    trained = TrainedNetwork.read(checkpoint)
    told = as_json(evaluate(EvaluationOptions((checkpoint,), data, dataset, flip=True)))
    judged = told["judgements"][0]
    size = complexity_of(trained.network(), trained.input)
    with (checkpoint.parent / "log.csv").open() as file:
        epochs = list(csv.DictReader(file))
    return {
        "system": trained.system,
        "dataset": dataset,
        "recipe": recipe,
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


#: Of the table.
HEADS = (
    "system",
    "data",
    "accuracy % (95 %)",
    "UAR % (95 %)",
    "ECE",
    "printed %",
    "parameters",
    "multiply-adds",
    "trained images/s",
    "in",
    "recipe",
)


def cells_of(row: dict[str, Any]) -> list[str]:
    """One line of the table."""
    accuracy, uar = row["accuracy"], row["uar"]
    published = SYSTEMS[row["system"]].published.get(row["dataset"])
    return [
        f"`{row['system']}`",
        NAMES[row["dataset"]],
        with_interval(**accuracy),
        with_interval(**uar),
        f"{row['ece']['value'] / 100:.3f}",
        f"{published:.1f}" if published else "–",
        f"{row['parameters'] / 1e6:.2f} M",
        f"{row['multiply_adds'] / 1e9:.3f} G",
        f"{row['train_images_per_s']:,}",
        f"{row['train_s'] / 60:.0f} min",
        f"`{row['recipe']}`",
    ]


def page_of(rows: list[dict[str, Any]]) -> str:
    """The whole page."""
    elsewhere = "\n".join(
        f"- {NAMES[name]}: {figure} % ({source})" for name, (figure, source) in ELSEWHERE.items()
    )
    machines = sorted({f"{r['processor']}, {r['cores']} cores ({r['date']})" for r in rows})
    return f"""# Results of the published systems

One protocol: trained from scratch on FER2013's training split (no other data, no pre-trained weights, which were not to be
had), chosen on PublicTest, judged once on PrivateTest; FER+ on those of its pictures whose largest vote is an emotion with
more than half of the votes. One mirror image at test time. In brackets 95 % intervals
(Wilson for accuracy, bootstrap for UAR). The networks are **not of the published size**: recipes `…-cpu` are made for two
processor cores, 48-px grey pictures, and few epochs. The published sizes have recipes of their own and want a GPU.

{table(HEADS, map(cells_of, rows))}

Printed is the paper's own figure for its full size, often with pre-trained weights. Reproducible ones of others, a single
network without further data:

{elsewhere}

Trained on: {"; ".join(machines)}. Times are the median epoch's, times their number. Every figure again:

```sh
mien train SYSTEM --data fer2013.zip --recipe RECIPE
python -m benchmarks.system_results runs/RECIPE --data fer2013.zip
```

Commits, seeds, epochs and everything else of a row: [results.json](results.json).
"""


def time_section(proof: dict[str, Any]) -> str:
    """What the proof of the video network found: ``benchmarks.time_proof``."""
    heads = ("`r2plus1d-attention`, reduced", "accuracy % (95 %)", "frames in random order")
    rows = [
        (
            name,
            with_interval(found["accuracy"], *found["interval"]),
            f"{found['order destroyed']:.1f}",
        )
        for name, found in proof["networks"].items()
    ]
    return f"""
## Does the video network learn time?

No public clips could be had. `python -m benchmarks.time_proof` makes {proof["test clips"]:,} clips of {proof["size"]["frames"]} frames from faces of
PrivateTest, moved in four ways that hold the same pictures in another order, and asks networks that learned from faces of the
training split; chance is {proof["chance"]:.0f} %. The frame-wise twin is the same network that sees one frame at a time.

{table(heads, rows)}

{proof["date"]}, commit {proof["commit"]}, {proof["processor"]}.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("runs", type=Path, nargs="*")
    parser.add_argument("--data", type=Path)
    given = parser.parse_args()
    rows: list[dict[str, Any]] = json.loads(JSON.read_text()) if JSON.is_file() else []
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
    proof = json.loads(PROOF.read_text()) if PROOF.is_file() else None
    write_whole(PAGE, (page_of(rows) + (time_section(proof) if proof else "")).encode())


if __name__ == "__main__":
    main()
