"""Pictures prepared as a trained network saw its own: size, light, alignment, landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Generator, Tensor

from mien.datasets.cache import cache_directory
from mien.datasets.sample import Sample
from mien.datasets.torch_dataset import FaceDataset
from mien.expression.illumination import ILLUMINATION
from mien.landmark_finder import Progress, with_landmarks
from mien.networks.checkpoint import TrainedNetwork


@dataclass(frozen=True)
class Lit:
    """The normalisation of light alone; a ``Transform`` that draws nothing.

    Attributes:
        name: a key of :data:`mien.expression.illumination.ILLUMINATION`.
    """

    name: str

    def __call__(
        self,
        image: Tensor,
        landmarks: Tensor,
        generator: Generator,  # noqa: ARG002
    ) -> tuple[Tensor, Tensor]:
        """Image ``(C, H, W)`` or ``(T, C, H, W)`` uint8, shape kept."""
        change = ILLUMINATION[self.name]
        pixels = image.numpy()
        evened = change(pixels) if pixels.ndim == 3 else np.stack([change(p) for p in pixels])
        return torch.from_numpy(evened), landmarks


def faces_as_trained(
    trained: TrainedNetwork, samples: Sequence[Sample], progress: Progress = lambda *_: None
) -> FaceDataset:
    """The samples as the network wants them; without this a network that learned from
    normalised light would be judged in light that it never saw.

    Args:
        progress: of landmarks, which are found once where the network learned with such.
    """
    light = str(trained.facts.get("illumination", "none"))
    if told_of_data(trained).get("landmarks") == "found":
        samples = with_landmarks(samples, cache_directory(), progress)
    return FaceDataset(
        samples,
        trained.input,
        None if light == "none" else Lit(light),
        align=bool(told_of_data(trained).get("align", False)),
    )


def told_of_data(trained: TrainedNetwork) -> dict[str, Any]:
    """The section ``data`` of the recipe that it was trained by; empty where unknown."""
    return dict(trained.facts.get("recipe", {}).get("data", {}))
