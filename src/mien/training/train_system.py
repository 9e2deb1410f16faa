"""Trains a published system: every stage of a recipe, resumable, into one folder.

Each stage's folder holds ``best.ckpt``, ``last.ckpt``, ``log.csv``, ``curves.svg``,
``recipe.yaml``, ``summary.json`` and ``tensorboard/``. The last stage's is the run's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import nn

from mien.datasets.table import reader_for
from mien.errors import DataError, SettingsError
from mien.losses.table import loss_of
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.table import system_of
from mien.training.batches import some_pictures
from mien.training.fitting import fit, say
from mien.training.hardware import Hardware
from mien.training.prepared_data import PreparedData, prepare
from mien.training.pretrained import start_from
from mien.training.recipe_file import stages_of
from mien.training.rehearsal import rehearse
from mien.training.run_folder import RunFolder
from mien.training.sampling import TrainingSampler
from mien.training.system_recipe import SystemRecipe
from mien.training.system_training import SystemTraining
from mien.training.teacher import teacher_of
from mien.training.warm_start import SETTLING

Prepare = Callable[[SystemRecipe, Path], PreparedData]


@dataclass(frozen=True)
class Stage:
    """One stage, ready to run.

    Attributes:
        name: '' for the last.
        recipe: without stages.
        root: of its data.
        folder: that it writes.
    """

    name: str
    recipe: SystemRecipe
    root: Path
    folder: RunFolder


def train_system(
    recipe: SystemRecipe,
    roots: Mapping[str, Path],
    out: Path,
    hardware: Hardware,
    prepare_data: Prepare = prepare,
    shared: Path | None = None,
) -> dict[str, Any]:
    """Runs, or resumes, all stages; answers the last one's summary.

    Args:
        roots: of the data by name of the data set; '' for the one of all others.
        out: the run's folder.
        shared: of the stages before the first with folds, which several runs have in
            common; None: in ``out`` as the others.

    Raises:
        MienError: the recipe, the data, the weights or the folder cannot be used; told
            before anything is written.
        KeyboardInterrupt: Ctrl-C; the folder can be resumed.
    """
    stages = stages_to_run(recipe, roots, out, shared)
    refuse_faults(stages, hardware)
    summary: dict[str, Any] = {}
    for stage in stages:
        done = stage.folder.finished()
        if done is not None:
            say(hardware, f"{stage.folder.path} is complete; nothing to do")
        summary = done or run_stage(stage, hardware, prepare_data)
    return summary


def stages_to_run(
    recipe: SystemRecipe, roots: Mapping[str, Path], out: Path, shared: Path | None = None
) -> list[Stage]:
    """Every stage starts from the best weights of the one before.

    Raises:
        SettingsError: the data of a stage has no root.
    """
    told = stages_of(recipe)
    found: list[Stage] = []
    for number, (name, stage) in enumerate(told):
        dataset = stage.data.dataset
        root = roots.get(dataset, roots.get(""))
        if root is None:
            raise SettingsError(
                f"Where is {dataset}? Add --data {dataset}=FOLDER. "
                f"Given: {', '.join(f'{k}={v}' for k, v in roots.items())}."
            )
        if found:
            stage = replace(stage, weights=str(found[-1].folder.best))
        last = number == len(told) - 1
        if stage.data.folds:
            shared = None
        folder = RunFolder(shared or out).stage("" if last else name)
        found.append(Stage("" if last else name, stage, root, folder))
    return found


def refuse_faults(stages: list[Stage], hardware: Hardware) -> None:
    """Looks for what can be known of all stages before the first is trained.

    Raises:
        MienError: as :func:`train_system`.
    """
    told = [stage.recipe.data for stage in stages]
    lone = [data.fold for data in told if data.fold]
    if lone and not any(data.folds for data in told):
        raise SettingsError(
            f"data.fold={lone[0]} is one of how many? Tell the number too, for example "
            f"--set data.folds={max(10, lone[0] + 1)}, or leave data.fold at 0."
        )
    for stage in stages:
        data = stage.recipe.data
        if data.folds and data.fold >= data.folds:
            raise SettingsError(
                f"data.fold must be a number from 0 to {data.folds - 1}, as data.folds is "
                f"{data.folds}; got {data.fold}."
            )
        reader_for(stage.root, data.dataset)
        hardware.trainer_settings(stage.recipe)
        share = hardware.share(stage.recipe)
        share.check(stage.recipe.training.batch)
        rehearse(stage.recipe, share)
        stage.folder.check(stage.recipe)


def run_stage(stage: Stage, hardware: Hardware, prepare_data: Prepare = prepare) -> dict[str, Any]:
    """Runs, or resumes, one stage; answers its summary."""
    recipe, folder = stage.recipe, stage.folder
    data = prepare_data(recipe, stage.root)
    if folder.last.is_file():
        check_same_split(folder.best, data)
    teacher = teacher_of(recipe, data.labels, data.input)
    torch.manual_seed(recipe.seed)
    network = system_of(recipe.system).build(len(data.labels), **recipe.switches)
    loaded = None
    if not folder.last.is_file():
        loaded = start_from(
            network, recipe.system, recipe.weights, lambda: some_pictures(data.train, SETTLING)
        )
    if recipe.training.channels_last:
        frames = data.input.frames
        network = network.to(
            memory_format=torch.channels_last_3d if frames else torch.channels_last
        )
    sampler, epochs = sampler_of(data, recipe, hardware)
    training = SystemTraining(
        network,
        recipe,
        len(data.labels),
        sampler.steps,
        terms_of(network, data, recipe),
        torch.from_numpy(data.class_weights) if data.class_weights is not None else None,
        landmarks=data.input.landmarks > 0,
        teacher=teacher,
    )
    folder.claim(recipe)
    if loaded is not None:
        say(hardware, f"starts from {loaded}")
    return fit(recipe, folder, hardware, data, training, sampler, epochs)


def check_same_split(begun: Path, data: PreparedData) -> None:
    """Folds of data that changed are others: going on, a network would learn from samples
    that it is later judged on.

    Args:
        begun: the checkpoint of the training that goes on.

    Raises:
        DataError: it held out others.
    """
    told = TrainedNetwork.read(begun).facts.get("split") if begun.is_file() else None
    if told is None or data.split is None or told == data.split.to_facts():
        return
    raise DataError(
        f"The data has changed since the training of {begun.parent} began: other samples would "
        "be held out now. Put back what was there, or begin anew with another --out."
    )


def sampler_of(
    data: PreparedData, recipe: SystemRecipe, hardware: Hardware
) -> tuple[TrainingSampler, int]:
    """The sampler and how many epochs; ``max_steps`` shortens both."""
    settings = recipe.training
    steps, epochs = max(1, len(data.train) // settings.batch), settings.epochs
    if settings.max_steps:
        steps = min(steps, settings.max_steps)
        epochs = min(epochs, settings.max_steps // steps)
    share = hardware.share(recipe)
    sampler = TrainingSampler(
        len(data.train), settings.batch, recipe.seed, share, data.chance, steps
    )
    return sampler, epochs


def terms_of(network: nn.Module, data: PreparedData, recipe: SystemRecipe) -> dict[str, nn.Module]:
    """Fresh losses of the recipe, as wide as the network's features."""
    if not any(recipe.loss.terms.values()):
        return {}
    network.eval()
    with torch.no_grad():
        given = [torch.zeros(1, *data.input.shape)]
        if data.input.landmarks:
            given.append(torch.zeros(1, data.input.landmarks, 2))
        features = network(*given).features
    network.train()
    width = features.shape[1] if features is not None else 0
    used = {name: weight for name, weight in recipe.loss.terms.items() if weight}
    return {name: loss_of(name, len(data.labels), width) for name in used}
