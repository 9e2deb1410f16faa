"""A tiny system and tiny data for tests of training; also a script, for tests that need a
process of their own: ``stub_system.py OUT RECIPE_JSON [DRAWS_BEFORE_KILL]``."""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from types import ModuleType

import torch
from torch import Tensor, nn

from mien.datasets.folder import FOLDER_READER
from mien.datasets.table import READERS
from mien.network_input import NetworkInput
from mien.networks.output import NetworkOutput
from mien.networks.table import SYSTEMS, System
from mien.training.hardware import hardware_of
from mien.training.prepared_data import PreparedData
from mien.training.recipe_file import recipe_of
from mien.training.system_recipe import SystemRecipe
from mien.training.train_system import train_system

SIDE_PX, CLASSES = 16, ("calm", "cross", "curious")


class StubNetwork(nn.Module):
    """One convolution, a mean, a linear layer."""

    def __init__(self, classes: int, *, norm: bool, dropout: float) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8) if norm else nn.Identity()
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(8, classes)

    def forward(self, x: Tensor) -> NetworkOutput:
        features = self.norm(self.conv(x)).relu().mean((2, 3))
        return NetworkOutput(self.classifier(self.dropout(features)), features)


def build(classes: int, *, norm: bool = True, dropout: float = 0.5) -> StubNetwork:
    return StubNetwork(classes, norm=norm, dropout=dropout)


def backbone_of(network: StubNetwork) -> nn.Module:
    return network.conv


def register() -> None:
    """Puts the system ``stub`` and the data set ``stub`` into their tables."""
    READERS["stub"] = FOLDER_READER
    module = ModuleType("mien.networks.stub")
    module.build, module.backbone_of = build, backbone_of
    module.BACKBONE = "resnet18.tv_in1k"
    sys.modules[module.__name__] = module
    SYSTEMS["stub"] = System(
        name="stub",
        title="Stub",
        paper="none",
        module="stub",
        input=NetworkInput(SIDE_PX),
        switches={"norm": True, "dropout": 0.5},
    )


class ColouredFaces:
    """Noise whose mean colour tells the class, changed a little by each draw.

    Args:
        draws_before_kill: after so many, the process kills itself as ``kill -9`` does.
    """

    def __init__(self, count: int, seed: int, draws_before_kill: int | None = None) -> None:
        random = torch.Generator().manual_seed(seed)
        self.labels = torch.randint(len(CLASSES), (count,), generator=random)
        self.images = torch.randn(count, 3, SIDE_PX, SIDE_PX, generator=random)
        self.images[torch.arange(count), self.labels] += 0.5
        self.left = draws_before_kill
        self.process = os.getpid()  # draws may be a worker's; the training is what is killed
        self.drawn_places: list[int] = []

    def __len__(self) -> int:
        return len(self.labels)

    def drawn(self, index: int, draw: int) -> dict[str, Tensor]:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                os.kill(self.process, signal.SIGKILL)
                os._exit(1)
        self.drawn_places.append(index)
        noise = torch.Generator().manual_seed(draw % 2**31)
        label = self.labels[index]
        return {
            "image": self.images[index] + 0.1 * torch.randn(3, 1, 1, generator=noise),
            "label": label,
            "shares": torch.eye(len(CLASSES))[label],
            "weight": torch.tensor(0.5 + 0.5 * (index % 2)),
            "landmarks": torch.zeros(0, 2),
        }


def prepare_stub(draws_before_kill: int | None = None):
    """A stand-in for :func:`mien.training.prepared_data.prepare`."""

    def prepare(recipe: SystemRecipe, root: Path) -> PreparedData:  # noqa: ARG001
        return PreparedData(
            train=ColouredFaces(40, recipe.seed, draws_before_kill),
            validation=ColouredFaces(21, 100),
            labels=CLASSES,
            input=NetworkInput(SIDE_PX),
        )

    return prepare


def stub_recipe(**changes: object) -> dict[str, object]:
    """A recipe that uses everything random: dropout, mixing, an average of the weights."""
    training = {"epochs": 4, "batch": 8, "precision": "fp32", "ema_decay": 0.9}
    tree: dict[str, object] = {
        "system": "stub",
        "data": {"dataset": "stub", "side_px": SIDE_PX},
        "loss": {"terms": {"center": 0.1}, "label_smoothing": 0.1},
        "optimizer": {"name": "adam", "learning_rate": 0.01, "weight_decay": 0.01},
        "schedule": {"name": "plateau", "patience": 0},
        "training": training | {"mixup_alpha": 0.4, "channels_last": False},
    }
    for path, value in changes.items():
        section, _, key = path.partition("__")
        if key:
            tree[section] = {**dict(tree.get(section, {})), key: value}  # type: ignore[arg-type, call-overload]
        else:
            tree[section] = value
    return tree


if __name__ == "__main__":
    torch.set_num_threads(1)
    register()
    kill = int(sys.argv[3]) if len(sys.argv) > 3 else None
    train_system(
        recipe_of(json.loads(sys.argv[2])),
        {"": Path()},
        Path(sys.argv[1]),
        hardware_of("cpu"),
        prepare_stub(kill),
    )
