"""Samples as torch sees them; the only file of this folder that imports torch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Generator, Tensor
from torch.utils.data import Dataset

from mien.datasets.crop import read_crop
from mien.datasets.sample import Sample
from mien.errors import DataError
from mien.labels import labels_of
from mien.network_input import NetworkInput
from mien.networks.landmark_points import COUNT, READ_FROM

#: Where a landmark is not known: outside the picture, where a bias by distance is nought.
NO_LANDMARK = -1.0


class Transform(Protocol):
    """Augmentation of one sample; everything random comes from the generator."""

    def __call__(
        self, image: Tensor, landmarks: Tensor, generator: Generator
    ) -> tuple[Tensor, Tensor]:
        """From and to: image ``(C, H, W)`` or ``(T, C, H, W)`` uint8; landmarks ``(n, 2)``
        float32 x and y in [0, 1] of the picture, ``NO_LANDMARK`` where not known.
        """
        ...


class Pixels(Protocol):
    """Decoded pixels by the sample's place: :class:`mien.datasets.cache.CachedPixels`."""

    def __getitem__(self, index: int) -> NDArray[np.uint8]:
        """``(side, side, C)`` or ``(T, side, side, C)`` uint8."""
        ...

    def to_unit(self, index: int) -> NDArray[np.float64]:
        """``(2, 3)`` from pixels of the picture to [0, 1] of the crop."""
        ...


class FaceDataset(Dataset[dict[str, Tensor]]):
    """One dict a sample:

    - ``image`` float32, normalised, ``(C, H, W)`` or ``(C, T, H, W)``;
    - ``label`` int64, -1 where there is none;
    - ``shares`` float32 ``(K,)``: the annotators' votes, else one for the label, else zeros;
    - ``weight`` float32;
    - ``landmarks`` float32 ``(n, 2)`` in [0, 1], ``n = input.landmarks``;
    - ``index`` int64: the sample's place, to find it again.

    Args:
        samples: all of one label set.
        input: shape and normalisation of the network.
        transform: None for none; it sees the same random numbers for the same seed, epoch
            and sample, whatever the order, the workers and earlier interruptions.
        cache: made of the same samples in the same order (``cached(...).of(samples)``);
            None reads files each time.
        seed: of the augmentation.
        align: lay crops by the samples' landmarks; a cache must have been made so too.

    Raises:
        DataError: the samples are none or of several label sets.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        input: NetworkInput,
        transform: Transform | None = None,
        cache: Pixels | None = None,
        seed: int = 0,
        align: bool = False,
    ) -> None:
        sets = sorted({sample.label_set for sample in samples})
        if len(sets) != 1:
            raise DataError(
                f"Samples of one label set are expected; got {', '.join(sets) or 'no samples'}."
            )
        self.samples = list(samples)
        self.classes = labels_of(sets[0])
        self.input = input
        self.transform = transform
        self.cache = cache
        self.seed = seed
        self.align = align
        # Shared memory: workers that live on see the epoch that the main process sets.
        self._epoch = torch.zeros((), dtype=torch.int64).share_memory_()
        self._mean = torch.tensor(input.mean).view(-1, 1, 1)
        self._deviation = torch.tensor(input.deviation).view(-1, 1, 1)

    def set_epoch(self, epoch: int) -> None:
        """To be called before each pass over the data."""
        self._epoch.fill_(epoch)

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        return self.drawn(index, int(self._epoch))

    def drawn(self, index: int, draw: int) -> dict[str, Tensor]:
        """The sample as ``draw`` augments it: a number of the epoch, or of its own where one
        epoch takes a sample several times.
        """
        sample = self.samples[index]
        pixels, to_unit = self._pixels(index)
        image = torch.from_numpy(np.array(pixels)).movedim(-1, -3)
        landmarks = self._landmarks(sample, to_unit)
        if self.transform is not None:
            draws = generator_for(self.seed, draw, index)
            image, landmarks = self.transform(image, landmarks, draws)
        ready = (image.float() / 255 - self._mean) / self._deviation
        return {
            "image": ready.movedim(0, 1) if self.input.frames else ready,
            "label": torch.tensor(sample.label, dtype=torch.int64),
            "shares": self._shares(sample),
            "weight": torch.tensor(sample.weight, dtype=torch.float32),
            "landmarks": landmarks,
            "index": torch.tensor(index, dtype=torch.int64),
        }

    def _pixels(self, index: int) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
        if self.cache is not None:
            return self.cache[index], self.cache.to_unit(index)
        shape = self.input
        return read_crop(
            self.samples[index], shape.side_px, shape.channels, shape.frames, self.align
        )

    def _landmarks(self, sample: Sample, to_unit: NDArray[np.float64]) -> Tensor:
        count = self.input.landmarks
        points = sample.landmarks_px
        if not count or points is None:
            return torch.full((count, 2), NO_LANDMARK)
        if count == COUNT and len(points) in READ_FROM:
            points = READ_FROM[len(points)](points)
        if len(points) != count:
            raise DataError(
                f"{sample.name} has {len(points)} landmarks; the network takes {count}, or "
                f"reads them from {' or '.join(map(str, READ_FROM))}."
            )
        scaled = points @ to_unit[:, :2].T + to_unit[:, 2]
        return torch.from_numpy(scaled.astype(np.float32))

    def _shares(self, sample: Sample) -> Tensor:
        if sample.votes is not None:
            return torch.from_numpy(np.asarray(sample.votes, np.float32))
        shares = torch.zeros(len(self.classes))
        if sample.label >= 0:
            shares[sample.label] = 1
        return shares


def generator_for(seed: int, epoch: int, index: int) -> Generator:
    """Random numbers of one sample in one epoch, independent of all others."""
    words = np.random.SeedSequence((seed, epoch, index)).generate_state(1, np.uint64)
    return Generator().manual_seed(int(words[0] >> np.uint64(1)))
