"""The file of the network that a training keeps, with where it comes from."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from mien.evaluation.provenance import commit_of, processor_name
from mien.networks.checkpoint import TrainedNetwork
from mien.training.hardware import Hardware
from mien.training.prepared_data import PreparedData
from mien.training.recipe_file import as_tree
from mien.training.system_recipe import SystemRecipe
from mien.training.system_training import SystemTraining


def checkpoint_of(
    training: SystemTraining,
    recipe: SystemRecipe,
    data: PreparedData,
    figures: Mapping[str, float],
    hardware: Hardware,
) -> bytes:
    """The file of the network that is kept, with where it comes from."""
    weights: dict[str, Tensor] = {
        name: value.detach().cpu().contiguous()
        for name, value in training.kept.state_dict().items()
    }
    machine = torch.cuda.get_device_name() if hardware.device == "cuda" else processor_name()
    facts = {
        "recipe": as_tree(recipe),
        "dataset": recipe.data.dataset,
        "illumination": recipe.data.illumination,
        "landmarks": data.with_landmarks,
        "split": None if data.split is None else data.split.to_facts(),
        "commit": commit_of(Path(__file__).parent),
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "machine": machine,
        "processes": hardware.world,
        "torch": str(torch.__version__),
        "validation": dict(figures),
        "seconds": figures["seconds"],
    }
    return TrainedNetwork(
        system=recipe.system,
        switches=dict(recipe.switches),
        labels=data.labels,
        input=data.input,
        weights=weights,
        facts=facts,
    ).to_bytes()
