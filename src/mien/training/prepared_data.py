"""The data of one stage: read, filtered, cut into training and validation, weighed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress

from mien.datasets.balance import class_weights, sampling_chances
from mien.datasets.cache import CachedPixels, cache_directory, cached
from mien.datasets.folds import with_fold, with_validation
from mien.datasets.sample import Sample
from mien.datasets.table import open_dataset
from mien.datasets.torch_dataset import FaceDataset
from mien.datasets.training_split import TrainingSplit
from mien.errors import DataError, SettingsError
from mien.landmark_finder import with_landmarks
from mien.network_input import IMAGENET_DEVIATION, IMAGENET_MEAN, LUMA, NetworkInput
from mien.networks.table import system_of
from mien.training.batches import Faces
from mien.training.system_recipe import DataRecipe, SystemRecipe
from mien.training.transforms import Preparation


@dataclass(frozen=True)
class PreparedData:
    """Attributes:
    train: augmented.
    validation: as it is.
    labels: names of the classes.
    input: of the network.
    chance: ``(len(train),)`` of each sample, or None for each once an epoch.
    class_weights: ``(K,)`` with mean 1 over the samples, or None.
    with_landmarks: the training pictures tell the network's landmarks.
    split: who was held out and validated on; None where the owners split it all.
    """

    train: Faces
    validation: Faces
    labels: tuple[str, ...]
    input: NetworkInput
    chance: NDArray[np.float64] | None = None
    class_weights: NDArray[np.float32] | None = None
    with_landmarks: bool = False
    split: TrainingSplit | None = None


def prepare(recipe: SystemRecipe, root: Path) -> PreparedData:
    """Reads the data of one stage. The test split is left out before any pixel is read.

    Raises:
        DataError: nothing to learn from, one class only, or nothing to validate on.
        SettingsError: a label set without votes, where votes are asked for.
    """
    told, input = recipe.data, input_of(recipe)
    cut, split = _cut(open_dataset(root, told.dataset), told, recipe.seed)
    known = [sample for sample in cut if sample.split != "test"]
    if told.landmarks == "found":
        with bar_of("finding landmarks once") as show:
            known = with_landmarks(known, cache_directory(), show)
    train = [s for s in known if s.split == "train" and s.weight > 0]
    train = [s for s in train if s.label >= 0 or (told.votes and s.votes is not None)]
    validation = [s for s in known if s.split == "validation" and s.label >= 0]
    for name, part in (("training", train), ("validation", validation)):
        if not part:
            raise DataError(
                f"{root} has no labelled samples for {name} as {told.dataset}. "
                "'mien data check' says what is there."
            )
    if not told.votes and len({sample.label for sample in train}) < 2:
        raise DataError(
            f"All training samples of {root} as {told.dataset} are of one class; a network "
            "learns to tell at least two apart. 'mien data check' says what is there."
        )
    if told.votes and any(sample.votes is None for sample in train):
        raise SettingsError(f"{told.dataset} has no votes. Use --set data.votes=false.")
    cache = _cache(known, input, told) if told.cache else None

    def faces(samples: list[Sample], seen: Preparation) -> FaceDataset:
        rows = cache.of(samples) if cache is not None else None
        return FaceDataset(samples, input, seen, rows, recipe.seed, told.align)

    learned = faces(train, Preparation(told.illumination, recipe.augmentation))
    return PreparedData(
        train=learned,
        validation=faces(validation, Preparation(told.illumination)),
        labels=learned.classes,
        input=input,
        chance=sampling_chances(train, told.balance) if told.balance else None,
        class_weights=class_weights(train, told.class_weights) if told.class_weights else None,
        with_landmarks=input.landmarks > 0 and any(s.landmarks_px is not None for s in train),
        split=split,
    )


def input_of(recipe: SystemRecipe) -> NetworkInput:
    """The system's input at the recipe's size, grey where the network was built for grey."""
    system = system_of(recipe.system)
    input = replace(system.input, side_px=recipe.data.side_px)
    channels = recipe.switches.get("channels", input.channels)
    if channels != 1 or input.channels == 1:
        return input
    mean = sum(w * m for w, m in zip(LUMA, IMAGENET_MEAN, strict=True))
    deviation = sum(w * d for w, d in zip(LUMA, IMAGENET_DEVIATION, strict=True))
    return replace(input, channels=1, mean=(mean,), deviation=(deviation,))


def _cut(
    samples: list[Sample], told: DataRecipe, seed: int
) -> tuple[list[Sample], TrainingSplit | None]:
    """A fold in the part of the test split where the recipe says so, validation made of the
    training split where the owners made none; and who that was, where either was done."""
    owners = samples
    if told.folds:
        samples = with_fold(samples, told.folds, told.fold, seed)
    samples = with_validation(samples, seed=seed)
    changed = told.folds or any(a is not b for a, b in zip(samples, owners, strict=True))
    return samples, TrainingSplit.of(samples, folds=told.folds > 0) if changed else None


def _cache(samples: list[Sample], input: NetworkInput, told: DataRecipe) -> CachedPixels:
    """Made once for a data set and size, with a bar while it is made."""
    with bar_of("decoding pictures once") as show:
        return cached(
            samples,
            input.side_px,
            input.channels,
            cache_directory(),
            frames=input.frames,
            align=told.align,
            progress=show,
        )


@contextmanager
def bar_of(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal; gives the function to call with what is done, and of how much."""
    console = Console(file=sys.stderr)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
