"""A tiny system whose answers can be worked out by hand, and pictures for it.

Class k is the picture whose grey is nearest to ``LEVELS[k]``.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import torch
from torch import Tensor, nn

from mien.labels import FER2013
from mien.network_input import NetworkInput
from mien.networks import table
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.output import NetworkOutput

INPUT = NetworkInput(8)
CLIP = NetworkInput(8, frames=4)


def level_of(label: int, classes: int = len(FER2013)) -> int:
    """Grey of a class, 0 to 255."""
    return round(255 * (label + 0.5) / classes)


class StubNetwork(nn.Module):
    """Logits -sharpness (mean - level_k)^2; a clip is judged by its last frame less its
    first, so that only time tells."""

    def __init__(self, classes: int, sharpness: float = 100.0, clip: bool = False) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.seen = nn.Conv2d(3, 4, 3, padding=1)
        levels = torch.tensor([level_of(k, classes) / 255 for k in range(classes)])
        self.levels = nn.Parameter(levels)
        self.sharpness, self.clip = sharpness, clip
        self.register_buffer("mean", torch.tensor(INPUT.mean).view(1, 3, 1, 1))
        self.register_buffer("deviation", torch.tensor(INPUT.deviation).view(1, 3, 1, 1))

    def forward(self, image: Tensor) -> NetworkOutput:
        if self.clip:
            first, last = image[:, :, 0], image[:, :, -1]
            grey = (((last - first) * self.deviation).mean((1, 2, 3)) + 1) / 2
            picture, time = last, {"time": torch.ones(image.shape[0], image.shape[2])}
        else:
            picture, time = image, {}
            grey = (image * self.deviation + self.mean).mean((1, 2, 3))
        maps = self.seen(picture)
        logits = -self.sharpness * (grey[:, None] - self.levels) ** 2
        logits = logits + 1e-4 * maps.mean((2, 3)).sum(1, keepdim=True)
        features = torch.cat([logits.softmax(1), maps.mean((2, 3))], 1)
        attention = {"places": maps.abs().mean(1), "heads": maps.abs(), **time}
        return NetworkOutput(logits, features=features, attention=attention)


def install(monkeypatch) -> None:
    """Adds the systems ``stub`` and ``stub-clip`` to the table for one test."""
    module = ModuleType("mien.networks.stub")
    module.build = StubNetwork
    monkeypatch.setitem(sys.modules, "mien.networks.stub", module)
    for name, shape, clip in (("stub", INPUT, False), ("stub-clip", CLIP, True)):
        switches = {"sharpness": 100.0, "clip": clip}
        system = table.System(name, name, "none", "stub", shape, switches)
        monkeypatch.setitem(table.SYSTEMS, name, system)


def checkpoint(
    path: Path,
    *,
    labels: Sequence[str] = FER2013,
    sharpness: float = 100.0,
    clip: bool = False,
    facts: dict | None = None,
) -> Path:
    """Writes a checkpoint of the stub, which has to be installed."""
    name = "stub-clip" if clip else "stub"
    switches = {"sharpness": sharpness, "clip": clip}
    network = StubNetwork(len(labels), **switches)
    shape = CLIP if clip else INPUT
    trained = TrainedNetwork(
        name, switches, tuple(labels), shape, network.state_dict(), facts=facts or {}
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(trained.to_bytes())
    return path


#: Folder names in their order of classes.
FOLDERS = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")


def pictures(root: Path, counts: dict[str, int], *, wrong: int = 0, broken: int = 0) -> Path:
    """A folder data set ``split/class/i.png`` of FER2013's classes.

    Args:
        counts: pictures a class, by split.
        wrong: of the test pictures of each class, how many show the next class's grey.
        broken: of the test pictures of the first class, how many are no pictures.
    """
    random = np.random.default_rng(0)
    for split, count in counts.items():
        for label, folder in enumerate(FOLDERS):
            place = root / split / folder
            place.mkdir(parents=True, exist_ok=True)
            for i in range(count):
                shown = (label + 1) % len(FOLDERS) if split == "test" and i < wrong else label
                grey = level_of(shown) + random.integers(-8, 9, (12, 12, 1))
                picture = np.repeat(np.clip(grey, 0, 255), 3, axis=2).astype(np.uint8)
                cv2.imwrite(str(place / f"{i:03}.png"), picture)
            for i in range(broken if split == "test" and label == 0 else 0):
                (place / f"{count - 1 - i:03}.png").write_bytes(b"no picture")
    return root
