"""Runs a trained network over the samples of a split."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from mien.as_trained import faces_as_trained
from mien.datasets.torch_dataset import FaceDataset
from mien.errors import DataError, ModelError
from mien.evaluation.answers import Answers, Judged
from mien.expression.calibration import softmax
from mien.network_input import NetworkInput
from mien.networks.checkpoint import TrainedNetwork
from mien.networks.output import NetworkOutput

#: Pictures at once; activations of the largest network at 224 px stay below 2 GB.
BATCH = 64
#: Clips are sixteen times as large.
CLIP_BATCH = 8
#: Beyond these, processes that read pictures gain nothing (measured on FER2013).
MOST_WORKERS = 4

#: Called with the number of samples done and of all.
Progress = Callable[[int, int], None]


class Forgiving(Dataset[dict[str, Tensor]]):
    """Pictures that cannot be read come as zeros with ``readable`` False: evaluation
    counts them as missed instead of stopping."""

    def __init__(self, dataset: FaceDataset) -> None:
        self.dataset = dataset

    def __len__(self) -> int:
        return len(self.dataset)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        shape = self.dataset.input
        try:
            item = self.dataset[index]
            image, landmarks, readable = item["image"], item["landmarks"], True
        except DataError:
            image, readable = torch.zeros(shape.shape), False
            landmarks = torch.zeros(shape.landmarks, 2)
        return {"image": image, "landmarks": landmarks, "readable": torch.tensor(readable)}


def device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def forward(network: nn.Module, shape: NetworkInput, image: Tensor, places: Tensor) -> Any:
    """The network's answer, with landmarks where it takes them."""
    return network(image, places) if shape.landmarks else network(image)


def predict(
    trained: TrainedNetwork,
    judged: Judged,
    *,
    flip: bool = False,
    features: bool = False,
    progress: Progress | None = None,
) -> Answers:
    """What a network says of every sample.

    Args:
        flip: the mean of the logits of each picture and its mirror image.
        features: keep the pooled vectors.

    Raises:
        ModelError: features are wanted of a network that answers none.
    """
    shape = trained.input
    where = device()
    network = trained.network().to(where)
    told = progress or (lambda *_: None)
    dataset = Forgiving(faces_as_trained(trained, judged.samples, told))
    batch = CLIP_BATCH if shape.frames else BATCH
    workers = min(MOST_WORKERS, max(0, (os.cpu_count() or 1) - 2))
    parts: list[NDArray[np.float64]] = []
    vectors: list[NDArray[np.float64]] = []
    done = 0
    for item in DataLoader(dataset, batch, num_workers=workers):
        output = _answer(network, shape, item, where, flip)
        missed = ~item["readable"].numpy()
        parts.append(_kept(output.logits, missed))
        if features:
            if output.features is None:
                raise ModelError(f"{trained.system} answers no features; choose another network.")
            vectors.append(_kept(output.features, missed))
        done += len(missed)
        told(done, len(dataset))
    logits = np.concatenate(parts)
    return Answers(
        labels=tuple(trained.labels),
        names=tuple(sample.name for sample in judged.samples),
        truth=judged.truth,
        shares=softmax(logits / trained.temperature),
        features=np.concatenate(vectors) if features else None,
        logits=logits,
        subjects=tuple(sample.subject for sample in judged.samples),
        left_out=judged.left_out,
    )


def _answer(
    network: nn.Module,
    shape: NetworkInput,
    item: dict[str, Tensor],
    where: torch.device,
    flip: bool,
) -> NetworkOutput:
    image, landmarks = item["image"].to(where), item["landmarks"].to(where)
    with torch.inference_mode():
        output: NetworkOutput = forward(network, shape, image, landmarks)
        if not flip:
            return output
        mirrored: NetworkOutput = forward(
            network, shape, image.flip(-1), mirrored_landmarks(landmarks)
        )
    both = output.features is not None and mirrored.features is not None
    return NetworkOutput(
        (output.logits + mirrored.logits) / 2,
        (output.features + mirrored.features) / 2 if both else None,  # type: ignore[operator]
    )


def mirrored_landmarks(landmarks: Tensor) -> Tensor:
    """``(B, n, 2)`` in [0, 1] where a mirror puts them; unknown ones stay unknown. Their order
    stays: networks read where the points of a group are, not which is which."""
    there = landmarks.clone()
    there[..., 0] = torch.where(landmarks[..., 0] < 0, landmarks[..., 0], 1 - landmarks[..., 0])
    return there


def _kept(values: Tensor, missed: NDArray[np.bool_]) -> NDArray[np.float64]:
    result = values.detach().float().cpu().numpy().astype(np.float64)
    result[missed] = np.nan
    return result
