"""The ablations of the papers that FER2013 allows, at a size that fits two cores:
``python -m benchmarks.ablations [--minutes M]`` (``make prove-ablations``).

All variants with the first seed come before any with the second. Each finished run is a row of
``benchmarks/results/ablations.json`` with the pictures of PrivateTest that it had right, so a
later call goes on where this one ended, on another machine if need be, and variants are compared
on the same pictures; a row whose recipe has changed since is dropped and run again. Nothing is
chosen by these figures. ``docs/ablations.md`` is written anew after each run.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import machine
from benchmarks.ablations_page import page_of
from benchmarks.results_page import kept
from benchmarks.right_answers import packed
from mien.datasets.table import open_dataset
from mien.evaluation.answers import judged_samples
from mien.evaluation.predictions import predict
from mien.networks.checkpoint import TrainedNetwork
from mien.training.hardware import hardware_of
from mien.training.recipe_file import differences, find_recipe, read_recipe
from mien.training.system_recipe import SystemRecipe
from mien.training.train_system import train_system
from mien.whole_file import write_whole

OUT: Final = machine.ROOT / "benchmarks" / "results" / "ablations.json"
PAGE: Final = machine.ROOT / "docs" / "ablations.md"
RUNS: Final = machine.ROOT / "runs" / "ablations"
SEEDS: Final = (1, 2, 3)
#: Over the recipes for two cores: one stage, fewer channels, fewer epochs.
SMALLER: Final = ("stages=[]", "epochs=8")


@dataclass(frozen=True)
class Variant:
    """A system with something changed.

    Attributes:
        name: of the row; the first of a system is the whole, to which others are compared.
        settings: over the recipe, as ``--set`` takes them.
    """

    system: str
    name: str
    settings: tuple[str, ...] = ()


def _hafnet(name: str, *settings: str) -> Variant:
    return Variant("hafnet", name, ("switches.width=16", *settings))


def _sfer(name: str, *settings: str) -> Variant:
    return Variant("sfer-mdfae", name, ("switches.width=16", *settings))


VARIANTS: Final = (
    _hafnet("whole (4 heads, both losses)"),
    _hafnet("no loss but cross-entropy", "loss.terms={}"),
    _hafnet("affinity loss alone", "loss.terms={affinity: 1.0}"),
    _hafnet("partition loss alone", "loss.terms={partition: 1.0}"),
    _hafnet("1 head", "switches.heads=1", "loss.terms={affinity: 1.0}"),
    _hafnet("2 heads", "switches.heads=2"),
    _hafnet("8 heads", "switches.heads=8"),
    _sfer("whole (top 3 of 9 regions)"),
    _sfer("nm: last level alone", "switches.multiscale=false"),
    _sfer("np: without MDPFA", "switches.mdpfa=false"),
    _sfer("na: without fine attention", "switches.fine=none"),
    _sfer("rw: windows instead of regions", "switches.fine=windowed"),
    _sfer("top 1", "switches.top_n=1"),
    _sfer("top 6", "switches.top_n=6"),
    _sfer("top 9: every region", "switches.top_n=9"),
)


def right_of(checkpoint: Path, data: Path) -> NDArray[np.bool_]:
    """Which pictures of PrivateTest a network has right, with one mirror image."""
    network = TrainedNetwork.read(checkpoint)
    samples = open_dataset(data, "fer2013")
    answers = predict(network, judged_samples(samples, "test", network.labels), flip=True)
    right: NDArray[np.bool_] = answers.said == answers.truth
    return right


def settings_of(variant: Variant, seed: int) -> tuple[str, ...]:
    """What differs from the system's recipe for two cores."""
    return (*SMALLER, *variant.settings, f"seed={seed}")


def recipe_of(variant: Variant, seed: int) -> SystemRecipe:
    """Of one run."""
    path = find_recipe(f"{variant.system}-fer2013-cpu")
    return read_recipe(path, settings_of(variant, seed))


def print_of(variant: Variant, seed: int) -> str:
    """Tells a row of this very recipe from one of an earlier form. What a recipe leaves as it
    is by default does not count, so a setting that is new to all recipes changes nothing."""
    recipe = recipe_of(variant, seed)
    told = sorted(differences(SystemRecipe(recipe.system), recipe))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:16]


def still_true(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows whose recipe is what it was when they were made."""
    runs = {(v.system, v.name, seed): print_of(v, seed) for v in VARIANTS for seed in SEEDS}
    return [r for r in rows if runs.get((r["system"], r["variant"], r["seed"])) == r.get("recipe")]


def run(variant: Variant, seed: int, data: Path) -> dict[str, Any]:
    """One training, or the rest of one, and its row."""
    recipe = recipe_of(variant, seed)
    number = VARIANTS.index(variant)
    folder = RUNS / f"{variant.system}-{number}-{seed}"
    summary = train_system(recipe, {"": data}, folder, hardware_of("cpu"))
    right = right_of(folder / "best.ckpt", data)
    return {
        "system": variant.system,
        "variant": variant.name,
        "settings": list(settings_of(variant, seed)),
        "recipe": print_of(variant, seed),
        "seed": seed,
        "accuracy_percent": round(100 * float(right.mean()), 2),
        "validation_percent": round(100 * summary["best_validation_accuracy"], 2),
        "parameters": summary["parameters"],
        "pictures": len(right),
        "right": packed(right),
        "train_s": summary["seconds"],
        "commit": machine.commit(),
        "processor": machine.processor(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    shared = os.environ.get("MIEN_SHARED", machine.ROOT.parent / "shared")
    parser.add_argument("--data", type=Path, default=Path(shared) / "data" / "fer2013.zip")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin none after")
    given = parser.parse_args()
    begun_s = time.monotonic()
    rows = still_true(kept(OUT) or [])
    done = {(row["system"], row["variant"], row["seed"]) for row in rows}
    for seed in SEEDS:
        for variant in VARIANTS:
            if (variant.system, variant.name, seed) in done:
                continue
            if time.monotonic() - begun_s > 60 * given.minutes:
                return
            rows.append(run(variant, seed, given.data))
            write_whole(OUT, (json.dumps(rows, indent=1) + "\n").encode())
            order = [(v.system, v.name) for v in VARIANTS]
            write_whole(PAGE, page_of(rows, order).encode())


if __name__ == "__main__":
    main()
