"""A whole cross-validation: one training a fold, what they share done once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mien.errors import SettingsError
from mien.training.hardware import Hardware
from mien.training.prepared_data import prepare
from mien.training.recipe_file import as_tree, recipe_of, stages_of
from mien.training.system_recipe import SystemRecipe
from mien.training.train_system import Prepare, train_system


def train_folds(
    recipe: SystemRecipe,
    roots: Mapping[str, Path],
    out: Path,
    hardware: Hardware,
    prepare_data: Prepare = prepare,
) -> list[dict[str, Any]]:
    """Runs, or resumes, every fold in ``out/fold-0``, ``out/fold-1``…; answers their
    summaries. Stages before the first with folds are trained once, in ``out``.

    Raises:
        SettingsError: the recipe has no folds; else as :func:`train_system`.
    """
    return [
        train_system(one, roots, out / f"fold-{fold}", hardware, prepare_data, shared=out)
        for fold, one in enumerate(fold_recipes(recipe))
    ]


def fold_recipes(recipe: SystemRecipe) -> list[SystemRecipe]:
    """The recipe once for each fold, its stages with folds told which to hold out.

    Raises:
        SettingsError: no stage has folds, or not the last, or not all as many.
    """
    stages = [stage for _, stage in stages_of(recipe)]
    counts = {stage.data.folds for stage in stages if stage.data.folds}
    if not stages[-1].data.folds or len(counts) != 1:
        raise SettingsError(
            "--all-folds needs a recipe whose last stage has folds, and one number of them; "
            f"got {', '.join(str(stage.data.folds) for stage in stages)}. "
            "Use --set data.folds=10."
        )
    recipes = []
    for fold in range(counts.pop()):
        tree = as_tree(recipe)
        for number, stage in enumerate(stages):
            if stage.data.folds:
                place = tree["stages"][number] if recipe.stages else tree
                place["data"] = {**place.get("data", {}), "fold": fold}
        recipes.append(recipe_of(tree))
    return recipes
