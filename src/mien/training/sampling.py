"""Which samples a step sees, as a pure function of seed and epoch.

Nothing depends on what was drawn before, so a resumed training draws what an
uninterrupted one does, and several processes share one order: step *s* sees the same
samples however many processes there are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Sampler

from mien.errors import SettingsError


class Draw(NamedTuple):
    """One sample to fetch.

    Attributes:
        place: in the data set.
        seed: of its augmentation.
        counts: False for a repetition that only fills up a batch.
    """

    place: int
    seed: int
    counts: bool = True


@dataclass(frozen=True)
class Share:
    """The part of every batch that this process takes."""

    rank: int = 0
    world: int = 1
    accumulate: int = 1

    def check(self, batch: int) -> None:
        """Raises SettingsError where a batch cannot be shared out evenly."""
        parts = self.world * self.accumulate
        if batch % parts:
            raise SettingsError(
                f"A batch of {batch} cannot be shared evenly by {self.world} processes with "
                f"{self.accumulate} parts each. Choose a batch that is a multiple of {parts}."
            )


class TrainingSampler(Sampler[list[Draw]]):
    """Batches of draws for one process; ``set_epoch`` chooses the epoch.

    Args:
        samples: size of the data set.
        batch: samples a step, over all processes.
        seed: of the order and of the augmentations.
        share: of this process.
        chance: ``(samples,)`` of each sample, summing to 1; None takes each once.
        steps: of an epoch; None for as many as there are whole batches.
    """

    def __init__(
        self,
        samples: int,
        batch: int,
        seed: int,
        share: Share | None = None,
        chance: NDArray[np.float64] | None = None,
        steps: int | None = None,
    ) -> None:
        self.share = share or Share()
        self.share.check(batch)
        self.samples, self.batch, self.seed, self.chance = samples, batch, seed, chance
        self.steps = max(1, samples // batch) if steps is None else steps
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        self.epoch = epoch

    def __len__(self) -> int:
        return self.steps * self.share.accumulate

    def order(self) -> list[Draw]:
        """Every draw of the epoch, over all processes."""
        count = self.steps * self.batch
        random = np.random.default_rng([self.seed, self.epoch])
        if self.chance is None:
            rounds = -(-count // self.samples)
            picked = np.concatenate([random.permutation(self.samples) for _ in range(rounds)])
        else:
            picked = random.choice(self.samples, size=count, p=self.chance)
        seeds = random.integers(2**62, size=count)
        return [Draw(int(i), int(s)) for i, s in zip(picked[:count], seeds, strict=True)]

    def __iter__(self) -> Iterator[list[Draw]]:
        order, share = self.order(), self.share
        for start in range(0, len(order), self.batch):
            mine = order[start : start + self.batch][share.rank :: share.world]
            size = len(mine) // share.accumulate
            yield from (mine[i : i + size] for i in range(0, len(mine), size))


class ValidationSampler(Sampler[list[Draw]]):
    """Every sample once, in order; all processes get as many batches of the same size,
    filled up with repetitions that do not count."""

    def __init__(self, samples: int, batch: int, share: Share | None = None) -> None:
        share = share or Share()
        rows = -(-samples // share.world)
        draws = [Draw(min(i, samples - 1), 0, i < samples) for i in range(rows * share.world)]
        mine = draws[share.rank :: share.world]
        self.batches = [mine[i : i + batch] for i in range(0, len(mine), batch)]

    def __len__(self) -> int:
        return len(self.batches)

    def __iter__(self) -> Iterator[list[Draw]]:
        return iter(self.batches)
