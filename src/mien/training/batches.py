"""Batches of drawn samples, and the loaders that make them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset

from mien.training.sampling import Draw, TrainingSampler, ValidationSampler


class Faces(Protocol):
    """What is asked of :class:`mien.datasets.torch_dataset.FaceDataset`."""

    def __len__(self) -> int: ...

    def drawn(self, index: int, draw: int) -> dict[str, Tensor]:
        """One sample, augmented as the number ``draw`` tells."""
        ...


class DrawnBatches(Dataset[dict[str, Tensor]]):
    """One stacked batch for a list of draws; ``counts`` (B,) is False for fillers."""

    def __init__(self, faces: Faces) -> None:
        self.faces = faces

    def __getitem__(self, draws: Sequence[Draw]) -> dict[str, Tensor]:
        with one_thread():
            items = [self.faces.drawn(draw.place, draw.seed) for draw in draws]
        batch = {key: torch.stack([item[key] for item in items]) for key in items[0]}
        return batch | {"counts": torch.tensor([draw.counts for draw in draws])}


def some_pictures(faces: Faces, count: int) -> Tensor:
    """Pictures ``(N, C, S, S)``, N at most ``count``, evenly from all samples."""
    step = max(1, -(-len(faces) // count))
    with one_thread():
        return torch.stack([faces.drawn(i, 0)["image"] for i in range(0, len(faces), step)])


@contextmanager
def one_thread() -> Iterator[None]:
    """Small pictures are not worth sharing out: on two busy cores, waiting for the second
    thread made augmentation twenty times as slow (9.5 against 0.42 ms a face)."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def loader_of(
    faces: Faces, sampler: TrainingSampler | ValidationSampler, workers: int, pinned: bool
) -> DataLoader[dict[str, Tensor]]:
    """A loader whose sampler decides on whole batches."""
    return DataLoader(
        DrawnBatches(faces),
        batch_size=None,
        sampler=sampler,
        num_workers=workers,
        pin_memory=pinned,
        persistent_workers=workers > 0,
    )
