"""Networks of the published systems together: ``benchmarks/results/ensembles.json`` and its
part of ``docs/results.md``.

``python -m benchmarks.ensemble_results runs/RECIPE runs/RECIPE … --data fer2013.zip`` puts the
networks of finished trainings together in each way that decides by their answers, on FER2013 and
on FER+. The single network that an ensemble is compared with is the best on PublicTest; weights
are fitted there.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from benchmarks.results_page import ENSEMBLES, write_page
from benchmarks.system_results import checkpoints_of, gain_of, percent
from mien.datasets.table import open_dataset
from mien.errors import MienError, SettingsError
from mien.evaluation.evaluate import Found, against_first, answers_of, said_by_all
from mien.evaluation.judgement import as_json, judge
from mien.evaluation.options import EvaluationOptions
from mien.networks.checkpoint import TrainedNetwork
from mien.whole_file import write_whole

#: Ways of deciding together.
KINDS: Final = ("majority", "average", "weighted")


def validated(checkpoint: Path) -> float:
    """The best accuracy on the validation split while it was trained."""
    with (checkpoint.parent / "log.csv").open() as file:
        return max(float(epoch["validation_accuracy"]) for epoch in csv.DictReader(file))


def together(dataset: str, checkpoints: Sequence[Path], data: Path) -> dict[str, Any]:
    """Every way of deciding, each network asked once."""
    ordered = tuple(sorted(checkpoints, key=validated, reverse=True))
    options = EvaluationOptions(ordered, data, dataset, flip=True, ensemble="average")
    trained = [TrainedNetwork.read(path) for path in ordered]
    networks = answers_of(trained, open_dataset(data, dataset), options, lambda *_: None)
    ensembles = []
    for kind in KINDS:
        found, facts = said_by_all(networks, replace(options, ensemble=kind))
        ensembles.append({"kind": kind, **facts, **row_of(found)})
    return {
        "dataset": dataset,
        "networks": [network.system for network in trained],
        "commits": [network.facts["commit"] for network in trained],
        "singles": [single_of(one) for one in found[:-1]],
        "ensembles": ensembles,
    }


def single_of(found: Found) -> dict[str, Any]:
    """Figures of one network or ensemble."""
    title, answers, temperature = found
    judged = as_json(judge(answers, title, temperature))
    return {"title": title} | {name: percent(judged[name]) for name in ("accuracy", "uar", "ece")}


def row_of(found: Sequence[Found]) -> dict[str, Any]:
    """The ensemble, last of what was found, and its gain over the best network, the first."""
    *_, gain = against_first([found[0], found[-1]])
    return single_of(found[-1]) | gain_of(gain)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("runs", type=Path, nargs="+")
    parser.add_argument("--data", type=Path, required=True)
    given = parser.parse_args()
    held: dict[str, list[Path]] = defaultdict(list)
    try:
        for run in given.runs:
            for dataset, checkpoint in checkpoints_of(run):
                held[dataset].append(checkpoint)
        if any(len(paths) < 2 for paths in held.values()):
            raise SettingsError("An ensemble needs two finished trainings of a data set or more.")
        rows = [together(dataset, paths, given.data) for dataset, paths in sorted(held.items())]
    except MienError as error:
        parser.error(str(error))
    write_whole(ENSEMBLES, (json.dumps(rows, indent=1) + "\n").encode())
    write_page()


if __name__ == "__main__":
    main()
